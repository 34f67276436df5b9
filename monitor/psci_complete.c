/* SPDX-License-Identifier: BSD-2-Clause */
/* psci_complete.c - RMI_PSCI_COMPLETE: the host's answer to CPU_ON and AFFINITY_INFO. */
#include "monitor/argument.h"
#include "monitor/command.h"
#include "monitor/rec.h"

enum { COMPLETE_CALLER = 1, COMPLETE_TARGET = 2, COMPLETE_STATUS = 3 };

static const struct granule_conditions caller_conditions = {
	CONDITION_caller_align, CONDITION_caller_bound, CONDITION_caller_gran_state};
static const struct granule_conditions target_conditions = {
	CONDITION_target_align, CONDITION_target_bound, CONDITION_target_gran_state};

static bool is_on(const struct rec *target)
{
	return target->state == REC_RUNNING || target->runnable;
}

/* The host may refuse only to switch on what is off (spec: rmm-v1.0 s6, s10). */
static bool status_is_allowed(enum psci_function function, const struct rec *target, int64_t status)
{
	if (status == PSCI_STATUS_SUCCESS) {
		return true;
	}
	return status == PSCI_STATUS_DENIED && function == PSCI_CPU_ON && !is_on(target);
}

/* What the caller's X0 will be. */
static int64_t answer(enum psci_function function, const struct rec *target, int64_t status)
{
	if (function == PSCI_AFFINITY_INFO) {
		return is_on(target) ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF;
	}
	return is_on(target) ? PSCI_STATUS_ALREADY_ON : status;
}

static enum rmi_condition granules_check(
	const struct reeve_monitor *m, const struct call *c, struct psci_complete_plan *p)
{
	enum rmi_condition condition;

	if (c->x[COMPLETE_CALLER] == c->x[COMPLETE_TARGET]) {
		return CONDITION_alias;
	}
	condition = argument_granule(m, c, c->x[COMPLETE_CALLER], GRANULE_REC, caller_conditions, &p->caller);
	if (condition != CONDITION_NONE) {
		return condition;
	}
	return argument_granule(m, c, c->x[COMPLETE_TARGET], GRANULE_REC, target_conditions, &p->target);
}

static enum rmi_condition recs_check(
	const struct rec *caller, const struct rec *target, int64_t status, struct psci_complete_plan *p)
{
	struct psci_request request;
	uint32_t index;

	if (caller->state == REC_RUNNING) {
		return CONDITION_caller_state;
	}
	if (!caller->psci_pending) {
		return CONDITION_pending;
	}
	if (caller->rd.value != target->rd.value) {
		return CONDITION_owner;
	}
	request = psci_request_of(&caller->cpu);
	if (!rec_mpidr_el1_index(request.args[0], &index) || index != target->index) {
		return CONDITION_target;
	}
	if (!status_is_allowed(request.function, target, status)) {
		return CONDITION_psci_status;
	}
	p->status = answer(request.function, target, status);
	return CONDITION_NONE;
}

struct outcome psci_complete_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct psci_complete_plan *plan = &p->psci_complete;
	enum rmi_condition condition = granules_check(m, c, plan);

	if (condition == CONDITION_NONE) {
		condition = recs_check(
			rec_at(m, plan->caller), rec_at(m, plan->target), (int64_t)c->x[COMPLETE_STATUS], plan);
	}
	return condition == CONDITION_NONE ? outcome_ok() : refuse(RMI_ERROR_INPUT, condition);
}

/* As after reset, in the byte order of who switches it on. */
static void power_on(struct rec *target, const struct rec_cpu *caller, const struct psci_request *request)
{
	uint64_t big_endian = FIELD_GET(caller->el1[EL1_SCTLR_EL1], SCTLR_EE);

	rec_reset(&target->cpu, request->args[1], request->args[2]);
	target->cpu.el1[EL1_SCTLR_EL1] = FIELD_SET(target->cpu.el1[EL1_SCTLR_EL1], SCTLR_EE, big_endian);
	target->pending = REC_PENDING_NONE;
	target->runnable = true;
}

void psci_complete_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct psci_complete_plan *plan = &p->psci_complete;
	struct rec *caller = rec_at(m, plan->caller);
	struct psci_request request = psci_request_of(&caller->cpu);

	(void)c;
	if (request.function == PSCI_CPU_ON && plan->status == PSCI_STATUS_SUCCESS) {
		power_on(rec_at(m, plan->target), &caller->cpu, &request);
	}
	caller->cpu.gprs[0] = (uint64_t)plan->status;
	for (unsigned i = 1; i <= PSCI_ARGUMENT_MAX; i++) {
		caller->cpu.gprs[i] = 0;
	}
	caller->psci_pending = false;
}
