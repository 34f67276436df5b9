/* SPDX-License-Identifier: BSD-2-Clause */
/* cose.c - COSE_Sign1 and COSE_Key over the CBOR writer and reader. */
#include "attest/cose.h"

/* Labels of headers (RFC 9052 section 3.1), members of Sign1 (4.2), labels of keys (7.1, RFC 9053 7.1.1). */
enum { HEADER_ALG = 1, HEADER_CRIT = 2 };
enum { SIGN1_PROTECTED, SIGN1_UNPROTECTED, SIGN1_PAYLOAD, SIGN1_SIGNATURE, SIGN1_COUNT };
enum { KEY_KTY = 1, KEY_CRV = -1, KEY_X = -2, KEY_Y = -3, KTY_EC2 = 2 };

static const struct cose_algorithm_info rows[COSE_ALGORITHM_COUNT] = {
#define COSE_ALGORITHM(name, number, curve, curve_number, coordinate, hash) \
	{#name, number, curve, curve_number, coordinate, hash},
#include "spec/cose.def"
#undef COSE_ALGORITHM
};

const struct cose_algorithm_info *cose_algorithm_info(enum cose_algorithm algorithm)
{
	return &rows[algorithm];
}

enum cose_algorithm cose_algorithm_of(int64_t number)
{
	unsigned i = 0;

	while (i < COSE_ALGORITHM_COUNT && rows[i].number != number) {
		i++;
	}
	return (enum cose_algorithm)i;
}

static bool malformed(struct reeve_malformed *why, enum reeve_malformed_reason reason, size_t offset)
{
	*why = (struct reeve_malformed){reason, offset};
	return false;
}

/* ---- COSE_Sign1 ---- */

/* The protected header `item` of the message `in`: its algorithm. RFC 9052 section 3: an empty header is an empty string, and has none. */
static bool protected_read(
	struct reeve_span in, const struct cbor_item *item, int64_t *algorithm, struct reeve_malformed *why)
{
	struct reeve_span header = item->bytes;
	size_t offset = item->type == CBOR_BYTES ? (size_t)(header.bytes - in.bytes) : item->offset;
	struct cbor_cursor c = cbor_begin(header);
	struct cbor_item map;
	struct cbor_item value;

	if (item->type != CBOR_BYTES) {
		return malformed(why, REEVE_MALFORMED_COSE_PROTECTED, offset);
	}
	if (header.size == 0) {
		return malformed(why, REEVE_MALFORMED_COSE_NO_ALGORITHM, item->offset);
	}
	if (!cbor_check(header, why)) {
		why->offset += offset;
		return false;
	}
	if (!cbor_next(&c, &map) || map.type != CBOR_MAP) {
		return malformed(why, REEVE_MALFORMED_COSE_PROTECTED, offset);
	}
	if (cbor_find(header, &map, HEADER_CRIT, &value)) {
		return malformed(why, REEVE_MALFORMED_COSE_CRITICAL, offset + value.offset);
	}
	if (!cbor_find(header, &map, HEADER_ALG, &value) || !cbor_int(&value, algorithm)) {
		return malformed(why, REEVE_MALFORMED_COSE_NO_ALGORITHM, offset);
	}
	return true;
}

/* The four members of the array under tag 18. */
static bool members_read(struct reeve_span in, struct cbor_item member[SIGN1_COUNT], struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item tag;
	struct cbor_item array = {.value = 0};
	unsigned count = 0;

	if (!cbor_next(&c, &tag) || tag.type != CBOR_TAG || tag.value != COSE_TAG_SIGN1) {
		return malformed(why, REEVE_MALFORMED_COSE_NOT_TAGGED, 0);
	}
	c = cbor_enter(in, &tag);
	if (!cbor_next(&c, &array) || array.type != CBOR_ARRAY || array.value != SIGN1_COUNT) {
		return malformed(why, REEVE_MALFORMED_COSE_NOT_SIGN1, array.offset);
	}
	c = cbor_enter(in, &array);
	while (count < SIGN1_COUNT && cbor_next(&c, &member[count])) {
		count++;
	}
	return true;
}

bool cose_sign1_read(struct reeve_span in, struct cose_sign1 *out, struct reeve_malformed *why)
{
	struct cbor_item member[SIGN1_COUNT] = {{.value = 0}};
	struct cbor_item value;
	int64_t algorithm = 0;

	if (!cbor_check(in, why) || !members_read(in, member, why)) {
		return false;
	}
	if (!protected_read(in, &member[SIGN1_PROTECTED], &algorithm, why)) {
		return false;
	}
	if (member[SIGN1_UNPROTECTED].type != CBOR_MAP) {
		return malformed(why, REEVE_MALFORMED_COSE_NOT_SIGN1, member[SIGN1_UNPROTECTED].offset);
	}
	if (cbor_find(in, &member[SIGN1_UNPROTECTED], HEADER_ALG, &value)) {
		return malformed(why, REEVE_MALFORMED_COSE_UNPROTECTED_ALGORITHM, value.offset);
	}
	if (member[SIGN1_PAYLOAD].type == CBOR_SIMPLE && member[SIGN1_PAYLOAD].value == CBOR_NULL) {
		return malformed(why, REEVE_MALFORMED_COSE_DETACHED, member[SIGN1_PAYLOAD].offset);
	}
	if (member[SIGN1_PAYLOAD].type != CBOR_BYTES) {
		return malformed(why, REEVE_MALFORMED_COSE_NOT_SIGN1, member[SIGN1_PAYLOAD].offset);
	}
	if (member[SIGN1_SIGNATURE].type != CBOR_BYTES) {
		return malformed(why, REEVE_MALFORMED_COSE_NOT_SIGN1, member[SIGN1_SIGNATURE].offset);
	}
	*out = (struct cose_sign1){
		algorithm, member[SIGN1_PROTECTED].bytes, member[SIGN1_PAYLOAD].bytes, member[SIGN1_SIGNATURE].bytes};
	return true;
}

struct reeve_span cose_protected_header(enum cose_algorithm algorithm, uint8_t memory[COSE_PROTECTED_MAX])
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, COSE_PROTECTED_MAX});

	cbor_put_map(&w, 1);
	cbor_put_int(&w, HEADER_ALG);
	cbor_put_int(&w, rows[algorithm].number);
	return reeve_span(memory, w.size);
}

void cose_sign1_put_head(struct cbor_writer *w, enum cose_algorithm algorithm, size_t payload_size)
{
	uint8_t memory[COSE_PROTECTED_MAX];

	cbor_put_tag(w, COSE_TAG_SIGN1);
	cbor_put_array(w, SIGN1_COUNT);
	cbor_put_bytes(w, cose_protected_header(algorithm, memory));
	cbor_put_map(w, 0);
	cbor_put_bytes_head(w, payload_size);
}

void cose_sign1_put_signed_head(struct cbor_writer *w, struct reeve_span protected_header, size_t payload_size)
{
	cbor_put_array(w, 4);
	cbor_put_text(w, "Signature1");
	cbor_put_bytes(w, protected_header);
	cbor_put_bytes_head(w, 0); /* external_aad */
	cbor_put_bytes_head(w, payload_size);
}

/* ---- COSE_Key ---- */

static bool coordinate_read(
	struct reeve_span in, const struct cbor_item *map, int64_t label, size_t size, struct reeve_span *out)
{
	struct cbor_item value;

	if (!cbor_find(in, map, label, &value) || value.type != CBOR_BYTES || value.bytes.size != size) {
		return false;
	}
	*out = value.bytes;
	return true;
}

bool cose_key_read(struct reeve_span in, struct cose_key *out, struct reeve_malformed *why)
{
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item map;
	struct cbor_item value;
	int64_t number = 0;
	struct cose_key key = {COSE_ES256, {NULL, 0}, {NULL, 0}};
	unsigned row = 0;

	if (!cbor_check(in, why)) {
		return false;
	}
	if (!cbor_next(&c, &map) || !cbor_find(in, &map, KEY_KTY, &value) || !cbor_int(&value, &number) ||
		number != KTY_EC2) {
		return malformed(why, REEVE_MALFORMED_COSE_KEY_NOT_EC2, 0);
	}
	if (!cbor_find(in, &map, KEY_CRV, &value) || !cbor_int(&value, &number)) {
		return malformed(why, REEVE_MALFORMED_COSE_KEY_CURVE, 0);
	}
	while (row < COSE_ALGORITHM_COUNT && rows[row].curve_number != number) {
		row++;
	}
	if (row == COSE_ALGORITHM_COUNT) {
		return malformed(why, REEVE_MALFORMED_COSE_KEY_CURVE, value.offset);
	}
	key.algorithm = (enum cose_algorithm)row;
	if (!coordinate_read(in, &map, KEY_X, rows[row].coordinate_size, &key.x) ||
		!coordinate_read(in, &map, KEY_Y, rows[row].coordinate_size, &key.y)) {
		return malformed(why, REEVE_MALFORMED_COSE_KEY_POINT, 0);
	}
	*out = key;
	return true;
}

void cose_key_put(struct cbor_writer *w, const struct cose_key *key)
{
	cbor_put_map(w, 4);
	cbor_put_int(w, KEY_KTY);
	cbor_put_int(w, KTY_EC2);
	cbor_put_int(w, KEY_CRV);
	cbor_put_int(w, rows[key->algorithm].curve_number);
	cbor_put_int(w, KEY_X);
	cbor_put_bytes(w, key->x);
	cbor_put_int(w, KEY_Y);
	cbor_put_bytes(w, key->y);
}
