/* SPDX-License-Identifier: BSD-2-Clause */
/* trap.c - the C half of the vector table: expected exceptions are recorded, others end the program. */
#include "guest/runtime/trap.h"

#include <stddef.h>

#include "guest/runtime/program.h"
#include "reeve/field.h"

enum { VECTOR_SYNC_SPX = 4, VECTOR_IRQ_SPX = 5, INSTRUCTION_BYTES = 4, CPUS = 16 };

_Static_assert(offsetof(struct frame, vector) == 248, "start.S stores x30 and the vector together");
_Static_assert(sizeof(struct frame) == 288, "FRAME_SIZE of start.S");

static struct {
	volatile bool is_expected;
	volatile bool is_caught;
	struct trap caught;
} cpus[CPUS];
static void (*on_irq)(void);

static unsigned cpu(void)
{
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return (unsigned)FIELD_GET(mpidr, MPIDR_AFF0) % CPUS;
}

/* Where execution goes on after an expected exception. */
static uint64_t resume_address(const struct frame *frame)
{
	switch (FIELD_GET(frame->esr, ESR_EC)) {
	case EC_INSTRUCTION_ABORT:
		return frame->x[30];
	case EC_SVC:
		return frame->elr; /* is behind the instruction already */
	default:
		return frame->elr + INSTRUCTION_BYTES;
	}
}

void trap_irq(void (*handler)(void))
{
	on_irq = handler;
}

void exception(struct frame *frame)
{
	unsigned self = cpu();

	if (frame->vector == VECTOR_IRQ_SPX && on_irq != NULL) {
		on_irq();
		return;
	}
	if (!cpus[self].is_expected || cpus[self].is_caught || frame->vector != VECTOR_SYNC_SPX) {
		fail("exception at vector %lu, ESR 0x%lx FAR 0x%lx ELR 0x%lx", frame->vector, frame->esr, frame->far,
			frame->elr);
	}
	cpus[self].caught = (struct trap){frame->esr, frame->far, frame->elr};
	cpus[self].is_caught = true;
	frame->elr = resume_address(frame);
}

void trap_begin(void)
{
	unsigned self = cpu();

	cpus[self].is_caught = false;
	cpus[self].is_expected = true;
}

bool trap_end(struct trap *trap)
{
	unsigned self = cpu();

	cpus[self].is_expected = false;
	if (!cpus[self].is_caught) {
		return false;
	}
	*trap = cpus[self].caught;
	return true;
}

unsigned trap_class(const struct trap *trap)
{
	return (unsigned)FIELD_GET(trap->esr, ESR_EC);
}

unsigned trap_fault(const struct trap *trap)
{
	return (unsigned)FIELD_GET(trap->esr, ESR_ABORT_FSC);
}

bool trap_is_write(const struct trap *trap)
{
	return FIELD_GET(trap->esr, ESR_ABORT_WNR) != 0;
}
