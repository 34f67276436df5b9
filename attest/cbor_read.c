/* SPDX-License-Identifier: BSD-2-Clause */
/* cbor_read.c - CBOR items out of bytes that nobody vouches for: one pass that checks them all, then cursors. */
#include <string.h>

#include "attest/cbor.h"

/* Additional information of a head (RFC 8949 section 3). */
enum { INFO_1_BYTE = 24, INFO_8_BYTES = 27, INFO_INDEFINITE = 31, SIMPLE_UNDEFINED = 23 };

/* One item without what it holds. */
struct head {
	struct cbor_item item;
	size_t end; /* behind the head and, for a string, its content */
};

/* ---- One head ---- */

static enum reeve_malformed_reason number_read(struct reeve_span in, size_t at, unsigned size, uint64_t *value)
{
	uint64_t number = 0;

	if (size > in.size - at) {
		return REEVE_MALFORMED_CBOR_TRUNCATED;
	}
	for (unsigned i = 0; i < size; i++) {
		number = number << 8 | in.bytes[at + i];
	}
	/* One byte says 0 to 255, of which 0 to 23 need none; two bytes need more than 255, and so on. */
	if (size == 1 ? number < INFO_1_BYTE : number >> (4 * size) == 0) {
		return REEVE_MALFORMED_CBOR_NOT_SHORTEST;
	}
	*value = number;
	return REEVE_MALFORMED_NOT;
}

static enum reeve_malformed_reason simple_check(unsigned info)
{
	if (info > INFO_1_BYTE && info <= INFO_8_BYTES) {
		return REEVE_MALFORMED_CBOR_FLOAT;
	}
	return info < CBOR_FALSE || info > SIMPLE_UNDEFINED ? REEVE_MALFORMED_CBOR_SIMPLE : REEVE_MALFORMED_NOT;
}

/* Read the head at in.bytes[at]; *head is set when the answer is REEVE_MALFORMED_NOT. */
static enum reeve_malformed_reason head_read(struct reeve_span in, size_t at, struct head *head)
{
	enum reeve_malformed_reason wrong = REEVE_MALFORMED_NOT;
	struct cbor_item item = {.offset = at};
	unsigned info;

	if (at >= in.size) {
		return REEVE_MALFORMED_CBOR_TRUNCATED;
	}
	item.type = (enum cbor_type)(in.bytes[at] >> 5);
	info = in.bytes[at] & 0x1F;
	item.value = info;
	at++;
	if (info == INFO_INDEFINITE) {
		return REEVE_MALFORMED_CBOR_INDEFINITE;
	}
	if (info > INFO_8_BYTES) {
		return REEVE_MALFORMED_CBOR_RESERVED;
	}
	if (item.type == CBOR_SIMPLE) {
		wrong = simple_check(info);
	} else if (info >= INFO_1_BYTE) {
		unsigned size = 1U << (info - INFO_1_BYTE);

		wrong = number_read(in, at, size, &item.value);
		at += size;
	}
	if (wrong != REEVE_MALFORMED_NOT) {
		return wrong;
	}
	if (item.type == CBOR_BYTES || item.type == CBOR_TEXT) {
		if (item.value > in.size - at) {
			return REEVE_MALFORMED_CBOR_TRUNCATED;
		}
		item.bytes = reeve_span(in.bytes + at, (size_t)item.value);
		at += (size_t)item.value;
	}
	*head = (struct head){item, at};
	return REEVE_MALFORMED_NOT;
}

/* How many items the item of this head holds. */
static uint64_t children(const struct cbor_item *item)
{
	switch (item->type) {
	case CBOR_ARRAY:
		return item->value;
	case CBOR_MAP:
		return item->value <= UINT64_MAX / 2 ? 2 * item->value : UINT64_MAX;
	case CBOR_TAG:
		return 1;
	case CBOR_UINT:
	case CBOR_NINT:
	case CBOR_BYTES:
	case CBOR_TEXT:
	case CBOR_SIMPLE:
	case CBOR_TYPE_COUNT:
		break;
	}
	return 0;
}

/* ---- Text ---- */

/* Bytes of the UTF-8 character that starts at s[0], 0 when none does (RFC 3629 section 4). */
static size_t utf8_size(const uint8_t *s, size_t left)
{
	size_t size = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;

	if (size == 0 || size > left) {
		return 0;
	}
	for (size_t i = 1; i < size; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	/* Too long a form, a surrogate, or beyond the last character. */
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) || (s[0] == 0xF0 && s[1] < 0x90) ||
		(s[0] == 0xF4 && s[1] > 0x8F)) {
		return 0;
	}
	return size;
}

static bool is_utf8(struct reeve_span text)
{
	size_t at = 0;

	while (at < text.size) {
		size_t size = utf8_size(text.bytes + at, text.size - at);

		if (size == 0) {
			return false;
		}
		at += size;
	}
	return true;
}

/* ---- The pass that checks ---- */

/* A container that is being read. */
struct frame {
	uint64_t left; /* items that are still to come */
	size_t item;   /* offset of the item that is being read */
	bool is_map;
	unsigned keys; /* of checker.keys */
};

struct checker {
	struct reeve_span in;
	size_t at;
	unsigned depth;
	struct frame frames[CBOR_DEPTH_MAX];
	uint32_t keys[CBOR_DEPTH_MAX][CBOR_PAIRS_MAX]; /* offsets of the keys so far */
};

/* Behind the item at `at`, which was checked; in.size when it was not. */
static size_t skip(struct reeve_span in, size_t at)
{
	uint64_t pending = 1;

	while (pending > 0) {
		struct head head;

		if (head_read(in, at, &head) != REEVE_MALFORMED_NOT) {
			return in.size;
		}
		pending += children(&head.item) - 1;
		at = head.end;
	}
	return at;
}

/* Remember the key [key, c->at) of the innermost map. False when it is there already: no item is the beginning of another one, so that
 * its own length says how much is to be compared. */
static bool key_add(struct checker *c, struct frame *frame, size_t key)
{
	uint32_t *keys = c->keys[c->depth - 1];

	for (unsigned i = 0; i < frame->keys; i++) {
		if (memcmp(c->in.bytes + keys[i], c->in.bytes + key, c->at - key) == 0) {
			return false;
		}
	}
	keys[frame->keys++] = (uint32_t)key;
	return true;
}

/* An item ended at c->at: so may the containers that it was the last of. */
static bool item_end(struct checker *c, struct reeve_malformed *why)
{
	while (c->depth > 0) {
		struct frame *frame = &c->frames[c->depth - 1];

		frame->left--;
		/* An odd number is left behind a key. */
		if (frame->is_map && frame->left % 2 == 1 && !key_add(c, frame, frame->item)) {
			*why = (struct reeve_malformed){REEVE_MALFORMED_CBOR_DUPLICATE_KEY, frame->item};
			return false;
		}
		frame->item = c->at;
		if (frame->left > 0) {
			return true;
		}
		c->depth--;
	}
	return true;
}

/* What one head can be wrong in beside itself. */
static enum reeve_malformed_reason item_check(const struct checker *c, const struct head *head)
{
	uint64_t count = children(&head->item);

	if (head->item.type == CBOR_TEXT && !is_utf8(head->item.bytes)) {
		return REEVE_MALFORMED_CBOR_UTF8;
	}
	if (head->item.type == CBOR_MAP && head->item.value > CBOR_PAIRS_MAX) {
		return REEVE_MALFORMED_CBOR_TOO_MANY;
	}
	if (count > c->in.size - head->end) {
		return REEVE_MALFORMED_CBOR_TRUNCATED; /* an item has at least one byte */
	}
	if (count > 0 && c->depth == CBOR_DEPTH_MAX) {
		return REEVE_MALFORMED_CBOR_TOO_DEEP;
	}
	return REEVE_MALFORMED_NOT;
}

static bool item_step(struct checker *c, struct reeve_malformed *why)
{
	struct head head = {.end = 0};
	enum reeve_malformed_reason wrong = head_read(c->in, c->at, &head);

	if (wrong == REEVE_MALFORMED_NOT) {
		wrong = item_check(c, &head);
	}
	if (wrong != REEVE_MALFORMED_NOT) {
		*why = (struct reeve_malformed){wrong, c->at};
		return false;
	}
	c->at = head.end;
	if (children(&head.item) == 0) {
		return item_end(c, why);
	}
	c->frames[c->depth++] = (struct frame){children(&head.item), head.end, head.item.type == CBOR_MAP, 0};
	return true;
}

bool cbor_check(struct reeve_span in, struct reeve_malformed *why)
{
	struct checker c;

	c.in = in;
	c.at = 0;
	c.depth = 0;
	if (in.size > UINT32_MAX) {
		*why = (struct reeve_malformed){REEVE_MALFORMED_CBOR_TOO_LARGE, 0};
		return false;
	}
	do {
		if (!item_step(&c, why)) {
			return false;
		}
	} while (c.depth > 0);
	if (c.at < in.size) {
		*why = (struct reeve_malformed){REEVE_MALFORMED_CBOR_TRAILING, c.at};
		return false;
	}
	return true;
}

/* ---- Cursors ---- */

struct cbor_cursor cbor_begin(struct reeve_span in)
{
	return (struct cbor_cursor){in, 0, 1};
}

bool cbor_next(struct cbor_cursor *c, struct cbor_item *item)
{
	struct head head;

	if (c->left == 0 || head_read(c->in, c->at, &head) != REEVE_MALFORMED_NOT) {
		return false;
	}
	*item = head.item;
	c->left--;
	c->at = skip(c->in, c->at);
	return true;
}

struct cbor_cursor cbor_enter(struct reeve_span in, const struct cbor_item *item)
{
	struct head head;

	if (head_read(in, item->offset, &head) != REEVE_MALFORMED_NOT) {
		return (struct cbor_cursor){in, in.size, 0};
	}
	return (struct cbor_cursor){in, head.end, children(&head.item)};
}

bool cbor_find(struct reeve_span in, const struct cbor_item *map, int64_t key, struct cbor_item *value)
{
	struct cbor_cursor c = cbor_enter(in, map);
	struct cbor_item name;
	struct cbor_item found;
	int64_t number;

	while (map->type == CBOR_MAP && cbor_next(&c, &name) && cbor_next(&c, &found)) {
		if (cbor_int(&name, &number) && number == key) {
			*value = found;
			return true;
		}
	}
	return false;
}

bool cbor_int(const struct cbor_item *item, int64_t *value)
{
	if ((item->type != CBOR_UINT && item->type != CBOR_NINT) || item->value > INT64_MAX) {
		return false;
	}
	*value = item->type == CBOR_UINT ? (int64_t)item->value : -1 - (int64_t)item->value;
	return true;
}

struct reeve_span cbor_raw(struct reeve_span in, const struct cbor_item *item)
{
	return reeve_span(in.bytes + item->offset, skip(in, item->offset) - item->offset);
}

bool cbor_text_is(const struct cbor_item *item, const char *text)
{
	struct reeve_span wanted = reeve_span_of_text(text);

	return item->type == CBOR_TEXT && item->bytes.size == wanted.size &&
		(wanted.size == 0 || memcmp(item->bytes.bytes, wanted.bytes, wanted.size) == 0);
}
