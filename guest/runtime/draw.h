/* SPDX-License-Identifier: BSD-2-Clause */
/* draw.h - a CPU that draws numbers from a seed, and single instructions that it carries out whatever comes of them. */
#ifndef GUEST_RUNTIME_DRAW_H
#define GUEST_RUNTIME_DRAW_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/runtime/program.h"

/* One of the first sixteen CPUs (trap.h). */
struct drawer {
	struct secondary start; /* must be first: its address is the CPU's, when it is not REC 0 */
	uint64_t state;         /* of the generator, never 0: the seed */
	uint64_t memory;        /* a granule of RAM that is this drawer's own */
	uint64_t call[18];
	volatile bool is_done;
};

uint64_t draw(struct drawer *d);
uint64_t below(struct drawer *d, uint64_t limit); /* 0 to limit - 1 */

/* A number as garbage has it: small, one bit, all ones up to a bit, 32 bits, 64 bits. */
uint64_t number(struct drawer *d);

/* Make instructions ready to be carried out: those of access(), and any other. All of them before the first is: code that is written to after it
 * ran costs a machine that translates it dearly. */
void accesses_prepare(void);
void instruction_prepare(uint32_t word);

/* Carry the instruction `word`, which was prepared, out with X0 and X1; what faults is skipped. It may change X2 to X5 and nothing else that C needs. */
void carry_out(uint32_t word, uint64_t x0, uint64_t x1);

/* The 16 bits at `address`; 0 when the load faulted. */
uint16_t load_or_zero(uint64_t address);

/* One load, store or cache operation on one of the `size` bytes from `base` on, of any size, aligned or not: mostly words, as devices have them. */
void access(struct drawer *d, uint64_t base, uint64_t size);

#endif
