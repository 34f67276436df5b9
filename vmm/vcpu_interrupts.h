/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu_interrupts.h - what the exit loop (vcpu.c) asks of the interrupts' side (vcpu_interrupts.c). */
#ifndef VMM_VCPU_INTERRUPTS_H
#define VMM_VCPU_INTERRUPTS_H

#include "vmm/vcpu.h"

/* Tell CPUs, but for number `self` (VCPUS_MAX: all), that an interrupt is there for them. */
void interrupts_tell(struct vcpus *all, unsigned self);

/* Set the lines of the CPU's timers as its last exit and the clock have them. Returns when the next one fires that has not; UINT64_MAX: none will. There
 * is an interrupt controller, and the lock is held. */
uint64_t interrupts_timers(struct vcpu *cpu);

/* The console's interrupt follows its registers. The lock is held. */
void interrupts_console(struct vcpus *all);

/* Input goes to the PL011, until the embedder says otherwise (vcpu_console.c). */
void console_begin(struct vcpus *all);

#endif
