/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_registers.h - a REC's registers into and out of a Unicorn engine. */
#ifndef MODEL_UNICORN_REGISTERS_H
#define MODEL_UNICORN_REGISTERS_H

#include <unicorn/unicorn.h>

#include "monitor/platform.h"

/* Make the engine hold rec's registers: those that differ from `seen`, which says what it holds and is brought up to date.
 * `reset` is the engine's context as opened, at EL1. */
void registers_load(uc_engine *uc, const uc_context *reset, const struct rec_cpu *rec, struct rec_cpu *seen);

/* Read X0..X30, PC, PSTATE, both stack pointers and the EL1 registers; nothing else of *seen changes. */
void registers_save(uc_engine *uc, struct rec_cpu *seen);

/* Copy what registers_save reads. */
void registers_copy(struct rec_cpu *to, const struct rec_cpu *from);

#endif
