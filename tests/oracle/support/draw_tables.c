/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_tables.c - worlds drawn: translation tables and what is in them. */
#include <assert.h>

#include "reeve/field.h"
#include "tests/oracle/support/draw_parts.h"

enum { SPOTS = 4, CHANGES = 5, TRIES = 8 };

const struct world_table *draw_table_of(struct rng *rng, const struct world *w, const struct world_realm *realm)
{
	unsigned first = 0;
	unsigned count = 0;

	for (unsigned i = 0; i < w->table_count; i++) {
		if (w->tables[i].rd == realm->rd) {
			first = count == 0 ? i : first;
			count++;
		}
	}
	assert(count > 0);
	/* The many roots of a concatenated start level come first: give the others their share. */
	if (count > realm->rtt_num_start && rng_percent(rng, 70)) {
		first += realm->rtt_num_start;
		count -= realm->rtt_num_start;
	}
	return &w->tables[first + rng_below(rng, count)];
}

uint64_t draw_entry_of(
	struct rng *rng, const struct world *w, const struct world_realm *realm, const struct world_table *table)
{
	uint64_t span = world_span(table->level);
	unsigned entries = world_table_entries(realm, table->level, table->ipa);
	const struct world_run *run = &w->runs[rng_below(rng, w->run_count)];

	if (rng_percent(rng, 40)) {
		return table->ipa + RNG_PICK(rng, 0, 1, entries / 2, entries - 1) % entries * span;
	}
	for (unsigned i = 0; i < TRIES &&
		(run->rd != table->rd || run->level != table->level || run->ipa - table->ipa >= entries * span);
		i++) {
		run = &w->runs[rng_below(rng, w->run_count)];
	}
	if (run->rd == table->rd && run->level == table->level && run->ipa - table->ipa < entries * span) {
		return run->ipa + RNG_PICK(rng, 0, 0, run->count - 1U) * span;
	}
	return table->ipa + rng_below(rng, entries) * span;
}

/* Entries that may be overwritten: no table below, no DATA that would be lost, and all in one half. */
static bool may_write(
	const struct world *w, const struct world_realm *realm, int level, uint64_t ipa, unsigned count, bool ns)
{
	for (unsigned i = 0; i < count; i++) {
		struct world_entry entry = world_entry(w, realm, level, ipa + i * world_span(level));

		if (entry.state == RTTE_TABLE || entry.ns != ns || (entry.state == RTTE_ASSIGNED && !ns)) {
			return false;
		}
	}
	return true;
}

/* Width of the addresses that a realm's host may map. */
static unsigned pa_bits_of(const struct world *w, const struct world_realm *realm)
{
	unsigned most = realm->lpa2 ? 52 : 48;

	return w->config.pa_bits < most ? w->config.pa_bits : most;
}

static struct world_entry draw_ns_entry(
	struct rng *rng, const struct world *w, const struct world_realm *realm, int level)
{
	unsigned bits = pa_bits_of(w, realm);
	uint64_t size = world_span(rng_percent(rng, 50) && level > 0 ? level - 1 : level);
	struct world_entry entry = {.state = RTTE_ASSIGNED, .ns = true};

	entry.pa = reeve_align_down(rng_next(rng) >> (64 - bits), size);
	if (entry.pa + size > UINT64_C(1) << bits || rng_percent(rng, 30)) {
		entry.pa = 0;
	}
	entry.attributes =
		(uint16_t)FIELD_SET(FIELD_SET(0, S2_NS_MEMATTR, RNG_PICK(rng, 0, 5, 6, 7)), S2_S2AP, rng_below(rng, 4));
	return entry;
}

/* Map DATA at an unassigned entry: a granule at level 3, a block at level 2, if there is one left. */
static bool draw_data_entry(
	struct rng *rng, struct world *w, const struct world_realm *realm, int level, struct world_entry *entry)
{
	entry->state = RTTE_ASSIGNED;
	if (level == RMI_LEVEL_LAST) {
		entry->pa = draw_take(rng, w, GRANULE_DATA, realm->rd, realm->lpa2);
		return true;
	}
	return level == 2 && draw_take_block(rng, w, realm->rd, &entry->pa);
}

/* Change some consecutive entries of a table. */
static void draw_change(struct rng *rng, struct world *w, const struct world_realm *realm, struct world_table table)
{
	unsigned entries = world_table_entries(realm, table.level, table.ipa);
	uint64_t ipa = draw_entry_of(rng, w, realm, &table);
	unsigned index = (unsigned)((ipa - table.ipa) / world_span(table.level));
	unsigned left = entries - index;
	unsigned count = rng_percent(rng, 50) ? 1 : rng_between(rng, 1, left);
	bool ns = ipa >= world_ipa_half(realm);
	struct world_entry entry = {.state = RTTE_UNASSIGNED, .ns = ns};

	if (rng_percent(rng, 20)) { /* the whole table */
		ipa = table.ipa;
		count = entries;
	}
	if (!may_write(w, realm, table.level, ipa, count, ns)) {
		return;
	}
	if (ns && table.level >= 1 && rng_percent(rng, 70)) {
		entry = draw_ns_entry(rng, w, realm, table.level);
		if (entry.pa + count * world_span(table.level) > UINT64_C(1) << pa_bits_of(w, realm)) {
			entry.pa = 0;
		}
	} else if (!ns) {
		entry.ripas = (enum rmi_ripas)rng_below(rng, RIPAS_COUNT);
		if (rng_percent(rng, table.level == RMI_LEVEL_LAST ? 40 : 8) &&
			draw_data_entry(rng, w, realm, table.level, &entry)) {
			count = 1;
		} else {
			entry.state = RTTE_UNASSIGNED;
		}
	}
	world_entries_set(w, realm, table.level, ipa, count, &entry);
}

/* A level 3 table full of the DATA of a block, at times with two pages exchanged or one RIPAS different: nearly foldable. */
static void draw_full_table(struct rng *rng, struct world *w, const struct world_realm *realm, struct world_table table)
{
	struct world_entry entry = {.state = RTTE_ASSIGNED, .ripas = (enum rmi_ripas)rng_below(rng, RIPAS_COUNT)};
	struct world_entry one;
	struct world_entry other;
	uint64_t last = table.ipa + (WORLD_TABLE_ENTRIES - 1) * world_span(table.level);

	if (!may_write(w, realm, table.level, table.ipa, WORLD_TABLE_ENTRIES, false) ||
		!draw_take_block(rng, w, realm->rd, &entry.pa)) {
		return;
	}
	world_entries_set(w, realm, table.level, table.ipa, WORLD_TABLE_ENTRIES, &entry);
	one = world_entry(w, realm, table.level, table.ipa);
	other = world_entry(w, realm, table.level, last);
	if (rng_percent(rng, 20)) {
		world_entry_set(w, realm, table.level, table.ipa, &other);
		world_entry_set(w, realm, table.level, last, &one);
	} else if (rng_percent(rng, 20)) {
		other.ripas = other.ripas == RIPAS_RAM ? RIPAS_EMPTY : RIPAS_RAM;
		world_entry_set(w, realm, table.level, last, &other);
	}
}

/* An unprotected table that is one contiguous block, at times off by an entry: nearly foldable. */
static void draw_full_ns_table(
	struct rng *rng, struct world *w, const struct world_realm *realm, struct world_table table)
{
	uint64_t block = world_span(table.level) * WORLD_TABLE_ENTRIES;
	struct world_entry entry = draw_ns_entry(rng, w, realm, table.level);

	entry.pa = block * rng_below(rng, 4) + (rng_percent(rng, 20) ? world_span(table.level) : 0);
	if (entry.pa + block > UINT64_C(1) << pa_bits_of(w, realm)) {
		entry.pa %= block;
	}
	if (may_write(w, realm, table.level, table.ipa, WORLD_TABLE_ENTRIES, true)) {
		world_entries_set(w, realm, table.level, table.ipa, WORLD_TABLE_ENTRIES, &entry);
	}
}

static uint64_t draw_spot(struct rng *rng, const struct world_realm *realm)
{
	uint64_t half = world_ipa_half(realm);

	return RNG_PICK(rng, 0, 0, half - 1, half, half, world_ipa_end(realm) - 1, rng_below(rng, half),
		half + rng_below(rng, half));
}

static void draw_entries(struct rng *rng, struct world *w, const struct world_realm *realm, struct world_table table)
{
	unsigned changes = rng_between(rng, 0, CHANGES);
	bool ns = table.ipa >= world_ipa_half(realm);

	for (unsigned i = 0; i < changes; i++) {
		draw_change(rng, w, realm, table);
	}
	if (!ns && table.level == RMI_LEVEL_LAST && rng_percent(rng, 40)) {
		draw_full_table(rng, w, realm, table);
	}
	if (ns && table.level > realm->rtt_level_start && table.level > 0 &&
		rng_percent(rng, table.level == 1 ? 60 : 25)) {
		draw_full_ns_table(rng, w, realm, table);
	}
}

/* The tables of an IPA, down to `deepest`, as far as they are not there. */
static void draw_path(struct rng *rng, struct world *w, const struct world_realm *realm, uint64_t ipa, int deepest)
{
	for (int level = realm->rtt_level_start + 1; level <= deepest; level++) {
		if (world_table(w, realm, level, ipa) == NULL) {
			world_table_add(w, realm, level, ipa, draw_take(rng, w, GRANULE_RTT, realm->rd, realm->lpa2));
		}
	}
}

void draw_tables(struct rng *rng, struct world *w, const struct world_realm *realm)
{
	unsigned spots = rng_between(rng, 0, SPOTS);

	for (unsigned i = 0; i < spots; i++) {
		uint64_t ipa = draw_spot(rng, realm);
		int deepest = rng_percent(rng, 60) ? RMI_LEVEL_LAST : (int)rng_between(rng, 0, RMI_LEVEL_LAST);

		draw_path(rng, w, realm, ipa, deepest);
	}
	for (unsigned i = 0; i < w->table_count; i++) {
		if (w->tables[i].rd == realm->rd) {
			draw_entries(rng, w, realm, w->tables[i]);
		}
	}
}
