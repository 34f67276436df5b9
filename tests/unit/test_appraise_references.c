/* SPDX-License-Identifier: BSD-2-Clause */
/* test_appraise_references.c - what is found when a realm is compared with references: of several, the one it comes nearest to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/support/token_world.h"
#include "tools/token/hex.h"

#define R "realm/claims/"
#define QUOTED(text) "\"" text "\""

enum { MOST = 3 };

/* The realm token that is compared, and its reference; a test changes what it wants changed. */
static struct {
	struct bytes made;
	struct reeve_token token;
	uint8_t other[REEVE_TOKEN_DIGEST_MAX]; /* a digest of nothing in the token */
	struct reeve_reference right;
	struct reeve_reference given[MOST];
} world;

static void take(json_t *root)
{
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

	free(world.made.data);
	world.made = token_signed(root);
	json_decref(root);
	assert_true(reeve_token_read(reeve_span(world.made.data, world.made.size), &world.token, &why));
	world.right = (struct reeve_reference){.name = "right",
		.rules = "1.0",
		.hash_bits = 256,
		.rim = world.token.claims[REEVE_CLAIM_RIM].bytes,
		.rpv = world.token.claims[REEVE_CLAIM_RPV].bytes};
	memcpy(world.right.rems, world.token.rems, sizeof(world.right.rems));
}

static struct reeve_appraisal compared(unsigned count)
{
	const struct reeve_token_expected expected = {
		.anchors = &token_world.anchor, .anchor_count = 1, .references = world.given, .reference_count = count};
	struct reeve_appraisal appraisal;

	reeve_token_appraise(&world.token, &expected, &token_world.crypto, &appraisal);
	return appraisal;
}

static struct reeve_span other_digest(size_t size)
{
	return reeve_span(world.other, size);
}

static void result_is(const struct reeve_appraisal *appraisal, enum reeve_check check, enum reeve_finding finding,
	enum reeve_claim claim, unsigned index)
{
	assert_int_equal(appraisal->checks[check].finding, finding);
	assert_int_equal(appraisal->checks[check].claim, claim);
	assert_int_equal(appraisal->checks[check].index, index);
	assert_int_equal(appraisal->verdict,
		reeve_finding_info(finding)->outcome == REEVE_OUTCOME_REFUSED ? REEVE_VERDICT_REFUSED
									      : REEVE_VERDICT_AFFIRMED);
}

/* ---- One reference ---- */

static void right(void **state)
{
	struct reeve_appraisal appraisal;

	(void)state;
	take(token_claims("2023"));
	world.given[0] = world.right;
	appraisal = compared(1);
	for (unsigned c = REEVE_CHECK_RIM; c < REEVE_CHECK_COUNT; c++) {
		result_is(&appraisal, (enum reeve_check)c, REEVE_FINDING_OK, REEVE_CLAIM_COUNT, 0);
	}
	/* What a reference does not know is not compared. */
	world.given[0] = (struct reeve_reference){.rim = world.right.rim};
	appraisal = compared(1);
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_OK, REEVE_CLAIM_COUNT, 0);
	result_is(&appraisal, REEVE_CHECK_REMS, REEVE_FINDING_NOT_ASKED, REEVE_CLAIM_COUNT, 0);
	result_is(&appraisal, REEVE_CHECK_RPV, REEVE_FINDING_NOT_ASKED, REEVE_CLAIM_COUNT, 0);
	world.given[0] = (struct reeve_reference){.rpv = world.right.rpv};
	appraisal = compared(1);
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_NOT_ASKED, REEVE_CLAIM_RIM, 0);
	result_is(&appraisal, REEVE_CHECK_RPV, REEVE_FINDING_OK, REEVE_CLAIM_COUNT, 0);
}

static void needed(void **state)
{
	const struct reeve_token_expected expected = {
		.anchors = &token_world.anchor, .anchor_count = 1, .policy = {.needs_reference = true}};
	struct reeve_appraisal appraisal;

	(void)state;
	take(token_claims("2023"));
	reeve_token_appraise(&world.token, &expected, &token_world.crypto, &appraisal);
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_REFERENCE_NEEDED, REEVE_CLAIM_COUNT, 0);
	appraisal = compared(0);
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_NOT_ASKED, REEVE_CLAIM_COUNT, 0);
}

/* Each of the four is compared, and one alone. */
static void rems(void **state)
{
	struct reeve_appraisal appraisal;

	(void)state;
	take(token_claims("2023"));
	for (unsigned i = 0; i < REEVE_TOKEN_REMS; i++) {
		world.given[0] = world.right;
		world.given[0].rems[i] = other_digest(32);
		appraisal = compared(1);
		result_is(&appraisal, REEVE_CHECK_REMS, REEVE_FINDING_REM_DIFFERS, REEVE_CLAIM_REMS, i);
		world.given[0] = (struct reeve_reference){.rim = world.right.rim};
		world.given[0].rems[i] = world.right.rems[i];
		appraisal = compared(1);
		result_is(&appraisal, REEVE_CHECK_REMS, REEVE_FINDING_OK, REEVE_CLAIM_COUNT, 0);
	}
}

static void rpv(void **state)
{
	struct reeve_appraisal appraisal;

	(void)state;
	take(token_claims("2023"));
	world.given[0] = world.right;
	world.given[0].rpv = other_digest(64);
	appraisal = compared(1);
	result_is(&appraisal, REEVE_CHECK_RPV, REEVE_FINDING_RPV_DIFFERS, REEVE_CLAIM_RPV, 0);
}

/* A token with fewer REMs than the reference knows. */
static void rems_missing(void **state)
{
	json_t *root = token_claims("2023");
	struct reeve_appraisal appraisal;

	(void)state;
	token_claim_set(root, R "extensible_measurements", "[" QUOTED(HEX_32) "]");
	take(root);
	world.given[0] = (struct reeve_reference){.rim = world.right.rim};
	world.given[0].rems[3] = other_digest(32);
	appraisal = compared(1);
	result_is(&appraisal, REEVE_CHECK_REMS, REEVE_FINDING_REM_DIFFERS, REEVE_CLAIM_REMS, 3);
}

static struct reeve_appraisal rim_against(struct reeve_span rim)
{
	world.given[0] = (struct reeve_reference){.rim = rim};
	return compared(1);
}

/* Why a RIM is another one. */
static void causes(void **state)
{
	uint8_t padded[REEVE_TOKEN_DIGEST_MAX] = {0};
	struct reeve_appraisal appraisal;
	json_t *root;

	(void)state;
	take(token_claims("2023"));
	appraisal = rim_against(other_digest(32));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_DIFFERS, REEVE_CLAIM_RIM, 0);
	appraisal = rim_against(other_digest(48));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_OTHER_HASH, REEVE_CLAIM_RIM, 0);
	memcpy(padded, world.right.rim.bytes, 32);
	appraisal = rim_against(reeve_span(padded, 64));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_REFERENCE_PADDED, REEVE_CLAIM_RIM, 0);
	padded[63] = 1;
	appraisal = rim_against(reeve_span(padded, 64));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_OTHER_HASH, REEVE_CLAIM_RIM, 0);
	world.given[0] = (struct reeve_reference){.rim = other_digest(32),
		.rules = "1.0",
		.other = {{"a", other_digest(48)}, {"b", world.right.rim}, {NULL, {NULL, 0}}}};
	appraisal = compared(1);
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_OTHER_RULES, REEVE_CLAIM_RIM, 1);
	/* The token's own RIM padded, or no measurement at all. */
	root = token_claims("2023");
	token_claim_set(root, R "initial_measurement", QUOTED(HEX_32 ZERO_32));
	take(root);
	appraisal = rim_against(other_digest(32));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_PADDED, REEVE_CLAIM_RIM, 0);
	root = token_claims("2023");
	token_claim_set(root, R "initial_measurement", QUOTED(ZERO_32));
	take(root);
	appraisal = rim_against(other_digest(32));
	result_is(&appraisal, REEVE_CHECK_RIM, REEVE_FINDING_RIM_CANNED, REEVE_CLAIM_RIM, 0);
}

/* ---- Several ---- */

/* What is given: the right one, or one that is wrong in one thing; a RIM of another length says more than that it differs. */
enum given { RIGHT, WRONG_RIM, WRONG_REM, WRONG_RPV, TELLING };

static struct reeve_reference given(enum given which)
{
	struct reeve_reference reference = world.right;

	switch (which) {
	case RIGHT:
		break;
	case WRONG_RIM:
		reference.rim = other_digest(32);
		break;
	case WRONG_REM:
		reference.rems[1] = other_digest(32);
		break;
	case WRONG_RPV:
		reference.rpv = other_digest(64);
		break;
	case TELLING:
		reference.rim = other_digest(48);
		break;
	}
	return reference;
}

static void nearest(void **state)
{
	static const struct {
		enum given given[MOST];
		unsigned nearest;
		enum reeve_check check;
		enum reeve_finding finding;
	} rows[] = {
		{{WRONG_RIM, WRONG_REM, RIGHT}, 2, REEVE_CHECK_RIM, REEVE_FINDING_OK},
		{{RIGHT, WRONG_RIM, RIGHT}, 0, REEVE_CHECK_RIM, REEVE_FINDING_OK},
		{{WRONG_RIM, WRONG_REM, WRONG_RIM}, 1, REEVE_CHECK_REMS, REEVE_FINDING_REM_DIFFERS},
		{{WRONG_REM, WRONG_RPV, WRONG_RIM}, 1, REEVE_CHECK_RPV, REEVE_FINDING_RPV_DIFFERS},
		{{WRONG_RIM, WRONG_RIM, WRONG_RIM}, 0, REEVE_CHECK_RIM, REEVE_FINDING_RIM_DIFFERS},
		{{WRONG_RIM, TELLING, WRONG_RIM}, 1, REEVE_CHECK_RIM, REEVE_FINDING_RIM_OTHER_HASH},
		{{WRONG_REM, TELLING, WRONG_RIM}, 0, REEVE_CHECK_REMS, REEVE_FINDING_REM_DIFFERS},
	};

	(void)state;
	take(token_claims("2023"));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reeve_appraisal appraisal;

		for (unsigned g = 0; g < MOST; g++) {
			world.given[g] = given(rows[i].given[g]);
		}
		appraisal = compared(MOST);
		assert_int_equal(appraisal.reference, rows[i].nearest);
		assert_int_equal(appraisal.checks[rows[i].check].finding, rows[i].finding);
	}
}

/* ---- The world ---- */

static int setup(void **state)
{
	size_t used = 0;

	assert_int_equal(token_world_setup(state), 0);
	assert_true(hex_read(HEX_32_OTHER HEX_32, (struct reeve_buf){world.other, sizeof(world.other)}, &used));
	assert_int_equal(used, sizeof(world.other));
	return 0;
}

static int teardown(void **state)
{
	free(world.made.data);
	return token_world_teardown(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right),
		cmocka_unit_test(needed),
		cmocka_unit_test(rems),
		cmocka_unit_test(rems_missing),
		cmocka_unit_test(rpv),
		cmocka_unit_test(causes),
		cmocka_unit_test(nearest),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
