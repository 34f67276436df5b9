/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rec_end.c - a REC is called upon while another thread ends its realm: the call waits for the lock, and then there is no realm. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/life/support/host_world.h"

static bool is_ending; /* the next to take the realm's lock comes just after the end of the realm */
static char realm_lock;

static void lock(void *context, void *of)
{
	(void)context;
	if (is_ending && of == &realm_lock) {
		is_ending = false;
		assert_int_equal(reeve_realm_destroy(&world->realm), REEVE_OK);
	}
}

static void unlock(void *context, void *of)
{
	(void)context;
	assert_true(of == &realm_lock || of == NULL);
}

static void make(void)
{
	world->ops.lock = lock;
	world->ops.unlock = unlock;
	reeve_realm_init(&world->realm, &world->host, &realm_lock);
	life_make_realm();
	is_ending = true;
}

static void test_calls_of_a_rec(void **state)
{
	struct reeve_exit exit = {0};
	bool switched_on = false;

	(void)state;
	life_open(4096);
	make();
	assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_STATE);
	assert_false(is_ending);
	assert_int_equal(reeve_rec_error(&world->recs[0]).status, REEVE_STATE);
	make();
	assert_int_equal(reeve_rec_complete_cpu_on(&world->recs[0], &exit, &switched_on), REEVE_STATE);
	assert_false(is_ending);
	make();
	(void)reeve_rec_error(&world->recs[0]);
	assert_false(is_ending);
	life_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_calls_of_a_rec)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
