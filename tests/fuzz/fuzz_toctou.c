/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_toctou.c - parameter, run and content pages that change in the middle of the monitor's copy and after it.
 *
 * Two machines live the same life. On one the host's pages change all the time; the other's pages are what the monitor of the first was
 * given, once, and stay so. Both must answer, and look, the same after every call: a byte read twice would tell them apart.
 * FUZZ_TRACE=1 in the environment shows the calls. */
#include <string.h>

#include "tests/fuzz/support/twins.h"

enum { CALLS = 30 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct twins twins;
	struct bytes in = {data, size};
	enum machine_stage stage = (enum machine_stage)bytes_pick(&in, STAGE_COUNT);

	twins_start(&twins, stage, data, size);
	for (unsigned i = 0; i < CALLS && in.left > 0; i++) {
		twins.changing.flip = bytes_next(&in) | 1;
		twins.changing.flip_at = bytes_next(&in) * UINT64_C(64);
		twins_call(&twins, &in);
	}
	return 0;
}

/* The commands that are given a page; a REC_ENTER that is refused is given one too. */
static const char *name(unsigned command)
{
	switch (command) {
	case RMI_DATA_CREATE:
	case RMI_REALM_CREATE:
	case RMI_REC_CREATE:
	case RMI_REC_ENTER:
		return reached_command_name(command);
	default:
		return "";
	}
}

bool fuzz_corpus_is_whole(void)
{
	static const struct reached_kind kinds[] = {
		[REACHED_RMI_DONE] = {"no success of", name, RMI_COMMAND_COUNT},
		[REACHED_RMI_REFUSED] = {"no refusal of", name, RMI_COMMAND_COUNT},
		[REACHED_REC_EXIT] = {"no REC left for", rmi_exit_reason_name, RMI_EXIT_REASON_COUNT},
	};

	return reached_all(kinds, sizeof(kinds) / sizeof(kinds[0]));
}
