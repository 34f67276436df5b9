/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_steps.c - what the REC of a fuzzed monitor does, and what the host writes to its enter page, as the input says. */
#include <string.h>

#include "tests/fuzz/support/monitor_machine.h"

enum {
	EC_WFX = 0x01,
	EC_SMC64 = 0x17,
	EC_SYSREG = 0x18,
	EC_FETCH = 0x20,
	EC_DATA = 0x24,
	FSC_TRANSLATION_3 = 0x07,
	FSC_PERMISSION_3 = 0x0F,
	FSC_EXTERNAL = 0x10,
	FSC_EXTERNAL_ON_WALK = 0x17,
	FSC_PROTECTION = 0x28,
};

/* Pages of STAGE_ACTIVE, the edges of both halves and of everything. */
static uint64_t step_ipa(struct bytes *in)
{
	static const uint64_t pages[] = {MACHINE_UNPROTECTED, MACHINE_UNPROTECTED + MACHINE_PAGE, MACHINE_PAGE,
		2 * MACHINE_PAGE, 3 * MACHINE_PAGE, 0, MACHINE_UNPROTECTED - MACHINE_PAGE,
		2 * MACHINE_UNPROTECTED - MACHINE_PAGE, 2 * MACHINE_UNPROTECTED, UINT64_C(1) << 51, 1 << 21,
		MACHINE_UNPROTECTED + 2 * MACHINE_PAGE};

	return BYTES_PICK_OF(in, pages);
}

static void step_abort(struct machine_step *step, struct bytes *in, uint64_t class, uint64_t iss)
{
	static const uint64_t faults[] = {FSC_TRANSLATION_3, FSC_TRANSLATION_3, FSC_PERMISSION_3, FSC_EXTERNAL,
		FSC_EXTERNAL_ON_WALK, FSC_PROTECTION, FSC_TRANSLATION_3 - 1, 0x2B};
	uint64_t ipa = step_ipa(in) + bytes_next(in) * UINT64_C(8);

	step->trap.esr = FIELD_SET(iss, ESR_EC, class);
	step->trap.esr = FIELD_SET(step->trap.esr, ESR_ABORT_FSC, BYTES_PICK_OF(in, faults));
	step->trap.far = ipa | UINT64_C(0xFFFF) << 48;
	step->trap.hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
}

/* A load or store of any size to or from any register, most often where nothing is. */
static void step_mmio(struct machine_step *step, struct bytes *in, bool is_write)
{
	unsigned how = bytes_next(in);
	uint64_t iss = FIELD_MASK(ESR_ABORT_ISV) | FIELD_MASK(ESR_IL) | FIELD_SET(0, ESR_ABORT_SAS, how);

	iss = FIELD_SET(iss, ESR_ABORT_SSE, how >> 2);
	iss = FIELD_SET(iss, ESR_ABORT_SF, how >> 3);
	iss = FIELD_SET(iss, ESR_ABORT_SET, how >> 6);
	iss = FIELD_SET(iss, ESR_ABORT_SRT, bytes_next(in));
	iss = FIELD_SET(iss, ESR_ABORT_WNR, is_write);
	step_abort(step, in, EC_DATA, iss);
}

static void step_call(struct machine_step *step, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d)
{
	const uint64_t x[MACHINE_STEP_GPRS] = {fid, a, b, c, d};

	step->sets = true;
	memcpy(step->x, x, sizeof(x));
	step->trap.esr = FIELD_SET(0, ESR_EC, EC_SMC64);
}

static void step_rsi(struct machine_step *step, struct bytes *in)
{
	static const uint64_t functions[] = {RSI_FID(HOST_CALL), RSI_FID(IPA_STATE_SET), RSI_FID(IPA_STATE_SET),
		RSI_FID(IPA_STATE_GET), RSI_FID(REALM_CONFIG), RSI_FID(MEASUREMENT_READ), RSI_FID(MEASUREMENT_EXTEND),
		RSI_FID(VERSION), RSI_FID(FEATURES), RSI_FID(ATTESTATION_TOKEN_INIT),
		RSI_FID(ATTESTATION_TOKEN_CONTINUE), 0};
	uint64_t fid = BYTES_PICK_OF(in, functions);
	unsigned how = bytes_next(in);
	uint64_t ipa = step_ipa(in);

	if (fid == RSI_FID(MEASUREMENT_READ) || fid == RSI_FID(MEASUREMENT_EXTEND)) {
		step_call(step, fid, how & 7, how >> 1, ipa, 0);
		return;
	}
	if (fid == RSI_FID(ATTESTATION_TOKEN_CONTINUE)) {
		/* Mostly slices that fit, some at the edge and beyond. */
		step_call(step, fid, ipa + how / 128, (how & 3) * UINT64_C(1365), (how >> 2 & 31) * UINT64_C(132), 0);
		return;
	}
	if (fid == RSI_FID(HOST_CALL)) {
		step_call(step, fid, ipa + (how & 0x1F) * UINT64_C(128), 0, 0, 0);
		return;
	}
	step_call(step, fid, ipa + how / 128, ipa + (how & 7) * MACHINE_PAGE, how >> 3 & 3, how >> 5 & 1);
}

static void step_psci(struct machine_step *step, struct bytes *in)
{
	const uint64_t functions[] = {PSCI_FID64_CPU_ON, PSCI_FID64_AFFINITY_INFO, PSCI_FID64_CPU_SUSPEND,
		PSCI_FID32_CPU_SUSPEND, PSCI_FID32_CPU_OFF, PSCI_FID32_CPU_ON, PSCI_FID32_SYSTEM_OFF,
		PSCI_FID32_SYSTEM_RESET, PSCI_FID32_VERSION, PSCI_FID32_FEATURES, PSCI_FID32_AFFINITY_INFO,
		PSCI_FID32_CPU_OFF | 0xFF};
	uint64_t fid = BYTES_PICK_OF(in, functions);
	unsigned how = bytes_next(in);

	if (fid == PSCI_FID64_AFFINITY_INFO || fid == PSCI_FID32_AFFINITY_INFO) {
		step_call(step, fid, how & 3, how >> 6, 0, 0);
		return;
	}
	if (fid == PSCI_FID32_FEATURES) {
		step_call(step, fid, PSCI_FID32_VERSION + (how & 0xF), 0, 0, 0);
		return;
	}
	step_call(step, fid, (how & 3) | (uint64_t)(how >> 7) << 31, step_ipa(in), UINT64_C(0x1122334455667788), 0);
}

/* Registers whose traps the host deals with, and their neighbours. */
static void step_sysreg(struct machine_step *step, struct bytes *in)
{
	static const struct {
		uint8_t crn, crm, op2;
	} sysregs[] = {{12, 11, 5}, {12, 11, 7}, {12, 11, 1}, {4, 6, 0}, {0, 4, 0}};
	unsigned how = bytes_next(in);
	unsigned n = (how >> 1) % (sizeof(sysregs) / sizeof(sysregs[0]));
	uint64_t esr = FIELD_SET(FIELD_MASK(ESR_IL), ESR_EC, EC_SYSREG);

	esr = FIELD_SET(esr, ESR_SYSREG_OP0, 3);
	esr = FIELD_SET(esr, ESR_SYSREG_CRN, sysregs[n].crn);
	esr = FIELD_SET(esr, ESR_SYSREG_CRM, sysregs[n].crm);
	esr = FIELD_SET(esr, ESR_SYSREG_OP2, sysregs[n].op2);
	esr = FIELD_SET(esr, ESR_SYSREG_RT, bytes_next(in));
	step->trap.esr = FIELD_SET(esr, ESR_SYSREG_READ, how);
}

/* Like the hardware's in nothing but its size. */
static void step_any(struct machine_step *step, struct bytes *in)
{
	step->trap.kind = (enum rec_trap_kind)bytes_pick(in, REC_TRAP_SERROR + 1);
	step->trap.esr = bytes_word(in);
	step->trap.far = bytes_word(in);
	step->trap.hpfar = bytes_word(in);
}

static struct machine_step step_of(struct bytes *in)
{
	struct machine_step step;
	unsigned how = bytes_next(in);

	memset(&step, 0, sizeof(step));
	step.kind = how % STEP_KIND_COUNT;
	/* The upper bits say what is left in GIC and timers. */
	step.noise = how / STEP_KIND_COUNT * UINT64_C(0x9E3779B97F4A7C15);
	switch ((enum machine_step_kind)step.kind) {
	case STEP_IRQ:
		step.trap.kind = REC_TRAP_IRQ;
		break;
	case STEP_FIQ:
		step.trap.kind = REC_TRAP_FIQ;
		break;
	case STEP_SERROR:
		step.trap = (struct rec_trap){REC_TRAP_SERROR, bytes_word(in), UINT64_MAX, UINT64_MAX};
		break;
	case STEP_WFX:
		step.trap.esr = FIELD_SET((uint64_t)bytes_next(in), ESR_EC, EC_WFX);
		break;
	case STEP_RSI:
		step_rsi(&step, in);
		break;
	case STEP_PSCI:
		step_psci(&step, in);
		break;
	case STEP_MMIO_READ:
	case STEP_MMIO_WRITE:
		step_mmio(&step, in, step.kind == STEP_MMIO_WRITE);
		break;
	case STEP_ABORT:
		step_abort(&step, in, EC_DATA, (uint64_t)bytes_next(in) << 6);
		break;
	case STEP_FETCH:
		step_abort(&step, in, EC_FETCH, (uint64_t)bytes_next(in) << 6);
		break;
	case STEP_SYSREG:
		step_sysreg(&step, in);
		break;
	case STEP_ANY:
	case STEP_KIND_COUNT:
		step_any(&step, in);
		break;
	}
	return step;
}

void machine_steps_load(struct machine *machine, struct bytes *in, unsigned count)
{
	machine->step = 0;
	machine->step_count = 0;
	for (unsigned i = 0; i < count && i < MACHINE_STEPS && in->left > 0; i++) {
		machine->steps[machine->step_count++] = step_of(in);
	}
}

const char *machine_step_name(unsigned kind)
{
	static const char *const names[STEP_KIND_COUNT] = {
		[STEP_IRQ] = "an IRQ",
		[STEP_FIQ] = "a FIQ",
		[STEP_SERROR] = "an SError",
		[STEP_WFX] = "a WFx",
		[STEP_RSI] = "an RSI call",
		[STEP_PSCI] = "a PSCI call",
		[STEP_MMIO_READ] = "an MMIO read",
		[STEP_MMIO_WRITE] = "an MMIO write",
		[STEP_ABORT] = "a data abort",
		[STEP_FETCH] = "an instruction abort",
		[STEP_SYSREG] = "a system register",
		[STEP_ANY] = "any trap at all",
	};

	return names[kind];
}

/* A list register that is valid, but for what the input changes. */
static uint64_t lr_of(struct bytes *in)
{
	static const uint64_t intids[] = {27, 0, 1019, 1020, 8191, 8192, 0xFFFF, 0x10000};
	unsigned how = bytes_next(in);
	uint64_t lr = FIELD_SET(0, ICH_LR_VINTID, intids[how & 7]);

	lr = FIELD_SET(lr, ICH_LR_STATE, how >> 3);
	lr = FIELD_SET(lr, ICH_LR_EOI, how >> 5);
	return FIELD_SET(lr, ICH_LR_HW, how >> 6 == 3);
}

void machine_enter_fill(struct rmi_rec_enter *enter, struct bytes *in)
{
	unsigned how = bytes_next(in);

	memset(enter, 0, sizeof(*enter));
	enter->flags = how & 0x1F;
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		enter->gprs[i] = UINT64_C(0xF0E1D2C3B4A59687) * (i + 1);
	}
	if ((how & 0x20) != 0) {
		enter->gprs[0] = bytes_word(in);
	}
	if ((how & 0x40) != 0) {
		enter->gicv3_hcr = (uint64_t)bytes_next(in) << 1 & 0xFE;
		for (unsigned i = 0; i < MACHINE_LRS; i++) {
			enter->gicv3_lrs[i] = lr_of(in);
		}
	}
	if ((how & 0x80) != 0) {
		unsigned at = (bytes_next(in) * 256U + bytes_next(in)) % sizeof(*enter);

		for (unsigned i = bytes_pick(in, 9); i > 0; i--) {
			((uint8_t *)enter)[at++ % sizeof(*enter)] ^= bytes_next(in);
		}
	}
}
