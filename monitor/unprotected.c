/* SPDX-License-Identifier: BSD-2-Clause */
/* unprotected.c - RMI_RTT_MAP_UNPROTECTED and RMI_RTT_UNMAP_UNPROTECTED: host memory in the upper half of a realm's addresses. */
#include "monitor/argument.h"
#include "monitor/command.h"

/* With FWB this value of the low three attribute bits is reserved (fact sheet section 5). */
enum { MEMATTR_RESERVED = 4 };

/* attr_valid, addr_align, addr_bound of a descriptor that the host gives; *entry is what it becomes when all are well. Without LPA2 bits
 * [51:48] are those of an address that is too large. */
static enum rmi_condition descriptor_check(
	const struct reeve_monitor *m, const struct realm *realm, uint64_t desc, int level, struct rtt_entry *entry)
{
	const uint64_t attributes = FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP);
	const uint64_t address =
		FIELD_MASK(S2_LPA2_OA) | (realm->stage2.lpa2 ? FIELD_MASK(S2_LPA2_OA_51_50) : FIELD_MASK(PA_51_50));
	uint64_t pa = desc & (FIELD_MASK(S2_LPA2_OA) | FIELD_MASK(PA_51_50));

	if ((desc & ~(attributes | address)) != 0 || FIELD_GET(desc, S2_NS_MEMATTR) == MEMATTR_RESERVED) {
		return CONDITION_attr_valid;
	}
	if (realm->stage2.lpa2) {
		pa |= FIELD_SET(0, PA_51_50, FIELD_GET(desc, S2_LPA2_OA_51_50));
	}
	if (!reeve_is_aligned(pa, rtt_span(level))) {
		return CONDITION_addr_align;
	}
	if (argument_needs_lpa2(realm, pa) || (pa >> m->config.pa_bits) != 0) {
		return CONDITION_addr_bound;
	}
	*entry = (struct rtt_entry){
		.state = RTTE_ASSIGNED, .ns = true, .pa = reeve_pa(pa), .attributes = desc & attributes};
	return CONDITION_NONE;
}

/* level_bound, rd_*: blocks are of levels 1 to 3. */
static enum rmi_condition level_check(const struct reeve_monitor *m, const struct call *c, struct granule_index *rd)
{
	return argument_level_is_in(c->x[3], RTT_BLOCK_LEVEL_FIRST) ? argument_rd(m, c, c->x[1], rd)
								    : CONDITION_level_bound;
}

/* ipa_align, ipa_bound: within the unprotected half. */
static enum rmi_condition ipa_check(const struct realm *realm, uint64_t ipa, int level)
{
	if (!reeve_is_aligned(ipa, rtt_span(level))) {
		return CONDITION_ipa_align;
	}
	if ((ipa >> realm->stage2.ipa_bits) != 0 || ipa < realm_protected_end(realm)) {
		return CONDITION_ipa_bound;
	}
	return CONDITION_NONE;
}

/* rtt_walk, rtte_state: an entry of the level asked for, in the state this command starts from. */
static struct outcome entry_check(const struct reeve_monitor *m, const struct call *c, const struct realm *realm,
	struct rtt_walk *walk, enum rmi_rtte_state state)
{
	int level = (int)c->x[3];

	rtt_walk_into(m, &realm->stage2, reeve_ipa(c->x[2]), level, walk);
	if (walk->level != level) {
		return refuse_at(RMI_ERROR_RTT, walk->level, CONDITION_rtt_walk);
	}
	if (walk->entry.state != state) {
		return refuse_at(RMI_ERROR_RTT, level, CONDITION_rtte_state);
	}
	return outcome_ok();
}

/* RTT_MAP_UNPROTECTED: level_bound, rd_*, attr_valid, addr_align, addr_bound, ipa_align, ipa_bound, rtt_walk, rtte_state. */
struct outcome rtt_map_unprotected_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = level_check(m, c, &plan->rd);
	const struct realm *realm;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, plan->rd);
	if (!argument_level_is_in(c->x[3], realm->stage2.start_level)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_level_bound);
	}
	bad = descriptor_check(m, realm, c->x[4], (int)c->x[3], &plan->next);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	bad = ipa_check(realm, c->x[2], (int)c->x[3]);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	return entry_check(m, c, realm, &plan->walk, RTTE_UNASSIGNED);
}

void rtt_map_unprotected_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	rtt_replace(m, &realm_at(m, p->rtt.rd)->stage2, &p->rtt.walk, c->x[2], &p->rtt.next);
}

/* RTT_UNMAP_UNPROTECTED: level_bound, rd_*, ipa_align, ipa_bound, rtt_walk, rtte_state. The last two answer with `top`. */
struct outcome rtt_unmap_unprotected_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad = level_check(m, c, &plan->rd);
	const struct realm *realm;
	struct outcome o;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, plan->rd);
	if (!argument_level_is_in(c->x[3], realm->stage2.start_level)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_level_bound);
	}
	bad = ipa_check(realm, c->x[2], (int)c->x[3]);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	o = entry_check(m, c, realm, &plan->walk, RTTE_ASSIGNED);
	if (o.status != RMI_SUCCESS) {
		c->out[0] = rtt_skip_non_live(m, &realm->stage2, &plan->walk, c->x[2]);
		return o;
	}
	plan->next = rtt_unassigned_ns();
	return o;
}

void rtt_unmap_unprotected_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct stage2 *stage2 = &realm_at(m, p->rtt.rd)->stage2;

	rtt_replace(m, stage2, &p->rtt.walk, c->x[2], &p->rtt.next);
	c->out[0] = rtt_skip_after(m, stage2, &p->rtt.walk, c->x[2]);
}
