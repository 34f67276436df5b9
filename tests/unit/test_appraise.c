/* SPDX-License-Identifier: BSD-2-Clause */
/* test_appraise.c - one thing wrong with a token, or with what it is compared with: which check says so, and of what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/support/token_world.h"
#include "tools/token/hex.h"

#define P "platform/claims/"
#define R "realm/claims/"
#define QUOTED(text) "\"" text "\""
#define NO_CLAIM REEVE_CLAIM_COUNT

struct row {
	const char *profile;
	const char *path; /* of the claim that is changed; NULL: none */
	const char *json; /* to what; NULL: taken away */
	expect_fn expect; /* what is expected beside the anchor; NULL: nothing */
	enum reeve_check check;
	enum reeve_finding finding;
	enum reeve_claim claim;
	unsigned index;
};

static void row_holds(const struct row *row)
{
	json_t *root = token_claims(row->profile);
	struct reeve_appraisal appraisal;
	const struct reeve_check_result *found = &appraisal.checks[row->check];

	if (row->path != NULL) {
		token_claim_set(root, row->path, row->json);
	}
	token_appraise(root, row->expect, &appraisal);
	json_decref(root);
	if (found->finding != row->finding || found->claim != row->claim || found->index != row->index) {
		print_error("%s, %s = %s: %s of claim %u, index %u\n", row->profile, row->path, row->json,
			reeve_finding_info(found->finding)->name, (unsigned)found->claim, found->index);
	}
	assert_int_equal(found->finding, row->finding);
	assert_int_equal(found->claim, row->claim);
	assert_int_equal(found->index, row->index);
}

#define ROWS_HOLD(rows) \
	do { \
		for (size_t row_i = 0; row_i < sizeof(rows) / sizeof((rows)[0]); row_i++) { \
			row_holds(&(rows)[row_i]); \
		} \
	} while (0)

/* Rows without expectation or index. */
#define SAID(profile, path, json, check, finding, claim) \
	{ \
		profile, path, json, NULL, REEVE_CHECK_##check, REEVE_FINDING_##finding, claim, 0 \
	}

/* ---- Right tokens ---- */

static void right(void **state)
{
	static const char *const profiles[] = {"legacy", "2023", "2024", "2026"};

	(void)state;
	for (unsigned i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++) {
		json_t *root = token_claims(profiles[i]);
		struct reeve_appraisal appraisal;

		token_appraise(root, NULL, &appraisal);
		json_decref(root);
		assert_int_equal(appraisal.verdict, REEVE_VERDICT_AFFIRMED);
		for (unsigned c = 0; c < REEVE_CHECK_COUNT; c++) {
			bool is_asked = c != REEVE_CHECK_CHALLENGE && c != REEVE_CHECK_PLATFORM &&
				c != REEVE_CHECK_MEMORY && c < REEVE_CHECK_RIM;

			assert_int_equal(
				appraisal.checks[c].finding, is_asked ? REEVE_FINDING_OK : REEVE_FINDING_NOT_ASKED);
		}
	}
}

/* ---- Profile and claims ---- */

static void profiles(void **state)
{
	static const struct row rows[] = {
		SAID("2023", P "profile", QUOTED("x"), PROFILE, PROFILE_UNKNOWN, REEVE_CLAIM_PLATFORM_PROFILE),
		SAID("2023", P "profile", NULL, PROFILE, PROFILE_UNKNOWN, REEVE_CLAIM_PLATFORM_PROFILE),
		SAID("2023", P "profile", QUOTED("x"), PLATFORM_CLAIMS, NOT_POSSIBLE, NO_CLAIM),
		SAID("2023", P "profile", QUOTED("x"), REALM_CLAIMS, NOT_POSSIBLE, NO_CLAIM),
		SAID("2023", R "profile", NULL, PROFILE, PROFILE_MIXED, REEVE_CLAIM_REALM_PROFILE),
		SAID("2023", R "profile", QUOTED("tag:arm.com,2024:realm#2.0.0"), PROFILE, PROFILE_MIXED,
			REEVE_CLAIM_REALM_PROFILE),
		SAID("2026", R "profile", NULL, PROFILE, PROFILE_MIXED, REEVE_CLAIM_REALM_PROFILE),
		SAID("legacy", R "profile", QUOTED("tag:arm.com,2023:realm#1.0.0"), PROFILE, PROFILE_MIXED,
			REEVE_CLAIM_REALM_PROFILE),
		SAID("2024", R "profile", NULL, PROFILE, OK, NO_CLAIM),
		/* The delegated variant, in both spellings; there is none of another year. */
		SAID("2026", P "profile", QUOTED("tag:arm.com,2026:cca_platform#2.0.0;delegated"), PROFILE, OK,
			NO_CLAIM),
		SAID("2026", P "profile", QUOTED("tag:arm.com,2026:cca_platform#2.0.0#delegated"), PROFILE, OK,
			NO_CLAIM),
		SAID("2026", P "profile", QUOTED("tag:arm.com,2026:cca_platform#2.0.0;delegated"), BINDING, OK,
			REEVE_CLAIM_WORKLOAD_BINDING),
		SAID("2024", P "profile", QUOTED("tag:arm.com,2024:cca_platform#2.0.0;delegated"), PROFILE,
			PROFILE_UNKNOWN, REEVE_CLAIM_PLATFORM_PROFILE),
		SAID("2023", R "profile", QUOTED("tag:arm.com,2026:realm#2.0.0"), PROFILE, PROFILE_MIXED,
			REEVE_CLAIM_REALM_PROFILE),
	};

	(void)state;
	ROWS_HOLD(rows);
}

static void claims(void **state)
{
	static const struct row rows[] = {
		SAID("2023", P "configuration", NULL, PLATFORM_CLAIMS, CLAIM_MISSING, REEVE_CLAIM_CONFIG),
		SAID("2023", P "configuration", QUOTED(""), PLATFORM_CLAIMS, CLAIM_LENGTH, REEVE_CLAIM_CONFIG),
		SAID("2023", P "verification_service", QUOTED("v"), PLATFORM_CLAIMS, OK, NO_CLAIM),
		SAID("2023", P "verification_service", QUOTED(""), PLATFORM_CLAIMS, CLAIM_LENGTH,
			REEVE_CLAIM_VERIFICATION_SERVICE),
		SAID("2023", P "implementation_id", QUOTED("00" HEX_32), PLATFORM_CLAIMS, CLAIM_LENGTH,
			REEVE_CLAIM_IMPLEMENTATION_ID),
		SAID("2023", P "challenge", QUOTED("00" HEX_32), PLATFORM_CLAIMS, CLAIM_LENGTH,
			REEVE_CLAIM_PLATFORM_CHALLENGE),
		SAID("2023", P "challenge", QUOTED(HEX_48), PLATFORM_CLAIMS, OK, NO_CLAIM),
		SAID("2023", P "challenge", QUOTED(HEX_64), PLATFORM_CLAIMS, OK, NO_CLAIM),
		SAID("2023", P "instance_id", QUOTED("02" HEX_32), PLATFORM_CLAIMS, CLAIM_UEID,
			REEVE_CLAIM_INSTANCE_ID),
		SAID("2023", P "software_components", "[]", PLATFORM_CLAIMS, CLAIM_LENGTH, REEVE_CLAIM_SW_COMPONENTS),
		/* Who has the client id, and what it is: RMSD. */
		SAID("2024", P "client_id", NULL, PLATFORM_CLAIMS, CLAIM_MISSING, REEVE_CLAIM_CLIENT_ID),
		SAID("2024", P "client_id", "2", PLATFORM_CLAIMS, CLAIM_VALUE, REEVE_CLAIM_CLIENT_ID),
		SAID("2023", P "client_id", "2", PLATFORM_CLAIMS, OK, NO_CLAIM),
		SAID("2026", P "client_id", "2", PLATFORM_CLAIMS, CLAIM_VALUE, REEVE_CLAIM_CLIENT_ID),
		SAID("2024", R "live_firmware_activation_policy", "1", REALM_CLAIMS, OK, NO_CLAIM),
		SAID("2024", R "live_firmware_activation_policy", "2", REALM_CLAIMS, CLAIM_VALUE,
			REEVE_CLAIM_LFA_POLICY),
		SAID("2026", P "workload_binding", "null", PLATFORM_CLAIMS, CLAIM_MISSING,
			REEVE_CLAIM_WORKLOAD_BINDING),
		SAID("2023", R "challenge", NULL, REALM_CLAIMS, CLAIM_MISSING, REEVE_CLAIM_REALM_CHALLENGE),
		SAID("2023", R "personalization_value", QUOTED(HEX_48), REALM_CLAIMS, CLAIM_LENGTH, REEVE_CLAIM_RPV),
		SAID("2023", R "extensible_measurements", "[]", REALM_CLAIMS, CLAIM_LENGTH, REEVE_CLAIM_REMS),
		SAID("2024", R "realm_instance_id", QUOTED("01" HEX_32), REALM_CLAIMS, OK, NO_CLAIM),
		SAID("2024", R "realm_instance_id", QUOTED("00" HEX_32), REALM_CLAIMS, CLAIM_UEID,
			REEVE_CLAIM_REALM_INSTANCE_ID),
		SAID("2024", R "memory_encryption_policy", NULL, REALM_CLAIMS, CLAIM_MISSING, REEVE_CLAIM_MEC_POLICY),
	};

	(void)state;
	ROWS_HOLD(rows);
}

static void components(void **state)
{
#define GOOD "{\"measurement\": \"" HEX_32 "\", \"signer\": \"" HEX_32 "\"}"
#define COMPONENT_IS_BAD(json, at) \
	{ \
		"2023", P "software_components", json, NULL, REEVE_CHECK_PLATFORM_CLAIMS, \
			REEVE_FINDING_CLAIM_COMPONENT, REEVE_CLAIM_SW_COMPONENTS, at \
	}
	static const struct row rows[] = {
		COMPONENT_IS_BAD("[{\"signer\": \"" HEX_32 "\"}, " GOOD "]", 0),
		COMPONENT_IS_BAD("[" GOOD ", {\"measurement\": \"" HEX_32 "\"}]", 1),
		COMPONENT_IS_BAD(
			"[" GOOD ", " GOOD ", {\"measurement\": \"" HEX_16 "\", \"signer\": \"" HEX_32 "\"}]", 2),
		COMPONENT_IS_BAD("[" GOOD ", {\"measurement\": \"" HEX_32 "\", \"signer\": \"" HEX_16 "\"}]", 1),
	};

	(void)state;
	ROWS_HOLD(rows);
}

/* ---- Keys and signatures ---- */

static void expect_stranger(struct reeve_token_expected *expected)
{
	expected->anchors = &token_world.stranger;
}

static void expect_nobody(struct reeve_token_expected *expected)
{
	expected->anchor_count = 0;
}

static void expect_other_curve(struct reeve_token_expected *expected)
{
	expected->anchors = &token_world.other_curve;
}

/* The right one is the last. */
static void expect_one_of_three(struct reeve_token_expected *expected)
{
	static struct reeve_public_key anchors[3];

	anchors[0] = token_world.other_curve;
	anchors[1] = token_world.stranger;
	anchors[2] = token_world.anchor;
	expected->anchors = anchors;
	expected->anchor_count = 3;
}

static void signatures(void **state)
{
#define PLATFORM_SAYS(json, expect, finding, index) \
	{ \
		"2023", "platform/algorithm", json, expect, REEVE_CHECK_PLATFORM_SIGNATURE, REEVE_FINDING_##finding, \
			NO_CLAIM, index \
	}
	static const struct row rows[] = {
		PLATFORM_SAYS("-35", expect_nobody, NO_ANCHOR, 0),
		PLATFORM_SAYS("-35", expect_stranger, SIGNATURE_BAD, 0),
		PLATFORM_SAYS("-35", expect_other_curve, ANCHOR_CURVE, 0),
		PLATFORM_SAYS("-35", expect_one_of_three, OK, 2),
		PLATFORM_SAYS("-7", expect_other_curve, SIGNATURE_LENGTH, 0),
		PLATFORM_SAYS("-36", NULL, ANCHOR_CURVE, 0),
		PLATFORM_SAYS("-8", NULL, ALGORITHM_UNKNOWN, 0),
		SAID("2023", "realm/algorithm", "-8", REALM_SIGNATURE, ALGORITHM_UNKNOWN, NO_CLAIM),
		SAID("2023", "realm/algorithm", "-7", REALM_SIGNATURE, KEY_CURVE, NO_CLAIM),
	};

	(void)state;
	ROWS_HOLD(rows);
}

/* A token without the claim that a check needs, and with what make_token would want of it. */
static json_t *without(const char *path)
{
	json_t *root = token_claims("2023");

	token_claim_set(root, P "challenge", QUOTED(HEX_32));
	token_claim_set(root, path, "null");
	return root;
}

/* What another check already refused leaves a check open, and an open check is no ground to affirm. */
static void not_possible(void **state)
{
	static const struct {
		const char *path;
		enum reeve_check check;
	} rows[] = {
		{R "public_key", REEVE_CHECK_REALM_SIGNATURE},
		{R "public_key", REEVE_CHECK_BINDING},
		{R "public_key_hash_algorithm", REEVE_CHECK_BINDING},
		{P "challenge", REEVE_CHECK_BINDING},
		{P "security_lifecycle", REEVE_CHECK_LIFECYCLE},
		{R "initial_measurement", REEVE_CHECK_MEASUREMENTS},
		{R "extensible_measurements", REEVE_CHECK_MEASUREMENTS},
		{R "hash_algorithm", REEVE_CHECK_MEASUREMENTS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(token_finding(without(rows[i].path), rows[i].check), REEVE_FINDING_NOT_POSSIBLE);
	}
}

/* ---- Freshness and the platform ---- */

static uint8_t challenge_bytes[REEVE_TOKEN_CHALLENGE_SIZE];

/* The first `size` bytes of the token's challenge; make it end in zeroes for less than 64 to be enough. */
static void expect_challenge_of(struct reeve_token_expected *expected, size_t size)
{
	size_t used = 0;

	assert_true(hex_read(HEX_64, (struct reeve_buf){challenge_bytes, sizeof(challenge_bytes)}, &used));
	expected->challenge = reeve_span(challenge_bytes, size);
}

static void expect_challenge(struct reeve_token_expected *expected)
{
	expect_challenge_of(expected, 64);
}

static void expect_half_challenge(struct reeve_token_expected *expected)
{
	expect_challenge_of(expected, 32);
}

static void expect_long_challenge(struct reeve_token_expected *expected)
{
	expect_challenge_of(expected, 64);
	expected->challenge.size = 65; /* none of its bytes is looked at */
}

static void expect_some_challenge(struct reeve_token_expected *expected)
{
	expected->policy.needs_challenge = true;
}

static void challenges(void **state)
{
#define CHALLENGE_SAYS(json, expect, finding, claim) \
	{ \
		"2023", R "challenge", json, expect, REEVE_CHECK_CHALLENGE, REEVE_FINDING_##finding, claim, 0 \
	}
	static const struct row rows[] = {
		CHALLENGE_SAYS(QUOTED(HEX_64), NULL, NOT_ASKED, NO_CLAIM),
		CHALLENGE_SAYS(QUOTED(HEX_64), expect_some_challenge, CHALLENGE_NEEDED, NO_CLAIM),
		CHALLENGE_SAYS(QUOTED(HEX_64), expect_challenge, OK, NO_CLAIM),
		CHALLENGE_SAYS(QUOTED(HEX_64), expect_half_challenge, CHALLENGE_DIFFERS, REEVE_CLAIM_REALM_CHALLENGE),
		CHALLENGE_SAYS(QUOTED(HEX_32 ZERO_32), expect_half_challenge, OK, NO_CLAIM),
		CHALLENGE_SAYS(QUOTED(HEX_64), expect_long_challenge, NOT_POSSIBLE, NO_CLAIM),
		CHALLENGE_SAYS(NULL, expect_challenge, NOT_POSSIBLE, NO_CLAIM),
		CHALLENGE_SAYS(
			QUOTED(HEX_32 HEX_32_OTHER), expect_challenge, CHALLENGE_DIFFERS, REEVE_CLAIM_REALM_CHALLENGE),
		CHALLENGE_SAYS(
			QUOTED(ZERO_32 ZERO_32), expect_challenge, CHALLENGE_CANNED, REEVE_CLAIM_REALM_CHALLENGE),
	};

	(void)state;
	ROWS_HOLD(rows);
}

static void expect_unknown_and_debug(struct reeve_token_expected *expected)
{
	expected->policy.lifecycles = 1U << 0 | 1U << 4;
}

static void lifecycles(void **state)
{
#define LIFECYCLE_SAYS(json, expect, finding, claim) \
	{ \
		"2023", P "security_lifecycle", json, expect, REEVE_CHECK_LIFECYCLE, REEVE_FINDING_##finding, claim, 0 \
	}
	static const struct row rows[] = {
		LIFECYCLE_SAYS("12288", NULL, OK, NO_CLAIM), /* 0x3000 */
		LIFECYCLE_SAYS("12543", NULL, OK, NO_CLAIM), /* 0x30ff */
		LIFECYCLE_SAYS("12544", NULL, LIFECYCLE_INVALID, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("28672", NULL, LIFECYCLE_INVALID, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("77824", NULL, LIFECYCLE_INVALID, REEVE_CLAIM_LIFECYCLE), /* 0x13000 */
		LIFECYCLE_SAYS("0", NULL, LIFECYCLE_REFUSED, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("24576", NULL, LIFECYCLE_REFUSED, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("16384", NULL, LIFECYCLE_DEBUG, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("20480", NULL, LIFECYCLE_DEBUG, REEVE_CLAIM_LIFECYCLE),
		LIFECYCLE_SAYS("16384", expect_unknown_and_debug, OK, NO_CLAIM),
		LIFECYCLE_SAYS("0", expect_unknown_and_debug, OK, NO_CLAIM),
		LIFECYCLE_SAYS("12288", expect_unknown_and_debug, LIFECYCLE_REFUSED, REEVE_CLAIM_LIFECYCLE),
	};

	(void)state;
	ROWS_HOLD(rows);
}

static uint8_t id_bytes[33];

static void expect_implementation(struct reeve_token_expected *expected)
{
	size_t used = 0;

	assert_true(hex_read(HEX_32, (struct reeve_buf){id_bytes, sizeof(id_bytes)}, &used));
	expected->policy.implementation_id = reeve_span(id_bytes, 32);
}

static void expect_instance(struct reeve_token_expected *expected)
{
	size_t used = 0;

	assert_true(hex_read("01" HEX_32, (struct reeve_buf){id_bytes, sizeof(id_bytes)}, &used));
	expected->policy.instance_id = reeve_span(id_bytes, 33);
}

static void platforms(void **state)
{
#define PLATFORM_IS(path, json, expect, finding, claim) \
	{ \
		"2023", path, json, expect, REEVE_CHECK_PLATFORM, REEVE_FINDING_##finding, claim, 0 \
	}
	static const struct row rows[] = {
		PLATFORM_IS(NULL, NULL, expect_implementation, OK, NO_CLAIM),
		PLATFORM_IS(P "implementation_id", QUOTED(HEX_32_OTHER), expect_implementation, IMPLEMENTATION_DIFFERS,
			REEVE_CLAIM_IMPLEMENTATION_ID),
		PLATFORM_IS(P "instance_id", QUOTED("01" HEX_32_OTHER), expect_implementation, OK, NO_CLAIM),
		PLATFORM_IS(NULL, NULL, expect_instance, OK, NO_CLAIM),
		PLATFORM_IS(P "instance_id", QUOTED("01" HEX_32_OTHER), expect_instance, INSTANCE_DIFFERS,
			REEVE_CLAIM_INSTANCE_ID),
		PLATFORM_IS(P "instance_id", NULL, expect_instance, INSTANCE_DIFFERS, REEVE_CLAIM_INSTANCE_ID),
	};

	(void)state;
	ROWS_HOLD(rows);
}

/* ---- The realm ---- */

static void measurements(void **state)
{
#define SAYS(path, json, finding, claim, index) \
	{ \
		"2023", R path, json, NULL, REEVE_CHECK_MEASUREMENTS, REEVE_FINDING_##finding, claim, index \
	}
#define REM QUOTED(HEX_32)
	static const struct row rows[] = {
		SAYS("hash_algorithm", QUOTED("sha-1"), HASH_UNKNOWN, REEVE_CLAIM_REALM_HASH_ALGORITHM, 0),
		SAYS("initial_measurement", QUOTED(HEX_32 ZERO_32), RIM_PADDED, REEVE_CLAIM_RIM, 0),
		SAYS("initial_measurement", QUOTED(ZERO_32 ZERO_32), RIM_LENGTH, REEVE_CLAIM_RIM, 0),
		SAYS("initial_measurement", QUOTED(HEX_64), RIM_LENGTH, REEVE_CLAIM_RIM, 0),
		SAYS("initial_measurement", QUOTED(HEX_32 ZERO_16), RIM_LENGTH, REEVE_CLAIM_RIM, 0),
		SAYS("extensible_measurements", "[" REM ", " REM ", " REM "]", REM_COUNT, REEVE_CLAIM_REMS, 3),
		SAYS("extensible_measurements", "[" REM ", " REM ", " REM ", " REM ", " REM "]", REM_COUNT,
			REEVE_CLAIM_REMS, 5),
		SAYS("extensible_measurements", "[" REM ", " REM ", " REM ", " QUOTED(HEX_48) "]", REM_LENGTH,
			REEVE_CLAIM_REMS, 3),
		SAYS("extensible_measurements", "[" QUOTED(HEX_48) ", " REM ", " REM ", " REM "]", REM_LENGTH,
			REEVE_CLAIM_REMS, 0),
	};

	(void)state;
	ROWS_HOLD(rows);
}

static void expect_private(struct reeve_token_expected *expected)
{
	expected->policy.needs_private_memory = true;
}

static void memory(void **state)
{
#define MEMORY_SAYS(json, expect, finding, claim) \
	{ \
		"2024", R "memory_encryption_policy", json, expect, REEVE_CHECK_MEMORY, REEVE_FINDING_##finding, \
			claim, 0 \
	}
	static const struct row rows[] = {
		MEMORY_SAYS("0", NULL, NOT_ASKED, NO_CLAIM),
		MEMORY_SAYS(QUOTED("shared"), NULL, NOT_ASKED, NO_CLAIM),
		MEMORY_SAYS("2", NULL, MEMORY_UNKNOWN, REEVE_CLAIM_MEC_POLICY),
		MEMORY_SAYS(QUOTED("secret"), NULL, MEMORY_UNKNOWN, REEVE_CLAIM_MEC_POLICY),
		MEMORY_SAYS("1", expect_private, OK, NO_CLAIM),
		MEMORY_SAYS(QUOTED("private"), expect_private, OK, NO_CLAIM),
		MEMORY_SAYS("0", expect_private, MEMORY_SHARED, REEVE_CLAIM_MEC_POLICY),
		MEMORY_SAYS(QUOTED("shared"), expect_private, MEMORY_SHARED, REEVE_CLAIM_MEC_POLICY),
		MEMORY_SAYS(NULL, expect_private, MEMORY_SHARED, REEVE_CLAIM_MEC_POLICY),
	};

	(void)state;
	ROWS_HOLD(rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right),
		cmocka_unit_test(profiles),
		cmocka_unit_test(claims),
		cmocka_unit_test(components),
		cmocka_unit_test(signatures),
		cmocka_unit_test(not_possible),
		cmocka_unit_test(challenges),
		cmocka_unit_test(lifecycles),
		cmocka_unit_test(platforms),
		cmocka_unit_test(measurements),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, token_world_setup, token_world_teardown);
}
