/* SPDX-License-Identifier: BSD-2-Clause */
/* token_world.c - keys, claims and tokens for tests of what is to be believed of a token. */
#include "tests/unit/support/token_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/ec.h>

#include "machine/hosted/token_crypto.h"
#include "tools/token/curve.h"

enum { PATH_PART_MAX = 64 };

struct token_world token_world;

static struct signer signer_make(const char *curve)
{
	struct signer signer = {.key = EVP_EC_gen(curve)};

	assert_non_null(signer.key);
	signer.algorithm = curve_of(signer.key, signer.point);
	assert_int_not_equal(signer.algorithm, COSE_ALGORITHM_COUNT);
	return signer;
}

static struct reeve_public_key public_half(const struct signer *signer)
{
	struct cose_key key = signer_public(signer);

	return (struct reeve_public_key){cose_algorithm_info(key.algorithm)->number, key.x, key.y};
}

int token_world_setup(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		token_world.signers[i] = signer_make("P-384");
		token_world.strangers[i] = signer_make("P-384");
	}
	token_world.small = signer_make("P-256");
	token_world.anchor = public_half(&token_world.signers[REEVE_TOKEN_PLATFORM]);
	token_world.stranger = public_half(&token_world.strangers[REEVE_TOKEN_PLATFORM]);
	token_world.other_curve = public_half(&token_world.small);
	assert_true(hosted_token_crypto(&token_world.crypto));
	return 0;
}

int token_world_teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		signer_free(&token_world.signers[i]);
		signer_free(&token_world.strangers[i]);
	}
	signer_free(&token_world.small);
	return 0;
}

static const struct reeve_profile_info *profile_named(const char *name)
{
	unsigned i = 0;

	while (i < REEVE_PROFILE_COUNT && strcmp(reeve_profile_info((enum reeve_token_profile)i)->name, name) != 0) {
		i++;
	}
	assert_int_not_equal(i, REEVE_PROFILE_COUNT);
	return reeve_profile_info((enum reeve_token_profile)i);
}

json_t *token_claims(const char *profile)
{
	static const char text[] =
		"{\"tag\": 399, \"platform\": {\"claims\": {"
		"\"implementation_id\": \"" HEX_32 "\", \"instance_id\": \"01" HEX_32 "\","
		"\"configuration\": \"cf\", \"security_lifecycle\": 12291, \"hash_algorithm\": \"sha-256\","
		"\"software_components\": [{\"measurement\": \"" HEX_32 "\", \"signer\": \"" HEX_48 "\"},"
		"{\"type\": \"RMM\", \"measurement\": \"" HEX_64 "\", \"signer\": \"" HEX_32 "\"}]}},"
		"\"realm\": {\"claims\": {\"challenge\": \"" HEX_64 "\","
		"\"personalization_value\": \"" ZERO_32 ZERO_32 "\", \"hash_algorithm\": \"sha-256\","
		"\"public_key_hash_algorithm\": \"sha-256\", \"initial_measurement\": \"" HEX_32 "\","
		"\"extensible_measurements\": [\"00" HEX_16 "01020304050607080a0b0c0d0e0f11\","
		"\"01" HEX_16 "01020304050607080a0b0c0d0e0f11\", \"02" HEX_16 "01020304050607080a0b0c0d0e0f11\","
		"\"03" HEX_16 "01020304050607080a0b0c0d0e0f11\"]}}}";
	const struct reeve_profile_info *info = profile_named(profile);
	json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
	json_t *platform = json_object_get(json_object_get(root, "platform"), "claims");
	json_t *realm = json_object_get(json_object_get(root, "realm"), "claims");

	assert_non_null(root);
	assert_int_equal(json_object_set_new(platform, "profile", json_string(info->text[REEVE_TOKEN_PLATFORM])), 0);
	if (info->text[REEVE_TOKEN_REALM] != NULL) {
		assert_int_equal(json_object_set_new(realm, "profile", json_string(info->text[REEVE_TOKEN_REALM])), 0);
	}
	if (strcmp(profile, "2024") == 0) {
		assert_int_equal(json_object_set_new(platform, "client_id", json_integer(1)), 0);
		assert_int_equal(json_object_set_new(realm, "memory_encryption_policy", json_integer(1)), 0);
	}
	return root;
}

void token_claim_set(json_t *root, const char *path, const char *json)
{
	const char *slash = strchr(path, '/');
	char name[PATH_PART_MAX];

	while (slash != NULL) {
		(void)snprintf(name, sizeof(name), "%.*s", (int)(slash - path), path);
		if (json_object_get(root, name) == NULL) {
			assert_int_equal(json_object_set_new(root, name, json_object()), 0);
		}
		root = json_object_get(root, name);
		path = slash + 1;
		slash = strchr(path, '/');
	}
	if (json == NULL) {
		assert_int_equal(json_object_del(root, path), 0);
		return;
	}
	assert_int_equal(json_object_set_new(root, path, json_loads(json, JSON_DECODE_ANY, NULL)), 0);
}

struct bytes token_signed(const json_t *root)
{
	struct bytes token = {NULL, 0};
	struct message why = {""};

	if (!make_token(root, token_world.signers, &token, &why)) {
		print_error("%s\n", why.text);
		fail();
	}
	return token;
}

static bool is_open(enum reeve_finding finding)
{
	return reeve_finding_info(finding)->outcome == REEVE_OUTCOME_REFUSED || finding == REEVE_FINDING_NOT_POSSIBLE;
}

/* The verdict is the sum of the checks, whatever they say. */
static void verdict_is_sum(const struct reeve_appraisal *appraisal)
{
	bool is_refused = false;

	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		assert_int_not_equal(appraisal->checks[i].finding, REEVE_FINDING_NONE);
		is_refused = is_refused || is_open(appraisal->checks[i].finding);
	}
	assert_int_equal(appraisal->verdict, is_refused ? REEVE_VERDICT_REFUSED : REEVE_VERDICT_AFFIRMED);
}

void token_appraise(const json_t *root, expect_fn expect, struct reeve_appraisal *appraisal)
{
	struct bytes bytes = token_signed(root);
	struct reeve_token_expected expected = {.anchors = &token_world.anchor, .anchor_count = 1};
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	struct reeve_token token;

	if (expect != NULL) {
		expect(&expected);
	}
	assert_true(reeve_token_read(reeve_span(bytes.data, bytes.size), &token, &why));
	reeve_token_appraise(&token, &expected, &token_world.crypto, appraisal);
	free(bytes.data);
	verdict_is_sum(appraisal);
}

enum reeve_finding token_finding(json_t *root, enum reeve_check check)
{
	struct reeve_appraisal appraisal;

	token_appraise(root, NULL, &appraisal);
	json_decref(root);
	return appraisal.checks[check].finding;
}
