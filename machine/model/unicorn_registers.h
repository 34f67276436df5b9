/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_registers.h - a REC's registers into and out of a Unicorn engine. */
#ifndef MODEL_UNICORN_REGISTERS_H
#define MODEL_UNICORN_REGISTERS_H

#include <unicorn/unicorn.h>

#include "monitor/platform.h"

/* To do once, before the context `reset` is saved: EL1 runs AArch64. Unicorn 2.0.1 starts with EL2 and EL3 present and EL1 as AArch32 for
 * all that looks it up there: ERET to EL1 would be illegal, and stage 1 walked in AArch32's formats. */
void registers_prepare(uc_engine *uc);

/* SCR_EL3.RW, which registers_prepare sets. Unicorn compares addresses with its CPU's physical address size (44 bits) while stage 1 is
 * off, but not for an EL1 that it takes for AArch32. Clear it for single instructions only: no ERET, no write of SCTLR_EL1. */
void registers_check_pa_size(uc_engine *uc, bool checks);

/* Make the engine hold rec's registers: those that differ from `seen`, which says what it holds and is brought up to date.
 * `reset` is the engine's context as opened, at EL1. */
void registers_load(uc_engine *uc, const uc_context *reset, const struct rec_cpu *rec, struct rec_cpu *seen);

/* Read X0..X30, PC, PSTATE, both stack pointers and the EL1 registers; nothing else of *seen changes. */
void registers_save(uc_engine *uc, struct rec_cpu *seen);

/* Copy what registers_save reads. */
void registers_copy(struct rec_cpu *to, const struct rec_cpu *from);

#endif
