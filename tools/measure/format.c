/* SPDX-License-Identifier: BSD-2-Clause */
/* format.c - writes measurements as text and JSON. */
#include "tools/measure/format.h"

#include <string.h>

#include <openssl/evp.h>

#include "tools/json.h"

enum {
	REM_COUNT = RMI_MEASUREMENT_COUNT - 1,
	HEX_MAX = 2 * RMI_MEASUREMENT_SIZE + 1,
	BASE64_MAX = 4 * ((RMI_MEASUREMENT_SIZE + 2) / 3) + 1,
	CORIM_MAX = 2048,
	PAYLOAD_MAX = 256,
};

static const char *const names[FORMAT_COUNT] = {
	"hex", "base64", "json", "corim", "corim-veraison", "rvps", "rvstore", "events"};

const char *format_name(enum measure_format format)
{
	return names[format];
}

bool format_is_binary(enum measure_format format)
{
	return format == FORMAT_CORIM || format == FORMAT_CORIM_VERAISON;
}

void format_hex(const uint8_t *bytes, size_t size, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	text[2 * size] = '\0';
}

static size_t digest_size(const struct meter *meter)
{
	return rmi_hash_size(meter->chain.algorithm);
}

static void hex_write(const struct meter *meter, FILE *to)
{
	char text[HEX_MAX];

	format_hex(meter->chain.rim, digest_size(meter), text);
	fprintf(to, "%s\n", text);
}

static void rim_base64(const struct meter *meter, char text[BASE64_MAX])
{
	(void)EVP_EncodeBlock((unsigned char *)text, meter->chain.rim, (int)digest_size(meter));
}

static void base64_write(const struct meter *meter, FILE *to)
{
	char text[BASE64_MAX];

	rim_base64(meter, text);
	fprintf(to, "%s\n", text);
}

/* REMs as hexadecimal digits; those that were not extended as null, or as the zeroes that a realm begins with. */
static json_t *rems_json(const struct meter *meter, bool has_all)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < REM_COUNT; i++) {
		char text[HEX_MAX];

		format_hex(meter->chain.rem[i], digest_size(meter), text);
		(void)json_array_append_new(
			array, has_all || (meter->rems >> i & 1) != 0 ? json_string(text) : json_null());
	}
	return array;
}

/* Rule set -> RIM by it. */
static json_t *others_json(const struct meter *meter)
{
	json_t *object = json_object();

	for (unsigned i = 0; i < meter->other_count; i++) {
		json_put_bytes(object, meter->others[i].rules->name, meter->others[i].rim, digest_size(meter));
	}
	return object;
}

static void json_write(const struct meter *meter, FILE *to)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "reference", json_string("reeve-realm-1"));
	(void)json_object_set_new(object, "rules", json_string(meter->chain.rules->name));
	(void)json_object_set_new(object, "hash", json_string(rmi_hash_name(meter->chain.algorithm)));
	json_put_number(object, "granule", (int64_t)meter->chain.granule);
	json_put_bytes(object, "rim", meter->chain.rim, digest_size(meter));
	(void)json_object_set_new(object, "rem", rems_json(meter, false));
	if (meter->has_rpv) {
		json_put_bytes(object, "rpv", meter->rpv, sizeof(meter->rpv));
	}
	if (meter->other_count != 0) {
		(void)json_object_set_new(object, "other_rims", others_json(meter));
	}
	json_line(object, to);
}

static void corim_write(const struct meter *meter, FILE *to)
{
	uint8_t bytes[CORIM_MAX] = {0};

	(void)fwrite(bytes, 1, format_corim(meter, false, bytes, sizeof(bytes)), to);
}

static void corim_veraison_write(const struct meter *meter, FILE *to)
{
	uint8_t bytes[CORIM_MAX] = {0};

	(void)fwrite(bytes, 1, format_corim(meter, true, bytes, sizeof(bytes)), to);
}

static void rvps_write(const struct meter *meter, FILE *to)
{
	char rim[BASE64_MAX];
	char payload[PAYLOAD_MAX];
	char text[2 * PAYLOAD_MAX];
	json_t *object = json_object();
	int length;

	rim_base64(meter, rim);
	length = snprintf(payload, sizeof(payload), "{\"cca.realm.cca-realm-initial-measurement\":[\"%s\"]}", rim);
	(void)EVP_EncodeBlock((unsigned char *)text, (const unsigned char *)payload, length);
	(void)json_object_set_new(object, "version", json_string("0.1.0"));
	(void)json_object_set_new(object, "type", json_string("sample"));
	(void)json_object_set_new(object, "payload", json_string(text));
	json_line(object, to);
}

/* Its reader refuses a realm that lacks a member, and so gets zeroes for what is not known: that is what a realm begins with. */
static void rvstore_write(const struct meter *meter, FILE *to)
{
	json_t *object = json_object();
	json_t *realms = json_array();
	json_t *realm = json_object();

	json_put_bytes(realm, "initial-measurement", meter->chain.rim, digest_size(meter));
	(void)json_object_set_new(realm, "rak-hash-algorithm", json_string("sha-256"));
	(void)json_object_set_new(realm, "extensible-measurements", rems_json(meter, true));
	json_put_bytes(realm, "personalization-value", meter->rpv, sizeof(meter->rpv));
	(void)json_array_append_new(realms, realm);
	(void)json_object_set_new(object, "platform", json_array());
	(void)json_object_set_new(object, "realm", realms);
	json_line(object, to);
}

void format_write(const struct meter *meter, enum measure_format format, FILE *to)
{
	static void (*const writers[FORMAT_COUNT])(const struct meter *, FILE *) = {
		[FORMAT_HEX] = hex_write,
		[FORMAT_BASE64] = base64_write,
		[FORMAT_JSON] = json_write,
		[FORMAT_CORIM] = corim_write,
		[FORMAT_CORIM_VERAISON] = corim_veraison_write,
		[FORMAT_RVPS] = rvps_write,
		[FORMAT_RVSTORE] = rvstore_write,
	};

	if (writers[format] != NULL) {
		writers[format](meter, to);
	}
}

static json_t *create_json(const struct event *event)
{
	const struct rmi_realm_params *params = &event->create.params;
	json_t *object = json_object();

	(void)json_object_set_new(object, "event", json_string("create"));
	(void)json_object_set_new(object, "hash", json_string(rmi_hash_name(params->hash_algo)));
	json_put_number(object, "s2sz", params->s2sz);
	json_put_word(object, "flags", params->flags);
	json_put_number(object, "sve_vl", params->sve_vl);
	json_put_number(object, "num_bps", params->num_bps);
	json_put_number(object, "num_wps", params->num_wps);
	json_put_number(object, "pmu_num_ctrs", params->pmu_num_ctrs);
	if (event->create.has_rpv) {
		json_put_bytes(object, "rpv", params->rpv, sizeof(params->rpv));
	}
	return object;
}

/* A range is written with its first entry. */
static json_t *ripas_json(const struct meter_step *step)
{
	const struct event *event = step->event;
	json_t *object;

	if (step->base != event->ripas.base) {
		return NULL;
	}
	object = json_object();
	(void)json_object_set_new(object, "event", json_string("ripas"));
	json_put_word(object, "base", event->ripas.base);
	json_put_word(object, "top", event->ripas.top);
	if (event->ripas.level != EVENT_LEVEL_ANY) {
		json_put_number(object, "level", event->ripas.level);
	}
	return object;
}

/* What it is part of, and the command line in it: once, with the first granule. */
static void part_put(json_t *object, const struct event *event, uint64_t ipa)
{
	if (event->data.of != NULL) {
		(void)json_object_set_new(object, "of", json_string(event->data.of));
	}
	if (event->data.bootargs != NULL && ipa == event->data.content.ipa) {
		(void)json_object_set_new(object, "bootargs", json_string(event->data.bootargs));
	}
}

static json_t *memory_json(const struct meter *meter, const struct meter_step *step)
{
	json_t *object = json_object();
	bool is_data = step->event->kind == EVENT_DATA;

	(void)json_object_set_new(object, "event", json_string(is_data ? "data" : "unknown"));
	json_put_word(object, "ipa", step->base);
	if (!is_data) {
		json_put_word(object, "size", step->top - step->base);
	} else if (step->content != NULL) {
		json_put_bytes(object, "content", step->content, digest_size(meter));
	} else {
		json_put_word(object, "zero", step->top - step->base);
		(void)json_object_set_new(object, "measured", json_false());
	}
	if (is_data) {
		part_put(object, step->event, step->base);
	}
	return object;
}

static json_t *rec_json(const struct event *event)
{
	json_t *object = json_object();
	json_t *gprs = json_array();

	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		(void)json_array_append_new(gprs, json_word(event->rec.gprs[i]));
	}
	(void)json_object_set_new(object, "event", json_string("rec"));
	json_put_word(object, "pc", event->rec.pc);
	(void)json_object_set_new(object, "gprs", gprs);
	(void)json_object_set_new(
		object, "runnable", json_boolean(FIELD_GET(event->rec.flags, REC_FLAG_RUNNABLE) != 0));
	return object;
}

static json_t *rem_json(const struct event *event)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "event", json_string("rem"));
	json_put_number(object, "index", event->rem.index);
	json_put_bytes(object, "value", event->rem.value, event->rem.size);
	return object;
}

static json_t *step_json(const struct meter *meter, const struct meter_step *step)
{
	switch (step->event->kind) {
	case EVENT_CREATE:
		return create_json(step->event);
	case EVENT_RIPAS:
		return ripas_json(step);
	case EVENT_DATA:
	case EVENT_UNKNOWN:
		return memory_json(meter, step);
	case EVENT_REC:
		return rec_json(step->event);
	case EVENT_REM:
		return rem_json(step->event);
	case EVENT_ACTIVATE:
		return json_pack("{s:s}", "event", "activate");
	case EVENT_KIND_COUNT:
		break;
	}
	return NULL;
}

void format_event(void *context, const struct meter *meter, const struct meter_step *step)
{
	json_t *object = step_json(meter, step);

	if (object != NULL) {
		json_line(object, context);
	}
}
