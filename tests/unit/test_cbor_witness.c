/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cbor_witness.c - our CBOR against python3-cbor2's: what it writes is read and written again as the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "attest/cbor.h"

enum { ROWS = 4000, LINE_SIZE = 1 << 17, DEPTH = 64 };

static uint8_t bytes[LINE_SIZE / 2];
static uint8_t again[LINE_SIZE / 2];
static char line[LINE_SIZE];

static size_t unhex(const char *hex)
{
	size_t size = 0;
	unsigned byte;

	while (sscanf(hex + 2 * size, "%2x", &byte) == 1) {
		bytes[size++] = (uint8_t)byte;
	}
	return size;
}

static void text_put(struct cbor_writer *w, struct reeve_span in, const struct cbor_item *item)
{
	char text[1024] = "";

	/* The writer takes texts that end in a zero: one with a zero inside is copied as it is. */
	if (item->bytes.size >= sizeof(text) || memchr(item->bytes.bytes, 0, item->bytes.size) != NULL) {
		cbor_put_raw(w, cbor_raw(in, item));
		return;
	}
	memcpy(text, item->bytes.bytes, item->bytes.size);
	cbor_put_text(w, text);
}

/* One item without what it holds. */
static void item_put(struct cbor_writer *w, struct reeve_span in, const struct cbor_item *item)
{
	int64_t number;

	switch (item->type) {
	case CBOR_UINT:
		cbor_put_uint(w, item->value);
		break;
	case CBOR_NINT:
		if (cbor_int(item, &number)) {
			cbor_put_int(w, number);
		} else {
			cbor_put_raw(w, cbor_raw(in, item)); /* below -2^63: not written by us */
		}
		break;
	case CBOR_BYTES:
		cbor_put_bytes(w, item->bytes);
		break;
	case CBOR_TEXT:
		text_put(w, in, item);
		break;
	case CBOR_ARRAY:
		cbor_put_array(w, item->value);
		break;
	case CBOR_MAP:
		cbor_put_map(w, item->value);
		break;
	case CBOR_TAG:
		cbor_put_tag(w, item->value);
		break;
	case CBOR_SIMPLE:
		if (item->value == CBOR_NULL) {
			cbor_put_null(w);
		} else if (item->value == CBOR_TRUE || item->value == CBOR_FALSE) {
			cbor_put_bool(w, item->value == CBOR_TRUE);
		} else {
			cbor_put_raw(w, cbor_raw(in, item)); /* undefined: not written by us */
		}
		break;
	case CBOR_TYPE_COUNT:
		fail();
	}
}

/* Read all items by cursors and write each. */
static size_t rewrite(struct reeve_span in)
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){again, sizeof(again)});
	struct cbor_cursor stack[DEPTH] = {cbor_begin(in)};
	struct cbor_item item;
	unsigned depth = 1;

	while (depth > 0) {
		if (!cbor_next(&stack[depth - 1], &item)) {
			depth--;
			continue;
		}
		item_put(&w, in, &item);
		assert_true(depth < DEPTH);
		stack[depth++] = cbor_enter(in, &item);
	}
	assert_true(cbor_writer_fits(&w));
	return w.size;
}

static void row_check(const char *kind, size_t size)
{
	uint8_t *exact = test_malloc(size + 1);
	struct reeve_span in = reeve_span(exact, size);
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	bool is_read;

	memcpy(exact, bytes, size);
	is_read = cbor_check(in, &why);
	if (!is_read && strcmp(kind, "good") == 0) {
		print_error("%s: %s at %zu\n", line, reeve_malformed_name(why.reason), why.offset);
	}
	/* What cbor2 wrote is read; what is read of the rest is what cbor2 would write. */
	assert_true(is_read || strcmp(kind, "good") != 0);
	if (is_read && strcmp(kind, "else") == 0) {
		print_error("%s is read, and cbor2 does not write it\n", line);
		fail();
	}
	if (is_read) {
		assert_int_equal(rewrite(in), size);
		assert_memory_equal(again, exact, size);
	}
	test_free(exact);
}

static void test_witness(void **state)
{
	char command[512];
	unsigned rows = 0;
	FILE *witness;

	(void)state;
	assert_non_null(getenv("SRC"));
	(void)snprintf(command, sizeof(command), "'%s'/tests/unit/cbor_rows.py %d 1", getenv("SRC"), ROWS);
	witness = popen(command, "r");
	assert_non_null(witness);
	while (fgets(line, sizeof(line), witness) != NULL) {
		char kind[8] = "";

		line[strcspn(line, "\n")] = '\0';
		memcpy(kind, line, 4);
		row_check(kind, unhex(line + 5));
		rows++;
	}
	assert_int_equal(pclose(witness), 0);
	assert_int_equal(rows, 2 * ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_witness)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
