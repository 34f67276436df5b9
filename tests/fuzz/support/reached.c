/* SPDX-License-Identifier: BSD-2-Clause */
/* reached.c - remembers what was reached, and says what never was. */
#include "tests/fuzz/support/reached.h"

#include <stddef.h>
#include <stdio.h>

#include "reeve/rmi.h"

static bool seen[REACHED_KINDS_MAX][REACHED_INDICES_MAX];

void reached(unsigned kind, unsigned index)
{
	if (kind < REACHED_KINDS_MAX && index < REACHED_INDICES_MAX) {
		seen[kind][index] = true;
	}
}

unsigned reached_count(unsigned kind)
{
	unsigned count = 0;

	for (unsigned i = 0; i < REACHED_INDICES_MAX; i++) {
		count += seen[kind][i];
	}
	return count;
}

static bool is_there(const struct reached_kind *kind, unsigned index)
{
	if (kind->name == NULL) {
		return false;
	}
	return kind->count == 0 ? kind->name(index) != NULL : index < kind->count;
}

/* Say it when `index` is to be reached, and never was. */
static bool is_reached(const struct reached_kind *kind, const bool *seen_of_kind, unsigned index)
{
	const char *name = kind->name(index);

	if (seen_of_kind[index] || name[0] == '\0') {
		return true;
	}
	(void)fprintf(stderr, "corpus: %s %s\n", kind->what, name);
	return false;
}

bool reached_all(const struct reached_kind *kinds, unsigned count)
{
	bool is_whole = true;

	for (unsigned kind = 0; kind < count; kind++) {
		for (unsigned i = 0; is_there(&kinds[kind], i); i++) {
			is_whole = is_reached(&kinds[kind], seen[kind], i) && is_whole;
		}
	}
	return is_whole;
}

const char *reached_command_name(unsigned command)
{
	return rmi_command_info((enum rmi_command)command)->name;
}
