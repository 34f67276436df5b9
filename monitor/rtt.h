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
#include "reeve/field.h"

/* A decoded entry. `ns` for the unprotected half; pa for ASSIGNED and TABLE; attributes for ASSIGNED_NS. */
struct rtt_entry {
	enum rmi_rtte_state state;
	enum rmi_ripas ripas; /* protected, not TABLE */
	bool ns;
	struct reeve_pa pa;
	uint64_t attributes; /* MemAttr and S2AP bits in place, ns only */
};

struct rtt_walk {
	int level; /* level reached */
	struct granule_index
		table;  /* the granule of the table that holds the entry (of concatenated roots: the right one) */
	unsigned index; /* within that granule: 0..511 */
	struct rtt_entry entry;
};

enum { RTT_ENTRIES = 512, RTT_INDEX_BITS = 9, RTT_BLOCK_LEVEL_FIRST = 1 /* no larger blocks */ };

/* Low address bits that an entry of `level` does not translate: 12 at 3, 21 at 2, 30 at 1, 39 at 0, 48 at -1. */
static inline unsigned rtt_shift(int level)
{
	return REEVE_GRANULE_SHIFT + RTT_INDEX_BITS * (unsigned)(RMI_LEVEL_LAST - level);
}

/* Bytes one entry of `level` covers: 4 KiB at 3, 2 MiB at 2, 1 GiB at 1, 512 GiB at 0, 256 TiB at -1. */
static inline uint64_t rtt_span(int level)
{
	return UINT64_C(1) << rtt_shift(level);
}

/* Walk from the start level towards `level`, down through TABLE entries only. Caller holds the RD; ipa < 2^ipa_bits. */
void rtt_walk_into(const struct reeve_monitor *m, const struct stage2 *stage2, struct reeve_ipa ipa, int level,
	struct rtt_walk *walk);

static inline struct rtt_walk rtt_walk(
	const struct reeve_monitor *m, const struct stage2 *stage2, struct reeve_ipa ipa, int level)
{
	struct rtt_walk walk;

	rtt_walk_into(m, stage2, ipa, level, &walk);
	return walk;
}

/* An entry and the descriptor that stands for it in a table of `level`, in the layout with or without LPA2. */
uint64_t rtt_encode(const struct rtt_entry *entry, int level, bool lpa2);
struct rtt_entry rtt_decode(uint64_t descriptor, int level, bool lpa2);
/* The descriptor bits that hold an address. */
uint64_t rtt_address_bits(uint64_t pa, bool lpa2);

/* An entry without an address, of the protected half (ripas) or the unprotected half. */
static inline struct rtt_entry rtt_unassigned(enum rmi_ripas ripas)
{
	return (struct rtt_entry){.state = RTTE_UNASSIGNED, .ripas = ripas};
}

static inline struct rtt_entry rtt_unassigned_ns(void)
{
	return (struct rtt_entry){.state = RTTE_UNASSIGNED, .ns = true};
}

/* The entry holds an address: TABLE, ASSIGNED, ASSIGNED_NS. */
static inline bool rtt_is_live(const struct rtt_entry *entry)
{
	return entry->state != RTTE_UNASSIGNED;
}

/* The entry counts for G2 (granule.h): TABLE, ASSIGNED; not ASSIGNED_NS. */
static inline bool rtt_is_counted(const struct rtt_entry *entry)
{
	return entry->state == RTTE_TABLE || (entry->state == RTTE_ASSIGNED && !entry->ns);
}

static inline bool rtt_is_assigned_ns(const struct rtt_entry *entry)
{
	return entry->state == RTTE_ASSIGNED && entry->ns;
}

/* The hardware may hold a translation made from the entry. */
static inline bool rtt_is_valid(const struct rtt_entry *entry)
{
	return entry->state == RTTE_TABLE ||
		(entry->state == RTTE_ASSIGNED && (entry->ns || entry->ripas == RIPAS_RAM));
}

/* Entries that a table of `level` has for this stage 2: 512 but for a start level that needs fewer; of one granule of it. */
unsigned rtt_table_entries(const struct stage2 *stage2, int level);

/* First address after the entry of `ipa`, where `walk` ended, whose entry is live; the end of that table when none is. */
uint64_t rtt_skip_after(
	const struct reeve_monitor *m, const struct stage2 *stage2, const struct rtt_walk *walk, uint64_t ipa);

/* First address at or after `ipa` whose entry is live: the result `top` (fact sheet section 5). */
static inline uint64_t rtt_skip_non_live(
	const struct reeve_monitor *m, const struct stage2 *stage2, const struct rtt_walk *walk, uint64_t ipa)
{
	return rtt_is_live(&walk->entry) ? ipa : rtt_skip_after(m, stage2, walk, ipa);
}

/* The entry at walk->table[walk->index] becomes `next`: break before make when the hardware may know the old one; live entries counted. */
void rtt_replace(struct reeve_monitor *m, const struct stage2 *stage2, const struct rtt_walk *walk, uint64_t ipa,
	const struct rtt_entry *next);

/* Fill the zeroed, unlinked granule `table` of `level` as what `parent`, an entry of level - 1, becomes: 512 entries that say the same. */
void rtt_unfold(struct reeve_monitor *m, const struct stage2 *stage2, struct granule_index table, int level,
	const struct rtt_entry *parent);

/* True and *common the entry of level - 1 that says the same as all entries of `table`, or false when there is none. */
bool rtt_is_homogeneous(const struct reeve_monitor *m, const struct stage2 *stage2, struct granule_index table,
	int level, struct rtt_entry *common);

/* Write UNASSIGNED_NS to all entries of the zeroed root tables that translate the unprotected half. */
void rtt_root_init(struct reeve_monitor *m, const struct stage2 *stage2);

#endif
