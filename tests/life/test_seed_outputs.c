/* SPDX-License-Identifier: BSD-2-Clause */
/* test_seed_outputs.c - docs/faults.md: outputs that are not believed, everything given back at once, and each call made to fail. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/life/support/seed_world.h"

/* Each realm is told something else of its first RAM; it ends, and all of it comes back. */
static void ram_is_broken(const char *const *words, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		seed_failed(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)), REEVE_BROKEN, words[i]);
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
		assert_int_equal(reeve_realm_error(&world->realm).command, RMI_RTT_INIT_RIPAS);
		seed_ok(reeve_realm_destroy(&world->realm));
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	}
}

static void seed_top_is_not_believed(void **state)
{
	const char *const words[] = {
		"out_top is 0x80000000, limit 0x80800000",
		"out_top is 0x7ffff000, limit 0x80800000",
		"out_top is 0x80801000, limit 0x80800000",
		"out_top is 0x80000001, limit 0x80800000",
	};

	seed_open(*state, 4 * KIB);
	ram_is_broken(words, sizeof(words) / sizeof(words[0]));
	seed_close();
}

static void seed_index_is_not_believed(void **state)
{
	/* The walk ends in the root table, at level 1. */
	const char *const words[] = {"returned ERROR_RTT(0): ", "returned ERROR_RTT(2): ", "returned ERROR_RTT(-1): "};

	seed_open(*state, 4 * KIB);
	ram_is_broken(words, sizeof(words) / sizeof(words[0]));
	assert_int_equal(seed_issued(RMI_RTT_CREATE), 0);
	seed_close();
}

static void expect_dead(enum reeve_status got, const char *words)
{
	seed_failed(got, REEVE_BROKEN, words);
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
	seed_failed(reeve_realm_ensure_created(&world->realm), REEVE_STATE, "not in a state that allows this");
	seed_ok(reeve_realm_destroy(&world->realm));
}

static void seed_returned_address_is_not_believed(void **state)
{
	const struct reeve_ipa_range block = life_range(RAM_BASE, BLOCK);

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_add_ram(&world->realm, block));
	expect_dead(reeve_realm_provide(&world->realm, block), "folding a table: RMI_RTT_FOLD");
	seed_ok(reeve_realm_add_ram(&world->realm, block));
	expect_dead(reeve_realm_destroy(&world->realm), "destroying translation tables: RMI_RTT_DESTROY");
	seed_ok(reeve_realm_add_ram(&world->realm, block));
	seed_ok(reeve_realm_provide(&world->realm, block));
	expect_dead(reeve_realm_discard(&world->realm, block), "taking realm memory back: RMI_DATA_DESTROY");
	seed_close();
}

static void seed_reclaim_gives_all_back(void **state)
{
	struct reeve_realm dead;
	struct reeve_realm unborn;
	struct reeve_ledger_counts counts;

	seed_open(*state, 64 * KIB);
	reeve_realm_init(&dead, &world->host, NULL);
	reeve_realm_init(&unborn, &world->host, NULL);
	life_make_realm();
	seed_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE + BLOCK, BLOCK)));
	reeve_fault_phase(&seed->fault, "leak");
	assert_int_equal(reeve_realm_discard(&world->realm, life_range(RAM_BASE, 4096)), REEVE_LEAKED);
	reeve_fault_phase(&seed->fault, NULL);
	assert_int_equal(reeve_realm_ensure_created(&dead), REEVE_REFUSED);
	assert_int_equal(reeve_realm_state(&dead), REEVE_REALM_DEAD);
	seed_ok(reeve_realm_add_ram(&unborn, life_range(RAM_BASE, BLOCK)));
	assert_int_equal(reeve_realm_state(&unborn), REEVE_REALM_NEW);
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	counts = reeve_host_ledger_counts(&world->host);
	for (unsigned use = 0; use < REEVE_USE_COUNT; use++) {
		assert_true(use == REEVE_USE_BOOKS || counts.granules[use] == 0);
	}
	assert_int_equal(reeve_realm_state(&dead), REEVE_REALM_NONE);
	assert_int_equal(reeve_realm_state(&unborn), REEVE_REALM_NONE);
	seed_close(); /* the machine has no granule that is not the host's */
}

/* ---- the tool ---- */

/* A call of a life is made again when it failed. Returns how often it failed. */
static unsigned twice(enum reeve_status (*call)(void))
{
	enum reeve_status status = call();
	unsigned failures = status != REEVE_OK;

	seed_check();
	if (failures > 0) {
		status = call();
		seed_check();
	}
	assert_int_equal(status, REEVE_OK);
	return failures;
}

static enum reeve_status declare(void)
{
	return reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, BLOCK));
}

static enum reeve_status populate(void)
{
	static const uint8_t content[3 * 4096] = {1};

	return reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, sizeof(content), true);
}

static enum reeve_status make_rec(void)
{
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};

	return reeve_rec_create(&world->realm, &config, &world->recs[0]);
}

static enum reeve_status activate(void)
{
	return reeve_realm_activate(&world->realm);
}

static enum reeve_status enter(void)
{
	struct reeve_exit exit = {0};

	return reeve_rec_run(&world->recs[0], &exit);
}

static enum reeve_status discard(void)
{
	return reeve_realm_discard(&world->realm, life_range(RAM_BASE, 4096));
}

static enum reeve_status destroy(void)
{
	enum reeve_status status = reeve_realm_destroy(&world->realm);

	/* NONE all the same: what leaked is for reclaim. */
	return status == REEVE_LEAKED ? REEVE_OK : status;
}

static const struct {
	enum reeve_status (*call)(void);
} life[] = {{declare}, {populate}, {make_rec}, {activate}, {enter}, {discard}, {destroy}};

/* One life in which a call fails. False: no call was left to fail. */
static bool life_is_hit(unsigned *failures)
{
	for (unsigned i = 0; i < sizeof(life) / sizeof(life[0]); i++) {
		*failures += twice(life[i].call);
	}
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	assert_int_equal(life_in_use(REEVE_USE_LEAKED), 0);
	seed_check();
	return reeve_fault_acted(&seed->fault, 0) > 0;
}

static void seed_each_call_fails_once(void **state)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;
	unsigned failures = 0;

	seed_open(*state, 4 * KIB);
	plan = seed->fault.plan;
	reeve_fault_phase(&seed->fault, "life");
	while (life_is_hit(&failures)) {
		plan.rules[0].nth++;
		assert_true(reeve_fault_load(&seed->fault, &plan, &error));
	}
	/* Not each fails the library's call as well: what is not undelegated at the end leaks, a table that is not folded stays. */
	assert_in_range(plan.rules[0].nth, 60, 80);
	assert_in_range(failures, 40, plan.rules[0].nth);
	plan.count = 0; /* which acted on no call, for there are no more */
	assert_true(reeve_fault_load(&seed->fault, &plan, &error));
	seed_close();
}

int main(void)
{
	/* Name, test, -, -, its plan: a row each in docs/faults.md (scripts/gate.d/faults). */
	const struct CMUnitTest tests[] = {
		{"seed_top_is_not_believed", seed_top_is_not_believed, NULL, NULL,
			"alter RTT_INIT_RIPAS realm=1 nth=2 out_top=base; "
			"alter RTT_INIT_RIPAS realm=2 nth=2 out_top=base-4096; "
			"alter RTT_INIT_RIPAS realm=3 nth=2 out_top=top+4096; "
			"alter RTT_INIT_RIPAS realm=4 nth=2 out_top=base+1"},
		{"seed_index_is_not_believed", seed_index_is_not_believed, NULL, NULL,
			"refuse RTT_INIT_RIPAS realm=1 status=ERROR_RTT(0); "
			"refuse RTT_INIT_RIPAS realm=2 status=ERROR_RTT(2); "
			"refuse RTT_INIT_RIPAS realm=3 status=ERROR_RTT(-1)"},
		{"seed_returned_address_is_not_believed", seed_returned_address_is_not_believed, NULL, NULL,
			"alter RTT_FOLD realm=1 rtt=rtt+4096; alter RTT_DESTROY realm=2 rtt=0; "
			"alter DATA_DESTROY realm=3 data=data-4096"},
		{"seed_reclaim_gives_all_back", seed_reclaim_gives_all_back, NULL, NULL,
			"refuse GRANULE_UNDELEGATE phase=leak times=3 status=ERROR_INPUT; "
			"refuse REC_AUX_COUNT realm=2 status=ERROR_INPUT; "
			"refuse REALM_DESTROY realm=2 status=ERROR_REALM"},
		{"seed_each_call_fails_once", seed_each_call_fails_once, NULL, NULL,
			"refuse any phase=life nth=1 status=ERROR_INPUT"},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
