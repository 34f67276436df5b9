/* SPDX-License-Identifier: BSD-2-Clause */
/* judge.h - what must hold after each step of a life, however it went: the host's rules H1..H14, by name.
 *
 *   struct life (what was called, what was told, what was so) + struct judge_step (how the step went) --judge--> the first rule that is broken
 *
 * J1: a rule looks at what happened, never at the plan: what excuses the host is a call that it was told wrong about.
 * J2: the monitor's own books say what is so; the host's are compared with them.
 * Not here: what a life without faults came to (scenario.c), whether a step is to be repeated (recovery.h). */
#ifndef TOOLS_SWEEP_JUDGE_H
#define TOOLS_SWEEP_JUDGE_H

#include "tools/sweep/life.h"

/* What a step came to without faults. */
struct judge_norm {
	uint64_t granules[REEVE_USE_COUNT];
	uint64_t tables_most; /* granules that were RTTs at one time */
	uint64_t smcs;
};

/* A step of a life, just over. */
struct judge_step {
	enum reeve_status status;
	uint64_t smcs;                 /* calls in it */
	const struct judge_norm *norm; /* the same step without faults; NULL: not known */
};

/* True, or false and *why says which rule, where and with which values. */
bool judge(struct life *life, const struct judge_step *step, struct message *why);

/* The end: the plan is gone, all has been reclaimed, and there is nothing left. */
bool judge_end(struct life *life, struct message *why);

/* Whether the host was told anything that is not so but that a call was not carried out: of such it cannot know more than that. */
bool judge_is_lie(const struct life_call *call);
bool judge_was_lied_to(const struct life *life);
bool judge_was_lied_to_about(const struct life *life, enum rmi_command command);
/* Whether such a lie is about the granule at `pa`, which is in `state`. */
bool judge_is_excused(const struct life *life, uint64_t pa, enum rmi_granule_state state);

/* Whether a realm can be expected to go on as if nothing had happened: every fault so far was a call that was not carried out and told so, or one
 * that the host can undo. */
bool judge_is_recoverable(const struct life *life);

/* Granules on the leak list now. */
uint64_t judge_leaked(struct life *life);

#endif
