/* SPDX-License-Identifier: BSD-2-Clause */
/* test_appraise_binding.c - what binds the realm's key to the platform token, and each way in which it does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cbor.h"
#include "tests/unit/support/token_world.h"
#include "tools/token/hex.h"

#define P "platform/claims/"
#define R "realm/claims/"
#define QUOTED(text) "\"" text "\""

/* The RAK of a made token of a profile, and its claim's bytes. */
static size_t rak_of(const char *profile, uint8_t bytes[256], struct reeve_public_key *key, uint8_t point[256])
{
	json_t *root = token_claims(profile);
	struct bytes made = token_signed(root);
	struct reeve_malformed why;
	struct reeve_token token;
	struct reeve_span rak;

	assert_true(reeve_token_read(reeve_span(made.data, made.size), &token, &why));
	rak = token.claims[REEVE_CLAIM_RAK].bytes;
	memcpy(bytes, rak.bytes, rak.size);
	memcpy(point, token.rak.x.bytes, token.rak.x.size);
	memcpy(point + token.rak.x.size, token.rak.y.bytes, token.rak.y.size);
	*key = (struct reeve_public_key){token.rak.algorithm, reeve_span(point, token.rak.x.size),
		reeve_span(point + token.rak.x.size, token.rak.y.size)};
	json_decref(root);
	free(made.data);
	return rak.size;
}

/* Set a claim to bytes. */
static void set_bytes(json_t *root, const char *path, struct reeve_span bytes)
{
	char json[1024] = "\"";
	char *hex = hex_text(bytes);

	assert_non_null(hex);
	(void)snprintf(json, sizeof(json), "\"%s\"", hex);
	free(hex);
	token_claim_set(root, path, json);
}

/* The digest of `data` by `bits`, with zeroes to `size` bytes, as what binds a token of the profile. */
static enum reeve_finding bound_by(const char *profile, struct reeve_span data, unsigned bits, size_t size)
{
	uint8_t digest[REEVE_TOKEN_DIGEST_MAX] = {0};
	json_t *root = token_claims(profile);

	token_world.crypto.digest(token_world.crypto.context, bits, data, digest);
	set_bytes(root, strcmp(profile, "2026") == 0 ? P "workload_binding" : P "challenge", reeve_span(digest, size));
	return token_finding(root, REEVE_CHECK_BINDING);
}

static void bindings(void **state)
{
	static const char *const named[] = {"2023", "2026", "legacy"};

	(void)state;
	for (unsigned i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		uint8_t rak[256];
		uint8_t point[256];
		uint8_t other[256] = {0x04};
		struct reeve_public_key key;
		struct cose_key cose;
		struct cbor_writer w = cbor_writer((struct reeve_buf){other, sizeof(other)});
		size_t size = rak_of(named[i], rak, &key, point);
		struct reeve_span other_span = reeve_span(other, 1 + 96);

		cose = (struct cose_key){COSE_ES384, key.x, key.y};
		if (strcmp(named[i], "legacy") == 0) {
			cose_key_put(&w, &cose);
			other_span.size = w.size;
		} else {
			memcpy(other + 1, point, 96);
		}
		assert_int_equal(bound_by(named[i], reeve_span(rak, size), 256, 32), REEVE_FINDING_OK);
		assert_int_equal(bound_by(named[i], reeve_span(rak, size), 256, 64), REEVE_FINDING_BINDING_PADDED);
		assert_int_equal(bound_by(named[i], reeve_span(rak, size), 384, 48), REEVE_FINDING_BINDING_HASH);
		assert_int_equal(bound_by(named[i], reeve_span(rak, size), 512, 64), REEVE_FINDING_BINDING_HASH);
		assert_int_equal(bound_by(named[i], other_span, 256, 32), REEVE_FINDING_BINDING_ENCODING);
		assert_int_equal(bound_by(named[i], reeve_span(rak, size - 1), 256, 32), REEVE_FINDING_BINDING_DIFFERS);
		assert_int_equal(bound_by(named[i], reeve_span(rak, size - 1), 256, 64), REEVE_FINDING_BINDING_DIFFERS);
	}
}

/* Bytes that were made by counting or by repeating are no digest of anything. */
static void canned(void **state)
{
	enum { WAYS = 12 };

	(void)state;
	for (unsigned way = 0; way < WAYS; way++) {
		static const unsigned turns[] = {0, 1, 3, 7, 31};
		uint8_t bytes[32];
		json_t *root = token_claims("2023");

		for (unsigned i = 0; i < sizeof(bytes); i++) {
			unsigned word = 1U << (way % 4);
			unsigned seed = i % word;

			bytes[i] = (uint8_t)(way < 4 ? 0x9c ^ seed * seed * 37 : i ^ turns[(way - 4) % 5]);
		}
		if (way >= 9) {
			bytes[way == 9 ? 0 : way == 10 ? 15 : 31] ^= 0x80; /* one byte off is no pattern any more */
		}
		set_bytes(root, P "challenge", reeve_span(bytes, sizeof(bytes)));
		assert_int_equal(token_finding(root, REEVE_CHECK_BINDING),
			way < 9 ? REEVE_FINDING_BINDING_CANNED : REEVE_FINDING_BINDING_DIFFERS);
	}
}

/* In 2026 claim 10 binds nothing. */
static void claim_of_2026(void **state)
{
	json_t *root = token_claims("2026");
	struct reeve_appraisal appraisal;

	(void)state;
	token_claim_set(root, P "challenge", QUOTED(HEX_32));
	token_appraise(root, NULL, &appraisal);
	json_decref(root);
	assert_int_equal(appraisal.checks[REEVE_CHECK_BINDING].finding, REEVE_FINDING_OK);
	assert_int_equal(appraisal.checks[REEVE_CHECK_BINDING].claim, REEVE_CLAIM_WORKLOAD_BINDING);
}

static void keys(void **state)
{
	uint8_t rak[256];
	uint8_t point[256];
	struct reeve_public_key key;
	json_t *root;
	size_t size;

	(void)state;
	/* The form that belongs to another profile. */
	root = token_claims("2023");
	set_bytes(root, R "public_key", reeve_span(rak, rak_of("legacy", rak, &key, point)));
	assert_int_equal(token_finding(root, REEVE_CHECK_REALM_CLAIMS), REEVE_FINDING_KEY_FORM);
	root = token_claims("legacy");
	set_bytes(root, R "public_key", reeve_span(rak, rak_of("2023", rak, &key, point)));
	assert_int_equal(token_finding(root, REEVE_CHECK_REALM_CLAIMS), REEVE_FINDING_KEY_FORM);
	/* A point beside the curve. */
	root = token_claims("2023");
	size = rak_of("2023", rak, &key, point);
	rak[size - 1] ^= 1;
	set_bytes(root, R "public_key", reeve_span(rak, size));
	assert_int_equal(token_finding(root, REEVE_CHECK_REALM_SIGNATURE), REEVE_FINDING_KEY_INVALID);
	/* A hash of the RAK that nobody computes. */
	root = token_claims("2023");
	token_claim_set(root, P "challenge", QUOTED(HEX_32));
	token_claim_set(root, R "public_key_hash_algorithm", QUOTED("md5"));
	assert_int_equal(token_finding(root, REEVE_CHECK_BINDING), REEVE_FINDING_CLAIM_VALUE);
}

/* ---- What is verified ---- */

/* Of a good token one member of a part is another one; the other part stays good. */
static void frames(void **state)
{
	static const enum reeve_check signatures[] = {REEVE_CHECK_PLATFORM_SIGNATURE, REEVE_CHECK_REALM_SIGNATURE};
	static const uint8_t long_header[300] = {0};
	const struct reeve_token_expected expected = {.anchors = &token_world.anchor, .anchor_count = 1};
	json_t *root = token_claims("2023");
	struct bytes made = token_signed(root);
	struct reeve_malformed why;
	struct reeve_token right;

	(void)state;
	assert_true(reeve_token_read(reeve_span(made.data, made.size), &right, &why));
	for (unsigned part = 0; part < REEVE_TOKEN_PARTS; part++) {
		const struct {
			struct reeve_token_part part;
			enum reeve_finding finding;
		} rows[] = {
			{right.parts[part], REEVE_FINDING_OK},
			{{.signature = reeve_span(right.parts[part].signature.bytes, 95)},
				REEVE_FINDING_SIGNATURE_LENGTH},
			{{.protected_header = reeve_span(long_header, sizeof(long_header))}, REEVE_FINDING_HEADER_SIZE},
			{{.payload = right.parts[1 - part].payload}, REEVE_FINDING_SIGNATURE_BAD},
			{{.signature = right.parts[1 - part].signature}, REEVE_FINDING_SIGNATURE_BAD},
		};

		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			struct reeve_token token = right;
			struct reeve_token_part *changed = &token.parts[part];
			struct reeve_appraisal appraisal;

			changed->signature =
				rows[i].part.signature.size != 0 ? rows[i].part.signature : changed->signature;
			changed->payload = rows[i].part.payload.size != 0 ? rows[i].part.payload : changed->payload;
			changed->protected_header = rows[i].part.protected_header.size != 0
				? rows[i].part.protected_header
				: changed->protected_header;
			reeve_token_appraise(&token, &expected, &token_world.crypto, &appraisal);
			assert_int_equal(appraisal.checks[signatures[part]].finding, rows[i].finding);
			assert_int_equal(appraisal.checks[signatures[1 - part]].finding, REEVE_FINDING_OK);
		}
	}
	json_decref(root);
	free(made.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bindings),
		cmocka_unit_test(canned),
		cmocka_unit_test(claim_of_2026),
		cmocka_unit_test(keys),
		cmocka_unit_test(frames),
	};

	return cmocka_run_group_tests(tests, token_world_setup, token_world_teardown);
}
