/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.h - a process that takes case after case from a counter all workers share, and tells of failures and leaks on a pipe.
 *
 *   struct work_board (shared memory): what is next, how it went so far, where each worker is
 *
 * W1: a verdict is one write of less than PIPE_BUF bytes: whole, or not at all.
 * W2: before a run its rules stand on the board, so that they can be told when the worker dies of it.
 * W3: a worker started anew in the place of one that died goes on behind the run that it died of. */
#ifndef TOOLS_SWEEP_WORKER_H
#define TOOLS_SWEEP_WORKER_H

#include <limits.h>
#include <stdatomic.h>
#include <sys/types.h>

#include "tools/sweep/campaign.h"
#include "tools/sweep/cases.h"

enum { WORKERS_MAX = 64 };

/* A case is one run, or a first fault by itself and with each second one: as many runs as there are of these. */
enum place_kind { PLACE_NONE, PLACE_SINGLE, PLACE_FIRST, PLACE_PAIR };

/* The run that a worker is at; nobody else's to write. */
struct work_place {
	enum place_kind kind;
	size_t number; /* of the case */
	size_t second; /* PAIR: of the second rule */
	char rules[PLAN_RULES_MAX];
};

struct work_board {
	atomic_size_t next;
	atomic_size_t cases; /* that are over */
	atomic_uint_least64_t singles;
	atomic_uint_least64_t pairs;
	atomic_uint_least64_t outcomes[SWEEP_OUTCOME_COUNT];
	struct work_place places[WORKERS_MAX];
};

/* The cases of a scenario: single faults, and from first_pair on faults whose second ones are to be tried. */
struct work {
	const struct scenario *scenario;
	struct sweep_cases cases;
	size_t first_pair;
	unsigned shard;
	unsigned shards;
	const char *map_dir;
	struct work_board *board;
};

struct worker {
	unsigned index;
	pid_t pid; /* 0: none */
	int pipe;
};

_Static_assert(sizeof(struct campaign_verdict) <= PIPE_BUF, "a verdict is written whole");

bool work_open(struct work *work);
void work_close(struct work *work);
/* Append the first faults of pairs: failures in creation and teardown. False: no memory. */
bool work_add_pairs(struct work *work, const struct sweep_record *record);
/* Put the end of a run on the board. */
void work_count(struct work *work, enum place_kind kind, enum sweep_outcome outcome);

/* Fork a worker. False: it could not be. */
bool worker_start(struct worker *worker, struct work *work);

#endif
