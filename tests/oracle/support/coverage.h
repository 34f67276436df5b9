/* SPDX-License-Identifier: BSD-2-Clause */
/* coverage.h - which conditions, and which ordered pairs of them, the calls of a run have met.
 *
 * A pair (a, b) of a command is met by a call that a refuses while b, later in the order, holds as well: only such a call can tell the
 * order a, b from b, a. What cannot be met stands in tests/oracle/exceptions.def with its reason; one of those that is met all the same
 * is an error like one that is missing. */
#ifndef TESTS_ORACLE_COVERAGE_H
#define TESTS_ORACLE_COVERAGE_H

#include <stdio.h>

#include "tests/oracle/support/predict.h"

enum { COVERAGE_ROWS_MAX = 24 };

struct coverage {
	uint64_t calls[RMI_COMMAND_COUNT];
	uint64_t successes[RMI_COMMAND_COUNT];
	uint64_t conditions[RMI_COMMAND_COUNT][COVERAGE_ROWS_MAX]; /* times the row refused */
	uint64_t pairs[RMI_COMMAND_COUNT][COVERAGE_ROWS_MAX][COVERAGE_ROWS_MAX];
};

struct coverage_total {
	unsigned conditions;
	unsigned conditions_met;
	unsigned pairs; /* feasible ones */
	unsigned pairs_met;
	unsigned successes; /* commands that succeeded at least once */
	unsigned wrong;     /* exceptions that were met, or that name nothing */
};

/* Zeroed: nothing met. Count a call by what oracle_conditions says of it; calls that are no command count nothing. */
void coverage_add(struct coverage *c, enum rmi_command command, uint64_t conditions);
void coverage_merge(struct coverage *into, const struct coverage *from);
/* Sums of one command; of all: coverage_total_of(c, RMI_COMMAND_COUNT). */
struct coverage_total coverage_total_of(const struct coverage *c, enum rmi_command command);
/* A table of the commands, and a line for each condition and pair that is missing, and each exception that is wrong. */
void coverage_print(const struct coverage *c, FILE *out);

#endif
