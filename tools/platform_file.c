/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_file.c - reads the claims of a platform, member by member; one that it does not know is refused. */
#include "tools/platform_file.h"

#include <stdlib.h>
#include <string.h>

#include "reeve/token.h"
#include "tools/token/file.h"
#include "tools/token/hex.h"

enum { SHA_256_SIZE = 32, SHA_384_SIZE = 48, SHA_512_SIZE = 64, UEID_RANDOM = 1 };

/* The bytes of a member in hexadecimal. False with *why set when they are none. */
static bool bytes_take(struct platform_file *file, const char *name, const json_t *value, struct reeve_span *bytes,
	struct message *why)
{
	const char *text = json_string_value(value);
	struct reeve_buf to = {file->memory + file->used, file->room - file->used};
	size_t size = 0;

	if (text == NULL || !hex_read(text, to, &size) || size == 0) {
		return message_set(why, "%s must be bytes in hexadecimal, not '%.40s'", name, text == NULL ? "" : text);
	}
	file->used += size;
	*bytes = reeve_span(to.bytes, size);
	return true;
}

static bool text_take(const char *name, const json_t *value, const char **text, struct message *why)
{
	const char *found = json_string_value(value);

	if (found == NULL || found[0] == '\0' || strlen(found) != json_string_length(value)) {
		return message_set(why, "%s must be a text that is not empty", name);
	}
	*text = found;
	return true;
}

/* Exactly `size` bytes into a field of the platform. */
static bool id_take(struct platform_file *file, const char *name, const json_t *value, uint8_t *to, size_t size,
	struct message *why)
{
	struct reeve_span bytes = {NULL, 0};

	if (!bytes_take(file, name, value, &bytes, why)) {
		return false;
	}
	if (bytes.size != size) {
		return message_set(why, "%s has %zu bytes; it must have %zu", name, bytes.size, size);
	}
	memcpy(to, bytes.bytes, size);
	return true;
}

static bool set_implementation_id(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	static const uint8_t nothing[sizeof(p->implementation_id)];

	if (!id_take(file, "implementation_id", value, p->implementation_id, sizeof(p->implementation_id), why)) {
		return false;
	}
	return memcmp(p->implementation_id, nothing, sizeof(nothing)) != 0 ||
		message_set(why, "implementation_id is all zeroes, which names nothing");
}

static bool set_instance_id(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	return id_take(file, "instance_id", value, p->instance_id, sizeof(p->instance_id), why) &&
		(p->instance_id[0] == UEID_RANDOM ||
			message_set(
				why, "instance_id begins with %02x; a random UEID begins with 01", p->instance_id[0]));
}

static bool set_lifecycle(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	json_int_t number = json_integer_value(value);

	(void)file;
	if (!json_is_integer(value) || number < 1 || number > UINT16_MAX ||
		reeve_token_lifecycle_name((uint64_t)number) == NULL) {
		return message_set(
			why, "security_lifecycle must be the number of a state, such as 12288 (0x3000) for secured");
	}
	p->lifecycle = (uint16_t)number;
	return true;
}

static bool set_configuration(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	return bytes_take(file, "configuration", value, &p->config, why);
}

static bool set_service(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	(void)file;
	return text_take("verification_service", value, &p->verification_service, why);
}

static bool set_hash(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	(void)file;
	return text_take("hash_algorithm", value, &p->hash_algorithm, why);
}

static bool digest_take(struct platform_file *file, const char *name, const json_t *value, struct reeve_span *bytes,
	struct message *why)
{
	return bytes_take(file, name, value, bytes, why) &&
		(bytes->size == SHA_256_SIZE || bytes->size == SHA_384_SIZE || bytes->size == SHA_512_SIZE ||
			message_set(why, "%s has %zu bytes; a digest has 32, 48 or 64", name, bytes->size));
}

static bool component_member_take(struct platform_file *file, struct reeve_model_component *component, const char *name,
	const json_t *value, struct message *why)
{
	if (strcmp(name, "type") == 0) {
		return text_take(name, value, &component->type, why);
	}
	if (strcmp(name, "version") == 0) {
		return text_take(name, value, &component->version, why);
	}
	if (strcmp(name, "hash_algorithm") == 0) {
		return text_take(name, value, &component->hash_algorithm, why);
	}
	if (strcmp(name, "measurement") == 0) {
		return digest_take(file, name, value, &component->measurement, why);
	}
	if (strcmp(name, "signer") == 0) {
		return digest_take(file, name, value, &component->signer_id, why);
	}
	return message_set(why, "a component has no member '%.40s'", name);
}

static bool component_take(
	struct platform_file *file, struct reeve_model_component *component, json_t *object, struct message *why)
{
	const char *name;
	json_t *value;
	bool is_good = json_is_object(object) || message_set(why, "a component must be an object");

	json_object_foreach(object, name, value)
	{
		is_good = is_good && component_member_take(file, component, name, value, why);
	}
	if (is_good && (component->measurement.size == 0 || component->signer_id.size == 0)) {
		return message_set(why, "a component needs measurement and signer");
	}
	return is_good;
}

static bool set_components(
	struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why)
{
	size_t count = json_array_size(value);
	bool is_good = true;

	if (count == 0 || count > REEVE_MODEL_COMPONENTS_MAX) {
		return message_set(
			why, "software_components must be an array of 1 to %d components", REEVE_MODEL_COMPONENTS_MAX);
	}
	for (size_t i = 0; i < count && is_good; i++) {
		is_good = component_take(file, &p->components[i], json_array_get(value, i), why);
	}
	p->component_count = (unsigned)count;
	return is_good;
}

static const struct {
	const char *name;
	bool (*set)(
		struct platform_file *file, struct reeve_model_platform *p, const json_t *value, struct message *why);
} members[] = {
	{"implementation_id", set_implementation_id},
	{"instance_id", set_instance_id},
	{"security_lifecycle", set_lifecycle},
	{"software_components", set_components},
	{"configuration", set_configuration},
	{"verification_service", set_service},
	{"hash_algorithm", set_hash},
};

static bool member_take(struct platform_file *file, struct reeve_model_platform *platform, const char *name,
	const json_t *value, struct message *why)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (strcmp(members[i].name, name) == 0) {
			return members[i].set(file, platform, value, why);
		}
	}
	return message_set(why, "a platform has no member '%.40s' that can be set; reeve-run(1) lists them", name);
}

static bool json_take(struct platform_file *file, struct reeve_span text, const char *name, struct message *why)
{
	json_error_t error;

	*file = (struct platform_file){.room = text.size / 2 + 1};
	file->root = json_loadb((const char *)text.bytes, text.size, JSON_REJECT_DUPLICATES, &error);
	if (!json_is_object(file->root)) {
		if (file->root != NULL) {
			(void)message_set(why, "%s: this is no JSON object", name);
		} else {
			(void)message_set(why, "%s:%d: %s", name, error.line, error.text);
		}
		platform_file_close(file);
		return false;
	}
	file->memory = calloc(1, file->room);
	if (file->memory == NULL) {
		platform_file_close(file);
		return message_set(why, "there is not enough memory for %s", name);
	}
	return true;
}

bool platform_file_read(struct platform_file *file, struct reeve_span text, const char *name,
	struct reeve_model_platform *platform, struct message *why)
{
	struct message what = {""};
	const char *member;
	json_t *value;
	bool is_good = true;

	if (!json_take(file, text, name, why)) {
		return false;
	}
	json_object_foreach(file->root, member, value)
	{
		is_good = is_good && member_take(file, platform, member, value, &what);
	}
	if (!is_good) {
		platform_file_close(file);
		return message_set(why, "--platform %.200s: %.250s", name, what.text);
	}
	return true;
}

bool platform_file_load(
	struct platform_file *file, const char *path, struct reeve_model_platform *platform, struct message *why)
{
	struct bytes text;
	bool is_good;

	if (!file_read(path, TOKEN_FILE_MAX, &text, why)) {
		return false;
	}
	is_good = platform_file_read(file, file_span(&text), path, platform, why);
	file_free(&text);
	return is_good;
}

void platform_file_close(struct platform_file *file)
{
	json_decref(file->root);
	free(file->memory);
	*file = (struct platform_file){0};
}
