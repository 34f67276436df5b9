/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_realm.c - RMI_REALM_CREATE: its conditions one by one, and the geometry of root tables (sections 5 and 6). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

/* Refuse the parameters as they stand in `realm`, with one of two names. */
#define BAD(w, realm, name, other) \
	(realm_params_write(w, realm), REFUSED(w, INPUT2(name, other), REALM_CREATE, (realm)->rd, (w)->params))

static void success(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(world_state(w, realm.params.rtt_base + i * WORLD_PAGE), GRANULE_RTT);
		assert_int_equal(world_owner(w, realm.params.rtt_base + i * WORLD_PAGE), realm.rd);
	}
	/* Section 4, "Initial". */
	ENTRY(w, &realm, 0, 1, 1, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, half - WORLD_1G, 1, 1, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, half, 1, 1, UNASSIGNED, EMPTY, 0);
	ENTRY(w, &realm, 2 * half - WORLD_1G, 1, 1, UNASSIGNED, EMPTY, 0);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 1, 0xD8);
	REFUSED(w, INPUT(ipa_bound), RTT_MAP_UNPROTECTED, realm.rd, half - WORLD_1G, 1, 0xD8);
}

static void granules(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_prepare(w, &realm, 40);
	realm_params_write(w, &realm);
	world_refused_granule(HERE, w, CALL(REALM_CREATE, realm.rd, w->params), 0, GRANULE_DELEGATED,
		(struct granule_conditions){CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state});
	REFUSED_NS(w, 1, params_align, params_bound, params_pas, REALM_CREATE, realm.rd, w->params);
	OK(w, REALM_CREATE, realm.rd, w->params);
}

/* A root granule in every wrong state, first and last; unaligned; outside memory. */
static void roots(void **state)
{
	struct world *w = *state;
	struct realm good;
	uint64_t base;

	realm_prepare(w, &good, 42);
	base = good.params.rtt_base;
	for (unsigned i = 0; i < 8; i += 7) {
		OK(w, GRANULE_UNDELEGATE, base + i * WORLD_PAGE);
		BAD(w, &good, rtt_state, rtt_state);
		OK(w, GRANULE_DELEGATE, base + i * WORLD_PAGE);
	}
	for (unsigned state_of = 0; state_of < GRANULE_STATE_COUNT; state_of++) {
		struct realm one = good;

		one.params.s2sz = 39;
		one.params.rtt_num_start = 1;
		one.params.rtt_base = w->sample[state_of];
		if (state_of != GRANULE_DELEGATED) {
			BAD(w, &one, rtt_state, rtt_state);
		}
	}
	world_pages(w, 8);
	good.rd = world_delegated(w, 1); /* not just behind the tables: no alias below */
	good.params.rtt_base = base + WORLD_PAGE;
	BAD(w, &good, rtt_align, rtt_align); /* 4 KiB aligned, but not to the eight tables */
	good.params.rtt_base = base + 8;
	BAD(w, &good, rtt_align, rtt_align);
	good.params.rtt_num_start = 1U << 31; /* rtt_align comes before rtt_num_level */
	good.params.rtt_base = good.rd + WORLD_PAGE;
	BAD(w, &good, rtt_align, rtt_align);
	good.params.rtt_num_start = 3; /* no power of two, and no alignment */
	good.params.rtt_base = base + WORLD_PAGE;
	BAD(w, &good, rtt_num_level, rtt_num_level);
	good.params.rtt_num_start = 8;
	good.params.rtt_base = WORLD_TOP;
	BAD(w, &good, rtt_bound, rtt_state);
	good.params.rtt_base = 0;
	BAD(w, &good, rtt_bound, rtt_state);
	good.params.rtt_base = UINT64_MAX - 0x7FFF;
	BAD(w, &good, rtt_bound, rtt_bound2);
	good.params.rtt_base = base;
	realm_create(w, &good);
}

/* Section 6, alias: rd inside the root tables, at each of them; one behind is none. */
static void alias(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t base = world_delegated(w, 4);

	realm_prepare(w, &realm, 40);
	realm.params.rtt_base = base;
	realm.rd = base;
	BAD(w, &realm, alias, alias);
	realm.rd = base + WORLD_PAGE;
	BAD(w, &realm, alias, alias);
	realm.params.rtt_base = UINT64_MAX - WORLD_PAGE + 1; /* tables up to the end of addresses do not go on at 0 */
	realm.rd = 0;
	BAD(w, &realm, rtt_align, rtt_align);
	realm.params.rtt_base = base;
	realm.rd = base + 2 * WORLD_PAGE;
	realm_create(w, &realm);
}

static void parameters(void **state)
{
	struct world *w = *state;
	struct realm good;
	struct realm bad;

	realm_prepare(w, &good, 40);
	for (unsigned value = 2; value < 256; value += value < 4 ? 1 : 63) {
		bad = good;
		bad.params.hash_algo = (uint8_t)value;
		BAD(w, &bad, params_valid, params_supp);
	}
	for (unsigned bit = 3; bit < 64; bit++) {
		bad = good;
		bad.params.flags = UINT64_C(1) << bit;
		BAD(w, &bad, params_valid, params_valid);
	}
	for (unsigned bit = 0; bit < 3; bit++) { /* LPA2, SVE, PMU: not in the default model */
		bad = good;
		bad.params.flags = UINT64_C(1) << bit;
		BAD(w, &bad, params_supp, params_supp);
	}
	bad = good;
	bad.params.num_bps = 0;
	BAD(w, &bad, params_supp, params_supp);
	bad.params.num_bps = 6; /* six breakpoints are number 5 */
	BAD(w, &bad, params_supp, params_supp);
	bad = good;
	bad.params.num_wps = 0;
	BAD(w, &bad, params_supp, params_supp);
	bad.params.num_wps = 4;
	BAD(w, &bad, params_supp, params_supp);
	bad = good; /* SVE and PMU numbers are not looked at without their flag */
	bad.params.num_bps = 5;
	bad.params.num_wps = 3;
	bad.params.sve_vl = 15;
	bad.params.pmu_num_ctrs = 31;
	realm_create(w, &bad);
}

static void one_hash_only(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 40) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 2);
	struct world *w = world_new(features0);
	struct realm realm;

	(void)state;
	assert_int_equal(OK(w, FEATURES, 0).out[0], features0);
	realm_prepare(w, &realm, 40);
	realm.params.hash_algo = RMI_HASH_SHA_512;
	BAD(w, &realm, params_supp, params_supp);
	realm.params.hash_algo = RMI_HASH_SHA_256;
	realm.params.s2sz = 41;
	realm.params.rtt_num_start = 4;
	BAD(w, &realm, params_supp, params_valid); /* wider than the feature register says */
	world_free(w);
}

static void sve_and_pmu(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4) |
		FIELD_MASK(FEATURE0_SVE_EN) | FIELD_SET(0, FEATURE0_SVE_VL, 3) | FIELD_MASK(FEATURE0_PMU_EN) |
		FIELD_SET(0, FEATURE0_PMU_NUM_CTRS, 6);
	struct world *w = world_new(features0);
	struct realm realm;

	(void)state;
	realm_prepare(w, &realm, 40);
	realm.params.flags = FIELD_MASK(REALM_FLAG_SVE);
	realm.params.sve_vl = 4;
	BAD(w, &realm, params_supp, params_supp);
	realm.params.sve_vl = 3;
	realm.params.flags |= FIELD_MASK(REALM_FLAG_PMU);
	realm.params.pmu_num_ctrs = 7;
	BAD(w, &realm, params_supp, params_supp);
	realm.params.pmu_num_ctrs = 0; /* needs FEAT_HPMN0 */
	BAD(w, &realm, params_supp, params_supp);
	realm.params.pmu_num_ctrs = 6;
	realm_create(w, &realm);
	world_free(w);
}

/* Numbers without their feature: neither SVE nor the PMU, whatever the other fields say. */
static void no_sve_and_no_pmu(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4) |
		FIELD_SET(0, FEATURE0_SVE_VL, 3) | FIELD_SET(0, FEATURE0_PMU_NUM_CTRS, 6);
	struct world *w = world_new(features0);
	struct realm realm;

	(void)state;
	realm_prepare(w, &realm, 40);
	realm.params.sve_vl = 3;
	realm.params.pmu_num_ctrs = 6;
	realm.params.flags = FIELD_MASK(REALM_FLAG_SVE);
	BAD(w, &realm, params_supp, params_supp);
	realm.params.flags = FIELD_MASK(REALM_FLAG_PMU);
	BAD(w, &realm, params_supp, params_supp);
	realm.params.flags = 0;
	realm_create(w, &realm);
	world_free(w);
}

static void vmids(void **state)
{
	struct world *w = *state;
	struct realm first;
	struct realm second;

	realm_new(w, &first, 40);
	realm_prepare(w, &second, 40);
	second.params.vmid = first.params.vmid;
	BAD(w, &second, vmid_valid, vmid_valid);
	/* A refusal for another reason leaves the VMID free. */
	second.params.vmid = 200;
	second.params.rtt_num_start = 1;
	BAD(w, &second, rtt_num_level, rtt_num_level);
	second.params.rtt_num_start = 2;
	realm_create(w, &second);
	OK(w, REALM_DESTROY, second.rd);
	OK(w, REALM_DESTROY, first.rd);
	second.params.vmid = first.params.vmid;
	realm_create(w, &second);
}

/* Section 5, written once more: is (s2sz, sl, num) right? */
static bool shape_is_legal(unsigned s2sz, int64_t level, uint64_t count, bool lpa2)
{
	int n = 3 - (int)level;
	int least = 9 * n + 13;
	int most = least + 8 + (level > 0 || (level == 0 && lpa2) ? 4 : 0);
	int extra;

	if (level < (lpa2 ? -1 : 0) || level > 3) {
		return false;
	}
	if (level == -1) {
		least = 49;
		most = 52;
	}
	extra = (int)s2sz - (9 * n + 21);
	return (int)s2sz >= least && (int)s2sz <= most && count == UINT64_C(1) << (extra > 0 ? extra : 0);
}

/* Created exactly when section 5 says so. */
static void try_shape(struct world *w, struct realm *realm, int64_t level, uint32_t count)
{
	struct rmi_realm_params *params = &realm->params;
	bool legal = shape_is_legal(params->s2sz, level, count, (params->flags & FIELD_MASK(REALM_FLAG_LPA2)) != 0);

	params->rtt_level_start = level;
	params->rtt_num_start = count;
	if (!legal) {
		BAD(w, realm, rtt_num_level, rtt_num_level);
		return;
	}
	realm_create(w, realm);
	OK(w, REALM_DESTROY, realm->rd);
}

/* Every start level x number of tables. */
static void try_shapes(struct world *w, struct realm *realm, unsigned s2sz, bool lpa2)
{
	static const int64_t levels[] = {-2, -1, 0, 1, 2, 3, 4, 255, INT64_MIN, INT64_C(1) << 32};

	realm->params.s2sz = (uint8_t)s2sz;
	realm->params.flags = lpa2 ? FIELD_MASK(REALM_FLAG_LPA2) : 0;
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		for (uint32_t count = 0; count <= 17; count++) {
			try_shape(w, realm, levels[i], count);
		}
		try_shape(w, realm, levels[i], 32);
		try_shape(w, realm, levels[i], UINT32_MAX);
	}
}

static void shapes(void **state)
{
	static const struct {
		uint8_t s2sz;
		int level;
		uint32_t count;
	} good[] = {{32, 2, 4}, {34, 2, 16}, {40, 1, 2}, {42, 1, 8}};
	struct world *w = *state;
	struct realm realm;

	realm_prepare(w, &realm, 40);
	realm.params.rtt_base = world_delegated(w, 32); /* aligned for any number of tables */
	for (unsigned s2sz = 32; s2sz <= 48; s2sz++) {
		try_shapes(w, &realm, s2sz, false);
	}
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		realm.params.s2sz = good[i].s2sz;
		realm.params.rtt_level_start = good[i].level;
		realm.params.rtt_num_start = good[i].count;
		realm_create(w, &realm);
		OK(w, REALM_DESTROY, realm.rd);
	}
	realm.params.rtt_level_start = 1;
	realm.params.rtt_num_start = 1;
	realm.params.s2sz = 31;
	BAD(w, &realm, params_valid, params_supp);
	realm.params.s2sz = 0;
	BAD(w, &realm, params_valid, params_supp);
	realm.params.rtt_level_start = 0;
	realm.params.s2sz = 49;
	realm.params.rtt_num_start = 2;
	BAD(w, &realm, params_supp, params_valid);
	realm.params.s2sz = 255;
	BAD(w, &realm, params_supp, params_valid);
}

static void shapes_lpa2(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 52) | FIELD_MASK(FEATURE0_LPA2) |
		FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
		FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) |
		FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
	struct world *w = world_new(features0);
	struct realm realm;

	(void)state;
	realm_prepare(w, &realm, 40);
	realm.params.rtt_base = world_delegated(w, 32); /* aligned for any number of tables */
	for (unsigned s2sz = 32; s2sz <= 52; s2sz++) {
		try_shapes(w, &realm, s2sz, true);
	}
	realm.params.s2sz = 52; /* known-good */
	realm.params.rtt_level_start = 0;
	realm.params.rtt_num_start = 16;
	realm.params.flags = FIELD_MASK(REALM_FLAG_LPA2);
	realm_create(w, &realm);
	OK(w, REALM_DESTROY, realm.rd);
	realm.params.s2sz = 53;
	BAD(w, &realm, params_supp, params_valid);
	realm.params.flags = 0; /* 52 bits need the flag */
	realm.params.s2sz = 52;
	BAD(w, &realm, params_valid, params_supp);
	realm.params.s2sz = 49;
	realm.params.rtt_num_start = 2;
	BAD(w, &realm, params_valid, params_supp);
	try_shapes(w, &realm, 48, false);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(success, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(granules, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(roots, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(alias, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(parameters, world_setup, world_teardown),
		cmocka_unit_test(one_hash_only),
		cmocka_unit_test(sve_and_pmu),
		cmocka_unit_test(no_sve_and_no_pmu),
		cmocka_unit_test_setup_teardown(vmids, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(shapes, world_setup, world_teardown),
		cmocka_unit_test(shapes_lpa2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
