/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unicorn_wide.c - a realm of 48 IPA bits reaches what lies beyond the 44 bits of Unicorn's physical addresses. */
#include <string.h>

#include "reeve/field.h"
#include "tests/life/support/unicorn_bench.h"

/* Host memory, and an unprotected hole; a protected page with code. */
#define WIDE_NS (UINT64_C(1) << 47 | 0x1000)
#define WIDE_HOLE (UINT64_C(1) << 47 | 0x3000)
#define WIDE_CODE (UINT64_C(1) << 46 | 0x5000)

enum { S2AP_RW = 3 << 6, NORMAL = 6 << 2 };

/* The bench, with a realm of 48 IPA bits in the place of its own. */
static int wide_setup(void **state)
{
	struct bench *bench;
	const void *vectors;

	bench_setup(state);
	bench = *state;
	vectors = bench_whole(bench, bench->vectors_pa);
	realm_new(bench->world, &bench->realm, 48);
	bench->stage2 = (struct stage2){
		.rd = reeve_pa(bench->realm.rd),
		.root = reeve_pa(bench->realm.params.rtt_base),
		.root_count = bench->realm.params.rtt_num_start,
		.start_level = (int)bench->realm.params.rtt_level_start,
		.ipa_bits = 48,
	};
	bench->code_pa = realm_data(bench->world, &bench->realm, CODE, 0);
	bench->vectors_pa = realm_data(bench->world, &bench->realm, VECTORS, 0);
	bench->data_pa = realm_data(bench->world, &bench->realm, DATA, 0);
	memcpy(bench_whole(bench, bench->vectors_pa), vectors, WORLD_PAGE);
	realm_tables(bench->world, &bench->realm, WIDE_NS, 3);
	OK(bench->world, RTT_MAP_UNPROTECTED, bench->realm.rd, WIDE_NS, 3, bench->ns_pa | S2AP_RW | NORMAL);
	bench->rec = bench_rec(bench, 2);
	return 0;
}

/* The page holds MEMORY; x0 points at it, x1, x2 and d1 hold X1, X2 and X1, x9 is 16. */
#define MEMORY UINT64_C(0xF7E6D5C4B3A29180)
#define X1 UINT64_C(0x1122334455667788)
#define X2 UINT64_C(0x99AABBCCDDEEFF00)

struct form {
	const char *text;
	uint32_t word;
	uint64_t x0; /* less WIDE_NS */
	uint64_t x1;
	uint64_t memory;
};

static const struct form forms[] = {
	{"ldr x1, [x0]", 0xF9400001, 0, MEMORY, MEMORY},
	{"ldr w1, [x0]", 0xB9400001, 0, 0xB3A29180, MEMORY},
	{"ldrh w1, [x0]", 0x79400001, 0, 0x9180, MEMORY},
	{"ldrb w1, [x0]", 0x39400001, 0, 0x80, MEMORY},
	{"ldrsb x1, [x0]", 0x39800001, 0, 0xFFFFFFFFFFFFFF80, MEMORY},
	{"ldrsb w1, [x0]", 0x39C00001, 0, 0xFFFFFF80, MEMORY},
	{"ldrsh x1, [x0]", 0x79800001, 0, 0xFFFFFFFFFFFF9180, MEMORY},
	{"ldrsh w1, [x0]", 0x79C00001, 0, 0xFFFF9180, MEMORY},
	{"ldrsw x1, [x0]", 0xB9800001, 0, 0xFFFFFFFFB3A29180, MEMORY},
	{"str x1, [x0]", 0xF9000001, 0, X1, X1},
	{"str w1, [x0]", 0xB9000001, 0, X1, 0xF7E6D5C455667788},
	{"strh w1, [x0]", 0x79000001, 0, X1, 0xF7E6D5C4B3A27788},
	{"strb w1, [x0]", 0x39000001, 0, X1, 0xF7E6D5C4B3A29188},
	{"str xzr, [x0]", 0xF900001F, 0, X1, 0},
	{"ldr x1, [x0], #8", 0xF8408401, 8, MEMORY, MEMORY},
	{"str x1, [x0, #0]!", 0xF8000C01, 0, X1, X1},
	{"ldp x1, x2, [x0]", 0xA9400801, 0, MEMORY, MEMORY},
	{"stp w1, w2, [x0]", 0x29000801, 0, X1, 0xDDEEFF0055667788},
	{"stp x1, x2, [x0], #16", 0xA8810801, 16, X1, X1},
	{"ldxr x1, [x0]", 0xC85F7C01, 0, MEMORY, MEMORY},
	{"ldar w1, [x0]", 0x88DFFC01, 0, 0xB3A29180, MEMORY},
	{"stlr w1, [x0]", 0x889FFC01, 0, X1, 0xF7E6D5C455667788},
	{"ldadd x2, x1, [x0]", 0xF8220001, 0, MEMORY, MEMORY + X2},
	{"swp x2, x1, [x0]", 0xF8228001, 0, MEMORY, X2},
	{"cas x1, x2, [x0]", 0xC8A17C02, 0, MEMORY, MEMORY},
	{"str d1, [x0]", 0xFD000001, 0, X1, X1},
	{"st1 {v1.8b}, [x0], #8", 0x0C9F7001, 8, X1, X1},
	{"dc zva, x0", 0xD50B7420, 0, X1, 0},
};

enum { FORM_COUNT = sizeof(forms) / sizeof(forms[0]), FORM_COUNT_EL0 = FORM_COUNT - 1 }; /* the last needs EL1 */

static void run_form(struct bench *bench, const struct form *form, uint64_t pstate)
{
	uint64_t *ns = world_at(bench->world, bench->ns_pa);

	memset(ns, 0, WORLD_PAGE);
	ns[0] = MEMORY;
	CODE_IS(bench, 0x9E670021 /* fmov d1, x1 */, form->word, SMC_IMM(5));
	/* Only a page that leaves Unicorn's TLB shows whether it can come in. */
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(WIDE_NS), WORLD_PAGE);
	bench->doing = form->text;
	bench->rec.pc = CODE;
	bench->rec.pstate = pstate;
	bench->rec.gprs[0] = WIDE_NS;
	bench->rec.gprs[1] = X1;
	bench->rec.gprs[2] = X2;
	bench_run(bench);
	if (bench->rec.gprs[0] != WIDE_NS + form->x0 || bench->rec.gprs[1] != form->x1 || ns[0] != form->memory) {
		print_error("%s: x0 %#lx x1 %#lx memory %#lx\n", form->text, (unsigned long)bench->rec.gprs[0],
			(unsigned long)bench->rec.gprs[1], (unsigned long)ns[0]);
		fail();
	}
}

static void reaches_host_memory(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < FORM_COUNT; i++) {
		run_form(bench, &forms[i], PSTATE_EL1H);
		assert_int_equal(bench->trap.esr, ESR(EC_SMC, 5));
		assert_int_equal(bench->rec.pc, CODE + 8);
	}
}

/* There an smc is undefined: vector 8 of 16. */
static void reaches_host_memory_from_el0(void **state)
{
	struct bench *bench = *state;

	for (size_t i = 0; i < FORM_COUNT_EL0; i++) {
		run_form(bench, &forms[i], PSTATE_EL0);
		assert_int_equal(bench->trap.esr, ESR(EC_SMC, 0x88));
		assert_int_equal(bench->rec.el1[EL1_ESR_EL1], ESR(0, 0));
		assert_int_equal(bench->rec.el1[EL1_ELR_EL1], CODE + 8);
	}
}

static void reads_vectors_and_pairs_whole(void **state)
{
	struct bench *bench = *state;
	uint64_t *ns = world_at(bench->world, bench->ns_pa);

	ns[0] = MEMORY;
	ns[1] = X2;
	CODE_IS(bench, 0xA9400801 /* ldp x1, x2, [x0] */, 0x3DC00001 /* ldr q1, [x0] */, 0x9E660024 /* fmov x4, d1 */,
		0x9EAE0025 /* fmov x5, v1.d[1] */);
	bench->rec.gprs[0] = WIDE_NS;
	SMC_AT(bench, 0, CODE + 16);
	assert_int_equal(bench->rec.gprs[1], MEMORY);
	assert_int_equal(bench->rec.gprs[2], X2);
	assert_int_equal(bench->rec.gprs[4], MEMORY);
	assert_int_equal(bench->rec.gprs[5], X2);
}

/* What stands before and after the access in its block takes effect once. */
static void counts_each_instruction_once(void **state)
{
	struct bench *bench = *state;
	uint64_t *ns = world_at(bench->world, bench->ns_pa);

	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */, 0xF8008422 /* str x2, [x1], #8 */,
		0xF8008402 /* str x2, [x0], #8 */, 0x91000442 /* add x2, x2, #1 */, 0xF1000463 /* subs x3, x3, #1 */,
		0x54FFFF61 /* b.ne .-20 */);
	bench->rec.gprs[0] = WIDE_NS;
	bench->rec.gprs[1] = DATA;
	bench->rec.gprs[3] = 100;
	SMC_AT(bench, 0, CODE + 24);
	assert_int_equal(bench->rec.gprs[0], WIDE_NS + 800);
	assert_int_equal(bench->rec.gprs[1], DATA + 800);
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(ns[i], 2 * i + 1);
		assert_int_equal(bench_load(bench, bench->data_pa + 8 * (uint64_t)i) & 0xFF, 2 * i + 1);
	}
}

static void tells_the_host_what_an_access_was(void **state)
{
	static const struct {
		uint32_t word;
		uint32_t iss;
	} rows[] = {
		{0xF9400001 /* ldr x1, [x0] */, ISV | SAS(3) | SRT(1) | SF},
		{0x39800001 /* ldrsb x1, [x0] */, ISV | SAS(0) | SRT(1) | SSE | SF},
		{0x7900001F /* strh wzr, [x0] */, ISV | SAS(1) | SRT(31) | WNR},
		{0xF8408401 /* ldr x1, [x0], #8 */, 0},
		{0xA9000801 /* stp x1, x2, [x0] */, WNR},
		{0xF8210002 /* ldadd x1, x2, [x0] */, 0},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CODE_IS(bench, NOP, rows[i].word);
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = WIDE_HOLE + 0x40;
		TRAPS(bench, ESR(EC_DATA, rows[i].iss | FSC_TRANSLATION_L3), WIDE_HOLE + 0x40, HPFAR(WIDE_HOLE),
			CODE + 4);
		assert_int_equal(bench->rec.gprs[0], WIDE_HOLE + 0x40);
	}
}

/* The page leaves Unicorn's TLB with the host's mapping. */
static void loses_what_the_host_delegates(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xF9400001 /* ldr x1, [x0] */, 0xF9000001 /* str x1, [x0] */);
	bench->rec.gprs[0] = WIDE_NS;
	SMC_AT(bench, 0, CODE + 8);
	OK(bench->world, GRANULE_DELEGATE, bench->ns_pa);
	model_unicorn.lose(bench->cpus, reeve_pa(bench->ns_pa));
	for (uint64_t pc = CODE; pc < CODE + 8; pc += 4) {
		bench->rec.pc = pc;
		TRAPS(bench, ESR(EC_DATA, (pc == CODE ? 0 : WNR) | FSC_EXTERNAL), WIDE_NS, HPFAR(WIDE_NS), pc);
	}
	OK(bench->world, GRANULE_UNDELEGATE, bench->ns_pa);
	bench->rec.pc = CODE;
	SMC_AT(bench, 0, CODE + 8);
}

/* The step ends in the same abort: it was not about the size of the address. */
static void takes_an_abort_that_stays(void **state)
{
	static const uint64_t addresses[] = {DATA + 1, WIDE_NS + 1};
	struct bench *bench = *state;

	CODE_IS(bench, 0xC87F0801 /* ldxp x1, x2, [x0] */);
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		bench->rec.pc = CODE;
		bench->rec.gprs[0] = addresses[i];
		SMC_AT(bench, 0x84, VECTORS + 0x200);
		assert_int_equal(FIELD_GET(bench->rec.el1[EL1_ESR_EL1], ESR_EC), 0x25);
		assert_int_equal(bench->rec.el1[EL1_ELR_EL1], CODE);
	}
}

static void reports_fetches(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = WIDE_HOLE + 0x10;
	TRAPS(bench, ESR(EC_FETCH, FSC_TRANSLATION_L3), WIDE_HOLE + 0x10, HPFAR(WIDE_HOLE), WIDE_HOLE + 0x10);
	bench->rec.pc = CODE;
	bench->rec.gprs[0] = WIDE_NS;
	TRAPS(bench, ESR(EC_FETCH, FSC_PERMISSION_L3), WIDE_NS, HPFAR(WIDE_NS), WIDE_NS);
}

/* The page's first instruction is one that the step over the check must leave alone. */
static void runs_code_of_its_own(void **state)
{
	struct bench *bench = *state;
	uint32_t *words = bench_whole(bench, realm_data(bench->world, &bench->realm, WIDE_CODE, 0));

	words[0] = 0xD69F03E0; /* eret */
	words[2] = 0x91000442; /* add x2, x2, #1 */
	words[3] = SMC_IMM(7);
	CODE_IS(bench, 0xD5184020 /* msr elr_el1, x0 */, 0xD5184001 /* msr spsr_el1, x1 */, 0xD61F0060 /* br x3 */);
	bench->rec.gprs[0] = WIDE_CODE + 8;
	bench->rec.gprs[1] = PSTATE_EL1T;
	bench->rec.gprs[2] = 41;
	bench->rec.gprs[3] = WIDE_CODE;
	SMC_AT(bench, 7, WIDE_CODE + 12);
	assert_int_equal(bench->rec.gprs[2], 42);
	assert_int_equal(bench->rec.pstate, PSTATE_EL1T);
}

/* No IPA has so many bits: the realm's own fault, as without the step. */
static void faults_beyond_any_ipa(void **state)
{
	struct bench *bench = *state;

	CODE_IS(bench, 0xD61F0000 /* br x0 */);
	bench->rec.gprs[0] = UINT64_C(1) << 49;
	SMC_AT(bench, 0x84, VECTORS + 0x200);
	assert_int_equal(bench->rec.el1[EL1_ESR_EL1], ESR(0x21, 4));
	assert_int_equal(bench->rec.el1[EL1_FAR_EL1], UINT64_C(1) << 49);
	assert_int_equal(bench->rec.el1[EL1_ELR_EL1], UINT64_C(1) << 49);
}

/* Two levels of an identity map: Unicorn looks at the size of an address only while there is none. */
static void reaches_host_memory_through_stage1(void **state)
{
	struct bench *bench = *state;
	uint64_t *level0 = bench_whole(bench, bench->data_pa);
	uint64_t *low = bench_whole(bench, realm_data(bench->world, &bench->realm, DATA + 0x1000, 0));
	uint64_t *high = bench_whole(bench, realm_data(bench->world, &bench->realm, DATA + 0x2000, 0));

	level0[0] = (DATA + 0x1000) | 3;
	level0[WIDE_NS >> 39] = (DATA + 0x2000) | 3;
	low[0] = 0x701;
	high[0] = (WIDE_NS & ~UINT64_C(0x3FFFFFFF)) | 0x701;
	CODE_IS(bench, 0xD5182000 /* msr ttbr0_el1, x0 */, 0xD5182041 /* msr tcr_el1, x1 */,
		0xD518A202 /* msr mair_el1, x2 */, 0xD5181003 /* msr sctlr_el1, x3 */, 0xD5033FDF /* isb */,
		0xF9400085 /* ldr x5, [x4] */, SMC, 0xF94000C5 /* ldr x5, [x6] */);
	bench->rec.gprs[0] = DATA;
	bench->rec.gprs[1] = UINT64_C(5) << 32 | 1 << 23 | 16; /* IPS 48 bits, EPD1, T0SZ */
	bench->rec.gprs[2] = 0xFF;
	bench->rec.gprs[3] = 0x30C50831;
	bench->rec.gprs[4] = DATA;
	bench->rec.gprs[6] = WIDE_NS;
	SMC_AT(bench, 0, CODE + 24);
	assert_int_equal(bench->rec.gprs[5], level0[0]);
	*(uint64_t *)world_at(bench->world, bench->ns_pa) = MEMORY;
	bench->rec.pc += 4;
	SMC_AT(bench, 0, CODE + 32);
	assert_int_equal(bench->rec.gprs[5], MEMORY);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, wide_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(reaches_host_memory),
		TEST(reaches_host_memory_from_el0),
		TEST(reads_vectors_and_pairs_whole),
		TEST(counts_each_instruction_once),
		TEST(tells_the_host_what_an_access_was),
		TEST(loses_what_the_host_delegates),
		TEST(takes_an_abort_that_stays),
		TEST(reports_fetches),
		TEST(runs_code_of_its_own),
		TEST(faults_beyond_any_ipa),
		TEST(reaches_host_memory_through_stage1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
