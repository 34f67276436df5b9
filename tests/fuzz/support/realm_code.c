/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_code.c - what the code of a fuzzed realm does, from the same input. */
#include <stdio.h>

#include "reeve/psci.h"
#include "reeve/rsi.h"
#include "tests/fuzz/support/host_machine.h"

enum {
	EC_TRAPPED_WFX = 0x01,
	EC_SMC64 = 0x17,
	EC_TRAPPED_SYSREG = 0x18,
	EC_FETCH = 0x20,
	EC_ABORT = 0x24,
	FSC_LEVEL_3 = 7,
	FSC_SYNC_EXTERNAL = 0x10
};

static void trap_abort(struct fuzz *fuzz, struct reeve_model_trap *trap, uint64_t x[RMI_GPR_COUNT])
{
	uint64_t ipa = fuzz_ipa(fuzz);
	unsigned how = bytes_next(&fuzz->in);
	uint64_t esr = FIELD_SET(0, ESR_EC, (how & 1) != 0 ? EC_FETCH : EC_ABORT);

	esr = FIELD_SET(esr, ESR_ABORT_FSC, (how & 0x1C) == 0x1C ? FSC_SYNC_EXTERNAL : FSC_LEVEL_3);
	if ((how & 1) == 0) {
		esr = FIELD_SET(esr, ESR_ABORT_ISV, (how & 2) == 0);
		esr = FIELD_SET(esr, ESR_ABORT_SAS, how >> 5);
		esr = FIELD_SET(esr, ESR_ABORT_SRT, 3);
		esr = FIELD_SET(esr, ESR_ABORT_WNR, how >> 7);
	}
	x[3] = ipa;
	trap->esr = esr;
	trap->far = ipa;
	trap->hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
}

static void trap_smc(struct fuzz *fuzz, struct reeve_model_trap *trap, uint64_t x[RMI_GPR_COUNT])
{
	const uint64_t functions[] = {
		RSI_FID(IPA_STATE_SET),
		RSI_FID(IPA_STATE_SET),
		RSI_FID(HOST_CALL),
		PSCI_FID64_CPU_ON,
		PSCI_FID64_AFFINITY_INFO,
		PSCI_FID32_CPU_OFF,
		PSCI_FID64_CPU_SUSPEND,
		PSCI_FID32_SYSTEM_OFF,
		PSCI_FID32_SYSTEM_RESET,
		RSI_FID(REALM_CONFIG),
		RSI_FID(IPA_STATE_GET),
		0,
	};

	trap->esr = FIELD_SET(0, ESR_EC, EC_SMC64);
	x[0] = BYTES_PICK_OF(&fuzz->in, functions);
	if (x[0] == PSCI_FID64_CPU_ON || x[0] == PSCI_FID64_AFFINITY_INFO) {
		x[1] = bytes_pick(&fuzz->in, FUZZ_RECS + 1);
		x[2] = x[0] == PSCI_FID64_CPU_ON ? FUZZ_RAM : 0;
		return;
	}
	x[1] = fuzz_ipa(fuzz);
	x[2] = x[1] + bytes_pick(&fuzz->in, 16) * UINT64_C(4096);
	x[3] = bytes_pick(&fuzz->in, RIPAS_COUNT);
	x[4] = bytes_pick(&fuzz->in, 2);
}

static void trap_sysreg(struct fuzz *fuzz, struct reeve_model_trap *trap)
{
	unsigned which = bytes_next(&fuzz->in);
	uint64_t esr = FIELD_SET(0, ESR_EC, EC_TRAPPED_SYSREG);

	/* ICC_SGI1R_EL1, or its neighbours. */
	esr = FIELD_SET(esr, ESR_SYSREG_OP0, 3);
	esr = FIELD_SET(esr, ESR_SYSREG_CRN, 12);
	esr = FIELD_SET(esr, ESR_SYSREG_CRM, 11);
	esr = FIELD_SET(esr, ESR_SYSREG_OP2, 5 ^ (which >> 1));
	trap->esr = FIELD_SET(esr, ESR_SYSREG_READ, which);
}

void fuzz_realm_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	struct fuzz *fuzz = context;

	(void)mpidr;
	(void)pc;
	if (fuzz->steps_left == 0 || fuzz->in.left == 0) {
		trap->kind = REEVE_MODEL_TRAP_IRQ;
		return;
	}
	fuzz->steps_left--;
	switch (bytes_pick(&fuzz->in, 16)) {
	case 0:
		trap->kind = REEVE_MODEL_TRAP_FIQ;
		return;
	case 1:
		trap->kind = REEVE_MODEL_TRAP_SERROR;
		return;
	case 2:
		trap->esr = FIELD_SET(0, ESR_EC, EC_TRAPPED_WFX);
		return;
	case 15:
		trap_sysreg(fuzz, trap);
		return;
	case 3:
	case 4:
	case 5:
	case 6:
	case 7:
		trap_smc(fuzz, trap, x);
		return;
	default:
		trap_abort(fuzz, trap, x);
		return;
	}
}
