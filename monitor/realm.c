/* SPDX-License-Identifier: BSD-2-Clause */
/* realm.c - the realm object and the commands that name it alone: RMI_REALM_ACTIVATE, RMI_REALM_DESTROY, RMI_REC_AUX_COUNT. */
#include "monitor/realm.h"

#include "monitor/argument.h"
#include "monitor/assert.h"
#include "monitor/command.h"

/* Bit from * REALM_STATE_COUNT + to: the move is allowed. */
#define REALM_TRANSITION(from, to, by) | UINT64_C(1) << (REALM_##from * REALM_STATE_COUNT + REALM_##to)
static const uint64_t moves = 0
#include "spec/transitions.def"
	;

void realm_set_state(struct realm *realm, enum rmi_realm_state next)
{
	enum rmi_realm_state now = realm_state(realm);

	MONITOR_ASSERT(now < REALM_STATE_COUNT && (moves >> (now * REALM_STATE_COUNT + next) & 1) != 0);
	atomic_store_explicit(&realm->state, next, memory_order_release);
}

/* REALM_ACTIVATE: rd_align, rd_bound, rd_state, realm_state (fact sheet section 6, order of the specification). */
struct outcome realm_activate_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &p->granule.g);

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	if (realm_state(realm_at(m, p->granule.g)) != REALM_NEW) {
		return refuse(RMI_ERROR_REALM, CONDITION_realm_state);
	}
	return outcome_ok();
}

void realm_activate_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	(void)c;
	realm_set_state(realm_at(m, p->granule.g), REALM_ACTIVE);
}

static struct granule_index root_table(const struct reeve_monitor *m, const struct stage2 *stage2, unsigned number)
{
	struct granule_index g = {0};

	if (!granule_find(&m->granules, stage2->root, &g)) {
		MONITOR_ASSERT(false);
	}
	g.value += number;
	return g;
}

/* A realm is live while it has a REC or a root table has a live entry (fact sheet section 4). */
static bool is_live(const struct reeve_monitor *m, const struct realm *realm)
{
	if (atomic_load_explicit(&realm->rec_count, memory_order_acquire) != 0) {
		return true;
	}
	for (unsigned i = 0; i < realm->stage2.root_count; i++) {
		if (granule_entries(&m->granules, root_table(m, &realm->stage2, i)) != 0) {
			return true;
		}
	}
	return false;
}

/* REALM_DESTROY: rd_align, rd_bound, rd_state, realm_live. */
struct outcome realm_destroy_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &p->granule.g);

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	if (is_live(m, realm_at(m, p->granule.g))) {
		return refuse(RMI_ERROR_REALM, CONDITION_realm_live);
	}
	return outcome_ok();
}

void realm_destroy_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	struct realm *realm = realm_at(m, p->granule.g);
	struct stage2 stage2 = realm->stage2;

	(void)c;
	m->platform->stage2_destroy(m->context, &stage2);
	for (unsigned i = 0; i < stage2.root_count; i++) {
		granule_lock_own(&m->granules, root_table(m, &stage2, i));
		granule_give_back(m, root_table(m, &stage2, i));
	}
	m->vmids[stage2.vmid / 64] &= ~(UINT64_C(1) << (stage2.vmid % 64));
	realm_set_state(realm, REALM_NULL);
	granule_give_back(m, p->granule.g);
	for (unsigned i = 0; i < stage2.root_count; i++) {
		granule_unlock(&m->granules, root_table(m, &stage2, i));
	}
}

/* REC_AUX_COUNT: rd_align, rd_bound, rd_state. */
struct outcome rec_aux_count_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_rd(m, c, c->x[1], &p->granule.g);

	return bad == CONDITION_NONE ? outcome_ok() : refuse(RMI_ERROR_INPUT, bad);
}

void rec_aux_count_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	(void)c;
	(void)p;
	c->out[0] = m->config.rec_aux_count;
}
