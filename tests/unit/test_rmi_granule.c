/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_granule.c - versions, features, granules and the plain life of a realm descriptor. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

/* Section 6, RMI_VERSION: lower and higher are always given. */
static void version(void **state)
{
	static const uint64_t wrong[] = {0, 0x10001, 0x20000, 0xFFFF, UINT64_C(0x100010000), UINT64_MAX};
	struct world *w = *state;
	struct reply reply = OK(w, VERSION, RMI_VERSION_1_0);

	assert_int_equal(reply.out[0], 0x10000);
	assert_int_equal(reply.out[1], 0x10000);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		reply = world_call(HERE, w, CALL(VERSION, wrong[i]));
		assert_int_equal(reply.word, RMI_ERROR_INPUT);
		assert_int_equal(reply.condition, CONDITION_version_req);
		assert_int_equal(reply.out[0], 0x10000);
		assert_int_equal(reply.out[1], 0x10000);
		assert_int_equal(reply.out[2], 0);
		assert_int_equal(reply.out[3], 0);
	}
}

/* Section 2: every index but 0 reads zero, bits 63:42 are zero; the model's promise in model.h. */
static void features(void **state)
{
	struct world *w = *state;
	uint64_t value = OK(w, FEATURES, 0).out[0];

	assert_int_equal(value >> 42, 0);
	assert_int_equal(FIELD_GET(value, FEATURE0_S2SZ), 48);
	assert_int_equal(FIELD_GET(value, FEATURE0_LPA2), 0);
	assert_int_equal(FIELD_GET(value, FEATURE0_HASH_SHA_256), 1);
	assert_int_equal(FIELD_GET(value, FEATURE0_HASH_SHA_512), 1);
	assert_int_equal(FIELD_GET(value, FEATURE0_GICV3_NUM_LRS), 15);
	assert_int_equal(OK(w, FEATURES, 1).out[0], 0);
	assert_int_equal(OK(w, FEATURES, 2).out[0], 0);
	assert_int_equal(OK(w, FEATURES, UINT64_C(1) << 32).out[0], 0);
	assert_int_equal(OK(w, FEATURES, UINT64_MAX).out[0], 0);
}

/* Section 1: an FID that is no command answers -1 and nothing else changes; the SVE hint is no part of it. */
static void unknown_fids(void **state)
{
	static const uint64_t fids[] = {0, 0xC400014F, 0xC4000156, 0xC4000160, 0xC4000163, 0xC400016A, 0xC4000190,
		0xC40001B0, 0x84000150, 0x84000000, 0xC4020150, UINT64_C(0x1C4000150), UINT64_MAX};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		struct reply reply = world_call(HERE, w, (struct call){fids[i], {11, 22, 33, 44, 55}});

		assert_int_equal(reply.word, SMCCC_NOT_SUPPORTED);
		for (unsigned n = 0; n < RMI_RESULT_MAX; n++) {
			assert_int_equal(reply.out[n], 11 * (n + 1));
		}
	}
	assert_int_equal(world_call(HERE, w, (struct call){RMI_FID(VERSION) | 0x10000, {RMI_VERSION_1_0}}).word, 0);
}

static void delegate(void **state)
{
	struct world *w = *state;
	uint64_t pa = world_pages(w, 1);

	world_refused_granule(HERE, w, CALL(GRANULE_DELEGATE, pa), 0, GRANULE_UNDELEGATED,
		(struct granule_conditions){CONDITION_addr_align, CONDITION_addr_bound, CONDITION_gran_state});
	memset(world_at(w, pa), 0x77, REEVE_GRANULE_SIZE);
	OK(w, GRANULE_DELEGATE, pa);
	assert_int_equal(world_state(w, pa), GRANULE_DELEGATED);
	assert_int_equal(world_owner(w, pa), 0);
	REFUSED(w, INPUT(gran_state), GRANULE_DELEGATE, pa);
	world_refused_granule(HERE, w, CALL(GRANULE_UNDELEGATE, pa), 0, GRANULE_DELEGATED,
		(struct granule_conditions){CONDITION_addr_align, CONDITION_addr_bound, CONDITION_gran_state});
	OK(w, GRANULE_UNDELEGATE, pa);
	assert_int_equal(world_state(w, pa), GRANULE_UNDELEGATED);
	REFUSED(w, INPUT(gran_state), GRANULE_UNDELEGATE, pa);
	OK(w, GRANULE_DELEGATE, WORLD_TOP - WORLD_PAGE);
	OK(w, GRANULE_UNDELEGATE, WORLD_TOP - WORLD_PAGE);
}

/* Section 4: what a realm held is not seen by the host afterwards. */
static void undelegate_wipes(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t data;

	realm_new(w, &realm, 32);
	data = realm_data(w, &realm, 0, 0xC3);
	OK(w, DATA_DESTROY, realm.rd, 0);
	OK(w, GRANULE_UNDELEGATE, data);
	assert_true(world_is_zero(w, data));
}

/* Sections 4 and 6: RD, REALM_ACTIVATE, REC_AUX_COUNT. */
static void activate(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 40);
	assert_int_equal(world_state(w, realm.rd), GRANULE_RD);
	assert_int_equal(world_owner(w, realm.rd), realm.rd);
	REFUSED_RD(w, REALM_ACTIVATE, realm.rd);
	REFUSED_RD(w, REC_AUX_COUNT, realm.rd);
	assert_int_equal(OK(w, REC_AUX_COUNT, realm.rd).out[0], REEVE_MODEL_REC_AUX_DEFAULT);
	OK(w, REALM_ACTIVATE, realm.rd);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), REALM_ACTIVATE, realm.rd);
	assert_int_equal(OK(w, REC_AUX_COUNT, realm.rd).out[0], REEVE_MODEL_REC_AUX_DEFAULT);
	OK(w, REALM_DESTROY, realm.rd);
}

static void aux_counts(void **state)
{
	static const int counts[] = {-1, 1, 5, 16};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		struct world *w =
			world_new_with((struct reeve_model_config){.lenient = true, .rec_aux_count = counts[i]});

		assert_int_equal(OK(w, REC_AUX_COUNT, w->other.rd).out[0], counts[i] < 0 ? 0 : counts[i]);
		world_free(w);
	}
}

/* Section 4, "realm is LIVE": a REC, or a live entry in a root table; ASSIGNED_NS is none. */
static void destroy(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	uint64_t table;

	realm_new(w, &realm, 40);
	REFUSED_RD(w, REALM_DESTROY, realm.rd);
	realm_tables(w, &realm, 0, 2);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_live), REALM_DESTROY, realm.rd);
	OK(w, RTT_DESTROY, realm.rd, 0, 2);
	table = realm_tables(w, &realm, realm_half(&realm), 2);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_live), REALM_DESTROY, realm.rd);
	OK(w, RTT_DESTROY, realm.rd, realm_half(&realm), 2);
	assert_int_equal(world_state(w, table), GRANULE_DELEGATED);
	rec = realm_rec(w, &realm, false);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_live), REALM_DESTROY, realm.rd);
	OK(w, REC_DESTROY, rec->pa);
	OK(w, RTT_MAP_UNPROTECTED, realm.rd, realm_half(&realm), 1, 0x18 | 0xC0);
	OK(w, REALM_DESTROY, realm.rd);
	assert_int_equal(world_state(w, realm.rd), GRANULE_DELEGATED);
	assert_true(world_is_zero(w, realm.rd));
	for (unsigned i = 0; i < realm.params.rtt_num_start; i++) {
		uint64_t root = realm.params.rtt_base + i * WORLD_PAGE;

		assert_int_equal(world_state(w, root), GRANULE_DELEGATED);
		assert_int_equal(world_owner(w, root), 0);
		assert_true(world_is_zero(w, root));
	}
	realm_create(w, &realm); /* the VMID is free again */
}

/* Data below a root table, realm ACTIVE: destroyed from any state once empty. */
static void destroy_data_block(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 32);
	realm_data(w, &realm, 0, 1);
	realm_activate(w, &realm);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_live), REALM_DESTROY, realm.rd);
	OK(w, DATA_DESTROY, realm.rd, 0);
	OK(w, RTT_DESTROY, realm.rd, 0, 3);
	OK(w, REALM_DESTROY, realm.rd);
}

/* The same life in strict mode: nothing depends on the NS view of delegated granules. */
static void strict_life(void **state)
{
	struct world *w = world_new_with((struct reeve_model_config){0});
	struct realm realm;
	uint64_t data;

	(void)state;
	realm_new(w, &realm, 40);
	data = realm_data(w, &realm, 0, 0x5A);
	OK(w, DATA_DESTROY, realm.rd, 0);
	OK(w, GRANULE_UNDELEGATE, data);
	assert_true(world_is_zero(w, data));
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(version),
		cmocka_unit_test(features),
		cmocka_unit_test(unknown_fids),
		cmocka_unit_test(delegate),
		cmocka_unit_test(undelegate_wipes),
		cmocka_unit_test(activate),
		cmocka_unit_test(aux_counts),
		cmocka_unit_test(destroy),
		cmocka_unit_test(destroy_data_block),
		cmocka_unit_test(strict_life),
	};

	return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
