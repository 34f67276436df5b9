/* SPDX-License-Identifier: BSD-2-Clause */
/* test_weak_params.c - RMI_REALM_CREATE with one thing wrong and all else right: a test for each field and value (sections 3, 5, 6).
 *
 * A row is refused as it is written, and the same call succeeds when that one thing is put right again. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

/* What the machine offers. Neither has LPA2 or SHA-512; only the rich one has SVE and a PMU. */
enum machine { PLAIN, RICH };
enum { S2SZ = 38, BREAKPOINTS = 5, WATCHPOINTS = 3, VECTOR = 3, COUNTERS = 6 };

/* The realm before it is spoilt: 38 bits from one table of level 1, or 32 bits from four of level 2. */
enum shape { ONE_ROOT, FOUR_ROOTS };

enum {
	SVE = 1 << REALM_FLAG_SVE_SHIFT,
	PMU = 1 << REALM_FLAG_PMU_SHIFT,
};

struct row {
	const char *name;
	enum machine machine;
	enum shape shape;
	uint64_t flags;
	size_t offset; /* of the field that is wrong */
	size_t size;
	uint64_t wrong;
	enum rmi_condition condition; /* CONDITION_NONE: the value is right */
};

#define FIELD(name) offsetof(struct rmi_realm_params, name), sizeof(((struct rmi_realm_params *)0)->name)
#define ALL_ONES UINT64_MAX

static struct row rows[] = {
	{"hash: SHA-512, not offered", PLAIN, ONE_ROOT, 0, FIELD(hash_algo), 1, CONDITION_params_supp},
	{"hash: 2 is reserved", PLAIN, ONE_ROOT, 0, FIELD(hash_algo), 2, CONDITION_params_valid},
	{"hash: 255 is reserved", PLAIN, ONE_ROOT, 0, FIELD(hash_algo), 255, CONDITION_params_valid},
	{"num_bps: 0", PLAIN, ONE_ROOT, 0, FIELD(num_bps), 0, CONDITION_params_supp},
	{"num_bps: all there are", PLAIN, ONE_ROOT, 0, FIELD(num_bps), BREAKPOINTS, CONDITION_NONE},
	{"num_bps: one too many", PLAIN, ONE_ROOT, 0, FIELD(num_bps), BREAKPOINTS + 1, CONDITION_params_supp},
	{"num_bps: 64", PLAIN, ONE_ROOT, 0, FIELD(num_bps), 64, CONDITION_params_supp},
	{"num_bps: 255", PLAIN, ONE_ROOT, 0, FIELD(num_bps), 255, CONDITION_params_supp},
	{"num_wps: 0", PLAIN, ONE_ROOT, 0, FIELD(num_wps), 0, CONDITION_params_supp},
	{"num_wps: all there are", PLAIN, ONE_ROOT, 0, FIELD(num_wps), WATCHPOINTS, CONDITION_NONE},
	{"num_wps: one too many", PLAIN, ONE_ROOT, 0, FIELD(num_wps), WATCHPOINTS + 1, CONDITION_params_supp},
	{"num_wps: 255", PLAIN, ONE_ROOT, 0, FIELD(num_wps), 255, CONDITION_params_supp},
	{"flags: LPA2, not offered", RICH, ONE_ROOT, 0, FIELD(flags), 1, CONDITION_params_supp},
	{"flags: SVE, not offered", PLAIN, ONE_ROOT, 0, FIELD(flags), SVE, CONDITION_params_supp},
	{"flags: PMU, not offered", PLAIN, ONE_ROOT, 0, FIELD(flags), PMU, CONDITION_params_supp},
	{"flags: bit 3", RICH, ONE_ROOT, 0, FIELD(flags), 8, CONDITION_params_valid},
	{"flags: bit 32", RICH, ONE_ROOT, 0, FIELD(flags), UINT64_C(1) << 32, CONDITION_params_valid},
	{"flags: bit 63", RICH, ONE_ROOT, 0, FIELD(flags), UINT64_C(1) << 63, CONDITION_params_valid},
	{"sve_vl: longest", RICH, ONE_ROOT, SVE, FIELD(sve_vl), VECTOR, CONDITION_NONE},
	{"sve_vl: one too long", RICH, ONE_ROOT, SVE, FIELD(sve_vl), VECTOR + 1, CONDITION_params_supp},
	{"sve_vl: 16", RICH, ONE_ROOT, SVE, FIELD(sve_vl), 16, CONDITION_params_supp},
	{"sve_vl: 255", RICH, ONE_ROOT, SVE, FIELD(sve_vl), 255, CONDITION_params_supp},
	{"sve_vl: too long, without SVE", RICH, ONE_ROOT, 0, FIELD(sve_vl), VECTOR + 1, CONDITION_NONE},
	{"sve_vl: too long, with PMU alone", RICH, ONE_ROOT, PMU, FIELD(sve_vl), VECTOR + 1, CONDITION_NONE},
	{"pmu_num_ctrs: all there are", RICH, ONE_ROOT, PMU, FIELD(pmu_num_ctrs), COUNTERS, CONDITION_NONE},
	{"pmu_num_ctrs: one too many", RICH, ONE_ROOT, PMU, FIELD(pmu_num_ctrs), COUNTERS + 1, CONDITION_params_supp},
	{"pmu_num_ctrs: 32", RICH, ONE_ROOT, PMU, FIELD(pmu_num_ctrs), 32, CONDITION_params_supp},
	{"pmu_num_ctrs: 255", RICH, ONE_ROOT, PMU, FIELD(pmu_num_ctrs), 255, CONDITION_params_supp},
	{"pmu_num_ctrs: 0", RICH, ONE_ROOT, PMU, FIELD(pmu_num_ctrs), 0, CONDITION_params_supp},
	{"pmu_num_ctrs: 0, without PMU", RICH, ONE_ROOT, 0, FIELD(pmu_num_ctrs), 0, CONDITION_NONE},
	{"pmu_num_ctrs: too many, without PMU", RICH, ONE_ROOT, 0, FIELD(pmu_num_ctrs), 255, CONDITION_NONE},
	{"pmu_num_ctrs: too many, with SVE alone", RICH, ONE_ROOT, SVE, FIELD(pmu_num_ctrs), 7, CONDITION_NONE},
	/* Level 1 is right for 31 to 43 bits, and up to 39 of them one table. */
	{"s2sz: wider than offered", PLAIN, ONE_ROOT, 0, FIELD(s2sz), S2SZ + 1, CONDITION_params_supp},
	{"s2sz: 31", PLAIN, ONE_ROOT, 0, FIELD(s2sz), 31, CONDITION_params_valid},
	{"s2sz: 32, the narrowest", PLAIN, ONE_ROOT, 0, FIELD(s2sz), 32, CONDITION_NONE},
	{"s2sz: 0", PLAIN, ONE_ROOT, 0, FIELD(s2sz), 0, CONDITION_params_valid},
	{"s2sz: 49", PLAIN, ONE_ROOT, 0, FIELD(s2sz), 49, CONDITION_params_valid},
	{"s2sz: 255", PLAIN, ONE_ROOT, 0, FIELD(s2sz), 255, CONDITION_params_valid},
	{"rtt_level_start: one too high", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), 0, CONDITION_rtt_num_level},
	{"rtt_level_start: one too low", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), 2, CONDITION_rtt_num_level},
	{"rtt_level_start: 3", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), 3, CONDITION_rtt_num_level},
	{"rtt_level_start: 4", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), 4, CONDITION_rtt_num_level},
	{"rtt_level_start: -1", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), ALL_ONES, CONDITION_rtt_num_level},
	{"rtt_level_start: 1 in its low half", PLAIN, ONE_ROOT, 0, FIELD(rtt_level_start), UINT64_C(1) << 32 | 1,
		CONDITION_rtt_num_level},
	{"rtt_num_start: 0", PLAIN, ONE_ROOT, 0, FIELD(rtt_num_start), 0, CONDITION_rtt_num_level},
	{"rtt_num_start: 2 of 1", PLAIN, ONE_ROOT, 0, FIELD(rtt_num_start), 2, CONDITION_rtt_num_level},
	{"rtt_num_start: 2 of 4", PLAIN, FOUR_ROOTS, 0, FIELD(rtt_num_start), 2, CONDITION_rtt_num_level},
	{"rtt_num_start: 3 of 4", PLAIN, FOUR_ROOTS, 0, FIELD(rtt_num_start), 3, CONDITION_rtt_num_level},
	{"rtt_num_start: 8 of 4", PLAIN, FOUR_ROOTS, 0, FIELD(rtt_num_start), 8, CONDITION_rtt_num_level},
	{"rtt_num_start: 17", PLAIN, FOUR_ROOTS, 0, FIELD(rtt_num_start), 17, CONDITION_rtt_num_level},
};

static struct world *world_of(enum machine machine)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, S2SZ) | FIELD_SET(0, FEATURE0_NUM_BPS, BREAKPOINTS) |
		FIELD_SET(0, FEATURE0_NUM_WPS, WATCHPOINTS) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);

	if (machine == RICH) {
		features0 |= FIELD_MASK(FEATURE0_SVE_EN) | FIELD_SET(0, FEATURE0_SVE_VL, VECTOR) |
			FIELD_MASK(FEATURE0_PMU_EN) | FIELD_SET(0, FEATURE0_PMU_NUM_CTRS, COUNTERS);
	}
	return world_new(features0);
}

/* Sixteen granules are delegated for the roots, so that no other number of roots and no other place is wrong for its granules. */
static void good_realm(struct world *w, struct realm *realm, enum shape shape, uint64_t flags)
{
	realm_prepare(w, realm, 32);
	realm->params.rtt_base = world_delegated(w, 16);
	world_pages(w, 1); /* the RD is not right behind them: a seventeenth root would be an alias */
	realm->rd = world_delegated(w, 1);
	realm->params.flags = flags;
	realm->params.sve_vl = 1;
	realm->params.pmu_num_ctrs = 1;
	realm->params.s2sz = shape == ONE_ROOT ? S2SZ : 32;
	realm->params.rtt_level_start = shape == ONE_ROOT ? 1 : 2;
	realm->params.rtt_num_start = shape == ONE_ROOT ? 1 : 4;
}

static void refused(struct place place, struct world *w, const struct realm *realm, enum rmi_condition condition)
{
	realm_params_write(w, realm);
	world_refused(place, w, (struct expectation){RMI_ERROR_INPUT, 0, condition, CONDITION_NONE, false},
		CALL(REALM_CREATE, realm->rd, w->params));
}

/* The fields are little-endian, as the machine that runs the tests. */
static void one_field(void **state)
{
	const struct row *row = *state;
	struct world *w = world_of(row->machine);
	struct realm good;
	struct realm bad;

	good_realm(w, &good, row->shape, row->flags);
	bad = good;
	memcpy((char *)&bad.params + row->offset, &row->wrong, row->size);
	if (row->condition == CONDITION_NONE) {
		realm_create(w, &bad);
	} else {
		refused(HERE, w, &bad, row->condition);
		realm_create(w, &good);
	}
	world_free(w);
}

/* The base of four roots at each place that is not aligned to all four; the granules there would do. */
static void base_alignment(void **state)
{
	static const uint64_t off[] = {1, 8, 0x800, 0xFFF, WORLD_PAGE, 2 * WORLD_PAGE, 3 * WORLD_PAGE, 5 * WORLD_PAGE};
	struct world *w = world_of(PLAIN);
	struct realm good;

	(void)state;
	good_realm(w, &good, FOUR_ROOTS, 0);
	for (size_t i = 0; i < sizeof(off) / sizeof(off[0]); i++) {
		struct realm bad = good;

		bad.params.rtt_base += off[i];
		refused(HERE, w, &bad, CONDITION_rtt_align);
	}
	good.params.rtt_base += 4 * WORLD_PAGE;
	realm_create(w, &good);
	world_free(w);
}

/* Each of the four roots in each wrong state; the rest of them is right. */
static void root_states(void **state)
{
	struct world *w = world_of(PLAIN);
	struct realm realm;

	(void)state;
	good_realm(w, &realm, FOUR_ROOTS, 0);
	for (unsigned i = 0; i < 4; i++) {
		OK(w, GRANULE_UNDELEGATE, realm.params.rtt_base + i * WORLD_PAGE);
		refused(HERE, w, &realm, CONDITION_rtt_state);
		OK(w, GRANULE_DELEGATE, realm.params.rtt_base + i * WORLD_PAGE);
	}
	realm_create(w, &realm);
	world_free(w);
}

static void rd_is_a_root(void **state)
{
	struct world *w = world_of(PLAIN);
	struct realm realm;
	uint64_t rd;

	(void)state;
	good_realm(w, &realm, FOUR_ROOTS, 0);
	rd = realm.rd;
	for (unsigned i = 0; i < 4; i++) {
		realm.rd = realm.params.rtt_base + i * WORLD_PAGE;
		refused(HERE, w, &realm, CONDITION_alias);
	}
	realm.rd = rd;
	realm_create(w, &realm);
	world_free(w);
}

/* The granules on both sides of the roots are not aliases. */
static void rd_beside_the_roots(void **state)
{
	struct world *w = world_of(PLAIN);
	struct realm realm;

	(void)state;
	for (int beside = -1; beside <= 4; beside += 5) {
		good_realm(w, &realm, FOUR_ROOTS, 0);
		realm.params.rtt_base += 4 * WORLD_PAGE;
		realm.rd = realm.params.rtt_base + (uint64_t)beside * WORLD_PAGE;
		realm_create(w, &realm);
	}
	world_free(w);
}

static void vmid_in_use(void **state)
{
	struct world *w = world_of(PLAIN);
	struct realm first;
	struct realm second;

	(void)state;
	good_realm(w, &first, ONE_ROOT, 0);
	realm_create(w, &first);
	good_realm(w, &second, ONE_ROOT, 0);
	second.params.vmid = first.params.vmid;
	refused(HERE, w, &second, CONDITION_vmid_valid);
	OK(w, REALM_DESTROY, first.rd);
	realm_create(w, &second);
	world_free(w);
}

/* Each refusal leaves the VMID it named free (section 6). */
static void vmid_is_freed(void **state)
{
	struct world *w = world_of(PLAIN);
	struct realm realm;

	(void)state;
	good_realm(w, &realm, ONE_ROOT, 0);
	realm.params.vmid = 0xFFFF;
	OK(w, GRANULE_UNDELEGATE, realm.rd);
	refused(HERE, w, &realm, CONDITION_rd_state);
	OK(w, GRANULE_DELEGATE, realm.rd);
	realm_create(w, &realm);
	world_free(w);
}

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int main(void)
{
	static struct CMUnitTest fields[ROWS];
	const struct CMUnitTest others[] = {
		cmocka_unit_test(base_alignment),
		cmocka_unit_test(root_states),
		cmocka_unit_test(rd_is_a_root),
		cmocka_unit_test(rd_beside_the_roots),
		cmocka_unit_test(vmid_in_use),
		cmocka_unit_test(vmid_is_freed),
	};
	int failed;

	for (size_t i = 0; i < ROWS; i++) {
		fields[i] =
			(struct CMUnitTest){.name = rows[i].name, .test_func = one_field, .initial_state = &rows[i]};
	}
	failed = cmocka_run_group_tests_name("fields", fields, NULL, NULL);
	return failed + cmocka_run_group_tests_name("others", others, NULL, NULL);
}
