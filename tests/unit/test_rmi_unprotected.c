/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_unprotected.c - RTT_MAP_UNPROTECTED and RTT_UNMAP_UNPROTECTED: descriptors, conditions, their order (section 6). */
#include "tests/unit/support/rmi_world.h"

enum { ATTRIBUTES = 0xD8 };

static void map(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	REFUSED_RD(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | ATTRIBUTES);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | ATTRIBUTES);
	ENTRY(w, &realm, half, 3, 3, ASSIGNED, EMPTY, w->spare | ATTRIBUTES);
	assert_int_equal(world_state(w, w->spare), GRANULE_UNDELEGATED);
	REFUSED(w, RTT(3, rtte_state), RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | ATTRIBUTES);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_2M, 2, 0x40000000 | ATTRIBUTES);
	ENTRY(w, &realm, half + WORLD_2M, 2, 2, ASSIGNED, EMPTY, 0x40000000 | ATTRIBUTES);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_1G, 1, 0x40000000 | ATTRIBUTES);
	ENTRY(w, &realm, half + WORLD_1G, 1, 1, ASSIGNED, EMPTY, 0x40000000 | ATTRIBUTES);
	/* rtt_walk and rtte_state: a block, a table, a missing table. */
	REFUSED(w, RTT(2, rtt_walk), RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_2M, 3, w->spare | ATTRIBUTES);
	REFUSED(w, RTT(2, rtte_state), RTT_MAP_UNPROTECTED, realm.rd, half, 2, 0x40000000 | ATTRIBUTES);
	REFUSED(w, RTT(1, rtte_state), RTT_MAP_UNPROTECTED, realm.rd, half, 1, 0x40000000 | ATTRIBUTES);
	REFUSED(w, RTT(1, rtt_walk), RTT_MAP_UNPROTECTED, realm.rd, half + 2 * WORLD_1G, 2, 0x40000000 | ATTRIBUTES);
	/* In any realm state. */
	realm_activate(w, &realm);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_PAGE, 3, w->spare | ATTRIBUTES);
}

static void addresses(void **state)
{
	static const uint64_t levels[] = {0, 4, UINT64_MAX, 255, UINT64_C(1) << 32};
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		REFUSED(w, INPUT(level_bound), RTT_MAP_UNPROTECTED, realm.rd, half, levels[i], w->spare | ATTRIBUTES);
	}
	for (uint64_t level = 1; level <= 3; level++) {
		uint64_t desc = 0x40000000 | ATTRIBUTES;

		REFUSED(w, INPUT(ipa_align), RTT_MAP_UNPROTECTED, realm.rd, half + span_of((int)level) / 2, level,
			desc);
		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, 2 * half, level, desc);
		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, UINT64_C(1) << 63, level, desc);
		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, half - span_of((int)level), level, desc);
		REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, 0, level, desc);
		REFUSED(w, INPUT2(addr_align, attr_valid), RTT_MAP_UNPROTECTED, realm.rd, half, level,
			desc + span_of((int)level) / 2);
	}
}

/* Section 5: MemAttr [4:2] but 0b100, S2AP [7:6], OA [47:12]; every other bit must be zero. An address of 2^48 or more is addr_bound. */
static void descriptors(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	for (unsigned bit = 0; bit < 64; bit++) {
		bool address = bit >= 12 && bit < 48;
		bool attribute = (bit >= 2 && bit <= 4) || bit == 6 || bit == 7;

		if (bit >= 48 && bit < 52) {
			REFUSED(w, INPUT(addr_bound), RTT_MAP_UNPROTECTED, realm.rd, half, 3,
				(w->spare | ATTRIBUTES) ^ UINT64_C(1) << bit);
		} else if (!address && !attribute) {
			REFUSED(w, INPUT(attr_valid), RTT_MAP_UNPROTECTED, realm.rd, half, 3,
				(w->spare | ATTRIBUTES) ^ UINT64_C(1) << bit);
		}
	}
	for (uint64_t mix = 0; mix < 32; mix++) {
		uint64_t desc = w->spare | FIELD_SET(0, S2_NS_MEMATTR, mix) | FIELD_SET(0, S2_S2AP, mix >> 3);

		if ((mix & 7) == 4) {
			REFUSED(w, INPUT(attr_valid), RTT_MAP_UNPROTECTED, realm.rd, half, 3, desc);
			continue;
		}
		OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, desc);
		ENTRY(w, &realm, half, 3, 3, ASSIGNED, EMPTY, desc);
		OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
	}
}

/* Blocks are of levels 1 to 3, and no larger than an entry of the start level. */
static void start_levels(void **state)
{
	static const struct {
		unsigned ipa_bits;
		uint64_t level;
	} rows[] = {{48, 0}, {32, 1}};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct realm realm;

		realm_new(w, &realm, rows[i].ipa_bits);
		REFUSED(w, INPUT(level_bound), RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), rows[i].level,
			ATTRIBUTES);
		REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, realm_half(&realm), rows[i].level);
	}
}

static void unmap(void **state)
{
	static const uint64_t levels[] = {0, 4, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | ATTRIBUTES);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half + 5 * WORLD_PAGE, 3, w->spare | ATTRIBUTES);
	REFUSED_RD(w, RTT_UNMAP_UNPROTECTED, realm.rd, half, 3);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		/* level_bound before rtt_walk and rtte_state (section 1). */
		REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, half, levels[i]);
		REFUSED(w, INPUT(level_bound), RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_1G, levels[i]);
	}
	for (uint64_t level = 1; level <= 3; level++) {
		REFUSED(w, INPUT(ipa_align), RTT_UNMAP_UNPROTECTED, realm.rd, half + span_of((int)level) / 2, level);
		/* ipa_bound before rtt_walk and rtte_state. */
		REFUSED(w, INPUT(ipa_bound), RTT_UNMAP_UNPROTECTED, realm.rd, 0, level);
		REFUSED(w, INPUT(ipa_bound), RTT_UNMAP_UNPROTECTED, realm.rd, 2 * half, level);
	}
	/* `top` on success and on both ERROR_RTT; ASSIGNED_NS counts as live for it (section 5). */
	assert_int_equal(OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, half, 3).out[0], half + 5 * WORLD_PAGE);
	ENTRY(w, &realm, half, 3, 3, UNASSIGNED, EMPTY, 0);
	assert_int_equal(
		REFUSED(w, RTT_TOP(3, rtte_state), RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_PAGE, 3).out[0],
		half + 5 * WORLD_PAGE);
	assert_int_equal(OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, half + 5 * WORLD_PAGE, 3).out[0], half + WORLD_2M);
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtt_walk), RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_2M, 3).out[0],
		half + WORLD_1G);
	assert_int_equal(
		REFUSED(w, RTT_TOP(1, rtt_walk), RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_1G + WORLD_2M, 2).out[0],
		2 * half);
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtte_state), RTT_UNMAP_UNPROTECTED, realm.rd, half, 2).out[0], half);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half + WORLD_2M, 2, 0x40000000 | ATTRIBUTES);
	assert_int_equal(
		REFUSED(w, RTT_TOP(2, rtt_walk), RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_2M + WORLD_PAGE, 3)
			.out[0],
		half + WORLD_2M + WORLD_PAGE);
	assert_int_equal(OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, half + WORLD_2M, 2).out[0], half + WORLD_1G);
}

/* LPA2: OA[51:50] in bits [9:8], blocks at level 0 are architectural (sections 5 and 13). */
static void lpa2(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 52) | FIELD_MASK(FEATURE0_LPA2) |
		FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
		FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) |
		FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
	struct world *w = world_new(features0);
	struct realm realm;
	struct realm plain;
	uint64_t high = UINT64_C(1) << 48 | 1 << 8 | ATTRIBUTES;

	(void)state;
	realm_prepare(w, &realm, 48);
	realm.params.flags = FIELD_MASK(REALM_FLAG_LPA2);
	realm_create(w, &realm);
	realm_tables(w, &realm, realm_half(&realm), 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), 3, high);
	ENTRY(w, &realm, realm_half(&realm), 3, 3, ASSIGNED, EMPTY, high);
	realm_new(w, &plain, 40);
	realm_tables(w, &plain, realm_half(&plain), 3);
	/* addr_bound: this realm has no LPA2. */
	REFUSED(w, INPUT2(attr_valid, addr_bound), RTT_MAP_UNPROTECTED, plain.rd, realm_half(&plain), 3, high);
	REFUSED(w, INPUT2(attr_valid, addr_bound), RTT_MAP_UNPROTECTED, plain.rd, realm_half(&plain), 3,
		UINT64_C(1) << 48 | ATTRIBUTES);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(map, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(addresses, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(descriptors, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(start_levels, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(unmap, world_setup, world_teardown),
		cmocka_unit_test(lpa2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
