/* SPDX-License-Identifier: BSD-2-Clause */
/* granule_command.c - RMI_GRANULE_DELEGATE and RMI_GRANULE_UNDELEGATE: granules come to the Realm world and go back. */
#include "monitor/argument.h"
#include "monitor/command.h"

static const struct granule_conditions conditions = {CONDITION_addr_align, CONDITION_addr_bound, CONDITION_gran_state};

/* The platform's answer is the last condition, and it is the move itself (docs/decisions/0001). */
struct outcome granule_delegate_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_granule(m, c, c->x[1], GRANULE_UNDELEGATED, conditions, &p->granule.g);

	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	if (!m->platform->granule_delegate(m->context, c->cpu, reeve_pa(c->x[1]))) {
		return refuse(RMI_ERROR_INPUT, CONDITION_gran_gpt);
	}
	return outcome_ok();
}

void granule_delegate_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	(void)c;
	granule_give_back(m, p->granule.g);
}

struct outcome granule_undelegate_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	enum rmi_condition bad = argument_granule(m, c, c->x[1], GRANULE_DELEGATED, conditions, &p->granule.g);

	return bad == CONDITION_NONE ? outcome_ok() : refuse(RMI_ERROR_INPUT, bad);
}

/* Nothing to wipe: a DELEGATED granule holds only zeroes (G1). */
void granule_undelegate_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	m->platform->granule_undelegate(m->context, c->cpu, reeve_pa(c->x[1]));
	granule_set(&m->granules, p->granule.g, GRANULE_UNDELEGATED, (struct granule_index){0});
}
