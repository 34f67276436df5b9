/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sweep_scenarios.c - the lives of the sweep: without faults each is the same every time, and one that was stopped goes on. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tools/sweep/scenario.h"

static void run(const struct scenario *scenario, const struct reeve_fault_plan *plan, struct sweep_record *record,
	enum sweep_outcome expected)
{
	struct sweep_result result = {.outcome = SWEEP_FAILED};

	assert_true(scenario_run(scenario, plan, record, NULL, &result));
	if (result.outcome != expected) {
		print_error("%s: %s: %s\n", scenario_name(scenario), sweep_outcome_name(result.outcome),
			result.why.text[0] != '\0' ? result.why.text : result.said.text);
	}
	assert_int_equal(result.outcome, expected);
}

static bool calls_are_same(const struct sweep_call *a, const struct sweep_call *b)
{
	return a->command == b->command && strcmp(a->step, b->step) == 0 && a->exit_reason == b->exit_reason &&
		memcmp(a->in, b->in, sizeof(a->in)) == 0 && memcmp(a->out, b->out, sizeof(a->out)) == 0;
}

static void test_same_each_time(void **state)
{
	const struct reeve_fault_plan none = {0};

	(void)state;
	assert_non_null(scenario_at(0));
	for (size_t i = 0; scenario_at(i) != NULL; i++) {
		const struct scenario *scenario = scenario_at(i);
		struct sweep_record first = {0};
		struct sweep_record second = {0};

		assert_ptr_equal(scenario_find(scenario_name(scenario)), scenario);
		run(scenario, &none, &first, SWEEP_UNTOUCHED);
		run(scenario, &none, &second, SWEEP_UNTOUCHED);
		assert_true(first.count > 0);
		if (!scenario_is_racy(scenario)) {
			assert_int_equal(first.count, second.count);
			assert_int_equal(first.allocations, second.allocations);
		}
		for (size_t n = 0; n < first.count && !scenario_is_racy(scenario); n++) {
			assert_true(calls_are_same(&first.calls[n], &second.calls[n]));
		}
		sweep_record_free(&first);
		sweep_record_free(&second);
	}
	assert_null(scenario_find("none"));
}

/* The first, one in the middle and the last entry of a program are refused, and its life goes on. */
static void test_program_goes_on(void **state)
{
	const struct scenario *hello = scenario_find("hello");
	const struct reeve_fault_plan none = {0};
	struct sweep_record record = {0};
	uint64_t enters = 0;

	(void)state;
	assert_non_null(hello);
	run(hello, &none, &record, SWEEP_UNTOUCHED);
	for (size_t i = 0; i < record.count; i++) {
		enters += record.calls[i].command == RMI_REC_ENTER;
	}
	assert_true(enters > 2);
	for (uint64_t i = 0; i < 3; i++) {
		const uint64_t nth[] = {1, enters / 2, enters};
		const struct reeve_fault_plan plan = {
			.rules = {{.command = RMI_REC_ENTER, .nth = nth[i], .status = RMI_ERROR_INPUT}},
			.count = 1,
		};

		run(hello, &plan, NULL, SWEEP_RETRIED);
	}
	sweep_record_free(&record);
}

/* A second CPU that may not enter is no CPU that is off: the first would wait for it for ever. */
static void test_second_cpu_goes_on(void **state)
{
	const struct scenario *smp = scenario_find("smp");
	struct reeve_fault_plan plan = {
		.rules = {{.command = RMI_REC_ENTER, .status = RMI_ERROR_REALM}},
		.count = 1,
	};
	const struct reeve_fault_plan none = {0};
	struct sweep_record record = {0};
	uint64_t rec = 0;

	(void)state;
	assert_non_null(smp);
	run(smp, &none, &record, SWEEP_UNTOUCHED);
	for (size_t i = 0; i < record.count; i++) {
		rec = record.calls[i].command == RMI_REC_CREATE ? record.calls[i].in[2] : rec;
	}
	plan.rules[0].match[0] = (struct reeve_fault_match){.x = 1, .low = rec, .high = rec};
	run(smp, &plan, NULL, SWEEP_RETRIED);
	sweep_record_free(&record);
}

/* Answers that the monitor would not take, the first about whether the second CPU is on, and the next to switch it on, are given again. */
static void test_answer_given_again(void **state)
{
	(void)state;
	for (uint64_t nth = 1; nth <= 2; nth++) {
		const struct reeve_fault_plan plan = {
			.rules = {{.command = RMI_PSCI_COMPLETE, .nth = nth, .status = RMI_ERROR_INPUT}},
			.count = 1,
		};

		run(scenario_find("smp"), &plan, NULL, SWEEP_RETRIED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_each_time),
		cmocka_unit_test(test_program_goes_on),
		cmocka_unit_test(test_second_cpu_goes_on),
		cmocka_unit_test(test_answer_given_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
