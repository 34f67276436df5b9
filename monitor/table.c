/* SPDX-License-Identifier: BSD-2-Clause */
/* table.c - RMI_RTT_CREATE, RMI_RTT_DESTROY, RMI_RTT_FOLD, RMI_RTT_READ_ENTRY: the shape of a realm's translation tables. */
#include "monitor/argument.h"
#include "monitor/assert.h"
#include "monitor/command.h"

/* level_bound, ipa_align, ipa_bound of a command that names an entry: levels `first`..3, alignment to one entry of `entry_level`. */
static enum rmi_condition place_check(
	const struct realm *realm, uint64_t ipa, uint64_t level, int first, int entry_offset)
{
	if (!argument_level_is_in(level, first)) {
		return CONDITION_level_bound;
	}
	if (!reeve_is_aligned(ipa, rtt_span((int)level - entry_offset))) {
		return CONDITION_ipa_align;
	}
	if ((ipa >> realm->stage2.ipa_bits) != 0) {
		return CONDITION_ipa_bound;
	}
	return CONDITION_NONE;
}

/* The same for a command that names a table of `level`: its entry is one level above. */
static enum rmi_condition table_place_check(const struct realm *realm, uint64_t ipa, uint64_t level)
{
	return place_check(realm, ipa, level, realm->stage2.start_level + 1, 1);
}

/* RTT_CREATE: rtt_align, rtt_bound, rtt_state, rd_*, level_bound, ipa_align, ipa_bound, rtt_bound2, rtt_walk, rtte_state. */
struct outcome rtt_create_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = argument_rtt(m, c, c->x[2], &plan->granule);
	const struct realm *realm;
	int parent;

	if (bad == CONDITION_NONE) {
		bad = argument_rd(m, c, c->x[1], &plan->rd);
	}
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, plan->rd);
	bad = table_place_check(realm, c->x[3], c->x[4]);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	if (argument_needs_lpa2(realm, c->x[2])) {
		return refuse(RMI_ERROR_INPUT, CONDITION_rtt_bound2);
	}
	parent = (int)c->x[4] - 1;
	rtt_walk_into(m, &realm->stage2, reeve_ipa(c->x[3]), parent, &plan->walk);
	if (plan->walk.level != parent) {
		return refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_rtt_walk);
	}
	if (plan->walk.entry.state == RTTE_TABLE) {
		return refuse_at(RMI_ERROR_RTT, parent, CONDITION_rtte_state);
	}
	plan->next = (struct rtt_entry){.state = RTTE_TABLE, .ns = plan->walk.entry.ns, .pa = reeve_pa(c->x[2])};
	return outcome_ok();
}

void rtt_create_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct stage2 *stage2 = &realm_at(m, p->rtt.rd)->stage2;

	granule_set(&m->granules, p->rtt.granule, GRANULE_RTT, p->rtt.rd);
	rtt_unfold(m, stage2, p->rtt.granule, p->rtt.walk.level + 1, &p->rtt.walk.entry);
	rtt_replace(m, stage2, &p->rtt.walk, c->x[3], &p->rtt.next);
}

/* rd_*, level_bound, ipa_align, ipa_bound: what DESTROY and FOLD begin with. */
static enum rmi_condition table_check(const struct reeve_monitor *m, const struct call *c, struct rtt_plan *plan)
{
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &plan->rd);

	return bad != CONDITION_NONE ? bad : table_place_check(realm_at(m, plan->rd), c->x[2], c->x[3]);
}

/* rtt_walk, rtte_state: the entry above names a table, which becomes the plan's granule. */
static struct outcome table_find(const struct reeve_monitor *m, const struct call *c, struct rtt_plan *plan)
{
	int parent = (int)c->x[3] - 1;

	rtt_walk_into(m, &realm_at(m, plan->rd)->stage2, reeve_ipa(c->x[2]), parent, &plan->walk);
	if (plan->walk.level != parent) {
		return refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_rtt_walk);
	}
	if (plan->walk.entry.state != RTTE_TABLE) {
		return refuse_at(RMI_ERROR_RTT, parent, CONDITION_rtte_state);
	}
	if (!granule_find(&m->granules, plan->walk.entry.pa, &plan->granule)) {
		MONITOR_ASSERT(false);
	}
	return outcome_ok();
}

/* RTT_DESTROY: rd_*, level_bound, ipa_align, ipa_bound, rtt_walk, rtte_state, rtt_live. The last three answer with `top`. */
struct outcome rtt_destroy_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = table_check(m, c, plan);
	struct outcome o;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	o = table_find(m, c, plan);
	if (o.status != RMI_SUCCESS) {
		c->out[1] = rtt_skip_non_live(m, &realm_at(m, plan->rd)->stage2, &plan->walk, c->x[2]);
		return o;
	}
	if (granule_entries(&m->granules, plan->granule) != 0) {
		o = refuse_at(RMI_ERROR_RTT, (int)c->x[3], CONDITION_rtt_live);
		c->out[1] = c->x[2];
		return o;
	}
	plan->next = plan->walk.entry.ns ? rtt_unassigned_ns() : rtt_unassigned(RIPAS_DESTROYED);
	return o;
}

void rtt_destroy_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct stage2 *stage2 = &realm_at(m, p->rtt.rd)->stage2;

	rtt_replace(m, stage2, &p->rtt.walk, c->x[2], &p->rtt.next);
	granule_give_back(m, p->rtt.granule);
	c->out[0] = p->rtt.walk.entry.pa.value;
	c->out[1] = rtt_skip_after(m, stage2, &p->rtt.walk, c->x[2]);
}

/* RTT_FOLD: rd_*, level_bound, ipa_align, ipa_bound, rtt_walk, rtte_state, rtt_homo, fold_level. */
struct outcome rtt_fold_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = table_check(m, c, plan);
	int level = (int)c->x[3];
	struct outcome o;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	o = table_find(m, c, plan);
	if (o.status != RMI_SUCCESS) {
		return o;
	}
	if (!rtt_is_homogeneous(m, &realm_at(m, plan->rd)->stage2, plan->granule, level, &plan->next)) {
		return refuse_at(RMI_ERROR_RTT, level, CONDITION_rtt_homo);
	}
	if (plan->next.state == RTTE_ASSIGNED && level - 1 < RTT_BLOCK_LEVEL_FIRST) {
		return refuse_at(RMI_ERROR_RTT, level - 1, CONDITION_fold_level);
	}
	return o;
}

void rtt_fold_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	rtt_replace(m, &realm_at(m, p->rtt.rd)->stage2, &p->rtt.walk, c->x[2], &p->rtt.next);
	granule_give_back(m, p->rtt.granule);
	c->out[0] = p->rtt.walk.entry.pa.value;
}

/* RTT_READ_ENTRY: rd_*, level_bound, ipa_align, ipa_bound. */
struct outcome rtt_read_entry_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &p->rtt.rd);
	const struct realm *realm;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, p->rtt.rd);
	bad = place_check(realm, c->x[2], c->x[3], realm->stage2.start_level, 0);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	rtt_walk_into(m, &realm->stage2, reeve_ipa(c->x[2]), (int)c->x[3], &p->rtt.walk);
	return outcome_ok();
}

/* The descriptor as the host may see it: the address, and the attributes the host gave. An ASSIGNED, DESTROYED entry shows no address. */
static uint64_t visible_descriptor(const struct rtt_entry *entry, bool lpa2)
{
	bool is_destroyed = entry->state == RTTE_ASSIGNED && !entry->ns && entry->ripas == RIPAS_DESTROYED;

	return entry->state == RTTE_UNASSIGNED || is_destroyed
		? 0
		: rtt_address_bits(entry->pa.value, lpa2) | entry->attributes;
}

void rtt_read_entry_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct rtt_walk *walk = &p->rtt.walk;
	bool has_ripas = walk->entry.state != RTTE_TABLE && !walk->entry.ns;

	(void)c;
	c->out[0] = (uint64_t)(int64_t)walk->level;
	c->out[1] = walk->entry.state;
	c->out[2] = visible_descriptor(&walk->entry, realm_at(m, p->rtt.rd)->stage2.lpa2);
	c->out[3] = has_ripas ? walk->entry.ripas : 0;
}
