/* SPDX-License-Identifier: BSD-2-Clause */
/* ripas.h - carrying out a RIPAS change that a REC asked for. */
#ifndef HOST_RIPAS_H
#define HOST_RIPAS_H

#include "reeve/host.h"

/* Change what is left of rec->ripas to `ripas` as far as the monitor goes; it may stop early, the realm sees where. Memory that became
 * EMPTY is taken back. On failure rec->ripas is what is left. The realm's lock is held. */
REEVE_MUST_CHECK enum reeve_status ripas_change(struct reeve_rec *rec, enum rmi_ripas ripas);
/* Whether [base, top) is within one declared range of RAM. */
bool ripas_is_ram(const struct reeve_realm *realm, struct reeve_ipa_range range);

#endif
