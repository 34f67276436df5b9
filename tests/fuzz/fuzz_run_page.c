/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_run_page.c - REC_ENTER with any enter page, for a REC that stops in any way: what the host is told, and what the realm finds again.
 *
 * Every byte of the exit area is compared with what fact sheet section 9 says. FUZZ_TRACE=1 in the environment shows the calls. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

enum { ENTRIES = 40, STEPS = 3, DIRT = 0xA5 };

/* The request that the REC's last exit told of, answered. Then its registers are those of the answer. */
static void psci_complete(struct machine *machine, struct bytes *in)
{
	static const uint64_t answers[] = {0, (uint64_t)PSCI_STATUS_DENIED, 1};
	uint64_t x[REEVE_SMC_REGISTERS] = {
		RMI_FID(PSCI_COMPLETE), machine_pa(AT_REC0), machine_pa(AT_REC1), BYTES_PICK_OF(in, answers)};

	(void)machine_smc(machine, 0, x);
}

static bool is_suspend(const struct rmi_rec_exit *exit)
{
	return psci_function_of_fid(exit->gprs[0]) == PSCI_CPU_SUSPEND;
}

/* False when it was refused. *before and *exit_before are the last entry that was not, if `again`. */
static bool enter(struct machine *machine, struct bytes *in, struct machine_call *before,
	struct rmi_rec_exit *exit_before, bool again)
{
	struct rmi_rec_run *run = (void *)machine->memory[AT_RUN];
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(REC_ENTER), machine_pa(AT_REC0), machine_pa(AT_RUN)};

	machine_enter_fill(&run->enter, in);
	memset(&run->exit, DIRT, sizeof(run->exit));
	machine_steps_load(machine, in, bytes_pick(in, STEPS + 1));
	if (machine_smc(machine, 0, x) != CONDITION_NONE) {
		return false;
	}
	machine_exit_check(machine, &run->exit);
	if (again && (exit_before->exit_reason != RMI_EXIT_PSCI || is_suspend(exit_before))) {
		machine_enter_check(machine, before, exit_before, &run->enter);
	}
	*before = machine->last;
	*exit_before = run->exit;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct machine machine;
	static struct machine_call before;
	struct rmi_rec_exit exit = {0};
	struct bytes in = {data, size};
	bool again = false;

	machine_start(&machine, STAGE_ACTIVE, data, size);
	for (unsigned i = 0; i < ENTRIES && in.left > 0; i++) {
		again = enter(&machine, &in, &before, &exit, again) || again;
		if (again && exit.exit_reason == RMI_EXIT_PSCI && !is_suspend(&exit)) {
			psci_complete(&machine, &in);
		}
	}
	return 0;
}

bool fuzz_corpus_is_whole(void)
{
	static const struct reached_kind kinds[] = {
		[REACHED_REC_EXIT] = {"no REC left for", rmi_exit_reason_name, RMI_EXIT_REASON_COUNT},
		[REACHED_STEP] = {"no exit by", machine_step_name, STEP_KIND_COUNT},
	};

	return reached_all(kinds, sizeof(kinds) / sizeof(kinds[0]));
}
