/* SPDX-License-Identifier: BSD-2-Clause */
/* call_counts.h - how many RMI calls the host library makes for a realm of 1 GiB, and the fewest that RMM v1.0 allows. */
#ifndef TESTS_LIFE_SUPPORT_CALL_COUNTS_H
#define TESTS_LIFE_SUPPORT_CALL_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "reeve/rmi.h"

/* What is counted, each by itself. */
enum calls_phase {
	CALLS_CREATE,       /* the realm, by reeve_realm_ensure_created */
	CALLS_DESTROY,      /* this realm */
	CALLS_IDLE,         /* after creation: 1 GiB declared RAM, a REC, activation; no memory */
	CALLS_DESTROY_IDLE, /* this realm */
	CALLS_FILL,         /* after that: memory for all of the 1 GiB, in blocks of 2 MiB */
	CALLS_DESTROY_FULL, /* this realm */
	CALLS_PHASE_COUNT
};
const char *calls_phase_text(enum calls_phase phase);

struct calls {
	uint64_t made[CALLS_PHASE_COUNT][RMI_COMMAND_COUNT];
	uint64_t least[CALLS_PHASE_COUNT][RMI_COMMAND_COUNT]; /* docs/performance.md says why */
	const char *wrong;                                    /* NULL, or what did not go as it should */
};

/* Make these realms on a lenient machine and count. Takes about 1 GiB of memory. */
void calls_count(struct calls *calls);

#endif
