/* SPDX-License-Identifier: BSD-2-Clause */
/* item.c - CBOR in diagnostic notation, and the records of claims 2404 and 2405 member by member. */
#include "tools/token/item.h"

#include <inttypes.h>

#include "attest/cbor.h"
#include "tools/token/hex.h"

/* ---- Diagnostic notation ---- */

static void text_put(struct reeve_span text, FILE *to)
{
	(void)fputc('"', to);
	for (size_t i = 0; i < text.size; i++) {
		uint8_t byte = text.bytes[i];

		if (byte == '"' || byte == '\\') {
			(void)fputc('\\', to);
		}
		(void)fputc(byte >= ' ' && byte < 0x7F ? byte : '?', to);
	}
	(void)fputc('"', to);
}

static void leaf_put(const struct cbor_item *item, FILE *to)
{
	static const char *const simple[] = {"false", "true", "null", "undefined"};

	switch (item->type) {
	case CBOR_UINT:
		fprintf(to, "%" PRIu64, item->value);
		break;
	case CBOR_NINT:
		/* -1 - value, which at the last of all has no place in 64 bits. */
		fprintf(to, item->value == UINT64_MAX ? "-18446744073709551616" : "-%" PRIu64, item->value + 1);
		break;
	case CBOR_BYTES:
		fprintf(to, "h'");
		hex_print(item->bytes, to);
		fprintf(to, "'");
		break;
	case CBOR_TEXT:
		text_put(item->bytes, to);
		break;
	case CBOR_SIMPLE:
		fprintf(to, "%s", simple[(item->value - CBOR_FALSE) % 4]);
		break;
	case CBOR_ARRAY:
	case CBOR_MAP:
	case CBOR_TAG:
	case CBOR_TYPE_COUNT:
		break;
	}
}

static const struct {
	const char *open;
	const char *close;
} brackets[CBOR_TYPE_COUNT] = {
	[CBOR_ARRAY] = {"[", "]"},
	[CBOR_MAP] = {"{", "}"},
	[CBOR_TAG] = {"(", ")"},
};

/* The innermost container that is open. */
struct level {
	struct cbor_cursor cursor;
	enum cbor_type type;
	unsigned count; /* items that were printed */
};

static void separator_put(const struct level *level, FILE *to)
{
	if (level->count != 0) {
		fputs(level->type == CBOR_MAP && level->count % 2 == 1 ? ": " : ", ", to);
	}
}

/* Open a container, or print what is none. Returns whether there is one level more. */
static bool item_open(struct reeve_span in, const struct cbor_item *item, struct level *inner, FILE *to)
{
	if (brackets[item->type].open == NULL) {
		leaf_put(item, to);
		return false;
	}
	if (item->type == CBOR_TAG) {
		fprintf(to, "%" PRIu64, item->value);
	}
	fputs(brackets[item->type].open, to);
	*inner = (struct level){cbor_enter(in, item), item->type, 0};
	return true;
}

void item_print(struct reeve_span item, FILE *to)
{
	struct level levels[CBOR_DEPTH_MAX + 2] = {{cbor_begin(item), CBOR_TYPE_COUNT, 0}};
	unsigned depth = 0;

	for (;;) {
		struct level *level = &levels[depth];
		struct cbor_item next;

		if (cbor_next(&level->cursor, &next)) {
			separator_put(level, to);
			level->count++;
			depth += item_open(item, &next, &levels[depth + 1], to) ? 1 : 0;
			continue;
		}
		if (depth == 0) {
			return;
		}
		fputs(brackets[level->type].close, to);
		depth--;
	}
}

/* ---- Records ---- */

/* Members by label from 1 on (attestation fact sheet section 3.2). */
static const char *const device_members[] = {"hash_algorithm", "measurements", "certificate_chain", "uses_ide",
	"protocol", "vca", "device_type", "encryption"};
static const char *const key_members[] = {"name", "active_array", "index", "hash"};

static const char *member_name(enum reeve_claim claim, int64_t label)
{
	bool is_key = claim == REEVE_CLAIM_TBB_ROTPK;
	int64_t count = (int64_t)(is_key ? sizeof(key_members) : sizeof(device_members)) / (int64_t)sizeof(char *);

	if (label < 1 || label > count) {
		return "(unknown)";
	}
	return is_key ? key_members[label - 1] : device_members[label - 1];
}

static void record_print(
	enum reeve_claim claim, struct reeve_span in, const struct cbor_item *map, unsigned index, int indent, FILE *to)
{
	struct cbor_cursor c = cbor_enter(in, map);
	struct cbor_item key;
	struct cbor_item value;

	while (map->type == CBOR_MAP && cbor_next(&c, &key) && cbor_next(&c, &value)) {
		int64_t label = 0;

		(void)cbor_int(&key, &label);
		fprintf(to, "%*s%u %-18s", indent, "", index, member_name(claim, label));
		item_print(cbor_raw(in, &value), to);
		fprintf(to, "\n");
	}
}

void records_print(enum reeve_claim claim, struct reeve_span item, int indent, FILE *to)
{
	struct cbor_cursor c = cbor_begin(item);
	struct cbor_item array = {.value = 0};
	struct cbor_item record;

	if ((claim != REEVE_CLAIM_EXTENSION && claim != REEVE_CLAIM_TBB_ROTPK) || !cbor_next(&c, &array) ||
		array.type != CBOR_ARRAY) {
		return;
	}
	c = cbor_enter(item, &array);
	for (unsigned i = 0; cbor_next(&c, &record); i++) {
		record_print(claim, item, &record, i, indent, to);
	}
}
