/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_timers.c - see unicorn_timers.h. */
#include "machine/model/unicorn_timers.h"

#include "reeve/field.h"

/* CNTP_*_EL0 and CNTV_*_EL0: op0 3, op1 3, CRn 14, CRm 2 or 3, op2 as here. */
enum { OP0 = 3, OP1 = 3, CRN = 14, CRM_PHYSICAL = 2, CRM_VIRTUAL = 3, OP2_TVAL = 0, OP2_CTL = 1, OP2_CVAL = 2 };

struct timer {
	uint64_t *ctl;
	uint64_t *cval;
};

/* CNTPCT_EL0, which without an offset is CNTVCT_EL0 too. */
static uint64_t counter(uc_engine *uc)
{
	uc_arm64_cp_reg reg = {CRN, 0, OP0, OP1, 1, 0};

	uc_reg_read(uc, UC_ARM64_REG_CP_REG, &reg);
	return reg.val;
}

/* True and *timer set when `reg` belongs to one. */
static bool timer_of(struct rec_cpu *rec, const uc_arm64_cp_reg *reg, struct timer *timer)
{
	if (reg->op0 != OP0 || reg->op1 != OP1 || reg->crn != CRN || reg->op2 > OP2_CVAL) {
		return false;
	}
	if (reg->crm == CRM_PHYSICAL) {
		*timer = (struct timer){&rec->cntp_ctl, &rec->cntp_cval};
		return true;
	}
	*timer = (struct timer){&rec->cntv_ctl, &rec->cntv_cval};
	return reg->crm == CRM_VIRTUAL;
}

/* At EL0 CNTKCTL_EL1 must let the access through. */
static bool is_let_through(uc_engine *uc, const uc_arm64_cp_reg *reg)
{
	uc_arm64_cp_reg cntkctl = {CRN, 1, OP0, 0, 0, 0};
	uint64_t pstate = 0;

	uc_reg_read(uc, UC_ARM64_REG_PSTATE, &pstate);
	if (FIELD_GET(pstate, SPSR_MODE) != 0) {
		return true;
	}
	uc_reg_read(uc, UC_ARM64_REG_CP_REG, &cntkctl);
	return reg->crm == CRM_PHYSICAL ? FIELD_GET(cntkctl.val, CNTKCTL_EL0PTEN) != 0
					: FIELD_GET(cntkctl.val, CNTKCTL_EL0VTEN) != 0;
}

static void update(uc_engine *uc, const struct timer *timer)
{
	bool is_met = FIELD_GET(*timer->ctl, CNT_CTL_ENABLE) != 0 && counter(uc) >= *timer->cval;

	*timer->ctl = FIELD_SET(*timer->ctl, CNT_CTL_ISTATUS, is_met);
}

bool timers_read(uc_engine *uc, struct rec_cpu *rec, const uc_arm64_cp_reg *reg, uint64_t *value)
{
	struct timer timer;

	if (!timer_of(rec, reg, &timer) || !is_let_through(uc, reg)) {
		return false;
	}
	if (reg->op2 == OP2_TVAL) {
		*value = reeve_bits_get(*timer.cval - counter(uc), 0, 32);
		return true;
	}
	update(uc, &timer);
	*value = reg->op2 == OP2_CTL ? *timer.ctl : *timer.cval;
	return true;
}

bool timers_write(uc_engine *uc, struct rec_cpu *rec, const uc_arm64_cp_reg *reg)
{
	struct timer timer;

	if (!timer_of(rec, reg, &timer) || !is_let_through(uc, reg)) {
		return false;
	}
	switch (reg->op2) {
	case OP2_TVAL:
		*timer.cval = counter(uc) + (uint64_t)(int64_t)(int32_t)reg->val;
		break;
	case OP2_CTL:
		*timer.ctl = reg->val & (FIELD_MASK(CNT_CTL_ENABLE) | FIELD_MASK(CNT_CTL_IMASK));
		break;
	default:
		*timer.cval = reg->val;
		break;
	}
	update(uc, &timer);
	return true;
}

void timers_update(uc_engine *uc, struct rec_cpu *rec)
{
	update(uc, &(struct timer){&rec->cntp_ctl, &rec->cntp_cval});
	update(uc, &(struct timer){&rec->cntv_ctl, &rec->cntv_cval});
}
