/* SPDX-License-Identifier: BSD-2-Clause */
/* debug.h - a realm's own breakpoints and watchpoints: as many as its parameters say.
 *
 * D1: a realm's accesses are trapped and go to rec_machine.debug; the CPU's registers hold them only while the realm has MDSCR_EL1.MDE set
 *     and runs. All that it does not have are then off. The host's are put aside meanwhile. */
#ifndef QEMU_MONITOR_DEBUG_H
#define QEMU_MONITOR_DEBUG_H

#include "machine/qemu/monitor/cpu.h"

/* If `esr` is a trapped access to MDSCR_EL1 or to a breakpoint or watchpoint the realm has, do it, the PC behind. Others are left to the monitor. */
bool debug_emulate(struct cpu *cpu, struct rec_cpu *rec, uint64_t esr);

/* Between world_enter and world_leave. */
void debug_enter(struct cpu *cpu, const struct rec_cpu *rec);
void debug_leave(struct cpu *cpu);

#endif
