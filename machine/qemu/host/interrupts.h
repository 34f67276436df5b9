/* SPDX-License-Identifier: BSD-2-Clause */
/* interrupts.h - the machine's own GICv3, polled: interrupts stay masked at EL2, end waits, and take running RECs out of the realm.
 *
 * I1: the host takes an interrupt only where it asks (interrupts_take), so it is never interrupted itself.
 * Source: Arm IHI 0069 (GICv3); addresses: fact sheet of the machine, section 3. */
#ifndef QEMU_HOST_INTERRUPTS_H
#define QEMU_HOST_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	INTERRUPT_KICK = 0,         /* SGI: look again at what you are to do */
	INTERRUPT_MAINTENANCE = 25, /* PPI: list registers want looking at */
	INTERRUPT_ALARM = 26,       /* PPI: CNTHP, clock.h */
	INTERRUPT_VIRTUAL = 27,     /* PPI: a realm's virtual timer */
	INTERRUPT_PHYSICAL = 30,    /* PPI: a realm's physical timer */
	INTERRUPT_UART = 33,        /* SPI, to CPU 0: bytes came in on the UART */
	INTERRUPT_POWER =
		41, /* SPI, to CPU 0: somebody pressed the machine's power button (QEMU virt's generic event device) */
};

/* Start the distributor and find the CPUs. Returns how many redistributors there are, at most `most`; 0: no GICv3. On CPU 0, once. */
unsigned interrupts_begin(unsigned most);

/* MPIDR_EL1 affinity of CPU `number`, below what interrupts_begin returned, in the order of the redistributors. */
uint64_t interrupts_mpidr(unsigned number);

/* Let this CPU have the interrupts above. False: it has no redistributor. */
bool interrupts_cpu_begin(void);

/* None any more for this CPU: one that were pending would not let it sleep. */
void interrupts_cpu_end(void);

/* What interrupts_take says of those that somebody outside raised. */
enum { INTERRUPTS_POWER = 1 << 0, INTERRUPTS_UART = 1 << 1, INTERRUPTS_KICK = 1 << 2 };

/* Take and end all interrupts that are pending on this CPU, at most a fixed number. Returns which of the enum above were among them; the UART's
 * is off then (output_input_interrupt). */
unsigned interrupts_take(void);

/* Send INTERRUPT_KICK to CPU `number`. */
void interrupts_kick(unsigned number);

#endif
