/* SPDX-License-Identifier: BSD-2-Clause */
/* id_registers.h - the ID registers as a realm reads them: what the CPU has and the monitor lets realms use. */
#ifndef QEMU_MONITOR_ID_REGISTERS_H
#define QEMU_MONITOR_ID_REGISTERS_H

#include "monitor/platform.h"

/* If `esr` is a trapped read of an ID register of AArch64, do it: the register set, the PC behind. Others are left to the monitor. */
bool id_registers_emulate(struct rec_cpu *rec, uint64_t esr);

#endif
