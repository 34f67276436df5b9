/* SPDX-License-Identifier: BSD-2-Clause */
/* meter.c - what each kind of event extends, and how it is told. */
#include "tools/measure/meter.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "machine/hosted/digest.h"
#include "reeve/host.h"
#include "tools/measure/lanes.h"

enum { LEVEL_BITS = 9, MIB_SHIFT = 20, BAR_COLUMNS = 30 };

static const uint64_t progress_after_ns = 1000000000;
static const uint64_t progress_every_ns = 100000000;

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void digest(void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	hosted_digest(context, algorithm, data, size, out);
}

static bool thread_ready(struct meter_thread *thread, size_t granule, struct message *why)
{
	thread->engine = hosted_digest_new();
	if (thread->engine == NULL) {
		return message_set(why, "libcrypto does not offer SHA-256, SHA-384 and SHA-512");
	}
	thread->scratch = aligned_alloc(granule, LANES_MAX * granule);
	return thread->scratch != NULL || message_set(why, "there is not enough memory for so many threads");
}

bool meter_open(
	struct meter *meter, const struct reeve_rules *rules, size_t granule, unsigned jobs, struct message *why)
{
	bool is_good = true;

	*meter = (struct meter){
		.jobs = jobs, .steps_max = METER_STEPS_MAX, .begin_ns = now_ns(), .after_ns = progress_after_ns};
	check_init(&meter->check, rules, granule);
	meter->chain.rules = rules;
	meter->chain.granule = granule;
	meter->threads = calloc(jobs, sizeof(*meter->threads));
	if (meter->threads == NULL) {
		return message_set(why, "there is not enough memory for so many threads");
	}
	for (unsigned i = 0; is_good && i < jobs; i++) {
		is_good = thread_ready(&meter->threads[i], granule, why);
	}
	if (!is_good) {
		meter_close(meter);
	}
	return is_good;
}

void meter_close(struct meter *meter)
{
	for (unsigned i = 0; meter->threads != NULL && i < meter->jobs; i++) {
		hosted_digest_free(meter->threads[i].engine);
		free(meter->threads[i].scratch);
	}
	free(meter->threads);
	check_fini(&meter->check);
	*meter = (struct meter){0};
}

/* "[####      ] " of what is done, if it is known of how much. */
static void bar_draw(const struct meter *meter)
{
	char bar[BAR_COLUMNS + 1] = "";
	uint64_t done = meter->done < meter->total ? meter->done : meter->total;

	if (meter->total == 0) {
		return;
	}
	memset(bar, '#', (size_t)(done / (meter->total / BAR_COLUMNS + 1)));
	fprintf(meter->progress, "[%-*s] ", BAR_COLUMNS, bar);
}

void meter_progress(struct meter *meter, uint64_t bytes)
{
	uint64_t now;

	meter->done += bytes;
	if (meter->progress == NULL) {
		return;
	}
	now = now_ns();
	if (now - meter->begin_ns < meter->after_ns || now - meter->shown_ns < progress_every_ns) {
		return;
	}
	meter->shown_ns = now;
	fputs("\rmeasuring: ", meter->progress);
	bar_draw(meter);
	fprintf(meter->progress, "%" PRIu64, meter->done >> MIB_SHIFT);
	if (meter->total != 0) {
		fprintf(meter->progress, " of %" PRIu64, meter->total >> MIB_SHIFT);
	}
	fputs(" MiB\033[K", meter->progress);
	(void)fflush(meter->progress);
}

void meter_progress_clear(struct meter *meter)
{
	if (meter->progress != NULL && meter->shown_ns != 0) {
		fputs("\r\033[K", meter->progress);
		(void)fflush(meter->progress);
		meter->shown_ns = 0;
	}
}

static void tell(struct meter *meter, struct meter_step step)
{
	step.n = ++meter->steps;
	if (meter->step != NULL) {
		meter->step(meter->context, meter, &step);
	}
}

static void create(struct meter *meter, const struct event *event)
{
	struct reeve_hasher hasher = {digest, meter->threads[0].engine};

	reeve_chain_begin(&meter->chain, meter->check.rules, &hasher, &event->create.params, meter->check.granule);
	meter->has_rpv = event->create.has_rpv;
	memcpy(meter->rpv, event->create.params.rpv, sizeof(meter->rpv));
	tell(meter, (struct meter_step){.event = event, .is_extension = meter->chain.rules->measures_params});
}

/* Bytes of an entry of `level`. */
static uint64_t level_size(int level)
{
	uint64_t size = REEVE_GRANULE_SIZE;

	for (; level < RMI_LEVEL_LAST; level++) {
		size <<= LEVEL_BITS;
	}
	return size;
}

/* Bytes of the entry that INIT_RIPAS would process at `base`: the largest that is aligned and fits (attestation fact sheet section 2). */
static uint64_t entry_size(const struct meter *meter, const struct event *event, uint64_t base)
{
	int start = RMI_LEVEL_LAST;
	unsigned count;
	uint64_t size;

	if (event->ripas.level != EVENT_LEVEL_ANY) {
		return level_size(event->ripas.level);
	}
	if (!reeve_root_geometry(meter->check.ipa_bits, meter->check.has_lpa2, &start, &count)) {
		start = RMI_LEVEL_LAST; /* such a realm is not created */
	}
	size = level_size(start);
	while (size > REEVE_GRANULE_SIZE && (base % size != 0 || event->ripas.top - base < size)) {
		size >>= LEVEL_BITS;
	}
	return size;
}

static bool too_many(const struct meter *meter, struct message *why)
{
	return message_set(why, "more than %" PRIu64 " extensions", meter->steps_max);
}

static bool ripas(struct meter *meter, const struct event *event, struct message *why)
{
	uint64_t base = event->ripas.base;

	if (!meter->chain.rules->measures_ripas) {
		tell(meter, (struct meter_step){.event = event, .base = base, .top = event->ripas.top});
		return true;
	}
	while (base < event->ripas.top) {
		uint64_t top = base + entry_size(meter, event, base);

		if (meter->steps >= meter->steps_max) {
			return too_many(meter, why);
		}
		reeve_chain_ripas(&meter->chain, base, top);
		tell(meter, (struct meter_step){.event = event, .is_extension = true, .base = base, .top = top});
		base = top;
	}
	return true;
}

const uint8_t *meter_granule(const struct extent *content, uint64_t ipa, size_t granule, uint8_t *scratch)
{
	for (size_t i = 0; i < content->piece_count; i++) {
		const struct piece *piece = &content->pieces[i];

		if (piece->ipa <= ipa && ipa - piece->ipa < piece->size &&
			piece->size - (ipa - piece->ipa) >= granule) {
			return piece->data + (ipa - piece->ipa);
		}
	}
	extent_copy(content, ipa, scratch, granule);
	return scratch;
}

void meter_data(struct meter *meter, const struct event *event, uint64_t ipa, const uint8_t *content)
{
	reeve_chain_data(&meter->chain, ipa, event->data.flags, content);
	tell(meter,
		(struct meter_step){.event = event,
			.is_extension = true,
			.base = ipa,
			.top = ipa + meter->chain.granule,
			.content = content});
}

static bool data(struct meter *meter, const struct event *event, struct message *why)
{
	const struct extent *content = &event->data.content;
	bool is_measured = FIELD_GET(event->data.flags, DATA_FLAG_MEASURE) != 0;

	if (meter->steps + content->size / meter->chain.granule > meter->steps_max) {
		return too_many(meter, why);
	}
	if (is_measured && event->data.digest_size == 0) {
		return meter_pour(meter, event, why);
	}
	if (is_measured && event->data.digest_size != rmi_hash_size(meter->chain.algorithm)) {
		return message_set(why, "data: a digest of %zu bytes is none of %s", event->data.digest_size,
			rmi_hash_name(meter->chain.algorithm));
	}
	if (is_measured && content->size != meter->chain.granule) {
		return message_set(why, "data: a digest is that of one granule");
	}
	for (uint64_t at = 0; at < content->size; at += meter->chain.granule) {
		meter_data(meter, event, content->ipa + at, is_measured ? event->data.digest : NULL);
	}
	meter_progress(meter, content->size);
	return true;
}

static void rem(struct meter *meter, const struct event *event)
{
	reeve_chain_rem(&meter->chain, event->rem.index, event->rem.value, event->rem.size);
	meter->rems |= 1U << event->rem.index;
	tell(meter, (struct meter_step){.event = event, .is_extension = true});
}

static void rec(struct meter *meter, const struct event *event)
{
	bool is_runnable = FIELD_GET(event->rec.flags, REC_FLAG_RUNNABLE) != 0;

	reeve_chain_rec(&meter->chain, &event->rec, meter->threads[0].scratch);
	tell(meter, (struct meter_step){.event = event, .is_extension = is_runnable});
}

bool meter_event(struct meter *meter, const struct event *event, struct message *why)
{
	if (!check_event(&meter->check, event, why)) {
		return false;
	}
	switch (event->kind) {
	case EVENT_CREATE:
		create(meter, event);
		return true;
	case EVENT_RIPAS:
		return ripas(meter, event, why);
	case EVENT_DATA:
		return data(meter, event, why);
	case EVENT_UNKNOWN:
		tell(meter,
			(struct meter_step){.event = event,
				.base = event->data.content.ipa,
				.top = event->data.content.ipa + event->data.content.size});
		return true;
	case EVENT_REC:
		rec(meter, event);
		return true;
	case EVENT_REM:
		rem(meter, event);
		return true;
	case EVENT_ACTIVATE:
		tell(meter, (struct meter_step){.event = event});
		return true;
	case EVENT_KIND_COUNT:
		return true;
	}
	return true;
}
