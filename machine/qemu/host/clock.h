/* SPDX-License-Identifier: BSD-2-Clause */
/* clock.h - time since the host's first instruction, and the EL2 physical timer of each CPU as an alarm. */
#ifndef QEMU_HOST_CLOCK_H
#define QEMU_HOST_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* The physical counter is zero time from here on. Once, on CPU 0. False: the firmware never said how fast it counts, and time stands still. */
bool clock_begin(void);

/* Nanoseconds since clock_begin. */
uint64_t clock_ns(void);

/* The counter itself, CNTPCT, which is the realm's as well; and how many nanoseconds it takes until it is at `counter`, 0 when it is there. */
uint64_t clock_counter(void);
uint64_t clock_until_ns(uint64_t counter);

/* Raise this CPU's timer interrupt at that time (clock_ns), which ends a wait for interrupts and takes a running REC out of the realm. 0: never. */
void clock_alarm(uint64_t at_ns);

#endif
