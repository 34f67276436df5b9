/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_data.c - DATA_CREATE, DATA_CREATE_UNKNOWN and DATA_DESTROY: conditions, order, transitions of entries (sections 4, 6). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

#define NAMES(a, b, c) ((struct granule_conditions){CONDITION_##a, CONDITION_##b, CONDITION_##c})

static void create(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data;

	realm_new(w, &realm, 40);
	realm_tables(w, &realm, 0, 3);
	data = world_delegated(w, 1);
	memset(world_at(w, w->source), 0xB7, REEVE_GRANULE_SIZE);
	REFUSED_RD(w, DATA_CREATE, realm.rd, data, 0, w->source, 1);
	world_refused_granule(HERE, w, CALL(DATA_CREATE, realm.rd, data, 0, w->source, 1), 1, GRANULE_DELEGATED,
		NAMES(data_align, data_bound, data_state));
	REFUSED_NS(w, 3, src_align, src_bound, src_pas, DATA_CREATE, realm.rd, data, 0, w->source, 1);
	for (unsigned bit = 1; bit < 64; bit++) {
		REFUSED(w, INPUT(flags_valid), DATA_CREATE, realm.rd, data, 0, w->source, UINT64_C(1) << bit);
	}
	REFUSED(w, INPUT(ipa_align), DATA_CREATE, realm.rd, data, 1, w->source, 1);
	REFUSED(w, INPUT(ipa_align), DATA_CREATE, realm.rd, data, 0x800, w->source, 1);
	OK(w, DATA_CREATE, realm.rd, data, 0, w->source, 0);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, RAM, data);
	assert_int_equal(world_state(w, data), GRANULE_DATA);
	assert_int_equal(world_owner(w, data), realm.rd);
	assert_memory_equal(world_at(w, data), world_at(w, w->source), REEVE_GRANULE_SIZE);
	REFUSED(w, RTT(3, rtte_state), DATA_CREATE, realm.rd, world_delegated(w, 1), 0, w->source, 1);
}

/* ipa_bound (the unprotected half, and beyond) before rtt_walk and rtte_state (section 1). */
static void bounds_first(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data = world_delegated(w, 1);
	uint64_t half;
	uint64_t odd[6];

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	realm_tables(w, &realm, half, 3);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, half, 3, w->spare | 0xD8);
	odd[0] = half;              /* ASSIGNED_NS: also rtte_state */
	odd[1] = half + WORLD_PAGE; /* UNASSIGNED_NS */
	odd[2] = half + WORLD_2M;   /* also rtt_walk */
	odd[3] = 2 * half - WORLD_PAGE;
	odd[4] = 2 * half;
	odd[5] = UINT64_C(1) << 63;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		REFUSED(w, INPUT(ipa_bound), DATA_CREATE, realm.rd, data, odd[i], w->source, 1);
		REFUSED(w, INPUT(ipa_bound), DATA_CREATE_UNKNOWN, realm.rd, data, odd[i]);
		REFUSED(w, INPUT(ipa_bound), DATA_DESTROY, realm.rd, odd[i]);
	}
	REFUSED(w, RTT(1, rtt_walk), DATA_CREATE, realm.rd, data, half - WORLD_PAGE, w->source, 1);
	REFUSED(w, RTT(1, rtt_walk), DATA_CREATE_UNKNOWN, realm.rd, data, half - WORLD_PAGE);
	REFUSED(w, RTT_TOP(1, rtt_walk), DATA_DESTROY, realm.rd, half - WORLD_PAGE);
	realm_tables(w, &realm, 0, 2);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE, realm.rd, data, 0, w->source, 1);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE_UNKNOWN, realm.rd, data, 0);
}

static void create_states(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data = world_delegated(w, 1);
	struct rec *rec;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), DATA_CREATE, realm.rd, data, 0, w->source, 1);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	OK(w, DATA_DESTROY, realm.rd, 0);
	script_clear(w);
	script_smc(w, PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0);
	ENTER(w, rec);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), DATA_CREATE, realm.rd, data, 0, w->source, 1);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	OK(w, DATA_DESTROY, realm.rd, 0);
}

static void create_unknown(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	data = world_delegated(w, 1);
	REFUSED_RD(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	world_refused_granule(HERE, w, CALL(DATA_CREATE_UNKNOWN, realm.rd, data, 0), 1, GRANULE_DELEGATED,
		NAMES(data_align, data_bound, data_state));
	REFUSED(w, INPUT(ipa_align), DATA_CREATE_UNKNOWN, realm.rd, data, 0x10);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, EMPTY, data);
	assert_int_equal(world_state(w, data), GRANULE_DATA);
	REFUSED(w, RTT(3, rtte_state), DATA_CREATE_UNKNOWN, realm.rd, world_delegated(w, 1), 0);
}

static void destroy(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct reply reply;
	uint64_t data;

	realm_new(w, &realm, 40);
	data = realm_data(w, &realm, 0, 0xEE);
	REFUSED_RD(w, DATA_DESTROY, realm.rd, 0);
	REFUSED(w, INPUT(ipa_align), DATA_DESTROY, realm.rd, 8);
	realm_data(w, &realm, 5 * WORLD_PAGE, 1);
	reply = OK(w, DATA_DESTROY, realm.rd, 0);
	assert_int_equal(reply.out[0], data);
	assert_int_equal(reply.out[1], 5 * WORLD_PAGE);
	assert_int_equal(world_state(w, data), GRANULE_DELEGATED);
	assert_int_equal(world_owner(w, data), 0);
	assert_true(world_is_zero(w, data));
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, DESTROYED, 0);
	assert_int_equal(REFUSED(w, RTT_TOP(3, rtte_state), DATA_DESTROY, realm.rd, 0).out[1], 5 * WORLD_PAGE);
	assert_int_equal(REFUSED(w, RTT_TOP(3, rtte_state), DATA_DESTROY, realm.rd, 6 * WORLD_PAGE).out[1], WORLD_2M);
	assert_int_equal(OK(w, DATA_DESTROY, realm.rd, 5 * WORLD_PAGE).out[1], WORLD_2M);
	realm_tables(w, &realm, 9 * WORLD_2M, 3);
	assert_int_equal(
		REFUSED(w, RTT_TOP(2, rtt_walk), DATA_DESTROY, realm.rd, WORLD_2M + WORLD_PAGE).out[1], 9 * WORLD_2M);
	assert_int_equal(REFUSED(w, RTT_TOP(2, rtt_walk), DATA_DESTROY, realm.rd, 10 * WORLD_2M).out[1], WORLD_1G);
	assert_int_equal(REFUSED(w, RTT_TOP(1, rtt_walk), DATA_DESTROY, realm.rd, WORLD_1G + WORLD_PAGE).out[1],
		UINT64_C(1) << 39);
}

/* Section 4, rows DATA_CREATE, DATA_CREATE_UNKNOWN and DATA_DESTROY, from each RIPAS. */
static void transitions(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	data = world_delegated(w, 1);
	/* EMPTY: kept by CREATE_UNKNOWN and by DESTROY. */
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, EMPTY, data);
	OK(w, DATA_DESTROY, realm.rd, 0);
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, EMPTY, 0);
	/* EMPTY: DATA_CREATE makes it RAM. Section 6 leaves the starting RIPAS to TF-RMM, which accepts any. */
	OK(w, DATA_CREATE, realm.rd, data, 0, w->source, 1);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, RAM, data);
	OK(w, DATA_DESTROY, realm.rd, 0);
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, DESTROYED, 0);
	/* DESTROYED: kept by CREATE_UNKNOWN and by DESTROY. */
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, 0);
	assert_int_equal(realm_entry(w, &realm, 0, 3).state, RTTE_ASSIGNED);
	assert_int_equal(realm_entry(w, &realm, 0, 3).ripas, RIPAS_DESTROYED);
	assert_int_equal(realm_entry(w, &realm, 0, 3).desc, 0); /* as TF-RMM answers; section 6 leaves it open */
	OK(w, DATA_DESTROY, realm.rd, 0);
	ENTRY(w, &realm, 0, 3, 3, UNASSIGNED, DESTROYED, 0);
	/* DESTROYED: DATA_CREATE makes it RAM. */
	OK(w, DATA_CREATE, realm.rd, data, 0, w->source, 1);
	ENTRY(w, &realm, 0, 3, 3, ASSIGNED, RAM, data);
	OK(w, DATA_DESTROY, realm.rd, 0);
	/* RAM: kept by CREATE_UNKNOWN and DATA_CREATE, DESTROYED by DESTROY. */
	realm_ram(w, &realm, WORLD_PAGE, 3 * WORLD_PAGE);
	ENTRY(w, &realm, WORLD_PAGE, 3, 3, UNASSIGNED, RAM, 0);
	OK(w, DATA_CREATE_UNKNOWN, realm.rd, data, WORLD_PAGE);
	ENTRY(w, &realm, WORLD_PAGE, 3, 3, ASSIGNED, RAM, data);
	OK(w, DATA_DESTROY, realm.rd, WORLD_PAGE);
	ENTRY(w, &realm, WORLD_PAGE, 3, 3, UNASSIGNED, DESTROYED, 0);
	OK(w, DATA_CREATE, realm.rd, data, 2 * WORLD_PAGE, w->source, 0);
	ENTRY(w, &realm, 2 * WORLD_PAGE, 3, 3, ASSIGNED, RAM, data);
}

/* A measured granule keeps its content through a fold and the unfold. */
static void content_through_fold(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	uint64_t rtt;

	realm_new(w, &realm, 32);
	rtt = realm_tables(w, &realm, 0, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		memset(world_at(w, w->source), (int)(i & 0xFF), REEVE_GRANULE_SIZE);
		OK(w, DATA_CREATE, realm.rd, block + i * WORLD_PAGE, i * WORLD_PAGE, w->source, i & 1);
	}
	OK(w, RTT_FOLD, realm.rd, 0, 3);
	ENTRY(w, &realm, 0, 2, 2, ASSIGNED, RAM, block);
	OK(w, RTT_CREATE, realm.rd, rtt, 0, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i += 73) {
		const unsigned char *bytes = world_at(w, block + i * WORLD_PAGE);

		assert_int_equal(bytes[0], i & 0xFF);
		assert_int_equal(bytes[REEVE_GRANULE_SIZE - 1], i & 0xFF);
	}
}

/* A granule at 2^48 and above needs a realm with LPA2 (section 5). */
static void beyond_48_bits(void **state)
{
	static const uint64_t high = UINT64_C(1) << 48;
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 52) | FIELD_MASK(FEATURE0_LPA2) |
		FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
		FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) |
		FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);
	struct reeve_model_config config = {.features0 = features0,
		.lenient = true,
		.region_count = 2,
		.regions[1] = {.base = UINT64_C(1) << 48, .size = WORLD_2M}};
	struct world *w = world_new_with(config);
	struct realm plain;
	struct realm wide;
	struct realm root;

	(void)state;
	realm_new(w, &plain, 40);
	realm_tables(w, &plain, 0, 3);
	realm_prepare(w, &wide, 40);
	wide.params.flags = FIELD_MASK(REALM_FLAG_LPA2);
	realm_create(w, &wide);
	realm_tables(w, &wide, 0, 3);
	OK(w, GRANULE_DELEGATE, high);
	OK(w, GRANULE_DELEGATE, high + WORLD_PAGE);
	REFUSED(w, INPUT(data_bound2), DATA_CREATE, plain.rd, high, 0, w->source, 1);
	REFUSED(w, INPUT(data_bound2), DATA_CREATE_UNKNOWN, plain.rd, high, 0);
	REFUSED(w, INPUT(rtt_bound2), RTT_CREATE, plain.rd, high, WORLD_2M, 3);
	realm_prepare(w, &root, 39);
	root.params.rtt_base = high;
	realm_params_write(w, &root);
	REFUSED(w, INPUT(rtt_bound2), REALM_CREATE, root.rd, w->params);
	OK(w, DATA_CREATE, wide.rd, high, 0, w->source, 1);
	ENTRY(w, &wide, 0, 3, 3, ASSIGNED, RAM, high);
	OK(w, RTT_CREATE, wide.rd, high + WORLD_PAGE, WORLD_2M, 3);
	ENTRY(w, &wide, WORLD_2M, 2, 2, TABLE, EMPTY, high + WORLD_PAGE);
	ENTRY(w, &wide, WORLD_2M, 3, 3, UNASSIGNED, EMPTY, 0);
	assert_int_equal(OK(w, RTT_DESTROY, wide.rd, WORLD_2M, 3).out[0], high + WORLD_PAGE);
	assert_int_equal(OK(w, DATA_DESTROY, wide.rd, 0).out[0], high);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(create, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(bounds_first, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(create_states, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(create_unknown, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(destroy, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(transitions, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(content_through_fold, world_setup, world_teardown),
		cmocka_unit_test(beyond_48_bits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
