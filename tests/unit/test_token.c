/* SPDX-License-Identifier: BSD-2-Clause */
/* test_token.c - the two tokens that others made: their claims, what is to be believed of them, and what is left of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/hosted/token_crypto.h"
#include "tools/token/anchor.h"
#include "tools/token/file.h"

struct vector {
	const char *name;
	size_t size;
	enum reeve_finding binding;
	unsigned components;
	const char *hash;
};

static const struct vector vectors[] = {
	{"tf-rmm-cca_token.cbor", 1222, REEVE_FINDING_OK, 4, "sha-256"},
	{"bug-33-repro.cbor", 2507, REEVE_FINDING_BINDING_CANNED, 16, "sha-512"},
};
enum { VECTORS = sizeof(vectors) / sizeof(vectors[0]) };

/* What the tokens are judged with. */
struct world {
	struct anchors anchors;
	struct bytes files[VECTORS];
	struct reeve_token_crypto crypto;
};

static struct world world;

static void vector_path(char path[512], const char *name)
{
	assert_non_null(getenv("SRC"));
	(void)snprintf(path, 512, "%s/tests/vectors/%s", getenv("SRC"), name);
}

static int setup(void **state)
{
	struct message why = {""};
	char path[512];

	(void)state;
	vector_path(path, "tf-rmm-cca_platform.pub");
	assert_true(anchors_load(&world.anchors, path, &why));
	assert_true(hosted_token_crypto(&world.crypto));
	for (unsigned i = 0; i < VECTORS; i++) {
		vector_path(path, vectors[i].name);
		assert_true(file_read(path, TOKEN_FILE_MAX, &world.files[i], &why));
		assert_int_equal(world.files[i].size, vectors[i].size);
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		file_free(&world.files[i]);
	}
	return 0;
}

static void appraise(const struct reeve_token *token, struct reeve_appraisal *appraisal)
{
	const struct reeve_token_expected expected = {
		.anchors = world.anchors.keys, .anchor_count = world.anchors.count};

	reeve_token_appraise(token, &expected, &world.crypto, appraisal);
}

static void assert_text(struct reeve_span span, const char *text)
{
	assert_int_equal(span.size, strlen(text));
	assert_memory_equal(span.bytes, text, span.size);
}

static void test_claims(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		struct reeve_token token;
		struct reeve_malformed why;
		struct reeve_component component;

		assert_true(reeve_token_read(file_span(&world.files[i]), &token, &why));
		assert_int_equal(token.tag, REEVE_TOKEN_TAG_COLLECTION);
		assert_int_equal(reeve_token_profile_of(&token), REEVE_PROFILE_LEGACY);
		assert_int_equal(token.parts[REEVE_TOKEN_PLATFORM].algorithm, -35);
		assert_int_equal(token.claims[REEVE_CLAIM_LIFECYCLE].number, 0x3003);
		assert_text(token.claims[REEVE_CLAIM_REALM_HASH_ALGORITHM].bytes, vectors[i].hash);
		assert_int_equal(token.rem_count, REEVE_TOKEN_REMS);
		assert_true(token.is_rak_raw);
		assert_int_equal(token.claims[REEVE_CLAIM_SW_COMPONENTS].number, vectors[i].components);
		assert_true(reeve_token_component(&token, vectors[i].components - 1, &component));
		assert_int_equal(component.measurement.size, 32);
		assert_false(reeve_token_component(&token, vectors[i].components, &component));
		assert_int_equal(token.parts[REEVE_TOKEN_PLATFORM].unknown_count, 0);
		assert_int_equal(token.parts[REEVE_TOKEN_REALM].unknown_count, 0);
		assert_false(token.claims[REEVE_CLAIM_REALM_PROFILE].is_present);
	}
}

/* Both signatures are good in both; the second one's platform token is canned. */
static void test_verdicts(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		struct reeve_token token;
		struct reeve_malformed why;
		struct reeve_appraisal appraisal;

		assert_true(reeve_token_read(file_span(&world.files[i]), &token, &why));
		appraise(&token, &appraisal);
		assert_int_equal(appraisal.checks[REEVE_CHECK_PLATFORM_SIGNATURE].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.checks[REEVE_CHECK_REALM_SIGNATURE].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.checks[REEVE_CHECK_BINDING].finding, vectors[i].binding);
		assert_int_equal(appraisal.checks[REEVE_CHECK_MEASUREMENTS].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.verdict,
			vectors[i].binding == REEVE_FINDING_OK ? REEVE_VERDICT_AFFIRMED : REEVE_VERDICT_REFUSED);
	}
}

/* Cut anywhere, it is no token, and nothing beyond the cut is read. */
static void test_cuts(void **state)
{
	(void)state;
	for (size_t size = 0; size < world.files[0].size; size++) {
		uint8_t *exact = test_malloc(size + 1);
		struct reeve_token token = {.tag = 77};
		struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

		memcpy(exact + 1, world.files[0].data, size);
		assert_false(reeve_token_read(reeve_span(exact + 1, size), &token, &why));
		assert_int_equal(why.reason, REEVE_MALFORMED_CBOR_TRUNCATED);
		assert_int_equal(token.tag, 77);
		test_free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_claims),
		cmocka_unit_test(test_verdicts),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
