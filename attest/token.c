/* SPDX-License-Identifier: BSD-2-Clause */
/* token.c - a CCA token out of bytes that nobody vouches for: envelope, two signed parts, claims by their rows. */
#include "reeve/token.h"

#include <string.h>

#include "attest/cose.h"

/* Labels inside a software component (fact sheet section 3.2, claim 2399). */
enum {
	COMPONENT_TYPE = 1,
	COMPONENT_MEASUREMENT = 2,
	COMPONENT_VERSION = 4,
	COMPONENT_SIGNER = 5,
	COMPONENT_HASH = 6,
	COMPONENT_LIVE_ACTIVATION = 7,
	COMPONENT_COUNTERSIGNERS = 8
};

enum { RAW_POINT_MARK = 0x04, RAW_COORDINATE_SIZE = 48 };

static bool malformed(struct reeve_malformed *why, enum reeve_malformed_reason reason, size_t offset)
{
	*why = (struct reeve_malformed){reason, offset};
	return false;
}

/* What is wrong inside `inner` was told from its start; `outer` holds it. */
static bool malformed_inside(struct reeve_malformed *why, struct reeve_span outer, struct reeve_span inner)
{
	why->offset += (size_t)(inner.bytes - outer.bytes);
	return false;
}

/* ---- Envelope ---- */

/* The byte string of one part: itself under tag 399, in a record [263, it] under 907. */
static bool part_bytes(struct reeve_span in, uint64_t tag, const struct cbor_item *value, struct reeve_span *out)
{
	struct cbor_cursor c = cbor_enter(in, value);
	struct cbor_item format;
	struct cbor_item bytes = *value;

	if (tag == REEVE_TOKEN_TAG_CMW) {
		if (value->type != CBOR_ARRAY || value->value != 2 || !cbor_next(&c, &format) ||
			!cbor_next(&c, &bytes) || format.type != CBOR_UINT ||
			format.value != REEVE_TOKEN_CONTENT_FORMAT) {
			return false;
		}
	}
	*out = bytes.bytes;
	return bytes.type == CBOR_BYTES;
}

static bool collection_read(struct reeve_span in, uint64_t tag, const struct cbor_item *map,
	struct reeve_span out[REEVE_TOKEN_PARTS], struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_enter(in, map);
	struct cbor_item key;
	struct cbor_item value;

	while (cbor_next(&c, &key) && cbor_next(&c, &value)) {
		unsigned part = 0;

		while (part < REEVE_TOKEN_PARTS &&
			(key.type != CBOR_UINT ||
				key.value != reeve_token_part_label((enum reeve_token_part_id)part))) {
			part++;
		}
		if (part == REEVE_TOKEN_PARTS) {
			return malformed(why, REEVE_MALFORMED_TOKEN_PART, key.offset);
		}
		if (!part_bytes(in, tag, &value, &out[part])) {
			return malformed(why, REEVE_MALFORMED_TOKEN_CMW, value.offset);
		}
	}
	if (out[REEVE_TOKEN_PLATFORM].bytes == NULL) {
		return malformed(why, REEVE_MALFORMED_TOKEN_NO_PLATFORM, map->offset);
	}
	return out[REEVE_TOKEN_REALM].bytes != NULL || malformed(why, REEVE_MALFORMED_TOKEN_NO_REALM, map->offset);
}

static bool envelope_read(
	struct reeve_span in, uint64_t *tag, struct reeve_span out[REEVE_TOKEN_PARTS], struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item item;

	if (!cbor_check(in, why)) {
		return false;
	}
	if (!cbor_next(&c, &item) || item.type != CBOR_TAG ||
		(item.value != REEVE_TOKEN_TAG_COLLECTION && item.value != REEVE_TOKEN_TAG_CMW)) {
		return malformed(why, REEVE_MALFORMED_TOKEN_TAG, 0);
	}
	*tag = item.value;
	c = cbor_enter(in, &item);
	if (!cbor_next(&c, &item) || item.type != CBOR_MAP) {
		return malformed(why, REEVE_MALFORMED_TOKEN_COLLECTION, item.offset);
	}
	return collection_read(in, *tag, &item, out, why);
}

/* ---- Claims ---- */

static bool is_optional(
	struct reeve_span in, const struct cbor_item *map, int64_t label, enum cbor_type type, struct reeve_span *out)
{
	struct cbor_item value;

	*out = (struct reeve_span){NULL, 0};
	if (!cbor_find(in, map, label, &value)) {
		return true;
	}
	*out = value.bytes;
	return value.type == type;
}

/* A member of any type, as CBOR. */
static struct reeve_span raw_member(struct reeve_span in, const struct cbor_item *map, int64_t label)
{
	struct cbor_item value;

	return cbor_find(in, map, label, &value) ? cbor_raw(in, &value) : (struct reeve_span){NULL, 0};
}

static bool component_read(struct reeve_span in, const struct cbor_item *map, struct reeve_component *out)
{
	out->live_activation = raw_member(in, map, COMPONENT_LIVE_ACTIVATION);
	out->countersigners = raw_member(in, map, COMPONENT_COUNTERSIGNERS);
	return map->type == CBOR_MAP && is_optional(in, map, COMPONENT_TYPE, CBOR_TEXT, &out->type) &&
		is_optional(in, map, COMPONENT_MEASUREMENT, CBOR_BYTES, &out->measurement) &&
		is_optional(in, map, COMPONENT_VERSION, CBOR_TEXT, &out->version) &&
		is_optional(in, map, COMPONENT_SIGNER, CBOR_BYTES, &out->signer) &&
		is_optional(in, map, COMPONENT_HASH, CBOR_TEXT, &out->hash_algorithm);
}

static bool components_check(struct reeve_span in, const struct cbor_item *array, struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_enter(in, array);
	struct cbor_item item;
	struct reeve_component component;

	while (cbor_next(&c, &item)) {
		if (!component_read(in, &item, &component)) {
			return malformed(why, REEVE_MALFORMED_TOKEN_COMPONENT, item.offset);
		}
	}
	return true;
}

static bool rems_read(
	struct reeve_span in, const struct cbor_item *array, struct reeve_token *token, struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_enter(in, array);
	struct cbor_item item;

	token->rem_count = 0;
	while (cbor_next(&c, &item)) {
		if (item.type != CBOR_BYTES || token->rem_count == REEVE_TOKEN_REMS_MAX) {
			return malformed(why, REEVE_MALFORMED_TOKEN_REM, item.offset);
		}
		token->rems[token->rem_count++] = item.bytes;
	}
	return true;
}

static bool is_of_type(const struct cbor_item *item, enum reeve_claim_type type)
{
	switch (type) {
	case REEVE_CLAIM_BYTES:
		return item->type == CBOR_BYTES;
	case REEVE_CLAIM_TEXT:
		return item->type == CBOR_TEXT;
	case REEVE_CLAIM_UINT:
		return item->type == CBOR_UINT;
	case REEVE_CLAIM_UINT_OR_TEXT:
		return item->type == CBOR_UINT || item->type == CBOR_TEXT;
	case REEVE_CLAIM_COMPONENTS:
	case REEVE_CLAIM_MEASUREMENTS:
		return item->type == CBOR_ARRAY;
	case REEVE_CLAIM_ITEM:
		return true;
	case REEVE_CLAIM_TYPE_COUNT:
		break;
	}
	return false;
}

static bool claim_read(struct reeve_span in, enum reeve_claim claim, const struct cbor_item *item,
	struct reeve_token *token, struct reeve_malformed *why)
{
	enum reeve_claim_type type = reeve_claim_info(claim)->type;
	struct reeve_claim_value value = {true, item->type == CBOR_TEXT, item->value, item->bytes};

	if (!is_of_type(item, type)) {
		return malformed(why, REEVE_MALFORMED_TOKEN_CLAIM_TYPE, item->offset);
	}
	if (type >= REEVE_CLAIM_COMPONENTS) {
		value.bytes = cbor_raw(in, item);
	}
	if (type == REEVE_CLAIM_COMPONENTS && !components_check(in, item, why)) {
		return false;
	}
	if (type == REEVE_CLAIM_MEASUREMENTS && !rems_read(in, item, token, why)) {
		return false;
	}
	token->claims[claim] = value;
	return true;
}

/* Claim 44237: a bare point of P-384, or a COSE_Key. */
static bool rak_read(struct reeve_span bytes, struct reeve_token *token, struct reeve_malformed *why)
{
	struct cose_key key;

	token->is_rak_raw = bytes.size == REEVE_TOKEN_RAW_KEY_SIZE && bytes.bytes[0] == RAW_POINT_MARK;
	if (token->is_rak_raw) {
		token->rak = (struct reeve_public_key){cose_algorithm_info(COSE_ES384)->number,
			reeve_span(bytes.bytes + 1, RAW_COORDINATE_SIZE),
			reeve_span(bytes.bytes + 1 + RAW_COORDINATE_SIZE, RAW_COORDINATE_SIZE)};
		return true;
	}
	/* A COSE_Key is a map: bytes that begin otherwise were meant as something else. */
	if (bytes.size == 0 || bytes.bytes[0] >> 5 != CBOR_MAP) {
		return malformed(why, REEVE_MALFORMED_TOKEN_KEY, 0);
	}
	if (!cose_key_read(bytes, &key, why)) {
		return false;
	}
	token->rak = (struct reeve_public_key){cose_algorithm_info(key.algorithm)->number, key.x, key.y};
	return true;
}

bool reeve_token_read_claims(struct reeve_span payload, enum reeve_token_part_id part, struct reeve_token *token,
	struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_begin(payload);
	struct cbor_item map = {.value = 0};
	struct cbor_item key;
	struct cbor_item value;

	if (!cbor_check(payload, why)) {
		return false;
	}
	if (!cbor_next(&c, &map) || map.type != CBOR_MAP) {
		return malformed(why, REEVE_MALFORMED_TOKEN_CLAIMS, map.offset);
	}
	c = cbor_enter(payload, &map);
	while (cbor_next(&c, &key) && cbor_next(&c, &value)) {
		enum reeve_claim claim;
		int64_t label;

		if (!cbor_int(&key, &label)) {
			return malformed(why, REEVE_MALFORMED_TOKEN_LABEL, key.offset);
		}
		claim = reeve_claim_of(part, label);
		if (claim == REEVE_CLAIM_COUNT) {
			token->parts[part].unknown_count++;
		} else if (!claim_read(payload, claim, &value, token, why)) {
			return false;
		}
	}
	if (part == REEVE_TOKEN_REALM && token->claims[REEVE_CLAIM_RAK].is_present) {
		struct reeve_span bytes = token->claims[REEVE_CLAIM_RAK].bytes;

		return rak_read(bytes, token, why) || malformed_inside(why, payload, bytes);
	}
	return true;
}

/* ---- Parts ---- */

static bool part_read(struct reeve_span message, enum reeve_token_part_id part, struct reeve_token *token,
	struct reeve_malformed *why)
{
	struct cose_sign1 sign1;

	if (!cose_sign1_read(message, &sign1, why)) {
		return false;
	}
	token->parts[part] = (struct reeve_token_part){
		message, sign1.algorithm, sign1.protected_header, sign1.payload, sign1.signature, 0};
	return reeve_token_read_claims(sign1.payload, part, token, why) ||
		malformed_inside(why, message, sign1.payload);
}

bool reeve_token_read(struct reeve_span in, struct reeve_token *token, struct reeve_malformed *why)
{
	struct reeve_span messages[REEVE_TOKEN_PARTS] = {{NULL, 0}};
	struct reeve_token read = {.tag = 0};

	if (!envelope_read(in, &read.tag, messages, why)) {
		return false;
	}
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		if (!part_read(messages[i], (enum reeve_token_part_id)i, &read, why)) {
			return malformed_inside(why, in, messages[i]);
		}
	}
	*token = read;
	return true;
}

bool reeve_token_component(const struct reeve_token *token, uint64_t index, struct reeve_component *out)
{
	struct reeve_span in = token->claims[REEVE_CLAIM_SW_COMPONENTS].bytes;
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item item;
	struct reeve_component component;

	if (!cbor_next(&c, &item)) {
		return false;
	}
	c = cbor_enter(in, &item);
	for (uint64_t i = 0; i <= index; i++) {
		if (!cbor_next(&c, &item)) {
			return false;
		}
	}
	if (!component_read(in, &item, &component)) {
		return false;
	}
	*out = component;
	return true;
}
