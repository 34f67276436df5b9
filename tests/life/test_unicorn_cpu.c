/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unicorn_cpu.c - the Unicorn CPUs run assembled words over a realm's real tables and stop as hardware would at EL2. */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine/model/cpu.h"
#include "machine/model/memory.h"
#include "tests/unit/support/rmi_world.h"

/* Where things stand in the realm of 32 IPA bits; each a page of its own. */
enum {
	CODE = 0x10000,
	VECTORS = 0x11000,
	DATA = 0x12000,
	HOLE = 0x14000,  /* protected, nothing assigned */
	MANY = 0x100000, /* for tests that map a lot */
	CPUS = 4,
};

static const uint64_t ns_rw = 0x80001000;
static const uint64_t ns_ro = 0x80002000;
static const uint64_t ns_none = 0x80003000;
static const uint64_t ns_absent = 0x80004000; /* mapped to a physical address without memory */

/* Words used all over. */
enum { NOP = 0xD503201F, SMC = 0xD4000003, UDF = 0, WFI = 0xD503207F, WFE = 0xD503205F, SPIN = 0x14000000 };
enum { PSTATE_EL1H = 0x3C5, PSTATE_EL1T = 0x3C4, PSTATE_EL0 = 0x3C0 };
enum { S2AP_R = 1 << 6, S2AP_RW = 3 << 6, NORMAL = 6 << 2 };
#define IL (UINT64_C(1) << 25)
#define ESR(ec, iss) ((uint64_t)(ec) << 26 | IL | (uint64_t)(iss))
#define SMC_IMM(n) (SMC | (uint32_t)(n) << 5)
#define HPFAR(ipa) ((uint64_t)(ipa) >> 12 << 4)

struct bench {
	struct world *world;
	struct realm realm;
	struct stage2 stage2;
	void *cpus;
	uint64_t code_pa;
	uint64_t vectors_pa;
	uint64_t data_pa;
	uint64_t ns_pa;
	struct rec_cpu rec;
	struct rec_trap trap;
};

static void *whole(const struct bench *bench, uint64_t pa)
{
	return model_memory_whole(model_memory_of(bench->world->model), pa);
}

static uint64_t load(const struct bench *bench, uint64_t pa)
{
	uint64_t value;

	memcpy(&value, whole(bench, pa), sizeof(value));
	return value;
}

static void map_ns(struct bench *bench, uint64_t ipa, uint64_t pa, uint64_t access)
{
	realm_tables(bench->world, &bench->realm, ipa, 3);
	OK(bench->world, RTT_MAP_UNPROTECTED, bench->realm.rd, ipa, 3, pa | access | NORMAL);
}

#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) reset,
static const uint64_t el1_reset[EL1_REGISTER_COUNT] = {
#include "spec/el1_registers.def"
};
#undef EL1_REGISTER

static struct rec_cpu rec_new(const struct bench *bench, uint64_t key)
{
	struct rec_cpu rec = {.pc = CODE, .pstate = PSTATE_EL1H, .stage2 = bench->stage2, .rec = reeve_pa(key)};

	memcpy(rec.el1, el1_reset, sizeof(rec.el1));
	rec.el1[EL1_VBAR_EL1] = VECTORS;
	rec.mpidr_el1 = 0x80000000 | key;
	return rec;
}

/* Each vector says which it is: smc #0x80 + offset / 0x80. */
static void write_vectors(struct bench *bench)
{
	uint32_t *words = whole(bench, bench->vectors_pa);

	for (uint32_t i = 0; i < 16; i++) {
		words[i * 32] = SMC_IMM(0x80 + i);
	}
}

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bench->world = world_new(0);
	realm_new(bench->world, &bench->realm, 32);
	bench->stage2 = (struct stage2){
		.rd = reeve_pa(bench->realm.rd),
		.root = reeve_pa(bench->realm.params.rtt_base),
		.root_count = bench->realm.params.rtt_num_start,
		.start_level = (int)bench->realm.params.rtt_level_start,
		.ipa_bits = 32,
	};
	bench->code_pa = realm_data(bench->world, &bench->realm, CODE, 0);
	bench->vectors_pa = realm_data(bench->world, &bench->realm, VECTORS, 0);
	bench->data_pa = realm_data(bench->world, &bench->realm, DATA, 0);
	bench->ns_pa = world_pages(bench->world, 1);
	map_ns(bench, ns_rw, bench->ns_pa, S2AP_RW);
	map_ns(bench, ns_ro, bench->ns_pa, S2AP_R);
	map_ns(bench, ns_absent, WORLD_TOP + 0x100000, S2AP_RW);
	write_vectors(bench);
	bench->cpus = model_unicorn.create(bench->world->model, CPUS);
	assert_non_null(bench->cpus);
	bench->rec = rec_new(bench, 1);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	model_unicorn.destroy(bench->cpus);
	world_free(bench->world);
	free(bench);
	return 0;
}

/* The page with code is looked at afresh when it changes: as after a TLB invalidation. */
static void write_code(struct bench *bench, size_t count, const uint32_t *words)
{
	uint32_t *code = whole(bench, bench->code_pa);

	memcpy(code, words, count * sizeof(*words));
	code[count] = SMC;
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(CODE), WORLD_PAGE);
}

#define CODE_IS(bench, ...) \
	write_code(bench, sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), (const uint32_t[]){__VA_ARGS__})

static void run(struct bench *bench)
{
	memset(&bench->trap, 0xEE, sizeof(bench->trap));
	model_unicorn.run(bench->cpus, 0, &bench->rec, &bench->trap);
}

#define TRAPS(bench, esr, far, hpfar, pc) trap_is(HERE, bench, (const uint64_t[]){esr, far, hpfar, pc})
static void trap_is(struct place place, struct bench *bench, const uint64_t want[4])
{
	run(bench);
	if (bench->trap.kind != REC_TRAP_SYNC || bench->trap.esr != want[0] || bench->trap.far != want[1] ||
		bench->trap.hpfar != want[2] || bench->rec.pc != want[3]) {
		print_error(
			"kind %d esr %#lx far %#lx hpfar %#lx pc %#lx\nwant 0 esr %#lx far %#lx hpfar %#lx pc %#lx\n",
			(int)bench->trap.kind, (unsigned long)bench->trap.esr, (unsigned long)bench->trap.far,
			(unsigned long)bench->trap.hpfar, (unsigned long)bench->rec.pc, (unsigned long)want[0],
			(unsigned long)want[1], (unsigned long)want[2], (unsigned long)want[3]);
		_fail(place.file, place.line);
	}
}

#define SMC_AT(bench, n, pc) TRAPS(bench, ESR(EC_SMC, n), 0, 0, pc)

static void stops_at_smc_and_hvc(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, NOP, SMC_IMM(5), 0x91000442 /* add x2, x2, #1 */, 0xD4000042 /* hvc #2 */);
	SMC_AT(bench, 5, CODE + 4);
	bench->rec.pc += 4;
	bench->rec.gprs[2] = 41;
	TRAPS(bench, ESR(EC_HVC, 2), 0, 0, CODE + 12);
	assert_int_equal(bench->rec.gprs[2], 42);
	bench->rec.pc += 4;
	SMC_AT(bench, 0, CODE + 16);
}

static void keeps_the_registers(void **state)
{
	struct bench *bench = *state;
	struct rec_cpu before;

	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		bench->rec.gprs[i] = 0x1111111111111111 * (i % 15 + 1);
	}
	bench->rec.sp_el0 = 0xA0;
	bench->rec.sp_el1 = 0xB0;
	bench->rec.el1[EL1_TPIDR_EL1] = 0x1234567890ABCDEF;
	before = bench->rec;
	CODE_IS(bench, NOP);
	SMC_AT(bench, 0, CODE + 4);
	before.pc = CODE + 4;
	assert_memory_equal(&before, &bench->rec, sizeof(before));
	CODE_IS(bench, 0x910003E6 /* mov x6, sp */, 0xD50040BF /* msr spsel, #0 */, 0x910003E7 /* mov x7, sp */,
		0xD53800A1 /* mrs x1, mpidr_el1 */);
	bench->rec.pc = CODE;
	SMC_AT(bench, 0, CODE + 16);
	assert_int_equal(bench->rec.gprs[6], 0xB0);
	assert_int_equal(bench->rec.gprs[7], 0xA0);
	assert_int_equal(bench->rec.gprs[1], 0x80000001);
	assert_int_equal(bench->rec.pstate & 0xFFF, PSTATE_EL1T);
	assert_int_equal(bench->rec.sp_el0, 0xA0);
	assert_int_equal(bench->rec.sp_el1, 0xB0);
}

/* ISV and what follows it, per form of instruction. x0 = the address, x9 = 0. */
struct form {
	uint32_t word;
	uint32_t iss; /* without the status */
	const char *text;
};

enum { ISV = 1 << 24, SSE = 1 << 21, SF = 1 << 15, AR = 1 << 14, WNR = 1 << 6 };
#define SAS(n) ((n) << 22)
#define SRT(n) ((n) << 16)

static const struct form forms[] = {
	{0xF9400001, ISV | SAS(3) | SRT(1) | SF, "ldr x1, [x0]"},
	{0xB9400001, ISV | SAS(2) | SRT(1), "ldr w1, [x0]"},
	{0x79C00001, ISV | SAS(1) | SRT(1) | SSE, "ldrsh w1, [x0]"},
	{0x39800001, ISV | SAS(0) | SRT(1) | SSE | SF, "ldrsb x1, [x0]"},
	{0xF900001F, ISV | SAS(3) | SRT(31) | SF | WNR, "str xzr, [x0]"},
	{0x39000001, ISV | SAS(0) | SRT(1) | WNR, "strb w1, [x0]"},
	{0xB8296801, ISV | SAS(2) | SRT(1) | WNR, "str w1, [x0, x9]"},
	{0xF8400007, ISV | SAS(3) | SRT(7) | SF, "ldur x7, [x0]"},
	{0x889FFC01, ISV | SAS(2) | SRT(1) | AR | WNR, "stlr w1, [x0]"},
	{0xF8408401, 0, "ldr x1, [x0], #8"},
	{0xF8000C01, WNR, "str x1, [x0, #0]!"},
	{0xA9400801, 0, "ldp x1, x2, [x0]"},
	{0x29000801, WNR, "stp w1, w2, [x0]"},
	{0xC85F7C01, 0, "ldxr x1, [x0]"},
	{0xC8A17C02, 0, "cas x1, x2, [x0]"},
	{0xF8210002, 0, "ldadd x1, x2, [x0]"},
	{0xFD400001, 0, "ldr d1, [x0]"},
	{0x3D800001, WNR, "str q1, [x0]"},
	{0xD50B7420, WNR, "dc zva, x0"},
};

static void tells_the_host_what_an_access_was(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		print_message("%s\n", forms[i].text);
		CODE_IS(bench, NOP, forms[i].word);
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = ns_none + 0x40;
		bench->rec.gprs[9] = 0;
		TRAPS(bench, ESR(EC_DATA, forms[i].iss | FSC_TRANSLATION_L3), ns_none + 0x40, HPFAR(ns_none), CODE + 4);
		assert_int_equal(bench->rec.gprs[0], ns_none + 0x40);
	}
}

static void reports_faults_as_stage2_says(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */);
	bench->rec.gprs[0] = HOLE + 8;
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(1) | SF | FSC_TRANSLATION_L3), HOLE + 8, HPFAR(HOLE), CODE);
	bench->rec.gprs[0] = 0x40000000; /* no table below the root's level 2 */
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(1) | SF | 6), 0x40000000, HPFAR(0x40000000), CODE);
	bench->rec.gprs[0] = UINT64_C(1) << 36; /* beyond the IPA space: at the start level */
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(1) | SF | 6), UINT64_C(1) << 36, HPFAR(UINT64_C(1) << 36), CODE);
	bench->rec.gprs[0] = ns_absent;
	TRAPS(bench, ESR(EC_DATA, FSC_EXTERNAL), ns_absent, HPFAR(ns_absent), CODE);
}

static void honours_the_permissions_of_ns_pages(void **state)
{
	struct bench *bench = *state;
	uint64_t *ns = world_at(bench->world, bench->ns_pa);

	ns[2] = 0x77;
	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0xF9000003 /* str x3, [x0] */);
	bench->rec.gprs[0] = ns_rw + 16;
	bench->rec.gprs[3] = 0x88;
	SMC_AT(bench, 0, CODE + 8);
	assert_int_equal(bench->rec.gprs[1], 0x77);
	assert_int_equal(ns[2], 0x88);
	bench->rec.pc = CODE;
	bench->rec.gprs[0] = ns_ro + 16;
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(3) | SF | WNR | FSC_PERMISSION_L3), ns_ro + 16, HPFAR(ns_ro),
		CODE + 4);
	assert_int_equal(bench->rec.gprs[1], 0x88);
}

static void never_executes_ns_pages(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = ns_rw;
	TRAPS(bench, ESR(EC_FETCH, FSC_PERMISSION_L3), ns_rw, HPFAR(ns_rw), ns_rw);
	bench->rec.pc = CODE + 4;
	bench->rec.gprs[0] = ns_none + 0x10;
	TRAPS(bench, ESR(EC_FETCH, FSC_TRANSLATION_L3), ns_none + 0x10, HPFAR(ns_none), ns_none + 0x10);
	bench->rec.pc = CODE + 4;
	bench->rec.gprs[0] = HOLE;
	TRAPS(bench, ESR(EC_FETCH, FSC_TRANSLATION_L3), HOLE, HPFAR(HOLE), HOLE);
}

/* An earlier store of the same block takes effect once, and the access goes on when the page is there. */
static void stops_inside_a_block_and_goes_on(void **state)
{
	struct bench *bench = *state;
	uint64_t page;

	CODE_IS(bench, 0xF9400022 /* ldr x2, [x1] */, 0x91000442 /* add x2, x2, #1 */, 0xF9000022 /* str x2, [x1] */,
		0xF9000003 /* str x3, [x0] */, 0x91000442 /* add x2, x2, #1 */);
	bench->rec.gprs[0] = HOLE;
	bench->rec.gprs[1] = DATA;
	bench->rec.gprs[3] = 0x33;
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(3) | SF | WNR | FSC_TRANSLATION_L3), HOLE, HPFAR(HOLE), CODE + 12);
	assert_int_equal(bench->rec.gprs[2], 1);
	assert_int_equal(load(bench, bench->data_pa), 1);
	page = realm_data(bench->world, &bench->realm, HOLE, 0);
	SMC_AT(bench, 0, CODE + 20);
	assert_int_equal(bench->rec.gprs[2], 2);
	assert_int_equal(load(bench, bench->data_pa), 1);
	assert_int_equal(load(bench, page), 0x33);
}

static void reports_the_half_that_is_missing(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */);
	bench->rec.gprs[0] = DATA + 0xFFC;
	run(bench);
	assert_int_equal(bench->trap.hpfar, HPFAR(DATA + 0x1000));
	assert_int_equal(bench->rec.pc, CODE);
	CODE_IS(bench, 0xF9000001 /* str x1, [x0] */);
	bench->rec.gprs[1] = 0x8877665544332211;
	TRAPS(bench, ESR(EC_DATA, WNR | FSC_TRANSLATION_L3), DATA + 0x1000, HPFAR(DATA + 0x1000), CODE);
	realm_data(bench->world, &bench->realm, DATA + 0x1000, 0);
	SMC_AT(bench, 0, CODE + 4);
	CODE_IS(bench, 0xA9400801 /* ldp x1, x2, [x0] */);
	bench->rec.pc = CODE;
	bench->rec.gprs[0] = DATA + 0xFF8;
	SMC_AT(bench, 0, CODE + 4);
	assert_int_equal(bench->rec.gprs[1], 0x4433221100000000);
	assert_int_equal(bench->rec.gprs[2], 0x88776655);
}

/* The exception came to the vector `n`, from `elr` with `spsr`, with this syndrome. */
static void taken(struct bench *bench, uint32_t n, uint64_t esr, uint64_t elr, uint64_t spsr)
{
	SMC_AT(bench, 0x80 + n, VECTORS + n * 0x80);
	assert_int_equal(bench->rec.el1[EL1_ESR_EL1], esr);
	assert_int_equal(bench->rec.el1[EL1_ELR_EL1], elr);
	assert_int_equal(bench->rec.el1[EL1_SPSR_EL1] & 0xFFF, spsr);
	assert_int_equal(bench->rec.pstate & 0xFFF, PSTATE_EL1H);
}

static void takes_its_own_exceptions(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, NOP, 0xD40000E1 /* svc #7 */);
	taken(bench, 4, ESR(0x15, 7), CODE + 8, PSTATE_EL1H);
	CODE_IS(bench, NOP, 0xD4200120 /* brk #9 */);
	bench->rec.pc = CODE;
	taken(bench, 4, ESR(0x3C, 9), CODE + 4, PSTATE_EL1H);
	CODE_IS(bench, NOP, UDF);
	bench->rec.pc = CODE;
	taken(bench, 4, ESR(0, 0), CODE + 4, PSTATE_EL1H);
	bench->rec.pc = CODE + 2;
	taken(bench, 4, ESR(0x22, 0), CODE + 2, PSTATE_EL1H);
	assert_int_equal(bench->rec.el1[EL1_FAR_EL1], CODE + 2);
	bench->rec.pc = CODE + 4;
	bench->rec.pstate = PSTATE_EL1T;
	bench->rec.sp_el0 = 0xA0;
	bench->rec.sp_el1 = 0xB0;
	taken(bench, 0, ESR(0, 0), CODE + 4, PSTATE_EL1T);
	assert_int_equal(bench->rec.sp_el0, 0xA0);
	assert_int_equal(bench->rec.sp_el1, 0xB0);
}

/* eret to EL0, there an exception that only EL1 can handle, and EL1 works as EL1 again. */
static void comes_back_from_el0(void **state)
{
	static const struct {
		uint32_t word;
		uint64_t esr;
		uint64_t elr;
	} rows[] = {
		{0xD40000E1, ESR(0x15, 7), CODE + 24}, /* svc #7 */
		{0xD40000A3, ESR(0, 0), CODE + 20},    /* smc #5: undefined at EL0 */
		{0xD4000042, ESR(0, 0), CODE + 20},    /* hvc #2 */
		{0xD5184020, ESR(0, 0), CODE + 20},    /* msr elr_el1, x0 */
	};
	struct bench *bench = *state;

	bench->rec.sp_el0 = 0xA0;
	bench->rec.sp_el1 = 0xB0;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CODE_IS(bench, 0xD5184020 /* msr elr_el1, x0 */, 0xD5184001 /* msr spsr_el1, x1 */,
			0x9E6700A3 /* fmov d3, x5 */, 0xD69F03E0 /* eret */, 0x910003E6 /* mov x6, sp */, rows[i].word);
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = CODE + 16;
		bench->rec.gprs[1] = PSTATE_EL0;
		bench->rec.gprs[5] = 0x5555;
		taken(bench, 8, rows[i].esr, rows[i].elr, PSTATE_EL0);
		assert_int_equal(bench->rec.gprs[6], 0xA0);
		assert_int_equal(bench->rec.sp_el1, 0xB0);
		bench->rec.pc = CODE;
		CODE_IS(bench, 0xD5384021 /* mrs x1, elr_el1 */, 0x910003E6 /* mov x6, sp */,
			0x9E660067 /* fmov x7, d3 */);
		SMC_AT(bench, 0, CODE + 12);
		assert_int_equal(bench->rec.gprs[1], rows[i].elr);
		assert_int_equal(bench->rec.gprs[6], 0xB0);
		assert_int_equal(bench->rec.gprs[7], 0x5555);
	}
}

static void waits(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, NOP, WFI, WFE);
	bench->rec.trap_wfi = true;
	bench->rec.trap_wfe = true;
	TRAPS(bench, ESR(EC_WFX, 0x1E00000), 0, 0, CODE + 4);
	bench->rec.pc += 4;
	TRAPS(bench, ESR(EC_WFX, 0x1E00001), 0, 0, CODE + 8);
	bench->rec.trap_wfi = false;
	bench->rec.trap_wfe = false;
	bench->rec.pc = CODE;
	SMC_AT(bench, 0, CODE + 12);
	CODE_IS(bench, WFI, 0x17FFFFFF /* b .-4 */);
	bench->rec.pc = CODE;
	run(bench);
	assert_int_equal(bench->trap.kind, REC_TRAP_IRQ);
	assert_in_range(bench->rec.pc, CODE, CODE + 4);
}

/* A thread that runs a REC of its own. */
struct runner {
	pthread_t thread;
	struct bench *bench;
	unsigned cpu;
	struct rec_cpu rec;
	struct rec_trap trap;
	atomic_bool done;
};

static void *runner_main(void *context)
{
	struct runner *runner = context;

	model_unicorn.run(runner->bench->cpus, runner->cpu, &runner->rec, &runner->trap);
	atomic_store(&runner->done, true);
	return NULL;
}

static void runner_start(struct runner *runner, struct bench *bench, unsigned cpu)
{
	runner->bench = bench;
	runner->cpu = cpu;
	atomic_store(&runner->done, false);
	assert_int_equal(pthread_create(&runner->thread, NULL, runner_main, runner), 0);
}

static void runner_join(struct runner *runner)
{
	assert_int_equal(pthread_join(runner->thread, NULL), 0);
}

static void kicks_a_realm_that_spins(void **state)
{
	struct bench *bench = *state;
	struct runner runner = {.rec = rec_new(bench, 1)};

	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */, 0x17FFFFFF /* b .-4 */);
	runner_start(&runner, bench, 2);
	usleep(20000);
	assert_false(atomic_load(&runner.done));
	model_unicorn.kick(bench->cpus, 2);
	runner_join(&runner);
	assert_int_equal(runner.trap.kind, REC_TRAP_IRQ);
	assert_true(runner.rec.gprs[2] > 0);
	assert_in_range(runner.rec.pc, CODE, CODE + 4);
	model_unicorn.kick(bench->cpus, 0); /* before it runs: at once */
	bench->rec.gprs[2] = 9;
	run(bench);
	assert_int_equal(bench->trap.kind, REC_TRAP_IRQ);
	assert_int_equal(bench->rec.gprs[2], 9);
	assert_int_equal(bench->rec.pc, CODE);
}

static void loses_a_page_while_it_runs(void **state)
{
	struct bench *bench = *state;
	struct runner runner = {.rec = rec_new(bench, 1)};

	CODE_IS(bench, 0xF9400002 /* ldr x2, [x0] */, 0x17FFFFFF /* b .-4 */);
	runner.rec.gprs[0] = DATA;
	*(uint64_t *)whole(bench, bench->data_pa) = 0xD00D;
	runner_start(&runner, bench, 1);
	usleep(20000);
	/* Invalidated but still mapped: it goes on. */
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(DATA), WORLD_PAGE);
	usleep(20000);
	assert_false(atomic_load(&runner.done));
	OK(bench->world, DATA_DESTROY, bench->realm.rd, DATA);
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(DATA), WORLD_PAGE);
	runner_join(&runner);
	assert_int_equal(runner.trap.esr, ESR(EC_DATA, ISV | SAS(3) | SRT(2) | SF | FSC_TRANSLATION_L3));
	assert_int_equal(runner.trap.hpfar, HPFAR(DATA));
	assert_int_equal(runner.rec.pc, CODE);
}

enum { ROUNDS = 300000 };

/* Two RECs on two threads increment one word; with the turn no increment is lost. */
static void takes_turns(void **state)
{
	struct bench *bench = *state;
	struct runner runners[2];

	CODE_IS(bench, 0xC85F7C22 /* ldxr x2, [x1] */, 0x91000442 /* add x2, x2, #1 */,
		0xC8047C22 /* stxr w4, x2, [x1] */, 0x35FFFFA4 /* cbnz w4, .-12 */, 0xF8250023 /* ldadd x5, x3, [x1] */,
		0xF1000400 /* subs x0, x0, #1 */, 0x54FFFF41 /* b.ne .-24 */);
	for (unsigned i = 0; i < 2; i++) {
		runners[i] = (struct runner){.rec = rec_new(bench, 1 + i)};
		runners[i].rec.gprs[0] = ROUNDS;
		runners[i].rec.gprs[1] = DATA;
		runners[i].rec.gprs[5] = 1;
		runner_start(&runners[i], bench, i);
	}
	for (unsigned i = 0; i < 2; i++) {
		runner_join(&runners[i]);
		assert_int_equal(runners[i].trap.esr, ESR(EC_SMC, 0));
		assert_int_equal(runners[i].rec.gprs[0], 0);
	}
	assert_int_equal(load(bench, bench->data_pa), 2 * 2 * ROUNDS);
}

/* One REC spins until the other, which starts later, writes the word: nobody starves. */
static void lets_the_other_run(void **state)
{
	struct bench *bench = *state;
	struct runner waiter = {.rec = rec_new(bench, 1)};

	CODE_IS(bench, 0xF9400022 /* ldr x2, [x1] */, 0xB4FFFFE2 /* cbz x2, .-4 */, SMC_IMM(1),
		0xF9000023 /* str x3, [x1] */, SMC_IMM(2));
	waiter.rec.gprs[1] = DATA;
	runner_start(&waiter, bench, 1);
	usleep(10000);
	bench->rec = rec_new(bench, 2);
	bench->rec.pc = CODE + 12;
	bench->rec.gprs[1] = DATA;
	bench->rec.gprs[3] = 1;
	SMC_AT(bench, 2, CODE + 16);
	runner_join(&waiter);
	assert_int_equal(waiter.trap.esr, ESR(EC_SMC, 1));
}

/* A REC's engine moves with it from thread to thread, and starts anew once it was destroyed. */
static void follows_its_rec(void **state)
{
	struct bench *bench = *state;
	struct runner runner;

	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */, SMC_IMM(1), 0x91000442 /* add x2, x2, #1 */);
	SMC_AT(bench, 1, CODE + 4);
	runner = (struct runner){.rec = bench->rec};
	runner.rec.pc += 4;
	runner_start(&runner, bench, 3);
	runner_join(&runner);
	assert_int_equal(runner.trap.esr, ESR(EC_SMC, 0));
	assert_int_equal(runner.rec.gprs[2], 2);
	model_unicorn.rec_destroy(bench->cpus, reeve_pa(1));
	model_unicorn.rec_destroy(bench->cpus, reeve_pa(1)); /* never entered since: nothing */
	bench->rec = rec_new(bench, 1);
	SMC_AT(bench, 1, CODE + 4);
	assert_int_equal(bench->rec.gprs[2], 1);
	model_unicorn.stage2_destroy(bench->cpus, &bench->stage2);
	bench->rec = rec_new(bench, 1);
	SMC_AT(bench, 1, CODE + 4);
}

/* Code that was translated is not run again after another page came in its place. */
static void runs_what_the_page_holds(void **state)
{
	struct bench *bench = *state;
	uint64_t page = realm_data(bench->world, &bench->realm, HOLE, 0);

	((uint32_t *)whole(bench, page))[0] = SMC_IMM(1);
	CODE_IS(bench, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = HOLE;
	SMC_AT(bench, 1, HOLE);
	OK(bench->world, DATA_DESTROY, bench->realm.rd, HOLE);
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(HOLE), WORLD_PAGE);
	page = realm_data(bench->world, &bench->realm, HOLE, 0);
	((uint32_t *)whole(bench, page))[0] = SMC_IMM(2);
	SMC_AT(bench, 2, HOLE);
}

enum { SCATTERED = 400, PER_TABLE = 512 };

/* Every second page: more runs than an engine keeps regions. x0 walks, x8 is the step, x7 the end; the sum comes out in x2. */
static void reaches_more_runs_than_regions(void **state)
{
	struct bench *bench = *state;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < SCATTERED; i++) {
		uint64_t page = realm_data(bench->world, &bench->realm, MANY + i * 2 * WORLD_PAGE, 0);

		*(uint64_t *)whole(bench, page) = i * i;
		sum += 2 * i * i;
	}
	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0x8B010042 /* add x2, x2, x1 */, 0x8B080000 /* add x0, x0, x8 */,
		0xEB07001F /* cmp x0, x7 */, 0x54FFFF81 /* b.ne .-16 */);
	bench->rec.gprs[7] = MANY + SCATTERED * 2 * WORLD_PAGE;
	bench->rec.gprs[8] = 2 * WORLD_PAGE;
	for (unsigned pass = 0; pass < 2; pass++) {
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = MANY;
		SMC_AT(bench, 0, CODE + 20);
	}
	assert_int_equal(bench->rec.gprs[2], sum);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stops_at_smc_and_hvc),
		TEST(keeps_the_registers),
		TEST(tells_the_host_what_an_access_was),
		TEST(reports_faults_as_stage2_says),
		TEST(honours_the_permissions_of_ns_pages),
		TEST(never_executes_ns_pages),
		TEST(stops_inside_a_block_and_goes_on),
		TEST(reports_the_half_that_is_missing),
		TEST(takes_its_own_exceptions),
		TEST(comes_back_from_el0),
		TEST(waits),
		TEST(kicks_a_realm_that_spins),
		TEST(loses_a_page_while_it_runs),
		TEST(takes_turns),
		TEST(lets_the_other_run),
		TEST(follows_its_rec),
		TEST(runs_what_the_page_holds),
		TEST(reaches_more_runs_than_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
