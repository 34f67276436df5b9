/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_exception.h - exceptions that Unicorn leaves to the model: taken to the realm's EL1, or told to EL2 as a trap.
 * Source: Arm ARM (DDI 0487) D1.3 exception entry, D17.2.37 ESR_ELx. */
#ifndef MODEL_UNICORN_EXCEPTION_H
#define MODEL_UNICORN_EXCEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/model/unicorn_engine.h"
#include "monitor/platform.h"

/* What a stopped REC does next. */
enum exception_next { EXCEPTION_TRAPS, EXCEPTION_GOES_ON };

/* The exception `number` that Unicorn reported, with `word` the instruction it came from (0 when not readable): fills *trap for SMC and
 * HVC of EL1, else enters the realm's own EL1. The PC of rec is as Unicorn left it and comes out as the architecture says. */
enum exception_next exception_take(struct rec_cpu *rec, uint32_t number, uint32_t word, struct rec_trap *trap);

/* How far the PC that Unicorn leaves is beyond the instruction that made the exception. */
uint64_t exception_pc_beyond(uint32_t number);

/* Traps to EL2. `word`: the instruction of a data abort, 0 when not readable. */
void exception_trap_wfx(bool is_wfe, struct rec_trap *trap);
void exception_trap_stage2(const struct engine_stop *stop, uint32_t word, const struct stage2_translation *translation,
	struct rec_trap *trap);
/* The access went to an address where the machine has no memory, or through a mapping of host memory to what is not the host's. */
void exception_trap_external(const struct engine_stop *stop, struct rec_trap *trap);
/* The model could not go on (no memory left, Unicorn failed). */
void exception_trap_serror(struct rec_trap *trap);

#endif
