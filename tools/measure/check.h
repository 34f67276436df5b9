/* SPDX-License-Identifier: BSD-2-Clause */
/* check.h - whether events can follow each other: what a monitor would refuse is refused here, with the value that is wrong.
 *
 *   create (ripas | data | unknown | rec | rem)* activate? (unknown | rem)*
 *
 * C1: addresses are aligned to the granule and lie in the protected half of the realm's address space.
 * C2: memory is given to a granule once; where INIT_RIPAS is measured, it is declared RAM before that. */
#ifndef TOOLS_MEASURE_CHECK_H
#define TOOLS_MEASURE_CHECK_H

#include "reeve/measure.h"
#include "tools/event.h"
#include "tools/message.h"

enum { CHECK_RUNS_MAX = 1 << 16 };

struct check_run {
	uint64_t base;
	uint64_t top;
};

struct check {
	const struct reeve_rules *rules;
	size_t granule;
	bool is_created;
	bool is_active;
	unsigned ipa_bits;
	bool has_lpa2;
	struct check_run *runs; /* of memory: ascending, apart, not touching */
	size_t run_count;
	size_t run_room;
};

void check_init(struct check *check, const struct reeve_rules *rules, size_t granule);
void check_fini(struct check *check);

/* Whether the event may come next, and remember it. False with *why set: order, alignment, bounds, overlap, a hash the rules do not have. */
bool check_event(struct check *check, const struct event *event, struct message *why);

#endif
