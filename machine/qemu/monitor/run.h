/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - a REC on the CPU it was given: in, until it traps, out. */
#ifndef QEMU_MONITOR_RUN_H
#define QEMU_MONITOR_RUN_H

#include "monitor/platform.h"

/* struct monitor_platform's rec_run. */
void run_rec(void *context, unsigned cpu, struct rec_cpu *rec, struct rec_trap *trap);

#endif
