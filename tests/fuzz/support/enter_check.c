/* SPDX-License-Identifier: BSD-2-Clause */
/* enter_check.c - what a REC of STAGE_ACTIVE finds when it runs again, written from fact sheet sections 9 and 10. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

enum {
	EC_WFX = 0x01,
	EC_SMC64 = 0x17,
	EC_SYSREG = 0x18,
	EC_FETCH = 0x20,
	EC_DATA = 0x24,
	INSTRUCTION = 4,
	VECTOR = 0x200
};

static void set(struct rec_cpu *cpu, uint64_t number, uint64_t value)
{
	if (number < RMI_GPR_COUNT) {
		cpu->gprs[number] = value;
	}
}

/* A load of the size, sign and width that the syndrome says. */
static uint64_t loaded(uint64_t esr, uint64_t value)
{
	unsigned bits = 8U << FIELD_GET(esr, ESR_ABORT_SAS);
	uint64_t sign = UINT64_C(1) << (bits - 1);

	value &= sign | (sign - 1);
	if (FIELD_GET(esr, ESR_ABORT_SSE) != 0) {
		value = (value ^ sign) - sign;
	}
	return FIELD_GET(esr, ESR_ABORT_SF) != 0 ? value : value & UINT32_MAX;
}

/* After a data abort at an unprotected address. */
static void want_access(struct rec_cpu *want, uint64_t esr, const struct rmi_rec_enter *enter)
{
	if (FIELD_GET(enter->flags, ENTER_FLAG_INJECT_SEA) != 0) {
		want->pc = VECTOR;
		return;
	}
	if (FIELD_GET(enter->flags, ENTER_FLAG_EMUL_MMIO) == 0) {
		return;
	}
	want->pc += INSTRUCTION;
	if (FIELD_GET(esr, ESR_ABORT_WNR) == 0) {
		set(want, FIELD_GET(esr, ESR_ABORT_SRT), loaded(esr, enter->gprs[0]));
	}
}

static void want_sync(struct rec_cpu *want, const struct rec_trap *trap, const struct rmi_rec_exit *exit,
	const struct rmi_rec_enter *enter)
{
	switch (FIELD_GET(trap->esr, ESR_EC)) {
	case EC_WFX:
		want->pc += INSTRUCTION;
		return;
	case EC_SYSREG:
		want->pc += INSTRUCTION;
		if (FIELD_GET(trap->esr, ESR_SYSREG_READ) != 0) {
			set(want, FIELD_GET(trap->esr, ESR_SYSREG_RT), enter->gprs[0]);
		}
		return;
	case EC_FETCH:
	case EC_DATA:
		break;
	default:
		return;
	}
	/* External aborts come without an address; one that the realm can recover from it has taken. */
	if (exit->hpfar == 0) {
		want->pc = FIELD_GET(trap->esr, ESR_ABORT_SET) == 0 ? VECTOR : want->pc;
		return;
	}
	if (exit->hpfar >= MACHINE_UNPROTECTED >> REEVE_GRANULE_SHIFT << HPFAR_FIPA_SHIFT) {
		want_access(want, trap->esr, enter);
	}
}

static void want_ripas(struct rec_cpu *want, const struct rmi_rec_exit *exit, const struct rmi_rec_enter *enter)
{
	bool is_refused = FIELD_GET(enter->flags, ENTER_FLAG_RIPAS_REJECT) != 0 && exit->ripas_value == RIPAS_RAM;

	want->gprs[0] = RSI_SUCCESS;
	want->gprs[1] = exit->ripas_base;
	want->gprs[2] = is_refused ? RSI_REJECT : RSI_ACCEPT;
}

static void want_after(struct rec_cpu *want, const struct machine_call *before, const struct rmi_rec_exit *exit,
	const struct rmi_rec_enter *enter)
{
	switch (exit->exit_reason) {
	case RMI_EXIT_SYNC:
		want_sync(want, &before->last, exit, enter);
		return;
	case RMI_EXIT_PSCI:
		want->pc += INSTRUCTION;
		want->gprs[0] = PSCI_STATUS_SUCCESS;
		return;
	case RMI_EXIT_RIPAS_CHANGE:
		want->pc += INSTRUCTION;
		want_ripas(want, exit, enter);
		return;
	case RMI_EXIT_HOST_CALL:
		want->pc += INSTRUCTION;
		want->gprs[0] = RSI_SUCCESS;
		return;
	default:
		return;
	}
}

void machine_enter_check(const struct machine *machine, const struct machine_call *before,
	const struct rmi_rec_exit *exit, const struct rmi_rec_enter *enter)
{
	const struct rec_cpu *entered = &machine->last.entered;
	struct rec_cpu want = before->left;

	want_after(&want, before, exit, enter);
	machine_check(memcmp(entered->gprs, want.gprs, sizeof(want.gprs)) == 0,
		"the host changes the registers of its answer only");
	machine_check(entered->pc == want.pc, "the realm goes on where it must");
	machine_check(entered->gicv3_vmcr == want.gicv3_vmcr && entered->cntv_cval == want.cntv_cval &&
			entered->cntp_cval == want.cntp_cval,
		"priority mask and timers are the realm's");
	machine_check(entered->gicv3_hcr == (enter->gicv3_hcr | FIELD_MASK(ICH_HCR_EN)), "the host's ICH_HCR_EL2");
	for (unsigned i = 0; i < RMI_GIC_LR_COUNT; i++) {
		machine_check(entered->gicv3_lrs[i] == (i < MACHINE_LRS ? enter->gicv3_lrs[i] : 0),
			"the host's list registers, as many as there are");
	}
	machine_check(entered->trap_wfi == (FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFI) != 0) &&
			entered->trap_wfe == (FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFE) != 0),
		"WFI and WFE trap as the host says");
}
