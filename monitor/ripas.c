/* SPDX-License-Identifier: BSD-2-Clause */
/* ripas.c - RMI_RTT_INIT_RIPAS and RMI_RTT_SET_RIPAS: what kind of memory a realm's protected addresses are. */
#include "monitor/argument.h"
#include "monitor/command.h"
#include "monitor/rec.h"

/* A descriptor is hashed for each entry with the RD held: together no more bytes than one granule has. */
enum { RIM_DESCRIPTOR_SIZE = 256, INIT_ENTRIES_MAX = REEVE_GRANULE_SIZE / RIM_DESCRIPTOR_SIZE };

/* What to make of the entries, and on whose word. */
struct ripas_change {
	enum rmi_ripas value;
	bool is_init;          /* before activation: only what was never touched */
	bool change_destroyed; /* the realm accepts that destroyed memory changes too */
};

/* True when the change goes over this entry; it stops at others (fact sheet section 4, RTTE transitions). */
static bool change_goes_over(struct ripas_change change, const struct rtt_entry *entry)
{
	if (entry->state == RTTE_TABLE || entry->ns || (change.is_init && entry->state != RTTE_UNASSIGNED)) {
		return false;
	}
	return entry->ripas != RIPAS_DESTROYED || change.change_destroyed;
}

static struct ripas_change init_change(void)
{
	return (struct ripas_change){.value = RIPAS_RAM, .is_init = true};
}

static struct ripas_change rec_change(const struct rec *rec)
{
	return (struct ripas_change){.value = rec->ripas_value, .change_destroyed = rec->ripas_change_destroyed};
}

/* base_align, no_progress of the first entry, found by a walk as deep as it goes. */
static struct outcome first_entry_check(
	const struct reeve_monitor *m, struct rtt_plan *plan, uint64_t base, struct ripas_change change)
{
	uint64_t span;

	rtt_walk_into(m, &realm_at(m, plan->rd)->stage2, reeve_ipa(base), RMI_LEVEL_LAST, &plan->walk);
	span = rtt_span(plan->walk.level);
	if (!reeve_is_aligned(base, span)) {
		return refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_base_align);
	}
	if (plan->top - base < span || !change_goes_over(change, &plan->walk.entry)) {
		return refuse_at(RMI_ERROR_RTT, plan->walk.level, CONDITION_no_progress);
	}
	return outcome_ok();
}

/* One entry of a table; true when the hardware may hold a translation that no longer is. */
static bool entry_change(uint64_t *descriptor, int level, bool lpa2, struct rtt_entry entry, enum rmi_ripas value)
{
	bool was_valid = rtt_is_valid(&entry);

	entry.ripas = value;
	__atomic_store_n(descriptor, rtt_encode(&entry, level, lpa2), __ATOMIC_RELEASE);
	return was_valid && !rtt_is_valid(&entry);
}

/* Change entries from `base` on in the table of plan->walk: up to plan->top, its end, or one the change does not go over.
 * *is_stale: translations must be dropped. Returns the first address not changed. */
static uint64_t entries_change(
	struct reeve_monitor *m, const struct rtt_plan *plan, uint64_t base, struct ripas_change change, bool *is_stale)
{
	const struct stage2 *stage2 = &realm_at(m, plan->rd)->stage2;
	uint64_t *table = granule_bytes(m, plan->walk.table);
	unsigned count = rtt_table_entries(stage2, plan->walk.level);
	uint64_t span = rtt_span(plan->walk.level);

	*is_stale = false;
	for (unsigned i = plan->walk.index; i < count && plan->top - base >= span; i++) {
		struct rtt_entry entry = rtt_decode(table[i], plan->walk.level, stage2->lpa2);

		if (!change_goes_over(change, &entry)) {
			break;
		}
		if (entry.ripas != change.value) {
			*is_stale |= entry_change(&table[i], plan->walk.level, stage2->lpa2, entry, change.value);
		}
		base += span;
	}
	return base;
}

/* How far one INIT_RIPAS goes: the host calls again from there, and the RIM is the same. */
static uint64_t init_top(uint64_t base, uint64_t top, uint64_t span)
{
	uint64_t most = INIT_ENTRIES_MAX * span;

	return top - base > most ? base + most : top;
}

/* INIT_RIPAS: size_valid, rd_*, top_gran_align, top_bound, realm_state, base_align, no_progress. */
struct outcome rtt_init_ripas_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	const struct realm *realm;
	enum rmi_condition bad;
	struct outcome o;

	if (c->x[3] <= c->x[2]) {
		return refuse(RMI_ERROR_INPUT, CONDITION_size_valid);
	}
	bad = argument_rd(m, c, c->x[1], &plan->rd);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	realm = realm_at(m, plan->rd);
	if (!reeve_is_aligned(c->x[2] | c->x[3], REEVE_GRANULE_SIZE)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_top_gran_align);
	}
	if (c->x[3] > realm_protected_end(realm)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_top_bound);
	}
	if (realm_state(realm) != REALM_NEW) {
		return refuse(RMI_ERROR_REALM, CONDITION_realm_state);
	}
	plan->top = c->x[3];
	o = first_entry_check(m, plan, c->x[2], init_change());
	if (o.status == RMI_SUCCESS) {
		plan->top = init_top(c->x[2], plan->top, rtt_span(plan->walk.level));
	}
	return o;
}

/* Each entry is measured on its own (fact sheet section 8). */
void rtt_init_ripas_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct realm *realm = realm_at(m, p->rtt.rd);
	uint64_t span = rtt_span(p->rtt.walk.level);
	bool is_stale;

	c->out[0] = entries_change(m, &p->rtt, c->x[2], init_change(), &is_stale);
	for (uint64_t base = c->x[2]; base < c->out[0]; base += span) {
		realm_measure_ripas(m, c->cpu, realm, base, base + span);
	}
}

/* rec_align, rec_bound, rec_gran_state, rec_state, rec_owner, base_bound, top_bound, top_gran_align. */
static struct outcome request_check(const struct reeve_monitor *m, const struct call *c, struct rtt_plan *plan)
{
	static const struct granule_conditions conditions = {
		CONDITION_rec_align, CONDITION_rec_bound, CONDITION_rec_gran_state};
	enum rmi_condition bad = argument_granule(m, c, c->x[2], GRANULE_REC, conditions, &plan->granule);
	const struct rec *rec;

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	rec = rec_at(m, plan->granule);
	if (atomic_load_explicit(&rec->state, memory_order_acquire) == REC_RUNNING) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_state);
	}
	if (granule_owner(&m->granules, plan->granule).value != plan->rd.value) {
		return refuse(RMI_ERROR_REC, CONDITION_rec_owner);
	}
	if (c->x[3] != rec->ripas_addr) {
		return refuse(RMI_ERROR_INPUT, CONDITION_base_bound);
	}
	if (c->x[4] > rec->ripas_top) {
		return refuse(RMI_ERROR_INPUT, CONDITION_top_bound);
	}
	return reeve_is_aligned(c->x[4], REEVE_GRANULE_SIZE) ? outcome_ok()
							     : refuse(RMI_ERROR_INPUT, CONDITION_top_gran_align);
}

/* SET_RIPAS: size_valid, rd_*, the REC's and its request's, base_align, no_progress. */
struct outcome rtt_set_ripas_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct rtt_plan *plan = &p->rtt;
	enum rmi_condition bad;
	struct outcome o;

	if (c->x[4] <= c->x[3]) {
		return refuse(RMI_ERROR_INPUT, CONDITION_size_valid);
	}
	bad = argument_rd(m, c, c->x[1], &plan->rd);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	o = request_check(m, c, plan);
	if (o.status != RMI_SUCCESS) {
		return o;
	}
	plan->top = c->x[4];
	return first_entry_check(m, plan, c->x[3], rec_change(rec_at(m, plan->granule)));
}

void rtt_set_ripas_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct rec *rec = rec_at(m, p->rtt.granule);
	bool is_stale;

	c->out[0] = entries_change(m, &p->rtt, c->x[3], rec_change(rec), &is_stale);
	if (is_stale) {
		m->platform->stage2_invalidate(
			m->context, &realm_at(m, p->rtt.rd)->stage2, reeve_ipa(c->x[3]), c->out[0] - c->x[3]);
	}
	rec->ripas_addr = c->out[0];
}
