/* SPDX-License-Identifier: BSD-2-Clause */
/* events.c - an object of an event list as an event; docs/events.schema.json. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "tools/measure/member.h"
#include "tools/measure/source.h"

enum { MEMBERS_MAX = 9, REM_COUNT = RMI_MEASUREMENT_COUNT - 1, S2SZ_DEFAULT = 40 };

static bool create_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	struct rmi_realm_params *params = &event->create.params;
	struct {
		const char *name;
		uint64_t value;
	} bytes[] = {{"s2sz", S2SZ_DEFAULT}, {"sve_vl", 0}, {"num_bps", 1}, {"num_wps", 1}, {"pmu_num_ctrs", 0}};
	const char *hash = NULL;
	size_t rpv_size = 0;

	(void)source;
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		if (!member_number(object, bytes[i].name, UINT8_MAX, &bytes[i].value, why)) {
			return false;
		}
	}
	if (!member_number(object, "flags", UINT64_MAX, &params->flags, why) ||
		!member_text(object, "hash", &hash, why) ||
		!member_bytes(object, "rpv", params->rpv, sizeof(params->rpv), &rpv_size, why)) {
		return false;
	}
	if (hash != NULL && !hash_of_name(hash, &params->hash_algo)) {
		return message_set(why, "\"hash\" is '%s': none of sha-256, sha-384, sha-512", hash);
	}
	params->s2sz = (uint8_t)bytes[0].value;
	params->sve_vl = (uint8_t)bytes[1].value;
	params->num_bps = (uint8_t)bytes[2].value;
	params->num_wps = (uint8_t)bytes[3].value;
	params->pmu_num_ctrs = (uint8_t)bytes[4].value;
	event->create.has_rpv = rpv_size != 0;
	return true;
}

static bool ripas_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	uint64_t level = EVENT_LEVEL_ANY;

	(void)source;
	if (!member_number_needed(object, "base", UINT64_MAX, &event->ripas.base, why) ||
		!member_number_needed(object, "top", UINT64_MAX, &event->ripas.top, why) ||
		!member_number(object, "level", EVENT_LEVEL_ANY, &level, why)) {
		return false;
	}
	if (level != EVENT_LEVEL_ANY && level > RMI_LEVEL_LAST) {
		return message_set(why, "\"level\" is %d: 0 to 3", (int)level);
	}
	event->ripas.level = (int)level;
	return true;
}

/* The name as seen from the folder of the list. */
static bool file_path(const struct source *source, const char *name, char path[PATH_MAX])
{
	const char *slash = strrchr(source->values.name, '/');
	int folder = name[0] == '/' || slash == NULL ? 0 : (int)(slash - source->values.name) + 1;
	int length = snprintf(path, PATH_MAX, "%.*s%s", folder, source->values.name, name);

	return length > 0 && length < PATH_MAX;
}

/* The bytes that "file", "offset" and "size" name, mapped until the next event. */
static bool file_read(
	struct source *source, const json_t *object, const char *name, struct event *event, struct message *why)
{
	struct extent *content = &event->data.content;
	char path[PATH_MAX];
	uint64_t offset = 0;
	uint64_t size;

	if (!file_path(source, name, path)) {
		return message_set(why, "\"file\": the name is too long");
	}
	if (!bytes_map(path, UINT64_MAX, &source->file, why) ||
		!member_number(object, "offset", UINT64_MAX, &offset, why)) {
		return false;
	}
	if (offset >= source->file.size) {
		return message_set(why, "%s: \"offset\" %llu is not inside its %zu bytes", path,
			(unsigned long long)offset, source->file.size);
	}
	size = source->file.size - offset;
	if (!member_number(object, "size", size, &size, why)) {
		return false;
	}
	source->piece = (struct piece){content->ipa, source->file.data + offset, size, offset};
	content->pieces = &source->piece;
	content->piece_count = 1;
	content->size = size;
	event->origin = name;
	return true;
}

static uint64_t granules_up(const struct source *source, uint64_t size)
{
	uint64_t rest = size % source->granule;

	return rest == 0 ? size : size + (source->granule - rest); /* a sum that wraps is an empty range */
}

static bool data_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	struct extent *content = &event->data.content;
	const char *file = NULL;
	bool is_measured = true;
	bool has_zero = json_object_get(object, "zero") != NULL;
	bool has_digest = json_object_get(object, "content") != NULL;

	if (!member_number_needed(object, "ipa", UINT64_MAX, &content->ipa, why) ||
		!member_flag(object, "measured", &is_measured, why) || !member_text(object, "file", &file, why) ||
		!member_text(object, "of", &event->data.of, why) ||
		!member_text(object, "bootargs", &event->data.bootargs, why)) {
		return false;
	}
	if ((file != NULL) + has_zero + has_digest != 1) {
		return message_set(why, "data has one of \"file\", \"content\" and \"zero\"");
	}
	if (file == NULL && (json_object_get(object, "offset") != NULL || json_object_get(object, "size") != NULL)) {
		return message_set(why, "\"offset\" and \"size\" are those of a \"file\"");
	}
	event->data.flags = FIELD_SET(0, DATA_FLAG_MEASURE, is_measured);
	if (has_digest) {
		content->size = source->granule;
		if (!member_bytes(object, "content", event->data.digest, sizeof(event->data.digest),
			    &event->data.digest_size, why)) {
			return false;
		}
		return event->data.digest_size != 0 || message_set(why, "\"content\" is empty");
	}
	if (file != NULL ? !file_read(source, object, file, event, why)
			 : !member_number(object, "zero", UINT64_MAX, &content->size, why)) {
		return false;
	}
	content->size = granules_up(source, content->size);
	return true;
}

static bool unknown_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	(void)source;
	return member_number_needed(object, "ipa", UINT64_MAX, &event->data.content.ipa, why) &&
		member_number_needed(object, "size", UINT64_MAX, &event->data.content.size, why);
}

static bool rec_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	const json_t *gprs = json_object_get(object, "gprs");
	bool is_runnable = true;

	(void)source;
	if (!member_number(object, "pc", UINT64_MAX, &event->rec.pc, why) ||
		!member_flag(object, "runnable", &is_runnable, why)) {
		return false;
	}
	if (gprs != NULL && (!json_is_array(gprs) || json_array_size(gprs) > RMI_REC_PARAMS_GPRS)) {
		return message_set(why, "\"gprs\" is no array of up to %d numbers", RMI_REC_PARAMS_GPRS);
	}
	for (size_t i = 0; i < json_array_size(gprs); i++) {
		if (!value_number(json_array_get(gprs, i), "gprs", UINT64_MAX, &event->rec.gprs[i], why)) {
			return false;
		}
	}
	event->rec.flags = FIELD_SET(0, REC_FLAG_RUNNABLE, is_runnable);
	return true;
}

static bool activate_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	(void)source;
	(void)object;
	(void)event;
	(void)why;
	return true;
}

static bool rem_read(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	uint64_t index = 0;

	(void)source;
	if (json_object_get(object, "value") == NULL) {
		return message_set(why, "there is no \"value\"");
	}
	if (!member_number_needed(object, "index", REM_COUNT - 1, &index, why) ||
		!member_bytes(object, "value", event->rem.value, sizeof(event->rem.value), &event->rem.size, why)) {
		return false;
	}
	event->rem.index = (unsigned)index;
	return true;
}

static const struct event_row {
	const char *name;
	enum event_kind kind;
	const char *members[MEMBERS_MAX];
	bool (*read)(struct source *source, const json_t *object, struct event *event, struct message *why);
} rows[] = {
	{"create", EVENT_CREATE, {"hash", "s2sz", "flags", "sve_vl", "num_bps", "num_wps", "pmu_num_ctrs", "rpv"},
		create_read},
	{"ripas", EVENT_RIPAS, {"base", "top", "level"}, ripas_read},
	{"data", EVENT_DATA, {"ipa", "file", "offset", "size", "content", "zero", "measured", "of", "bootargs"},
		data_read},
	{"unknown", EVENT_UNKNOWN, {"ipa", "size"}, unknown_read},
	{"rec", EVENT_REC, {"pc", "gprs", "runnable"}, rec_read},
	{"activate", EVENT_ACTIVATE, {NULL}, activate_read},
	{"rem", EVENT_REM, {"index", "value"}, rem_read},
};

static bool members_check(const struct event_row *row, const json_t *object, struct message *why)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value)
	{
		bool is_known = strcmp(name, "event") == 0;

		for (unsigned i = 0; i < MEMBERS_MAX && row->members[i] != NULL; i++) {
			is_known = is_known || strcmp(name, row->members[i]) == 0;
		}
		if (!is_known) {
			return message_set(why, "%s has no member \"%s\"", row->name, name);
		}
	}
	return true;
}

bool source_event(struct source *source, const json_t *object, struct event *event, struct message *why)
{
	const char *name = NULL;

	if (!member_text(object, "event", &name, why)) {
		return false;
	}
	if (name == NULL) {
		return message_set(why, "neither an event (\"event\") nor a traced call (\"cmd\")");
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, name) == 0) {
			event->kind = rows[i].kind;
			return members_check(&rows[i], object, why) && rows[i].read(source, object, event, why);
		}
	}
	return message_set(why, "\"event\" is '%s': none of create, ripas, data, unknown, rec, activate, rem", name);
}
