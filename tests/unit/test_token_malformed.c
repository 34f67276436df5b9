/* SPDX-License-Identifier: BSD-2-Clause */
/* test_token_malformed.c - bytes that are no token: a reason and the offending byte for each, and every reason of a token is met. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cose.h"
#include "reeve/token.h"
#include "tools/token/hex.h"

enum { BYTES_MAX = 1024 };

/* The smallest COSE_Sign1: no claims, no signature. Ten bytes, so that 4a is the head of the byte string that holds it. */
#define SMALL "d28443a10126a041a040"
#define PLATFORM "19acca4a" SMALL
#define REALM "19acd14a" SMALL

struct row {
	const char *hex;
	enum reeve_malformed_reason reason;
	size_t offset;
};

static bool met[REEVE_MALFORMED_COUNT];

static void refused(const char *hex, struct reeve_span in, enum reeve_malformed_reason reason, size_t offset)
{
	struct reeve_token token = {.tag = 77};
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	bool is_token = reeve_token_read(in, &token, &why);

	if (is_token || why.reason != reason || why.offset != offset) {
		print_error("%s: %s at %zu\n", hex, reeve_malformed_name(why.reason), why.offset);
	}
	assert_false(is_token);
	assert_int_equal(why.reason, reason);
	assert_int_equal(why.offset, offset);
	assert_int_equal(token.tag, 77);
	met[reason] = true;
}

static struct reeve_span unhex(const char *hex, uint8_t bytes[BYTES_MAX])
{
	size_t size = 0;

	assert_true(hex_read(hex, (struct reeve_buf){bytes, BYTES_MAX}, &size));
	return reeve_span(bytes, size);
}

static void smallest(void **state)
{
	static const char *const rows[] = {
		"d9018fa2" PLATFORM REALM,
		"d9018fa2" REALM PLATFORM,
		"d9038ba219acca821901074a" SMALL "19acd1821901074a" SMALL,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[BYTES_MAX];
		struct reeve_token token;
		struct reeve_malformed why;

		assert_true(reeve_token_read(unhex(rows[i], bytes), &token, &why));
		assert_int_equal(token.tag, i == 2 ? 907 : 399);
		assert_int_equal(token.parts[REEVE_TOKEN_REALM].algorithm, -7);
		assert_int_equal(token.parts[REEVE_TOKEN_REALM].payload.size, 1);
		assert_int_equal(token.rem_count, 0);
		assert_int_equal(token.rak.algorithm, 0);
		for (unsigned c = 0; c < REEVE_CLAIM_COUNT; c++) {
			assert_false(token.claims[c].is_present);
		}
	}
}

static void envelopes(void **state)
{
	static const struct row rows[] = {
		{"", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
		{"a2" PLATFORM REALM, REEVE_MALFORMED_TOKEN_TAG, 0},
		{"d90190a2" PLATFORM REALM, REEVE_MALFORMED_TOKEN_TAG, 0},
		{"d9038ca2" PLATFORM REALM, REEVE_MALFORMED_TOKEN_TAG, 0},
		{"19018f", REEVE_MALFORMED_TOKEN_TAG, 0},
		{"d9018f84" PLATFORM REALM, REEVE_MALFORMED_TOKEN_COLLECTION, 3},
		{"d9018f4a" SMALL, REEVE_MALFORMED_TOKEN_COLLECTION, 3},
		{"d9018fa0", REEVE_MALFORMED_TOKEN_NO_PLATFORM, 3},
		{"d9018fa1" REALM, REEVE_MALFORMED_TOKEN_NO_PLATFORM, 3},
		{"d9018fa1" PLATFORM, REEVE_MALFORMED_TOKEN_NO_REALM, 3},
		{"d9018fa3" PLATFORM REALM "19acd24a" SMALL, REEVE_MALFORMED_TOKEN_PART, 32},
		{"d9018fa2" PLATFORM "39acd14a" SMALL, REEVE_MALFORMED_TOKEN_PART, 18},
		{"d9018fa2" PLATFORM "61614a" SMALL, REEVE_MALFORMED_TOKEN_PART, 18},
		{"d9018fa2" PLATFORM PLATFORM, REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 18},
		{"d9018fa2" PLATFORM REALM "00", REEVE_MALFORMED_CBOR_TRAILING, 32},
		{"d9018fbf" PLATFORM REALM "ff", REEVE_MALFORMED_CBOR_INDEFINITE, 3},
		/* Records under the older tag, byte strings under the newer. */
		{"d9018fa219acca821901074a" SMALL REALM, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba2" PLATFORM REALM, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9018fa2" PLATFORM "19acd16a61626364656667686970", REEVE_MALFORMED_TOKEN_CMW, 21},
		/* Records of another format, with another type, with a third member, and a map. */
		{"d9038ba219acca821901084a" SMALL "19acd1821901074a" SMALL, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba219acca823901064a" SMALL "19acd1821901074a" SMALL, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba219acca8219010700"
		 "19acd1821901074a" SMALL,
			REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba219acca831901074a" SMALL "0019acd1821901074a" SMALL, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba219acca8119010719acd1821901074a" SMALL, REEVE_MALFORMED_TOKEN_CMW, 7},
		{"d9038ba219accaa11901074a" SMALL "19acd1821901074a" SMALL, REEVE_MALFORMED_TOKEN_CMW, 7},
		/* Parts that are no COSE_Sign1; the offset is in the whole. */
		{"d9018fa219acca418019acd14a" SMALL, REEVE_MALFORMED_COSE_NOT_TAGGED, 8},
		{"d9018fa2" PLATFORM "19acd14180", REEVE_MALFORMED_COSE_NOT_TAGGED, 22},
		{"d9018fa2" PLATFORM "19acd142d280", REEVE_MALFORMED_COSE_NOT_SIGN1, 23},
		{"d9018fa2" PLATFORM "19acd142d284", REEVE_MALFORMED_CBOR_TRUNCATED, 23},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[BYTES_MAX];

		refused(rows[i].hex, unhex(rows[i].hex, bytes), rows[i].reason, rows[i].offset);
	}
}

/* ---- Claims ---- */

/* A token whose part has these claims, and where they begin in it. */
static struct reeve_span token_with(
	enum reeve_token_part_id part, struct reeve_span claims, uint8_t bytes[BYTES_MAX], size_t *start)
{
	static const uint8_t none = 0xA0;
	struct cbor_writer w = cbor_writer((struct reeve_buf){bytes, BYTES_MAX});

	cbor_put_tag(&w, REEVE_TOKEN_TAG_COLLECTION);
	cbor_put_map(&w, REEVE_TOKEN_PARTS);
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		struct reeve_span payload = i == part ? claims : reeve_span(&none, 1);
		struct cbor_writer message = cbor_writer((struct reeve_buf){NULL, 0});

		cose_sign1_put_head(&message, COSE_ES384, payload.size);
		cbor_put_uint(&w, reeve_token_part_label((enum reeve_token_part_id)i));
		cbor_put_bytes_head(&w, message.size + payload.size + 1);
		cose_sign1_put_head(&w, COSE_ES384, payload.size);
		*start = i == part ? w.size : *start;
		cbor_put_raw(&w, payload);
		cbor_put_bytes(&w, reeve_span("", 0));
	}
	assert_true(cbor_writer_fits(&w));
	return reeve_span(bytes, w.size);
}

#define X_48 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"

static const struct {
	enum reeve_token_part_id part;
	struct row row; /* the offset is in the claims */
} claim_rows[] = {
	{REEVE_TOKEN_PLATFORM, {"80", REEVE_MALFORMED_TOKEN_CLAIMS, 0}},
	{REEVE_TOKEN_REALM, {"80", REEVE_MALFORMED_TOKEN_CLAIMS, 0}},
	{REEVE_TOKEN_REALM,
		{"84000102"
		 "03",
			REEVE_MALFORMED_TOKEN_CLAIMS, 0}},
	{REEVE_TOKEN_PLATFORM, {"", REEVE_MALFORMED_CBOR_TRUNCATED, 0}},
	{REEVE_TOKEN_PLATFORM, {"a000", REEVE_MALFORMED_CBOR_TRAILING, 1}},
	{REEVE_TOKEN_PLATFORM, {"a20000616100", REEVE_MALFORMED_TOKEN_LABEL, 3}},
	{REEVE_TOKEN_PLATFORM, {"a11bffffffffffffffff00", REEVE_MALFORMED_TOKEN_LABEL, 1}},
	{REEVE_TOKEN_REALM, {"a1410000", REEVE_MALFORMED_TOKEN_LABEL, 1}},
	/* One claim of each type: a challenge, a profile, a lifecycle, a policy, components, REMs. */
	{REEVE_TOKEN_PLATFORM, {"a10a6161", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 2}},
	{REEVE_TOKEN_PLATFORM, {"a11901094161", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	{REEVE_TOKEN_PLATFORM, {"a119095b20", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	{REEVE_TOKEN_REALM, {"a119acd320", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	{REEVE_TOKEN_REALM, {"a119acd34161", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	{REEVE_TOKEN_PLATFORM, {"a119095fa0", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	{REEVE_TOKEN_REALM, {"a119accf40", REEVE_MALFORMED_TOKEN_CLAIM_TYPE, 4}},
	/* Components: no map, and each member of the wrong type. */
	{REEVE_TOKEN_PLATFORM, {"a119095f8100", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	{REEVE_TOKEN_PLATFORM, {"a119095f82a080", REEVE_MALFORMED_TOKEN_COMPONENT, 6}},
	{REEVE_TOKEN_PLATFORM, {"a119095f81a1014161", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	{REEVE_TOKEN_PLATFORM, {"a119095f81a1026161", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	{REEVE_TOKEN_PLATFORM, {"a119095f81a1044161", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	{REEVE_TOKEN_PLATFORM, {"a119095f81a1056161", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	{REEVE_TOKEN_PLATFORM, {"a119095f81a1064161", REEVE_MALFORMED_TOKEN_COMPONENT, 5}},
	/* REMs: of another type, and the ninth. */
	{REEVE_TOKEN_REALM, {"a119accf8261614100", REEVE_MALFORMED_TOKEN_REM, 5}},
	{REEVE_TOKEN_REALM,
		{"a119accf8941004100410041004100410041004100"
		 "4100",
			REEVE_MALFORMED_TOKEN_REM, 21}},
	/* The key: nothing, no map, 97 bytes that begin otherwise, a point with a byte more, and no key of a curve. */
	{REEVE_TOKEN_REALM, {"a119accd40", REEVE_MALFORMED_TOKEN_KEY, 5}},
	{REEVE_TOKEN_REALM, {"a119accd4180", REEVE_MALFORMED_TOKEN_KEY, 5}},
	{REEVE_TOKEN_REALM, {"a119accd586102" X_48 X_48, REEVE_MALFORMED_TOKEN_KEY, 6}},
	{REEVE_TOKEN_REALM, {"a119accd586204" X_48 X_48 "00", REEVE_MALFORMED_TOKEN_KEY, 6}},
	{REEVE_TOKEN_REALM,
		{"a119accd586004" X_48
		 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f2021222324252627282"
		 "92a2b2c2d2e",
			REEVE_MALFORMED_TOKEN_KEY, 6}},
	{REEVE_TOKEN_REALM, {"a119accd41a0", REEVE_MALFORMED_COSE_KEY_NOT_EC2, 5}},
	{REEVE_TOKEN_REALM, {"a119accd43a10102", REEVE_MALFORMED_COSE_KEY_CURVE, 5}},
	{REEVE_TOKEN_REALM, {"a119accd45a201022006", REEVE_MALFORMED_COSE_KEY_CURVE, 9}},
	{REEVE_TOKEN_REALM, {"a119accd45a201022001", REEVE_MALFORMED_COSE_KEY_POINT, 5}},
	{REEVE_TOKEN_REALM, {"a119accd42a000", REEVE_MALFORMED_CBOR_TRAILING, 6}},
};

static void claims(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(claim_rows) / sizeof(claim_rows[0]); i++) {
		uint8_t payload[BYTES_MAX];
		uint8_t bytes[BYTES_MAX];
		size_t start = 0;
		struct reeve_span in =
			token_with(claim_rows[i].part, unhex(claim_rows[i].row.hex, payload), bytes, &start);

		refused(claim_rows[i].row.hex, in, claim_rows[i].row.reason, start + claim_rows[i].row.offset);
	}
}

/* What is read of good claims: types that have two forms, what is passed over, and what nobody knows. */
static void good_claims(void **state)
{
	uint8_t payload[BYTES_MAX];
	uint8_t bytes[BYTES_MAX];
	struct reeve_token token;
	struct reeve_malformed why;
	size_t start = 0;

	(void)state;
	assert_true(reeve_token_read(token_with(REEVE_TOKEN_REALM,
					     unhex("a319acd36141"
						   "3840f5"
						   "184180",
						     payload),
					     bytes, &start),
		&token, &why));
	assert_true(token.claims[REEVE_CLAIM_MEC_POLICY].is_text);
	assert_int_equal(token.parts[REEVE_TOKEN_REALM].unknown_count, 2);
	assert_int_equal(token.parts[REEVE_TOKEN_PLATFORM].unknown_count, 0);
	assert_true(reeve_token_read(
		token_with(REEVE_TOKEN_REALM, unhex("a119acd301", payload), bytes, &start), &token, &why));
	assert_false(token.claims[REEVE_CLAIM_MEC_POLICY].is_text);
	assert_int_equal(token.claims[REEVE_CLAIM_MEC_POLICY].number, 1);
	/* An extension (2404) may be anything, and its bytes are kept. */
	assert_true(reeve_token_read(
		token_with(REEVE_TOKEN_PLATFORM, unhex("a119096481f6", payload), bytes, &start), &token, &why));
	assert_int_equal(token.claims[REEVE_CLAIM_EXTENSION].bytes.size, 2);
	assert_int_equal(token.claims[REEVE_CLAIM_EXTENSION].bytes.bytes[0], 0x81);
	assert_true(
		reeve_token_read(token_with(REEVE_TOKEN_REALM,
					 unhex("a119accf8841004101410241034104410541064107", payload), bytes, &start),
			&token, &why));
	assert_int_equal(token.rem_count, REEVE_TOKEN_REMS_MAX);
	assert_int_equal(token.rems[7].bytes[0], 7);
}

/* Every reason that is a token's own was met above. */
static void all_met(void **state)
{
	(void)state;
	for (unsigned i = REEVE_MALFORMED_TOKEN_TAG; i < REEVE_MALFORMED_COUNT; i++) {
		if (!met[i]) {
			print_error("%s is met by no row\n", reeve_malformed_name((enum reeve_malformed_reason)i));
		}
		assert_true(met[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest),
		cmocka_unit_test(envelopes),
		cmocka_unit_test(claims),
		cmocka_unit_test(good_claims),
		cmocka_unit_test(all_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
