/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.h - from EL3's call to a monitor that serves: entered by start.S, on each CPU once. */
#ifndef QEMU_MONITOR_BOOT_H
#define QEMU_MONITOR_BOOT_H

#include <stdint.h>

#include "machine/qemu/bare/exception.h"

/* The first CPU: the MMU is off, .bss is zero. Arguments as EL3 gives them (fact sheet s4). */
_Noreturn void boot_cold(uint64_t cpu, uint64_t version, uint64_t cpu_count, uint64_t shared);
/* Each further CPU: everything shared is made, the MMU of this CPU is off. */
_Noreturn void boot_warm(uint64_t cpu);

/* An exception that the monitor took, from start.S: returns when it was expected. */
void own_exception(struct exception_frame *frame);

#endif
