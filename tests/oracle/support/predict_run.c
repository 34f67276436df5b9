/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_run.c - REC_ENTER: what the realm finds when it goes on, and its exit when it is interrupted at once. Fact sheet section 9. */
#include <string.h>

#include "reeve/field.h"
#include "reeve/rsi.h"
#include "tests/oracle/support/ask.h"

/* ESR_ELx.EC and xFSC, PSTATE.M, offsets of synchronous vectors: Arm ARM D17 and D1. */
enum { CLASS_DATA_ABORT = 0x24, CLASS_DATA_ABORT_SAME = 0x25, FAULT_EXTERNAL = 0x10, FAULT_TRANSLATION = 4 };
enum { FAULT_TRANSLATION_MINUS_1 = 0x2B };
enum { MODE_EL0 = 0, MODE_EL1T = 4, MODE_EL1H = 5 };
enum { VECTOR_SP0 = 0, VECTOR_SPX = 0x200, VECTOR_LOWER_A64 = 0x400, VECTOR_LOWER_A32 = 0x600 };

/* x31 is no register: what is written there is lost. */
static void set_gpr(struct world_rec *rec, uint64_t number, uint64_t value)
{
	if (number < RMI_GPR_COUNT) {
		rec->gprs[number] = value;
	}
}

/* EMUL_MMIO: a load's register gets gprs[0] masked to the size, sign-extended if SSE, 32 bits of it if SF=0; then pc += 4. */
static void complete_access(struct world_rec *rec, uint64_t value)
{
	static const uint64_t masks[] = {UINT8_MAX, UINT16_MAX, UINT32_MAX, UINT64_MAX};
	uint64_t size = FIELD_GET(rec->esr, ESR_ABORT_SAS);
	uint64_t loaded = value & masks[size];

	if (FIELD_GET(rec->esr, ESR_ABORT_SSE) != 0) {
		switch (size) {
		case 0:
			loaded = (uint64_t)(int64_t)(int8_t)value;
			break;
		case 1:
			loaded = (uint64_t)(int64_t)(int16_t)value;
			break;
		default:
			loaded = (uint64_t)(int64_t)(int32_t)value;
			break;
		}
	}
	if (FIELD_GET(rec->esr, ESR_ABORT_SF) == 0) {
		loaded &= UINT32_MAX;
	}
	if (FIELD_GET(rec->esr, ESR_ABORT_WNR) == 0) {
		set_gpr(rec, FIELD_GET(rec->esr, ESR_ABORT_SRT), loaded);
	}
	rec->pc += 4;
}

/* INJECT_SEA: an exception taken to EL1 (Arm ARM D1.3). Of the syndrome IL and WnR stay as they were. */
static void take_abort(struct world_rec *rec)
{
	uint64_t old = rec->pstate;
	uint64_t mode = FIELD_GET(old, SPSR_MODE);
	bool wide = FIELD_GET(old, SPSR_AARCH32) == 0;
	bool lower = !wide || mode == MODE_EL0;
	uint64_t esr = FIELD_SET(0, ESR_EC, lower ? CLASS_DATA_ABORT : CLASS_DATA_ABORT_SAME);
	uint64_t vector = mode == MODE_EL1T ? VECTOR_SP0 : VECTOR_SPX;
	uint64_t new = old | FIELD_MASK(SPSR_DAIF);

	esr = FIELD_SET(FIELD_SET(esr, ESR_IL, FIELD_GET(rec->esr, ESR_IL)), ESR_ABORT_EA, 1);
	esr = FIELD_SET(
		FIELD_SET(esr, ESR_ABORT_WNR, FIELD_GET(rec->esr, ESR_ABORT_WNR)), ESR_ABORT_FSC, FAULT_EXTERNAL);
	if (lower) {
		vector = wide ? VECTOR_LOWER_A64 : VECTOR_LOWER_A32;
	}
	if (FIELD_GET(rec->el1[WORLD_SCTLR_EL1], SCTLR_SPAN) == 0) {
		new = FIELD_SET(new, SPSR_PAN, 1);
	}
	new = FIELD_SET(FIELD_SET(FIELD_SET(new, SPSR_SS, 0), SPSR_IL, 0), SPSR_UAO, 0);
	rec->pstate = FIELD_SET(FIELD_SET(FIELD_SET(new, SPSR_BTYPE, 0), SPSR_AARCH32, 0), SPSR_MODE, MODE_EL1H);
	rec->el1[WORLD_SPSR_EL1] = old;
	rec->el1[WORLD_ELR_EL1] = rec->pc;
	rec->el1[WORLD_ESR_EL1] = esr;
	rec->el1[WORLD_FAR_EL1] = rec->far;
	rec->pc = rec->el1[WORLD_VBAR_EL1] + vector;
}

/* Neither flag: the realm makes the access again. Both: the abort wins (decisions). */
static void complete_abort(struct world_rec *rec, const struct rmi_rec_enter *enter)
{
	if (FIELD_GET(enter->flags, ENTER_FLAG_INJECT_SEA) != 0) {
		take_abort(rec);
	} else if (FIELD_GET(enter->flags, ENTER_FLAG_EMUL_MMIO) != 0) {
		complete_access(rec, enter->gprs[0]);
	}
}

/* RIPAS change: X1 how far it came; REJECT only of RAM that was not given wholly, and only when the host said so. */
static void complete_ripas(struct world_rec *rec, const struct rmi_rec_enter *enter)
{
	bool rejected = rec->ripas_value == RIPAS_RAM && rec->ripas_addr != rec->ripas_top &&
		FIELD_GET(enter->flags, ENTER_FLAG_RIPAS_REJECT) != 0;

	rec->gprs[0] = RSI_SUCCESS;
	rec->gprs[1] = rec->ripas_addr;
	rec->gprs[2] = rejected ? RSI_REJECT : RSI_ACCEPT;
	rec->ripas_addr = rec->ripas_top = 0;
	rec->ripas_value = RIPAS_EMPTY;
	rec->ripas_destroyed = false;
}

/* The page of the host call is not there, but may come: an exit as if the realm had loaded from it. */
static void exit_without_page(const struct world_walk *walk, uint64_t ipa, struct rmi_rec_exit *exit)
{
	uint64_t fault = walk->level < 0 ? FAULT_TRANSLATION_MINUS_1 : FAULT_TRANSLATION + (uint64_t)walk->level;

	exit->exit_reason = RMI_EXIT_SYNC;
	exit->esr = FIELD_SET(FIELD_SET(0, ESR_EC, CLASS_DATA_ABORT), ESR_ABORT_FSC, fault);
	exit->hpfar = (ipa & ~UINT64_C(0xFFF)) >> 8;
}

/* Host call: the registers go into the structure. A page that became EMPTY: the realm's error (decisions). False: it waits on. */
static bool complete_host_call(
	const struct ask *ask, struct world_rec *rec, const struct rmi_rec_enter *enter, struct oracle_run *run)
{
	uint64_t ipa = rec->host_call_ipa;
	struct world_walk walk = world_walk(ask->w, ask->realm, ipa, RMI_LEVEL_LAST);
	bool mapped = walk.entry.state == RTTE_ASSIGNED && walk.entry.ripas == RIPAS_RAM;

	if (!mapped && walk.entry.ripas != RIPAS_EMPTY) {
		exit_without_page(&walk, ipa, &run->exit);
		return false;
	}
	if (mapped) {
		run->host_call_pa = walk.entry.pa + (ipa - walk.ipa);
		memcpy(run->host_call_gprs, enter->gprs, sizeof(enter->gprs));
	}
	rec->gprs[0] = mapped ? RSI_SUCCESS : RSI_ERROR_INPUT;
	rec->host_call_ipa = 0;
	return true;
}

/* Whether what the REC waited for is done. */
static bool complete(const struct ask *ask, struct world_rec *rec, struct oracle_run *run)
{
	const struct rmi_rec_enter *enter = &ask->page.run.enter;

	switch (rec->pending) {
	case WORLD_PENDING_MMIO:
	case WORLD_PENDING_SEA:
		complete_abort(rec, enter);
		break;
	case WORLD_PENDING_RIPAS:
		complete_ripas(rec, enter);
		break;
	case WORLD_PENDING_SYSREG:
		set_gpr(rec, FIELD_GET(rec->esr, ESR_SYSREG_RT), enter->gprs[0]);
		break;
	case WORLD_PENDING_HOST_CALL:
		return complete_host_call(ask, rec, enter, run);
	case WORLD_PENDING_NONE:
	case WORLD_PENDING_PSCI: /* is refused */
	case WORLD_PENDING_COUNT:
		break;
	}
	return true;
}

static unsigned lr_count(const struct world *w)
{
	return (unsigned)FIELD_GET(w->config.features0, FEATURE0_GICV3_NUM_LRS) + 1;
}

void oracle_run(const struct ask *ask, struct prediction *p, struct world_rec *rec)
{
	const struct rmi_rec_enter *enter = &ask->page.run.enter;
	struct oracle_run *run = &p->run;

	memset(run, 0, sizeof(*run));
	run->exit.exit_reason = RMI_EXIT_IRQ;
	run->runs = complete(ask, rec, run);
	rec->esr = rec->far = 0;
	if (run->runs) {
		rec->pending = WORLD_PENDING_NONE;
	}
	run->gicv3_hcr = enter->gicv3_hcr | FIELD_MASK(ICH_HCR_EN);
	memcpy(run->gicv3_lrs, enter->gicv3_lrs, lr_count(ask->w) * sizeof(run->gicv3_lrs[0]));
	run->trap_wfi = FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFI) != 0;
	run->trap_wfe = FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFE) != 0;
}

/* The host's bits of ICH_HCR_EL2 and EOIcount; of the list registers those that there are. */
void oracle_exit_of_cpu(const struct world *w, const struct oracle_cpu_left *left, struct rmi_rec_exit *exit)
{
	static const uint64_t told = UINT64_C(0x1F) << 27 | UINT64_C(1) << 14 | UINT64_C(0x7F) << 1;

	exit->gicv3_hcr = left->gicv3_hcr & told;
	memcpy(exit->gicv3_lrs, left->gicv3_lrs, lr_count(w) * sizeof(left->gicv3_lrs[0]));
	exit->gicv3_misr = left->gicv3_misr;
	exit->gicv3_vmcr = left->gicv3_vmcr;
	exit->cntp_ctl = left->cntp_ctl;
	exit->cntp_cval = left->cntp_cval;
	exit->cntv_ctl = left->cntv_ctl;
	exit->cntv_cval = left->cntv_cval;
}
