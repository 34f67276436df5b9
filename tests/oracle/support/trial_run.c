/* SPDX-License-Identifier: BSD-2-Clause */
/* trial_run.c - what must be true after a REC_ENTER that passed its conditions, beside the world: the CPU, the exit page, memory. */
#include <inttypes.h>
#include <string.h>

#include "reeve/field.h"
#include "reeve/rsi.h"
#include "tests/oracle/support/loader.h"
#include "tests/oracle/support/trial.h"

/* What the CPU was given, but for the registers that a world has: those are in the REC still. */
static bool cpu_is_right(struct trial *t)
{
	const struct oracle_run *run = &t->prediction.run;
	const struct rec_cpu *cpu = &t->machine.entered;

	if (t->machine.runs != (run->runs ? 1U : 0U)) {
		return trial_fails(t, "the REC ran %u times", t->machine.runs);
	}
	if (!run->runs) {
		return true;
	}
	if (cpu->gicv3_hcr != run->gicv3_hcr || memcmp(cpu->gicv3_lrs, run->gicv3_lrs, sizeof(run->gicv3_lrs)) != 0) {
		return trial_fails(t, "the CPU was not given the GIC state of the run page");
	}
	return (cpu->trap_wfi == run->trap_wfi && cpu->trap_wfe == run->trap_wfe) ||
		trial_fails(t, "the CPU does not trap WFI and WFE as the run page says");
}

/* The exit as predicted, every byte of it; of the GIC and the timers what is in the REC now, which is what the CPU left when it ran. */
static bool exit_is_right(struct trial *t)
{
	struct oracle_cpu_left left = loader_cpu_left(&t->machine, t->call.x[1]);
	struct rmi_rec_exit expected = t->prediction.run.exit;
	const struct rmi_rec_run *run;
	unsigned index;

	if (!machine_index(&t->machine, t->call.page_pa, &index)) {
		return trial_fails(t, "no run page");
	}
	run = (const void *)machine_bytes(&t->machine, index);
	if (memcmp(&run->enter, t->call.page, sizeof(run->enter)) != 0) {
		return trial_fails(t, "the host's half of the run page changed");
	}
	oracle_exit_of_cpu(&t->before, &left, &expected);
	for (size_t i = 0; i < sizeof(expected); i++) {
		if (((const uint8_t *)&run->exit)[i] != ((const uint8_t *)&expected)[i]) {
			return trial_fails(t, "byte 0x%zx of the exit is 0x%x, should be 0x%x", i,
				((const uint8_t *)&run->exit)[i], ((const uint8_t *)&expected)[i]);
		}
	}
	return true;
}

/* The REC has what the CPU left, or what the run page said when it did not run. */
static bool rec_is_right(struct trial *t)
{
	const struct oracle_run *run = &t->prediction.run;
	struct oracle_cpu_left left = loader_cpu_left(&t->machine, t->call.x[1]);
	const struct rec_cpu *cpu = &t->machine.left;

	if (run->runs) {
		return (left.gicv3_hcr == cpu->gicv3_hcr && left.gicv3_misr == cpu->gicv3_misr &&
			       left.gicv3_vmcr == cpu->gicv3_vmcr && left.cntp_ctl == cpu->cntp_ctl &&
			       left.cntp_cval == cpu->cntp_cval && left.cntv_ctl == cpu->cntv_ctl &&
			       left.cntv_cval == cpu->cntv_cval &&
			       memcmp(left.gicv3_lrs, cpu->gicv3_lrs, sizeof(left.gicv3_lrs)) == 0) ||
			trial_fails(t, "the GIC or the timers are not as the CPU left them");
	}
	return (left.gicv3_hcr == run->gicv3_hcr &&
		       memcmp(left.gicv3_lrs, run->gicv3_lrs, sizeof(left.gicv3_lrs)) == 0) ||
		trial_fails(t, "the GIC is not as the run page said");
}

/* The structure of a host call that was completed: the registers, between what the page held before. */
static bool host_call_is_right(struct trial *t, unsigned index)
{
	const struct oracle_run *run = &t->prediction.run;
	uint64_t offset = run->host_call_pa % REEVE_GRANULE_SIZE + offsetof(struct rsi_host_call, gprs);
	uint8_t expected[REEVE_GRANULE_SIZE];

	memcpy(expected, machine_kept_bytes(&t->machine, index), sizeof(expected));
	memcpy(expected + offset, run->host_call_gprs, sizeof(run->host_call_gprs));
	return memcmp(expected, machine_bytes(&t->machine, index), sizeof(expected)) == 0 ||
		trial_fails(t, "the page of the host call is not as it should be");
}

/* Nothing but the REC, its run page and the page of its host call. */
static bool memory_is_right(struct trial *t)
{
	unsigned called = UINT32_MAX;

	if (t->prediction.run.host_call_pa != 0 &&
		machine_index(&t->machine, t->prediction.run.host_call_pa, &called) && !host_call_is_right(t, called)) {
		return false;
	}
	for (unsigned i = 0; i < t->owned_count; i++) {
		uint64_t pa = world_granule_pa(&t->before, t->owned[i]);

		if (pa != t->call.x[1] && t->owned[i] != called && !machine_granule_is_kept(&t->machine, t->owned[i])) {
			return trial_fails(t, "granule 0x%" PRIx64 " changed while a REC ran", pa);
		}
	}
	return true;
}

static enum trial_completion abort_completion(const struct trial *t, const struct world_rec *rec)
{
	uint64_t flags = ((const struct rmi_rec_run *)(const void *)t->call.page)->enter.flags;

	if (FIELD_GET(flags, ENTER_FLAG_INJECT_SEA) != 0) {
		return COMPLETION_SEA;
	}
	if (FIELD_GET(flags, ENTER_FLAG_EMUL_MMIO) == 0) {
		return COMPLETION_AGAIN;
	}
	return FIELD_GET(rec->esr, ESR_ABORT_WNR) != 0 ? COMPLETION_STORE : COMPLETION_LOAD;
}

static enum trial_completion completion_of(const struct trial *t)
{
	const struct world_rec *before = world_rec_const(&t->before, t->call.x[1]);
	const struct world_rec *after = world_rec_const(&t->prediction.next, t->call.x[1]);

	switch (before->pending) {
	case WORLD_PENDING_MMIO:
	case WORLD_PENDING_SEA:
		return abort_completion(t, before);
	case WORLD_PENDING_RIPAS:
		return after->gprs[2] == RSI_REJECT ? COMPLETION_REJECT : COMPLETION_ACCEPT;
	case WORLD_PENDING_HOST_CALL:
		return !t->prediction.run.runs                ? COMPLETION_HOST_CALL_GONE
			: t->prediction.run.host_call_pa != 0 ? COMPLETION_HOST_CALL
							      : COMPLETION_HOST_CALL_EMPTY;
	case WORLD_PENDING_SYSREG:
		return COMPLETION_SYSREG;
	case WORLD_PENDING_NONE:
	case WORLD_PENDING_PSCI:
	case WORLD_PENDING_COUNT:
		break;
	}
	return COMPLETION_NONE;
}

const char *trial_completion_name(enum trial_completion completion)
{
	static const char *const names[COMPLETION_COUNT] = {"nothing", "load", "store", "SEA", "access made again",
		"RIPAS accepted", "RIPAS rejected", "register read", "host call", "host call, page EMPTY",
		"host call, page gone"};

	return names[completion];
}

bool trial_ran(struct trial *t)
{
	if (t->machine.drop_count != 0) {
		return trial_fails(t, "a run dropped translations");
	}
	t->completions[completion_of(t)]++;
	return cpu_is_right(t) && rec_is_right(t) && exit_is_right(t) && memory_is_right(t);
}
