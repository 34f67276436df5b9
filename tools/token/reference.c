/* SPDX-License-Identifier: BSD-2-Clause */
/* reference.c - references out of files: which format, and the JSON one. */
#include "tools/token/reference.h"

#include <string.h>

#include <jansson.h>

#include "tools/token/file.h"
#include "tools/token/hex.h"

static const char format_name[] = "reeve-realm-1";

struct reeve_reference *references_add(
	struct references *references, struct reference_bytes **bytes, const char *name, struct message *why)
{
	struct reeve_reference *added;

	if (references->count == REFERENCES_MAX) {
		message_set(
			why, "%s: more than %d references; give those of the realm in question", name, REFERENCES_MAX);
		return NULL;
	}
	*bytes = &references->bytes[references->count];
	added = &references->all[references->count++];
	*added = (struct reeve_reference){.name = name};
	return added;
}

bool reference_copy(struct reeve_span from, uint8_t memory[REEVE_TOKEN_DIGEST_MAX], struct reeve_span *to)
{
	if (from.size > REEVE_TOKEN_DIGEST_MAX) {
		return false;
	}
	memcpy(memory, from.bytes, from.size);
	*to = reeve_span(memory, from.size);
	return true;
}

/* ---- JSON ---- */

/* A hexadecimal member; null is as if it were not there. */
static bool hex_take(const json_t *value, uint8_t memory[REEVE_TOKEN_DIGEST_MAX], struct reeve_span *to)
{
	size_t size = 0;

	if (value == NULL || json_is_null(value)) {
		return true;
	}
	if (!json_is_string(value) ||
		!hex_read(json_string_value(value), (struct reeve_buf){memory, REEVE_TOKEN_DIGEST_MAX}, &size) ||
		size == 0) {
		return false;
	}
	*to = reeve_span(memory, size);
	return true;
}

static bool rems_take(const json_t *rems, struct reference_bytes *bytes, struct reeve_reference *to)
{
	if (rems == NULL) {
		return true;
	}
	if (json_array_size(rems) != REEVE_TOKEN_REMS) {
		return false;
	}
	for (unsigned i = 0; i < REEVE_TOKEN_REMS; i++) {
		if (!hex_take(json_array_get(rems, i), bytes->rems[i], &to->rems[i])) {
			return false;
		}
	}
	return true;
}

static const char *text_keep(char memory[RULES_TEXT_MAX], const char *text)
{
	(void)snprintf(memory, RULES_TEXT_MAX, "%s", text);
	return memory;
}

static bool others_take(json_t *others, struct reference_bytes *bytes, struct reeve_reference *to)
{
	const char *rules;
	json_t *rim;
	unsigned i = 0;

	if (others != NULL && (!json_is_object(others) || json_object_size(others) > REEVE_RULES_MAX)) {
		return false;
	}
	json_object_foreach(others, rules, rim)
	{
		if (!hex_take(rim, bytes->other[i], &to->other[i].rim)) {
			return false;
		}
		to->other[i].rules = text_keep(bytes->rules[1 + i], rules);
		i++;
	}
	return true;
}

/* A member that is misspelt would be a value that nobody compares. */
static const char *unknown_member(json_t *root)
{
	static const char *const known[] = {"reference", "rules", "hash", "granule", "rim", "rem", "rpv", "other_rims"};
	const char *name;
	json_t *value;

	json_object_foreach(root, name, value)
	{
		size_t i = 0;

		while (i < sizeof(known) / sizeof(known[0]) && strcmp(known[i], name) != 0) {
			i++;
		}
		if (i == sizeof(known) / sizeof(known[0])) {
			return name;
		}
	}
	return NULL;
}

static bool reference_take(struct references *references, json_t *root, const char *name, struct message *why)
{
	const char *format = json_string_value(json_object_get(root, "reference"));
	const char *hash = json_string_value(json_object_get(root, "hash"));
	const char *rules = json_string_value(json_object_get(root, "rules"));
	const char *unknown = unknown_member(root);
	struct reference_bytes *bytes;
	struct reeve_reference *to;

	if (format == NULL || strcmp(format, format_name) != 0) {
		return message_set(why,
			"%s: no object with \"reference\": \"%s\"; reeve measure --format json writes one", name,
			format_name);
	}
	if (unknown != NULL) {
		return message_set(why, "%s: a reference has no member '%.40s'", name, unknown);
	}
	to = references_add(references, &bytes, name, why);
	if (to == NULL) {
		return false;
	}
	to->hash_bits = hash == NULL ? 0 : reeve_token_hash_bits(reeve_span(hash, strlen(hash)));
	to->rules = rules == NULL ? NULL : text_keep(bytes->rules[0], rules);
	if (to->hash_bits == 0) {
		return message_set(why, "%s: hash must be one of sha-256, sha-384, sha-512", name);
	}
	if (!hex_take(json_object_get(root, "rim"), bytes->rim, &to->rim) || to->rim.size == 0) {
		return message_set(why, "%s: rim must be hexadecimal, up to 64 bytes", name);
	}
	if (!rems_take(json_object_get(root, "rem"), bytes, to)) {
		return message_set(why, "%s: rem must be four values, each hexadecimal up to 64 bytes or null", name);
	}
	if (!hex_take(json_object_get(root, "rpv"), bytes->rpv, &to->rpv)) {
		return message_set(why, "%s: rpv must be hexadecimal, 64 bytes", name);
	}
	return others_take(json_object_get(root, "other_rims"), bytes, to) ||
		message_set(why, "%s: other_rims must be an object of at most %d hexadecimal values", name,
			REEVE_RULES_MAX);
}

static bool references_read_json(
	struct references *references, struct reeve_span text, const char *name, struct message *why)
{
	json_error_t error;
	json_t *root = json_loadb((const char *)text.bytes, text.size, JSON_REJECT_DUPLICATES, &error);
	bool is_good = root != NULL || message_set(why, "%s:%d: %s", name, error.line, error.text);

	is_good = is_good && reference_take(references, root, name, why);
	json_decref(root);
	return is_good;
}

bool references_read(struct references *references, struct reeve_span in, const char *name, struct message *why)
{
	size_t start = 0;

	while (start < in.size &&
		(in.bytes[start] == ' ' || in.bytes[start] == '\n' || in.bytes[start] == '\t' ||
			in.bytes[start] == '\r')) {
		start++;
	}
	return start < in.size && in.bytes[start] == '{' ? references_read_json(references, in, name, why)
							 : references_read_corim(references, in, name, why);
}

bool references_load(struct references *references, const char *path, struct message *why)
{
	struct bytes file;
	bool is_good;

	if (!file_read(path, JSON_FILE_MAX, &file, why)) {
		return false;
	}
	is_good = references_read(references, file_span(&file), path, why);
	file_free(&file);
	return is_good;
}
