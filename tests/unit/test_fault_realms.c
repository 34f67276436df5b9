/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_realms.c - which realm a call is about, as realm=N counts them. */
#include "tests/unit/support/fault_world.h"

#include <stdio.h>
#include <string.h>

#define RD(n) (UINT64_C(0x40000000) + UINT64_C(0x1000) * (n))
#define REC(n) (UINT64_C(0x50000000) + UINT64_C(0x1000) * (n))

/* Is a call about the realm of that RD refused, by a plan that refuses those about one realm? */
static bool is_rd_refused(struct fault_world *w, uint64_t rd)
{
	return FAULT_CALL(w, REALM_ACTIVATE, rd, 0, 0) != RMI_SUCCESS;
}

static bool is_rec_refused(struct fault_world *w, uint64_t rec)
{
	return FAULT_CALL(w, REC_ENTER, rec, RUN_PAGE, 0) != RMI_SUCCESS;
}

/* A plan that never acts, so that realms are counted. */
static void watch(struct fault_world *w)
{
	fault_load(w, "refuse VERSION nth=18446744073709551615 status=BUSY");
}

static void refuse_realm(struct fault_world *w, unsigned realm)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "refuse any realm=%u times=all status=BUSY", realm);
	fault_load(w, text);
}

static void in_order_of_creation(void **state)
{
	struct fault_world *w = *state;

	watch(w);
	for (unsigned n = 1; n <= 3; n++) {
		FAULT_CALL(w, REALM_CREATE, RD(n), 0, 0);
	}
	for (unsigned realm = 1; realm <= 4; realm++) {
		refuse_realm(w, realm);
		for (unsigned n = 1; n <= 3; n++) {
			assert_int_equal(is_rd_refused(w, RD(n)), n == realm);
		}
		assert_false(is_rd_refused(w, RD(9)));
		assert_false(is_rd_refused(w, 0));
		assert_false(is_rd_refused(w, UINT64_MAX));
	}
}

/* A creation is about the realm it would make; one that is refused, or fails, makes none. */
static void creations(void **state)
{
	struct fault_world *w = *state;

	fault_load(w, "refuse REALM_CREATE realm=2 times=2 status=BUSY");
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0), RMI_SUCCESS);
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0), RMI_V2_BUSY);
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0), RMI_V2_BUSY);
	w->answer = RMI_ERROR_INPUT;
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0), RMI_ERROR_INPUT);
	w->answer = RMI_SUCCESS;
	refuse_realm(w, 2);
	assert_false(is_rd_refused(w, RD(2)));
	fault_load(w, "misreport REALM_CREATE realm=2 status=ERROR_INPUT");
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0), RMI_ERROR_INPUT);
	/* That one was made, whatever the host was told. */
	refuse_realm(w, 2);
	assert_true(is_rd_refused(w, RD(2)));
	assert_false(is_rd_refused(w, RD(1)));
}

static void an_rd_that_is_used_again(void **state)
{
	struct fault_world *w = *state;

	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0);
	/* A destruction that fails unmakes nothing. */
	w->answer = RMI_ERROR_REALM;
	FAULT_CALL(w, REALM_DESTROY, RD(1), 0, 0);
	w->answer = RMI_SUCCESS;
	refuse_realm(w, 1);
	assert_true(is_rd_refused(w, RD(1)));
	watch(w);
	FAULT_CALL(w, REALM_DESTROY, RD(1), 0, 0);
	refuse_realm(w, 1);
	assert_false(is_rd_refused(w, RD(1)));
	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	refuse_realm(w, 1);
	assert_false(is_rd_refused(w, RD(1)));
	refuse_realm(w, 3);
	assert_true(is_rd_refused(w, RD(1)));
	refuse_realm(w, 2);
	assert_true(is_rd_refused(w, RD(2)));
}

static void recs_belong_to_realms(void **state)
{
	struct fault_world *w = *state;

	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0);
	FAULT_CALL(w, REC_CREATE, RD(1), REC(1), 0);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(2), 0);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(3), 0);
	w->answer = RMI_ERROR_REC;
	FAULT_CALL(w, REC_CREATE, RD(2), REC(4), 0);
	FAULT_CALL(w, REC_DESTROY, REC(2), 0, 0);
	w->answer = RMI_SUCCESS;
	FAULT_CALL(w, REC_CREATE, RD(7), REC(5), 0); /* of a realm that nobody knows */
	FAULT_CALL(w, REC_DESTROY, REC(3), 0, 0);
	refuse_realm(w, 2);
	assert_false(is_rec_refused(w, REC(1)));
	assert_true(is_rec_refused(w, REC(2)));
	assert_false(is_rec_refused(w, REC(3)));
	assert_false(is_rec_refused(w, REC(4)));
	assert_false(is_rec_refused(w, REC(5)));
	assert_false(is_rec_refused(w, UINT64_MAX));
	assert_int_equal(FAULT_CALL(w, PSCI_COMPLETE, REC(2), REC(1), 0), RMI_V2_BUSY);
	assert_int_equal(FAULT_CALL(w, PSCI_COMPLETE, REC(1), REC(2), 0), RMI_SUCCESS);
	assert_int_equal(FAULT_CALL(w, REC_DESTROY, REC(2), 0, 0), RMI_V2_BUSY);
	/* The granule of a REC that is gone may be one of another realm. */
	watch(w);
	FAULT_CALL(w, REC_DESTROY, REC(1), 0, 0);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(1), 0);
	refuse_realm(w, 1);
	assert_false(is_rec_refused(w, REC(1)));
	refuse_realm(w, 2);
	assert_true(is_rec_refused(w, REC(1)));
}

/* A granule's delegation is about no realm, and so are the calls without one. */
static void calls_about_none(void **state)
{
	static const uint64_t fids[] = {
		RMI_FID(VERSION), RMI_FID(FEATURES), RMI_FID(GRANULE_DELEGATE), RMI_FID(GRANULE_UNDELEGATE)};
	struct fault_world *w = *state;

	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	refuse_realm(w, 1);
	for (unsigned i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		assert_int_equal(fault_call(w, fids[i], RD(1), 0, 0), RMI_SUCCESS);
	}
	assert_int_equal(FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0), RMI_SUCCESS); /* about the second */
}

/* Of more realms than can be told apart the newest are. */
static void many_realms(void **state)
{
	enum { REALMS = 40 };
	struct fault_world *w = *state;

	watch(w);
	for (unsigned n = 1; n <= REALMS; n++) {
		FAULT_CALL(w, REALM_CREATE, RD(n), 0, 0);
	}
	for (unsigned realm = 1; realm <= REALMS; realm++) {
		refuse_realm(w, realm);
		for (unsigned n = 1; n <= REALMS; n++) {
			assert_int_equal(is_rd_refused(w, RD(n)), n == realm && realm > REALMS - REEVE_FAULT_REALMS);
		}
	}
}

static void many_recs(void **state)
{
	struct fault_world *w = *state;

	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	for (unsigned n = 0; n <= REEVE_FAULT_RECS; n++) {
		FAULT_CALL(w, REC_CREATE, RD(1), REC(n), 0);
	}
	refuse_realm(w, 1);
	for (unsigned n = 0; n <= REEVE_FAULT_RECS; n++) {
		assert_int_equal(is_rec_refused(w, REC(n)), n < REEVE_FAULT_RECS);
	}
	/* One that goes makes room, and what is of no realm takes none. */
	watch(w);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(100), 0);
	FAULT_CALL(w, REC_DESTROY, REC(5), 0, 0);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(101), 0);
	FAULT_CALL(w, REC_CREATE, RD(1), REC(REEVE_FAULT_RECS), 0);
	refuse_realm(w, 1);
	assert_true(is_rec_refused(w, REC(REEVE_FAULT_RECS)));
	assert_false(is_rec_refused(w, REC(5)));
	/* All of them are forgotten at once. */
	fault_load(w, "");
	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0);
	for (unsigned n = 0; n < REEVE_FAULT_RECS; n++) {
		FAULT_CALL(w, REC_CREATE, RD(1), REC(200 + n), 0);
	}
	refuse_realm(w, 1);
	assert_true(is_rec_refused(w, REC(200)));
	assert_true(is_rec_refused(w, REC(200 + REEVE_FAULT_RECS - 1)));
	assert_false(is_rec_refused(w, REC(6)));
}

static void an_empty_plan_forgets(void **state)
{
	struct fault_world *w = *state;

	FAULT_CALL(w, REALM_CREATE, RD(1), 0, 0); /* without a plan: not looked at */
	refuse_realm(w, 1);
	assert_false(is_rd_refused(w, RD(1)));
	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(2), 0, 0);
	FAULT_CALL(w, REC_CREATE, RD(2), REC(2), 0);
	fault_load(w, "# nothing");
	refuse_realm(w, 1);
	assert_false(is_rd_refused(w, RD(2)));
	assert_false(is_rec_refused(w, REC(2)));
	watch(w);
	FAULT_CALL(w, REALM_CREATE, RD(3), 0, 0);
	refuse_realm(w, 1);
	assert_true(is_rd_refused(w, RD(3)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fault_world_setup, fault_world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(in_order_of_creation),
		TEST(creations),
		TEST(an_rd_that_is_used_again),
		TEST(recs_belong_to_realms),
		TEST(calls_about_none),
		TEST(many_realms),
		TEST(many_recs),
		TEST(an_empty_plan_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
