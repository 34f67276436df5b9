/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unicorn_cpu.c - the Unicorn CPUs run assembled words over a realm's real tables and stop as hardware would at EL2. */
#include "tests/life/support/unicorn_bench.h"

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
		bench->rec.gprs[i] = UINT64_C(0x1111111111111111) * (i % 15 + 1);
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

/* Engines of one realm, entered in turn: each answers with the MPIDR of its REC, in whichever register, and leaves the others alone. */
static void reads_its_own_mpidr(void **state)
{
	static const uint64_t keys[] = {0, 1, 15, 0x100, 0x3F0F, 0x10203};
	struct bench *bench = *state;

	CODE_IS(bench, 0xD53800A1 /* mrs x1, mpidr_el1 */, 0xD53800BE /* mrs x30, mpidr_el1 */,
		0xD53800BF /* mrs xzr, mpidr_el1 */, 0xD5380002 /* mrs x2, midr_el1 */);
	for (unsigned i = 0; i < 2 * sizeof(keys) / sizeof(keys[0]); i++) {
		uint64_t key = keys[i % (sizeof(keys) / sizeof(keys[0]))];

		bench->rec = bench_rec(bench, key);
		bench->rec.sp_el1 = 0xB0;
		SMC_AT(bench, 0, CODE + 16);
		assert_int_equal(bench->rec.gprs[1], 0x80000000 | key);
		assert_int_equal(bench->rec.gprs[30], 0x80000000 | key);
		assert_int_not_equal(bench->rec.gprs[2], 0x80000000 | key);
		assert_int_equal(bench->rec.sp_el1, 0xB0);
	}
}

/* ISV and what follows it, per form of instruction. x0 = the address, x9 = 0. */
struct form {
	uint32_t word;
	uint32_t iss; /* without the status */
	const char *text;
};

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
		bench->doing = forms[i].text;
		CODE_IS(bench, NOP, forms[i].word);
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = NS_NONE + 0x40;
		bench->rec.gprs[9] = 0;
		TRAPS(bench, ESR(EC_DATA, forms[i].iss | FSC_TRANSLATION_L3), NS_NONE + 0x40, HPFAR(NS_NONE), CODE + 4);
		assert_int_equal(bench->rec.gprs[0], NS_NONE + 0x40);
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
	bench->rec.gprs[0] = NS_ABSENT;
	TRAPS(bench, ESR(EC_DATA, FSC_EXTERNAL), NS_ABSENT, HPFAR(NS_ABSENT), CODE);
}

static void honours_the_permissions_of_ns_pages(void **state)
{
	struct bench *bench = *state;
	uint64_t *ns = world_at(bench->world, bench->ns_pa);

	ns[2] = 0x77;
	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0xF9000003 /* str x3, [x0] */);
	bench->rec.gprs[0] = NS_RW + 16;
	bench->rec.gprs[3] = 0x88;
	SMC_AT(bench, 0, CODE + 8);
	assert_int_equal(bench->rec.gprs[1], 0x77);
	assert_int_equal(ns[2], 0x88);
	bench->rec.pc = CODE;
	bench->rec.gprs[0] = NS_RO + 16;
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(3) | SF | WNR | FSC_PERMISSION_L3), NS_RO + 16, HPFAR(NS_RO),
		CODE + 4);
	assert_int_equal(bench->rec.gprs[1], 0x88);
}

/* What the host delegates is gone for a realm that has it mapped as host memory, though its tables still name it. */
static void loses_what_the_host_delegates(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */);
	bench->rec.gprs[0] = NS_RW;
	SMC_AT(bench, 0, CODE + 4);
	OK(bench->world, GRANULE_DELEGATE, bench->ns_pa);
	model_unicorn.lose(bench->cpus, reeve_pa(bench->ns_pa));
	bench->rec.pc = CODE;
	TRAPS(bench, ESR(EC_DATA, FSC_EXTERNAL), NS_RW, HPFAR(NS_RW), CODE);
	bench->rec.gprs[0] = NS_RO; /* not looked at before it was delegated */
	TRAPS(bench, ESR(EC_DATA, FSC_EXTERNAL), NS_RO, HPFAR(NS_RO), CODE);
	OK(bench->world, GRANULE_UNDELEGATE, bench->ns_pa);
	SMC_AT(bench, 0, CODE + 4);
	assert_int_equal(bench->rec.gprs[1], 0);
}

static void never_executes_ns_pages(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = NS_RW;
	TRAPS(bench, ESR(EC_FETCH, FSC_PERMISSION_L3), NS_RW, HPFAR(NS_RW), NS_RW);
	bench->rec.pc = CODE + 4;
	bench->rec.gprs[0] = NS_NONE + 0x10;
	TRAPS(bench, ESR(EC_FETCH, FSC_TRANSLATION_L3), NS_NONE + 0x10, HPFAR(NS_NONE), NS_NONE + 0x10);
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
	assert_int_equal(bench_load(bench, bench->data_pa), 1);
	page = realm_data(bench->world, &bench->realm, HOLE, 0);
	SMC_AT(bench, 0, CODE + 20);
	assert_int_equal(bench->rec.gprs[2], 2);
	assert_int_equal(bench_load(bench, bench->data_pa), 1);
	assert_int_equal(bench_load(bench, page), 0x33);
}

static void reports_the_half_that_is_missing(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */);
	bench->rec.gprs[0] = DATA + 0xFFC;
	bench_run(bench);
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

/* msr cntp_ctl_el0 and msr cntv_ctl_el0 at EL0: each with its bit of CNTKCTL_EL1, or undefined. */
static void asks_cntkctl_for_the_timers(void **state)
{
	static const struct {
		uint64_t cntkctl; /* EL0PTEN is bit 9, EL0VTEN bit 8 */
		uint64_t esr;
		uint64_t elr;
		uint64_t cntp;
		uint64_t cntv;
	} rows[] = {{0, ESR(0, 0), CODE + 16, 0, 0}, {1 << 8, ESR(0, 0), CODE + 16, 0, 0},
		{1 << 9, ESR(0, 0), CODE + 20, 2, 0}, {3 << 8, ESR(0x15, 7), CODE + 28, 2, 2}};
	struct bench *bench = *state;

	CODE_IS(bench, 0xD518E102 /* msr cntkctl_el1, x2 */, 0xD5184020 /* msr elr_el1, x0 */,
		0xD5184001 /* msr spsr_el1, x1 */, 0xD69F03E0 /* eret */, 0xD51BE225 /* msr cntp_ctl_el0, x5 */,
		0xD51BE325 /* msr cntv_ctl_el0, x5 */, 0xD40000E1 /* svc #7 */);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = CODE + 16;
		bench->rec.gprs[1] = PSTATE_EL0;
		bench->rec.gprs[2] = rows[i].cntkctl;
		bench->rec.gprs[5] = 2; /* IMASK */
		bench->rec.cntp_ctl = 0;
		bench->rec.cntv_ctl = 0;
		taken(bench, 8, rows[i].esr, rows[i].elr, PSTATE_EL0);
		assert_int_equal(bench->rec.cntp_ctl, rows[i].cntp);
		assert_int_equal(bench->rec.cntv_ctl, rows[i].cntv);
	}
}

static void returns_within_el1(void **state)
{
	static const uint64_t modes[] = {PSTATE_EL1H, PSTATE_EL1T};
	struct bench *bench = *state;

	CODE_IS(bench, 0xD5184020 /* msr elr_el1, x0 */, 0xD5184001 /* msr spsr_el1, x1 */, 0xD69F03E0 /* eret */, UDF,
		0x910003E6 /* mov x6, sp */);
	bench->rec.sp_el0 = 0xA0;
	bench->rec.sp_el1 = 0xB0;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = CODE + 16;
		bench->rec.gprs[1] = modes[i];
		SMC_AT(bench, 0, CODE + 20);
		assert_int_equal(bench->rec.pstate, modes[i]);
		assert_int_equal(bench->rec.gprs[6], i == 0 ? 0xB0 : 0xA0);
	}
}

/* One level 1 table of 1 GiB identity blocks: what is mapped is reached, what stage 2 does not map is reported. */
static void walks_an_identity_map(void **state)
{
	struct bench *bench = *state;
	uint64_t *table = bench_whole(bench, bench->data_pa);

	table[0] = 0x701;
	table[2] = 0x80000701;
	CODE_IS(bench, 0xD5182000 /* msr ttbr0_el1, x0 */, 0xD5182041 /* msr tcr_el1, x1 */,
		0xD518A202 /* msr mair_el1, x2 */, 0xD5181003 /* msr sctlr_el1, x3 */, 0xD5033FDF /* isb */,
		0xF9400085 /* ldr x5, [x4] */, SMC, 0xF94000C5 /* ldr x5, [x6] */);
	bench->rec.gprs[0] = DATA;
	bench->rec.gprs[1] = UINT64_C(5) << 32 | 1 << 23 | 28; /* IPS 48 bits, EPD1, T0SZ */
	bench->rec.gprs[2] = 0xFF;
	bench->rec.gprs[3] = 0x30C50831;
	bench->rec.gprs[4] = DATA + 16;
	bench->rec.gprs[6] = NS_NONE;
	SMC_AT(bench, 0, CODE + 24);
	assert_int_equal(bench->rec.gprs[5], 0x80000701);
	bench->rec.pc += 4;
	TRAPS(bench, ESR(EC_DATA, ISV | SAS(3) | SRT(5) | SF | FSC_TRANSLATION_L3), NS_NONE, HPFAR(NS_NONE), CODE + 28);
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
	bench_run(bench);
	assert_int_equal(bench->trap.kind, REC_TRAP_IRQ);
	assert_in_range(bench->rec.pc, CODE, CODE + 4);
}

/* Code that was translated is not run again after another page came in its place. */
static void runs_what_the_page_holds(void **state)
{
	struct bench *bench = *state;
	uint64_t page = realm_data(bench->world, &bench->realm, HOLE, 0);

	((uint32_t *)bench_whole(bench, page))[0] = SMC_IMM(1);
	CODE_IS(bench, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = HOLE;
	SMC_AT(bench, 1, HOLE);
	OK(bench->world, DATA_DESTROY, bench->realm.rd, HOLE);
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(HOLE), WORLD_PAGE);
	page = realm_data(bench->world, &bench->realm, HOLE, 0);
	((uint32_t *)bench_whole(bench, page))[0] = SMC_IMM(2);
	SMC_AT(bench, 2, HOLE);
}

enum { SCATTERED = 400 };

/* Every second page: more runs than an engine keeps regions. x0 walks, x8 is the step, x7 the end; the sum comes out in x2. */
static void reaches_more_runs_than_regions(void **state)
{
	struct bench *bench = *state;
	uint64_t sum = 0;

	for (uint64_t i = 0; i < SCATTERED; i++) {
		uint64_t page = realm_data(bench->world, &bench->realm, MANY + i * 2 * WORLD_PAGE, 0);

		*(uint64_t *)bench_whole(bench, page) = i * i;
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

/* The same when the engine had no region over the page at the time: it ran out of regions and dropped them all. */
static void forgets_code_with_its_regions(void **state)
{
	struct bench *bench = *state;
	uint64_t page = realm_data(bench->world, &bench->realm, HOLE, 0);

	((uint32_t *)bench_whole(bench, page))[0] = SMC_IMM(1);
	CODE_IS(bench, 0xD61F0000 /* br x0 */, 0xF9400001 /* ldr x1, [x0] */, 0x8B080000 /* add x0, x0, x8 */,
		0xEB07001F /* cmp x0, x7 */, 0x54FFFFA1 /* b.ne .-12 */);
	bench->rec.gprs[0] = HOLE;
	SMC_AT(bench, 1, HOLE);
	for (uint64_t i = 0; i < SCATTERED; i++) {
		realm_data(bench->world, &bench->realm, MANY + i * 2 * WORLD_PAGE, 0);
	}
	bench->rec.pc = CODE + 4;
	bench->rec.gprs[0] = MANY;
	bench->rec.gprs[7] = MANY + SCATTERED * 2 * WORLD_PAGE;
	bench->rec.gprs[8] = 2 * WORLD_PAGE;
	SMC_AT(bench, 0, CODE + 20);
	OK(bench->world, DATA_DESTROY, bench->realm.rd, HOLE);
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(HOLE), WORLD_PAGE);
	page = realm_data(bench->world, &bench->realm, HOLE, 0);
	((uint32_t *)bench_whole(bench, page))[0] = SMC_IMM(2);
	bench->rec.pc = CODE;
	bench->rec.gprs[0] = HOLE;
	SMC_AT(bench, 2, HOLE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(stops_at_smc_and_hvc),
		TEST(keeps_the_registers),
		TEST(reads_its_own_mpidr),
		TEST(tells_the_host_what_an_access_was),
		TEST(reports_faults_as_stage2_says),
		TEST(honours_the_permissions_of_ns_pages),
		TEST(loses_what_the_host_delegates),
		TEST(never_executes_ns_pages),
		TEST(stops_inside_a_block_and_goes_on),
		TEST(reports_the_half_that_is_missing),
		TEST(takes_its_own_exceptions),
		TEST(comes_back_from_el0),
		TEST(asks_cntkctl_for_the_timers),
		TEST(returns_within_el1),
		TEST(walks_an_identity_map),
		TEST(waits),
		TEST(runs_what_the_page_holds),
		TEST(reaches_more_runs_than_regions),
		TEST(forgets_code_with_its_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
