/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario.h - one life of a Realm under one plan of faults, and the judgement of it.
 *
 *   cases.c --plan--> scenario_run: machine, conduit, host, steps --judge after each step--> struct sweep_result
 *
 * S1: a run leaves nothing behind in the process but a machine that is switched off (life.h L3): threads and memory are its own.
 * S2: the same scenario without a plan makes the same calls each time (but where threads race, which the row says).
 * S3: an outcome is FAILED unless every rule that applies to it was seen to hold; there is no other way to be good.
 * Not here: which plans there are (cases.h), processes and progress (campaign.h). */
#ifndef TOOLS_SWEEP_SCENARIO_H
#define TOOLS_SWEEP_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/fault.h"
#include "reeve/host.h"
#include "tools/message.h"

struct scenario; /* a row of scenario.c: name, text, page size, steps */

const struct scenario *scenario_at(size_t index); /* NULL behind the last */
const struct scenario *scenario_find(const char *name);
const char *scenario_name(const struct scenario *scenario); /* "create-16k" */
const char *scenario_text(const struct scenario *scenario); /* "create a realm with host pages of 16 KiB" */
/* Threads race in it: a call's number says which call it is only by and large. */
bool scenario_is_racy(const struct scenario *scenario);

/* A call as the host saw it in a run. */
struct sweep_call {
	enum rmi_command command;
	uint64_t in[RMI_ARGUMENT_MAX + 1]; /* X0.. */
	uint64_t out[RMI_RESULT_MAX + 1];  /* X0.. */
	const char *step;                  /* of the scenario, as phase=NAME */
	uint8_t exit_reason;               /* REC_ENTER that succeeded */
	uint64_t allocations;              /* asked for before it */
};

/* The calls of a run, in order, and how many allocations there were. */
struct sweep_record {
	struct sweep_call *calls; /* malloc'd; sweep_record_free */
	size_t count;
	uint64_t allocations;
};
void sweep_record_free(struct sweep_record *record);

enum sweep_outcome {
	SWEEP_UNTOUCHED,  /* no rule acted */
	SWEEP_CARRIED_ON, /* every step succeeded the first time, and the end is that of a run without faults */
	SWEEP_RETRIED,    /* a step failed, its repetition succeeded, and the end is that of a run without faults */
	SWEEP_ENDED,      /* the realm could not go on; it was taken apart and nothing was left */
	SWEEP_LEAKED,     /* granules were on the leak list, each explained, until all was reclaimed */
	SWEEP_FAILED,     /* a rule was broken: result.why */
	SWEEP_OUTCOME_COUNT
};
const char *sweep_outcome_name(enum sweep_outcome outcome); /* "carried_on" */
const char *sweep_outcome_text(enum sweep_outcome outcome);

struct sweep_result {
	enum sweep_outcome outcome;
	struct message why;  /* FAILED: which rule, where, with which values */
	struct message said; /* the host's own message of the first failure; "" */
	struct message drew; /* why there is no picture where one is wanted; "" */
	uint64_t leaked;     /* most granules on the leak list at any step */
};

/* Run `scenario` under `plan`. *record (NULL: not wanted) gets the calls. `map_path` (NULL: none): draw the machine there when most
 * granules are on the leak list. False only when the process has no memory for a machine; then *result is untouched. */
bool scenario_run(const struct scenario *scenario, const struct reeve_fault_plan *plan, struct sweep_record *record,
	const char *map_path, struct sweep_result *result);

#endif
