/* SPDX-License-Identifier: BSD-2-Clause */
/* diff.h - where two chains part, and why: one is written down, the other is held against it as it is measured.
 *
 *   diff_record of A -> diff_compare of B -> diff_report
 *
 * Steps that no rule measures are passed over; what a create says and the RIM does not show is reported beside it. */
#ifndef TOOLS_MEASURE_DIFF_H
#define TOOLS_MEASURE_DIFF_H

#include <stdio.h>

#include "tools/measure/meter.h"

enum { DIFF_ORIGIN_MAX = 128, DIFF_OF_MAX = 16, DIFF_BOOTARGS_MAX = 2048 };

/* A step, so that it outlives its event. */
struct diff_step {
	enum event_kind kind;
	bool is_extension;
	uint64_t line; /* in its list; 0: none */
	uint64_t base;
	uint64_t top;
	uint64_t flags;
	bool is_measured; /* DATA */
	bool has_rpv;
	uint8_t bytes[RMI_MEASUREMENT_SIZE]; /* content, RPV, or the value of a REM */
	size_t size;
	unsigned index;
	uint64_t pc;
	uint64_t gprs[RMI_REC_PARAMS_GPRS];
	uint8_t params[6]; /* s2sz, sve_vl, num_bps, num_wps, pmu_num_ctrs, hash_algo */
	char origin[DIFF_ORIGIN_MAX];
	char of[DIFF_OF_MAX]; /* what it is part of; "": not known */
};

struct diff {
	FILE *record; /* of A */
	bool is_broken;
	bool is_apart;
	uint64_t place; /* the extension at which they part, from 1 */
	bool has_a;
	bool has_b;
	struct diff_step create_a;
	struct diff_step create_b;
	struct diff_step a;
	struct diff_step b;
	char bootargs_a[DIFF_BOOTARGS_MAX]; /* the command lines; "": none was told */
	char bootargs_b[DIFF_BOOTARGS_MAX];
};

/* False with *why set: no temporary file. */
bool diff_open(struct diff *diff, struct message *why);
void diff_close(struct diff *diff);

/* For struct meter's step; `context` is the diff. All of A goes through the first, then all of B through the second. */
void diff_record(void *context, const struct meter *meter, const struct meter_step *step);
void diff_turn(struct diff *diff);
void diff_compare(void *context, const struct meter *meter, const struct meter_step *step);

/* B has ended: say what was found. True when they are the same, with *why empty; false when not, or with *why set when the record failed. */
bool diff_report(struct diff *diff, const struct reeve_rules *rules, FILE *to, struct message *why);

#endif
