/* SPDX-License-Identifier: BSD-2-Clause */
/* granule.c - the words of the granules: found by address, read as a snapshot, locked by state. */
#include "monitor/granule.h"

#include "monitor/spin.h"

_Static_assert(GRANULE_STATE_COUNT <= 1 << GRANULE_WORD_STATE_WIDTH, "a state fits its field");

enum { TABLE_ENTRIES = REEVE_GRANULE_SIZE / 8 };

/* Bit from * GRANULE_STATE_COUNT + to: the move is allowed. */
#define GRANULE_TRANSITION(from, to, by) | UINT64_C(1) << (GRANULE_##from * GRANULE_STATE_COUNT + GRANULE_##to)
static const uint64_t moves = 0
#include "spec/transitions.def"
	;
_Static_assert(64 >= GRANULE_STATE_COUNT * GRANULE_STATE_COUNT, "a move is a bit of a word");

bool granule_covers(const struct granule_map *map, struct reeve_pa pa)
{
	struct granule_index g;

	return granule_around(map, pa.value, &g);
}

/* G3: nobody else writes the word of a granule that the caller controls, so a load and a store do. */
void granule_set(
	struct granule_map *map, struct granule_index g, enum rmi_granule_state state, struct granule_index owner)
{
	_Atomic uint64_t *word = granule_word(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t next = old & FIELD_MASK(GRANULE_WORD_LOCK);

	MONITOR_ASSERT((moves >> ((unsigned)granule_word_state(old) * GRANULE_STATE_COUNT + (unsigned)state) & 1) != 0);
	next = FIELD_SET(next, GRANULE_WORD_STATE, state);
	next = FIELD_SET(next, GRANULE_WORD_OWNER, owner.value);
	atomic_store_explicit(word, next, memory_order_release);
}

void granule_entries_add(struct granule_map *map, struct granule_index g, int change, int ns_change)
{
	_Atomic uint64_t *word = granule_word(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);
	uint64_t entries = FIELD_GET(old, GRANULE_WORD_ENTRIES) + (uint64_t)(int64_t)change;
	uint64_t ns_entries = FIELD_GET(old, GRANULE_WORD_NS_ENTRIES) + (uint64_t)(int64_t)ns_change;

	MONITOR_ASSERT(
		granule_word_state(old) == GRANULE_RTT && entries <= TABLE_ENTRIES && ns_entries <= TABLE_ENTRIES);
	old = FIELD_SET(FIELD_SET(old, GRANULE_WORD_ENTRIES, entries), GRANULE_WORD_NS_ENTRIES, ns_entries);
	atomic_store_explicit(word, old, memory_order_release);
}

/* Lock g if it is in `state`. What is locked is in no state until its holder is done: who did not wait could see one granule of a
 * call already changed and another one not yet. */
static inline bool lock_in_state(struct granule_map *map, struct granule_index g, enum rmi_granule_state state)
{
	_Atomic uint64_t *word = granule_word(map, g);

	lock_check_want(LOCK_GRANULE, g.value);
	for (;;) {
		uint64_t found = atomic_load_explicit(word, memory_order_relaxed);
		bool is_locked = (found & FIELD_MASK(GRANULE_WORD_LOCK)) != 0;

		if (!is_locked && granule_word_state(found) != state) {
			return false;
		}
		if (!is_locked &&
			atomic_compare_exchange_weak_explicit(word, &found, found | FIELD_MASK(GRANULE_WORD_LOCK),
				memory_order_acquire, memory_order_relaxed)) {
			lock_check_take(LOCK_GRANULE, g.value);
			return true;
		}
		cpu_relax();
	}
}

/* Put a want into the list, which stays in ascending order. */
static inline void want_insert(struct granule_holds *holds, const struct granule_hold *want)
{
	unsigned at = holds->count;

	while (at > 0 && want->g.value < holds->list[at - 1].g.value) {
		at--;
	}
	MONITOR_ASSERT(holds->count < GRANULE_HOLDS_MAX);
	for (unsigned i = holds->count; i > at; i--) {
		holds->list[i] = holds->list[i - 1];
	}
	holds->list[at] = *want;
	holds->count++;
}

/* A granule wanted twice is locked once; wanted in two states it is in one of them at most, and locked in that one. */
void granule_hold_all(
	struct granule_map *map, const struct granule_want *wants, unsigned count, struct granule_holds *holds)
{
	unsigned held = 0;

	holds->count = 0;
	for (unsigned i = 0; i < count; i++) {
		struct granule_hold want = {.address = wants[i].address, .state = wants[i].state};

		if (granule_find(map, reeve_pa(want.address), &want.g)) {
			want_insert(holds, &want);
		}
	}
	for (unsigned i = 0; i < holds->count; i++) {
		bool is_mine = held > 0 && holds->list[held - 1].g.value == holds->list[i].g.value;

		if (is_mine || !lock_in_state(map, holds->list[i].g, holds->list[i].state)) {
			continue;
		}
		if (held != i) {
			holds->list[held] = holds->list[i];
		}
		held++;
	}
	holds->count = held;
}

enum granule_fault granule_not_held(const struct granule_map *map, uint64_t address)
{
	if (!reeve_is_aligned(address, REEVE_GRANULE_SIZE)) {
		return GRANULE_FAULT_ALIGN;
	}
	return granule_covers(map, reeve_pa(address)) ? GRANULE_FAULT_STATE : GRANULE_FAULT_BOUND;
}

void granule_lock_own(struct granule_map *map, struct granule_index g)
{
	_Atomic uint64_t *word = granule_word(map, g);
	uint64_t old = atomic_load_explicit(word, memory_order_relaxed);

	MONITOR_ASSERT((old & FIELD_MASK(GRANULE_WORD_LOCK)) == 0 &&
		(granule_word_state(old) == GRANULE_RTT || granule_word_state(old) == GRANULE_REC_AUX));
	lock_check_take(LOCK_GRANULE, g.value);
	atomic_store_explicit(word, old | FIELD_MASK(GRANULE_WORD_LOCK), memory_order_relaxed);
}

void granule_lock(struct granule_map *map, struct granule_index g)
{
	_Atomic uint64_t *word = granule_word(map, g);

	lock_check_want(LOCK_GRANULE, g.value);
	for (;;) {
		uint64_t found = atomic_load_explicit(word, memory_order_relaxed);

		if ((found & FIELD_MASK(GRANULE_WORD_LOCK)) == 0 &&
			atomic_compare_exchange_weak_explicit(word, &found, found | FIELD_MASK(GRANULE_WORD_LOCK),
				memory_order_acquire, memory_order_relaxed)) {
			lock_check_take(LOCK_GRANULE, g.value);
			return;
		}
		cpu_relax();
	}
}
