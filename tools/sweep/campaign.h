/* SPDX-License-Identifier: BSD-2-Clause */
/* campaign.h - every case of a scenario, spread over processes: a run that dies or hangs costs that run, not the campaign.
 *
 *   cases --shared counter--> worker processes --shared tally, pipes--> how many runs ended how; a verdict for each failure and each leak
 *
 * C1: no worker outlives campaign_run, whatever ends it.
 * C2: the shards 1/n .. n/n are all cases, each once. */
#ifndef TOOLS_SWEEP_CAMPAIGN_H
#define TOOLS_SWEEP_CAMPAIGN_H

#include <stdio.h>

#include "tools/plan.h"
#include "tools/sweep/scenario.h"

enum { CAMPAIGN_LIMIT_S = 10 /* of one run */, CAMPAIGN_PATH_MAX = 1024 };

struct campaign_options {
	unsigned jobs;
	unsigned shard;      /* 1..shards */
	unsigned shards;     /* 1: all */
	bool singles;        /* no pairs */
	FILE *progress;      /* NULL: none */
	const char *map_dir; /* NULL: no pictures */
};

/* How the runs of a scenario ended. */
struct campaign_tally {
	uint64_t calls;       /* of the run without faults */
	uint64_t allocations; /* of the same */
	uint64_t cases;       /* of the shard */
	uint64_t done;        /* of these */
	uint64_t singles;
	uint64_t pairs;
	uint64_t outcomes[SWEEP_OUTCOME_COUNT];
	uint64_t run_ns;
};

/* One run worth telling. The line that repeats it is `reeve faults --scenario NAME --rule 'RULES'`. */
struct campaign_verdict {
	size_t number; /* verdicts are in the order of number and second, whatever the number of jobs */
	size_t second;
	enum sweep_outcome outcome;
	uint64_t leaked;
	bool is_undrawn; /* a picture was asked for, and cannot be written */
	char rules[PLAN_RULES_MAX];
	char why[sizeof((struct message *)0)
			 ->text]; /* FAILED: the rule that was broken; LEAKED: what the host said first */
};

/* Run the cases of `scenario`; `tell` gets each failed and each leaking run, in any order. False with *why set when it could not be run to
 * its end: it was interrupted, or a run without faults failed. *tally is what was done until then. */
bool campaign_run(const struct scenario *scenario, const struct campaign_options *options,
	void (*tell)(void *context, const struct campaign_verdict *verdict), void *context,
	struct campaign_tally *tally, struct message *why);

/* Run one plan and judge it as a case: a rule that never acted is a failure where threads do not race. False: no memory for a machine. */
bool campaign_try(const struct scenario *scenario, const struct reeve_fault_plan *plan, struct sweep_record *record,
	const char *map_path, struct sweep_result *result);

/* The picture of a run that leaks, in `folder`: the scenario and the rules make its name, and no two pairs of them the same. */
void campaign_map_path(
	const char *folder, const struct scenario *scenario, const char *rules, char path[CAMPAIGN_PATH_MAX]);

#endif
