/* SPDX-License-Identifier: BSD-2-Clause */
/* cbor_rewrite.c - CBOR that was read, written again item by item. */
#include "tests/fuzz/support/cbor_rewrite.h"

#include <stdlib.h>
#include <string.h>

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
		abort();
	}
}

void cbor_rewrite(struct reeve_span in, struct cbor_writer *w)
{
	struct cbor_cursor stack[CBOR_DEPTH_MAX + 2] = {cbor_begin(in)};
	struct cbor_item item;
	unsigned depth = 1;

	while (depth > 0) {
		if (!cbor_next(&stack[depth - 1], &item)) {
			depth--;
			continue;
		}
		item_put(w, in, &item);
		if (depth == CBOR_DEPTH_MAX + 2) {
			abort(); /* deeper than cbor_check lets pass */
		}
		stack[depth++] = cbor_enter(in, &item);
	}
}
