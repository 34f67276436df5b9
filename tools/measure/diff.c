/* SPDX-License-Identifier: BSD-2-Clause */
/* diff.c - compares two chains step by step, and says in words what differs. */
#include "tools/measure/diff.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/measure/format.h"

enum { HEX_MAX = 2 * RMI_MEASUREMENT_SIZE + 1, PARAM_COUNT = 6, PARAM_HASH = 5 };

static const char *const param_names[PARAM_COUNT] = {
	"s2sz", "sve_vl", "num_bps", "num_wps", "pmu_num_ctrs", "hash_algo"};

bool diff_open(struct diff *diff, struct message *why)
{
	*diff = (struct diff){.record = tmpfile()};
	return diff->record != NULL || message_set(why, "there is no temporary file: set TMPDIR to a folder with room");
}

void diff_close(struct diff *diff)
{
	(void)fclose(diff->record);
	*diff = (struct diff){0};
}

static void origin_keep(struct diff_step *kept, const struct meter_step *step)
{
	const struct event *event = step->event;
	const struct extent *content = &event->data.content;

	if (event->origin == NULL) {
		return;
	}
	(void)snprintf(kept->origin, sizeof(kept->origin), "%s", event->origin);
	for (size_t i = 0; event->kind == EVENT_DATA && event->data.digest_size == 0 && i < content->piece_count; i++) {
		const struct piece *piece = &content->pieces[i];

		if (step->base >= piece->ipa && step->base - piece->ipa < piece->size) {
			(void)snprintf(kept->origin, sizeof(kept->origin), "%s+0x%" PRIx64, event->origin,
				piece->offset + (step->base - piece->ipa));
		}
	}
}

static void create_keep(struct diff_step *kept, const struct event *event)
{
	const struct rmi_realm_params *p = &event->create.params;
	const uint8_t params[PARAM_COUNT] = {p->s2sz, p->sve_vl, p->num_bps, p->num_wps, p->pmu_num_ctrs, p->hash_algo};

	memcpy(kept->params, params, sizeof(params));
	kept->flags = p->flags;
	kept->has_rpv = event->create.has_rpv;
	kept->size = RMI_RPV_SIZE;
	memcpy(kept->bytes, p->rpv, RMI_RPV_SIZE);
}

static struct diff_step step_keep(const struct meter *meter, const struct meter_step *step)
{
	const struct event *event = step->event;
	struct diff_step kept;

	memset(&kept, 0, sizeof(kept));
	kept.kind = event->kind;
	kept.is_extension = step->is_extension;
	kept.line = event->line;
	kept.base = step->base;
	kept.top = step->top;
	origin_keep(&kept, step);
	if (event->kind == EVENT_CREATE) {
		create_keep(&kept, event);
	}
	if (event->kind == EVENT_DATA) {
		(void)snprintf(kept.of, sizeof(kept.of), "%s", event->data.of == NULL ? "" : event->data.of);
		kept.flags = event->data.flags;
		kept.is_measured = step->content != NULL;
		kept.size = kept.is_measured ? rmi_hash_size(meter->chain.algorithm) : 0;
		memcpy(kept.bytes, kept.is_measured ? step->content : kept.bytes, kept.size);
	}
	if (event->kind == EVENT_REC) {
		kept.flags = event->rec.flags;
		kept.pc = event->rec.pc;
		memcpy(kept.gprs, event->rec.gprs, sizeof(kept.gprs));
	}
	if (event->kind == EVENT_REM) {
		kept.index = event->rem.index;
		kept.size = event->rem.size;
		memcpy(kept.bytes, event->rem.value, kept.size);
	}
	return kept;
}

static void bootargs_keep(char bootargs[DIFF_BOOTARGS_MAX], const struct event *event)
{
	if (event->kind == EVENT_DATA && event->data.bootargs != NULL) {
		(void)snprintf(bootargs, DIFF_BOOTARGS_MAX, "%s", event->data.bootargs);
	}
}

void diff_record(void *context, const struct meter *meter, const struct meter_step *step)
{
	struct diff *diff = context;
	struct diff_step kept = step_keep(meter, step);

	if (step->event->kind == EVENT_CREATE) {
		diff->create_a = kept;
	}
	bootargs_keep(diff->bootargs_a, step->event);
	if (step->is_extension && fwrite(&kept, sizeof(kept), 1, diff->record) != 1) {
		diff->is_broken = true;
	}
}

void diff_turn(struct diff *diff)
{
	if (fflush(diff->record) != 0 || fseek(diff->record, 0, SEEK_SET) != 0) {
		diff->is_broken = true;
	}
}

/* Names of what differs, each with both values. */
static void values_say(FILE *to, const char *name, uint64_t a, uint64_t b)
{
	if (a != b) {
		fprintf(to, " %s 0x%" PRIx64 " against 0x%" PRIx64 ";", name, a, b);
	}
}

static bool create_is_same(const struct diff_step *a, const struct diff_step *b)
{
	return a->flags == b->flags && memcmp(a->params, b->params, sizeof(a->params)) == 0;
}

static void param_say(FILE *to, unsigned i, unsigned a, unsigned b)
{
	if (a == b) {
		return;
	}
	fprintf(to, " %s %u against %u", param_names[i], a, b);
	if (i == PARAM_HASH) {
		fprintf(to, " (%s against %s)", rmi_hash_name(a), rmi_hash_name(b));
	}
	fputc(';', to);
}

static void create_say(FILE *to, const struct diff_step *a, const struct diff_step *b)
{
	values_say(to, "flags", a->flags, b->flags);
	for (unsigned i = 0; i < PARAM_COUNT; i++) {
		param_say(to, i, a->params[i], b->params[i]);
	}
}

static bool is_same(const struct diff_step *a, const struct diff_step *b)
{
	if (a->kind != b->kind) {
		return false;
	}
	if (a->kind == EVENT_CREATE) {
		return create_is_same(a, b);
	}
	return a->base == b->base && a->top == b->top && a->flags == b->flags && a->is_measured == b->is_measured &&
		a->size == b->size && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0 && a->index == b->index &&
		a->pc == b->pc && memcmp(a->gprs, b->gprs, sizeof(a->gprs)) == 0;
}

void diff_compare(void *context, const struct meter *meter, const struct meter_step *step)
{
	struct diff *diff = context;

	if (step->event->kind == EVENT_CREATE) {
		diff->create_b = step_keep(meter, step);
	}
	bootargs_keep(diff->bootargs_b, step->event);
	if (diff->is_apart || !step->is_extension) {
		return;
	}
	diff->place++;
	diff->b = step_keep(meter, step);
	diff->has_b = true;
	diff->has_a = fread(&diff->a, sizeof(diff->a), 1, diff->record) == 1;
	diff->is_apart = !diff->has_a || !is_same(&diff->a, &diff->b);
}

static void step_say(FILE *to, const char *whose, const struct diff_step *s)
{
	char text[HEX_MAX];

	fprintf(to, "%s  ", whose);
	switch (s->kind) {
	case EVENT_CREATE:
		fprintf(to, "create");
		break;
	case EVENT_RIPAS:
		fprintf(to, "ripas 0x%" PRIx64 "-0x%" PRIx64, s->base, s->top);
		break;
	case EVENT_DATA:
		format_hex(s->bytes, s->size, text);
		fprintf(to, "data 0x%" PRIx64 " %s%s", s->base, s->is_measured ? "content " : "not measured", text);
		break;
	case EVENT_REC:
		fprintf(to, "rec pc 0x%" PRIx64 " x0 0x%" PRIx64, s->pc, s->gprs[0]);
		break;
	case EVENT_REM:
		format_hex(s->bytes, s->size, text);
		fprintf(to, "rem%u %s", s->index, text);
		break;
	case EVENT_UNKNOWN:
	case EVENT_ACTIVATE:
	case EVENT_KIND_COUNT:
		break;
	}
	if (s->origin[0] != '\0') {
		fprintf(to, "  (%s", s->origin);
		fprintf(to, s->line == 0 ? ")" : ":%" PRIu64 ")", s->line);
	}
	fputc('\n', to);
}

/* The granules at one place are not the same: what they are part of, and what of a device tree. */
static void content_say(FILE *to, const struct diff *diff)
{
	if (diff->a.of[0] == '\0' || strcmp(diff->a.of, diff->b.of) != 0) {
		fprintf(to, " the content of the granule;");
	} else if (strcmp(diff->a.of, "device tree") == 0 && strcmp(diff->bootargs_a, diff->bootargs_b) != 0) {
		fprintf(to, " the command line: \"%s\" against \"%s\";", diff->bootargs_a, diff->bootargs_b);
	} else {
		fprintf(to, " the %s: the content of the granule;", diff->a.of);
	}
}

static void why_say(FILE *to, const struct diff *diff)
{
	const struct diff_step *a = &diff->a;
	const struct diff_step *b = &diff->b;

	fprintf(to, "why");
	if (a->kind != b->kind && (a->kind == EVENT_RIPAS || b->kind == EVENT_RIPAS)) {
		fprintf(to, " the size of the RAM: %s has more;", a->kind == EVENT_RIPAS ? "A" : "B");
	} else if (a->kind != b->kind) {
		fprintf(to, " another kind of event: one has more of what comes before it, or another order;");
	} else if (a->kind == EVENT_CREATE) {
		create_say(to, a, b);
	} else if (a->kind == EVENT_RIPAS) {
		fprintf(to, " the size of the RAM:");
		values_say(to, "base", a->base, b->base);
		values_say(to, "top", a->top, b->top);
	} else if (a->kind == EVENT_DATA) {
		values_say(to, "ipa", a->base, b->base);
		values_say(to, "flags", a->flags, b->flags);
		if (a->base == b->base && a->flags == b->flags) {
			content_say(to, diff);
		}
	} else if (a->kind == EVENT_REC) {
		values_say(to, "flags", a->flags, b->flags);
		values_say(to, "pc", a->pc, b->pc);
		for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
			char name[8];

			(void)snprintf(name, sizeof(name), "x%u", i);
			values_say(to, name, a->gprs[i], b->gprs[i]);
		}
	} else {
		values_say(to, "index", a->index, b->index);
		fprintf(to, " the value;");
	}
	fputc('\n', to);
}

static void parting_say(const struct diff *diff, FILE *to)
{
	fprintf(to, "the chains part at extension %" PRIu64 "\n", diff->place);
	if (diff->has_a) {
		step_say(to, "A", &diff->a);
	} else {
		fprintf(to, "A  ends here\n");
	}
	if (diff->has_b) {
		step_say(to, "B", &diff->b);
	} else {
		fprintf(to, "B  ends here\n");
	}
	if (diff->has_a && diff->has_b) {
		why_say(to, diff);
	} else {
		fprintf(to, "why one goes on where the other ends;\n");
	}
}

/* What a create says that the rules do not measure. True when there is a difference. */
static bool unmeasured_say(const struct diff *diff, const struct reeve_rules *rules, FILE *to)
{
	const struct diff_step *a = &diff->create_a;
	const struct diff_step *b = &diff->create_b;
	bool is_params = !rules->measures_params && !create_is_same(a, b);
	bool is_rpv = a->has_rpv && b->has_rpv && memcmp(a->bytes, b->bytes, RMI_RPV_SIZE) != 0;
	char text[HEX_MAX];

	if (is_params) {
		fprintf(to, "not in the RIM:");
		create_say(to, a, b);
		fputc('\n', to);
	}
	if (is_rpv) {
		format_hex(a->bytes, RMI_RPV_SIZE, text);
		fprintf(to, "not in the RIM, but a token shows it: RPV %s against", text);
		format_hex(b->bytes, RMI_RPV_SIZE, text);
		fprintf(to, " %s\n", text);
	}
	return is_params || is_rpv;
}

bool diff_report(struct diff *diff, const struct reeve_rules *rules, FILE *to, struct message *why)
{
	bool is_noted;

	if (!diff->is_apart) {
		diff->has_b = false;
		diff->has_a = fread(&diff->a, sizeof(diff->a), 1, diff->record) == 1;
		diff->is_apart = diff->has_a;
		diff->place += diff->has_a;
	}
	if (diff->is_broken || ferror(diff->record)) {
		return message_set(why, "the temporary file failed: set TMPDIR to a folder with room");
	}
	if (diff->is_apart) {
		parting_say(diff, to);
	}
	is_noted = unmeasured_say(diff, rules, to);
	if (!diff->is_apart && !is_noted) {
		fprintf(to, "the same: %" PRIu64 " extensions\n", diff->place);
	}
	return !diff->is_apart && !is_noted;
}
