/* SPDX-License-Identifier: BSD-2-Clause */
/* calls.c - a traced RMI call as an event, if the monitor carried it out and it is one; docs/trace.schema.json. */
#include <string.h>

#include "tools/measure/member.h"
#include "tools/measure/source.h"

static bool object_needed(const json_t *object, const char *name, const json_t **member, struct message *why)
{
	*member = json_object_get(object, name);
	return json_is_object(*member) || message_set(why, "the call has no \"%s\"", name);
}

static bool create_read(struct source *source, const json_t *call, struct event *event, struct message *why)
{
	struct rmi_realm_params *params = &event->create.params;
	uint64_t bytes[6] = {0};
	static const char *const names[6] = {"s2sz", "sve_vl", "num_bps", "num_wps", "pmu_num_ctrs", "hash_algo"};
	size_t rpv_size = 0;
	const json_t *from;

	(void)source;
	if (!object_needed(call, "params", &from, why) ||
		!member_number_needed(from, "flags", UINT64_MAX, &params->flags, why) ||
		!member_bytes(from, "rpv", params->rpv, sizeof(params->rpv), &rpv_size, why)) {
		return false;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!member_number_needed(from, names[i], UINT8_MAX, &bytes[i], why)) {
			return false;
		}
	}
	params->s2sz = (uint8_t)bytes[0];
	params->sve_vl = (uint8_t)bytes[1];
	params->num_bps = (uint8_t)bytes[2];
	params->num_wps = (uint8_t)bytes[3];
	params->pmu_num_ctrs = (uint8_t)bytes[4];
	params->hash_algo = (uint8_t)bytes[5];
	event->create.has_rpv = rpv_size != 0;
	return true;
}

/* What the monitor returned, which a plan of faults may have told the host otherwise. */
static const json_t *outcome(const json_t *call)
{
	const json_t *monitor = json_object_get(call, "monitor");

	return json_is_object(monitor) ? monitor : call;
}

static bool ripas_read(struct source *source, const json_t *call, struct event *event, struct message *why)
{
	const json_t *args;
	const json_t *out;
	uint64_t level;

	(void)source;
	if (!object_needed(call, "args", &args, why) || !object_needed(outcome(call), "out", &out, why) ||
		!member_number_needed(args, "base", UINT64_MAX, &event->ripas.base, why) ||
		!member_number_needed(out, "out_top", UINT64_MAX, &event->ripas.top, why) ||
		!member_number_needed(
			json_array_get(json_object_get(call, "entries"), 0), "level", RMI_LEVEL_LAST, &level, why)) {
		return false;
	}
	event->ripas.level = (int)level;
	return true;
}

static bool data_read(struct source *source, const json_t *call, struct event *event, struct message *why)
{
	const json_t *args;

	event->data.content.size = source->granule;
	return object_needed(call, "args", &args, why) &&
		member_number_needed(args, "ipa", UINT64_MAX, &event->data.content.ipa, why) &&
		member_number_needed(args, "flags", UINT64_MAX, &event->data.flags, why) &&
		member_bytes(call, "content", event->data.digest, sizeof(event->data.digest), &event->data.digest_size,
			why) &&
		(event->data.digest_size != 0 || FIELD_GET(event->data.flags, DATA_FLAG_MEASURE) == 0 ||
			message_set(why, "the call has no \"content\", the digest of what it measures"));
}

static bool rec_read(struct source *source, const json_t *call, struct event *event, struct message *why)
{
	const json_t *params;
	const json_t *gprs;

	(void)source;
	if (!object_needed(call, "params", &params, why) ||
		!member_number_needed(params, "flags", UINT64_MAX, &event->rec.flags, why) ||
		!member_number_needed(params, "pc", UINT64_MAX, &event->rec.pc, why) ||
		!member_number(params, "mpidr", UINT64_MAX, &event->rec.mpidr, why)) {
		return false;
	}
	gprs = json_object_get(params, "gprs");
	if (!json_is_array(gprs) || json_array_size(gprs) != RMI_REC_PARAMS_GPRS) {
		return message_set(why, "\"gprs\" is no array of %d numbers", RMI_REC_PARAMS_GPRS);
	}
	for (size_t i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		if (!value_number(json_array_get(gprs, i), "gprs", UINT64_MAX, &event->rec.gprs[i], why)) {
			return false;
		}
	}
	return true;
}

static bool activate_read(struct source *source, const json_t *call, struct event *event, struct message *why)
{
	(void)source;
	(void)call;
	(void)event;
	(void)why;
	return true;
}

static const struct call_row {
	const char *name;
	enum event_kind kind;
	bool (*read)(struct source *source, const json_t *call, struct event *event, struct message *why);
} rows[] = {
	{"RMI_REALM_CREATE", EVENT_CREATE, create_read},
	{"RMI_RTT_INIT_RIPAS", EVENT_RIPAS, ripas_read},
	{"RMI_DATA_CREATE", EVENT_DATA, data_read},
	{"RMI_REC_CREATE", EVENT_REC, rec_read},
	{"RMI_REALM_ACTIVATE", EVENT_ACTIVATE, activate_read},
};

bool source_call(struct source *source, const json_t *object, struct event *event, bool *is_event, struct message *why)
{
	const char *command = json_string_value(json_object_get(object, "cmd"));
	const char *fault = json_string_value(json_object_get(object, "fault"));
	const char *status = json_string_value(json_object_get(outcome(object), "status"));
	uint64_t realm = 0;

	*is_event = false;
	if (command == NULL || !member_number_needed(object, "realm", UINT64_MAX, &realm, why)) {
		return message_set(why, "no call of a trace: \"cmd\" is no text, or there is no \"realm\"");
	}
	if (realm != source->realm || status == NULL || strcmp(status, "SUCCESS") != 0 ||
		(fault != NULL && strcmp(fault, "refused") == 0)) {
		return true;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, command) == 0) {
			event->kind = rows[i].kind;
			event->was_done = true;
			*is_event = true;
			return rows[i].read(source, object, event, why);
		}
	}
	return true;
}
