/* SPDX-License-Identifier: BSD-2-Clause */
/* test_oracle_replay.c - a call of the oracle's run, made by the shell's language on a model machine in the same world. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/oracle/support/replay.h"

enum { WORLDS = 24, STEPS = 7 };

static struct trial trial;

/* The lines of a call, with `more` behind them, on the model; what was said is in *said, to be freed. */
static bool replay(const char *more, char **said, unsigned *passed)
{
	size_t size = 0;
	char *lines = NULL;
	size_t lines_size = 0;
	FILE *script = open_memstream(&lines, &lines_size);
	FILE *out = open_memstream(said, &size);
	struct shell *shell;
	FILE *in;
	bool is_good;

	assert_non_null(script);
	assert_non_null(out);
	shell = replay_open(&trial, out, stderr);
	assert_non_null(shell);
	shell->err = out;
	replay_lines(&trial, script);
	fputs(more, script);
	assert_int_equal(fclose(script), 0);
	in = fmemopen(lines, lines_size, "r");
	assert_non_null(in);
	is_good = replay_run(shell, in);
	*passed = shell->passed;
	shell_free(shell);
	(void)fclose(in);
	(void)fclose(out);
	free(lines);
	return is_good;
}

/* The trial's next call, on the model and then on the trial's own machine. */
static void assert_is_answered_the_same(void)
{
	char *said = NULL;
	unsigned passed = 0;

	trial_draw(&trial);
	if (!replay("", &said, &passed) || passed == 0) {
		fail_msg("--seed %llu --step %u: %s", (unsigned long long)trial.seed, trial.step, said);
	}
	free(said);
	assert_true(trial_make(&trial));
}

static void each_call_is_answered_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < WORLDS; seed++) {
		assert_true(trial_begin(&trial, seed));
		for (trial.step = 0; trial.step < STEPS; trial.step++) {
			assert_is_answered_the_same();
		}
	}
}

/* It can fail: an answer that is another is said. */
static void another_answer_is_noticed(void **state)
{
	char *said = NULL;
	unsigned passed = 0;

	(void)state;
	assert_true(trial_begin(&trial, 1));
	trial.step = 0;
	trial_draw(&trial);
	assert_false(replay("expect X0=0x77\n", &said, &passed));
	assert_non_null(strstr(said, "expect X0=0x77: got"));
	free(said);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_is_answered_the_same),
		cmocka_unit_test(another_answer_is_noticed),
	};

	return cmocka_run_group_tests(tests, open_trial, close_trial);
}
