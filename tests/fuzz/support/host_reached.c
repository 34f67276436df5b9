/* SPDX-License-Identifier: BSD-2-Clause */
/* host_reached.c - what a corpus of the fuzzed host is there for. */
#include "tests/fuzz/support/host_machine.h"

static const char *status(unsigned index)
{
	return index != REEVE_INTERNAL ? reeve_status_name(index) : ""; /* never, or the target stops */
}

bool fuzz_host_is_whole(void)
{
	static const struct reached_kind kinds[HOST_REACHED_KIND_COUNT] = {
		[REACHED_STATUS] = {"no call answered", status, REEVE_STATUS_COUNT},
		[REACHED_EXIT] = {"no REC left for", reeve_exit_reason_name, REEVE_EXIT_REASON_COUNT},
		[REACHED_COMMAND_DONE] = {"no success of", reached_command_name, RMI_COMMAND_COUNT},
		[REACHED_COMMAND_REFUSED] = {"no refusal of", reached_command_name, RMI_COMMAND_COUNT},
		[REACHED_CALL_DONE] = {"no success of", fuzz_realm_call_name, 0},
		[REACHED_CALL_FAILED] = {"no failure of", fuzz_realm_call_name, 0},
	};

	return reached_all(kinds, HOST_REACHED_KIND_COUNT);
}
