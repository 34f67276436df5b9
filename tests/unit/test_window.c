/* SPDX-License-Identifier: BSD-2-Clause */
/* test_window.c - a realm's window: pages at their IPAs' places, runs of them, and nothing where they were taken away. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "machine/model/window.h"

enum { PAGE = 4096, PAGES = 1024, ALL = WINDOW_READ | WINDOW_WRITE | WINDOW_EXECUTE, RO = WINDOW_READ };

static const uint64_t pa = 0x40000000;
static const uint64_t ipa = UINT64_C(0x180000000); /* the middle of a chunk */

struct bench {
	struct model_memory memory;
	struct window window;
};

static int setup(void **state)
{
	const struct reeve_model_region region = {pa, (uint64_t)PAGES * PAGE, NULL};
	struct bench *bench = calloc(1, sizeof(*bench));
	const char *why = NULL;

	assert_non_null(bench);
	assert_true(model_memory_open(&bench->memory, &region, 1, &why));
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	window_close(&bench->window);
	model_memory_close(&bench->memory);
	free(bench);
	return 0;
}

static void show(struct bench *bench, uint64_t at, uint64_t page, uint64_t count, unsigned protection)
{
	assert_int_equal(window_show(&bench->window, &bench->memory, at, pa + page * PAGE, count * PAGE, protection),
		WINDOW_DONE);
}

static void run_is(struct bench *bench, uint64_t at, uint64_t start, uint64_t count, unsigned protection)
{
	struct window_run run;

	assert_true(window_run(&bench->window, at, 0, UINT64_MAX, &run));
	assert_int_equal(run.ipa, start);
	assert_int_equal(run.size, count * PAGE);
	assert_int_equal(run.protection, protection);
	assert_ptr_equal(run.host, window_at(&bench->window, start));
}

static void shows_the_machines_own_memory(void **state)
{
	struct bench *bench = *state;
	uint8_t *whole = model_memory_whole(&bench->memory, pa + 7 * PAGE);
	uint8_t *seen;

	show(bench, ipa, 7, 1, ALL);
	seen = (uint8_t *)window_at(&bench->window, ipa + 5);
	assert_non_null(seen);
	whole[5] = 0x5A;
	assert_int_equal(*seen, 0x5A);
	*seen = 0xA5;
	assert_int_equal(whole[5], 0xA5);
}

static void joins_neighbours_of_one_protection(void **state)
{
	struct bench *bench = *state;

	show(bench, ipa, 0, 1, ALL);
	show(bench, ipa + 2 * PAGE, 9, 2, ALL);
	run_is(bench, ipa + 8, ipa, 1, ALL);
	run_is(bench, ipa + 3 * PAGE, ipa + 2 * PAGE, 2, ALL);
	show(bench, ipa + PAGE, 5, 1, ALL);
	run_is(bench, ipa + 2 * PAGE, ipa, 4, ALL);
	show(bench, ipa + 4 * PAGE, 20, 3, RO);
	run_is(bench, ipa, ipa, 4, ALL);
	run_is(bench, ipa + 5 * PAGE, ipa + 4 * PAGE, 3, RO);
}

static void keeps_runs_within_bounds(void **state)
{
	struct bench *bench = *state;
	struct window_run run;

	show(bench, ipa, 0, 16, ALL);
	assert_true(window_run(&bench->window, ipa + 5 * PAGE, ipa + 2 * PAGE, ipa + 9 * PAGE, &run));
	assert_int_equal(run.ipa, ipa + 2 * PAGE);
	assert_int_equal(run.size, 7 * PAGE);
	assert_ptr_equal(run.host, window_at(&bench->window, ipa + 2 * PAGE));
	assert_true(window_run(&bench->window, ipa + 5 * PAGE, ipa + 5 * PAGE, ipa + 6 * PAGE, &run));
	assert_int_equal(run.ipa, ipa + 5 * PAGE);
	assert_int_equal(run.size, PAGE);
}

static void hides_what_lies_in_the_range(void **state)
{
	struct bench *bench = *state;
	struct window_run run = {.size = 17};

	show(bench, ipa, 0, 8, ALL);
	window_hide(&bench->window, ipa + 2 * PAGE, 3 * PAGE);
	run_is(bench, ipa, ipa, 2, ALL);
	run_is(bench, ipa + 7 * PAGE, ipa + 5 * PAGE, 3, ALL);
	for (unsigned i = 2; i < 5; i++) {
		assert_int_equal(window_protection(&bench->window, ipa + i * (uint64_t)PAGE), 0);
		assert_null(window_at(&bench->window, ipa + i * (uint64_t)PAGE));
		assert_false(window_run(&bench->window, ipa + i * (uint64_t)PAGE, 0, UINT64_MAX, &run));
	}
	assert_int_equal(run.size, 17);
	window_hide(&bench->window, 0, UINT64_MAX);
	assert_null(window_at(&bench->window, ipa));
	assert_null(window_at(&bench->window, ipa + 7 * PAGE));
}

/* In a child: the signal that ends a read of `at`, 0 when it is readable; with `write` a write. */
static int signal_of(uint8_t *at, bool write)
{
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		volatile uint8_t *byte = at;

		signal(SIGSEGV, SIG_DFL);
		signal(SIGBUS, SIG_DFL);
		if (write) {
			*byte = 1;
		}
		(void)*byte;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

static void leaves_no_host_address_behind(void **state)
{
	struct bench *bench = *state;
	uint8_t *at;

	show(bench, ipa, 0, 2, ALL);
	show(bench, ipa + 2 * PAGE, 2, 1, RO);
	at = (uint8_t *)window_at(&bench->window, ipa);
	assert_int_equal(signal_of(at, true), 0);
	assert_int_equal(signal_of(at + 2 * PAGE, false), 0);
	assert_int_not_equal(signal_of(at + 2 * PAGE, true), 0);
	window_hide(&bench->window, ipa, PAGE);
	assert_int_not_equal(signal_of(at, false), 0);
	assert_int_equal(signal_of(at + PAGE, false), 0);
}

static void refuses_what_is_not_there(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(window_show(&bench->window, &bench->memory, ipa, pa + (uint64_t)PAGES * PAGE, PAGE, ALL),
		WINDOW_NO_MEMORY);
	assert_int_equal(
		window_show(&bench->window, &bench->memory, ipa, pa + (uint64_t)(PAGES - 1) * PAGE, 2 * PAGE, ALL),
		WINDOW_NO_MEMORY);
	assert_null(window_at(&bench->window, ipa));
	assert_int_equal(bench->window.chunk_count, 0);
}

static void is_full_when_the_chunks_are_used_up(void **state)
{
	struct bench *bench = *state;

	for (uint64_t i = 0; i < WINDOW_CHUNKS_MAX; i++) {
		show(bench, i << WINDOW_CHUNK_SHIFT, i, 1, ALL);
	}
	assert_int_equal(window_show(&bench->window, &bench->memory, (uint64_t)WINDOW_CHUNKS_MAX << WINDOW_CHUNK_SHIFT,
				 pa, PAGE, ALL),
		WINDOW_FULL);
	show(bench, PAGE, 1, 1, ALL);
	window_close(&bench->window);
	assert_null(window_at(&bench->window, 0));
	show(bench, (uint64_t)WINDOW_CHUNKS_MAX << WINDOW_CHUNK_SHIFT, 0, 1, ALL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(shows_the_machines_own_memory, setup, teardown),
		cmocka_unit_test_setup_teardown(joins_neighbours_of_one_protection, setup, teardown),
		cmocka_unit_test_setup_teardown(keeps_runs_within_bounds, setup, teardown),
		cmocka_unit_test_setup_teardown(hides_what_lies_in_the_range, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_no_host_address_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(refuses_what_is_not_there, setup, teardown),
		cmocka_unit_test_setup_teardown(is_full_when_the_chunks_are_used_up, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
