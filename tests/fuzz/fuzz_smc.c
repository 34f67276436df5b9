/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_smc.c - streams of SMCs from several CPUs: any registers, pages of parameters, and what RECs do.
 *
 * The first byte says what is there already: nothing, delegated granules, a NEW realm, an ACTIVE one. What must hold after each call is in
 * tests/fuzz/support/monitor_machine.h. FUZZ_TRACE=1 in the environment shows the calls. */
#include "tests/fuzz/support/monitor_machine.h"

enum { CALLS = 80 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct smc_stream stream;
	enum machine_stage stage;

	stream.in = (struct bytes){data, size};
	stream.calls_left = CALLS;
	stage = (enum machine_stage)bytes_pick(&stream.in, STAGE_COUNT);
	machine_start(&stream.machine, stage, data, size);
	while (stream.in.left > 0 && stream.calls_left > 0) {
		smc_stream_call(&stream);
	}
	return 0;
}

/* RMI_FEATURES refuses nothing. */
static const char *refusal_name(unsigned command)
{
	return command == RMI_FEATURES ? "" : reached_command_name(command);
}

bool fuzz_corpus_is_whole(void)
{
	static const struct reached_kind kinds[] = {
		[REACHED_RMI_DONE] = {"no success of", reached_command_name, RMI_COMMAND_COUNT},
		[REACHED_RMI_REFUSED] = {"no refusal of", refusal_name, RMI_COMMAND_COUNT},
		[REACHED_REC_EXIT] = {"no REC left for", rmi_exit_reason_name, RMI_EXIT_REASON_COUNT},
	};

	return reached_all(kinds, sizeof(kinds) / sizeof(kinds[0]));
}
