/* SPDX-License-Identifier: BSD-2-Clause */
/* controls.h - the registers of EL2 that say what a realm may do by itself and what comes to the monitor. */
#ifndef QEMU_MONITOR_CONTROLS_H
#define QEMU_MONITOR_CONTROLS_H

#include "monitor/platform.h"

/* For the monitor itself: nothing trapped, nothing routed. Once a CPU. */
void controls_prepare(void);

/* Traps, routing, identity and stage 2 of this REC; then back to the monitor's own. `timers_masked`: TIMER_* whose signal stays
 * away from the interrupt controller. */
enum { TIMER_PHYSICAL = 1, TIMER_VIRTUAL = 2 };
void controls_enter(const struct rec_cpu *rec, uint64_t timers_masked);
void controls_leave(void);

#endif
