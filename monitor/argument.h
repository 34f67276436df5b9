/* SPDX-License-Identifier: BSD-2-Clause */
/* argument.h - tests and steps that several commands share: granule arguments, the realm they name, giving a granule back.
 *
 * A test returns the name of the condition that failed, CONDITION_NONE when none did; what the status is, the command says. */
#ifndef MONITOR_ARGUMENT_H
#define MONITOR_ARGUMENT_H

#include <string.h>

#include "monitor/monitor.h"

/* The conditions under which a granule argument is refused, by fault. */
struct granule_conditions {
	enum rmi_condition align;
	enum rmi_condition bound;
	enum rmi_condition state;
};

static inline enum rmi_condition argument_granule(const struct reeve_monitor *m, const struct call *c, uint64_t address,
	enum rmi_granule_state state, struct granule_conditions conditions, struct granule_index *g)
{
	switch (granule_held(&m->granules, &c->holds, address, state, g)) {
	case GRANULE_FAULT_NONE:
		return CONDITION_NONE;
	case GRANULE_FAULT_ALIGN:
		return conditions.align;
	case GRANULE_FAULT_BOUND:
		return conditions.bound;
	case GRANULE_FAULT_STATE:
		break;
	}
	return conditions.state;
}

/* The realm descriptor named by `address`: rd_align, rd_bound, rd_state. */
static inline enum rmi_condition argument_rd(
	const struct reeve_monitor *m, const struct call *c, uint64_t address, struct granule_index *g)
{
	static const struct granule_conditions conditions = {
		CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state};

	return argument_granule(m, c, address, GRANULE_RD, conditions, g);
}

/* An unused granule for a table: rtt_align, rtt_bound, rtt_state. */
static inline enum rmi_condition argument_rtt(
	const struct reeve_monitor *m, const struct call *c, uint64_t address, struct granule_index *g)
{
	static const struct granule_conditions conditions = {
		CONDITION_rtt_align, CONDITION_rtt_bound, CONDITION_rtt_state};

	return argument_granule(m, c, address, GRANULE_DELEGATED, conditions, g);
}

/* A level as a command passes it lies in [first, 3]. */
static inline bool argument_level_is_in(uint64_t level, int first)
{
	return (int64_t)level >= first && (int64_t)level <= RMI_LEVEL_LAST;
}

/* A realm without LPA2 has no way to name this address. */
static inline bool argument_needs_lpa2(const struct realm *realm, uint64_t pa)
{
	return !realm->stage2.lpa2 && FIELD_GET(pa, PA_BEYOND_48) != 0;
}

/* Back to DELEGATED, wiped (G1). Caller controls the granule (G3). */
static inline void granule_give_back(struct reeve_monitor *m, struct granule_index g)
{
	memset(granule_bytes(m, g), 0, REEVE_GRANULE_SIZE);
	granule_set(&m->granules, g, GRANULE_DELEGATED, (struct granule_index){0});
}

#endif
