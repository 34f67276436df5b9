/* SPDX-License-Identifier: BSD-2-Clause */
/* exception.h - an exception taken at EL2, and how an image ends that met one it did not expect. */
#ifndef QEMU_BARE_EXCEPTION_H
#define QEMU_BARE_EXCEPTION_H

#include <stdint.h>

/* As frame_push of macros.inc lays it out. */
struct exception_frame {
	uint64_t x[31];
	uint64_t vector; /* 0..15: the entry of the vector table */
	uint64_t elr;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
};

/* Say `NAME: CPU n: WHAT: vector, ESR, ELR, FAR` and stop this CPU for ever. */
_Noreturn void exception_stop(const char *what, const struct exception_frame *frame);

/* Say `NAME: CPU n: WHY` and stop this CPU for ever. */
_Noreturn void stop(const char *why);

/* Each image brings these: its name for messages, the number of the CPU that runs, what is to be done once when one stops. */
extern const char image_name[];
unsigned image_cpu(void);
void image_stopped(void);

#endif
