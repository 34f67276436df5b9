/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_monitor.c - drawn calls in drawn worlds: the monitor answers each as the oracle says, and they meet the specification.
 *
 *   test_oracle_monitor                        the fixed run: all must be well, every condition met and nearly every pair
 *   test_oracle_monitor --rows                 its counts, for scripts/conformance
 *   test_oracle_monitor [--seed S] [--step N] [--steps N] [--seconds T]
 *       from the world of seed S on; with --step that world alone, up to call N, all memory compared after each call
 *   test_oracle_monitor --seed S --step N --rmi <LINES
 *       that call, and LINES, in the language of reeve rmi (docs/rmi-shell.md), on a model machine in that world */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/oracle/support/replay.h"

enum { WORLDS = 900, PAIRS_PERCENT = 98, COMPLETIONS_LEAST = 10 };

static struct trial trial;

/* The fixed run. */
static bool run_worlds(void)
{
	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		if (!trial_world(&trial, seed, TRIAL_CALLS - 1)) {
			trial_complain(&trial, stderr);
			return false;
		}
	}
	return true;
}

static void every_call_is_answered_as_predicted(void **state)
{
	(void)state;
	assert_true(run_worlds());
}

/* Print the table of what was met; tests/run shows lines with this beginning. */
static void report(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	char *rest = NULL;

	assert_non_null(out);
	coverage_print(&trial.coverage, out);
	fprintf(out, "REC_ENTER completed:");
	for (unsigned i = 0; i < COMPLETION_COUNT; i++) {
		fprintf(out, "%s %s %llu", i > 0 ? "," : "", trial_completion_name((enum trial_completion)i),
			(unsigned long long)trial.completions[i]);
	}
	fprintf(out, "\n");
	assert_int_equal(fclose(out), 0);
	for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest)) {
		printf("report: %s\n", line);
	}
	free(text);
}

static void every_condition_and_pair_is_met(void **state)
{
	struct coverage_total total = coverage_total_of(&trial.coverage, RMI_COMMAND_COUNT);

	(void)state;
	report();
	assert_int_equal(total.conditions_met, total.conditions);
	assert_int_equal(total.successes, RMI_COMMAND_COUNT);
	assert_int_equal(total.wrong, 0);
	assert_true(total.pairs_met * 100 >= total.pairs * PAIRS_PERCENT);
}

static void everything_that_a_rec_waits_for_is_completed(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMPLETION_COUNT; i++) {
		assert_true(trial.completions[i] >= COMPLETIONS_LEAST);
	}
}

/* What a person asked for. */
struct options {
	uint64_t seed;
	uint64_t steps;
	uint64_t seconds;
	uint64_t step;
	bool has_step;
	bool rows;
	bool rmi;
};

static bool parse_number(const char *text, uint64_t *number)
{
	char *end;

	if (text == NULL || *text < '0' || *text > '9') {
		return false;
	}
	*number = strtoull(text, &end, 0);
	return *end == '\0';
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){.steps = UINT64_MAX, .seconds = UINT64_MAX};
	for (int i = 1; i < argc; i += 2) {
		uint64_t *number = strcmp(argv[i], "--seed") == 0 ? &o->seed
			: strcmp(argv[i], "--step") == 0          ? &o->step
			: strcmp(argv[i], "--steps") == 0         ? &o->steps
			: strcmp(argv[i], "--seconds") == 0       ? &o->seconds
								  : NULL;

		if (strcmp(argv[i], "--rows") == 0 || strcmp(argv[i], "--rmi") == 0) {
			*(strcmp(argv[i], "--rmi") == 0 ? &o->rmi : &o->rows) = true;
			i--;
			continue;
		}
		o->has_step = o->has_step || number == &o->step;
		if (number == NULL || !parse_number(argv[i + 1], number)) {
			return false;
		}
	}
	return true;
}

static const char *const index_texts[] = {
	[ORACLE_INDEX_ZERO] = "0",
	[ORACLE_INDEX_ONE] = "1",
	[ORACLE_INDEX_WALK] = "level reached",
	[ORACLE_INDEX_LEVEL] = "level",
	[ORACLE_INDEX_PARENT] = "level - 1",
};

/* A line for each condition, members apart by tabs. */
static void print_rows(enum rmi_command command)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	for (unsigned i = 0; i < count; i++) {
		printf("row\t%s\t%s\t%s\t%s\t%s\t%llu\n", rmi_command_info(command)->name,
			rmi_condition_name(rows[i].condition), rmi_status_name(rows[i].status),
			index_texts[rows[i].index], rmi_condition_text(rows[i].condition),
			(unsigned long long)trial.coverage.conditions[command][i]);
	}
}

static int run_rows(void)
{
	if (!run_worlds()) {
		return 1;
	}
	for (unsigned command = 0; command < RMI_COMMAND_COUNT; command++) {
		print_rows((enum rmi_command)command);
	}
	for (unsigned i = 0; i < COMPLETION_COUNT; i++) {
		printf("completion\t%s\t%llu\n", trial_completion_name((enum trial_completion)i),
			(unsigned long long)trial.completions[i]);
	}
	coverage_print(&trial.coverage, stdout);
	return 0;
}

static int run_one(const struct options *o)
{
	trial.thorough = true;
	if (trial_world(&trial, o->seed, (unsigned)o->step)) {
		printf("world %llu: well up to call %llu\n", (unsigned long long)o->seed, (unsigned long long)o->step);
		return 0;
	}
	trial_complain(&trial, stderr);
	return 1;
}

/* The shell of reeve rmi in the world before call `step`: the call, and then the lines of standard input. */
static int run_shell(const struct options *o)
{
	struct shell *shell;
	bool is_good;
	FILE *lines;
	char *text = NULL;
	size_t size = 0;

	if (o->step > 0 && !trial_world(&trial, o->seed, (unsigned)o->step - 1)) {
		trial_complain(&trial, stderr);
		return 1;
	}
	if (o->step == 0 && !trial_begin(&trial, o->seed)) {
		return 1;
	}
	trial.step = (unsigned)o->step;
	trial_draw(&trial);
	shell = replay_open(&trial, stdout, stderr);
	lines = shell == NULL ? NULL : open_memstream(&text, &size);
	if (lines == NULL) {
		shell_free(shell);
		return 1;
	}
	replay_lines(&trial, lines);
	(void)fclose(lines);
	fputs(text, stdout);
	lines = fmemopen(text, size, "r");
	is_good = lines != NULL && replay_run(shell, lines);
	is_good = replay_run(shell, stdin) && is_good;
	report_sum(shell);
	shell_free(shell);
	if (lines != NULL) {
		(void)fclose(lines);
	}
	free(text);
	return is_good ? 0 : 1;
}

static int run_many(const struct options *o)
{
	time_t begin = time(NULL);
	uint64_t seed = o->seed;

	while (trial.calls < o->steps && (uint64_t)(time(NULL) - begin) < o->seconds) {
		if (!trial_world(&trial, seed++, TRIAL_CALLS - 1)) {
			trial_complain(&trial, stderr);
			return 1;
		}
	}
	coverage_print(&trial.coverage, stdout);
	return 0;
}

static int run_options(int argc, char **argv)
{
	struct options o;
	int code;

	if (!parse(argc, argv, &o)) {
		fprintf(stderr,
			"usage: test_oracle_monitor [--rows] [--seed S] [--step N [--rmi]] [--steps N] [--seconds T]\n");
		return 2;
	}
	if (!trial_open(&trial)) {
		fprintf(stderr, "test_oracle_monitor: no memory\n");
		return 1;
	}
	code = o.rows ? run_rows() : o.rmi ? run_shell(&o) : o.has_step ? run_one(&o) : run_many(&o);
	trial_close(&trial);
	return code;
}

static int open_trial(void **state)
{
	(void)state;
	return trial_open(&trial) ? 0 : -1;
}

static int close_trial(void **state)
{
	(void)state;
	trial_close(&trial);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_is_answered_as_predicted),
		cmocka_unit_test(every_condition_and_pair_is_met),
		cmocka_unit_test(everything_that_a_rec_waits_for_is_completed),
	};

	return argc > 1 ? run_options(argc, argv) : cmocka_run_group_tests(tests, open_trial, close_trial);
}
