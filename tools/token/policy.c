/* SPDX-License-Identifier: BSD-2-Clause */
/* policy.c - a policy out of JSON; a word that it does not know is refused, so that none is silently without effect. */
#include "tools/token/policy.h"

#include <string.h>

#include <jansson.h>

#include "tools/token/file.h"
#include "tools/token/hex.h"

enum { STATES = 7, STATE_SHIFT = 12 };

static bool set_lifecycle(struct policy *policy, const json_t *value, struct message *why)
{
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *word = json_string_value(json_array_get(value, i));
		uint64_t state = 0;

		while (state < STATES &&
			(word == NULL || strcmp(reeve_token_lifecycle_name(state << STATE_SHIFT), word) != 0)) {
			state++;
		}
		if (state == STATES) {
			return message_set(why, "'%.40s' is no lifecycle state; reeve-verify(1) lists them",
				word == NULL ? "that" : word);
		}
		policy->rules.lifecycles |= UINT64_C(1) << state;
	}
	return json_array_size(value) != 0 || message_set(why, "lifecycle must be an array of states");
}

static bool set_id(const json_t *value, uint8_t *memory, size_t size, struct reeve_span *to)
{
	size_t used = 0;

	if (!json_is_string(value) || !hex_read(json_string_value(value), (struct reeve_buf){memory, size}, &used) ||
		used != size) {
		return false;
	}
	*to = reeve_span(memory, size);
	return true;
}

static bool set_implementation(struct policy *policy, const json_t *value, struct message *why)
{
	return set_id(value, policy->implementation_id, sizeof(policy->implementation_id),
		       &policy->rules.implementation_id) ||
		message_set(why, "implementation_id must be 32 bytes in hexadecimal");
}

static bool set_instance(struct policy *policy, const json_t *value, struct message *why)
{
	return set_id(value, policy->instance_id, sizeof(policy->instance_id), &policy->rules.instance_id) ||
		message_set(why, "instance_id must be 33 bytes in hexadecimal");
}

static bool set_memory(struct policy *policy, const json_t *value, struct message *why)
{
	const char *word = json_string_value(value);

	if (word == NULL || (strcmp(word, "private") != 0 && strcmp(word, "any") != 0)) {
		return message_set(why, "memory_encryption must be private or any");
	}
	policy->rules.needs_private_memory = strcmp(word, "private") == 0;
	return true;
}

static bool set_require(struct policy *policy, const json_t *value, struct message *why)
{
	bool is_good = json_is_array(value);

	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *word = json_string_value(json_array_get(value, i));

		if (word != NULL && strcmp(word, "challenge") == 0) {
			policy->rules.needs_challenge = true;
		} else if (word != NULL && strcmp(word, "reference") == 0) {
			policy->rules.needs_reference = true;
		} else {
			is_good = false;
		}
	}
	return is_good || message_set(why, "require must be an array of challenge, reference");
}

static const struct {
	const char *name;
	bool (*set)(struct policy *policy, const json_t *value, struct message *why);
} rows[] = {
	{"lifecycle", set_lifecycle},
	{"implementation_id", set_implementation},
	{"instance_id", set_instance},
	{"memory_encryption", set_memory},
	{"require", set_require},
};

static bool member_take(struct policy *policy, const char *name, const json_t *value, struct message *why)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			return rows[i].set(policy, value, why);
		}
	}
	return message_set(why, "a policy has no member '%.40s'", name);
}

bool policy_read(struct policy *policy, struct reeve_span in, const char *name, struct message *why)
{
	json_error_t error;
	json_t *root = json_loadb((const char *)in.bytes, in.size, JSON_REJECT_DUPLICATES, &error);
	struct message what = {""};
	const char *member;
	json_t *value;
	bool is_good = true;

	if (!json_is_object(root)) {
		bool is_json = root != NULL;

		json_decref(root);
		return is_json ? message_set(why, "%s: this is no JSON object", name)
			       : message_set(why, "%s:%d: %s", name, error.line, error.text);
	}
	*policy = (struct policy){.rules = {.lifecycles = 0}};
	json_object_foreach(root, member, value)
	{
		is_good = is_good && member_take(policy, member, value, &what);
	}
	json_decref(root);
	return is_good || message_set(why, "%s: %.400s", name, what.text);
}

bool policy_load(struct policy *policy, const char *path, struct message *why)
{
	struct bytes file;
	bool is_good;

	if (!file_read(path, JSON_FILE_MAX, &file, why)) {
		return false;
	}
	is_good = policy_read(policy, file_span(&file), path, why);
	file_free(&file);
	return is_good;
}
