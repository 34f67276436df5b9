/* SPDX-License-Identifier: BSD-2-Clause */
/* trap.h - exceptions a program means to cause, one at a time on each CPU (of sixteen).
 *
 * trap_begin(); probe_load64(address); if (trap_end(&trap)) ...
 * An exception between the two is recorded and execution goes on behind the instruction (behind the branch, for an
 * instruction abort). Any other exception ends the program with its FAILED line. */
#ifndef GUEST_RUNTIME_TRAP_H
#define GUEST_RUNTIME_TRAP_H

#include <stdbool.h>
#include <stdint.h>

enum {
	EC_UNKNOWN = 0x00, /* undefined instruction */
	EC_SVC = 0x15,
	EC_INSTRUCTION_ABORT = 0x21, /* from EL1 */
	EC_DATA_ABORT = 0x25,        /* from EL1 */
	EC_BRK = 0x3c,
	FSC_SEA = 0x10, /* synchronous external abort, not on a table walk */
};

/* What start.S saves, in its order. */
struct frame {
	uint64_t x[31];
	uint64_t vector; /* 0..15, in the order of the vector table */
	uint64_t elr;
	uint64_t spsr;
	uint64_t esr;
	uint64_t far;
};

struct trap {
	uint64_t esr;
	uint64_t far;
	uint64_t elr;
};

/* Called by start.S; *frame is what the CPU goes back to. */
void exception(struct frame *frame);

/* From now on an IRQ calls `handler`, with interrupts masked, instead of ending the program. On any CPU that unmasks them. */
void trap_irq(void (*handler)(void));

void trap_begin(void);

/* True and *trap set when there was an exception since trap_begin(); false and *trap untouched otherwise. */
bool trap_end(struct trap *trap);

unsigned trap_class(const struct trap *trap); /* ESR.EC */
unsigned trap_fault(const struct trap *trap); /* ESR.DFSC or IFSC of an abort */
bool trap_is_write(const struct trap *trap);  /* ESR.WnR of a data abort */

/* Single instructions at or on `address`, which may fault; the result is the register, see calls.S. */
uint64_t probe_load8(uint64_t address);
uint64_t probe_load16(uint64_t address);
uint64_t probe_load32(uint64_t address);
uint64_t probe_load64(uint64_t address);
uint64_t probe_load8_signed(uint64_t address);
uint64_t probe_load16_signed(uint64_t address);
uint64_t probe_load32_signed(uint64_t address);
uint64_t probe_load8_signed_word(uint64_t address);
uint64_t probe_load16_signed_word(uint64_t address);
uint64_t probe_load8_discard(uint64_t address); /* into XZR, as the two below */
uint64_t probe_load16_discard(uint64_t address);
uint64_t probe_load64_discard(uint64_t address);
uint64_t probe_load32_writeback(uint64_t address);
uint64_t probe_store64(uint64_t address);
uint64_t probe_store8_value(uint64_t address, uint64_t value);
uint64_t probe_store16_value(uint64_t address, uint64_t value);
uint64_t probe_store32_value(uint64_t address, uint64_t value);
uint64_t probe_store64_value(uint64_t address, uint64_t value);
uint64_t probe_store8_zero(uint64_t address, uint64_t unused); /* XZR, as the three below */
uint64_t probe_store16_zero(uint64_t address, uint64_t unused);
uint64_t probe_store32_zero(uint64_t address, uint64_t unused);
uint64_t probe_store64_zero(uint64_t address, uint64_t unused);
uint64_t probe_wfi(uint64_t unused);
uint64_t probe_wfe(uint64_t unused);
uint64_t probe_fetch(uint64_t address);
uint64_t probe_hvc(uint64_t unused);
uint64_t probe_svc(uint64_t unused);
uint64_t probe_brk(uint64_t unused);

#endif
