/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_rec.c - RMI_REC_CREATE and RMI_REC_DESTROY (section 6): success, each condition, order of MPIDRs. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

static void write_params(struct world *w, const struct rec *rec)
{
	memcpy(world_at(w, w->params), &rec->params, sizeof(rec->params));
}

#define BAD(w, realm, rec, name, other) \
	(write_params(w, rec), REFUSED(w, INPUT2(name, other), REC_CREATE, (realm)->rd, (rec)->pa, (w)->params))

static void success(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, true);
	assert_int_equal(world_state(w, rec->pa), GRANULE_REC);
	assert_int_equal(world_owner(w, rec->pa), realm.rd);
	for (unsigned i = 0; i < rec->params.num_aux; i++) {
		assert_int_equal(world_state(w, rec->params.aux[i]), GRANULE_REC_AUX);
		assert_int_equal(world_owner(w, rec->params.aux[i]), realm.rd);
	}
	world_refused_granule(HERE, w, CALL(REC_DESTROY, rec->pa), 0, GRANULE_REC,
		(struct granule_conditions){CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state});
	OK(w, REC_DESTROY, rec->pa);
	assert_int_equal(world_state(w, rec->pa), GRANULE_DELEGATED);
	assert_int_equal(world_owner(w, rec->pa), 0);
	assert_true(world_is_zero(w, rec->pa));
	for (unsigned i = 0; i < rec->params.num_aux; i++) {
		assert_int_equal(world_state(w, rec->params.aux[i]), GRANULE_DELEGATED);
		assert_true(world_is_zero(w, rec->params.aux[i]));
	}
}

static void granules(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	REFUSED_RD(w, REC_CREATE, realm.rd, rec->pa, w->params);
	world_refused_granule(HERE, w, CALL(REC_CREATE, realm.rd, rec->pa, w->params), 1, GRANULE_DELEGATED,
		(struct granule_conditions){CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state});
	REFUSED_NS(w, 2, params_align, params_bound, params_pas, REC_CREATE, realm.rd, rec->pa, w->params);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
}

/* Each condition of the auxiliary granules, at the first and at the last. */
static void auxiliary(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;
	struct rec bad;

	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	for (unsigned i = 0; i < 16; i += 15) {
		bad = *rec;
		bad.params.aux[i] += 0x800;
		BAD(w, &realm, &bad, aux_align, aux_align);
		bad.params.aux[i] = WORLD_TOP;
		BAD(w, &realm, &bad, aux_bound, aux_bound);
		bad.params.aux[i] = 0;
		BAD(w, &realm, &bad, aux_bound, aux_bound);
		for (unsigned of = 0; of < GRANULE_STATE_COUNT; of++) {
			bad.params.aux[i] = of == GRANULE_DELEGATED ? w->spare : w->sample[of];
			BAD(w, &realm, &bad, aux_state, aux_state);
		}
		bad.params.aux[i] = rec->params.aux[7];
		BAD(w, &realm, &bad, aux_alias, aux_alias);
		bad.params.aux[i] = rec->pa;
		BAD(w, &realm, &bad, aux_alias, aux_alias);
		bad.params.aux[i] = realm.rd;
		BAD(w, &realm, &bad, aux_state, aux_alias);
	}
	bad = *rec; /* each is a condition of the whole list, in this order */
	bad.params.aux[0] = bad.params.aux[1];
	bad.params.aux[5] = realm.rd;
	BAD(w, &realm, &bad, aux_state, aux_state);
	bad.params.aux[6] = WORLD_TOP;
	BAD(w, &realm, &bad, aux_bound, aux_bound);
	bad.params.aux[15] += 8;
	BAD(w, &realm, &bad, aux_align, aux_align);
	bad = *rec;
	for (uint64_t count = 15; count <= 18; count++) {
		bad.params.num_aux = count;
		if (count != 16) {
			BAD(w, &realm, &bad, aux_count, aux_count);
		}
	}
	bad.params.num_aux = 0;
	BAD(w, &realm, &bad, aux_count, aux_count);
	bad.params.num_aux = UINT64_MAX;
	BAD(w, &realm, &bad, aux_count, aux_count);
	write_params(w, rec);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
}

/* aux[] beyond num_aux is not looked at. */
static void fewer_auxiliary(void **state)
{
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .rec_aux_count = 2});
	struct realm realm;
	struct rec *rec;

	(void)state;
	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	assert_int_equal(rec->params.num_aux, 2);
	rec->params.aux[2] = 1;
	rec->params.aux[15] = rec->pa;
	write_params(w, rec);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
	assert_int_equal(world_state(w, rec->params.aux[1]), GRANULE_REC_AUX);
	world_free(w);
}

static void realm_states(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *first;
	struct rec *rec;

	realm_new(w, &realm, 32);
	first = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	rec = realm_rec_prepare(w, &realm, true);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), REC_CREATE, realm.rd, rec->pa, w->params);
	script_clear(w);
	script_smc(w, PSCI_FID32_SYSTEM_OFF, 0, 0, 0, 0);
	ENTER(w, first);
	memcpy(world_at(w, w->params), &rec->params, sizeof(rec->params));
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), REC_CREATE, realm.rd, rec->pa, w->params);
	OK(w, REC_DESTROY, first->pa); /* in any realm state */
	OK(w, REALM_DESTROY, realm.rd);
}

/* Section 3: bits that are no affinity, and every index but the next. */
static void mpidrs(void **state)
{
	static const uint64_t wrong[] = {1, 2, 0xF, 0x10, 0x80, 0x100, 0x10000, 0x1000000, UINT64_C(1) << 31,
		UINT64_C(1) << 32, UINT64_C(1) << 63, UINT64_MAX};
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec_prepare(w, &realm, true);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct rec bad = *rec;

		bad.params.mpidr = wrong[i];
		BAD(w, &realm, &bad, mpidr_index, mpidr_index);
	}
	write_params(w, rec);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
	realm.rec_count++;
	for (unsigned i = 1; i < 18; i++) { /* 0x..0F is followed by 0x100 */
		rec = realm_rec_prepare(w, &realm, false);
		rec->params.mpidr = i == 16 ? 0x10 : 0;
		BAD(w, &realm, rec, mpidr_index, mpidr_index);
		rec->params.mpidr = i < 16 ? i : 0x100 + i - 16;
		write_params(w, rec);
		OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
		realm.rec_count++;
	}
}

/* The index of a destroyed REC is not used again. */
static void index_goes_on(void **state)
{
	struct world *w = *state;
	struct realm realm;
	struct rec *rec;

	realm_new(w, &realm, 32);
	rec = realm_rec(w, &realm, false);
	OK(w, REC_DESTROY, rec->pa);
	REFUSED(w, INPUT(mpidr_index), REC_CREATE, realm.rd, rec->pa, w->params);
	rec->params.mpidr = 1;
	write_params(w, rec);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
}

/* Section 2: MAX_RECS_ORDER n allows 2^n - 1. Section 6: then REALM(0) in TF-RMM. */
static void too_many(void **state)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 40) | FIELD_SET(0, FEATURE0_NUM_BPS, 5) |
		FIELD_SET(0, FEATURE0_NUM_WPS, 3) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
		FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 2);
	struct world *w = world_new_with(
		(struct reeve_model_config){.lenient = true, .rec_aux_count = -1, .features0 = features0});
	struct realm realm;
	struct rec *rec;

	(void)state;
	realm_new(w, &realm, 32);
	for (unsigned i = 0; i < 3; i++) {
		realm_rec(w, &realm, true);
	}
	rec = realm_rec_prepare(w, &realm, true);
	REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, rec_count), REC_CREATE, realm.rd, rec->pa, w->params);
	world_free(w);
}

static struct rec *running_rec;

static void destroy_while_running(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(REC_DESTROY), running_rec->pa};

	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_rec_state);
	assert_int_equal(x[0], RMI_ERROR_REC);
	x[0] = RMI_FID(REC_ENTER);
	x[1] = running_rec->pa;
	x[2] = w->spare;
	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_rec_state);
	assert_int_equal(x[0], RMI_ERROR_REC);
}

/* Sections 6 and 9: a REC that runs can neither be destroyed nor entered. */
static void running(void **state)
{
	struct world *w = *state;
	struct realm realm;

	running_rec = realm_running(w, &realm);
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = destroy_while_running;
	ENTER(w, running_rec);
	assert_int_equal(w->seen_count, 2);
	OK(w, REC_DESTROY, running_rec->pa);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(success, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(granules, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(auxiliary, world_setup, world_teardown),
		cmocka_unit_test(fewer_auxiliary),
		cmocka_unit_test_setup_teardown(realm_states, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(mpidrs, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(index_goes_on, world_setup, world_teardown),
		cmocka_unit_test(too_many),
		cmocka_unit_test_setup_teardown(running, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
