/* SPDX-License-Identifier: BSD-2-Clause */
/* fault_world.h - a conduit before an SMC function that is no monitor: it notes what comes through, and answers what it is told to. */
#ifndef TESTS_UNIT_SUPPORT_FAULT_WORLD_H
#define TESTS_UNIT_SUPPORT_FAULT_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reeve/fault.h"

#define RUN_PAGE UINT64_C(0x7000)
/* What the caller has in a register, and what the function behind leaves there. */
#define BEFORE(r) (UINT64_C(0xB0) + (r))
#define BEHIND(r) (UINT64_C(0x5000) + (r))

enum { REGISTERS = REEVE_FAULT_REGISTERS, LEFT_FIRST = 9 }; /* X9 and above: the function writes there as well */

struct fault_world {
	struct reeve_fault fault;
	uint64_t answer; /* X0 of each call */
	unsigned calls;  /* that came through */
	unsigned allocs;
	uint64_t seen[REGISTERS]; /* of the last of them */
	uint64_t delay;
	unsigned delayed_at; /* calls so far when it was waited */
	bool has_no_page;
	bool has_no_memory;
	struct rmi_rec_run page;
	uint64_t x[REGISTERS]; /* the caller's */
};

/* The SMC function behind. */
void fault_behind_smc(void *context, uint64_t x[18]);

/* cmocka fixtures: a world without a plan, with all functions. */
int fault_world_setup(void **state);
int fault_world_teardown(void **state);

/* Follow the plan; the test fails when it is none. */
void fault_load(struct fault_world *w, const char *text);

/* X0 of a call with three arguments; all other registers are BEFORE. */
uint64_t fault_call(struct fault_world *w, uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3);
#define FAULT_CALL(w, command, x1, x2, x3) fault_call(w, RMI_FID(command), x1, x2, x3)

/* Make the same call as often as `acts` has letters; it is an R that is refused and a . that is not. */
void expect_refusals(struct fault_world *w, uint64_t fid, const char *acts);

#endif
