/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cose.c - COSE_Sign1 and COSE_Key: known bytes, what is written is read again, and messages refused with a reason each. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cose.h"

enum { BYTES_MAX = 512 };

static size_t unhex(const char *hex, uint8_t bytes[BYTES_MAX])
{
	size_t size = strlen(hex) / 2;
	unsigned byte;

	for (size_t i = 0; i < size; i++) {
		assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
		bytes[i] = (uint8_t)byte;
	}
	return size;
}

static void assert_written(const struct cbor_writer *w, const char *hex)
{
	uint8_t want[BYTES_MAX];
	size_t size = unhex(hex, want);

	assert_true(cbor_writer_fits(w));
	assert_int_equal(w->size, size);
	assert_memory_equal(w->to.bytes, want, size);
}

/* 18([h'a1013822', {}, h'a0', h'ff']) and what is signed of it. */
static void test_known(void **state)
{
	uint8_t message[BYTES_MAX];
	uint8_t signed_head[BYTES_MAX];
	struct cbor_writer w = cbor_writer((struct reeve_buf){message, sizeof(message)});
	struct cbor_writer s = cbor_writer((struct reeve_buf){signed_head, sizeof(signed_head)});
	struct cose_sign1 sign1;
	struct reeve_malformed why;

	(void)state;
	cose_sign1_put_head(&w, COSE_ES384, 1);
	cbor_put_map(&w, 0);
	cbor_put_bytes(&w, reeve_span("\xff", 1));
	assert_written(&w, "d28444a1013822a041a041ff");
	assert_true(cose_sign1_read(reeve_span(message, w.size), &sign1, &why));
	assert_int_equal(sign1.algorithm, -35);
	assert_int_equal(cose_algorithm_of(sign1.algorithm), COSE_ES384);
	assert_int_equal(sign1.payload.size, 1);
	assert_int_equal(sign1.payload.bytes[0], 0xa0);
	assert_int_equal(sign1.signature.bytes[0], 0xff);
	cose_sign1_put_signed_head(&s, sign1.protected_header, sign1.payload.size);
	cbor_put_raw(&s, sign1.payload);
	assert_written(&s, "846a5369676e61747572653144a10138224041a0");
	assert_int_equal(cose_algorithm_of(-8), COSE_ALGORITHM_COUNT);
}

static void test_key(void **state)
{
	uint8_t point[2 * COSE_COORDINATE_MAX];
	uint8_t bytes[BYTES_MAX];
	struct reeve_malformed why;

	(void)state;
	for (unsigned i = 0; i < sizeof(point); i++) {
		point[i] = (uint8_t)i;
	}
	for (unsigned i = 0; i < COSE_ALGORITHM_COUNT; i++) {
		size_t size = cose_algorithm_info((enum cose_algorithm)i)->coordinate_size;
		struct cose_key key = {(enum cose_algorithm)i, reeve_span(point, size), reeve_span(point + size, size)};
		struct cose_key again;
		struct cbor_writer w = cbor_writer((struct reeve_buf){bytes, sizeof(bytes)});

		cose_key_put(&w, &key);
		assert_true(cbor_writer_fits(&w));
		assert_true(cose_key_read(reeve_span(bytes, w.size), &again, &why));
		assert_int_equal(again.algorithm, i);
		assert_int_equal(again.x.size, size);
		assert_memory_equal(again.x.bytes, point, size);
		assert_memory_equal(again.y.bytes, point + size, size);
		bytes[w.size - 1 - size] ^= 1; /* the length of y */
		assert_false(cose_key_read(reeve_span(bytes, w.size), &again, &why));
	}
}

struct bad {
	const char *hex;
	enum reeve_malformed_reason reason;
	size_t offset;
};

static void assert_refused(const struct bad *row, bool is_good, const struct reeve_malformed *why)
{
	if (is_good || why->reason != row->reason || why->offset != row->offset) {
		print_error("%s: %s at %zu\n", row->hex, reeve_malformed_name(why->reason), why->offset);
	}
	assert_false(is_good);
	assert_int_equal(why->reason, row->reason);
	assert_int_equal(why->offset, row->offset);
}

static void test_bad_messages(void **state)
{
	static const struct bad rows[] = {
		{"8444a1013822a041a041ff", REEVE_MALFORMED_COSE_NOT_TAGGED, 0},
		{"d18444a1013822a041a041ff", REEVE_MALFORMED_COSE_NOT_TAGGED, 0},
		{"d2a0", REEVE_MALFORMED_COSE_NOT_SIGN1, 1},
		{"d28344a1013822a041a0", REEVE_MALFORMED_COSE_NOT_SIGN1, 1},
		{"d28544a1013822a041a041ff00", REEVE_MALFORMED_COSE_NOT_SIGN1, 1},
		{"d284a1013822a041a041ff", REEVE_MALFORMED_COSE_PROTECTED, 2},
		{"d2844101a041a041ff", REEVE_MALFORMED_COSE_PROTECTED, 3},
		{"d28440a041a041ff", REEVE_MALFORMED_COSE_NO_ALGORITHM, 2},
		{"d28441a0a041a041ff", REEVE_MALFORMED_COSE_NO_ALGORITHM, 3},
		{"d28444a1016141a041a041ff", REEVE_MALFORMED_COSE_NO_ALGORITHM, 3},
		{"d28444a1021822a041a041ff", REEVE_MALFORMED_COSE_CRITICAL, 5},
		{"d28445a101382200a041a041ff", REEVE_MALFORMED_CBOR_TRAILING, 7},
		{"d28444a10138228041a041ff", REEVE_MALFORMED_COSE_NOT_SIGN1, 7},
		{"d28444a1013822a101382241a041ff", REEVE_MALFORMED_COSE_UNPROTECTED_ALGORITHM, 9},
		{"d28444a1013822a0f641ff", REEVE_MALFORMED_COSE_DETACHED, 8},
		{"d28444a1013822a0a041ff", REEVE_MALFORMED_COSE_NOT_SIGN1, 8},
		{"d28444a1013822a0616141ff", REEVE_MALFORMED_COSE_NOT_SIGN1, 8},
		{"d28444a1013822a041a000", REEVE_MALFORMED_COSE_NOT_SIGN1, 10},
		{"d28444a1013822a041a06161", REEVE_MALFORMED_COSE_NOT_SIGN1, 10},
		{"d28444a1013822a041a041", REEVE_MALFORMED_CBOR_TRUNCATED, 10},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t size = unhex(rows[i].hex, bytes);
		struct cose_sign1 out = {.algorithm = 99};
		struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

		assert_refused(&rows[i], cose_sign1_read(reeve_span(bytes, size), &out, &why), &why);
		assert_int_equal(out.algorithm, 99);
	}
}

#define ZERO_32 "0000000000000000000000000000000000000000000000000000000000000000"
#define X_32 "5820" ZERO_32

static void test_bad_keys(void **state)
{
	static const struct bad rows[] = {
		{"00", REEVE_MALFORMED_COSE_KEY_NOT_EC2, 0},
		{"a0", REEVE_MALFORMED_COSE_KEY_NOT_EC2, 0},
		{"a10101", REEVE_MALFORMED_COSE_KEY_NOT_EC2, 0},
		{"a10102", REEVE_MALFORMED_COSE_KEY_CURVE, 0},
		{"a201022006", REEVE_MALFORMED_COSE_KEY_CURVE, 4},
		{"a201022001", REEVE_MALFORMED_COSE_KEY_POINT, 0},
		{"a40102200121410022f5", REEVE_MALFORMED_COSE_KEY_POINT, 0},
		/* x and y of P-256: a byte each, 32 and 33, 32 of which y is a text, and y as a bit. */
		{"a401022001214100224100", REEVE_MALFORMED_COSE_KEY_POINT, 0},
		{"a40102200121" X_32 "225821" ZERO_32 "00", REEVE_MALFORMED_COSE_KEY_POINT, 0},
		{"a40102200121" X_32 "227820" ZERO_32, REEVE_MALFORMED_COSE_KEY_POINT, 0},
		{"a40102200121" X_32 "22f5", REEVE_MALFORMED_COSE_KEY_POINT, 0},
		{"a201020102", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 3},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t size = unhex(rows[i].hex, bytes);
		struct cose_key out;
		struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};

		assert_refused(&rows[i], cose_key_read(reeve_span(bytes, size), &out, &why), &why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_key),
		cmocka_unit_test(test_bad_messages),
		cmocka_unit_test(test_bad_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
