/* SPDX-License-Identifier: BSD-2-Clause */
/* mirror.h - the library's own picture of a realm's translation tables, so that nothing is probed and nothing is believed (H8).
 *
 * One host granule of 512 words for each table; concatenated root tables are a run. A word is an entry:
 * nothing, a table (address of its mirror), realm memory or shared memory (its address: a page at level 3, a block above).
 * The upper bits of the first words hold what a table has beside entries: the RTT's address and how many entries are not empty.
 * Guarded by the realm's lock. */
#ifndef HOST_MIRROR_H
#define HOST_MIRROR_H

#include "reeve/host.h"

enum mirror_kind { MIRROR_NONE, MIRROR_TABLE, MIRROR_DATA, MIRROR_SHARED };

enum { MIRROR_ENTRIES = 512, MIRROR_BLOCK_LEVEL = 2 };

/* Where a walk ended. Inert copies: valid until the tables change. */
struct mirror_place {
	struct reeve_pa table; /* mirror granule */
	unsigned index;
	int level;
	struct reeve_ipa base; /* first address of the entry */
	enum mirror_kind kind;
	struct reeve_pa pa; /* by kind */
};

/* Bytes an entry at `level` maps. */
uint64_t mirror_span(int level);

/* Walk from the root towards `level`; ends earlier where there is no table. `ipa` is inside the realm's address space. */
struct mirror_place mirror_walk(const struct reeve_realm *realm, struct reeve_ipa ipa, int level);
void mirror_set(
	const struct reeve_realm *realm, const struct mirror_place *place, enum mirror_kind kind, struct reeve_pa pa);
/* The entry `index` of a table, as a place. */
struct mirror_place mirror_entry(
	const struct reeve_realm *realm, struct reeve_pa table, unsigned index, int level, struct reeve_ipa table_base);

/* Number of entries of a table that are not empty. */
unsigned mirror_count(const struct reeve_realm *realm, struct reeve_pa table);
/* Make a fresh granule the mirror of `rtt`, its entries those that a split of `parent` has. */
void mirror_open(
	const struct reeve_realm *realm, struct reeve_pa table, struct reeve_pa rtt, const struct mirror_place *parent);
/* Start anew: no table below the roots, nothing in them. What the mirrored tables were made of is the caller's to give back. */
void mirror_forget(const struct reeve_realm *realm);
struct reeve_pa mirror_rtt(const struct reeve_realm *realm, struct reeve_pa table);
/* Whether all entries are memory of one kind whose addresses make up one aligned block of the level above. */
bool mirror_is_block(
	const struct reeve_realm *realm, struct reeve_pa table, int level, enum mirror_kind *kind, struct reeve_pa *pa);

#endif
