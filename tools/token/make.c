/* SPDX-License-Identifier: BSD-2-Clause */
/* make.c - claims in JSON as CBOR, signed, and put into their envelope. */
#include "tools/token/make.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "machine/hosted/token_crypto.h"
#include "tools/token/hex.h"
#include "tools/token/show.h"

enum { PAYLOAD_MAX = 32 * 1024, VALUE_MAX = 16 * 1024, KEY_MAX = 160 };

/* A part under construction; each writer has memory of its own. */
struct part {
	uint8_t payload[PAYLOAD_MAX];
	uint8_t message[PAYLOAD_MAX + 512];
	uint8_t value[VALUE_MAX];
	size_t size; /* of message */
};

/* ---- Claims ---- */

static bool hex_put(struct cbor_writer *w, const json_t *value, bool is_cbor, uint8_t memory[VALUE_MAX])
{
	size_t size;

	if (!json_is_string(value) ||
		!hex_read(json_string_value(value), (struct reeve_buf){memory, VALUE_MAX}, &size)) {
		return false;
	}
	if (is_cbor) {
		cbor_put_raw(w, reeve_span(memory, size));
	} else {
		cbor_put_bytes(w, reeve_span(memory, size));
	}
	return true;
}

/* A text that the writer would cut is none. */
static bool text_put(struct cbor_writer *w, const json_t *value)
{
	if (!json_is_string(value) || json_string_length(value) > REEVE_TEXT_MAX) {
		return false;
	}
	cbor_put_text(w, json_string_value(value));
	return true;
}

static bool number_put(struct cbor_writer *w, const json_t *value)
{
	if (!json_is_integer(value)) {
		return false;
	}
	cbor_put_int(w, json_integer_value(value));
	return true;
}

static bool component_put(struct cbor_writer *w, json_t *object, uint8_t memory[VALUE_MAX])
{
	const char *name;
	json_t *value;

	if (!json_is_object(object)) {
		return false;
	}
	cbor_put_map(w, json_object_size(object));
	json_object_foreach(object, name, value)
	{
		size_t m = 0;

		while (m < COMPONENT_MEMBERS && strcmp(component_members[m].name, name) != 0) {
			m++;
		}
		if (m == COMPONENT_MEMBERS) {
			return false;
		}
		cbor_put_int(w, component_members[m].label);
		if (component_members[m].type == REEVE_CLAIM_TEXT
				? !text_put(w, value)
				: !hex_put(w, value, component_members[m].type == REEVE_CLAIM_ITEM, memory)) {
			return false;
		}
	}
	return true;
}

static bool array_put(struct cbor_writer *w, const json_t *array, bool is_components, uint8_t memory[VALUE_MAX])
{
	bool is_good = json_is_array(array);

	cbor_put_array(w, json_array_size(array));
	for (size_t i = 0; is_good && i < json_array_size(array); i++) {
		json_t *value = json_array_get(array, i);

		is_good = is_components ? component_put(w, value, memory) : hex_put(w, value, false, memory);
	}
	return is_good;
}

static bool claim_put(struct cbor_writer *w, enum reeve_claim claim, const json_t *value, uint8_t memory[VALUE_MAX])
{
	cbor_put_int(w, reeve_claim_info(claim)->label);
	switch (reeve_claim_info(claim)->type) {
	case REEVE_CLAIM_BYTES:
		return hex_put(w, value, false, memory);
	case REEVE_CLAIM_ITEM:
		return hex_put(w, value, true, memory);
	case REEVE_CLAIM_TEXT:
		return text_put(w, value);
	case REEVE_CLAIM_UINT:
		return number_put(w, value);
	case REEVE_CLAIM_UINT_OR_TEXT:
		return json_is_string(value) ? text_put(w, value) : number_put(w, value);
	case REEVE_CLAIM_COMPONENTS:
		return array_put(w, value, true, memory);
	case REEVE_CLAIM_MEASUREMENTS:
		return array_put(w, value, false, memory);
	case REEVE_CLAIM_TYPE_COUNT:
		break;
	}
	return false;
}

static enum reeve_claim claim_named(enum reeve_token_part_id part, const char *name)
{
	unsigned i = 0;

	while (i < REEVE_CLAIM_COUNT &&
		(reeve_claim_info((enum reeve_claim)i)->part != part ||
			strcmp(claim_key((enum reeve_claim)i).text, name) != 0)) {
		i++;
	}
	return (enum reeve_claim)i;
}

/* Members of "unknown": a label and any CBOR, also of a label that is known. */
static bool unknown_put(struct cbor_writer *w, json_t *unknown, uint8_t memory[VALUE_MAX], struct message *why)
{
	const char *name;
	json_t *value;

	json_object_foreach(unknown, name, value)
	{
		char *end;
		long long label;

		errno = 0;
		label = strtoll(name, &end, 10);
		if (*name == '\0' || *end != '\0' || errno != 0) {
			return message_set(why, "unknown: '%.40s' is no label", name);
		}
		cbor_put_int(w, label);
		if (!hex_put(w, value, true, memory)) {
			return message_set(why, "unknown: %.40s must be CBOR in hexadecimal", name);
		}
	}
	return true;
}

static size_t claims_count(json_t *claims, json_t *unknown)
{
	size_t count = json_object_size(unknown);
	const char *name;
	json_t *value;

	json_object_foreach(claims, name, value)
	{
		count += !json_is_null(value);
	}
	return count;
}

static bool claims_put(struct cbor_writer *w, enum reeve_token_part_id part, json_t *claims, json_t *unknown,
	uint8_t memory[VALUE_MAX], struct message *why)
{
	const char *name;
	json_t *value;

	cbor_put_map(w, claims_count(claims, unknown));
	json_object_foreach(claims, name, value)
	{
		enum reeve_claim claim = claim_named(part, name);

		if (claim == REEVE_CLAIM_COUNT) {
			return message_set(why, "%s: there is no claim '%.40s'; one by its label goes into unknown",
				part_names[part], name);
		}
		if (!json_is_null(value) && !claim_put(w, claim, value, memory)) {
			return message_set(
				why, "%s: %.40s has not the type that this claim wants", part_names[part], name);
		}
	}
	return unknown_put(w, unknown, memory, why);
}

/* ---- What is made when it is not there ---- */

static bool is_legacy(const json_t *root)
{
	const json_t *claims = json_object_get(json_object_get(root, "platform"), "claims");
	const char *profile = json_string_value(json_object_get(claims, "profile"));

	return reeve_profile_of_platform(reeve_span_of_text(profile)) == REEVE_PROFILE_LEGACY;
}

static bool hex_member(json_t *object, const char *name, struct reeve_span bytes)
{
	char *text = hex_text(bytes);
	bool is_good = text != NULL && json_object_set_new(object, name, json_string(text)) == 0;

	free(text);
	return is_good;
}

static bool rak_make(const json_t *root, const struct signer *signer)
{
	json_t *claims = json_object_get(json_object_get(root, "realm"), "claims");
	struct cose_key key = signer_public(signer);
	uint8_t memory[KEY_MAX];
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, sizeof(memory)});
	const char *name = claim_key(REEVE_CLAIM_RAK).text;

	if (json_object_get(claims, "public_key") != NULL) {
		return true;
	}
	if (is_legacy(root)) {
		cbor_put_raw(&w, reeve_span(signer->point, 1 + 2 * key.x.size));
	} else {
		cose_key_put(&w, &key);
	}
	return cbor_writer_fits(&w) && hex_member(claims, name, reeve_span(memory, w.size));
}

/* The hash of the RAK, in the claim that the profile binds with. */
static bool binding_make(const json_t *root, struct message *why)
{
	json_t *claims = json_object_get(json_object_get(root, "platform"), "claims");
	const json_t *realm = json_object_get(json_object_get(root, "realm"), "claims");
	const char *profile = json_string_value(json_object_get(claims, "profile"));
	const char *hash = json_string_value(json_object_get(realm, "public_key_hash_algorithm"));
	const char *rak = json_string_value(json_object_get(realm, "public_key"));
	bool is_2026 = reeve_profile_of_platform(reeve_span_of_text(profile)) == REEVE_PROFILE_2026;
	const char *name = is_2026 ? "workload_binding" : "challenge";
	unsigned bits = hash == NULL ? 0 : reeve_token_hash_bits(reeve_span(hash, strlen(hash)));
	uint8_t bytes[VALUE_MAX] = {0};
	uint8_t digest[REEVE_TOKEN_DIGEST_MAX];
	struct reeve_token_crypto crypto;
	size_t size = 0;

	if (json_object_get(claims, name) != NULL) {
		return true;
	}
	if (bits == 0 || rak == NULL || !hex_read(rak, (struct reeve_buf){bytes, sizeof(bytes)}, &size)) {
		return message_set(
			why, "platform: without a public key and its hash algorithm, %s must be given", name);
	}
	if (!hosted_token_crypto(&crypto)) {
		return message_set(why, "libcrypto lacks SHA-2");
	}
	crypto.digest(crypto.context, bits, reeve_span(bytes, size), digest);
	return hex_member(claims, name, reeve_span(digest, bits / 8)) || message_set(why, "there is no memory");
}

/* ---- Signed parts ---- */

/* The COSE number in the header: of the key, or what the JSON says instead. */
static bool header_algorithm(const json_t *object, const struct signer *signer, int64_t *number)
{
	const json_t *algorithm = json_object_get(object, "algorithm");

	*number = cose_algorithm_info(signer->algorithm)->number;
	if (json_is_integer(algorithm)) {
		*number = json_integer_value(algorithm);
	}
	for (unsigned i = 0; json_is_string(algorithm) && i < COSE_ALGORITHM_COUNT; i++) {
		const struct cose_algorithm_info *row = cose_algorithm_info((enum cose_algorithm)i);

		if (strcmp(row->name, json_string_value(algorithm)) == 0) {
			*number = row->number;
		}
	}
	return algorithm == NULL || json_is_integer(algorithm) || json_is_string(algorithm);
}

static struct reeve_span header_make(int64_t number, uint8_t memory[COSE_PROTECTED_MAX])
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, COSE_PROTECTED_MAX});

	cbor_put_map(&w, 1);
	cbor_put_int(&w, 1);
	cbor_put_int(&w, number);
	return reeve_span(memory, w.size);
}

static bool sign(struct part *part, struct reeve_span header, struct reeve_span payload, const struct signer *signer,
	struct message *why)
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){part->message, sizeof(part->message)});
	uint8_t signature[2 * COSE_COORDINATE_MAX];

	cose_sign1_put_signed_head(&w, header, payload.size);
	cbor_put_raw(&w, payload);
	if (!cbor_writer_fits(&w) || !signer_sign(signer, reeve_span(part->message, w.size), signature, why)) {
		return false;
	}
	w = cbor_writer(w.to);
	cbor_put_tag(&w, COSE_TAG_SIGN1);
	cbor_put_array(&w, 4);
	cbor_put_bytes(&w, header);
	cbor_put_map(&w, 0);
	cbor_put_bytes(&w, payload);
	cbor_put_bytes(&w, reeve_span(signature, 2 * cose_algorithm_info(signer->algorithm)->coordinate_size));
	part->size = w.size;
	return cbor_writer_fits(&w) || message_set(why, "the claims are too large");
}

static bool part_make(const json_t *root, enum reeve_token_part_id id, const struct signer *signer, struct part *part,
	struct message *why)
{
	const json_t *object = json_object_get(root, part_names[id]);
	json_t *claims = json_object_get(object, "claims");
	struct cbor_writer w = cbor_writer((struct reeve_buf){part->payload, sizeof(part->payload)});
	uint8_t memory[COSE_PROTECTED_MAX];
	int64_t number;

	if (!header_algorithm(object, signer, &number)) {
		return message_set(why, "%s: algorithm must be a name or a COSE number", part_names[id]);
	}
	if (!claims_put(&w, id, claims, json_object_get(object, "unknown"), part->value, why)) {
		return false;
	}
	if (!cbor_writer_fits(&w)) {
		return message_set(why, "%s: the claims are too large", part_names[id]);
	}
	return sign(part, header_make(number, memory), reeve_span(part->payload, w.size), signer, why);
}

/* ---- Envelope ---- */

static void envelope_put(struct cbor_writer *w, uint64_t tag, const struct part parts[REEVE_TOKEN_PARTS])
{
	cbor_put_tag(w, tag);
	cbor_put_map(w, REEVE_TOKEN_PARTS);
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		cbor_put_uint(w, reeve_token_part_label((enum reeve_token_part_id)i));
		if (tag == REEVE_TOKEN_TAG_CMW) {
			cbor_put_array(w, 2);
			cbor_put_uint(w, REEVE_TOKEN_CONTENT_FORMAT);
		}
		cbor_put_bytes(w, reeve_span(parts[i].message, parts[i].size));
	}
}

static bool parts_make(const json_t *root, const struct signer signers[REEVE_TOKEN_PARTS],
	struct part parts[REEVE_TOKEN_PARTS], struct message *why)
{
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		const json_t *claims = json_object_get(json_object_get(root, part_names[i]), "claims");

		if (!json_is_object(claims)) {
			return message_set(why, "there is no object %s with an object claims", part_names[i]);
		}
	}
	if (!rak_make(root, &signers[REEVE_TOKEN_REALM])) {
		return message_set(why, "there is no memory");
	}
	return binding_make(root, why) &&
		part_make(root, REEVE_TOKEN_PLATFORM, &signers[REEVE_TOKEN_PLATFORM], &parts[0], why) &&
		part_make(root, REEVE_TOKEN_REALM, &signers[REEVE_TOKEN_REALM], &parts[1], why);
}

bool make_token(
	const json_t *root, const struct signer signers[REEVE_TOKEN_PARTS], struct bytes *token, struct message *why)
{
	const json_t *tag = json_object_get(root, "tag");
	struct part *parts = calloc(REEVE_TOKEN_PARTS, sizeof(*parts));
	struct cbor_writer w = cbor_writer((struct reeve_buf){NULL, 0});
	uint8_t *bytes = NULL;

	if (parts != NULL && json_is_integer(tag) && parts_make(root, signers, parts, why)) {
		envelope_put(&w, (uint64_t)json_integer_value(tag), parts);
		bytes = malloc(w.size);
	} else if (parts == NULL || !json_is_integer(tag)) {
		message_set(why, parts == NULL ? "there is no memory" : "there is no number tag (399 or 907)");
	}
	if (bytes != NULL) {
		*token = (struct bytes){bytes, w.size};
		w = cbor_writer((struct reeve_buf){bytes, w.size});
		envelope_put(&w, (uint64_t)json_integer_value(tag), parts);
	}
	free(parts);
	return bytes != NULL;
}
