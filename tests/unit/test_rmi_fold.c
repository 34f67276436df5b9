/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_fold.c - RTT_FOLD and its inverse RTT_CREATE for each homogeneous kind, and what is not homogeneous (sections 5, 6). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { NS_ATTRIBUTES = 0xD8 }; /* MemAttr 0b110, S2AP 0b11 */

static void conditions(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 40);
	realm_tables(w, &realm, 0, 2);
	REFUSED_RD(w, RTT_FOLD, realm.rd, 0, 2);
	for (uint64_t level = 4; level <= 6; level++) {
		REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, level);
	}
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, 1);
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, 0);
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, 0, UINT64_MAX);
	REFUSED(w, INPUT(ipa_align), RTT_FOLD, realm.rd, WORLD_2M, 2);
	REFUSED(w, INPUT(ipa_align), RTT_FOLD, realm.rd, WORLD_PAGE, 3);
	REFUSED(w, INPUT(ipa_bound), RTT_FOLD, realm.rd, UINT64_C(1) << 40, 2);
	REFUSED(w, RTT(1, rtt_walk), RTT_FOLD, realm.rd, WORLD_1G, 3);
	REFUSED(w, RTT(1, rtte_state), RTT_FOLD, realm.rd, WORLD_1G, 2);
	REFUSED(w, RTT(2, rtte_state), RTT_FOLD, realm.rd, 0, 3);
	/* level_bound before rtt_walk and rtte_state (section 1). */
	REFUSED(w, INPUT(level_bound), RTT_FOLD, realm.rd, WORLD_1G, 4);
	/* A table below: not homogeneous. */
	realm_tables(w, &realm, 0, 3);
	REFUSED(w, RTT(2, rtt_homo), RTT_FOLD, realm.rd, 0, 2);
}

/* UNASSIGNED with each RIPAS, at `level` under an entry that has it already; then one entry in another state. */
static void fold_unassigned(struct world *w, struct realm *realm, uint64_t ipa, int level, enum rmi_ripas ripas)
{
	struct entry whole = {level - 1, RTTE_UNASSIGNED, ripas, 0};
	struct entry part = {level, RTTE_UNASSIGNED, ripas, 0};
	uint64_t rtt = realm_tables(w, realm, ipa, level);

	entry_is(HERE, w, realm, ipa + 511 * span_of(level), level, part);
	assert_int_equal(OK(w, RTT_FOLD, realm->rd, ipa, (uint64_t)level).out[0], rtt);
	assert_int_equal(world_state(w, rtt), GRANULE_DELEGATED);
	assert_int_equal(world_owner(w, rtt), 0);
	assert_true(world_is_zero(w, rtt));
	entry_is(HERE, w, realm, ipa, level - 1, whole);
}

static void unassigned(void **state)
{
	struct world *w = *state;
	struct realm small;
	struct realm large;

	realm_new(w, &small, 32);
	fold_unassigned(w, &small, WORLD_2M, 3, RIPAS_EMPTY);
	realm_ram(w, &small, WORLD_2M, 2 * WORLD_2M);
	fold_unassigned(w, &small, WORLD_2M, 3, RIPAS_RAM);
	realm_tables(w, &small, WORLD_2M, 3);
	OK(w, RTT_DESTROY, small.rd, WORLD_2M, 3);
	fold_unassigned(w, &small, WORLD_2M, 3, RIPAS_DESTROYED);
	fold_unassigned(w, &small, realm_half(&small), 3, RIPAS_EMPTY);
	realm_new(w, &large, 40);
	fold_unassigned(w, &large, WORLD_1G, 2, RIPAS_EMPTY);
	realm_ram(w, &large, WORLD_1G, 2 * WORLD_1G);
	fold_unassigned(w, &large, WORLD_1G, 2, RIPAS_RAM);
	realm_tables(w, &large, WORLD_1G, 2);
	OK(w, RTT_DESTROY, large.rd, WORLD_1G, 2);
	fold_unassigned(w, &large, WORLD_1G, 2, RIPAS_DESTROYED);
	fold_unassigned(w, &large, realm_half(&large), 2, RIPAS_EMPTY);
	/* The folded unprotected entry is UNASSIGNED_NS. */
	OK(w, RTT_MAP_UNPROTECTED, large.rd, realm_half(&large), 1, NS_ATTRIBUTES);
}

/* One entry of 512 differs: at the first, in the middle, at the last. */
static void unassigned_mixed(void **state)
{
	static const unsigned places[] = {0, 1, 255, 511};
	struct world *w = *state;
	struct realm realm;
	uint64_t data = world_delegated(w, 1);

	realm_new(w, &realm, 34);
	for (unsigned i = 0; i < 4; i++) {
		uint64_t ipa = i * WORLD_2M;
		uint64_t page = ipa + places[i] * WORLD_PAGE;

		realm_tables(w, &realm, ipa, 3);
		/* ASSIGNED among UNASSIGNED of the same RIPAS. */
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, page);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
		OK(w, DATA_DESTROY, realm.rd, page);
		/* RAM among EMPTY. */
		OK(w, RTT_INIT_RIPAS, realm.rd, page, page + WORLD_PAGE);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
		/* DESTROYED among EMPTY. */
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, page);
		OK(w, DATA_DESTROY, realm.rd, page);
		ENTRY(w, &realm, page, 3, 3, UNASSIGNED, DESTROYED, 0);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
		/* ASSIGNED_NS among UNASSIGNED_NS. */
		realm_tables(w, &realm, realm_half(&realm) + ipa, 3);
		OK(w, RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm) + page, 3, w->spare | NS_ATTRIBUTES);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, realm_half(&realm) + ipa, 3);
	}
}

/* 512 data granules at consecutive addresses from `first` on. */
static void fill(struct world *w, const struct realm *realm, uint64_t ipa, uint64_t first)
{
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, DATA_CREATE_UNKNOWN, realm->rd, first + i * WORLD_PAGE, ipa + i * WORLD_PAGE);
	}
}

/* Section 13: what desc says of ASSIGNED/DESTROYED is left open (the address, or 0). */
static void assigned_is(struct place place, struct world *w, const struct realm *realm, uint64_t ipa, int level,
	enum rmi_ripas ripas, uint64_t pa)
{
	struct entry entry = realm_entry(w, realm, ipa, level);

	if (ripas == RIPAS_DESTROYED && entry.desc == 0) {
		pa = 0;
	}
	entry_is(place, w, realm, ipa, level, (struct entry){level, RTTE_ASSIGNED, ripas, pa});
}

static void fold_assigned(struct world *w, struct realm *realm, uint64_t ipa, enum rmi_ripas ripas, uint64_t block)
{
	uint64_t rtt = realm_tables(w, realm, ipa, 3);
	struct reply reply;

	fill(w, realm, ipa, block);
	assert_int_equal(OK(w, RTT_FOLD, realm->rd, ipa, 3).out[0], rtt);
	assert_int_equal(world_state(w, rtt), GRANULE_DELEGATED);
	assert_int_equal(world_state(w, block), GRANULE_DATA);
	assert_int_equal(world_state(w, block + WORLD_2M - WORLD_PAGE), GRANULE_DATA);
	assigned_is(HERE, w, realm, ipa, 2, ripas, block);
	/* Section 6: a block answers DATA_DESTROY with RTT(2) and top == ipa; and is live for its parent. */
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtt_walk), DATA_DESTROY, realm->rd, ipa).out[1], ipa);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE_UNKNOWN, realm->rd, w->sample[GRANULE_DELEGATED], ipa);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_live), REALM_DESTROY, realm->rd);
	OK(w, RTT_CREATE, realm->rd, rtt, ipa, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		assigned_is(HERE, w, realm, ipa + i * WORLD_PAGE, 3, ripas, block + i * WORLD_PAGE);
	}
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		reply = OK(w, DATA_DESTROY, realm->rd, ipa + i * WORLD_PAGE);
		assert_int_equal(reply.out[0], block + i * WORLD_PAGE);
		assert_int_equal(reply.out[1], ipa + (i + 1) * WORLD_PAGE);
	}
}

static void assigned(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);

	realm_new(w, &realm, 32);
	fold_assigned(w, &realm, 0, RIPAS_EMPTY, block);
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, EMPTY, 0);
	realm_ram(w, &realm, WORLD_2M, 2 * WORLD_2M);
	fold_assigned(w, &realm, WORLD_2M, RIPAS_RAM, block);
	ENTRY(w, &realm, WORLD_2M, 3, 3, UNASSIGNED, DESTROYED, 0);
	fold_unassigned(w, &realm, 2 * WORLD_2M, 3, RIPAS_EMPTY);
	OK(w, RTT_DESTROY, realm.rd, 0, 3);
	fold_assigned(w, &realm, 0, RIPAS_DESTROYED, block);
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, DESTROYED, 0);
}

/* One granule exchanged, one missing, one of another RIPAS. */
static void assigned_mixed(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	uint64_t stray = world_delegated(w, 1);
	uint64_t last = 511 * WORLD_PAGE;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	fill(w, &realm, 0, block);
	for (uint64_t at = 0; at <= last; at += 511 * WORLD_PAGE) {
		OK(w, DATA_DESTROY, realm.rd, at);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, 0, 3);
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, stray, at);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, 0, 3);
		OK(w, DATA_DESTROY, realm.rd, at);
		OK(w, RTT_INIT_RIPAS, realm.rd, at, at + WORLD_PAGE);
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, block + at, at);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, 0, 3);
		OK(w, DATA_DESTROY, realm.rd, at);
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, block + at, at); /* now DESTROYED */
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, 0, 3);
	}
}

/* Contiguous, but not aligned to the parent's span. */
static void assigned_unaligned(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	uint64_t behind = world_delegated(w, 1);

	assert_int_equal(behind, block + WORLD_2M);
	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	fill(w, &realm, 0, block + WORLD_PAGE);
	REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, 0, 3);
}

/* Map `count` entries of `level` from `desc` on. */
static void map(struct world *w, const struct realm *realm, uint64_t ipa, int level, uint64_t desc)
{
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, RTT_MAP_UNPROTECTED, realm->rd, ipa + i * span_of(level), (uint64_t)level,
			desc + i * span_of(level));
	}
}

static void unprotected(void **state)
{
	static const uint64_t base = UINT64_C(0x80000000);
	struct world *w = *state;
	struct realm realm;
	uint64_t ipa;
	uint64_t rtt;

	realm_new(w, &realm, 40);
	ipa = realm_half(&realm) + 3 * WORLD_1G;
	for (int level = 3; level >= 2; level--) {
		realm_tables(w, &realm, ipa, level);
		rtt = realm_entry(w, &realm, ipa, level - 1).desc;
		map(w, &realm, ipa, level, base | 0x54);
		assert_int_equal(OK(w, RTT_FOLD, realm.rd, ipa, (uint64_t)level).out[0], rtt);
		assert_int_equal(world_state(w, rtt), GRANULE_DELEGATED);
		ENTRY(w, &realm, ipa, level - 1, level - 1, ASSIGNED, EMPTY, base | 0x54);
		OK(w, RTT_CREATE, realm.rd, rtt, ipa, (uint64_t)level);
		for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
			ENTRY(w, &realm, ipa + i * span_of(level), level, level, ASSIGNED, EMPTY,
				(base + i * span_of(level)) | 0x54);
		}
		OK(w, RTT_DESTROY, realm.rd, ipa, (uint64_t)level);
	}
}

static void unprotected_mixed(void **state)
{
	/* Beside 512 pages from 2 MiB on with MemAttr 0b110 and S2AP 0b11: the last one's address, MemAttr, S2AP. */
	static const uint64_t odd[] = {0xD8 + 0x1000, 0xD4, 0x58, 0x98};
	struct world *w = *state;
	struct realm realm;
	uint64_t base = UINT64_C(0x80000000);
	uint64_t last = 511 * WORLD_PAGE;
	uint64_t ipa;

	realm_new(w, &realm, 40);
	ipa = realm_half(&realm);
	realm_tables(w, &realm, ipa, 3);
	map(w, &realm, ipa, 3, base | NS_ATTRIBUTES);
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, ipa + last, 3);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
		OK(w, RTT_MAP_UNPROTECTED, realm.rd, ipa + last, 3, base + last + odd[i]);
		REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
	}
	OK(w, RTT_DESTROY, realm.rd, ipa, 3);
	realm_tables(w, &realm, ipa, 3);
	map(w, &realm, ipa, 3, (base + WORLD_PAGE) | NS_ATTRIBUTES); /* contiguous, not aligned */
	REFUSED(w, RTT(3, rtt_homo), RTT_FOLD, realm.rd, ipa, 3);
}

/* A block at level 0 is only architectural with LPA2 (sections 5 and 6); UNASSIGNED folds everywhere. */
static void level_zero(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t ipa;

	realm_new(w, &realm, 48);
	ipa = realm_half(&realm);
	realm_tables(w, &realm, ipa, 1);
	OK(w, RTT_FOLD, realm.rd, ipa, 1);
	ENTRY(w, &realm, ipa, 0, 0, UNASSIGNED, EMPTY, 0);
	realm_tables(w, &realm, ipa, 1);
	map(w, &realm, ipa, 1, NS_ATTRIBUTES);
	REFUSED(w, RTT(0, fold_level), RTT_FOLD, realm.rd, ipa, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(conditions, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unassigned, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unassigned_mixed, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(assigned, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(assigned_mixed, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(assigned_unaligned, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unprotected, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unprotected_mixed, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(level_zero, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
