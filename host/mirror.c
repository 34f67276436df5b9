/* SPDX-License-Identifier: BSD-2-Clause */
/* mirror.c - words of the mirrored tables: entries below, a table's own facts above. */
#include "host/mirror.h"

#include <string.h>

#include "host/pool.h"

enum mirror_field {
	WORD_KIND_SHIFT = 0,
	WORD_KIND_WIDTH = 2,
	WORD_PAGE_SHIFT = 12,
	WORD_PAGE_WIDTH = 40,
	WORD_SPARE_SHIFT = 52, /* words 0..3: the RTT's page number, low bits first; word 4: the count */
	WORD_SPARE_WIDTH = 12,
};

enum { RTT_WORDS = 4, COUNT_WORD = RTT_WORDS, LEVEL_BITS = 9 };

static uint64_t *words_at(const struct reeve_realm *realm, struct reeve_pa table)
{
	return (uint64_t *)pool_pointer(realm->host, table);
}

static unsigned level_shift(int level)
{
	return (unsigned)(REEVE_GRANULE_SHIFT + LEVEL_BITS * (RMI_LEVEL_LAST - level));
}

uint64_t mirror_span(int level)
{
	return UINT64_C(1) << level_shift(level);
}

static void entry_read(const struct reeve_realm *realm, struct mirror_place *place)
{
	uint64_t word = words_at(realm, place->table)[place->index];

	place->kind = (enum mirror_kind)FIELD_GET(word, WORD_KIND);
	place->pa = reeve_pa(word & FIELD_MASK(WORD_PAGE));
}

struct mirror_place mirror_entry(
	const struct reeve_realm *realm, struct reeve_pa table, unsigned index, int level, struct reeve_ipa table_base)
{
	struct mirror_place place = {
		.table = table,
		.index = index,
		.level = level,
		.base = reeve_ipa(table_base.value + index * mirror_span(level)),
	};

	entry_read(realm, &place);
	return place;
}

struct mirror_place mirror_walk(const struct reeve_realm *realm, struct reeve_ipa ipa, int level)
{
	uint64_t root_index = ipa.value >> level_shift(realm->start_level);
	struct mirror_place place = {
		.table = reeve_pa(realm->mirror.value + root_index / MIRROR_ENTRIES * REEVE_GRANULE_SIZE),
		.index = (unsigned)(root_index % MIRROR_ENTRIES),
		.level = realm->start_level,
	};

	entry_read(realm, &place);
	while (place.level < level && place.kind == MIRROR_TABLE) {
		place.level++;
		place.table = place.pa;
		place.index = (unsigned)reeve_bits_get(ipa.value, level_shift(place.level), LEVEL_BITS);
		entry_read(realm, &place);
	}
	place.base = reeve_ipa(reeve_align_down(ipa.value, mirror_span(place.level)));
	return place;
}

unsigned mirror_count(const struct reeve_realm *realm, struct reeve_pa table)
{
	return (unsigned)FIELD_GET(words_at(realm, table)[COUNT_WORD], WORD_SPARE);
}

static void count_set(uint64_t *words, unsigned count)
{
	words[COUNT_WORD] = FIELD_SET(words[COUNT_WORD], WORD_SPARE, count);
}

void mirror_set(
	const struct reeve_realm *realm, const struct mirror_place *place, enum mirror_kind kind, struct reeve_pa pa)
{
	uint64_t *words = words_at(realm, place->table);
	uint64_t word = words[place->index];
	unsigned count = mirror_count(realm, place->table);
	bool was_empty = FIELD_GET(word, WORD_KIND) == MIRROR_NONE;

	word = FIELD_SET(word, WORD_KIND, kind);
	words[place->index] = FIELD_SET(word, WORD_PAGE, pa.value >> REEVE_GRANULE_SHIFT);
	if (was_empty != (kind == MIRROR_NONE)) {
		count_set(words, was_empty ? count + 1 : count - 1);
	}
}

void mirror_open(
	const struct reeve_realm *realm, struct reeve_pa table, struct reeve_pa rtt, const struct mirror_place *parent)
{
	uint64_t *words = words_at(realm, table);
	uint64_t page = rtt.value >> REEVE_GRANULE_SHIFT;

	if (parent->kind == MIRROR_DATA || parent->kind == MIRROR_SHARED) {
		uint64_t first = parent->pa.value >> REEVE_GRANULE_SHIFT;
		uint64_t step = mirror_span(parent->level + 1) >> REEVE_GRANULE_SHIFT;

		for (unsigned i = 0; i < MIRROR_ENTRIES; i++) {
			words[i] = FIELD_SET(FIELD_SET(0, WORD_KIND, parent->kind), WORD_PAGE, first + i * step);
		}
		count_set(words, MIRROR_ENTRIES);
	}
	for (unsigned i = 0; i < RTT_WORDS; i++) {
		words[i] = FIELD_SET(words[i], WORD_SPARE, page >> (i * WORD_SPARE_WIDTH));
	}
}

void mirror_forget(const struct reeve_realm *realm)
{
	for (unsigned i = 0; i < realm->root_count; i++) {
		memset(words_at(realm, reeve_pa(realm->mirror.value + (uint64_t)i * REEVE_GRANULE_SIZE)), 0,
			REEVE_GRANULE_SIZE);
	}
}

struct reeve_pa mirror_rtt(const struct reeve_realm *realm, struct reeve_pa table)
{
	const uint64_t *words = words_at(realm, table);
	uint64_t page = 0;

	for (unsigned i = 0; i < RTT_WORDS; i++) {
		page |= FIELD_GET(words[i], WORD_SPARE) << (i * WORD_SPARE_WIDTH);
	}
	return reeve_pa(page << REEVE_GRANULE_SHIFT);
}

bool mirror_is_block(
	const struct reeve_realm *realm, struct reeve_pa table, int level, enum mirror_kind *kind, struct reeve_pa *pa)
{
	const uint64_t *words = words_at(realm, table);
	uint64_t entry_bits = FIELD_MASK(WORD_KIND) | FIELD_MASK(WORD_PAGE);
	uint64_t first = words[0] & entry_bits;
	enum mirror_kind first_kind = (enum mirror_kind)FIELD_GET(first, WORD_KIND);
	struct reeve_pa first_pa = {words[0] & FIELD_MASK(WORD_PAGE)};

	if ((first_kind != MIRROR_DATA && first_kind != MIRROR_SHARED) ||
		!reeve_is_aligned(first_pa.value, mirror_span(level - 1))) {
		return false;
	}
	for (unsigned i = 1; i < MIRROR_ENTRIES; i++) {
		if ((words[i] & entry_bits) != first + i * mirror_span(level)) {
			return false;
		}
	}
	*kind = first_kind;
	*pa = first_pa;
	return true;
}
