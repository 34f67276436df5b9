/* SPDX-License-Identifier: BSD-2-Clause */
/* exit.c - what the monitor does about each trap of a running REC: deal with it, have the realm take it, or tell the host. */
#include "monitor/rec.h"

typedef enum rec_action class_function(struct running *r, const struct rec_trap *trap);

/* ESR.TI: WFI and WFIT are even, WFE and WFET odd. */
static enum rec_action handle_wfx(struct running *r, const struct rec_trap *trap)
{
	bool is_wfe = (FIELD_GET(trap->esr, ESR_WFX_TI) & 1) != 0;

	rec_advance(&r->rec->cpu);
	if (!(is_wfe ? r->rec->cpu.trap_wfe : r->rec->cpu.trap_wfi)) {
		return REC_RESUME;
	}
	r->exit->exit_reason = RMI_EXIT_SYNC;
	r->exit->esr = trap->esr & (FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_WFX_TI));
	return REC_EXIT;
}

static enum rec_action handle_undefined(struct running *r, const struct rec_trap *trap)
{
	(void)trap;
	inject_undefined(&r->rec->cpu);
	return REC_RESUME;
}

/* RSI, PSCI, SMCCC_VERSION; anything else is not supported. X0 holds the function identifier in its lower half. */
static enum rec_action call(struct running *r)
{
	struct psci_request psci = psci_request_of(&r->rec->cpu);
	enum rsi_command rsi = rsi_command_of_fid(psci.fid);

	if (rsi != RSI_COMMAND_COUNT) {
		return rsi_call(r, rsi);
	}
	if (psci.function != PSCI_FUNCTION_COUNT) {
		return psci_call(r, &psci);
	}
	r->rec->cpu.gprs[0] = psci.fid == SMCCC_FID_VERSION ? SMCCC_VERSION_1_2 : SMCCC_NOT_SUPPORTED;
	return REC_RESUME;
}

static enum rec_action handle_smc(struct running *r, const struct rec_trap *trap)
{
	enum rec_action action = call(r);

	(void)trap;
	if (action != REC_EXIT_RETRY) {
		rec_advance(&r->rec->cpu);
	}
	return action;
}

/* By ESR.EC. What is not here the hardware does not send to EL2, or belongs to a feature that realms are not given. */
static class_function *const class_functions[ESR_CLASS_COUNT] = {
	[ESR_CLASS_WFX] = handle_wfx,
	[ESR_CLASS_HVC64] = handle_undefined,
	[ESR_CLASS_SMC64] = handle_smc,
	[ESR_CLASS_SYSREG] = exit_sysreg,
	[ESR_CLASS_FETCH_LOWER] = exit_abort,
	[ESR_CLASS_DATA_LOWER] = exit_abort,
};

static enum rec_action handle_sync(struct running *r, const struct rec_trap *trap)
{
	class_function *function = class_functions[FIELD_GET(trap->esr, ESR_EC)];

	return function != NULL ? function(r, trap) : handle_undefined(r, trap);
}

enum rec_action exit_handle(struct running *r, const struct rec_trap *trap)
{
	switch (trap->kind) {
	case REC_TRAP_SYNC:
		return handle_sync(r, trap);
	case REC_TRAP_IRQ:
		r->exit->exit_reason = RMI_EXIT_IRQ;
		return REC_EXIT;
	case REC_TRAP_FIQ:
		r->exit->exit_reason = RMI_EXIT_FIQ;
		return REC_EXIT;
	case REC_TRAP_SERROR:
		break;
	}
	r->exit->exit_reason = RMI_EXIT_SERROR;
	r->exit->esr = trap->esr &
		(FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_SERROR_IDS) | FIELD_MASK(ESR_SERROR_AET) |
			FIELD_MASK(ESR_SERROR_EA) | FIELD_MASK(ESR_SERROR_DFSC));
	return REC_EXIT;
}
