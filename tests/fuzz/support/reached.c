/* SPDX-License-Identifier: BSD-2-Clause */
/* reached.c - remembers what was reached, and says what never was. */
#include "tests/fuzz/support/reached.h"

#include <stdio.h>

#include "reeve/host.h"
#include "tests/fuzz/support/bytes.h"

enum { INDICES = 64 };

static bool seen[REACHED_KIND_COUNT][INDICES];

void reached(enum reached_kind kind, unsigned index)
{
	if (index < INDICES) {
		seen[kind][index] = true;
	}
}

static const char *status(unsigned index)
{
	return index != REEVE_INTERNAL ? reeve_status_name(index) : ""; /* never, or the target stops */
}

static const char *command(unsigned index)
{
	return rmi_command_info((enum rmi_command)index)->name;
}

/* What there is to be reached; a name that is empty is not. */
static const struct {
	const char *what;
	const char *(*name)(unsigned index);
	unsigned count; /* 0: until there is no name */
} kinds[REACHED_KIND_COUNT] = {
	[REACHED_STATUS] = {"no call answered", status, REEVE_STATUS_COUNT},
	[REACHED_EXIT] = {"no REC left for", reeve_exit_reason_name, REEVE_EXIT_REASON_COUNT},
	[REACHED_COMMAND_DONE] = {"no success of", command, RMI_COMMAND_COUNT},
	[REACHED_COMMAND_REFUSED] = {"no refusal of", command, RMI_COMMAND_COUNT},
	[REACHED_CALL_DONE] = {"no success of", fuzz_realm_call_name, 0},
	[REACHED_CALL_FAILED] = {"no failure of", fuzz_realm_call_name, 0},
};

static bool is_there(enum reached_kind kind, unsigned index)
{
	return kinds[kind].count == 0 ? kinds[kind].name(index) != NULL : index < kinds[kind].count;
}

/* Say it when `index` is to be reached, and never was. */
static bool is_reached(enum reached_kind kind, unsigned index)
{
	const char *name = kinds[kind].name(index);

	if (seen[kind][index] || name[0] == '\0') {
		return true;
	}
	(void)fprintf(stderr, "corpus: %s %s\n", kinds[kind].what, name);
	return false;
}

bool fuzz_corpus_is_whole(void)
{
	bool is_whole = true;

	for (unsigned kind = 0; kind < REACHED_KIND_COUNT; kind++) {
		for (unsigned i = 0; is_there((enum reached_kind)kind, i); i++) {
			is_whole = is_reached((enum reached_kind)kind, i) && is_whole;
		}
	}
	return is_whole;
}
