/* SPDX-License-Identifier: BSD-2-Clause */
/* ledger.h - the books: what each granule is used for that the library got from its embedder (rule H4).
 *
 * A radix tree by physical address whose nodes are pages of the embedder; a leaf entry is one 64-bit word per granule.
 * L1: the caller holds the host's lock.
 * L2: pages_held * page_size / 4096 == sum of counts, nodes (BOOKS) included.
 * L3: pages come in units, as pages_alloc gave them; every entry knows its unit's size, and a unit leaves as a whole.
 * L4: every node is entered itself. */
#ifndef HOST_LEDGER_H
#define HOST_LEDGER_H

#include "reeve/host.h"

struct ledger_note {
	enum reeve_use use;
	unsigned order; /* the unit has 2^order granules */
	uint16_t vmid;
	struct reeve_ipa ipa; /* unless LEAKED */
	enum reeve_use was;   /* when LEAKED, and the next two */
	enum rmi_command command;
	uint64_t returned; /* as far as 39 bits, sign-extended, can tell */
};

/* Enter a unit of 2^order granules at `pa`, all with the same note. False, nothing entered, when there is no memory for nodes. */
REEVE_MUST_CHECK bool ledger_enter(struct reeve_host *host, struct reeve_pa pa, const struct ledger_note *note);
/* Strike out the unit at `pa`. */
void ledger_strike(struct reeve_host *host, struct reeve_pa pa, unsigned order);
/* The note of a granule. False, *note untouched, when the library does not hold it. */
bool ledger_find(struct reeve_host *host, struct reeve_pa pa, struct ledger_note *note);
/* Change the note of a granule that is held; its order stays. */
void ledger_change(struct reeve_host *host, struct reeve_pa pa, const struct ledger_note *note);
/* Whether all granules of the unit at `pa` are FREE. Looks at the last first: units are mostly given back in ascending order. */
bool ledger_unit_is_free(struct reeve_host *host, struct reeve_pa pa, unsigned order);
/* The first granule at or above *pa that is held and not FREE. False, outputs untouched, when there is none. */
bool ledger_next(struct reeve_host *host, struct reeve_pa *pa, struct ledger_note *note);
/* As reeve_host_ledger_visit. */
void ledger_visit(
	struct reeve_host *host, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *context);
/* Give the nodes back. */
void ledger_close(struct reeve_host *host);

/* Allocate 2^order granules (at least a host page), checked for alignment and width. False when there are none. */
REEVE_MUST_CHECK bool ledger_pages(struct reeve_host *host, unsigned order, struct reeve_pa *pa);
/* log2 of the granules in a host page. */
unsigned ledger_page_order(const struct reeve_host *host);

static inline uint64_t ledger_order_size(unsigned order)
{
	return UINT64_C(1) << (order + REEVE_GRANULE_SHIFT);
}

#endif
