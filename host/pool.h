/* SPDX-License-Identifier: BSD-2-Clause */
/* pool.h - granules out of host pages, and pages back when all their granules are (rule H9).
 *
 *   embedder --pages--> FREE --take--> BOOKS, PARAMS, SPARE... --give--> FREE --pages--> embedder
 *                                                        `--leak--> LEAKED, until the monitor lets go (salvage.h)
 *
 * FREE granules of pages that are partly used are a list, linked through the granules themselves.
 * Takes the host's lock; the caller must not hold it. */
#ifndef HOST_POOL_H
#define HOST_POOL_H

#include "host/call.h"
#include "host/ledger.h"
#include "reeve/host.h"

/* Take one granule for `use`; zeroed unless it is to be delegated. SPARE is taken for what is about to be delegated. */
REEVE_MUST_CHECK bool pool_take(struct reeve_host *host, enum reeve_use use, uint16_t vmid, struct reeve_pa *pa);
/* Take 2^order granules, naturally aligned. Each is given back alone. */
REEVE_MUST_CHECK bool pool_take_run(
	struct reeve_host *host, unsigned order, enum reeve_use use, uint16_t vmid, struct reeve_pa *pa);
/* Write down that a taken granule is something else now. */
void pool_mark(struct reeve_host *host, struct reeve_pa pa, enum reeve_use use, struct reeve_ipa ipa);
/* Take the granule off circulation: the monitor did not give it back (H4). */
void pool_leak(struct reeve_host *host, struct reeve_pa pa, const struct call_reply *reply);
/* The granule is the host's again and unused. */
void pool_give(struct reeve_host *host, struct reeve_pa pa);

/* The first granule at or above *pa that is taken, and its note. False, outputs untouched, when there is none. */
bool pool_next(struct reeve_host *host, struct reeve_pa *pa, struct ledger_note *note);

/* Whether a mark, leak or give was of a granule that is not taken: a fault of this library (REEVE_INTERNAL). */
bool pool_is_wrong(const struct reeve_host *host);

/* The host's pointer to a granule that is not delegated. */
void *pool_pointer(const struct reeve_host *host, struct reeve_pa pa);
/* log2 of `count`, rounded up. */
unsigned pool_order(unsigned count);

void pool_lock(const struct reeve_host *host);
void pool_unlock(const struct reeve_host *host);

#endif
