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

#include "tests/unit/support/token_vectors.h"

/* What each of the two is known to be. */
static const struct {
	size_t size;
	enum reeve_finding binding;
	unsigned components;
	const char *hash;
} known[VECTORS] = {
	{1222, REEVE_FINDING_OK, 4, "sha-256"},
	{2507, REEVE_FINDING_BINDING_CANNED, 16, "sha-512"},
};

static void appraise(const struct reeve_token *token, struct reeve_appraisal *appraisal)
{
	const struct reeve_token_expected expected = {
		.anchors = vectors.anchors.keys, .anchor_count = vectors.anchors.count};

	reeve_token_appraise(token, &expected, &vectors.crypto, appraisal);
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

		assert_int_equal(vectors.files[i].size, known[i].size);
		assert_true(reeve_token_read(file_span(&vectors.files[i]), &token, &why));
		assert_int_equal(token.tag, REEVE_TOKEN_TAG_COLLECTION);
		assert_int_equal(reeve_token_profile_of(&token), REEVE_PROFILE_LEGACY);
		assert_int_equal(token.parts[REEVE_TOKEN_PLATFORM].algorithm, -35);
		assert_int_equal(token.claims[REEVE_CLAIM_LIFECYCLE].number, 0x3003);
		assert_text(token.claims[REEVE_CLAIM_REALM_HASH_ALGORITHM].bytes, known[i].hash);
		assert_int_equal(token.rem_count, REEVE_TOKEN_REMS);
		assert_true(token.is_rak_raw);
		assert_int_equal(token.claims[REEVE_CLAIM_SW_COMPONENTS].number, known[i].components);
		assert_true(reeve_token_component(&token, known[i].components - 1, &component));
		assert_int_equal(component.measurement.size, 32);
		assert_false(reeve_token_component(&token, known[i].components, &component));
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

		assert_true(reeve_token_read(file_span(&vectors.files[i]), &token, &why));
		appraise(&token, &appraisal);
		assert_int_equal(appraisal.checks[REEVE_CHECK_PLATFORM_SIGNATURE].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.checks[REEVE_CHECK_REALM_SIGNATURE].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.checks[REEVE_CHECK_BINDING].finding, known[i].binding);
		assert_int_equal(appraisal.checks[REEVE_CHECK_MEASUREMENTS].finding, REEVE_FINDING_OK);
		assert_int_equal(appraisal.verdict,
			known[i].binding == REEVE_FINDING_OK ? REEVE_VERDICT_AFFIRMED : REEVE_VERDICT_REFUSED);
	}
}

/* Cut anywhere, it is no token, and nothing beyond the cut is read. */
static void test_cuts(void **state)
{
	(void)state;
	for (size_t size = 0; size < vectors.files[0].size; size++) {
		uint8_t *exact = test_malloc(size + 1);
		struct reeve_token token = {.tag = 77};
		struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

		memcpy(exact + 1, vectors.files[0].data, size);
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

	return cmocka_run_group_tests(tests, token_vectors_setup, token_vectors_teardown);
}
