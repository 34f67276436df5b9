/* SPDX-License-Identifier: BSD-2-Clause */
/* test_reclaim_kept.c - H13: what the monitor keeps is told, is no more than it must be, and comes with the next reclaim. */
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "tests/life/support/seed_world.h"

enum { GRANULES_MAX = 128, PLAN_TEXT = 160 };

static const size_t page_sizes[] = {4 * KIB, 16 * KIB, 64 * KIB};

/* What the monitor has of a realm, as the ledger says. */
struct lent {
	struct reeve_ledger_entry entry[GRANULES_MAX];
	unsigned count;
};

static bool see(void *context, const struct reeve_ledger_entry *entry)
{
	struct lent *lent = context;

	if (entry->use != REEVE_USE_FREE && entry->use != REEVE_USE_BOOKS && entry->use != REEVE_USE_PARAMS) {
		assert_true(lent->count < GRANULES_MAX);
		lent->entry[lent->count++] = *entry;
	}
	return true;
}

static struct lent lent_now(void)
{
	struct lent lent = {.count = 0};

	reeve_host_ledger_visit(&world->host, see, &lent);
	return lent;
}

static void load(const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	assert_true(reeve_fault_plan_parse(text, strlen(text), &plan, &error));
	assert_true(reeve_fault_load(&seed->fault, &plan, &error));
}

/* A realm with memory, two RECs, and a page that is shared. */
static struct lent make(void)
{
	struct reeve_ipa shared = reeve_realm_shared_ipa(&world->realm, reeve_ipa(RAM_BASE));

	life_make_realm();
	seed_ok(reeve_realm_share(&world->realm, life_range(shared.value, 4096), reeve_pa(REEVE_MODEL_DRAM_BASE)));
	return lent_now();
}

static void reclaim_with(const char *plan, enum reeve_status status)
{
	load(plan);
	assert_int_equal(reeve_host_reclaim_all(&world->host), status);
	assert_true(status == REEVE_OK || reeve_fault_acted(&seed->fault, 0) > 0);
	seed_check();
}

static void all_is_back(void)
{
	reclaim_with("", REEVE_OK);
	assert_int_equal(lent_now().count, 0);
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	assert_int_equal(world->host.vmids[0], 1);
}

/* Of each granule in turn UNDELEGATE is refused for good: that one alone is missing, and the ledger says what it was and why. */
static void keep_each_granule(size_t page_size)
{
	unsigned count = 1;

	seed_open("", page_size);
	for (unsigned i = 0; i < count; i++) {
		struct lent before = make();
		const struct reeve_ledger_entry *kept = &before.entry[i];
		struct lent after;
		char plan[PLAN_TEXT];

		count = before.count;
		(void)snprintf(plan, sizeof(plan),
			"refuse GRANULE_UNDELEGATE addr=0x%" PRIx64 " times=all status=ERROR_REALM(1)", kept->pa.value);
		reclaim_with(plan, REEVE_LEAKED);
		after = lent_now();
		assert_int_equal(after.count, 1);
		assert_int_equal(after.entry[0].pa.value, kept->pa.value);
		assert_int_equal(after.entry[0].use, REEVE_USE_LEAKED);
		/* RD and roots are in no object any more once REALM_DESTROY succeeded, nor is a table that waits to be one again. */
		assert_true(after.entry[0].was == kept->use ||
			(after.entry[0].was == REEVE_USE_SPARE &&
				(kept->use == REEVE_USE_RD || kept->use == REEVE_USE_RTT)));
		assert_int_equal(after.entry[0].command, RMI_GRANULE_UNDELEGATE);
		assert_int_equal(after.entry[0].returned, RMI_ERROR_REALM | 1 << 8);
		all_is_back();
	}
	assert_true(count > 20);
	seed_close();
}

static void test_each_granule(void **state)
{
	(void)state;
	for (unsigned p = 0; p < sizeof(page_sizes) / sizeof(page_sizes[0]); p++) {
		keep_each_granule(page_sizes[p]);
	}
}

/* What leaks on the way is asked for again, though the object stays. */
#define ALSO "; refuse GRANULE_UNDELEGATE times=8 status=ERROR_INPUT"

/* The call that would end the object, or false for what ends with another. */
static bool plan_against(const struct reeve_ledger_entry *entry, char plan[static PLAN_TEXT])
{
	switch ((unsigned)entry->use) {
	case REEVE_USE_DATA:
		(void)snprintf(plan, PLAN_TEXT,
			"refuse DATA_DESTROY ipa=0x%" PRIx64 " times=all status=ERROR_INPUT" ALSO, entry->ipa.value);
		return true;
	case REEVE_USE_REC:
		(void)snprintf(plan, PLAN_TEXT, "refuse REC_DESTROY rec=0x%" PRIx64 " times=all status=ERROR_REC" ALSO,
			entry->pa.value);
		return true;
	case REEVE_USE_RD:
		(void)snprintf(plan, PLAN_TEXT, "refuse REALM_DESTROY times=all status=ERROR_REALM" ALSO);
		return true;
	default:
		return false;
	}
}

/* How many granules of each use the monitor cannot give back while it keeps that object. */
static void expect_kept(enum reeve_use use, const struct reeve_realm *realm, const struct lent *after)
{
	uint64_t expected[REEVE_USE_COUNT] = {[REEVE_USE_RD] = 1, [REEVE_USE_RTT] = realm->root_count};
	uint64_t found[REEVE_USE_COUNT] = {0};

	if (use == REEVE_USE_DATA) {
		expected[REEVE_USE_DATA] = 1;
		expected[REEVE_USE_RTT] += (uint64_t)(RMI_LEVEL_LAST - realm->start_level);
	}
	if (use == REEVE_USE_REC) {
		expected[REEVE_USE_REC] = 1;
		expected[REEVE_USE_REC_AUX] = realm->aux_count;
	}
	for (unsigned i = 0; i < after->count; i++) {
		const struct reeve_ledger_entry *entry = &after->entry[i];

		found[entry->use == REEVE_USE_LEAKED ? entry->was : entry->use]++;
	}
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		assert_int_equal(found[i], expected[i]);
	}
}

/* The end of each object in turn is refused for good: it stays, with what it stands on, and nothing else. */
static void keep_each_object(size_t page_size)
{
	unsigned count = 1;
	unsigned kept = 0;

	seed_open("", page_size);
	for (unsigned i = 0; i < count; i++) {
		struct lent before = make();
		struct lent after;
		char plan[PLAN_TEXT];

		count = before.count;
		if (plan_against(&before.entry[i], plan)) {
			reclaim_with(plan, REEVE_LEAKED);
			after = lent_now();
			expect_kept(before.entry[i].use, &world->realm, &after);
			assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
			kept++;
		}
		all_is_back();
	}
	assert_int_equal(kept, 3 + RECS + 1); /* pages, RECs, RD */
	seed_close();
}

static void test_each_object(void **state)
{
	(void)state;
	for (unsigned p = 0; p < sizeof(page_sizes) / sizeof(page_sizes[0]); p++) {
		keep_each_object(page_sizes[p]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_granule),
		cmocka_unit_test(test_each_object),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
