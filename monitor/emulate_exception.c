/* SPDX-License-Identifier: BSD-2-Clause */
/* emulate_exception.c - exceptions the monitor has a realm take at EL1 (Arm ARM, DDI 0487 D1.4). */
#include "monitor/rec.h"

/* SPSR.M[3:0] of the AArch64 modes below EL2. */
enum { MODE_EL0T = 0, MODE_EL1T = 4, MODE_EL1H = 5 };

/* Offsets of the synchronous vectors from VBAR_EL1. */
enum { VECTOR_EL1_SP0 = 0x000, VECTOR_EL1_SPX = 0x200, VECTOR_EL0_A64 = 0x400, VECTOR_EL0_A32 = 0x600 };

static bool is_at_el0(uint64_t pstate)
{
	return FIELD_GET(pstate, SPSR_AARCH32) != 0 || FIELD_GET(pstate, SPSR_MODE) == MODE_EL0T;
}

static uint64_t vector_offset(uint64_t pstate)
{
	if (FIELD_GET(pstate, SPSR_AARCH32) != 0) {
		return VECTOR_EL0_A32;
	}
	if (is_at_el0(pstate)) {
		return VECTOR_EL0_A64;
	}
	return FIELD_GET(pstate, SPSR_MODE) == MODE_EL1T ? VECTOR_EL1_SP0 : VECTOR_EL1_SPX;
}

void monitor_take_exception(struct rec_cpu *cpu, uint64_t esr)
{
	uint64_t pstate = FIELD_SET(cpu->pstate, SPSR_MODE, MODE_EL1H) | FIELD_MASK(SPSR_DAIF);

	pstate &= ~(FIELD_MASK(SPSR_AARCH32) | FIELD_MASK(SPSR_BTYPE) | FIELD_MASK(SPSR_IL) | FIELD_MASK(SPSR_SS) |
		FIELD_MASK(SPSR_UAO));
	if (FIELD_GET(cpu->el1[EL1_SCTLR_EL1], SCTLR_SPAN) == 0) {
		pstate |= FIELD_MASK(SPSR_PAN);
	}
	cpu->el1[EL1_ELR_EL1] = cpu->pc;
	cpu->el1[EL1_SPSR_EL1] = cpu->pstate;
	cpu->el1[EL1_ESR_EL1] = esr;
	cpu->pc = cpu->el1[EL1_VBAR_EL1] + vector_offset(cpu->pstate);
	cpu->pstate = pstate;
}

/* At EL1 an abort has no syndrome of the instruction (ISV and what hangs from it are zero), and FAR is always valid. */
void inject_sea(struct rec_cpu *cpu, uint64_t esr, uint64_t far)
{
	bool is_fetch = FIELD_GET(esr, ESR_EC) == ESR_CLASS_FETCH_LOWER;
	uint64_t lower = is_fetch ? ESR_CLASS_FETCH_LOWER : ESR_CLASS_DATA_LOWER;
	uint64_t same = is_fetch ? ESR_CLASS_FETCH_SAME : ESR_CLASS_DATA_SAME;
	uint64_t el1 = esr & FIELD_MASK(ESR_IL);

	if (!is_fetch) {
		el1 |= esr & FIELD_MASK(ESR_ABORT_WNR);
	}
	el1 = FIELD_SET(el1, ESR_EC, is_at_el0(cpu->pstate) ? lower : same);
	el1 = FIELD_SET(el1, ESR_ABORT_EA, 1);
	el1 = FIELD_SET(el1, ESR_ABORT_FSC, ESR_FAULT_EXTERNAL);
	monitor_take_exception(cpu, el1);
	cpu->el1[EL1_FAR_EL1] = far;
}

void inject_undefined(struct rec_cpu *cpu)
{
	monitor_take_exception(cpu, FIELD_SET(FIELD_MASK(ESR_IL), ESR_EC, ESR_CLASS_UNKNOWN));
}
