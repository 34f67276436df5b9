/* SPDX-License-Identifier: BSD-2-Clause */
/* world.h - the registers below EL2 that a REC and the Non-secure world take turns in, and that EL3 does not switch. */
#ifndef QEMU_MONITOR_WORLD_H
#define QEMU_MONITOR_WORLD_H

#include <stdint.h>

#include "monitor/platform.h"

#define WORLD_REGISTER(name, feature, op0, op1, crn, crm, op2) WORLD_##name,
enum world_register {
#include "machine/qemu/monitor/world_registers.def"
	WORLD_REGISTER_COUNT
};
#undef WORLD_REGISTER

enum { GIC_ACTIVE_MAX = 4 };

enum debug_kind { DEBUG_BVR, DEBUG_BCR, DEBUG_WVR, DEBUG_WCR, DEBUG_KIND_COUNT };
enum { DEBUG_NUMBERS = 16 };

/* Breakpoints and watchpoints: values and controls. */
struct debug_registers {
	uint64_t words[DEBUG_KIND_COUNT][DEBUG_NUMBERS];
};

struct timer {
	uint64_t ctl;
	uint64_t cval;
};

/* What the host had in the registers that a REC is about to use. */
struct world {
	uint64_t el1[EL1_REGISTER_COUNT];
	uint64_t more[WORLD_REGISTER_COUNT];
	uint64_t sp_el0;
	uint64_t sp_el1;
	struct timer physical;
	struct timer virtual;
	uint64_t lrs[RMI_GIC_LR_COUNT];
	uint64_t active[2][GIC_ACTIVE_MAX];
	uint64_t pmcr;
};

/* What this machine keeps of a REC beside struct rec_cpu's own members, in rec_cpu.machine: zero at reset. */
struct rec_machine {
	_Alignas(16) uint64_t vectors[32][2];
	uint64_t fpcr;
	uint64_t fpsr;
	uint64_t more[WORLD_REGISTER_COUNT];
	uint64_t active[2][GIC_ACTIVE_MAX];
	struct debug_registers debug;
	uint64_t timers_told; /* TIMER_*: whose interrupts the host was told of */
};
_Static_assert(sizeof(struct rec_machine) <= sizeof(((struct rec_cpu *)0)->machine), "what a REC has room for");

static inline struct rec_machine *rec_machine(struct rec_cpu *rec)
{
	return (struct rec_machine *)rec->machine;
}

static inline const struct rec_machine *rec_machine_const(const struct rec_cpu *rec)
{
	return (const struct rec_machine *)rec->machine;
}

/* The host's out, the REC's in; and the other way round. FP registers are fp.h's, EL2's are controls.h's. */
void world_enter(struct world *ns, struct rec_cpu *rec);
void world_leave(struct world *ns, struct rec_cpu *rec);

#endif
