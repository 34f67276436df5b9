/* SPDX-License-Identifier: BSD-2-Clause */
/* ripas.h - carrying out a RIPAS change that a REC asked for. */
#ifndef HOST_RIPAS_H
#define HOST_RIPAS_H

#include "reeve/host.h"

/* Change what is left of rec->ripas to `ripas` as far as the monitor goes; it may stop early, the realm sees where. Memory that became
 * EMPTY is taken back. On failure rec->ripas is what is left to change, and rec->emptied what is left to take back, which the next call
 * does first. The realm's lock is held. */
REEVE_MUST_CHECK enum reeve_status ripas_change(struct reeve_rec *rec, enum rmi_ripas ripas);
/* Leave the rest of a change undone: what is EMPTY already is taken back, what was split for more is folded. */
REEVE_MUST_CHECK enum reeve_status ripas_refuse(struct reeve_rec *rec);
/* Whether [base, top) is within one declared range of RAM. */
bool ripas_is_ram(const struct reeve_realm *realm, struct reeve_ipa_range range);

#endif
