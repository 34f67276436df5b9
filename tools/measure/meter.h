/* SPDX-License-Identifier: BSD-2-Clause */
/* meter.h - measures events: each becomes the extensions that a monitor makes of it, content hashed on every core.
 *
 *   event --check--> extensions (an entry, a granule, a REC, a value) --step--> whoever wants to see them
 *
 * M1: steps are told in the order of the chain, one at a time, whichever thread hashed what.
 * M2: memory does not grow with the events (but for the runs of memory in check.h). */
#ifndef TOOLS_MEASURE_METER_H
#define TOOLS_MEASURE_METER_H

#include <stdio.h>

#include "tools/measure/check.h"

struct hosted_digest;

enum {
	METER_JOBS_MAX = 256,
	METER_OTHERS_MAX = 4,
	METER_STEPS_MAX = 1 << 28, /* of a realm: 1 TiB in granules of 4 KiB */
};

/* One extension, or what could have been one by other rules. */
struct meter_step {
	const struct event *event;
	uint64_t n;        /* of the steps, from 1 */
	bool is_extension; /* the chain was extended by it */
	uint64_t base;     /* RIPAS: the entry; DATA, UNKNOWN: the granule or range */
	uint64_t top;
	const uint8_t *content; /* DATA that is measured: the digest of the granule, in a slot */
};

/* What each thread works with. */
struct meter_thread {
	struct hosted_digest *engine;
	uint8_t *scratch; /* LANES_MAX granules */
};

struct meter {
	struct check check;
	struct reeve_chain chain;
	struct meter_thread *threads; /* the first is the caller's */
	unsigned jobs;                /* of them */
	uint64_t steps;
	uint64_t steps_max; /* more are refused: an event of a few bytes could ask for years */
	bool has_rpv;
	uint8_t rpv[RMI_RPV_SIZE];
	unsigned rems; /* bit n: REM n was extended */
	/* The RIM by other rule sets, when the same was measured by them as well. */
	struct {
		const struct reeve_rules *rules;
		uint8_t rim[RMI_MEASUREMENT_SIZE];
	} others[METER_OTHERS_MAX];
	unsigned other_count;
	/* Told of each step; NULL: nobody. */
	void (*step)(void *context, const struct meter *meter, const struct meter_step *step);
	void *context;
	/* Where to show how many bytes of `total` are measured, when it takes longer than a second; NULL: nowhere. */
	FILE *progress;
	uint64_t total;
	uint64_t done;
	uint64_t begin_ns;
	uint64_t after_ns; /* from begin_ns to the first sign of progress */
	uint64_t shown_ns;
};

/* Start with no realm. `jobs` threads hash content. False with *why set and nothing to close. */
bool meter_open(
	struct meter *meter, const struct reeve_rules *rules, size_t granule, unsigned jobs, struct message *why);
void meter_close(struct meter *meter);

/* Measure the next event. False with *why set when it cannot come next: see check_event. */
bool meter_event(struct meter *meter, const struct event *event, struct message *why);

/* Bytes were measured: show it, if it is time. */
void meter_progress(struct meter *meter, uint64_t bytes);
void meter_progress_clear(struct meter *meter);

/* The granule at `ipa` of the content: in place, or put together in scratch[0..granule). */
const uint8_t *meter_granule(const struct extent *content, uint64_t ipa, size_t granule, uint8_t *scratch);

/* Extend the chain by one granule of the event, whose digest is `content` (NULL: not measured), and tell of it. */
void meter_data(struct meter *meter, const struct event *event, uint64_t ipa, const uint8_t *content);

/* Measure the granules of a DATA event with all threads (pour.c). False with *why set when there are no threads. */
bool meter_pour(struct meter *meter, const struct event *event, struct message *why);

#endif
