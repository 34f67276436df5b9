/* SPDX-License-Identifier: BSD-2-Clause */
/* test_weak_points.c - what is easily left untested of versions, granules and destruction, each point a test (sections 1, 4, 6).
 *
 * The refused call succeeds once the one thing is put right that the test's name says. */
#include "tests/unit/support/rmi_world.h"

#include <stdio.h>
#include <string.h>

enum { NAME_SIZE = 32, FILL = 0xA7 };

static uint64_t versions[] = {0, 1, 0xFFFF, 0x10001, 0x1FFFF, 0x20000, 0x7FFF0000, 0x80010000, UINT64_C(0x100010000),
	UINT64_C(0x8000000000010000)};

/* lower and higher are given, the refusal says nothing else, and 1.0 is still the one there is. */
static void version(void **state)
{
	const uint64_t *wrong = *state;
	struct world *w = world_new(0);
	struct reply reply = world_call(HERE, w, CALL(VERSION, *wrong));

	assert_int_equal(reply.word, RMI_ERROR_INPUT);
	assert_int_equal(reply.condition, CONDITION_version_req);
	assert_int_equal(reply.out[0], RMI_VERSION_1_0);
	assert_int_equal(reply.out[1], RMI_VERSION_1_0);
	assert_int_equal(OK(w, VERSION, RMI_VERSION_1_0).out[0], RMI_VERSION_1_0);
	world_free(w);
}

/* Nothing but DELEGATE and UNDELEGATE: not a byte of before is there afterwards, at either end of the granule. */
static void undelegate_alone_wipes(void **state)
{
	struct world *w = world_new_with((struct reeve_model_config){0}); /* strict */
	uint64_t pa = world_pages(w, 2);

	(void)state;
	memset(world_at(w, pa), FILL, 2 * REEVE_GRANULE_SIZE);
	OK(w, GRANULE_DELEGATE, pa);
	OK(w, GRANULE_UNDELEGATE, pa);
	assert_true(world_is_zero(w, pa));
	assert_int_equal(*(const unsigned char *)world_at(w, pa + WORLD_PAGE), FILL); /* its neighbour is untouched */
	world_free(w);
}

/* Destroyed, but not yet undelegated: what each object held is gone by the time the host reads it. */
static void undelegate_after_each_use_wipes(void **state)
{
	struct world *w = world_new_with((struct reeve_model_config){0});
	struct realm realm;
	struct rec *rec;
	uint64_t was[5];

	(void)state;
	realm_new(w, &realm, 32);
	was[0] = realm_data(w, &realm, 0, FILL);
	was[1] = realm_entry(w, &realm, 0, 2).desc;
	rec = realm_rec(w, &realm, true);
	was[2] = rec->pa;
	was[3] = realm.params.rtt_base;
	was[4] = realm.rd;
	OK(w, DATA_DESTROY, realm.rd, 0);
	OK(w, RTT_DESTROY, realm.rd, 0, 3);
	OK(w, REC_DESTROY, rec->pa);
	OK(w, REALM_DESTROY, realm.rd);
	for (unsigned i = 0; i < 5; i++) {
		OK(w, GRANULE_UNDELEGATE, was[i]);
		assert_true(world_is_zero(w, was[i]));
	}
	world_free(w);
}

static int aux_counts[] = {1, 2, 15, 16};

/* Each auxiliary granule: the REC's until REC_DESTROY, nobody's, empty and free to go afterwards. */
static void aux_come_back(void **state)
{
	const int *count = *state;
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .rec_aux_count = *count});
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	assert_int_equal(rec->params.num_aux, *count);
	for (int i = 0; i < *count; i++) {
		REFUSED(w, INPUT(gran_state), GRANULE_UNDELEGATE, rec->params.aux[i]);
	}
	OK(w, REC_DESTROY, rec->pa);
	for (int i = 0; i < *count; i++) {
		assert_int_equal(world_state(w, rec->params.aux[i]), GRANULE_DELEGATED);
		assert_int_equal(world_owner(w, rec->params.aux[i]), 0);
		assert_true(world_is_zero(w, rec->params.aux[i]));
		OK(w, GRANULE_UNDELEGATE, rec->params.aux[i]);
	}
	world_free(w);
}

static void still_live(struct place place, struct world *w, const struct realm *realm)
{
	world_refused(place, w, EXPECT(RMI_ERROR_REALM, 0, realm_live), CALL(REALM_DESTROY, realm->rd));
}

/* One REC and nothing else, in every state of a realm; it may have run or never be runnable. */
static void realm_with_a_rec(void **state)
{
	struct world *w = *state;

	for (unsigned kind = 0; kind < 4; kind++) {
		struct realm realm;
		struct rec *rec;

		realm_new(w, &realm, 32);
		rec = realm_rec(w, &realm, kind != 0);
		if (kind >= 2) {
			realm_activate(w, &realm);
			script_clear(w);
		}
		if (kind == 3) {
			script_smc(w, PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0);
			ENTER(w, rec);
		}
		still_live(HERE, w, &realm);
		OK(w, REC_DESTROY, rec->pa);
		OK(w, REALM_DESTROY, realm.rd);
	}
}

/* The last REC counts as the first. */
static void realm_with_the_last_rec(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 32);
	for (unsigned i = 0; i < 3; i++) {
		realm_rec(w, &realm, false);
	}
	for (unsigned i = 0; i < 3; i++) {
		still_live(HERE, w, &realm);
		OK(w, REC_DESTROY, realm.recs[i].pa);
	}
	OK(w, REALM_DESTROY, realm.rd);
}

/* A folded block in the root: data, and no table that could be in the way. */
static void realm_with_data(void **state)
{
	struct world *w = *state;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	uint64_t last = 1023 * WORLD_2M;
	struct realm realm;
	uint64_t rtt;

	realm_new(w, &realm, 32);
	rtt = realm_tables(w, &realm, last, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, block + i * WORLD_PAGE, last + i * WORLD_PAGE);
	}
	OK(w, RTT_FOLD, realm.rd, last, 3);
	ENTRY(w, &realm, last, 2, 2, ASSIGNED, EMPTY, block);
	still_live(HERE, w, &realm);
	OK(w, RTT_CREATE, realm.rd, rtt, last, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, DATA_DESTROY, realm.rd, last + i * WORLD_PAGE);
	}
	still_live(HERE, w, &realm); /* the table again */
	OK(w, RTT_DESTROY, realm.rd, last, 3);
	OK(w, REALM_DESTROY, realm.rd);
}

/* One table with nothing in it: in the first and the last entry of each root, in both halves. */
static void realm_with_a_table(void **state)
{
	struct world *w = *state;

	for (unsigned root = 0; root < 4; root++) {
		for (uint64_t index = 0; index < WORLD_ENTRIES; index += WORLD_ENTRIES - 1) {
			uint64_t ipa = root * WORLD_1G + index * WORLD_2M;
			struct realm realm;

			realm_new(w, &realm, 32);
			realm_tables(w, &realm, ipa, 3);
			still_live(HERE, w, &realm);
			OK(w, RTT_DESTROY, realm.rd, ipa, 3);
			OK(w, REALM_DESTROY, realm.rd);
		}
	}
}

/* What does not keep a realm alive: RIPAS, DESTROYED entries, host memory mapped in the root, having been active. */
static void realm_without_life(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_ram(w, &realm, 0, WORLD_1G);
	realm_tables(w, &realm, WORLD_1G, 2);
	OK(w, RTT_DESTROY, realm.rd, WORLD_1G, 2);
	ENTRY(w, &realm, WORLD_1G, 1, 1, UNASSIGNED, DESTROYED, 0);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 1, 0x40000000 | 0xD8);
	realm_activate(w, &realm);
	OK(w, REALM_DESTROY, realm.rd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

enum { VERSIONS = sizeof(versions) / sizeof(versions[0]), COUNTS = sizeof(aux_counts) / sizeof(aux_counts[0]) };

int main(void)
{
	static char names[VERSIONS + COUNTS][NAME_SIZE];
	static struct CMUnitTest rows[VERSIONS + COUNTS];
	const struct CMUnitTest points[] = {
		cmocka_unit_test(undelegate_alone_wipes),
		cmocka_unit_test(undelegate_after_each_use_wipes),
		TEST(realm_with_a_rec),
		TEST(realm_with_the_last_rec),
		TEST(realm_with_data),
		TEST(realm_with_a_table),
		TEST(realm_without_life),
	};
	int failed;

	for (size_t i = 0; i < VERSIONS; i++) {
		(void)snprintf(names[i], NAME_SIZE, "version 0x%llx", (unsigned long long)versions[i]);
		rows[i] = (struct CMUnitTest){.name = names[i], .test_func = version, .initial_state = &versions[i]};
	}
	for (size_t i = 0; i < COUNTS; i++) {
		(void)snprintf(names[VERSIONS + i], NAME_SIZE, "%d auxiliary granules come back", aux_counts[i]);
		rows[VERSIONS + i] = (struct CMUnitTest){
			.name = names[VERSIONS + i], .test_func = aux_come_back, .initial_state = &aux_counts[i]};
	}
	failed = cmocka_run_group_tests_name("rows", rows, NULL, NULL);
	return failed + cmocka_run_group_tests_name("points", points, NULL, NULL);
}
