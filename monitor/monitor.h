/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.h - the monitor's own state, and how a command is written: a row of want, check and commit.
 *
 *   dispatcher: copy host operand -> hold wanted granules -> check (const, fills the plan) -> commit (cannot fail) -> release
 *
 * Only the dispatcher touches registers. */
#ifndef MONITOR_MONITOR_H
#define MONITOR_MONITOR_H

#include "monitor/granule.h"
#include "monitor/platform.h"
#include "monitor/realm.h"
#include "monitor/rtt.h"

/* Memory a CPU uses for the length of one call: host operands are copied here once. */
struct cpu_scratch {
	_Alignas(8) uint8_t operand[REEVE_GRANULE_SIZE];
};

struct reeve_monitor {
	struct reeve_monitor_config config;
	const struct monitor_platform *platform;
	void *context;
	struct granule_map granules;
	struct cpu_scratch *scratch;    /* one a CPU */
	atomic_flag vmid_lock;          /* leaf; held by REALM_CREATE and REALM_DESTROY */
	uint64_t vmids[(1 << 16) / 64]; /* bit set: in use */
};

/* Result of check, and of the whole call. Small enough for registers. */
struct outcome {
	enum rmi_status status;
	int index; /* level, reason; -1 is the byte 0xFF */
	enum rmi_condition condition;
};

static inline struct outcome outcome_ok(void)
{
	return (struct outcome){RMI_SUCCESS, 0, CONDITION_NONE};
}

static inline struct outcome refuse(enum rmi_status status, enum rmi_condition condition)
{
	return (struct outcome){status, 0, condition};
}

static inline struct outcome refuse_at(enum rmi_status status, int index, enum rmi_condition condition)
{
	return (struct outcome){status, index, condition};
}

/* One RMI call on one CPU. Constant once check begins. */
struct call {
	unsigned cpu;
	const uint64_t *x; /* the registers: x[1]..x[6] are arguments; they change when the call is over */
	uint64_t *out; /* X1..X4 to be, zero at first; check writes them when it refuses with results, else commit */
	struct granule_holds holds;
	enum rmi_condition
		operand_fault; /* why the host operand could not be copied; CONDITION_NONE: it is in `operand` */
	const void *operand; /* the CPU's copy: RmiRealmParams, RmiRecParams, RmiRecRun.enter or DATA_CREATE's source */
};

/* The bytes of a granule in the Realm physical address space. */
static inline void *granule_bytes(const struct reeve_monitor *m, struct granule_index g)
{
	return m->platform->realm_granule(m->context, granule_pa(&m->granules, g));
}

/* The realm whose RD is g. g must be in state RD. */
static inline struct realm *realm_at(const struct reeve_monitor *m, struct granule_index g)
{
	return granule_bytes(m, g);
}

#endif
