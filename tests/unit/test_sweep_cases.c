/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sweep_cases.c - which faults a sweep tries: all that the interface has, each once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/sweep/campaign.h"
#include "tools/sweep/cases.h"

enum { CALLS_MAX = 64, TEXT_MAX = 512 };

/* ---- statuses of each command ---- */

/* Source: fact sheet sections 1, 6 and 9. Which of the error classes a command has; a set of bits. */
enum { IN = 1, REALM = 2, REALM_1 = 4, REC = 8, RTT = 16 };

static const struct {
	enum rmi_command command;
	unsigned classes;
} expected[] = {
	{RMI_VERSION, IN},
	{RMI_FEATURES, 0},
	{RMI_GRANULE_DELEGATE, IN},
	{RMI_GRANULE_UNDELEGATE, IN},
	{RMI_REALM_CREATE, IN},
	{RMI_REALM_ACTIVATE, IN | REALM},
	{RMI_REALM_DESTROY, IN | REALM},
	{RMI_REC_AUX_COUNT, IN},
	{RMI_REC_CREATE, IN | REALM},
	{RMI_REC_DESTROY, IN | REC},
	{RMI_REC_ENTER, IN | REALM | REALM_1 | REC},
	{RMI_RTT_CREATE, IN | RTT},
	{RMI_RTT_DESTROY, IN | RTT},
	{RMI_RTT_FOLD, IN | RTT},
	{RMI_RTT_READ_ENTRY, IN},
	{RMI_RTT_INIT_RIPAS, IN | REALM | RTT},
	{RMI_RTT_SET_RIPAS, IN | REC | RTT},
	{RMI_DATA_CREATE, IN | REALM | RTT},
	{RMI_DATA_CREATE_UNKNOWN, IN | RTT},
	{RMI_DATA_DESTROY, IN | RTT},
	{RMI_RTT_MAP_UNPROTECTED, IN | RTT},
	{RMI_RTT_UNMAP_UNPROTECTED, IN | RTT},
	{RMI_PSCI_COMPLETE, IN},
};

/* Status words as the interface packs them: status, index from bit 8. */
static const struct {
	unsigned class;
	uint64_t word;
} words[] = {
	{IN, 0x001},
	{REALM, 0x002},
	{REALM_1, 0x102},
	{REC, 0x003},
	{RTT, 0x004},
	{RTT, 0x104},
	{RTT, 0x204},
	{RTT, 0x304},
};

static const struct sweep_place start = {0, 0};

static struct sweep_call call_of(enum rmi_command command, const char *step)
{
	return (struct sweep_call){.command = command, .step = step};
}

static size_t failures_of(const struct sweep_cases *cases, enum reeve_fault_action action, uint64_t status)
{
	size_t count = 0;

	for (size_t i = 0; i < cases->count; i++) {
		const struct reeve_fault_rule *rule = &cases->rules[i];

		count += rule->action == action && rule->status == status && rule->times == 1;
	}
	return count;
}

/* A call of the command fails with statuses of these classes, told truly and falsely. */
static void assert_refusals(enum rmi_command command, unsigned classes)
{
	struct sweep_call call = call_of(command, "x");
	struct sweep_record record = {.calls = &call, .count = 1};
	struct sweep_cases cases = {0};
	size_t sum = 0;

	assert_true(cases_failures(&record, start, NULL, &cases));
	for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
		size_t is_meant = (classes & words[k].class) != 0;

		assert_int_equal(failures_of(&cases, REEVE_FAULT_REFUSE, words[k].word), is_meant);
		assert_int_equal(failures_of(&cases, REEVE_FAULT_MISREPORT, words[k].word), is_meant);
		sum += is_meant;
	}
	assert_int_equal(cases.count, 2 * sum);
	cases_free(&cases);
}

static void statuses_are_those_of_the_interface(void **state)
{
	(void)state;
	assert_int_equal(sizeof(expected) / sizeof(expected[0]), RMI_COMMAND_COUNT);
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		assert_refusals(expected[i].command, expected[i].classes);
	}
}

static void every_command_is_expected_once(void **state)
{
	unsigned seen[RMI_COMMAND_COUNT] = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		seen[expected[i].command]++;
	}
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		assert_int_equal(seen[i], 1);
	}
}

/* ---- the list of a record ---- */

/* Every command, some of them twice and in two steps, REC_ENTER with every exit; every call succeeded. */
struct world {
	struct sweep_call calls[CALLS_MAX];
	struct sweep_record record;
	struct sweep_cases cases;
};

static void world_call(struct world *world, enum rmi_command command, const char *step, uint8_t reason)
{
	assert_true(world->record.count < CALLS_MAX);
	world->calls[world->record.count] = call_of(command, step);
	world->calls[world->record.count].exit_reason = reason;
	world->calls[world->record.count].allocations = strcmp(step, "first") == 0 ? 1 : 2;
	world->record.count++;
}

static int world_open(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	world->record.calls = world->calls;
	world->record.allocations = 3;
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		world_call(world, (enum rmi_command)i, "first", 0);
	}
	for (unsigned reason = 0; reason < RMI_EXIT_REASON_COUNT; reason++) {
		world_call(world, RMI_REC_ENTER, "second", (uint8_t)reason);
	}
	world_call(world, RMI_GRANULE_DELEGATE, "second", 0);
	world_call(world, RMI_COMMAND_COUNT, "second", 0);
	world_call(world, RMI_GRANULE_UNDELEGATE, "reclaim", 0);
	assert_true(cases_singles(&world->record, &world->cases));
	*state = world;
	return 0;
}

static int world_close(void **state)
{
	struct world *world = *state;

	cases_free(&world->cases);
	free(world);
	return 0;
}

static int text_compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The text of each rule, sorted. */
static char (*texts_of(const struct sweep_cases *cases))[TEXT_MAX]
{
	char(*texts)[TEXT_MAX] = calloc(cases->count, sizeof(*texts));

	assert_non_null(texts);
	for (size_t i = 0; i < cases->count; i++) {
		assert_true(reeve_fault_rule_format(&cases->rules[i], texts[i], sizeof(texts[i])) < TEXT_MAX);
	}
	qsort(texts, cases->count, sizeof(*texts), text_compare);
	return texts;
}

static void no_rule_is_there_twice(void **state)
{
	const struct world *world = *state;
	char(*texts)[TEXT_MAX] = texts_of(&world->cases);

	for (size_t i = 1; i < world->cases.count; i++) {
		assert_string_not_equal(texts[i - 1], texts[i]);
	}
	free(texts);
}

static void assert_reads_as_it_is(const struct reeve_fault_rule *rule)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;
	char text[TEXT_MAX];
	char again[TEXT_MAX];
	size_t length = reeve_fault_rule_format(rule, text, sizeof(text));

	assert_true(length < sizeof(text));
	if (!reeve_fault_plan_parse(text, length, &plan, &error)) {
		fail_msg("%s: %s: %s", text, error.word, error.text);
	}
	assert_int_equal(plan.count, 1);
	(void)reeve_fault_rule_format(&plan.rules[0], again, sizeof(again));
	assert_string_equal(text, again);
}

static void a_rule_is_what_its_text_says(void **state)
{
	const struct world *world = *state;

	for (size_t i = 0; i < world->cases.count; i++) {
		assert_reads_as_it_is(&world->cases.rules[i]);
	}
}

/* In the list, or not, as the text says. */
static void assert_has(const struct sweep_cases *cases, const char *text, bool is_wanted)
{
	char(*texts)[TEXT_MAX] = texts_of(cases);
	bool is_there = bsearch(text, texts, cases->count, sizeof(*texts), text_compare) != NULL;

	free(texts);
	if (is_there != is_wanted) {
		fail_msg("%s: %s", text, is_wanted ? "missing" : "there");
	}
}

/* The same for a rule as a person writes it. */
static void assert_has_rule(const struct sweep_cases *cases, const char *written, bool is_wanted)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;
	char text[TEXT_MAX];

	assert_true(reeve_fault_plan_parse(written, strlen(written), &plan, &error));
	(void)reeve_fault_rule_format(&plan.rules[0], text, sizeof(text));
	assert_has(cases, text, is_wanted);
}

static void faults_of_a_call(void **state)
{
	static const char *const wanted[] = {
		"refuse RMI_GRANULE_DELEGATE nth=2 status=ERROR_INPUT",
		"refuse RMI_GRANULE_DELEGATE nth=2 status=NOT_SUPPORTED",
		"refuse RMI_GRANULE_DELEGATE nth=2 status=0x77",
		"refuse RMI_GRANULE_DELEGATE nth=2 status=BUSY",
		"refuse RMI_GRANULE_DELEGATE nth=2 times=3 status=BUSY",
		"refuse RMI_GRANULE_DELEGATE nth=2 times=64 status=BUSY",
		"refuse RMI_GRANULE_DELEGATE nth=2 status=SUCCESS",
		"misreport RMI_GRANULE_DELEGATE nth=2 status=ERROR_INPUT",
		"misreport RMI_GRANULE_DELEGATE nth=2 status=NOT_SUPPORTED",
		"misreport RMI_GRANULE_DELEGATE nth=2 status=0x77",
		"misreport RMI_GRANULE_DELEGATE nth=2 status=BUSY",
		"refuse RMI_GRANULE_DELEGATE times=all phase=second status=ERROR_INPUT",
		"refuse RMI_GRANULE_DELEGATE times=all phase=second status=BUSY",
		"refuse RMI_GRANULE_DELEGATE times=all phase=first status=NOT_SUPPORTED",
		"refuse RMI_RTT_CREATE nth=1 status=ERROR_RTT(0)",
		"refuse RMI_RTT_CREATE nth=1 status=ERROR_RTT(3)",
		"alter RMI_REC_AUX_COUNT nth=1 aux_count=17",
		"alter RMI_RTT_DESTROY nth=1 top=ipa-4096",
		"refuse alloc nth=3",
		"refuse alloc nth=3 times=all",
	};
	static const char *const unwanted[] = {
		"refuse RMI_GRANULE_DELEGATE nth=3 status=ERROR_INPUT",
		"refuse RMI_GRANULE_UNDELEGATE nth=1 status=SUCCESS",
		"refuse RMI_GRANULE_UNDELEGATE nth=2 status=ERROR_INPUT",
		"refuse alloc nth=4",
	};
	const struct world *world = *state;

	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		assert_has_rule(&world->cases, wanted[i], true);
	}
	for (size_t i = 0; i < sizeof(unwanted) / sizeof(unwanted[0]); i++) {
		assert_has_rule(&world->cases, unwanted[i], false);
	}
}

struct lie_row {
	const char *command;
	int exit_reason;
	const char *text;
};

/* Every row of lies.def is a rule of the list, for the exits it is meant for and no other. */
static void every_lie_is_told(void **state)
{
#define LIE(command, exit_reason, text) {#command, exit_reason, text},
	static const struct lie_row rows[] = {
#include "tools/sweep/lies.def"
	};
#undef LIE
	const struct world *world = *state;
	size_t altered = 0;
	size_t sum = 0;

	for (size_t i = 0; i < world->cases.count; i++) {
		altered += world->cases.rules[i].action == REEVE_FAULT_ALTER;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool is_enter = strcmp(rows[i].command, "REC_ENTER") == 0;
		bool is_sync = rows[i].exit_reason == RMI_EXIT_SYNC;

		/* The world has two exits with SYNC, one with each other reason; the other commands but DELEGATE are there once. */
		sum += !is_enter ? 1 : rows[i].exit_reason < 0 ? RMI_EXIT_REASON_COUNT + 1U : is_sync ? 2U : 1U;
	}
	assert_int_equal(altered, sum);
}

static void lies_are_not_told_of_failures(void **state)
{
	struct sweep_call call = call_of(RMI_REC_AUX_COUNT, "x");
	struct sweep_record record = {.calls = &call, .count = 1};
	struct sweep_cases cases = {0};

	(void)state;
	call.out[0] = RMI_ERROR_INPUT;
	assert_true(cases_singles(&record, &cases));
	for (size_t i = 0; i < cases.count; i++) {
		assert_int_not_equal(cases.rules[i].action, REEVE_FAULT_ALTER);
	}
	cases_free(&cases);
}

/* ---- loops ---- */

enum { LOOP_CALLS = 200 };

/* How many faults there are of call `nth` alone. */
static unsigned faults_of_nth(const struct sweep_cases *cases, uint64_t nth)
{
	unsigned count = 0;

	for (size_t i = 0; i < cases->count; i++) {
		count += cases->rules[i].nth == nth && cases->rules[i].times != UINT64_MAX;
	}
	return count;
}

/* Calls that are alike have the same faults, each of them. */
static void every_call_of_a_loop_has_every_fault(void **state)
{
	struct sweep_call calls[LOOP_CALLS];
	struct sweep_record record = {.calls = calls, .count = LOOP_CALLS};
	struct sweep_cases cases = {0};
	unsigned kinds;

	(void)state;
	for (unsigned i = 0; i < LOOP_CALLS; i++) {
		calls[i] = call_of(RMI_DATA_CREATE, "populate");
	}
	assert_true(cases_singles(&record, &cases));
	kinds = faults_of_nth(&cases, 1);
	assert_true(kinds > 1);
	for (unsigned nth = 2; nth <= LOOP_CALLS; nth++) {
		assert_int_equal(faults_of_nth(&cases, nth), kinds);
	}
	cases_free(&cases);
}

/* ---- pairs ---- */

/* `rule` fails something that comes no earlier than `from`. */
static void assert_is_behind(
	const struct world *world, const struct reeve_fault_rule *rule, const struct sweep_place *from)
{
	struct sweep_place behind = cases_behind(&world->record, rule);

	if (rule->command == REEVE_FAULT_ALLOC) {
		assert_true(rule->nth > from->allocations && rule->nth <= world->record.allocations);
		return;
	}
	assert_true(behind.call > from->call && behind.call <= world->record.count);
	assert_int_equal(world->calls[behind.call - 1].command, rule->command);
}

static void second_faults_come_after_the_first(void **state)
{
	const struct world *world = *state;
	struct sweep_cases firsts = {0};
	size_t allocations = 0;

	assert_true(cases_failures(&world->record, start, "second", &firsts));
	for (size_t i = 0; i < firsts.count; i++) {
		struct sweep_place behind = cases_behind(&world->record, &firsts.rules[i]);
		struct sweep_cases seconds = {0};

		allocations += firsts.rules[i].command == REEVE_FAULT_ALLOC;
		assert_is_behind(world, &firsts.rules[i], &(struct sweep_place){RMI_COMMAND_COUNT, 2});
		assert_true(cases_failures(&world->record, behind, NULL, &seconds));
		for (size_t k = 0; k < seconds.count; k++) {
			assert_is_behind(world, &seconds.rules[k], &behind);
		}
		cases_free(&seconds);
	}
	assert_int_equal(allocations, 1); /* the third: two were before the step */
	assert_true(firsts.count > 20);
	cases_free(&firsts);
}

static void a_call_that_is_not_there(void **state)
{
	const struct world *world = *state;
	struct reeve_fault_rule rule = {.command = RMI_VERSION, .nth = 2};

	assert_int_equal(cases_behind(&world->record, &rule).call, world->record.count);
}

/* ---- what is left out, and what a plan is called ---- */

static void what_is_left_out_has_a_reason(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; cases_left_out(i) != NULL; i++) {
		assert_true(cases_left_out(i)->command < RMI_COMMAND_COUNT);
		assert_true(strlen(cases_left_out(i)->fault) > 0);
		assert_true(strlen(cases_left_out(i)->reason) > 0);
	}
	assert_true(i > 0);
}

/* The pictures of two plans are two files, of names that a shell takes as they are. */
static void maps_have_names_of_their_own(void **state)
{
	const struct world *world = *state;
	char(*texts)[TEXT_MAX] = texts_of(&world->cases);
	char(*paths)[CAMPAIGN_PATH_MAX] = calloc(world->cases.count, sizeof(*paths));

	assert_non_null(paths);
	for (size_t i = 0; i < world->cases.count; i++) {
		campaign_map_path("d", scenario_find("create"), texts[i], paths[i]);
		assert_memory_equal(paths[i], "d/create_", strlen("d/create_"));
		assert_int_equal(
			strspn(paths[i] + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_=+-.,"),
			strlen(paths[i] + 2));
	}
	qsort(paths, world->cases.count, sizeof(*paths), text_compare);
	for (size_t i = 1; i < world->cases.count; i++) {
		assert_string_not_equal(paths[i - 1], paths[i]);
	}
	free(paths);
	free(texts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statuses_are_those_of_the_interface),
		cmocka_unit_test(every_command_is_expected_once),
		cmocka_unit_test_setup_teardown(no_rule_is_there_twice, world_open, world_close),
		cmocka_unit_test_setup_teardown(a_rule_is_what_its_text_says, world_open, world_close),
		cmocka_unit_test_setup_teardown(faults_of_a_call, world_open, world_close),
		cmocka_unit_test_setup_teardown(every_lie_is_told, world_open, world_close),
		cmocka_unit_test(lies_are_not_told_of_failures),
		cmocka_unit_test(every_call_of_a_loop_has_every_fault),
		cmocka_unit_test_setup_teardown(second_faults_come_after_the_first, world_open, world_close),
		cmocka_unit_test_setup_teardown(a_call_that_is_not_there, world_open, world_close),
		cmocka_unit_test(what_is_left_out_has_a_reason),
		cmocka_unit_test_setup_teardown(maps_have_names_of_their_own, world_open, world_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
