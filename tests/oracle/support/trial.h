/* SPDX-License-Identifier: BSD-2-Clause */
/* trial.h - one drawn call made to a real monitor in a drawn world, and everything it did held against the oracle's word.
 *
 *   world --loader--> monitor --SMC--> registers, condition, memory --reader--> world
 *                        \--oracle--> registers, condition, next world ------/   the two are equal, or the trial failed
 *
 * T1: after a refusal nothing has changed: the monitor's state, the protection table, every granule of a realm that ever held anything,
 *     the host's page. The rest of memory, which is zero, is compared once for each world; a trial that is `thorough` compares all of
 *     it after each call.
 * T2: after a success the world read back is the one predicted, reeve_monitor_valid holds (with it: a DELEGATED granule is zero), no
 *     granule changed that the command has nothing to do with, and the host finds zeroes in a granule that it gets back.
 *     Translations that the realm's tables led to and do not any more have been dropped. A REC that ran was given what is predicted,
 *     and the exit is the predicted one, byte for byte.
 * T3: whatever a trial does depends on the seed and the number of calls before it, on nothing else.
 * Source: RMM v1.0 (DEN0137) section B4; fact sheet sections 1, 6, 9. */
#ifndef TESTS_ORACLE_TRIAL_H
#define TESTS_ORACLE_TRIAL_H

#include "tests/oracle/support/coverage.h"
#include "tests/oracle/support/draw.h"
#include "tests/oracle/support/machine.h"

enum { TRIAL_CALLS = 60 /* made in one world */, TRIAL_CANDIDATES = 6 };

/* What a REC_ENTER that passed its conditions completed. */
enum trial_completion {
	COMPLETION_NONE, /* nothing was waited for */
	COMPLETION_LOAD,
	COMPLETION_STORE,
	COMPLETION_SEA,
	COMPLETION_AGAIN, /* an abort that is neither emulated nor injected */
	COMPLETION_ACCEPT,
	COMPLETION_REJECT,
	COMPLETION_SYSREG,
	COMPLETION_HOST_CALL,
	COMPLETION_HOST_CALL_EMPTY,
	COMPLETION_HOST_CALL_GONE,
	COMPLETION_COUNT
};

struct trial {
	uint64_t seed;
	unsigned step;  /* number of the call in its world: 0..TRIAL_CALLS-1 */
	bool thorough;  /* compare all memory after each call */
	bool has_call;  /* the failure, if there is one, is that of a call */
	uint64_t calls; /* made so far */
	struct coverage coverage;
	uint64_t completions[COMPLETION_COUNT]; /* times each was made */
	char message[256];                      /* what differed */
	/* Private to trial*.c. */
	struct machine machine;
	struct rng rng;
	struct world before;
	struct world after;
	struct prediction prediction;
	struct drawn_call candidates[TRIAL_CANDIDATES];
	struct drawn_call call;             /* the one of them that is made */
	uint64_t held;                      /* the conditions that hold for the call */
	unsigned owned[WORLD_GRANULES_MAX]; /* granules that belong to a realm in `before`, and ever held anything */
	unsigned owned_count;
};

/* Large: keep it out of the stack. False when there is no memory. */
bool trial_open(struct trial *t);
void trial_close(struct trial *t);

/* Draw the world of a seed and load it. False, and t->message says why, when the monitor does not take it. */
bool trial_begin(struct trial *t, uint64_t seed);
/* Draw the next call, make it, compare. False, and t->message says what differed. */
bool trial_step(struct trial *t);
const char *trial_completion_name(enum trial_completion completion);
/* The two halves of a step: the call and its prediction are known, host memory is as the call needs it; it is made and compared. */
void trial_draw(struct trial *t);
bool trial_make(struct trial *t);
/* Compare all of memory: the end of a world. */
bool trial_end(struct trial *t);

/* All calls of a world, or those up to `last_step`; counted in the coverage. When something failed the world is gone through again
 * thoroughly: t->step is the first call that left anything wrong, not the one where it was noticed. */
bool trial_world(struct trial *t, uint64_t seed, unsigned last_step);

/* One line that says how to see the failure again, the call and what differed. */
void trial_complain(const struct trial *t, FILE *out);

/* Private: whether the state after a successful call is right (trial_success.c); after a REC_ENTER that ran, in addition (trial_run.c);
 * whether the machine dropped the translations that are gone (trial_drops.c). */
bool trial_success(struct trial *t);
uint64_t trial_realm(const struct trial *t);
bool trial_ran(struct trial *t);
bool trial_drops(struct trial *t);
bool trial_fails(struct trial *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
