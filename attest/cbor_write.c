/* SPDX-License-Identifier: BSD-2-Clause */
/* cbor_write.c - CBOR items into a buffer that the caller brings, heads in their shortest form. */
#include <string.h>

#include "attest/cbor.h"

void cbor_put_raw(struct cbor_writer *w, struct reeve_span bytes)
{
	bool is_room = w->size <= w->to.size && bytes.size <= w->to.size - w->size;

	if (w->to.bytes != NULL && is_room && bytes.size != 0) {
		memcpy(w->to.bytes + w->size, bytes.bytes, bytes.size);
	}
	/* A count that would wrap stays beyond every buffer. */
	w->size = bytes.size <= SIZE_MAX - w->size ? w->size + bytes.size : SIZE_MAX;
}

/* RFC 8949 section 3: the type in three bits, then the number in the fewest bytes. */
static void put_head(struct cbor_writer *w, enum cbor_type type, uint64_t value)
{
	unsigned log = value <= 0xFF ? 0 : value <= 0xFFFF ? 1 : value <= 0xFFFFFFFF ? 2 : 3;
	unsigned size = value < 24 ? 0 : 1U << log;
	uint8_t head[CBOR_HEAD_MAX];

	head[0] = (uint8_t)((unsigned)type << 5 | (size == 0 ? (unsigned)value : 24 + log));
	for (unsigned i = 0; i < size; i++) {
		head[1 + i] = (uint8_t)(value >> (8 * (size - 1 - i)));
	}
	cbor_put_raw(w, reeve_span(head, 1 + size));
}

void cbor_put_uint(struct cbor_writer *w, uint64_t value)
{
	put_head(w, CBOR_UINT, value);
}

void cbor_put_int(struct cbor_writer *w, int64_t value)
{
	if (value < 0) {
		put_head(w, CBOR_NINT, ~(uint64_t)value); /* -1 - value */
	} else {
		put_head(w, CBOR_UINT, (uint64_t)value);
	}
}

void cbor_put_bytes_head(struct cbor_writer *w, size_t size)
{
	put_head(w, CBOR_BYTES, size);
}

void cbor_put_bytes(struct cbor_writer *w, struct reeve_span bytes)
{
	cbor_put_bytes_head(w, bytes.size);
	cbor_put_raw(w, bytes);
}

void cbor_put_text(struct cbor_writer *w, const char *text)
{
	struct reeve_span bytes = reeve_span_of_text(text);

	put_head(w, CBOR_TEXT, bytes.size);
	cbor_put_raw(w, bytes);
}

void cbor_put_array(struct cbor_writer *w, size_t count)
{
	put_head(w, CBOR_ARRAY, count);
}

void cbor_put_map(struct cbor_writer *w, size_t count)
{
	put_head(w, CBOR_MAP, count);
}

void cbor_put_tag(struct cbor_writer *w, uint64_t tag)
{
	put_head(w, CBOR_TAG, tag);
}

void cbor_put_bool(struct cbor_writer *w, bool value)
{
	put_head(w, CBOR_SIMPLE, value ? CBOR_TRUE : CBOR_FALSE);
}

void cbor_put_null(struct cbor_writer *w)
{
	put_head(w, CBOR_SIMPLE, CBOR_NULL);
}
