/* SPDX-License-Identifier: BSD-2-Clause */
/* rtt.h - realm translation tables: geometry, walks, entries. Tables are VMSAv8-64 stage 2 tables that the hardware can walk.
 *
 * T1: an entry the hardware may use (valid bit) is TABLE, ASSIGNED+RAM or ASSIGNED_NS; all else is in software bits of invalid entries.
 * T2: a walk never leaves the tree: callers check ipa < 2^ipa_bits first.
 * T3: entries of a realm's tables are read and written only by who holds its RD.
 * Source: fact sheet sections 4, 5. */
#ifndef MONITOR_RTT_H
#define MONITOR_RTT_H

#include "monitor/granule.h"
#include "monitor/realm.h"

/* A decoded entry. `ns` for the unprotected half; pa for ASSIGNED and TABLE; attributes for ASSIGNED_NS. */
struct rtt_entry {
	enum rmi_rtte_state state;
	enum rmi_ripas ripas; /* protected, not TABLE */
	bool ns;
	struct reeve_pa pa;
	uint64_t attributes; /* MemAttr and S2AP bits in place, ns only */
};

struct rtt_walk {
	int level;             /* level reached */
	struct granule_index table; /* the granule of the table that holds the entry (of concatenated roots: the right one) */
	unsigned index;        /* within that granule: 0..511 */
	struct rtt_entry entry;
};

/* Bytes one entry of `level` covers: 4 KiB at 3, 2 MiB at 2, 1 GiB at 1, 512 GiB at 0, 256 TiB at -1. */
uint64_t rtt_span(int level);

/* Walk from the start level towards `level`, down through TABLE entries only. Caller holds the RD; ipa < 2^ipa_bits. */
struct rtt_walk rtt_walk(const struct reeve_monitor *m, const struct stage2 *stage2, struct reeve_ipa ipa, int level);

#endif
