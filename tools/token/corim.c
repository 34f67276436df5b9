/* SPDX-License-Identifier: BSD-2-Clause */
/* corim.c - references out of a CoRIM of the CCA realm profile: each reference triple is one realm. */
#include <inttypes.h>
#include <string.h>

#include "attest/cbor.h"
#include "tools/token/reference.h"

/* Tags and keys of CoRIM and CoMID (draft-ietf-rats-corim), 560: bytes (attestation fact sheet section 4). */
enum { TAG_CORIM = 501, TAG_COMID = 506, TAG_BYTES = 560, TAG_URI = 32 };
enum { CORIM_TAGS = 1, CORIM_PROFILE = 3, COMID_TRIPLES = 4, TRIPLES_REFERENCE = 0 };
enum {
	ENVIRONMENT_CLASS = 0,
	CLASS_ID = 0,
	MEASUREMENT_KEY = 0,
	MEASUREMENT_VALUES = 1,
	VALUES_DIGESTS = 2,
	VALUES_RAW = 4
};

/* The profile as veraison/corim spells it, and as the draft does. */
static const char *const profiles[] = {
	"tag:arm.com,2025:cca_realm#1.0.0", "tag:arm.com,2025:endorsements/cca_realm#1.0.0"};

/* One CoRIM being read; `at` is what is wrong is near. */
struct corim {
	struct references *to;
	const char *name;
	struct message *why;
	size_t base; /* offset of the bytes being read in the file */
};

static bool wrong(const struct corim *c, size_t offset, const char *text)
{
	return message_set(c->why, "%s: byte %zu: %s", c->name, c->base + offset, text);
}

/* The item under `tag`, or the item itself when it is not tagged so. */
static struct cbor_item untagged(struct reeve_span in, struct cbor_item item, uint64_t tag)
{
	struct cbor_cursor c = cbor_enter(in, &item);
	struct cbor_item inner;

	return item.type == CBOR_TAG && item.value == tag && cbor_next(&c, &inner) ? inner : item;
}

static bool is_profile(struct reeve_span in, const struct cbor_item *corim)
{
	struct cbor_item profile;

	if (!cbor_find(in, corim, CORIM_PROFILE, &profile)) {
		return false;
	}
	profile = untagged(in, profile, TAG_URI);
	return cbor_text_is(&profile, profiles[0]) || cbor_text_is(&profile, profiles[1]);
}

/* {2: [[algorithm, digest]]}: exactly one digest, its length that of a SHA-2. */
static bool digest_read(struct reeve_span in, const struct cbor_item *values, struct reeve_span *digest)
{
	struct cbor_item algorithm;
	struct cbor_item item;
	struct cbor_cursor c;

	if (!cbor_find(in, values, VALUES_DIGESTS, &item) || item.type != CBOR_ARRAY || item.value != 1) {
		return false;
	}
	c = cbor_enter(in, &item);
	if (!cbor_next(&c, &item) || item.type != CBOR_ARRAY || item.value != 2) {
		return false;
	}
	c = cbor_enter(in, &item);
	if (!cbor_next(&c, &algorithm) || !cbor_next(&c, &item) || item.type != CBOR_BYTES) {
		return false;
	}
	*digest = item.bytes;
	return digest->size == 32 || digest->size == 48 || digest->size == 64;
}

static bool raw_read(struct reeve_span in, const struct cbor_item *values, struct reeve_span *raw)
{
	struct cbor_item item;

	if (!cbor_find(in, values, VALUES_RAW, &item)) {
		return false;
	}
	item = untagged(in, item, TAG_BYTES);
	*raw = item.bytes;
	return item.type == CBOR_BYTES && raw->size == REEVE_TOKEN_DIGEST_MAX;
}

/* One member of the closed set: cca.rim, cca.rem0 to cca.rem3, cca.rpv. */
static bool measurement_read(struct corim *c, struct reeve_span in, const struct cbor_item *measurement,
	struct reference_bytes *bytes, struct reeve_reference *to)
{
	struct cbor_item key;
	struct cbor_item values;
	struct reeve_span span = {NULL, 0};
	char name[] = "cca.rem0";

	if (!cbor_find(in, measurement, MEASUREMENT_KEY, &key) ||
		!cbor_find(in, measurement, MEASUREMENT_VALUES, &values)) {
		return wrong(c, measurement->offset, "a measurement has no key or no value");
	}
	if (cbor_text_is(&key, "cca.rpv")) {
		return (raw_read(in, &values, &span) && reference_copy(span, bytes->rpv, &to->rpv)) ||
			wrong(c, values.offset, "cca.rpv must be 64 bytes as raw value (4)");
	}
	if (!digest_read(in, &values, &span)) {
		return wrong(c, values.offset, "a measurement must have one digest (2) of 32, 48 or 64 bytes");
	}
	if (cbor_text_is(&key, "cca.rim")) {
		return reference_copy(span, bytes->rim, &to->rim);
	}
	for (unsigned i = 0; i < REEVE_TOKEN_REMS; i++) {
		name[sizeof(name) - 2] = (char)('0' + i);
		if (cbor_text_is(&key, name)) {
			return reference_copy(span, bytes->rems[i], &to->rems[i]);
		}
	}
	return wrong(c, key.offset, "a measurement's key is none of cca.rim, cca.rem0 to cca.rem3, cca.rpv");
}

/* [environment, [measurement, …]]. The class of the environment is the RIM. */
static bool triple_read(struct corim *c, struct reeve_span in, const struct cbor_item *triple)
{
	struct cbor_cursor cursor = cbor_enter(in, triple);
	struct cbor_item environment;
	struct cbor_item measurements;
	struct cbor_item class = {.value = 0};
	struct cbor_item item = {.value = 0};
	struct reference_bytes *bytes;
	struct reeve_reference *to;

	if (triple->type != CBOR_ARRAY || triple->value != 2 || !cbor_next(&cursor, &environment) ||
		!cbor_next(&cursor, &measurements) || measurements.type != CBOR_ARRAY) {
		return wrong(c, triple->offset, "a reference triple is no pair of environment and measurements");
	}
	if (!cbor_find(in, &environment, ENVIRONMENT_CLASS, &class) || !cbor_find(in, &class, CLASS_ID, &item)) {
		return wrong(c, environment.offset, "the environment has no class id");
	}
	to = references_add(c->to, &bytes, c->name, c->why);
	if (to == NULL) {
		return false;
	}
	class = untagged(in, item, TAG_BYTES);
	cursor = cbor_enter(in, &measurements);
	while (cbor_next(&cursor, &item)) {
		if (!measurement_read(c, in, &item, bytes, to)) {
			return false;
		}
	}
	if (to->rim.size == 0) {
		return wrong(c, measurements.offset, "there is no cca.rim");
	}
	if (class.type != CBOR_BYTES || class.bytes.size != to->rim.size ||
		memcmp(class.bytes.bytes, to->rim.bytes, to->rim.size) != 0) {
		return wrong(c, class.offset, "the class id is not the RIM");
	}
	to->hash_bits = (unsigned)to->rim.size * 8;
	return true;
}

static bool comid_read(struct corim *c, struct reeve_span in)
{
	struct cbor_cursor cursor = cbor_begin(in);
	struct cbor_item item;
	struct cbor_item triples;
	struct reeve_malformed malformed;

	if (!cbor_check(in, &malformed)) {
		return wrong(c, malformed.offset, reeve_malformed_text(malformed.reason));
	}
	if (!cbor_next(&cursor, &item) || !cbor_find(in, &item, COMID_TRIPLES, &triples) ||
		!cbor_find(in, &triples, TRIPLES_REFERENCE, &item) || item.type != CBOR_ARRAY || item.value == 0) {
		return wrong(c, 0, "a CoMID without reference values");
	}
	cursor = cbor_enter(in, &item);
	while (cbor_next(&cursor, &item)) {
		if (!triple_read(c, in, &item)) {
			return false;
		}
	}
	return true;
}

bool references_read_corim(
	struct references *references, struct reeve_span corim, const char *name, struct message *why)
{
	struct corim c = {references, name, why, 0};
	struct cbor_cursor cursor = cbor_begin(corim);
	struct reeve_malformed malformed;
	struct cbor_item map;
	struct cbor_item tags;
	struct cbor_item tag;

	if (!cbor_check(corim, &malformed)) {
		return wrong(&c, malformed.offset, reeve_malformed_text(malformed.reason));
	}
	(void)cbor_next(&cursor, &map);
	if (map.type != CBOR_TAG || map.value != TAG_CORIM) {
		return wrong(&c, 0, "neither JSON nor an unsigned CoRIM (tag 501)");
	}
	map = untagged(corim, map, TAG_CORIM);
	if (!is_profile(corim, &map)) {
		return wrong(
			&c, map.offset, "the profile is not that of CCA realms (tag:arm.com,2025:cca_realm#1.0.0)");
	}
	if (!cbor_find(corim, &map, CORIM_TAGS, &tags) || tags.type != CBOR_ARRAY || tags.value == 0) {
		return wrong(&c, map.offset, "there is no CoMID");
	}
	cursor = cbor_enter(corim, &tags);
	while (cbor_next(&cursor, &tag)) {
		struct cbor_item comid = untagged(corim, tag, TAG_COMID);

		if (tag.type != CBOR_TAG || comid.type != CBOR_BYTES) {
			return wrong(&c, tag.offset, "a tag of the CoRIM is no CoMID (506)");
		}
		c.base = (size_t)(comid.bytes.bytes - corim.bytes);
		if (!comid_read(&c, comid.bytes)) {
			return false;
		}
		c.base = 0;
	}
	return true;
}
