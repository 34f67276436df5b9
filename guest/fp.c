/* SPDX-License-Identifier: BSD-2-Clause */
/* fp.c - a realm whose CPUs each keep their SIMD registers, FPCR and FPSR while host and monitor run in between.
 *
 * Each CPU fills its registers with what no other has, of this realm or another, leaves the realm by an access that the host emulates, and
 * looks again; all at once when the realm has more than one. Each secondary has one granule behind the image, as in smp.c. */
#include "guest/runtime/cpus.h"
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { GRANULE_BYTES = 4096, REGISTERS = 32, HALVES = 2 * REGISTERS, ROUNDS = 16 };

static const uint64_t cpacr_fpen = UINT64_C(3) << 20;
static const uint64_t fpcr_mask = UINT64_C(3) << 22; /* rounding mode */
static const uint64_t fpsr_mask = 0x1f;              /* cumulative exceptions */

struct registers {
	uint64_t v[HALVES];
	uint64_t fpcr;
	uint64_t fpsr;
};

/* Load all of *from, store all to *to. */
void fp_put(const struct registers *from);
void fp_get(struct registers *to);

__asm__(".arch_extension fp\n"
	".arch_extension simd\n"
	".macro each op\n"
	"\\op q0, q1, [x0, #0]\n\\op q2, q3, [x0, #32]\n\\op q4, q5, [x0, #64]\n\\op q6, q7, [x0, #96]\n"
	"\\op q8, q9, [x0, #128]\n\\op q10, q11, [x0, #160]\n\\op q12, q13, [x0, #192]\n\\op q14, q15, [x0, #224]\n"
	"\\op q16, q17, [x0, #256]\n\\op q18, q19, [x0, #288]\n\\op q20, q21, [x0, #320]\n\\op q22, q23, [x0, #352]\n"
	"\\op q24, q25, [x0, #384]\n\\op q26, q27, [x0, #416]\n\\op q28, q29, [x0, #448]\n\\op q30, q31, [x0, #480]\n"
	".endm\n"
	".text\n"
	"fp_put:\n"
	"each ldp\n"
	"add x0, x0, #512\n"
	"ldp x1, x2, [x0]\n"
	"msr fpcr, x1\n"
	"msr fpsr, x2\n"
	"ret\n"
	"fp_get:\n"
	"each stp\n"
	"add x0, x0, #512\n"
	"mrs x1, fpcr\n"
	"mrs x2, fpsr\n"
	"stp x1, x2, [x0]\n"
	"ret\n");

/* A secondary, at the start of its granule; its stack is the rest of it. */
struct cpu {
	struct secondary start; /* must be first: its address is the CPU's */
	uint64_t index;
	uint64_t uart;
	volatile uint64_t wrong;
	volatile uint64_t is_done;
};

/* Of this realm: no other has it that began at another time. */
static uint64_t seed;

static void fp_enable(void)
{
	__asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(cpacr_fpen));
}

/* Values that no other CPU, no other round and no other realm has. */
static void expected_make(struct registers *expected, uint64_t cpu, uint64_t round)
{
	for (unsigned i = 0; i < HALVES; i++) {
		expected->v[i] = (0x0101010101010101 * (i + 1) ^ cpu << 56 ^ round << 48) + seed;
	}
	expected->fpcr = ((cpu + round + seed) << 22) & fpcr_mask;
	expected->fpsr = (cpu + round + seed + 1) & fpsr_mask;
}

/* How many of the registers are not as they should be after an exit to the host. */
static unsigned round_wrong(uint64_t cpu, uint64_t round, uint64_t uart)
{
	struct registers expected;
	struct registers found;
	unsigned wrong = 0;

	expected_make(&expected, cpu, round);
	fp_put(&expected);
	(void)mmio_read32(uart);
	fp_get(&found);
	for (unsigned i = 0; i < HALVES; i++) {
		wrong += found.v[i] != expected.v[i];
	}
	return wrong + (found.fpcr != expected.fpcr) + (found.fpsr != expected.fpsr);
}

static uint64_t rounds_wrong(uint64_t cpu, uint64_t uart)
{
	uint64_t wrong = 0;

	fp_enable();
	for (unsigned round = 0; round < ROUNDS; round++) {
		wrong += round_wrong(cpu, round, uart);
	}
	return wrong;
}

static void secondary(struct secondary *self)
{
	struct cpu *cpu = (struct cpu *)self;

	cpu->wrong = rounds_wrong(cpu->index, cpu->uart);
	barrier();
	cpu->is_done = 1;
	barrier();
	psci_cpu_off();
}

static struct cpu *cpu_at(unsigned index)
{
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): RAM behind the image */
	return (struct cpu *)(image_end_address() + (uint64_t)index * GRANULE_BYTES);
}

static void start(unsigned index, uint64_t target, uint64_t uart)
{
	struct cpu *cpu = cpu_at(index);

	*cpu = (struct cpu){.start = {(uintptr_t)cpu + GRANULE_BYTES, secondary}, .index = index, .uart = uart};
	barrier();
	if (psci_cpu_on(target, (uintptr_t)secondary_start, (uintptr_t)cpu) != PSCI_STATUS_SUCCESS) {
		fail("cpu %u cannot be switched on", index);
	}
}

static void check(unsigned index, uint64_t wrong)
{
	if (wrong != 0) {
		fail("cpu %u: %lu registers changed", index, wrong);
	}
	print("cpu %u: 32 registers, FPCR and FPSR kept over %u exits\n", index, (unsigned)ROUNDS);
}

static void fp(const struct machine *machine)
{
	uint64_t own_wrong;
	unsigned count = 0;
	struct fdt_reg uart;
	struct fdt_reg cpu;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(seed));
	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no PL011");
	}
	for (unsigned i = 0; fdt_find_named(&machine->fdt, "cpu", i, &cpu); i++) {
		if (cpu.base != own_affinity()) {
			count++;
			start(count, cpu.base, uart.base);
		}
	}
	own_wrong = rounds_wrong(0, uart.base);
	check(0, own_wrong);
	for (unsigned i = 1; i <= count; i++) {
		check(i, wait_for(&cpu_at(i)->is_done, 1) ? cpu_at(i)->wrong : HALVES);
	}
}

const struct program program = {"fp", fp};
