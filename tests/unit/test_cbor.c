/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cbor.c - CBOR written and read: the examples of RFC 8949, a corpus of malformed items with its reasons, and bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cbor.h"

enum { BYTES_MAX = 1024 };

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

/* In memory of exactly its size, so that ASan sees a read beyond it. */
static bool check(const uint8_t *bytes, size_t size, struct reeve_malformed *why)
{
	uint8_t *exact = test_malloc(size + 1);
	bool is_good;

	memcpy(exact + 1, bytes, size);
	is_good = cbor_check(reeve_span(exact + 1, size), why);
	test_free(exact);
	return is_good;
}

/* Integers of RFC 8949 appendix A, and the edges of each head. */
static void test_integers(void **state)
{
	static const struct {
		int64_t value;
		const char *hex;
	} rows[] = {
		{0, "00"},
		{10, "0a"},
		{23, "17"},
		{24, "1818"},
		{255, "18ff"},
		{256, "190100"},
		{1000, "1903e8"},
		{65535, "19ffff"},
		{65536, "1a00010000"},
		{1000000, "1a000f4240"},
		{4294967295, "1affffffff"},
		{4294967296, "1b0000000100000000"},
		{1000000000000, "1b000000e8d4a51000"},
		{INT64_MAX, "1b7fffffffffffffff"},
		{-1, "20"},
		{-24, "37"},
		{-25, "3818"},
		{-100, "3863"},
		{-1000, "3903e7"},
		{INT64_MIN, "3b7fffffffffffffff"},
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t want[BYTES_MAX];
		uint8_t got[CBOR_HEAD_MAX];
		size_t size = unhex(rows[i].hex, want);
		struct cbor_writer w = cbor_writer((struct reeve_buf){got, sizeof(got)});
		struct cbor_cursor c = cbor_begin(reeve_span(want, size));
		struct cbor_item item;
		struct reeve_malformed why;
		int64_t value;

		cbor_put_int(&w, rows[i].value);
		assert_true(cbor_writer_fits(&w));
		assert_int_equal(w.size, size);
		assert_memory_equal(got, want, size);
		assert_true(check(want, size, &why));
		assert_true(cbor_next(&c, &item));
		assert_true(cbor_int(&item, &value));
		assert_int_equal(value, rows[i].value);
		assert_false(cbor_next(&c, &item));
	}
}

static void put_example(struct cbor_writer *w)
{
	cbor_put_tag(w, 399);
	cbor_put_map(w, 4);
	cbor_put_int(w, -1);
	cbor_put_text(w, "\xc3\xbc");
	cbor_put_uint(w, 10);
	cbor_put_bytes(w, reeve_span("\1\2\3\4", 4));
	cbor_put_text(w, "a");
	cbor_put_array(w, 3);
	cbor_put_bool(w, true);
	cbor_put_bool(w, false);
	cbor_put_null(w);
	cbor_put_uint(w, 265);
	cbor_put_bytes_head(w, 2);
	cbor_put_raw(w, reeve_span("\x80\xa0", 2));
}

static const char example[] = "d9018fa42062c3bc0a440102030461618"
			      "3f5f4f6190109"
			      "4280a0";

/* The same bytes in any buffer that is large enough, none in a smaller one, and always their count. */
static void test_writer(void **state)
{
	uint8_t want[BYTES_MAX];
	size_t size = unhex(example, want);
	struct cbor_writer counter = cbor_writer((struct reeve_buf){NULL, 0});

	(void)state;
	put_example(&counter);
	assert_int_equal(counter.size, size);
	assert_false(cbor_writer_fits(&counter));
	for (size_t room = 0; room <= size; room++) {
		uint8_t *memory = test_malloc(room + 1);
		struct cbor_writer w = cbor_writer((struct reeve_buf){memory, room});

		memset(memory, 0xEE, room + 1);
		put_example(&w);
		assert_int_equal(w.size, size);
		assert_int_equal(cbor_writer_fits(&w), room == size);
		assert_int_equal(memory[room], 0xEE);
		if (room == size) {
			assert_memory_equal(memory, want, size);
		}
		test_free(memory);
	}
}

static void test_reader(void **state)
{
	uint8_t bytes[BYTES_MAX];
	struct reeve_span in = reeve_span(bytes, unhex(example, bytes));
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item tag;
	struct cbor_item map;
	struct cbor_item value = {.value = 77};
	struct reeve_malformed why;

	(void)state;
	assert_true(check(bytes, in.size, &why));
	assert_true(cbor_next(&c, &tag));
	assert_int_equal(tag.type, CBOR_TAG);
	assert_int_equal(tag.value, 399);
	assert_int_equal(cbor_raw(in, &tag).size, in.size);
	c = cbor_enter(in, &tag);
	assert_true(cbor_next(&c, &map));
	assert_false(cbor_find(in, &map, 11, &value));
	assert_false(cbor_find(in, &tag, 10, &value));
	assert_int_equal(value.value, 77);
	assert_true(cbor_find(in, &map, -1, &value));
	assert_true(cbor_text_is(&value, "\xc3\xbc"));
	assert_false(cbor_text_is(&value, "\xc3"));
	assert_true(cbor_find(in, &map, 10, &value));
	assert_memory_equal(value.bytes.bytes, "\1\2\3\4", 4);
	assert_true(cbor_find(in, &map, 265, &value));
	assert_int_equal(value.offset, in.size - 3);
	assert_int_equal(cbor_raw(in, &value).size, 3);
	c = cbor_enter(in, &value);
	assert_false(cbor_next(&c, &value));
}

/* A count that would begin again stays where no buffer is as large. */
static void test_count(void **state)
{
	uint8_t bytes[4];
	struct cbor_writer w = cbor_writer((struct reeve_buf){bytes, sizeof(bytes)});

	(void)state;
	cbor_put_raw(&w, reeve_span(bytes, SIZE_MAX));
	assert_int_equal(w.size, SIZE_MAX);
	cbor_put_raw(&w, reeve_span(bytes, 2));
	assert_int_equal(w.size, SIZE_MAX);
	assert_false(cbor_writer_fits(&w));
}

/* What only looks like it: an array is not searched, and a byte string is no text. */
static void test_alike(void **state)
{
	static const uint8_t bytes[] = {0x82, 0x01, 0x41, 'a'};
	struct reeve_span in = reeve_span(bytes, sizeof(bytes));
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item array;
	struct cbor_item item = {.value = 77};

	(void)state;
	assert_true(cbor_next(&c, &array));
	assert_false(cbor_find(in, &array, 1, &item));
	assert_int_equal(item.value, 77);
	c = cbor_enter(in, &array);
	assert_true(cbor_next(&c, &item));
	assert_true(cbor_next(&c, &item));
	assert_int_equal(item.type, CBOR_BYTES);
	assert_false(cbor_text_is(&item, "a"));
}

/* {bytes, reason, offset of the offending item}. */
static const struct {
	const char *hex;
	enum reeve_malformed_reason reason;
	size_t offset;
} corpus[] = {
	{"", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"18", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"19ff", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"1b00000001000000", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"4101ff", REEVE_MALFORMED_CBOR_TRAILING, 2},
	{"420102ff", REEVE_MALFORMED_CBOR_TRAILING, 3},
	{"43010", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"5bffffffffffffffff00", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"6261", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"81", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"8201", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"828101", REEVE_MALFORMED_CBOR_TRUNCATED, 3},
	{"9bffffffffffffffff00", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"a1", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"a101", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"a20102", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"a2010203", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"c1", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"1c", REEVE_MALFORMED_CBOR_RESERVED, 0},
	{"3d", REEVE_MALFORMED_CBOR_RESERVED, 0},
	{"5e", REEVE_MALFORMED_CBOR_RESERVED, 0},
	{"81fc", REEVE_MALFORMED_CBOR_RESERVED, 1},
	{"1f", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"5f4101ff", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"7f6161ff", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"9f01ff", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"bf0102ff", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"df01", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"ff", REEVE_MALFORMED_CBOR_INDEFINITE, 0},
	{"8200ff", REEVE_MALFORMED_CBOR_INDEFINITE, 2},
	{"1800", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"1817", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"1900ff", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"1a0000ffff", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"1b00000000ffffffff", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"3801", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"580101", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"78016100", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"980100", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"b8010000", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"d80100", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 0},
	{"a1015801ff", REEVE_MALFORMED_CBOR_NOT_SHORTEST, 2},
	{"e0", REEVE_MALFORMED_CBOR_SIMPLE, 0},
	{"f3", REEVE_MALFORMED_CBOR_SIMPLE, 0},
	{"f800", REEVE_MALFORMED_CBOR_SIMPLE, 0},
	{"f8ff", REEVE_MALFORMED_CBOR_SIMPLE, 0},
	{"81f818", REEVE_MALFORMED_CBOR_SIMPLE, 1},
	{"f93c00", REEVE_MALFORMED_CBOR_FLOAT, 0},
	{"fa47c35000", REEVE_MALFORMED_CBOR_FLOAT, 0},
	{"fb3ff199999999999a", REEVE_MALFORMED_CBOR_FLOAT, 0},
	{"61ff", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"6180", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"62c080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"62c3", REEVE_MALFORMED_CBOR_TRUNCATED, 0},
	{"61c3", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"62c328", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"6261ff", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"63e28241", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"8262e28280", REEVE_MALFORMED_CBOR_UTF8, 1},
	{"63e08080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"63eda080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"64f0808080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"64f4908080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"64f5808080", REEVE_MALFORMED_CBOR_UTF8, 0},
	{"8261616180", REEVE_MALFORMED_CBOR_UTF8, 3},
	{"a201000100", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 3},
	{"a301000200"
	 "0100",
		REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 5},
	{"a3010002000200", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 5},
	{"a26161006161"
	 "00",
		REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 4},
	{"a28201020082010200", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 5},
	{"a2810100810100", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 4},
	{"a101a202000200", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 5},
	{"a1a20200020000", REEVE_MALFORMED_CBOR_DUPLICATE_KEY, 4},
	{"8181818181818181818181818181818181"
	 "00",
		REEVE_MALFORMED_CBOR_TOO_DEEP, 16},
	{"c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1"
	 "00",
		REEVE_MALFORMED_CBOR_TOO_DEEP, 16},
	{"b88100", REEVE_MALFORMED_CBOR_TOO_MANY, 0},
	{"bbffffffffffffffff", REEVE_MALFORMED_CBOR_TOO_MANY, 0},
	{"0000", REEVE_MALFORMED_CBOR_TRAILING, 1},
	{"a000", REEVE_MALFORMED_CBOR_TRAILING, 1},
	{"8000", REEVE_MALFORMED_CBOR_TRAILING, 1},
};

static void test_malformed(void **state)
{
	bool is_seen[REEVE_MALFORMED_COUNT] = {false};
	struct reeve_malformed large = {REEVE_MALFORMED_NOT, 0};

	(void)state;
	for (unsigned i = 0; i < sizeof(corpus) / sizeof(corpus[0]); i++) {
		uint8_t bytes[BYTES_MAX];
		size_t size = unhex(corpus[i].hex, bytes);
		struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
		bool is_good = check(bytes, size, &why);

		if (is_good || why.reason != corpus[i].reason || why.offset != corpus[i].offset) {
			print_error("%s: %s at %zu\n", corpus[i].hex, reeve_malformed_name(why.reason), why.offset);
		}
		assert_false(is_good);
		assert_int_equal(why.reason, corpus[i].reason);
		assert_int_equal(why.offset, corpus[i].offset);
		is_seen[why.reason] = true;
	}
	/* Nothing is read of more than anybody has. */
	assert_false(cbor_check(reeve_span(is_seen, (size_t)UINT32_MAX + 1), &large));
	assert_int_equal(large.reason, REEVE_MALFORMED_CBOR_TOO_LARGE);
	for (unsigned i = REEVE_MALFORMED_CBOR_TRUNCATED; i <= REEVE_MALFORMED_CBOR_TRAILING; i++) {
		assert_true(is_seen[i]);
	}
}

/* The deepest, the fullest map, characters at the edges of UTF-8, and keys that only look alike. */
static void test_wellformed(void **state)
{
	static const char *const rows[] = {"00", "f7", "60", "40", "80", "a0", "8181818181818181818181818181818100",
		"8181818181818181818181818181818180", "62c280", "63e0a080", "63ed9fbf", "63ee8080", "64f0908080",
		"64f48fbfbf",
		"a2010020"
		"00",
		"a2010041"
		"0100",
		"a20100"
		"810100",
		"a2a10102"
		"00a1010300",
		"d9018fa0", "c1c2c300"};
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	uint8_t bytes[BYTES_MAX];
	struct cbor_writer w = cbor_writer((struct reeve_buf){bytes, sizeof(bytes)});

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t size = unhex(rows[i], bytes);

		if (!check(bytes, size, &why)) {
			print_error("%s: %s at %zu\n", rows[i], reeve_malformed_name(why.reason), why.offset);
		}
		assert_int_equal(why.reason, REEVE_MALFORMED_NOT);
	}
	cbor_put_map(&w, CBOR_PAIRS_MAX);
	for (unsigned i = 0; i < CBOR_PAIRS_MAX; i++) {
		cbor_put_uint(&w, i);
		cbor_put_null(&w);
	}
	assert_true(cbor_writer_fits(&w));
	assert_true(check(bytes, w.size, &why));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_integers),
		cmocka_unit_test(test_writer),
		cmocka_unit_test(test_reader),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_wellformed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
