/* SPDX-License-Identifier: BSD-2-Clause */
/* rec_command.c - RMI_REC_CREATE and RMI_REC_DESTROY. */
#include <string.h>

#include "monitor/argument.h"
#include "monitor/command.h"
#include "monitor/rec.h"

enum { REC_CREATE_RD = 1, REC_CREATE_REC = 2, REC_DESTROY_REC = 1 };

static const struct granule_conditions rec_conditions = {
	CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state};
static const struct granule_conditions aux_conditions = {CONDITION_aux_align, CONDITION_aux_bound, CONDITION_aux_state};

unsigned rec_create_more_wants(const struct reeve_monitor *m, const struct call *c, struct granule_want *wants)
{
	const struct rmi_rec_params *params = c->operand;

	(void)m;
	if (c->operand_fault != CONDITION_NONE || params->num_aux > RMI_REC_AUX_MAX) {
		return 0;
	}
	for (unsigned i = 0; i < params->num_aux; i++) {
		wants[i] = (struct granule_want){params->aux[i], GRANULE_DELEGATED};
	}
	return (unsigned)params->num_aux;
}

/* True when the aux granule at `i` is named before, as another aux granule or as the REC. */
static bool aux_is_alias(const struct rmi_rec_params *params, uint64_t rec, unsigned i)
{
	for (unsigned j = 0; j < i; j++) {
		if (params->aux[j] == params->aux[i]) {
			return true;
		}
	}
	return params->aux[i] == rec;
}

/* The condition under which one auxiliary granule is refused; p->aux[i] is set when there is none. */
static enum rmi_condition aux_check_one(
	const struct reeve_monitor *m, const struct call *c, struct rec_create_plan *p, unsigned i)
{
	const struct rmi_rec_params *params = c->operand;
	enum rmi_condition condition =
		argument_granule(m, c, params->aux[i], GRANULE_DELEGATED, aux_conditions, &p->aux[i]);

	if (condition == CONDITION_NONE && aux_is_alias(params, c->x[REC_CREATE_REC], i)) {
		return CONDITION_aux_alias;
	}
	return condition;
}

/* Each condition is one of the whole list: aux_align of the last granule comes before aux_bound of the first. */
static enum rmi_condition aux_check(const struct reeve_monitor *m, const struct call *c, struct rec_create_plan *p)
{
	static const enum rmi_condition order[] = {
		CONDITION_aux_align, CONDITION_aux_bound, CONDITION_aux_state, CONDITION_aux_alias};
	const struct rmi_rec_params *params = c->operand;
	bool is_met[CONDITION_COUNT] = {false};

	if (params->num_aux > RMI_REC_AUX_MAX) {
		return CONDITION_aux_count;
	}
	p->aux_count = (unsigned)params->num_aux;
	for (unsigned i = 0; i < p->aux_count; i++) {
		is_met[aux_check_one(m, c, p, i)] = true;
	}
	for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		if (is_met[order[i]]) {
			return order[i];
		}
	}
	return CONDITION_NONE;
}

/* MAX_RECS_ORDER n allows a realm 2^n - 1 RECs (spec: rmm-v1.0 s2). */
static uint64_t rec_count_max(const struct reeve_monitor *m)
{
	return (UINT64_C(1) << FIELD_GET(m->config.features0, FEATURE0_MAX_RECS_ORDER)) - 1;
}

/* What depends on the realm, once the granules are known. */
static struct outcome rec_create_realm_check(
	const struct reeve_monitor *m, const struct call *c, struct rec_create_plan *p)
{
	const struct rmi_rec_params *params = c->operand;
	const struct realm *realm = realm_at(m, p->rd);

	if (realm_state(realm) != REALM_NEW) {
		return refuse(RMI_ERROR_REALM, CONDITION_realm_state);
	}
	if (!rec_mpidr_index(params->mpidr, &p->rec_index) || p->rec_index != realm->rec_next) {
		return refuse(RMI_ERROR_INPUT, CONDITION_mpidr_index);
	}
	if (p->aux_count != m->config.rec_aux_count) {
		return refuse(RMI_ERROR_INPUT, CONDITION_aux_count);
	}
	if (realm->rec_count >= rec_count_max(m)) {
		return refuse(RMI_ERROR_REALM, CONDITION_rec_count);
	}
	return outcome_ok();
}

struct outcome rec_create_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rec_create_plan *plan = &p->rec_create;
	enum rmi_condition condition;

	if (c->operand_fault != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, c->operand_fault);
	}
	condition = aux_check(m, c, plan);
	if (condition != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, condition);
	}
	condition = argument_granule(m, c, c->x[REC_CREATE_REC], GRANULE_DELEGATED, rec_conditions, &plan->rec);
	if (condition != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, condition);
	}
	condition = argument_rd(m, c, c->x[REC_CREATE_RD], &plan->rd);
	if (condition != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, condition);
	}
	return rec_create_realm_check(m, c, plan);
}

/* The object in a granule that is still all zero (granule.h G1), READY among it. */
static void rec_init(struct reeve_monitor *m, const struct rec_create_plan *p, const struct rmi_rec_params *params)
{
	struct rec *rec = rec_at(m, p->rec);

	rec->runnable = FIELD_GET(params->flags, REC_FLAG_RUNNABLE) != 0;
	rec->rd = p->rd;
	rec->index = p->rec_index;
	rec->mpidr = params->mpidr;
	rec->aux_count = p->aux_count;
	memcpy(rec->aux, p->aux, sizeof(rec->aux[0]) * p->aux_count);
	rec->cpu.mpidr_el1 = rec_mpidr_el1(params->mpidr);
	rec->cpu.stage2 = realm_at(m, p->rd)->stage2;
	rec->cpu.features = realm_at(m, p->rd)->features;
	rec->cpu.rec = granule_pa(&m->granules, p->rec);
	for (unsigned i = 0; i < p->aux_count; i++) {
		rec->cpu.aux[i] = granule_pa(&m->granules, p->aux[i]);
	}
	rec_reset(&rec->cpu, params->pc, 0);
	memcpy(rec->cpu.gprs, params->gprs, sizeof(params->gprs));
}

void rec_create_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct rec_create_plan *plan = &p->rec_create;
	const struct rmi_rec_params *params = c->operand;
	struct realm *realm = realm_at(m, plan->rd);

	rec_init(m, plan, params);
	for (unsigned i = 0; i < plan->aux_count; i++) {
		granule_set(&m->granules, plan->aux[i], GRANULE_REC_AUX, plan->rd);
	}
	granule_set(&m->granules, plan->rec, GRANULE_REC, plan->rd);
	realm->rec_next++;
	realm->rec_count++;
	if (FIELD_GET(params->flags, REC_FLAG_RUNNABLE) != 0) {
		realm_measure_rec(m, c->cpu, realm, params);
	}
}

struct outcome rec_destroy_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition condition =
		argument_granule(m, c, c->x[REC_DESTROY_REC], GRANULE_REC, rec_conditions, &p->rec.rec);

	if (condition != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, condition);
	}
	if (rec_at(m, p->rec.rec)->state == REC_RUNNING) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_state);
	}
	return outcome_ok();
}

void rec_destroy_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct granule_index g = p->rec.rec;
	const struct rec *rec = rec_at(m, g);
	struct realm *realm = realm_at(m, rec->rd);
	struct granule_index aux[RMI_REC_AUX_MAX];
	unsigned aux_count = rec->aux_count;

	(void)c;
	memcpy(aux, rec->aux, sizeof(aux[0]) * aux_count);
	m->platform->rec_destroy(m->context, granule_pa(&m->granules, g));
	for (unsigned i = 0; i < aux_count; i++) {
		granule_lock_own(&m->granules, aux[i]);
		granule_give_back(m, aux[i]);
	}
	granule_give_back(m, g);
	/* With the count at zero another CPU may destroy the realm (realm.h R3). */
	realm->rec_count--;
	for (unsigned i = 0; i < aux_count; i++) {
		granule_unlock(&m->granules, aux[i]);
	}
}
