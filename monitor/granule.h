/* SPDX-License-Identifier: BSD-2-Clause */
/* granule.h - who owns each 4 KiB granule of delegable memory, and the locks that keep it so.
 *
 *   UNDELEGATED <-> DELEGATED <-> { RD, REC, REC_AUX, RTT, DATA }
 *
 * One 64-bit word a granule: state, lock bit, entries and NS entries (RTT), owner's RD as granule index.
 * G1: a DELEGATED granule holds only zeroes.
 * G2: entries(g) of an RTT == number of its TABLE and ASSIGNED entries; ns_entries(g) == number of its ASSIGNED_NS entries.
 * G3: only granules in a lockable state (UNDELEGATED, DELEGATED, RD, REC) are ever waited for and locked. RTT and DATA belong
 *     to whoever holds their realm's RD, REC_AUX to whoever holds the REC.
 * G4: what a call makes of several granules is seen all or not at all: each of them is locked until the last is changed, and a
 *     locked granule is in no state. Where one granule and an RD or REC that is held change, the latter's lock does.
 * G5: what a call locked and an RD or REC controls (G3) is unlocked before that RD or REC is: whoever takes the latter then may
 *     write the former's word.
 * Lock order: the granules that a call names, all at once, in ascending address; then the VMID lock. The host's granule that is
 *     copied is held alone. A REC that runs holds no lock. lock_check.h sees to it.
 * Not here: translation tables (rtt.h), what a realm is (realm.h). */
#ifndef MONITOR_GRANULE_H
#define MONITOR_GRANULE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "monitor/assert.h"
#include "monitor/lock_check.h"
#include "monitor/platform.h"
#include "reeve/field.h"

struct granule_index {
	uint32_t value;
};

struct granule_map {
	struct reeve_pa_range regions[REEVE_MONITOR_REGIONS_MAX];
	uint32_t region_first[REEVE_MONITOR_REGIONS_MAX]; /* index of the region's first granule */
	unsigned region_count;
	uint32_t count;
	_Atomic uint64_t *words;
};

/* Why an address a call names is not the granule it wants, in the order every command tests it. */
enum granule_fault { GRANULE_FAULT_NONE, GRANULE_FAULT_ALIGN, GRANULE_FAULT_BOUND, GRANULE_FAULT_STATE };

/* A granule a call holds, locked in the state it wanted. */
struct granule_hold {
	uint64_t address;
	struct granule_index g;
	enum rmi_granule_state state;
};

/* One granule a call names, and the state it must be in. */
struct granule_want {
	uint64_t address;
	enum rmi_granule_state state;
};

enum { GRANULE_HOLDS_MAX = 2 + RMI_REC_AUX_MAX };
_Static_assert(GRANULE_HOLDS_MAX <= 32, "a hold is a bit of a word");

struct granule_holds {
	struct granule_hold list[GRANULE_HOLDS_MAX];
	unsigned count;
};

/* Index of the granule that contains `pa`. True and *g set, or false and *g untouched when outside memory. */
static inline bool granule_around(const struct granule_map *map, uint64_t pa, struct granule_index *g)
{
	for (unsigned i = 0; i < map->region_count; i++) {
		const struct reeve_pa_range *region = &map->regions[i];
		uint64_t offset = pa - region->base.value;

		if (offset < region->top.value - region->base.value) {
			g->value = map->region_first[i] + (uint32_t)(offset >> REEVE_GRANULE_SHIFT);
			return true;
		}
	}
	return false;
}

/* Find the granule that starts at `pa`. True and *g set, or false and *g untouched when unaligned or outside memory. */
static inline bool granule_find(const struct granule_map *map, struct reeve_pa pa, struct granule_index *g)
{
	return reeve_is_aligned(pa.value, REEVE_GRANULE_SIZE) && granule_around(map, pa.value, g);
}

/* True when a granule of this memory starts at or contains `pa`. */
bool granule_covers(const struct granule_map *map, struct reeve_pa pa);

/* Every access to a granule's bytes begins here. */
static inline struct reeve_pa granule_pa(const struct granule_map *map, struct granule_index g)
{
	unsigned i = map->region_count - 1;

	MONITOR_ASSERT(g.value < map->count);
	while (g.value < map->region_first[i]) {
		i--;
	}
	return reeve_pa(
		map->regions[i].base.value + ((uint64_t)(g.value - map->region_first[i]) << REEVE_GRANULE_SHIFT));
}

static inline enum rmi_granule_state granule_word_state(uint64_t word)
{
	return (enum rmi_granule_state)FIELD_GET(word, GRANULE_WORD_STATE);
}

static inline _Atomic uint64_t *granule_word(const struct granule_map *map, struct granule_index g)
{
	MONITOR_ASSERT(g.value < map->count);
	return &map->words[g.value];
}

static inline uint64_t granule_word_read(const struct granule_map *map, struct granule_index g)
{
	return atomic_load_explicit(granule_word(map, g), memory_order_acquire);
}

static inline enum rmi_granule_state granule_state(const struct granule_map *map, struct granule_index g)
{
	return granule_word_state(granule_word_read(map, g));
}

/* RD that owns g; for RD itself, g. Only meaningful in the states RD, REC, REC_AUX, RTT, DATA. */
static inline struct granule_index granule_owner(const struct granule_map *map, struct granule_index g)
{
	return (struct granule_index){(uint32_t)FIELD_GET(granule_word_read(map, g), GRANULE_WORD_OWNER)};
}

static inline unsigned granule_entries(const struct granule_map *map, struct granule_index g)
{
	return (unsigned)FIELD_GET(granule_word_read(map, g), GRANULE_WORD_ENTRIES);
}

static inline unsigned granule_ns_entries(const struct granule_map *map, struct granule_index g)
{
	return (unsigned)FIELD_GET(granule_word_read(map, g), GRANULE_WORD_NS_ENTRIES);
}

/* Give a granule the caller controls (G3) a new state and owner; live entries 0; the lock bit stays as it is. */
void granule_set(
	struct granule_map *map, struct granule_index g, enum rmi_granule_state state, struct granule_index owner);
/* Change the counts of an RTT (G2) by `change` and `ns_change`. Caller holds its realm. */
void granule_entries_add(struct granule_map *map, struct granule_index g, int change, int ns_change);

/* Lock all wanted granules in ascending order, waiting for those that are locked; doubles are held once. Granules not in the wanted state and addresses that are
 * no granule are left out. */
void granule_hold_all(
	struct granule_map *map, const struct granule_want *wants, unsigned count, struct granule_holds *holds);

/* Why `address` is not held: alignment, bound, or else state. */
enum granule_fault granule_not_held(const struct granule_map *map, uint64_t address);

/* Test `address` against what is held: alignment, bound, state, in this order. *g is set on GRANULE_FAULT_NONE only. */
static inline enum granule_fault granule_held(const struct granule_map *map, const struct granule_holds *holds,
	uint64_t address, enum rmi_granule_state state, struct granule_index *g)
{
	for (unsigned i = 0; i < holds->count; i++) {
		if (holds->list[i].address == address && holds->list[i].state == state) {
			*g = holds->list[i].g;
			return GRANULE_FAULT_NONE;
		}
	}
	return granule_not_held(map, address);
}

/* Lock one granule whatever else happens, waiting for it; it must be in a lockable state for as long as the caller needs it. */
void granule_lock(struct granule_map *map, struct granule_index g);

/* Lock an RTT or REC_AUX granule that the caller controls (G3), so that nobody sees what becomes of it before granule_unlock (G4). */
void granule_lock_own(struct granule_map *map, struct granule_index g);

static inline void granule_unlock(struct granule_map *map, struct granule_index g)
{
	_Atomic uint64_t *word = granule_word(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);

	MONITOR_ASSERT((old & FIELD_MASK(GRANULE_WORD_LOCK)) != 0);
	lock_check_give(g.value);
	atomic_store_explicit(word, old & ~FIELD_MASK(GRANULE_WORD_LOCK), memory_order_release);
}

/* Unlock all that is held; those who control others last (G5). */
static inline void granule_release_all(struct granule_map *map, const struct granule_holds *holds)
{
	uint32_t controllers = 0;

	for (unsigned i = 0; i < holds->count; i++) {
		enum rmi_granule_state state = granule_state(map, holds->list[i].g);

		if (state == GRANULE_RD || state == GRANULE_REC) {
			controllers |= UINT32_C(1) << i;
		} else {
			granule_unlock(map, holds->list[i].g);
		}
	}
	for (unsigned i = 0; controllers != 0; i++, controllers >>= 1) {
		if ((controllers & 1) != 0) {
			granule_unlock(map, holds->list[i].g);
		}
	}
}

#endif
