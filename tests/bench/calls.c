/* SPDX-License-Identifier: BSD-2-Clause */
/* calls.c - RMI calls of a realm of 1 GiB, by command, beside the fewest that are possible. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/bench/bench.h"
#include "tests/life/support/call_counts.h"

static void row(const char *what, uint64_t made, uint64_t least)
{
	printf("  %-32s %10llu %10llu\n", what, (unsigned long long)made, (unsigned long long)least);
}

static void phase_print(const struct calls *calls, enum calls_phase phase)
{
	uint64_t made = 0;
	uint64_t least = 0;

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		made += calls->made[phase][i];
		least += calls->least[phase][i];
	}
	printf("%-34s %10llu %10llu\n", calls_phase_text(phase), (unsigned long long)made, (unsigned long long)least);
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (calls->made[phase][i] + calls->least[phase][i] > 0) {
			row(rmi_command_info((enum rmi_command)i)->name + sizeof("RMI_") - 1, calls->made[phase][i],
				calls->least[phase][i]);
		}
	}
}

void bench_calls(void)
{
	static struct calls calls;

	calls_count(&calls);
	if (calls.wrong != NULL) {
		(void)fprintf(stderr, "bench: RMI calls of a realm: %s\n", calls.wrong);
		exit(1);
	}
	printf("\n%-34s %10s %10s\n", "RMI calls, realm of 1 GiB", "made", "least");
	for (unsigned phase = 0; phase < CALLS_PHASE_COUNT; phase++) {
		phase_print(&calls, (enum calls_phase)phase);
	}
}
