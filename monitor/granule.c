/* SPDX-License-Identifier: BSD-2-Clause */
/* granule.c - the words of the granules: found by address, read as a snapshot, locked by state. */
#include "monitor/granule.h"

#include "monitor/assert.h"
#include "reeve/field.h"

_Static_assert(GRANULE_STATE_COUNT <= 1 << GRANULE_WORD_STATE_WIDTH, "a state fits its field");

enum { TABLE_ENTRIES = REEVE_GRANULE_SIZE / 8 };

/* Bit from * GRANULE_STATE_COUNT + to: the move is allowed. */
#define GRANULE_TRANSITION(from, to, by) | UINT64_C(1) << (GRANULE_##from * GRANULE_STATE_COUNT + GRANULE_##to)
static const uint64_t moves = 0
#include "spec/transitions.def"
	;
_Static_assert(GRANULE_STATE_COUNT * GRANULE_STATE_COUNT <= 64, "a move is a bit of a word");

static inline void cpu_relax(void)
{
#if defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#elif defined(__x86_64__)
	__asm__ volatile("pause" ::: "memory");
#endif
}

static inline enum rmi_granule_state word_state(uint64_t word)
{
	return (enum rmi_granule_state)FIELD_GET(word, GRANULE_WORD_STATE);
}

static inline _Atomic uint64_t *word_at(const struct granule_map *map, struct granule_index g)
{
	MONITOR_ASSERT(g.value < map->count);
	return &map->words[g.value];
}

static inline uint64_t word_read(const struct granule_map *map, struct granule_index g)
{
	return atomic_load_explicit(word_at(map, g), memory_order_acquire);
}

/* Index of the granule that contains `pa`. */
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

bool granule_find(const struct granule_map *map, struct reeve_pa pa, struct granule_index *g)
{
	return reeve_is_aligned(pa.value, REEVE_GRANULE_SIZE) && granule_around(map, pa.value, g);
}

bool granule_covers(const struct granule_map *map, struct reeve_pa pa)
{
	struct granule_index g;

	return granule_around(map, pa.value, &g);
}

enum rmi_granule_state granule_state(const struct granule_map *map, struct granule_index g)
{
	return word_state(word_read(map, g));
}

struct granule_index granule_owner(const struct granule_map *map, struct granule_index g)
{
	return (struct granule_index){(uint32_t)FIELD_GET(word_read(map, g), GRANULE_WORD_OWNER)};
}

unsigned granule_entries(const struct granule_map *map, struct granule_index g)
{
	return (unsigned)FIELD_GET(word_read(map, g), GRANULE_WORD_ENTRIES);
}

unsigned granule_ns_entries(const struct granule_map *map, struct granule_index g)
{
	return (unsigned)FIELD_GET(word_read(map, g), GRANULE_WORD_NS_ENTRIES);
}

/* G3: nobody else writes the word of a granule that the caller controls, so a load and a store do. */
void granule_set(
	struct granule_map *map, struct granule_index g, enum rmi_granule_state state, struct granule_index owner)
{
	_Atomic uint64_t *word = word_at(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t next = old & FIELD_MASK(GRANULE_WORD_LOCK);

	MONITOR_ASSERT((moves >> ((unsigned)word_state(old) * GRANULE_STATE_COUNT + (unsigned)state) & 1) != 0);
	next = FIELD_SET(next, GRANULE_WORD_STATE, state);
	next = FIELD_SET(next, GRANULE_WORD_OWNER, owner.value);
	atomic_store_explicit(word, next, memory_order_release);
}

void granule_entries_add(struct granule_map *map, struct granule_index g, int change, int ns_change)
{
	_Atomic uint64_t *word = word_at(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t entries = FIELD_GET(old, GRANULE_WORD_ENTRIES) + (uint64_t)(int64_t)change;
	uint64_t ns_entries = FIELD_GET(old, GRANULE_WORD_NS_ENTRIES) + (uint64_t)(int64_t)ns_change;

	MONITOR_ASSERT(word_state(old) == GRANULE_RTT && entries <= TABLE_ENTRIES && ns_entries <= TABLE_ENTRIES);
	old = FIELD_SET(FIELD_SET(old, GRANULE_WORD_ENTRIES, entries), GRANULE_WORD_NS_ENTRIES, ns_entries);
	atomic_store_explicit(word, old, memory_order_release);
}

/* Lock g if it is in `state`, waiting for its lock as long as it is. Returns the state found. */
static enum rmi_granule_state lock_in_state(
	struct granule_map *map, struct granule_index g, enum rmi_granule_state state, bool *locked)
{
	_Atomic uint64_t *word = word_at(map, g);

	for (;;) {
		uint64_t found = atomic_load_explicit(word, memory_order_relaxed);

		if (word_state(found) != state) {
			*locked = false;
			return word_state(found);
		}
		if ((found & FIELD_MASK(GRANULE_WORD_LOCK)) == 0 &&
			atomic_compare_exchange_weak_explicit(word, &found, found | FIELD_MASK(GRANULE_WORD_LOCK),
				memory_order_acquire, memory_order_relaxed)) {
			*locked = true;
			return state;
		}
		cpu_relax();
	}
}

/* Put a want into the list, which stays in ascending order; until it is locked `state` is the state wanted. */
static void want_insert(struct granule_holds *holds, struct granule_index g, enum rmi_granule_state state)
{
	unsigned i = holds->count++;

	MONITOR_ASSERT(i < GRANULE_HOLDS_MAX);
	while (i > 0 && holds->list[i - 1].g.value > g.value) {
		holds->list[i] = holds->list[i - 1];
		i--;
	}
	holds->list[i] = (struct granule_hold){g, state, false};
}

void granule_hold_all(
	struct granule_map *map, const struct granule_want *wants, unsigned count, struct granule_holds *holds)
{
	unsigned held = 0;

	holds->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct granule_index g;

		if (granule_find(map, reeve_pa(wants[i].address), &g)) {
			want_insert(holds, g, wants[i].state);
		}
	}
	for (unsigned i = 0; i < holds->count; i++) {
		struct granule_hold hold = holds->list[i];
		bool is_double = held > 0 && holds->list[held - 1].g.value == hold.g.value;

		if (is_double && holds->list[held - 1].locked) {
			continue;
		}
		hold.state = lock_in_state(map, hold.g, hold.state, &hold.locked);
		held -= is_double ? 1 : 0;
		holds->list[held++] = hold;
	}
	holds->count = held;
}

void granule_release_all(struct granule_map *map, const struct granule_holds *holds)
{
	for (unsigned i = 0; i < holds->count; i++) {
		if (holds->list[i].locked) {
			granule_unlock(map, holds->list[i].g);
		}
	}
}

enum granule_fault granule_held(const struct granule_map *map, const struct granule_holds *holds, uint64_t address,
	enum rmi_granule_state state, struct granule_index *g)
{
	struct granule_index found;

	if (!reeve_is_aligned(address, REEVE_GRANULE_SIZE)) {
		return GRANULE_FAULT_ALIGN;
	}
	if (!granule_around(map, address, &found)) {
		return GRANULE_FAULT_BOUND;
	}
	for (unsigned i = 0; i < holds->count; i++) {
		const struct granule_hold *hold = &holds->list[i];

		if (hold->g.value == found.value && hold->locked && hold->state == state) {
			*g = found;
			return GRANULE_FAULT_NONE;
		}
	}
	return GRANULE_FAULT_STATE;
}

void granule_lock(struct granule_map *map, struct granule_index g)
{
	_Atomic uint64_t *word = word_at(map, g);

	for (;;) {
		uint64_t found = atomic_load_explicit(word, memory_order_relaxed);

		if ((found & FIELD_MASK(GRANULE_WORD_LOCK)) == 0 &&
			atomic_compare_exchange_weak_explicit(word, &found, found | FIELD_MASK(GRANULE_WORD_LOCK),
				memory_order_acquire, memory_order_relaxed)) {
			return;
		}
		cpu_relax();
	}
}

void granule_unlock(struct granule_map *map, struct granule_index g)
{
	_Atomic uint64_t *word = word_at(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);

	MONITOR_ASSERT((old & FIELD_MASK(GRANULE_WORD_LOCK)) != 0);
	atomic_store_explicit(word, old & ~FIELD_MASK(GRANULE_WORD_LOCK), memory_order_release);
}
