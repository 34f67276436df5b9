/* SPDX-License-Identifier: BSD-2-Clause */
/* cases.h - which faults a scenario is run under: one for every call of its run without faults and everything that call could answer.
 *
 *   struct sweep_record --cases_singles--> rules; record of a run under one rule --cases_failures--> second rules, for what comes after it
 *
 * Each call is refused with every status that its command has (spec/refusals.def), with NOT_SUPPORTED, with a number that is no status, BUSY
 * once, thrice and more often than a host asks, with an index that is beyond its statuses', and with a SUCCESS that is none; it is carried out
 * and refused all the same with each of its statuses; its results are those of lies.def. In each step each command is refused for ever, with each status. Each allocation
 * fails, by itself and with all after it. What no host could notice is left out, with its reason (cases_left_out).
 * K1: no two rules of a list are the same.
 * K2: a rule counts the calls of its command alone, so that its text names what it is about. */
#ifndef TOOLS_SWEEP_CASES_H
#define TOOLS_SWEEP_CASES_H

#include "tools/sweep/scenario.h"

struct sweep_cases {
	struct reeve_fault_rule *rules; /* malloc'd */
	size_t count;
	size_t room;
};

/* Append a rule for each fault of each call. False: no memory. */
bool cases_singles(const struct sweep_record *record, struct sweep_cases *cases);
/* A place in a run: before call number `call`, 0-based, with so many allocations made. */
struct sweep_place {
	size_t call;
	uint64_t allocations;
};

/* Append the failures from `from` on, of step `step` alone unless it is NULL, for pairs: each call refused, and carried out and refused all the same,
 * with every status of its command; each allocation refused. False: no memory. */
bool cases_failures(
	const struct sweep_record *record, struct sweep_place from, const char *step, struct sweep_cases *cases);
/* The place behind what a rule of cases_failures acts on first; the end of the run when there is no such call. */
struct sweep_place cases_behind(const struct sweep_record *record, const struct reeve_fault_rule *rule);
void cases_free(struct sweep_cases *cases);

/* Whether case `number` is of shard `shard` (1..shards), and how many of `count` cases are. */
bool cases_in_shard(size_t number, unsigned shard, unsigned shards);
size_t cases_of_shard(size_t count, unsigned shard, unsigned shards);

/* What no host can notice: the row `index`, or NULL behind the last. */
struct left_out {
	enum rmi_command command;
	const char *fault;
	const char *reason;
};
const struct left_out *cases_left_out(size_t index);

#endif
