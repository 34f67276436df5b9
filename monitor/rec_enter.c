/* SPDX-License-Identifier: BSD-2-Clause */
/* rec_enter.c - RMI_REC_ENTER: check, the effects of entry, run until something is for the host, the exit page. */
#include <string.h>

#include "monitor/argument.h"
#include "monitor/command.h"
#include "monitor/rec.h"

enum { REC_ENTER_REC = 1, REC_ENTER_RUN = 2 };

/* Traps handled in a row before the host is let in with an IRQ exit: a realm that calls the monitor for ever must not
 * hold the CPU although no interrupt arrives. A bound, not a time slice: a host that wants one sends an interrupt. */
enum { TRAPS_IN_A_ROW_MAX = 1024 };

static const struct granule_conditions rec_conditions = {
	CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state};

/* The flags of entry against what the last exit left. With both flags the external abort wins. */
static struct outcome flags_check(const struct rec *rec, const struct rmi_rec_enter *enter)
{
	bool sea = FIELD_GET(enter->flags, ENTER_FLAG_INJECT_SEA) != 0;
	bool mmio = FIELD_GET(enter->flags, ENTER_FLAG_EMUL_MMIO) != 0;

	if (sea && rec->pending != REC_PENDING_MMIO && rec->pending != REC_PENDING_SEA_ONLY) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_sea);
	}
	if (mmio && !sea && rec->pending != REC_PENDING_MMIO) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_mmio);
	}
	return outcome_ok();
}

static struct outcome realm_check(const struct realm *realm)
{
	if (realm_state(realm) == REALM_NEW) {
		return refuse_at(RMI_ERROR_REALM, RMI_REC_ENTER_REALM_NEW, CONDITION_realm_new);
	}
	if (realm_state(realm) == REALM_SYSTEM_OFF) {
		return refuse_at(RMI_ERROR_REALM, RMI_REC_ENTER_REALM_OFF, CONDITION_system_off);
	}
	return outcome_ok();
}

struct outcome rec_enter_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	const struct rmi_rec_enter *enter = c->operand;
	const struct rec *rec;
	struct outcome realm;
	enum rmi_condition condition;

	if (c->operand_fault != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, c->operand_fault);
	}
	condition = argument_granule(m, c, c->x[REC_ENTER_REC], GRANULE_REC, rec_conditions, &p->rec.rec);
	if (condition != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, condition);
	}
	rec = rec_at(m, p->rec.rec);
	if (rec->state == REC_RUNNING) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_state);
	}
	realm = realm_check(realm_at(m, rec->rd));
	if (realm.status != RMI_SUCCESS) {
		return realm;
	}
	if (!rec->runnable) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_runnable);
	}
	if (rec->psci_pending) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_psci);
	}
	if (!gic_is_valid(m, enter)) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_gicv3);
	}
	return flags_check(rec, enter);
}

/* What the host answered to the last exit. A host call waits for rec_enter_run: it needs the realm. An access that is
 * neither emulated nor aborted is simply made again. */
static void complete(struct rec *rec, const struct rmi_rec_enter *enter)
{
	switch (rec->pending) {
	case REC_PENDING_MMIO:
	case REC_PENDING_SEA_ONLY:
		if (FIELD_GET(enter->flags, ENTER_FLAG_INJECT_SEA) != 0) {
			inject_sea(&rec->cpu, rec->last_esr, rec->last_far);
		} else if (FIELD_GET(enter->flags, ENTER_FLAG_EMUL_MMIO) != 0) {
			emulate_mmio(rec, enter);
		}
		break;
	case REC_PENDING_RIPAS:
		rsi_ripas_complete(rec, enter);
		break;
	case REC_PENDING_SYSREG_READ:
		exit_sysreg_complete(rec, enter);
		break;
	case REC_PENDING_HOST_CALL:
		return;
	case REC_PENDING_NONE:
	case REC_PENDING_COUNT:
		break;
	}
	rec->pending = REC_PENDING_NONE;
}

void rec_enter_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct rmi_rec_enter *enter = c->operand;
	struct rec *rec = rec_at(m, p->rec.rec);

	gic_enter(m, &rec->cpu, enter);
	complete(rec, enter);
	rec->last_esr = 0;
	rec->last_far = 0;
	rec->cpu.trap_wfi = FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFI) != 0;
	rec->cpu.trap_wfe = FIELD_GET(enter->flags, ENTER_FLAG_TRAP_WFE) != 0;
	rec_set_state(rec, REC_RUNNING);
}

static void run_until_exit(struct running *r)
{
	for (unsigned handled = 0; handled < TRAPS_IN_A_ROW_MAX; handled++) {
		struct rec_trap trap = {REC_TRAP_SYNC, 0, 0, 0};

		lock_check_none("a REC runs");
		r->m->platform->rec_run(r->m->context, r->cpu, &r->rec->cpu, &trap);
		if (exit_handle(r, &trap) != REC_RESUME) {
			return;
		}
	}
	r->exit->exit_reason = RMI_EXIT_IRQ;
}

/* What every exit reports, whatever its reason. */
static void report(struct running *r)
{
	const struct rec_cpu *cpu = &r->rec->cpu;

	gic_exit(r->m, cpu, r->exit);
	r->exit->cntp_ctl = cpu->cntp_ctl;
	r->exit->cntp_cval = cpu->cntp_cval;
	r->exit->cntv_ctl = cpu->cntv_ctl;
	r->exit->cntv_cval = cpu->cntv_cval;
}

/* Write the exit page, its granule held so that nobody delegates it meanwhile. False when it is the host's no longer. */
static bool write_exit(const struct running *r, uint64_t run)
{
	struct granule_map *granules = &r->m->granules;
	struct granule_want want = {run, GRANULE_UNDELEGATED};
	struct granule_holds holds;
	struct granule_index g;
	bool written = false;

	granule_hold_all(granules, &want, 1, &holds);
	if (granule_held(granules, &holds, run, GRANULE_UNDELEGATED, &g) == GRANULE_FAULT_NONE) {
		struct reeve_pa to = reeve_pa(run + offsetof(struct rmi_rec_run, exit));

		written = r->m->platform->ns_write(r->m->context, to, r->exit, sizeof(*r->exit));
	}
	granule_release_all(granules, &holds);
	return written;
}

/* READY again. From the unlock on the REC may be gone. */
static void leave(struct running *r)
{
	granule_lock(&r->m->granules, r->g);
	r->rec->runnable = r->rec->runnable && !r->goes_off;
	r->rec->psci_pending = r->awaits_psci;
	rec_set_state(r->rec, REC_READY);
	granule_unlock(&r->m->granules, r->g);
}

struct outcome rec_enter_run(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct rec *rec = rec_at(m, p->rec.rec);
	struct rmi_rec_exit exit;
	struct running r = {
		.m = m,
		.cpu = c->cpu,
		.g = p->rec.rec,
		.rec = rec,
		.realm = realm_at(m, rec->rd),
		.exit = &exit,
	};
	bool written;

	memset(&exit, 0, sizeof(exit));
	if (rsi_host_call_complete(&r, c->operand) == REC_RESUME) {
		run_until_exit(&r);
	}
	report(&r);
	written = write_exit(&r, c->x[REC_ENTER_RUN]);
	leave(&r);
	return written ? outcome_ok() : refuse(RMI_ERROR_INPUT, CONDITION_run_pas);
}
