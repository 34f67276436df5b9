/* SPDX-License-Identifier: BSD-2-Clause */
/* exit_check.c - what the host is told of each exit of a realm of STAGE_ACTIVE, written from fact sheet sections 4, 9 and 10. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

enum { EC_WFX = 0x01, EC_SMC64 = 0x17, EC_SYSREG = 0x18, EC_FETCH = 0x20, EC_DATA = 0x24 };

/* EC, SET, FnV, EA, FSC: what every abort shows. */
static uint64_t abort_esr(void)
{
	return FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_ABORT_SET) | FIELD_MASK(ESR_ABORT_FNV) | FIELD_MASK(ESR_ABORT_EA) |
		FIELD_MASK(ESR_ABORT_FSC);
}

static uint64_t gpr(const struct rec_cpu *cpu, uint64_t number)
{
	return number < RMI_GPR_COUNT ? cpu->gprs[number] : 0;
}

static uint64_t low_bits(uint64_t value, unsigned bits)
{
	return bits >= 64 ? value : value & ((UINT64_C(1) << bits) - 1);
}

static bool is_external(uint64_t esr)
{
	uint64_t fault = FIELD_GET(esr, ESR_ABORT_FSC);

	return fault == 0x10 || (fault >= 0x13 && fault <= 0x17);
}

/* Data aborts at unprotected addresses. Emulatable: nothing mapped there, and the syndrome says what the instruction does. */
static void want_unprotected(const struct machine_call *call, uint64_t ipa, struct rmi_rec_exit *want)
{
	uint64_t esr = call->last.esr;
	bool is_mapped = reeve_align_down(ipa, MACHINE_PAGE) == MACHINE_UNPROTECTED + MACHINE_PAGE;

	if (is_mapped || FIELD_GET(esr, ESR_ABORT_ISV) == 0) {
		want->esr = esr & (abort_esr() | FIELD_MASK(ESR_IL));
		return;
	}
	want->esr = esr &
		(abort_esr() | FIELD_MASK(ESR_ABORT_ISV) | FIELD_MASK(ESR_ABORT_SAS) | FIELD_MASK(ESR_ABORT_SF) |
			FIELD_MASK(ESR_ABORT_WNR));
	want->far = call->last.far & 0xFFF;
	if (FIELD_GET(esr, ESR_ABORT_WNR) != 0) {
		want->gprs[0] =
			low_bits(gpr(&call->left, FIELD_GET(esr, ESR_ABORT_SRT)), 8U << FIELD_GET(esr, ESR_ABORT_SAS));
	}
}

static void want_abort(const struct machine_call *call, struct rmi_rec_exit *want)
{
	uint64_t ipa = FIELD_GET(call->last.hpfar, HPFAR_FIPA) << REEVE_GRANULE_SHIFT | (call->last.far & 0xFFF);

	want->esr = call->last.esr & abort_esr();
	if (is_external(call->last.esr)) {
		return;
	}
	want->hpfar = call->last.hpfar & FIELD_MASK(HPFAR_FIPA);
	machine_check(ipa >> 32 == 0, "addresses beyond the realm's are the realm's");
	if (ipa < MACHINE_UNPROTECTED) {
		machine_check(reeve_align_down(ipa, MACHINE_PAGE) == 3 * MACHINE_PAGE, "RAM that is not there");
	} else {
		machine_check(FIELD_GET(call->last.esr, ESR_EC) == EC_DATA, "fetches from host memory are the realm's");
		want_unprotected(call, ipa, want);
	}
}

static void want_psci(const struct machine_call *call, struct rmi_rec_exit *want)
{
	const uint64_t *x = call->left.gprs;
	uint64_t fid = low_bits(x[0], 32) & ~FIELD_MASK(SMC_SVE_HINT);
	unsigned width = FIELD_GET(fid, SMC_64) != 0 ? 64 : 32;
	unsigned count = 0;

	switch (psci_function_of_fid(fid)) {
	case PSCI_CPU_ON:
	case PSCI_CPU_SUSPEND:
		count = 3;
		break;
	case PSCI_AFFINITY_INFO:
		count = 2;
		break;
	case PSCI_CPU_OFF:
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		break;
	case PSCI_VERSION:
	case PSCI_FEATURES:
	case PSCI_FUNCTION_COUNT:
		machine_check(false, "the host is told of PSCI calls that concern it");
		break;
	}
	want->gprs[0] = fid;
	for (unsigned i = 1; i <= count; i++) {
		want->gprs[i] = low_bits(x[i], width);
	}
}

/* Realm pages are there at 0x1000 and 0x2000, all canary. */
static void want_host_call(const struct machine *machine, struct rmi_rec_exit *want)
{
	uint64_t ipa = machine->last.left.gprs[1];

	machine_check(ipa >= MACHINE_PAGE && ipa < 3 * MACHINE_PAGE && ipa % RSI_HOST_CALL_ALIGN == 0,
		"host calls have a structure");
	want->imm = (uint16_t)machine->canary;
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		want->gprs[i] = machine->canary;
	}
}

/* An RSI call whose page is not there looks like a read of it. There is a table over the first 2 MiB. */
static void want_missing_page(const struct machine_call *call, struct rmi_rec_exit *want)
{
	uint64_t ipa = call->left.gprs[1];

	want->esr = FIELD_SET(0, ESR_EC, EC_DATA) | (ipa < UINT64_C(1) << 21 ? 7 : 6);
	want->hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
}

static void want_sync(const struct machine_call *call, struct rmi_rec_exit *want)
{
	uint64_t esr = call->last.esr;

	switch (FIELD_GET(esr, ESR_EC)) {
	case EC_WFX:
		want->esr = esr & (FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_WFX_TI));
		return;
	case EC_SMC64:
		want_missing_page(call, want);
		return;
	case EC_SYSREG:
		want->esr = esr;
		want->gprs[0] =
			FIELD_GET(esr, ESR_SYSREG_READ) != 0 ? 0 : gpr(&call->left, FIELD_GET(esr, ESR_SYSREG_RT));
		return;
	case EC_FETCH:
	case EC_DATA:
		want_abort(call, want);
		return;
	default:
		machine_check(false, "the host is told of traps that concern it");
	}
}

/* GIC and timers as the REC left them, on every exit; of ICH_HCR_EL2 what is the host's, and EOIcount. */
static void want_always(const struct rec_cpu *left, struct rmi_rec_exit *want)
{
	want->gicv3_hcr = left->gicv3_hcr & UINT64_C(0xF80040FE);
	memcpy(want->gicv3_lrs, left->gicv3_lrs, MACHINE_LRS * sizeof(want->gicv3_lrs[0]));
	want->gicv3_misr = left->gicv3_misr;
	want->gicv3_vmcr = left->gicv3_vmcr;
	want->cntp_ctl = left->cntp_ctl;
	want->cntp_cval = left->cntp_cval;
	want->cntv_ctl = left->cntv_ctl;
	want->cntv_cval = left->cntv_cval;
}

static enum rec_trap_kind trap_of_reason(uint8_t reason)
{
	switch (reason) {
	case RMI_EXIT_IRQ:
		return REC_TRAP_IRQ;
	case RMI_EXIT_FIQ:
		return REC_TRAP_FIQ;
	case RMI_EXIT_SERROR:
		return REC_TRAP_SERROR;
	default:
		return REC_TRAP_SYNC;
	}
}

void machine_exit_check(const struct machine *machine, const struct rmi_rec_exit *exit)
{
	const struct machine_call *call = &machine->last;
	const uint64_t *x = call->left.gprs;
	struct rmi_rec_exit want;

	memset(&want, 0, sizeof(want));
	machine_check(call->ran && trap_of_reason(exit->exit_reason) == call->last.kind, "the reason is the trap's");
	want.exit_reason = exit->exit_reason;
	switch (exit->exit_reason) {
	case RMI_EXIT_SYNC:
		want_sync(call, &want);
		break;
	case RMI_EXIT_PSCI:
		want_psci(call, &want);
		break;
	case RMI_EXIT_RIPAS_CHANGE:
		want.ripas_base = x[1];
		want.ripas_top = x[2];
		want.ripas_value = (uint8_t)x[3];
		break;
	case RMI_EXIT_HOST_CALL:
		want_host_call(machine, &want);
		break;
	case RMI_EXIT_SERROR:
		want.esr = call->last.esr &
			(FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_SERROR_IDS) | FIELD_MASK(ESR_SERROR_AET) |
				FIELD_MASK(ESR_SERROR_EA) | FIELD_MASK(ESR_SERROR_DFSC));
		break;
	default:
		break;
	}
	want_always(&call->left, &want);
	for (size_t i = 0; i < sizeof(want); i++) {
		machine_check(((const uint8_t *)exit)[i] == ((const uint8_t *)&want)[i],
			"the exit is what the trap makes it, in every byte");
	}
	reached(REACHED_STEP, call->last_kind);
}
