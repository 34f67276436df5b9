/* SPDX-License-Identifier: BSD-2-Clause */
/* exit_sysreg.c - trapped system registers: GIC registers go to the host, all others read as zero and ignore writes. */
#include "monitor/rec.h"

struct sysreg {
	uint8_t op0, op1, crn, crm, op2;
	bool is_readable;
};

/* Registers whose trap the host deals with (spec: rmm-v1.0 s9). */
static const struct sysreg host_sysregs[] = {
	{3, 0, 12, 11, 7, false}, /* ICC_SGI0R_EL1 */
	{3, 0, 12, 11, 5, false}, /* ICC_SGI1R_EL1 */
	{3, 0, 12, 11, 1, false}, /* ICC_DIR_EL1 */
	{3, 0, 4, 6, 0, true},    /* ICC_PMR_EL1 */
};

static const struct sysreg *host_sysreg(uint64_t esr)
{
	for (unsigned i = 0; i < sizeof(host_sysregs) / sizeof(host_sysregs[0]); i++) {
		const struct sysreg *s = &host_sysregs[i];

		if (FIELD_GET(esr, ESR_SYSREG_OP0) == s->op0 && FIELD_GET(esr, ESR_SYSREG_OP1) == s->op1 &&
			FIELD_GET(esr, ESR_SYSREG_CRN) == s->crn && FIELD_GET(esr, ESR_SYSREG_CRM) == s->crm &&
			FIELD_GET(esr, ESR_SYSREG_OP2) == s->op2) {
			return s;
		}
	}
	return NULL;
}

static unsigned sysreg_rt(uint64_t esr)
{
	return (unsigned)FIELD_GET(esr, ESR_SYSREG_RT);
}

/* ID registers are among them: what a realm is not told of a feature, it does not use. */
static enum rec_action zero_sysreg(struct rec *rec, uint64_t esr, bool is_read)
{
	if (is_read) {
		rec_gpr_set(&rec->cpu, sysreg_rt(esr), 0);
	}
	rec_advance(&rec->cpu);
	return REC_RESUME;
}

enum rec_action exit_sysreg(struct running *r, const struct rec_trap *trap)
{
	struct rec *rec = r->rec;
	const struct sysreg *sysreg = host_sysreg(trap->esr);
	bool is_read = FIELD_GET(trap->esr, ESR_SYSREG_READ) != 0;

	if (sysreg == NULL) {
		return zero_sysreg(rec, trap->esr, is_read);
	}
	if (is_read && !sysreg->is_readable) {
		inject_undefined(&rec->cpu);
		return REC_RESUME;
	}
	r->exit->exit_reason = RMI_EXIT_SYNC;
	r->exit->esr = trap->esr;
	if (is_read) {
		rec->pending = REC_PENDING_SYSREG_READ;
		rec->last_esr = trap->esr;
	} else {
		r->exit->gprs[0] = rec_gpr(&rec->cpu, sysreg_rt(trap->esr));
	}
	rec_advance(&rec->cpu);
	return REC_EXIT;
}

void exit_sysreg_complete(struct rec *rec, const struct rmi_rec_enter *enter)
{
	rec_gpr_set(&rec->cpu, sysreg_rt(rec->last_esr), enter->gprs[0]);
}
