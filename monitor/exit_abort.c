/* SPDX-License-Identifier: BSD-2-Clause */
/* exit_abort.c - stage 2 aborts: what the tables say decides between the realm, the host and trying again. */
#include "monitor/rec.h"

/* What is at an IPA that could not be reached. */
enum place {
	PLACE_BEYOND,       /* outside the IPA space */
	PLACE_EMPTY,        /* protected, RIPAS EMPTY */
	PLACE_ABSENT,       /* protected, the realm's, but not there */
	PLACE_PRESENT,      /* protected and there by now */
	PLACE_NS_ABSENT,    /* unprotected, not mapped */
	PLACE_NS_FORBIDDEN, /* unprotected, mapped, not for this access */
	PLACE_NS_PRESENT,   /* unprotected and there by now */
	PLACE_COUNT
};

enum answer { ANSWER_SEA, ANSWER_HOST, ANSWER_AGAIN };

/* The table "Realm access outcome" (spec: rmm-v1.0 s4), for loads and stores, and for fetches. */
static const struct {
	enum answer data;
	enum answer fetch;
} answers[PLACE_COUNT] = {
	[PLACE_BEYOND] = {ANSWER_SEA, ANSWER_SEA},
	[PLACE_EMPTY] = {ANSWER_SEA, ANSWER_SEA},
	[PLACE_ABSENT] = {ANSWER_HOST, ANSWER_HOST},
	[PLACE_PRESENT] = {ANSWER_AGAIN, ANSWER_AGAIN},
	[PLACE_NS_ABSENT] = {ANSWER_HOST, ANSWER_SEA},
	[PLACE_NS_FORBIDDEN] = {ANSWER_HOST, ANSWER_SEA},
	[PLACE_NS_PRESENT] = {ANSWER_AGAIN, ANSWER_SEA},
};

static bool is_between(uint64_t value, uint64_t first, uint64_t last)
{
	return value >= first && value <= last;
}

static bool is_external(uint64_t esr)
{
	uint64_t fault = FIELD_GET(esr, ESR_ABORT_FSC);

	return fault == ESR_FAULT_EXTERNAL ||
		is_between(fault, ESR_FAULT_EXTERNAL_WALK_FIRST, ESR_FAULT_EXTERNAL_WALK_LAST);
}

/* The entry allows too little, or the host mapped what is not its own. */
static bool is_refused(uint64_t esr)
{
	uint64_t fault = FIELD_GET(esr, ESR_ABORT_FSC);

	return is_between(fault, ESR_FAULT_PERMISSION_0, ESR_FAULT_PERMISSION_0 + RMI_LEVEL_LAST) ||
		is_between(fault, ESR_FAULT_PROTECTION_FIRST, ESR_FAULT_PROTECTION_LAST);
}

static enum place place_of_entry(const struct rtt_entry *entry, uint64_t esr)
{
	bool is_assigned = entry->state == RTTE_ASSIGNED;

	if (entry->ns) {
		if (!is_assigned) {
			return PLACE_NS_ABSENT;
		}
		return is_refused(esr) ? PLACE_NS_FORBIDDEN : PLACE_NS_PRESENT;
	}
	if (entry->ripas == RIPAS_EMPTY) {
		return PLACE_EMPTY;
	}
	return is_assigned && entry->ripas == RIPAS_RAM ? PLACE_PRESENT : PLACE_ABSENT;
}

static enum place place_of(struct running *r, struct reeve_ipa ipa, uint64_t esr)
{
	const struct stage2 *stage2 = &r->rec->cpu.stage2;
	struct rtt_walk walk;

	if ((ipa.value >> stage2->ipa_bits) != 0) {
		return PLACE_BEYOND;
	}
	granule_lock(&r->m->granules, r->rec->rd);
	walk = rtt_walk(r->m, stage2, ipa, RMI_LEVEL_LAST);
	granule_unlock(&r->m->granules, r->rec->rd);
	return place_of_entry(&walk.entry, esr);
}

/* ESR bits every abort that goes to the host shows; never SRT. */
static uint64_t common_mask(void)
{
	return FIELD_MASK(ESR_EC) | FIELD_MASK(ESR_ABORT_SET) | FIELD_MASK(ESR_ABORT_FNV) | FIELD_MASK(ESR_ABORT_EA) |
		FIELD_MASK(ESR_ABORT_FSC);
}

static uint64_t emulatable_mask(void)
{
	return common_mask() | FIELD_MASK(ESR_ABORT_ISV) | FIELD_MASK(ESR_ABORT_SAS) | FIELD_MASK(ESR_ABORT_SF) |
		FIELD_MASK(ESR_ABORT_WNR);
}

/* External aborts go to the host without an address; those the realm can recover from it takes as well. */
static enum rec_action external_abort(struct running *r, const struct rec_trap *trap)
{
	if (FIELD_GET(trap->esr, ESR_ABORT_SET) == 0) {
		inject_sea(&r->rec->cpu, trap->esr, trap->far);
	}
	r->exit->exit_reason = RMI_EXIT_SYNC;
	r->exit->esr = trap->esr & common_mask();
	return REC_EXIT;
}

static void remember(struct rec *rec, enum rec_pending pending, const struct rec_trap *trap)
{
	rec->pending = pending;
	rec->last_esr = trap->esr;
	rec->last_far = trap->far;
}

/* A load or store in the unprotected half. The host may finish it for the realm, or have it take an external abort. */
static void unprotected_exit(struct running *r, const struct rec_trap *trap, enum place place)
{
	bool has_syndrome = FIELD_GET(trap->esr, ESR_ABORT_ISV) != 0;
	bool is_aarch32 = FIELD_GET(r->rec->cpu.pstate, SPSR_AARCH32) != 0;

	if (place != PLACE_NS_ABSENT || !has_syndrome || is_aarch32) {
		r->exit->esr = trap->esr & (common_mask() | FIELD_MASK(ESR_IL));
		remember(r->rec, REC_PENDING_SEA_ONLY, trap);
		return;
	}
	r->exit->esr = trap->esr & emulatable_mask();
	r->exit->far = FIELD_GET(trap->far, FAR_PAGE_OFFSET);
	if (FIELD_GET(trap->esr, ESR_ABORT_WNR) != 0) {
		r->exit->gprs[0] = emulate_store_value(&r->rec->cpu, trap->esr);
	}
	remember(r->rec, REC_PENDING_MMIO, trap);
}

static enum rec_action host_exit(struct running *r, const struct rec_trap *trap, enum place place)
{
	r->exit->exit_reason = RMI_EXIT_SYNC;
	r->exit->hpfar = trap->hpfar & FIELD_MASK(HPFAR_FIPA);
	r->exit->esr = trap->esr & common_mask();
	if (place != PLACE_ABSENT) {
		unprotected_exit(r, trap, place);
	}
	return REC_EXIT_RETRY;
}

enum rec_action exit_abort(struct running *r, const struct rec_trap *trap)
{
	bool is_fetch = FIELD_GET(trap->esr, ESR_EC) == ESR_CLASS_FETCH_LOWER;
	uint64_t page = FIELD_GET(trap->hpfar, HPFAR_FIPA) << REEVE_GRANULE_SHIFT;
	enum place place;

	if (is_external(trap->esr)) {
		return external_abort(r, trap);
	}
	place = place_of(r, reeve_ipa(page | FIELD_GET(trap->far, FAR_PAGE_OFFSET)), trap->esr);
	switch (is_fetch ? answers[place].fetch : answers[place].data) {
	case ANSWER_SEA:
		inject_sea(&r->rec->cpu, trap->esr, trap->far);
		return REC_RESUME;
	case ANSWER_AGAIN:
		return REC_RESUME;
	case ANSWER_HOST:
		break;
	}
	return host_exit(r, trap, place);
}

void exit_missing_page(struct rmi_rec_exit *exit, struct reeve_ipa ipa, int level)
{
	uint64_t fault = level < 0 ? ESR_FAULT_TRANSLATION_MINUS_1 : (uint64_t)(ESR_FAULT_TRANSLATION_0 + level);

	exit->exit_reason = RMI_EXIT_SYNC;
	exit->esr = FIELD_SET(FIELD_SET(0, ESR_EC, ESR_CLASS_DATA_LOWER), ESR_ABORT_FSC, fault);
	exit->hpfar = FIELD_SET(0, HPFAR_FIPA, ipa.value >> REEVE_GRANULE_SHIFT);
}
