/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.c - writes steps of the chain for people. */
#include "tools/measure/explain.h"

#include <inttypes.h>
#include <stdio.h>

#include "tools/measure/format.h"

enum { HEX_MAX = 2 * RMI_MEASUREMENT_SIZE + 1, TYPE_DATA = 0, TYPE_REC = 1, TYPE_RIPAS = 2 };

static const char *slot_text(const struct meter *meter, const uint8_t *slot, char text[HEX_MAX])
{
	format_hex(slot, rmi_hash_size(meter->chain.algorithm), text);
	return text;
}

static void create(FILE *to, const struct event *event)
{
	const struct rmi_realm_params *p = &event->create.params;

	fprintf(to,
		"create  H(params flags=0x%" PRIx64
		" s2sz=%u sve_vl=%u num_bps=%u num_wps=%u pmu_num_ctrs=%u hash_algo=%u %s)",
		p->flags, (unsigned)p->s2sz, (unsigned)p->sve_vl, (unsigned)p->num_bps, (unsigned)p->num_wps,
		(unsigned)p->pmu_num_ctrs, (unsigned)p->hash_algo, rmi_hash_name(p->hash_algo));
}

/* Where in its file the granule begins; nothing when it is in no file, or begins with what is in none. */
static void origin(FILE *to, const struct meter_step *step)
{
	const struct event *event = step->event;

	if (event->origin == NULL || event->data.digest_size != 0) {
		return;
	}
	for (size_t i = 0; i < event->data.content.piece_count; i++) {
		const struct piece *piece = &event->data.content.pieces[i];

		if (step->base >= piece->ipa && step->base - piece->ipa < piece->size) {
			fprintf(to, " %s+0x%" PRIx64, event->origin, piece->offset + (step->base - piece->ipa));
			return;
		}
	}
	fprintf(to, " %s", event->origin);
}

static void data(FILE *to, const struct meter *meter, const struct meter_step *step)
{
	char text[HEX_MAX];

	fprintf(to, "data    H(%d rim ipa=0x%" PRIx64 " flags=%" PRIu64 " content=%s)", TYPE_DATA, step->base,
		step->event->data.flags, step->content == NULL ? "0" : slot_text(meter, step->content, text));
	origin(to, step);
}

static void rec(FILE *to, const struct event *event)
{
	fprintf(to, "rec     H(%d rim H(flags=%" PRIu64 " pc=0x%" PRIx64 " gprs=", TYPE_REC, event->rec.flags,
		event->rec.pc);
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		fprintf(to, "%s0x%" PRIx64, i == 0 ? "" : ",", event->rec.gprs[i]);
	}
	fprintf(to, "))");
}

static void rem(FILE *to, const struct meter *meter, const struct event *event)
{
	char text[HEX_MAX];

	format_hex(event->rem.value, event->rem.size, text);
	fprintf(to, "rem%u    H(rem%u %s%s)", event->rem.index, event->rem.index, text,
		meter->chain.rules->pads_rem ? " each filled up to 64 bytes" : "");
}

void explain_step(void *context, const struct meter *meter, const struct meter_step *step)
{
	const struct event *event = step->event;
	const uint8_t *slot = event->kind == EVENT_REM ? meter->chain.rem[event->rem.index] : meter->chain.rim;
	FILE *to = context;
	char text[HEX_MAX];

	fprintf(to, "%6" PRIu64 "  ", step->n);
	switch (event->kind) {
	case EVENT_CREATE:
		create(to, event);
		break;
	case EVENT_RIPAS:
		fprintf(to, "ripas   H(%d rim base=0x%" PRIx64 " top=0x%" PRIx64 ")", TYPE_RIPAS, step->base,
			step->top);
		break;
	case EVENT_DATA:
		data(to, meter, step);
		break;
	case EVENT_UNKNOWN:
		fprintf(to, "unknown 0x%" PRIx64 "-0x%" PRIx64, step->base, step->top);
		break;
	case EVENT_REC:
		rec(to, event);
		break;
	case EVENT_REM:
		rem(to, meter, event);
		break;
	case EVENT_ACTIVATE:
		fprintf(to, "activate");
		break;
	case EVENT_KIND_COUNT:
		break;
	}
	if (!step->is_extension) {
		fprintf(to, " is not measured%s\n", event->kind == EVENT_CREATE ? ": the RIM begins as zeroes" : "");
		return;
	}
	fprintf(to, " = %s\n", slot_text(meter, slot, text));
}
