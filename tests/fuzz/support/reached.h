/* SPDX-License-Identifier: BSD-2-Clause */
/* reached.h - what all inputs together made a fuzzed program do, so that a corpus that has lost its point is noticed.
 *
 * A target numbers its kinds of things from 0, tells of each thing as it happens, and lists them all in fuzz_corpus_is_whole. */
#ifndef TESTS_FUZZ_SUPPORT_REACHED_H
#define TESTS_FUZZ_SUPPORT_REACHED_H

#include <stdbool.h>

enum { REACHED_KINDS_MAX = 8, REACHED_INDICES_MAX = 128 };

/* What there is to be reached of a kind: nothing when it is all zero. A name that is empty need not be. */
struct reached_kind {
	const char *what;
	const char *(*name)(unsigned index);
	unsigned count; /* 0: until there is no name */
};

/* Numbers that are too large are forgotten. */
void reached(unsigned kind, unsigned index);
/* How many things of a kind were reached. */
unsigned reached_count(unsigned kind);
/* True when all was reached; what was not is said on stderr. */
bool reached_all(const struct reached_kind *kinds, unsigned count);

/* "RMI_DATA_CREATE", for kinds whose index is an enum rmi_command. */
const char *reached_command_name(unsigned command);

#endif
