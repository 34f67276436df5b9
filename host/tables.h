/* SPDX-License-Identifier: BSD-2-Clause */
/* tables.h - translation tables of a realm: added level by level, folded when they say one thing. */
#ifndef HOST_TABLES_H
#define HOST_TABLES_H

#include "host/mirror.h"
#include "reeve/host.h"

/* Add the table of `level` for `ipa` where the level above has none; a block there is split. */
REEVE_MUST_CHECK enum reeve_status tables_add(
	struct reeve_realm *realm, struct reeve_ipa ipa, int level, enum reeve_step step);
/* Add tables until a walk for `ipa` reaches `level`. */
REEVE_MUST_CHECK enum reeve_status tables_reach(
	struct reeve_realm *realm, struct reeve_ipa ipa, int level, enum reeve_step step);
/* Fold the level 3 table of `ipa` if it is full and contiguous. Left as it is when the monitor finds its RIPAS mixed. */
REEVE_MUST_CHECK enum reeve_status tables_fold_full(struct reeve_realm *realm, struct reeve_ipa ipa);
/* Fold the tables of `ipa` that hold nothing, from the last level upwards (H10). Folding keeps the RIPAS, destroying would not. */
REEVE_MUST_CHECK enum reeve_status tables_fold_empty(struct reeve_realm *realm, struct reeve_ipa ipa);
/* Fold them after a failure, whose cause stays in realm->error; only an answer that must not be is worse. After a
 * stop (REEVE_BUSY) they stay for the call that goes on. Returns the status to be returned. */
REEVE_MUST_CHECK enum reeve_status tables_undo(struct reeve_realm *realm, struct reeve_ipa ipa);
/* Destroy the table at `parent`, which holds nothing. */
REEVE_MUST_CHECK enum reeve_status tables_destroy(struct reeve_realm *realm, const struct mirror_place *parent);
/* The granule of a table that was folded, or destroyed on the realm's way out, stays delegated for the next table (H14). Whoever makes blocks or splits
 * them takes it back with this before the realm's lock is released. It may leak: realm->leaked_count tells. */
void tables_settle(struct reeve_realm *realm);

#endif
