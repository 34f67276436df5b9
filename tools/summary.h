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
#include "tools/attest_options.h"
#include "tools/message.h"
#include "vmm/end.h"

/* A granule that did not come back. */
struct leak {
	uint64_t pa;
	const char *was;     /* its use, as the host or else the monitor calls it */
	const char *command; /* the refused call that would have given it back; NULL: not known */
	uint64_t returned;   /* what that returned */
};

struct map;

enum { SUMMARY_MAPS_MAX = 2 };

/* The token that was written. */
struct summary_token {
	const char *path; /* NULL: none was */
	size_t size;
	const uint8_t *challenge; /* CHALLENGE_SIZE bytes; NULL: the host had none */
};

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
	struct summary_token token;
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
/* Of a run that was cut short by something that the host could not tell of: only how, as a line or as that object. */
void summary_cut_short(enum end end, const struct message *why, bool is_json, FILE *to);

#endif
