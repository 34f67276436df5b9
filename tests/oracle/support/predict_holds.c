/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_holds.c - conditions on granules, host pages, RECs and PSCI answers. Fact sheet sections 1, 6, 9, 10. */
#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/ask.h"

/* Registers of PSCI_COMPLETE, and where a request's arguments are in the caller. */
enum { X_CALLER = 1, X_TARGET = 2, X_STATUS = 3, GPR_FUNCTION = 0, GPR_TARGET = 1 };

bool holds_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	return !reeve_is_aligned(ask->x[row->argument], REEVE_GRANULE_SIZE);
}

bool holds_outside(const struct ask *ask, const struct oracle_row *row)
{
	return world_granule_const(ask->w, ask->x[row->argument]) == NULL;
}

bool holds_not_in_state(const struct ask *ask, const struct oracle_row *row)
{
	return world_granule_const(ask->w, ask->x[row->argument])->state != row->state;
}

/* Only UNDELEGATED granules can be elsewhere than in Realm (world_valid: granule_gpt), so it means nothing for others. */
bool holds_not_ns_gpt(const struct ask *ask, const struct oracle_row *row)
{
	return world_granule_const(ask->w, ask->x[row->argument])->gpt != WORLD_GPT_NS;
}

bool holds_page_not_ns(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return !ask->page_read;
}

/* Section 5: without LPA2 every address given must be below 2^48. */
bool holds_beyond_48(const struct ask *ask, const struct oracle_row *row)
{
	return !ask->realm->lpa2 && FIELD_GET(ask->x[row->argument], PA_BEYOND_48) != 0;
}

bool holds_version(const struct ask *ask, const struct oracle_row *row)
{
	return ask->x[row->argument] != RMI_VERSION_1_0;
}

bool holds_data_flags(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return (ask->x[5] & ~FIELD_MASK(DATA_FLAG_MEASURE)) != 0;
}

/* RECs. */

bool holds_rec_running(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->rec->state == REC_RUNNING;
}

bool holds_rec_not_of_realm(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->rec->rd != ask->realm->rd;
}

bool holds_realm_new(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->realm->state == REALM_NEW;
}

bool holds_realm_off(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->realm->state == REALM_SYSTEM_OFF;
}

bool holds_rec_not_runnable(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return !ask->rec->runnable;
}

bool holds_rec_waits(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->rec->pending == WORLD_PENDING_PSCI;
}

/* Section 9, GIC; decisions: 5 priority bits, 16 INTID bits, no extended ranges. */
static bool lr_invalid(uint64_t lr)
{
	static const uint64_t priority_unimplemented = 7;
	uint64_t intid = FIELD_GET(lr, ICH_LR_VINTID);

	if (FIELD_GET(lr, ICH_LR_HW) != 0 || (FIELD_GET(lr, ICH_LR_PRIORITY) & priority_unimplemented) != 0) {
		return true;
	}
	if ((lr & FIELD_MASK(ICH_LR_PINTID) & ~FIELD_MASK(ICH_LR_EOI)) != 0) {
		return true;
	}
	return (intid > 1019 && intid < 8192) || intid > UINT16_MAX;
}

/* Whether a valid list register before `index` has the same vINTID. */
static bool lr_twice(const uint64_t *lrs, unsigned index)
{
	for (unsigned i = 0; i < index; i++) {
		if (FIELD_GET(lrs[i], ICH_LR_STATE) != 0 &&
			FIELD_GET(lrs[i], ICH_LR_VINTID) == FIELD_GET(lrs[index], ICH_LR_VINTID)) {
			return true;
		}
	}
	return false;
}

bool holds_gic_invalid(const struct ask *ask, const struct oracle_row *row)
{
	const uint64_t hcr_allowed = FIELD_MASK(ICH_HCR_UIE) | FIELD_MASK(ICH_HCR_LRENPIE) | FIELD_MASK(ICH_HCR_NPIE) |
		FIELD_MASK(ICH_HCR_VGRP0EIE) | FIELD_MASK(ICH_HCR_VGRP0DIE) | FIELD_MASK(ICH_HCR_VGRP1EIE) |
		FIELD_MASK(ICH_HCR_VGRP1DIE) | FIELD_MASK(ICH_HCR_TDIR);
	const struct rmi_rec_enter *enter = &ask->page.run.enter;
	uint64_t count = FIELD_GET(ask->w->config.features0, FEATURE0_GICV3_NUM_LRS) + 1;

	(void)row;
	if ((enter->gicv3_hcr & ~hcr_allowed) != 0) {
		return true;
	}
	for (unsigned i = 0; i < count; i++) {
		bool valid = FIELD_GET(enter->gicv3_lrs[i], ICH_LR_STATE) != 0;

		if (valid && (lr_invalid(enter->gicv3_lrs[i]) || lr_twice(enter->gicv3_lrs, i))) {
			return true;
		}
	}
	return false;
}

bool holds_sea_misplaced(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return FIELD_GET(ask->page.run.enter.flags, ENTER_FLAG_INJECT_SEA) != 0 &&
		ask->rec->pending != WORLD_PENDING_MMIO && ask->rec->pending != WORLD_PENDING_SEA;
}

/* With both flags the SEA wins (decisions), and EMUL_MMIO is not looked at. */
bool holds_mmio_misplaced(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return FIELD_GET(ask->page.run.enter.flags, ENTER_FLAG_INJECT_SEA) == 0 &&
		FIELD_GET(ask->page.run.enter.flags, ENTER_FLAG_EMUL_MMIO) != 0 &&
		ask->rec->pending != WORLD_PENDING_MMIO;
}

/* PSCI_COMPLETE; and RTT_CREATE's rd and rtt, which are the same registers. */

bool holds_same_granule(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->x[X_CALLER] == ask->x[X_TARGET];
}

bool holds_no_request(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->rec->pending != WORLD_PENDING_PSCI;
}

bool holds_other_owner(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->rec->rd != ask->target->rd;
}

bool holds_other_target(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return world_mpidr_el1(ask->target->mpidr) != ask->rec->gprs[GPR_TARGET];
}

/* CPU_ON: SUCCESS, or DENIED unless the target is on (decisions); AFFINITY_INFO: SUCCESS. */
bool holds_psci_status(const struct ask *ask, const struct oracle_row *row)
{
	int64_t status = (int64_t)ask->x[X_STATUS];
	bool on = psci_function_of_fid(ask->rec->gprs[GPR_FUNCTION]) == PSCI_CPU_ON;

	(void)row;
	return status != PSCI_STATUS_SUCCESS &&
		(status != PSCI_STATUS_DENIED || !on || ask->target->runnable || ask->target->state == REC_RUNNING);
}
