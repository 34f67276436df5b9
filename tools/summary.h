/* SPDX-License-Identifier: BSD-2-Clause */
/* summary.h - what is said of a run when it is over, for people and as JSON from the same struct. */
#ifndef TOOLS_SUMMARY_H
#define TOOLS_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reeve/fault.h"
#include "reeve/host.h"
#include "tools/message.h"

enum end {
	END_NONE, /* it goes on */
	END_SYSTEM_OFF,
	END_SYSTEM_RESET,
	END_CPUS_OFF, /* every CPU switched itself off */
	END_FAULT,    /* a CPU stands at an access that cannot be resolved */
	END_SERROR,
	END_TIMEOUT,
	END_INTERRUPTED, /* by SIGINT or SIGTERM */
	END_ERROR,       /* the host could not go on */
	END_COUNT
};
const char *end_name(enum end end); /* "system_off" */
const char *end_text(enum end end);

enum phase {
	PHASE_CREATE,
	PHASE_RAM,
	PHASE_POPULATE,
	PHASE_SHARE,
	PHASE_RECS,
	PHASE_ACTIVATE,
	PHASE_RUN,
	PHASE_DESTROY,
	PHASE_COUNT
};
const char *phase_name(enum phase phase);

/* A granule that did not come back. */
struct leak {
	uint64_t pa;
	const char *was;     /* its use, as the host or else the monitor calls it */
	const char *command; /* the refused call that would have given it back; NULL: not known */
	uint64_t returned;   /* what that returned */
};

struct map;

enum { SUMMARY_MAPS_MAX = 2 };

enum { SUMMARY_RULE_MAX = 1024 }; /* bytes of a rule's line with its end */

struct summary {
	enum end end;
	struct message error; /* END_ERROR, END_FAULT: what happened; "" otherwise */
	bool has_rim;         /* the realm was created */
	enum rmi_hash_algorithm hash;
	uint8_t rim[RMI_MEASUREMENT_SIZE];
	uint8_t rpv[RMI_RPV_SIZE];
	uint64_t calls[RMI_COMMAND_COUNT];
	uint64_t granules[REEVE_USE_COUNT]; /* just before the realm was destroyed */
	uint64_t phases_ns[PHASE_COUNT];
	struct leak *leaks;
	size_t leak_count;
	const struct reeve_fault_plan *plan; /* NULL: none */
	uint64_t acted[REEVE_FAULT_RULES];   /* how often each of its rules did */
	bool has_maps;                       /* they were asked for */
	struct map *maps[SUMMARY_MAPS_MAX];  /* before the realm was destroyed, and after it when not all is well */
	size_t map_count;
};

void summary_print(const struct summary *summary, FILE *to);
/* The same as one object on one line; its schema is docs/summary.schema.json. */
void summary_json(const struct summary *summary, FILE *to);
/* Of a run that was refused before it began: an object with only "end" and "error", by the same schema. */
void summary_refusal_json(const struct message *why, FILE *to);

#endif
