/* SPDX-License-Identifier: BSD-2-Clause */
/* sve.c - a realm whose CPUs each keep their SVE registers while host and monitor run in between; or one without SVE, which has none of it.
 *
 * With SVE each CPU takes the longest vectors it can have, fills vectors, predicates, FFR and ZCR with what no other has, leaves the realm by
 * an access that the host emulates, and looks again; all at once when the realm has more than one. Without SVE the ID registers say so, and
 * its instructions and its register are undefined. Each secondary has an area behind the image.
 * Source: Arm ARM (DDI 0487) B1 (SVE registers), D17 (ZCR_EL1, CPACR_EL1, ID_AA64PFR0_EL1). */
#include "guest/runtime/cpus.h"
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/field.h"

enum {
	VECTORS = 32,
	PREDICATES = 16,
	VECTOR_BYTES_MAX = 256,
	PREDICATE_BYTES_MAX = VECTOR_BYTES_MAX / 8,
	BYTE_BITS = 8,
	ROUNDS = 16,
	AREA_BYTES = 0x8000,
	PFR0_SVE_SHIFT = 32,
	PFR0_SVE_WIDTH = 4,
	ZCR_LONGEST = 0xf,
};

static const uint64_t cpacr_fpen_zen = UINT64_C(3) << 20 | UINT64_C(3) << 16;

/* Places for the longest there are; shorter registers lie closer together. The last predicate is FFR. */
struct registers {
	_Alignas(16) uint8_t vectors[VECTORS * VECTOR_BYTES_MAX];
	_Alignas(16) uint8_t predicates[(PREDICATES + 1) * PREDICATE_BYTES_MAX];
};

/* Load all of them from there, store all there; bytes of a vector. `predicates` has FFR `ffr` bytes on. */
void sve_put(const uint8_t *vectors, const uint8_t *predicates, const uint8_t *ffr);
void sve_get(uint8_t *vectors, uint8_t *predicates, uint8_t *ffr);
uint64_t sve_length(void);
/* One instruction and one register of SVE; the result is `unused`'s when they trap. */
uint64_t probe_sve(uint64_t unused);
uint64_t probe_zcr(uint64_t unused);

__asm__(".arch_extension sve\n"
	".macro eight op, kind, a, b, c, d, e, f, g, h, at\n"
	"\\op \\kind\\a, [\\at, #\\a, mul vl]\n\\op \\kind\\b, [\\at, #\\b, mul vl]\n"
	"\\op \\kind\\c, [\\at, #\\c, mul vl]\n\\op \\kind\\d, [\\at, #\\d, mul vl]\n"
	"\\op \\kind\\e, [\\at, #\\e, mul vl]\n\\op \\kind\\f, [\\at, #\\f, mul vl]\n"
	"\\op \\kind\\g, [\\at, #\\g, mul vl]\n\\op \\kind\\h, [\\at, #\\h, mul vl]\n"
	".endm\n"
	".macro vectors op\n"
	"eight \\op, z, 0, 1, 2, 3, 4, 5, 6, 7, x0\n"
	"eight \\op, z, 8, 9, 10, 11, 12, 13, 14, 15, x0\n"
	"eight \\op, z, 16, 17, 18, 19, 20, 21, 22, 23, x0\n"
	"eight \\op, z, 24, 25, 26, 27, 28, 29, 30, 31, x0\n"
	".endm\n"
	".macro predicates op\n"
	"eight \\op, p, 0, 1, 2, 3, 4, 5, 6, 7, x1\n"
	"eight \\op, p, 8, 9, 10, 11, 12, 13, 14, 15, x1\n"
	".endm\n"
	".text\n"
	"sve_put:\n"
	"ldr p0, [x2]\n"
	"wrffr p0.b\n"
	"vectors ldr\n"
	"predicates ldr\n"
	"ret\n"
	"sve_get:\n"
	"vectors str\n"
	"predicates str\n"
	"rdffr p0.b\n"
	"str p0, [x2]\n"
	"ret\n"
	"sve_length:\n"
	"rdvl x0, #1\n"
	"ret\n"
	"probe_sve:\n"
	"rdvl x0, #1\n"
	"ret\n"
	"probe_zcr:\n"
	"mrs x0, s3_0_c1_c2_0\n"
	"ret\n");

/* Of one CPU, the start of its area. */
struct cpu {
	struct secondary start; /* must be first: its address is the CPU's */
	uint64_t index;
	uint64_t uart;
	uint64_t seed;
	volatile uint64_t vector_bytes;
	volatile uint64_t wrong;
	volatile uint64_t is_done;
	struct registers expected;
	struct registers found;
};

static uint64_t zcr_read(void)
{
	uint64_t zcr;

	__asm__ volatile("mrs %0, s3_0_c1_c2_0" : "=r"(zcr));
	return zcr;
}

static void sve_enable(void)
{
	__asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(cpacr_fpen_zen));
	__asm__ volatile("msr s3_0_c1_c2_0, %0\n\tisb" : : "r"((uint64_t)ZCR_LONGEST));
}

static uint8_t byte_of(const struct cpu *cpu, uint64_t round, uint64_t i)
{
	return (uint8_t)((cpu->seed >> (i % sizeof(cpu->seed) * BYTE_BITS)) + 0x25 * i + 0x31 * cpu->index +
		0x17 * round);
}

/* What no other CPU, round or realm has. FFR is a run of ones, as the architecture wants it. */
static void expected_make(struct cpu *cpu, uint64_t round)
{
	uint64_t bytes = cpu->vector_bytes;
	uint64_t predicate_bytes = bytes / BYTE_BITS;
	uint64_t ones = (round + cpu->index + 1) % (bytes + 1);
	uint8_t *ffr = &cpu->expected.predicates[PREDICATES * predicate_bytes];

	for (uint64_t i = 0; i < VECTORS * bytes; i++) {
		cpu->expected.vectors[i] = byte_of(cpu, round, i);
	}
	for (uint64_t i = 0; i < PREDICATES * predicate_bytes; i++) {
		cpu->expected.predicates[i] = byte_of(cpu, round + 1, i);
	}
	for (uint64_t i = 0; i < predicate_bytes; i++) {
		uint64_t left = ones > i * BYTE_BITS ? ones - i * BYTE_BITS : 0;

		ffr[i] = left >= BYTE_BITS ? UINT8_MAX : (uint8_t)((1U << left) - 1);
	}
}

/* How many bytes of the registers are not as they should be after an exit to the host. */
static uint64_t round_wrong(struct cpu *cpu, uint64_t round)
{
	uint64_t bytes = cpu->vector_bytes;
	uint64_t ffr = PREDICATES * (bytes / BYTE_BITS);
	uint64_t wrong = 0;

	expected_make(cpu, round);
	sve_put(cpu->expected.vectors, cpu->expected.predicates, &cpu->expected.predicates[ffr]);
	(void)mmio_read32(cpu->uart);
	sve_get(cpu->found.vectors, cpu->found.predicates, &cpu->found.predicates[ffr]);
	for (uint64_t i = 0; i < VECTORS * bytes; i++) {
		wrong += cpu->found.vectors[i] != cpu->expected.vectors[i];
	}
	for (uint64_t i = 0; i < ffr + bytes / BYTE_BITS; i++) {
		wrong += cpu->found.predicates[i] != cpu->expected.predicates[i];
	}
	return wrong + (zcr_read() != ZCR_LONGEST) + (sve_length() != bytes);
}

static void rounds(struct cpu *cpu)
{
	uint64_t wrong = 0;

	sve_enable();
	cpu->vector_bytes = sve_length();
	for (unsigned round = 0; round < ROUNDS; round++) {
		wrong += round_wrong(cpu, round);
	}
	cpu->wrong = wrong;
	barrier();
	cpu->is_done = 1;
	barrier();
}

static void secondary(struct secondary *self)
{
	rounds((struct cpu *)self);
	psci_cpu_off();
}

static struct cpu *cpu_at(unsigned index)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	return (struct cpu *)(image_end_address() + (uint64_t)index * AREA_BYTES);
}

_Static_assert(sizeof(struct cpu) + 4096 <= AREA_BYTES, "a CPU's structure leaves room for its stack");

static void cpu_make(unsigned index, uint64_t uart, uint64_t seed)
{
	struct cpu *cpu = cpu_at(index);

	cpu->start = (struct secondary){(uintptr_t)cpu + AREA_BYTES, secondary};
	cpu->index = index;
	cpu->uart = uart;
	cpu->seed = seed;
	cpu->is_done = 0;
	barrier();
}

static void check(unsigned index)
{
	const struct cpu *cpu = cpu_at(index);

	if (!wait_for(&cpu->is_done, 1) || cpu->wrong != 0) {
		fail("cpu %u: %lu bytes of its registers changed, done %lu", index, cpu->wrong, cpu->is_done);
	}
	print("cpu %u: vectors of %u bits, predicates, FFR and ZCR kept over %u exits\n", index,
		(unsigned)cpu->vector_bytes * BYTE_BITS, (unsigned)ROUNDS);
}

static void with_sve(const struct machine *machine)
{
	unsigned count = 1;
	uint64_t seed;
	struct fdt_reg uart;
	struct fdt_reg cpu;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(seed));
	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no PL011");
	}
	cpu_make(0, uart.base, seed);
	for (unsigned i = 0; fdt_find_named(&machine->fdt, "cpu", i, &cpu); i++) {
		if (cpu.base == own_affinity()) {
			continue;
		}
		cpu_make(count, uart.base, seed);
		if (psci_cpu_on(cpu.base, (uintptr_t)secondary_start, (uintptr_t)cpu_at(count)) !=
			PSCI_STATUS_SUCCESS) {
			fail("cpu %u cannot be switched on", count);
		}
		count++;
	}
	rounds(cpu_at(0));
	for (unsigned i = 0; i < count; i++) {
		check(i);
	}
}

static void is_undefined(const char *what, uint64_t (*probe)(uint64_t unused))
{
	struct trap trap;

	trap_begin();
	(void)probe(0);
	if (!trap_end(&trap)) {
		fail("%s works without SVE", what);
	}
	if (trap_class(&trap) != EC_UNKNOWN) {
		fail("%s without SVE: ESR 0x%lx", what, trap.esr);
	}
	print("%s: undefined\n", what);
}

static void without_sve(void)
{
	uint64_t zfr0;

	__asm__ volatile("mrs %0, s3_0_c0_c4_4" : "=r"(zfr0));
	if (zfr0 != 0) {
		fail("ID_AA64ZFR0_EL1 is 0x%lx without SVE", zfr0);
	}
	__asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(cpacr_fpen_zen));
	is_undefined("an instruction of SVE", probe_sve);
	is_undefined("ZCR_EL1", probe_zcr);
}

static void sve(const struct machine *machine)
{
	uint64_t pfr0;
	unsigned version;

	__asm__ volatile("mrs %0, id_aa64pfr0_el1" : "=r"(pfr0));
	version = (unsigned)reeve_bits_get(pfr0, PFR0_SVE_SHIFT, PFR0_SVE_WIDTH);
	print("ID_AA64PFR0_EL1.SVE %u\n", version);
	if (version == 0) {
		without_sve();
		return;
	}
	with_sve(machine);
}

const struct program program = {"sve", sve};
