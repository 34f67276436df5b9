/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_engine.c - what the conduit does with calls, before an SMC function that is no monitor (F1 to F5 of reeve/fault.h). */
#include "tests/unit/support/fault_world.h"

#include <stdio.h>
#include <string.h>

#define COUNT_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Registers first..last are what `of` says of each. */
#define EXPECT_REGISTERS(w, first, last, of) \
	for (unsigned r_ = (first); r_ <= (last); r_++) { \
		assert_int_equal((w)->x[r_], of(r_)); \
	}
#define ZERO(r) ((void)(r), UINT64_C(0))

static void without_a_plan_all_pass(void **state)
{
	struct fault_world *w = *state;
	struct reeve_pa pa = {0};

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		uint64_t fid = rmi_command_info((enum rmi_command)i)->fid;

		assert_int_equal(fault_call(w, fid, 1, 2, 3), RMI_SUCCESS);
		assert_int_equal(w->seen[0], fid);
		assert_int_equal(w->seen[3], 3);
		assert_int_equal(w->seen[17], BEFORE(17));
	}
	assert_int_equal(w->calls, RMI_COMMAND_COUNT);
	assert_int_equal(w->x[4], BEHIND(4));
	assert_true(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	assert_int_equal(pa.value, 4096);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
}

static void refused(void **state)
{
	struct fault_world *w = *state;

	fault_load(w, "refuse DATA_CREATE status=ERROR_RTT(2)");
	assert_int_equal(FAULT_CALL(w, DATA_CREATE, 1, 2, 3), 0x204);
	assert_int_equal(w->calls, 0);
	EXPECT_REGISTERS(w, 1, 4, ZERO);
	EXPECT_REGISTERS(w, 5, 17, BEFORE);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
	assert_int_equal(FAULT_CALL(w, DATA_CREATE, 1, 2, 3), RMI_SUCCESS);
	assert_int_equal(w->calls, 1);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
}

static void misreported(void **state)
{
	struct fault_world *w = *state;

	fault_load(w, "misreport DATA_DESTROY times=2 status=NOT_SUPPORTED");
	assert_true(FAULT_CALL(w, DATA_DESTROY, 1, 2, 3) == SMCCC_NOT_SUPPORTED);
	assert_int_equal(w->calls, 1);
	assert_int_equal(w->seen[0], RMI_FID(DATA_DESTROY));
	assert_int_equal(w->seen[2], 2);
	EXPECT_REGISTERS(w, 1, 4, ZERO);
	EXPECT_REGISTERS(w, 5, LEFT_FIRST - 1, BEFORE);
	EXPECT_REGISTERS(w, LEFT_FIRST, 17, BEHIND);
	/* One that failed on its own is misreported as well. */
	w->answer = RMI_ERROR_INPUT;
	assert_true(FAULT_CALL(w, DATA_DESTROY, 1, 2, 3) == SMCCC_NOT_SUPPORTED);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 2);
	assert_int_equal(FAULT_CALL(w, DATA_DESTROY, 1, 2, 3), RMI_ERROR_INPUT);
}

static void every_command_any_status(void **state)
{
	enum { STATUSES = 300 };
	struct fault_world *w = *state;

	for (unsigned status = 0; status < STATUSES; status++) {
		unsigned command = status % RMI_COMMAND_COUNT;
		char text[64];

		(void)snprintf(text, sizeof(text), "%s any times=all status=%u",
			status / 2 % 2 == 0 ? "refuse" : "misreport", status);
		fault_load(w, text);
		assert_int_equal(fault_call(w, rmi_command_info((enum rmi_command)command)->fid, 1, 2, 3), status);
		assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
	}
}

static void turns(void **state)
{
	static const struct {
		const char *plan;
		const char *acts;
	} rows[] = {
		{"refuse FEATURES status=BUSY", "R...."},
		{"refuse FEATURES nth=3 status=BUSY", "..R.."},
		{"refuse FEATURES times=4 status=BUSY", "RRRR.."},
		{"refuse FEATURES nth=2 times=2 status=BUSY", ".RR.."},
		{"refuse FEATURES times=all status=BUSY", "RRRRRRRRRR"},
		{"refuse FEATURES nth=4 times=all status=BUSY", "...RRRRRR"},
		{"refuse FEATURES nth=18446744073709551615 times=all status=BUSY", "....."},
		{"refuse VERSION times=all status=BUSY", "....."},
		{"refuse any nth=5 status=BUSY", "....R."},
		{"refuse FEATURES index=1 times=all status=BUSY", "RRR"},
		{"refuse FEATURES index=2 times=all status=BUSY", "..."},
		/* Two rules: both count all calls. */
		{"refuse FEATURES status=BUSY; refuse FEATURES nth=3 status=BUSY", "R.R.."},
		{"refuse FEATURES times=2 status=BUSY; refuse FEATURES status=BUSY", "RR..."},
		{"refuse any nth=2 status=BUSY; refuse FEATURES nth=2 times=2 status=BUSY", ".RR.."},
	};
	struct fault_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fault_load(w, rows[i].plan);
		expect_refusals(w, RMI_FID(FEATURES), rows[i].acts);
	}
}

/* The first of the rules whose turn it is acts, alone; the others count the call all the same. */
static void first_rule_acts_alone(void **state)
{
	struct fault_world *w = *state;

	fault_load(w,
		"refuse FEATURES nth=2 status=ERROR_REC\n"
		"alter FEATURES times=2 value=index+1\n"
		"refuse FEATURES times=3 status=ERROR_REALM\n"
		"delay any times=all us=1");
	assert_int_equal(FAULT_CALL(w, FEATURES, 7, 0, 0), RMI_SUCCESS);
	assert_int_equal(w->x[1], 8);
	assert_int_equal(FAULT_CALL(w, FEATURES, 7, 0, 0), RMI_ERROR_REC);
	assert_int_equal(FAULT_CALL(w, FEATURES, 7, 0, 0), RMI_ERROR_REALM);
	assert_int_equal(w->delay, 0);
	assert_int_equal(FAULT_CALL(w, FEATURES, 7, 0, 0), RMI_SUCCESS);
	assert_int_equal(w->x[1], BEHIND(1));
	assert_int_equal(w->delay, 1);
	for (unsigned i = 0; i < 4; i++) {
		assert_int_equal(reeve_fault_acted(&w->fault, i), 1);
	}
	assert_int_equal(reeve_fault_acted(&w->fault, 4), 0);
	assert_int_equal(reeve_fault_acted(&w->fault, REEVE_FAULT_RULES), 0);
	assert_int_equal(reeve_fault_acted(&w->fault, UINT32_MAX), 0);
}

static void any_is_every_rmi_command_and_no_other_call(void **state)
{
	static const uint64_t others[] = {0, 0x84000000, 0xC4000150 + 0x100, 0x80000150, 0xC4000001, UINT64_MAX};
	struct fault_world *w = *state;
	struct reeve_pa pa;

	fault_load(w, "refuse any times=all status=BUSY");
	for (size_t i = 0; i < COUNT_OF(others); i++) {
		assert_int_equal(fault_call(w, others[i], 1, 2, 3), RMI_SUCCESS);
		assert_true(w->seen[0] == others[i]);
	}
	assert_true(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		assert_int_equal(fault_call(w, rmi_command_info((enum rmi_command)i)->fid, 1, 2, 3), RMI_V2_BUSY);
	}
	/* SMCCC's hint that no SVE state lives is no part of the function. */
	assert_int_equal(fault_call(w, RMI_FID(VERSION) | 1 << 16, 1, 2, 3), RMI_V2_BUSY);
}

static void arguments(void **state)
{
	static const struct {
		const char *condition;
		uint64_t x[3];
		bool is_met;
	} rows[] = {
		{"rd=1", {1, 2, 3}, true},
		{"rd=2", {1, 2, 3}, false},
		{"ipa=2", {1, 2, 3}, true},
		{"rd=1 ipa=2 level=3", {1, 2, 3}, true},
		{"rd=1 ipa=2 level=4", {1, 2, 3}, false},
		{"x2=0x1000..0x1fff", {0, 0x1000, 0}, true},
		{"x2=0x1000..0x1fff", {0, 0x1FFF, 0}, true},
		{"x2=0x1000..0x1fff", {0, 0xFFF, 0}, false},
		{"x2=0x1000..0x1fff", {0, 0x2000, 0}, false},
		{"level=-1..2", {0, 0, UINT64_MAX}, true},
		{"level=-1..2", {0, 0, 0}, true},
		{"level=-1..2", {0, 0, 2}, true},
		{"level=-1..2", {0, 0, 3}, false},
		{"level=-1..2", {0, 0, (uint64_t)-2}, false},
		{"level=-1", {0, 0, UINT64_MAX}, true},
		{"ipa=0..-1", {0, UINT64_C(1) << 63, 0}, true},
		{"ipa=-0x8000000000000000..-1", {0, UINT64_C(1) << 63, 0}, true},
		{"ipa=-0x8000000000000000..-1", {0, (UINT64_C(1) << 63) - 1, 0}, false},
	};
	struct fault_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		char text[128];

		(void)snprintf(text, sizeof(text), "refuse RTT_DESTROY %s status=BUSY", rows[i].condition);
		fault_load(w, text);
		assert_int_equal(FAULT_CALL(w, RTT_DESTROY, rows[i].x[0], rows[i].x[1], rows[i].x[2]),
			rows[i].is_met ? RMI_V2_BUSY : RMI_SUCCESS);
	}
	/* Only calls that meet them are counted. */
	fault_load(w, "refuse any x1=5 nth=2 status=BUSY");
	assert_int_equal(FAULT_CALL(w, FEATURES, 5, 0, 0), RMI_SUCCESS);
	assert_int_equal(FAULT_CALL(w, FEATURES, 4, 0, 0), RMI_SUCCESS);
	assert_int_equal(FAULT_CALL(w, VERSION, 5, 0, 0), RMI_V2_BUSY);
}

static void phases(void **state)
{
	struct fault_world *w = *state;
	char name[] = "create";
	struct reeve_pa pa;

	fault_load(w, "refuse FEATURES phase=create nth=2 times=2 status=BUSY; refuse alloc phase=run times=all");
	expect_refusals(w, RMI_FID(FEATURES), "...");
	reeve_fault_phase(&w->fault, name);
	expect_refusals(w, RMI_FID(FEATURES), ".R");
	reeve_fault_phase(&w->fault, "creat");
	expect_refusals(w, RMI_FID(FEATURES), ".");
	reeve_fault_phase(&w->fault, "created");
	expect_refusals(w, RMI_FID(FEATURES), ".");
	reeve_fault_phase(&w->fault, NULL);
	expect_refusals(w, RMI_FID(FEATURES), ".");
	assert_true(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	reeve_fault_phase(&w->fault, "create");
	expect_refusals(w, RMI_FID(FEATURES), "R..");
	reeve_fault_phase(&w->fault, "run");
	assert_false(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	/* A rule without a phase is of every one. */
	fault_load(w, "refuse FEATURES status=BUSY");
	expect_refusals(w, RMI_FID(FEATURES), "R");
}

/* Outputs that no monitor may give; each behind a call that succeeded. */
static void false_results(void **state)
{
	static const struct {
		const char *plan;
		uint64_t fid;
		uint64_t x1;
		uint64_t x2;
	} rows[] = {
		{"alter REC_AUX_COUNT aux_count=17", RMI_FID(REC_AUX_COUNT), 17, BEHIND(2)},
		{"alter VERSION lower=0x20000 higher=0x20000", RMI_FID(VERSION), 0x20000, 0x20000},
		{"alter VERSION higher=req+1", RMI_FID(VERSION), BEHIND(1), 0x41},
		{"alter RTT_DESTROY rtt=rtt+4096", RMI_FID(RTT_DESTROY), BEHIND(1) + 4096, BEHIND(2)},
		{"alter RTT_DESTROY rtt=rd", RMI_FID(RTT_DESTROY), 0x40, BEHIND(2)},
		{"alter RTT_DESTROY top=top-4096", RMI_FID(RTT_DESTROY), BEHIND(1), BEHIND(2) - 4096},
		{"alter RTT_DESTROY top=ipa-1", RMI_FID(RTT_DESTROY), BEHIND(1), 0x4F},
		{"alter RTT_DESTROY rtt=top top=rtt", RMI_FID(RTT_DESTROY), BEHIND(2), BEHIND(1)},
		{"alter RTT_INIT_RIPAS out_top=base", RMI_FID(RTT_INIT_RIPAS), 0x50, BEHIND(2)},
		{"alter RTT_READ_ENTRY walk_level=-2 state=9", RMI_FID(RTT_READ_ENTRY), (uint64_t)-2, 9},
		{"alter FEATURES value=-1", RMI_FID(FEATURES), UINT64_MAX, BEHIND(2)},
	};
	struct fault_world *w = *state;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		fault_load(w, rows[i].plan);
		assert_int_equal(fault_call(w, rows[i].fid, 0x40, 0x50, 0x60), RMI_SUCCESS);
		assert_int_equal(w->seen[2], 0x50);
		assert_true(w->x[1] == rows[i].x1 && w->x[2] == rows[i].x2);
		EXPECT_REGISTERS(w, 3, 4, BEHIND);
		EXPECT_REGISTERS(w, 5, LEFT_FIRST - 1, BEFORE);
		EXPECT_REGISTERS(w, LEFT_FIRST, 17, BEHIND);
		assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
	}
}

/* The call that fails behind the conduit was the rule's turn, and nothing was altered (F4). */
static void failed_calls_are_not_altered(void **state)
{
	struct fault_world *w = *state;

	fault_load(w, "alter FEATURES value=1; alter REC_ENTER exit.esr=1");
	w->answer = RMI_ERROR_INPUT;
	assert_int_equal(FAULT_CALL(w, FEATURES, 0, 0, 0), RMI_ERROR_INPUT);
	assert_int_equal(w->x[1], BEHIND(1));
	assert_int_equal(FAULT_CALL(w, REC_ENTER, 0, RUN_PAGE, 0), RMI_ERROR_INPUT);
	assert_int_equal(w->page.exit.esr, 0);
	w->answer = RMI_SUCCESS;
	assert_int_equal(FAULT_CALL(w, FEATURES, 0, 0, 0), RMI_SUCCESS);
	assert_int_equal(w->x[1], BEHIND(1));
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
	assert_int_equal(reeve_fault_acted(&w->fault, 1), 0);
}

static void exit_members(void **state)
{
	struct fault_world *w = *state;
	struct rmi_rec_run want;

	memset(&w->page, 0xA5, sizeof(w->page));
	want = w->page;
	want.exit.exit_reason = 0x7F;
	want.exit.esr = UINT64_C(0x0123456789ABCDEF);
	want.exit.gprs[30] = 0x40 + 1;
	want.exit.imm = 0xFFFE;
	fault_load(w,
		"alter REC_ENTER nth=2 exit.exit_reason=0x7f exit.esr=0x123456789abcdef exit.gprs[30]=rec+1 exit.imm=-2");
	assert_int_equal(FAULT_CALL(w, REC_ENTER, 0x40, RUN_PAGE, 0), RMI_SUCCESS);
	assert_int_equal(w->page.exit.esr, UINT64_C(0xA5A5A5A5A5A5A5A5));
	assert_int_equal(FAULT_CALL(w, REC_ENTER, 0x40, RUN_PAGE, 0), RMI_SUCCESS);
	assert_memory_equal(&w->page, &want, sizeof(want));
	EXPECT_REGISTERS(w, 1, 4, BEHIND);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
}

static void a_run_page_that_is_not_there(void **state)
{
	struct fault_world *w = *state;

	w->has_no_page = true;
	fault_load(w, "alter REC_ENTER exit.esr=1");
	assert_int_equal(FAULT_CALL(w, REC_ENTER, 0x40, RUN_PAGE, 0), RMI_SUCCESS);
	assert_int_equal(w->calls, 1);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
}

static void delayed(void **state)
{
	struct fault_world *w = *state;

	fault_load(w, "delay REALM_CREATE nth=2 us=500");
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, 1, 2, 3), RMI_SUCCESS);
	assert_int_equal(w->delay, 0);
	w->answer = RMI_ERROR_INPUT;
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, 1, 2, 3), RMI_ERROR_INPUT);
	assert_int_equal(w->delay, 500);
	assert_int_equal(w->delayed_at, 1); /* before the second call */
	assert_int_equal(w->calls, 2);
	EXPECT_REGISTERS(w, 1, 4, BEHIND);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
}

static void allocations(void **state)
{
	struct fault_world *w = *state;
	struct reeve_pa pa = {77};

	fault_load(w, "refuse alloc nth=2 times=2; refuse any times=all status=BUSY");
	assert_true(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	pa.value = 77;
	assert_false(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	assert_false(reeve_fault_pages_alloc(&w->fault, 65536, &pa));
	assert_int_equal(pa.value, 77);
	assert_int_equal(w->allocs, 1);
	assert_true(reeve_fault_pages_alloc(&w->fault, 65536, &pa));
	assert_int_equal(pa.value, 65536);
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 2);
	assert_int_equal(reeve_fault_acted(&w->fault, 1), 0);
	w->has_no_memory = true;
	assert_false(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 2);
}

/* Without pages_alloc there is no page, and no plan about one; smc alone is enough for the rest. */
static void smc_alone(void **state)
{
	struct fault_world *w = *state;
	const struct reeve_fault_config config = {.smc = fault_behind_smc, .context = w};
	struct reeve_pa pa;

	reeve_fault_init(&w->fault, &config);
	assert_false(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	fault_load(w, "refuse FEATURES nth=2 status=BUSY; misreport VERSION status=BUSY; alter FEATURES value=9");
	assert_false(reeve_fault_pages_alloc(&w->fault, 4096, &pa));
	assert_int_equal(FAULT_CALL(w, FEATURES, 0, 0, 0), RMI_SUCCESS);
	assert_int_equal(w->x[1], 9);
	assert_int_equal(FAULT_CALL(w, VERSION, 0, 0, 0), RMI_V2_BUSY);
	assert_int_equal(FAULT_CALL(w, FEATURES, 0, 0, 0), RMI_V2_BUSY);
}

static void loading_counts_anew(void **state)
{
	struct fault_world *w = *state;
	struct reeve_fault_plan plan = {.rules = {{.command = RMI_FEATURES, .status = 1}}, .count = 1};
	struct reeve_fault_plan bad = plan;
	struct reeve_fault_error error;

	fault_load(w, "refuse FEATURES nth=2 times=2 status=BUSY");
	expect_refusals(w, RMI_FID(FEATURES), ".R");
	/* A plan that is not taken changes nothing, not even a count. */
	bad.rules[0].command = REEVE_FAULT_ALLOC + 1;
	assert_false(reeve_fault_load(&w->fault, &bad, &error));
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 1);
	expect_refusals(w, RMI_FID(FEATURES), "R.");
	fault_load(w, "refuse FEATURES nth=2 times=2 status=BUSY");
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
	expect_refusals(w, RMI_FID(FEATURES), ".RR.");
	/* Of a program's rule nth 0 and times 0 are the first call, once; the plan is a copy. */
	assert_true(reeve_fault_load(&w->fault, &plan, &error));
	plan.rules[0].nth = 5;
	expect_refusals(w, RMI_FID(FEATURES), "R.");
	fault_load(w, "");
	expect_refusals(w, RMI_FID(FEATURES), "...");
	assert_int_equal(reeve_fault_acted(&w->fault, 0), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fault_world_setup, fault_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_a_plan_all_pass),
		TEST(refused),
		TEST(misreported),
		TEST(every_command_any_status),
		TEST(turns),
		TEST(first_rule_acts_alone),
		TEST(any_is_every_rmi_command_and_no_other_call),
		TEST(arguments),
		TEST(phases),
		TEST(false_results),
		TEST(failed_calls_are_not_altered),
		TEST(exit_members),
		TEST(a_run_page_that_is_not_there),
		TEST(delayed),
		TEST(allocations),
		TEST(smc_alone),
		TEST(loading_counts_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
