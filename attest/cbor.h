/* SPDX-License-Identifier: BSD-2-Clause */
/* cbor.h - the part of CBOR that tokens and reference values are made of, written and read without memory of its own.
 *
 *   writer: cbor_put_* -> bytes in the caller's buffer, or only their count
 *   reader: cbor_check the whole once -> a cursor over items: cbor_next, cbor_enter, cbor_find
 *
 * C1: what is written is in the deterministic form of RFC 8949 section 4.2.1 but for the order of map keys, which is the caller's.
 * C2: what is read is in the same form, or refused: definite lengths, shortest heads, no key twice, text in UTF-8, no floating-point number,
 *     no item deeper than CBOR_DEPTH_MAX, no map of more than CBOR_PAIRS_MAX pairs, nothing behind the item.
 * C3: a refusal names what is wrong and the offset of the byte where the offending item begins.
 * C4: no call reads beyond the span or writes beyond the buffer; cbor_check takes time linear in size * CBOR_PAIRS_MAX
 *     and 10 KiB of stack.
 * Not here: what the items mean (cose.h, token.h). */
#ifndef ATTEST_CBOR_H
#define ATTEST_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/malformed.h"
#include "reeve/span.h"

enum { CBOR_DEPTH_MAX = 16, CBOR_PAIRS_MAX = 128, CBOR_HEAD_MAX = 9 };

/* The major types of RFC 8949 section 3.1, by their numbers. */
enum cbor_type {
	CBOR_UINT,
	CBOR_NINT,
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_ARRAY,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE,
	CBOR_TYPE_COUNT
};

enum { CBOR_FALSE = 20, CBOR_TRUE = 21, CBOR_NULL = 22 };

/* ---- Writing ---- */

/* Sticky: once the buffer is full nothing more is stored, and the count goes on. With `to.bytes` NULL it only counts. */
struct cbor_writer {
	struct reeve_buf to;
	size_t size; /* bytes that all of it needs so far */
};

static inline struct cbor_writer cbor_writer(struct reeve_buf to)
{
	return (struct cbor_writer){to, 0};
}

/* True when every byte is in the buffer. */
static inline bool cbor_writer_fits(const struct cbor_writer *w)
{
	return w->to.bytes != NULL && w->size <= w->to.size;
}

void cbor_put_uint(struct cbor_writer *w, uint64_t value);
void cbor_put_int(struct cbor_writer *w, int64_t value);
void cbor_put_bytes(struct cbor_writer *w, struct reeve_span bytes);
/* `text` is UTF-8 and ends with a zero, which is not written, or after REEVE_TEXT_MAX bytes. */
void cbor_put_text(struct cbor_writer *w, const char *text);
/* Only the head of a byte string: `size` bytes follow by cbor_put_raw or other items. */
void cbor_put_bytes_head(struct cbor_writer *w, size_t size);
/* `count` items follow. */
void cbor_put_array(struct cbor_writer *w, size_t count);
/* `count` pairs of key and value follow. */
void cbor_put_map(struct cbor_writer *w, size_t count);
/* The tagged item follows. */
void cbor_put_tag(struct cbor_writer *w, uint64_t tag);
void cbor_put_bool(struct cbor_writer *w, bool value);
void cbor_put_null(struct cbor_writer *w);
/* Bytes that are CBOR already. */
void cbor_put_raw(struct cbor_writer *w, struct reeve_span bytes);

/* ---- Reading ---- */

/* True when the span is exactly one item as C2 says, else false and *why set. Every reader starts from a span that passed. */
bool cbor_check(struct reeve_span in, struct reeve_malformed *why);

struct cbor_item {
	enum cbor_type type;
	uint64_t
		value; /* UINT: it; NINT: -1 - it; BYTES, TEXT: size; ARRAY: items; MAP: pairs; TAG: number; SIMPLE: number */
	struct reeve_span bytes; /* BYTES, TEXT: the content */
	size_t offset;           /* of its first byte in the checked span */
};

/* A cursor: what is left of a checked span, or of one container in it. */
struct cbor_cursor {
	struct reeve_span in; /* the whole checked span */
	size_t at;
	uint64_t left; /* items before the container, or the span, ends */
};

/* A cursor before the one item of a span that cbor_check passed. */
struct cbor_cursor cbor_begin(struct reeve_span in);

/* Read the item at the cursor and go behind it with all it holds. False and *item untouched when nothing is left. */
bool cbor_next(struct cbor_cursor *c, struct cbor_item *item);

/* A cursor over what an ARRAY (its items), a MAP (key, value, key, …) or a TAG (one item) holds; over nothing for any other type. */
struct cbor_cursor cbor_enter(struct reeve_span in, const struct cbor_item *item);

/* The value that stands under an integer key of a MAP. False and *value untouched when the key is not there or `map` is no MAP. */
bool cbor_find(struct reeve_span in, const struct cbor_item *map, int64_t key, struct cbor_item *value);

/* The number of a UINT or NINT. False when it is neither or does not fit. */
bool cbor_int(const struct cbor_item *item, int64_t *value);

/* The bytes of the item with its head and all it holds. */
struct reeve_span cbor_raw(struct reeve_span in, const struct cbor_item *item);

/* True when the item is TEXT with this content. */
bool cbor_text_is(const struct cbor_item *item, const char *text);

#endif
