/* SPDX-License-Identifier: BSD-2-Clause */
/* cpu.h - the machine's CPUs as the host has them: numbers, the switch that PSCI is, and the end of it all. */
#ifndef QEMU_HOST_CPU_H
#define QEMU_HOST_CPU_H

#include <stdint.h>

#include "machine/qemu/bare/exception.h"
#include "machine/qemu/bare/sysreg.h"

enum { NS_CPUS_MAX = 16, CPU_STACK_SIZE = 32768 };

/* The number of the CPU that runs this: 0 is the one that booted. */
static inline unsigned cpu_number(void)
{
	return (unsigned)sysreg_read(TPIDR_EL2);
}

/* Start CPU `number`, whose MPIDR_EL1 affinity is `mpidr`; host_cpu(number) runs there. Returns the PSCI status, 0 when it starts. */
int64_t cpu_on(unsigned number, uint64_t mpidr);

/* Switch the machine off by PSCI SYSTEM_OFF. */
_Noreturn void machine_off(void);

/* What start.S calls: a CPU begins; an exception was taken. The latter returns to where frame->elr says. */
void host_cpu(unsigned number);
void host_exception(struct exception_frame *frame);

#endif
