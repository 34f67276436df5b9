/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_timers.h - the EL1 timers of a REC, which Unicorn does not have: their registers are the REC's, the counter is Unicorn's.
 *
 * Registers: CTL, CVAL and TVAL of the physical and of the virtual timer; there is no offset between the two counters.
 * What CNTKCTL_EL1 keeps from EL0 is left to Unicorn, where it is undefined.
 * Not here: their interrupts, which Unicorn cannot deliver. A realm sees a timer's condition in CTL.ISTATUS, its host in the exit.
 * Source: Arm ARM (DDI 0487) D11.2, D17.11. */
#ifndef MODEL_UNICORN_TIMERS_H
#define MODEL_UNICORN_TIMERS_H

#include <unicorn/unicorn.h>

#include "monitor/platform.h"

/* The realm reads `reg`; ISTATUS is brought up to now. True and *value set, or false and *value
 * untouched when that is no timer's register, or kept from EL0. */
bool timers_read(uc_engine *uc, struct rec_cpu *rec, const uc_arm64_cp_reg *reg, uint64_t *value);

/* The realm writes reg->val to `reg`. False, and nothing is changed, when that is no timer's register, or kept from EL0. */
bool timers_write(uc_engine *uc, struct rec_cpu *rec, const uc_arm64_cp_reg *reg);

/* Bring ISTATUS of both up to now. */
void timers_update(uc_engine *uc, struct rec_cpu *rec);

#endif
