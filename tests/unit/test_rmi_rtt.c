/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_rtt.c - RTT_CREATE, RTT_DESTROY and RTT_READ_ENTRY: conditions, walks, `top`, concatenated roots (sections 4 to 6). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

/* Levels and addresses of RTT_CREATE, RTT_DESTROY and RTT_FOLD are bound alike. `start` is the realm's start level. */
static void refused_shape(struct world *w, struct call call, unsigned n, int start, uint64_t top)
{
	const uint64_t levels[] = {
		(uint64_t)start, (uint64_t)(start - 1), UINT64_MAX, 4, 255, UINT64_C(1) << 32, UINT64_C(1) << 63};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		struct call bad = call;

		bad.a[n + 1] = levels[i];
		world_refused(HERE, w, INPUT(level_bound), bad);
	}
	for (int level = start + 1; level <= 3; level++) {
		struct call bad = call;

		bad.a[n + 1] = (uint64_t)level;
		bad.a[n] = call.a[n] + span_of(level - 1) / 2;
		world_refused(HERE, w, INPUT(ipa_align), bad);
		bad.a[n] = call.a[n] + 1;
		world_refused(HERE, w, INPUT(ipa_align), bad);
		bad.a[n] = top;
		world_refused(HERE, w, INPUT(ipa_bound), bad);
		bad.a[n] = UINT64_C(1) << 63;
		world_refused(HERE, w, INPUT(ipa_bound), bad);
	}
}

static void create(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t rtt;
	uint64_t next;

	realm_new(w, &realm, 40);
	rtt = world_delegated(w, 1);
	next = world_delegated(w, 1);
	REFUSED_RD(w, RTT_CREATE, realm.rd, rtt, 0, 2);
	world_refused_granule(HERE, w, CALL(RTT_CREATE, realm.rd, rtt, 0, 2), 1, GRANULE_DELEGATED,
		(struct granule_conditions){CONDITION_rtt_align, CONDITION_rtt_bound, CONDITION_rtt_state});
	REFUSED(w, INPUT2(rtt_state, alias), RTT_CREATE, realm.rd, realm.rd, 0, 2);
	refused_shape(w, CALL(RTT_CREATE, realm.rd, rtt, 0, 2), 2, 1, UINT64_C(1) << 40);
	/* rtt_walk: the table of level 2 is missing. */
	REFUSED(w, RTT(1, rtt_walk), RTT_CREATE, realm.rd, rtt, 0, 3);
	OK(w, RTT_CREATE, realm.rd, rtt, 0, 2);
	assert_int_equal(world_state(w, rtt), GRANULE_RTT);
	assert_int_equal(world_owner(w, rtt), realm.rd);
	ENTRY(w, &realm, 0, 1, 1, TABLE, EMPTY, rtt);
	ENTRY(w, &realm, 0, 2, 2, UNASSIGNED, EMPTY, 0);
	/* rtte_state: exists already. */
	REFUSED(w, RTT(1, rtte_state), RTT_CREATE, realm.rd, next, 0, 2);
	OK(w, RTT_CREATE, realm.rd, next, WORLD_2M, 3);
	ENTRY(w, &realm, WORLD_2M, 2, 2, TABLE, EMPTY, next);
	ENTRY(w, &realm, WORLD_2M, 3, 3, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, 0, 3, 2, UNASSIGNED, EMPTY, 0);
	rtt = world_delegated(w, 1);
	REFUSED(w, RTT(2, rtte_state), RTT_CREATE, realm.rd, rtt, WORLD_2M, 3);
	REFUSED(w, RTT(1, rtt_walk), RTT_CREATE, realm.rd, rtt, WORLD_1G, 3);
	/* Any realm state; both halves. */
	realm_activate(w, &realm);
	OK(w, RTT_CREATE, realm.rd, rtt, realm_half(&realm), 2);
	ENTRY(w, &realm, realm_half(&realm), 2, 2, UNASSIGNED, EMPTY, 0);
}

/* A new table takes over RAM and DESTROYED as well. */
static void inherits(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 32);
	realm_ram(w, &realm, 0, WORLD_2M);
	ENTRY(w, &realm, 0, 2, 2, UNASSIGNED, RAM, 0);
	realm_tables(w, &realm, 0, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		ENTRY(w, &realm, i * WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	}
	OK(w, RTT_DESTROY, realm.rd, 0, 3);
	ENTRY(w, &realm, 0, 2, 2, UNASSIGNED, DESTROYED, 0);
	realm_tables(w, &realm, 0, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		ENTRY(w, &realm, i * WORLD_PAGE, 3, 3, UNASSIGNED, DESTROYED, 0);
	}
}

static void destroy(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t rtt;
	struct reply reply;

	realm_new(w, &realm, 40);
	rtt = realm_tables(w, &realm, 0, 2);
	REFUSED_RD(w, RTT_DESTROY, realm.rd, 0, 2);
	refused_shape(w, CALL(RTT_DESTROY, realm.rd, 0, 2), 1, 1, UINT64_C(1) << 40);
	reply = OK(w, RTT_DESTROY, realm.rd, 0, 2);
	assert_int_equal(reply.out[0], rtt);
	assert_int_equal(reply.out[1], UINT64_C(1) << 39); /* nothing live up to the end of the first root */
	assert_int_equal(world_state(w, rtt), GRANULE_DELEGATED);
	assert_true(world_is_zero(w, rtt));
	ENTRY(w, &realm, 0, 1, 1, UNASSIGNED, DESTROYED, 0);
	realm_tables(w, &realm, realm_half(&realm), 3);
	reply = OK(w, RTT_DESTROY, realm.rd, realm_half(&realm), 3);
	assert_int_equal(reply.out[1], realm_half(&realm) + WORLD_1G);
	ENTRY(w, &realm, realm_half(&realm), 2, 2, UNASSIGNED, EMPTY, 0);
	OK(w, RTT_DESTROY, realm.rd, realm_half(&realm), 2);
	ENTRY(w, &realm, realm_half(&realm), 1, 1, UNASSIGNED, EMPTY, 0);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), 1, 0xD8); /* UNASSIGNED_NS it is */
}

/* The index and `top` of each ERROR_RTT. Section 6: a live table at level 3 gives 3, a missing one 2. */
static void destroy_refused(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t live = 3 * WORLD_2M;

	realm_new(w, &realm, 40);
	/* rtt_walk at the root: no live entry up to its end. */
	assert_int_equal(
		REFUSED(w, RTT_TOP(1, rtt_walk), RTT_DESTROY, realm.rd, WORLD_2M, 3).out[1], UINT64_C(1) << 39);
	/* rtte_state at the root. */
	assert_int_equal(
		REFUSED(w, RTT_TOP(1, rtte_state), RTT_DESTROY, realm.rd, WORLD_1G, 2).out[1], UINT64_C(1) << 39);
	realm_tables(w, &realm, 5 * WORLD_1G, 2);
	assert_int_equal(
		REFUSED(w, RTT_TOP(1, rtt_walk), RTT_DESTROY, realm.rd, WORLD_1G + WORLD_2M, 3).out[1], 5 * WORLD_1G);
	assert_int_equal(REFUSED(w, RTT_TOP(1, rtte_state), RTT_DESTROY, realm.rd, 0, 2).out[1], 5 * WORLD_1G);
	realm_data(w, &realm, live, 1);
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtte_state), RTT_DESTROY, realm.rd, 0, 3).out[1], live);
	assert_int_equal(
		REFUSED(w, RTT_TOP(2, rtte_state), RTT_DESTROY, realm.rd, live + WORLD_2M, 3).out[1], WORLD_1G);
	/* rtt_live: top = ipa. */
	assert_int_equal(REFUSED(w, RTT_TOP(3, rtt_live), RTT_DESTROY, realm.rd, live, 3).out[1], live);
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtt_live), RTT_DESTROY, realm.rd, 0, 2).out[1], 0);
	OK(w, DATA_DESTROY, realm.rd, live);
	REFUSED(w, RTT_TOP(2, rtt_live), RTT_DESTROY, realm.rd, 0, 2);
	assert_int_equal(OK(w, RTT_DESTROY, realm.rd, live, 3).out[1], WORLD_1G);
	assert_int_equal(OK(w, RTT_DESTROY, realm.rd, 0, 2).out[1], 5 * WORLD_1G);
}

/* Section 5: a table of only ASSIGNED_NS entries may be destroyed, and the mappings are gone. */
static void destroy_unprotected_mapped(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t ipa;

	realm_new(w, &realm, 40);
	ipa = realm_half(&realm);
	realm_tables(w, &realm, ipa, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, ipa + WORLD_PAGE, 3, w->spare | 0xD8);
	OK(w, RTT_DESTROY, realm.rd, ipa, 3);
	ENTRY(w, &realm, ipa + WORLD_PAGE, 3, 2, UNASSIGNED, EMPTY, 0);
	realm_tables(w, &realm, ipa, 3);
	ENTRY(w, &realm, ipa + WORLD_PAGE, 3, 3, UNASSIGNED, EMPTY, 0);
}

static void read_entry(void **state)
{
	static const uint64_t levels[] = {0, UINT64_MAX, 4, 255, UINT64_C(1) << 32};
	struct world *w = *state;
	struct realm realm;
	uint64_t data;

	realm_new(w, &realm, 40);
	REFUSED_RD(w, RTT_READ_ENTRY, realm.rd, 0, 1);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		REFUSED(w, INPUT(level_bound), RTT_READ_ENTRY, realm.rd, 0, levels[i]);
	}
	for (int level = 1; level <= 3; level++) {
		REFUSED(w, INPUT(ipa_align), RTT_READ_ENTRY, realm.rd, span_of(level) / 2, (uint64_t)level);
		REFUSED(w, INPUT(ipa_align), RTT_READ_ENTRY, realm.rd, 1, (uint64_t)level);
		REFUSED(w, INPUT(ipa_bound), RTT_READ_ENTRY, realm.rd, UINT64_C(1) << 40, (uint64_t)level);
		REFUSED(w, INPUT(ipa_bound), RTT_READ_ENTRY, realm.rd, UINT64_C(1) << 63, (uint64_t)level);
		ENTRY(w, &realm, (UINT64_C(1) << 40) - span_of(level), level, 1, UNASSIGNED, EMPTY, 0);
	}
	data = realm_data(w, &realm, 0, 9);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, RAM, data);
	ENTRY(w, &realm, WORLD_2M, 3, 2, UNASSIGNED, EMPTY, 0);
	realm_tables(w, &realm, realm_half(&realm), 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), 3, w->spare | 0x54);
	ENTRY(w, &realm, realm_half(&realm), 3, 3, ASSIGNED, EMPTY, w->spare | 0x54);
}

/* Section 5: at the start level the index reaches beyond the first table. */
static void concatenated(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t tables[16];

	realm_new(w, &realm, 34);
	assert_int_equal(realm.params.rtt_num_start, 16);
	for (unsigned i = 0; i < 16; i++) {
		tables[i] = realm_tables(w, &realm, i * WORLD_1G + 7 * WORLD_2M, 3);
	}
	for (unsigned i = 0; i < 16; i++) {
		const uint64_t *root = world_at(w, realm.params.rtt_base + i * WORLD_PAGE);

		ENTRY(w, &realm, i * WORLD_1G + 7 * WORLD_2M, 2, 2, TABLE, EMPTY, tables[i]);
		ENTRY(w, &realm, i * WORLD_1G, 2, 2, UNASSIGNED, EMPTY, 0);
		/* Consecutive granules from rtt_base: the word of entry 7 names the table. */
		assert_int_equal(root[7] & UINT64_C(0xFFFFFFFFF000), tables[i]);
	}
	/* skip-non-live stays in one of the concatenated tables. */
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtte_state), RTT_DESTROY, realm.rd, 0, 3).out[1], 7 * WORLD_2M);
	assert_int_equal(OK(w, RTT_DESTROY, realm.rd, 2 * WORLD_1G + 7 * WORLD_2M, 3).out[1], 3 * WORLD_1G);
}

/* A realm that starts at level 0: four levels down, and `ipa_bound` before `rtt_walk` (section 1). */
static void four_levels(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t ipa = (UINT64_C(1) << 47) - WORLD_PAGE;
	uint64_t data;

	realm_new(w, &realm, 48);
	ENTRY(w, &realm, 0, 3, 0, UNASSIGNED, EMPTY, 0);
	data = realm_data(w, &realm, ipa, 4);
	ENTRY(w, &realm, ipa, 3, 3, ASSIGNED, RAM, data);
	ENTRY(w, &realm, UINT64_C(1) << 39, 1, 0, UNASSIGNED, EMPTY, 0);
	assert_int_equal(OK(w, DATA_DESTROY, realm.rd, ipa).out[1], UINT64_C(1) << 47);
	REFUSED(w, INPUT(level_bound), RTT_CREATE, realm.rd, world_delegated(w, 1), 0, 0);
	for (int level = 3; level >= 1; level--) {
		OK(w, RTT_DESTROY, realm.rd, reeve_align_down(ipa, span_of(level - 1)), (uint64_t)level);
	}
	OK(w, REALM_DESTROY, realm.rd);
}

/* LPA2 and a start level of -1: the index of ERROR_RTT is 0xFF (section 1). */
static void level_minus_one(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 52) | FIELD_MASK(FEATURE0_LPA2) |
		FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
		FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) |
		FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
	struct world *w = world_new(features0);
	struct realm realm;
	uint64_t ipa = UINT64_C(1) << 50;
	uint64_t data;

	(void)state;
	realm_prepare(w, &realm, 40);
	realm.params.flags = FIELD_MASK(REALM_FLAG_LPA2);
	realm.params.s2sz = 52;
	realm.params.rtt_level_start = -1;
	realm.params.rtt_num_start = 1;
	realm_create(w, &realm);
	REFUSED(w, RTT(-1, rtt_walk), DATA_CREATE_UNKNOWN, realm.rd, world_delegated(w, 1), ipa);
	ENTRY(w, &realm, 0, 3, -1, UNASSIGNED, EMPTY, 0);
	data = realm_data(w, &realm, ipa, 4);
	ENTRY(w, &realm, ipa, 3, 3, ASSIGNED, RAM, data);
	/* 16 entries: `top` ends at 2^52. */
	REFUSED(w, RTT_TOP(-1, rtte_state), RTT_DESTROY, realm.rd, UINT64_C(1) << 51, 0);
	assert_int_equal(OK(w, DATA_DESTROY, realm.rd, ipa).out[1], ipa + WORLD_2M);
	for (int level = 3; level >= 0; level--) {
		OK(w, RTT_DESTROY, realm.rd, ipa, (uint64_t)level);
	}
	OK(w, REALM_DESTROY, realm.rd);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(create, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(inherits, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(destroy, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(destroy_refused, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(destroy_unprotected_mapped, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(read_entry, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(concatenated, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(four_levels, world_setup, world_teardown),
		cmocka_unit_test(level_minus_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
