/* SPDX-License-Identifier: BSD-2-Clause */
/* show_json.c - a token as JSON, in the form that `reeve token make` reads its claims in. */
#include <inttypes.h>
#include <stdlib.h>

#include "attest/cbor.h"
#include "tools/json.h"
#include "tools/token/hex.h"
#include "tools/token/show.h"

static json_t *bytes_json(struct reeve_span bytes)
{
	char *text = hex_text(bytes);
	json_t *value = text == NULL ? NULL : json_string(text);

	free(text);
	return value;
}

static json_t *text_json(struct reeve_span text)
{
	return json_stringn((const char *)text.bytes, text.size);
}

/* jansson's integers end at 2^63 - 1. */
static json_t *number_json(uint64_t number)
{
	return number > INT64_MAX ? json_word(number) : json_integer((json_int_t)number);
}

static json_t *component_json(const struct reeve_component *component)
{
	json_t *object = json_object();

	for (size_t m = 0; m < COMPONENT_MEMBERS; m++) {
		struct reeve_span member = component_member(component, m);

		if (member.bytes != NULL) {
			(void)json_object_set_new(object, component_members[m].name,
				component_members[m].type == REEVE_CLAIM_TEXT ? text_json(member) : bytes_json(member));
		}
	}
	return object;
}

static json_t *components_json(const struct reeve_token *token)
{
	json_t *array = json_array();
	struct reeve_component component;

	for (unsigned i = 0; reeve_token_component(token, i, &component); i++) {
		(void)json_array_append_new(array, component_json(&component));
	}
	return array;
}

static json_t *rems_json(const struct reeve_token *token)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < token->rem_count; i++) {
		(void)json_array_append_new(array, bytes_json(token->rems[i]));
	}
	return array;
}

static json_t *claim_json(const struct reeve_token *token, enum reeve_claim claim)
{
	const struct reeve_claim_value *value = &token->claims[claim];

	switch (reeve_claim_info(claim)->type) {
	case REEVE_CLAIM_BYTES:
	case REEVE_CLAIM_ITEM:
		return bytes_json(value->bytes);
	case REEVE_CLAIM_TEXT:
		return text_json(value->bytes);
	case REEVE_CLAIM_UINT:
		return number_json(value->number);
	case REEVE_CLAIM_UINT_OR_TEXT:
		return value->is_text ? text_json(value->bytes) : number_json(value->number);
	case REEVE_CLAIM_COMPONENTS:
		return components_json(token);
	case REEVE_CLAIM_MEASUREMENTS:
		return rems_json(token);
	case REEVE_CLAIM_TYPE_COUNT:
		break;
	}
	return NULL;
}

/* Claims that no row names: label -> CBOR in hexadecimal. */
static json_t *unknown_json(const struct reeve_token *token, enum reeve_token_part_id part)
{
	struct reeve_span in = token->parts[part].payload;
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item map = {.value = 0};
	struct cbor_item key;
	struct cbor_item value;
	json_t *object = json_object();

	(void)cbor_next(&c, &map);
	c = cbor_enter(in, &map);
	while (cbor_next(&c, &key) && cbor_next(&c, &value)) {
		char name[24];
		int64_t label = 0;

		(void)cbor_int(&key, &label);
		if (reeve_claim_of(part, label) == REEVE_CLAIM_COUNT) {
			(void)snprintf(name, sizeof(name), "%" PRId64, label);
			(void)json_object_set_new(object, name, bytes_json(cbor_raw(in, &value)));
		}
	}
	return object;
}

static json_t *part_json(const struct reeve_token *token, enum reeve_token_part_id id)
{
	const struct reeve_token_part *part = &token->parts[id];
	const char *algorithm = reeve_token_algorithm_name(part->algorithm);
	json_t *object = json_object();
	json_t *claims = json_object();

	(void)json_object_set_new(
		object, "algorithm", algorithm == NULL ? json_integer(part->algorithm) : json_string(algorithm));
	json_put_number(object, "size", (int64_t)part->message.size);
	json_put_number(object, "claims_size", (int64_t)part->payload.size);
	json_put_number(object, "signature_size", (int64_t)part->signature.size);
	for (unsigned i = 0; i < REEVE_CLAIM_COUNT; i++) {
		if (reeve_claim_info((enum reeve_claim)i)->part == id && token->claims[i].is_present) {
			(void)json_object_set_new(
				claims, claim_key((enum reeve_claim)i).text, claim_json(token, (enum reeve_claim)i));
		}
	}
	(void)json_object_set_new(object, "claims", claims);
	if (part->unknown_count != 0) {
		(void)json_object_set_new(object, "unknown", unknown_json(token, id));
	}
	return object;
}

json_t *show_json(struct reeve_span in, const struct reeve_token *token)
{
	enum reeve_token_profile profile = reeve_token_profile_of(token);
	json_t *root = json_object();

	json_put_number(root, "tag", (int64_t)token->tag);
	json_put_number(root, "size", (int64_t)in.size);
	(void)json_object_set_new(root, "profile",
		profile == REEVE_PROFILE_COUNT ? json_null() : json_string(reeve_profile_info(profile)->name));
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		(void)json_object_set_new(root, part_names[i], part_json(token, (enum reeve_token_part_id)i));
	}
	return root;
}
