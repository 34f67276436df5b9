/* SPDX-License-Identifier: BSD-2-Clause */
/* data.c - RMI_DATA_CREATE, RMI_DATA_CREATE_UNKNOWN, RMI_DATA_DESTROY: pages of realm memory come and go. */
#include "monitor/argument.h"
#include "monitor/assert.h"
#include "monitor/command.h"

/* data_align, data_bound, data_state, then the RD's: what both create commands begin with. */
static enum rmi_condition granules_check(const struct reeve_monitor *m, const struct call *c, struct rtt_plan *plan)
{
	static const struct granule_conditions data = {
		CONDITION_data_align, CONDITION_data_bound, CONDITION_data_state};
	enum rmi_condition bad = argument_granule(m, c, c->x[2], GRANULE_DELEGATED, data, &plan->granule);

	return bad != CONDITION_NONE ? bad : argument_rd(m, c, c->x[1], &plan->rd);
}

/* ipa_bound, ipa_align, data_bound2, rtt_walk, rtte_state: the rest of both. */
static struct outcome place_check(const struct reeve_monitor *m, const struct call *c, struct rtt_plan *plan)
{
	const struct realm *realm = realm_at(m, plan->rd);
	uint64_t ipa = c->x[3];

	if (ipa >= realm_protected_end(realm)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_ipa_bound);
	}
	if (!reeve_is_aligned(ipa, REEVE_GRANULE_SIZE)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_ipa_align);
	}
	if (argument_needs_lpa2(realm, c->x[2])) {
		return refuse(RMI_ERROR_INPUT, CONDITION_data_bound2);
	}
	rtt_walk_into(m, &realm->stage2, reeve_ipa(ipa), RMI_LEVEL_LAST, &plan->walk);
	if (plan->walk.level != RMI_LEVEL_LAST) {
		return refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_rtt_walk);
	}
	if (plan->walk.entry.state != RTTE_UNASSIGNED) {
		return refuse_at(RMI_ERROR_RTT, RMI_LEVEL_LAST, CONDITION_rtte_state);
	}
	plan->next =
		(struct rtt_entry){.state = RTTE_ASSIGNED, .ripas = plan->walk.entry.ripas, .pa = reeve_pa(c->x[2])};
	return outcome_ok();
}

/* DATA_CREATE: flags_valid, src_align, src_bound, src_pas, data_*, rd_*, realm_state, ipa_bound, ipa_align, data_bound2, rtt_walk, rtte_state. */
struct outcome data_create_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad;
	struct outcome o;

	if ((c->x[5] & ~FIELD_MASK(DATA_FLAG_MEASURE)) != 0) {
		return refuse(RMI_ERROR_INPUT, CONDITION_flags_valid);
	}
	if (c->operand_fault != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, c->operand_fault);
	}
	bad = granules_check(m, c, &p->rtt);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	if (realm_state(realm_at(m, p->rtt.rd)) != REALM_NEW) {
		return refuse(RMI_ERROR_REALM, CONDITION_realm_state);
	}
	o = place_check(m, c, &p->rtt);
	p->rtt.next.ripas = RIPAS_RAM;
	return o;
}

/* Content before table entry: a page is never visible before it says what the host measured. */
void data_create_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct realm *realm = realm_at(m, p->rtt.rd);

	memcpy(granule_bytes(m, p->rtt.granule), c->operand, REEVE_GRANULE_SIZE);
	realm_measure_data(m, c->cpu, realm, c->x[3], c->x[5], c->operand);
	granule_set(&m->granules, p->rtt.granule, GRANULE_DATA, p->rtt.rd);
	rtt_replace(m, &realm->stage2, &p->rtt.walk, c->x[3], &p->rtt.next);
}

/* DATA_CREATE_UNKNOWN: data_*, rd_*, ipa_bound, ipa_align, data_bound2, rtt_walk, rtte_state. The RIPAS stays what it is. */
struct outcome data_create_unknown_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = granules_check(m, c, &p->rtt);

	return bad != CONDITION_NONE ? refuse(RMI_ERROR_INPUT, bad) : place_check(m, c, &p->rtt);
}

/* The content is zero: a DELEGATED granule's is (G1). */
void data_create_unknown_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct realm *realm = realm_at(m, p->rtt.rd);

	granule_set(&m->granules, p->rtt.granule, GRANULE_DATA, p->rtt.rd);
	rtt_replace(m, &realm->stage2, &p->rtt.walk, c->x[3], &p->rtt.next);
}

/* DATA_DESTROY: rd_*, ipa_align, ipa_bound, rtt_walk, rtte_state. The last two answer with `top`. */
struct outcome data_destroy_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &plan->rd);
	struct outcome o = outcome_ok();
	const struct realm *realm;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, plan->rd);
	if (!reeve_is_aligned(c->x[2], REEVE_GRANULE_SIZE)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_ipa_align);
	}
	if (c->x[2] >= realm_protected_end(realm)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_ipa_bound);
	}
	rtt_walk_into(m, &realm->stage2, reeve_ipa(c->x[2]), RMI_LEVEL_LAST, &plan->walk);
	if (plan->walk.level != RMI_LEVEL_LAST) {
		o = refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_rtt_walk);
	} else if (plan->walk.entry.state != RTTE_ASSIGNED) {
		o = refuse_at(RMI_ERROR_RTT, RMI_LEVEL_LAST, CONDITION_rtte_state);
	}
	if (o.status != RMI_SUCCESS) {
		c->out[1] = rtt_skip_non_live(m, &realm->stage2, &plan->walk, c->x[2]);
		return o;
	}
	if (!granule_find(&m->granules, plan->walk.entry.pa, &plan->granule)) {
		MONITOR_ASSERT(false);
	}
	plan->next = rtt_unassigned(plan->walk.entry.ripas == RIPAS_EMPTY ? RIPAS_EMPTY : RIPAS_DESTROYED);
	return o;
}

void data_destroy_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct realm *realm = realm_at(m, p->rtt.rd);

	rtt_replace(m, &realm->stage2, &p->rtt.walk, c->x[2], &p->rtt.next);
	granule_give_back(m, p->rtt.granule);
	c->out[0] = p->rtt.walk.entry.pa.value;
	c->out[1] = rtt_skip_after(m, &realm->stage2, &p->rtt.walk, c->x[2]);
}
