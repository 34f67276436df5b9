/* SPDX-License-Identifier: BSD-2-Clause */
/* gic.h - list registers and active priorities of this CPU's virtual GIC interface, as arrays. */
#ifndef QEMU_MONITOR_GIC_H
#define QEMU_MONITOR_GIC_H

#include <stdint.h>

#include "machine/qemu/monitor/world.h"

/* Elements beyond what the CPU has are left alone, and not used. */
void gic_list_save(uint64_t lrs[static RMI_GIC_LR_COUNT]);
void gic_list_load(const uint64_t lrs[static RMI_GIC_LR_COUNT]);
void gic_active_save(uint64_t active[static 2][GIC_ACTIVE_MAX]);
void gic_active_load(uint64_t active[static 2][GIC_ACTIVE_MAX]);

#endif
