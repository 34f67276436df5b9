/* SPDX-License-Identifier: BSD-2-Clause */
/* world_table.c - translation tables of a world: geometry, walks, and entries written as runs. Fact sheet section 5. */
#include <assert.h>
#include <string.h>

#include "tests/oracle/support/world.h"

uint64_t world_span(int level)
{
	assert(level >= RMI_LEVEL_FIRST_LPA2 && level <= RMI_LEVEL_LAST);
	return UINT64_C(1) << (12 + 9 * (RMI_LEVEL_LAST - level));
}

uint64_t world_ipa_end(const struct world_realm *realm)
{
	return UINT64_C(1) << realm->s2sz;
}

uint64_t world_ipa_half(const struct world_realm *realm)
{
	return UINT64_C(1) << (realm->s2sz - 1);
}

unsigned world_roots(unsigned s2sz, int64_t level_start, bool lpa2, unsigned pa_bits)
{
	int64_t below = RMI_LEVEL_LAST - level_start;
	int64_t least;
	int64_t most;
	int64_t concatenated;

	if (level_start > RMI_LEVEL_LAST || level_start < (lpa2 ? RMI_LEVEL_FIRST_LPA2 : 0) ||
		(level_start == 0 && pa_bits < 44) || s2sz > 52) {
		return 0;
	}
	least = level_start < 0 ? 49 : 9 * below + 13;
	most = level_start < 0 ? 52 : least + 8 + (level_start > 0 || lpa2 ? 4 : 0);
	if (s2sz < least || s2sz > most) {
		return 0;
	}
	concatenated = (int64_t)s2sz - (9 * below + 21);
	return 1U << (concatenated > 0 ? concatenated : 0);
}

unsigned world_table_entries(const struct world_realm *realm, int level, uint64_t ipa)
{
	uint64_t left = (world_ipa_end(realm) - ipa) / world_span(level);

	return left < WORLD_TABLE_ENTRIES ? (unsigned)left : WORLD_TABLE_ENTRIES;
}

/* Base of the table of `level` that `ipa` lies in. Levels -1 and 0 have one table each below 2^52, unless level 0 is concatenated. */
static uint64_t table_base(int level, uint64_t ipa)
{
	return level < 0 ? 0 : reeve_align_down(ipa, world_span(level - 1));
}

/* Number of the first table, or run, that does not come before (rd, level, ipa). */

static bool before(uint64_t rd_a, int level_a, uint64_t ipa_a, uint64_t rd_b, int level_b, uint64_t ipa_b)
{
	if (rd_a != rd_b) {
		return rd_a < rd_b;
	}
	return level_a != level_b ? level_a < level_b : ipa_a < ipa_b;
}

static unsigned table_place(const struct world *w, uint64_t rd, int level, uint64_t ipa)
{
	unsigned low = 0;
	unsigned high = w->table_count;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		const struct world_table *t = &w->tables[middle];

		if (before(t->rd, t->level, t->ipa, rd, level, ipa)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static unsigned run_place(const struct world *w, uint64_t rd, int level, uint64_t ipa)
{
	unsigned low = 0;
	unsigned high = w->run_count;

	while (low < high) {
		unsigned middle = (low + high) / 2;
		const struct world_run *r = &w->runs[middle];

		if (before(r->rd, r->level, r->ipa, rd, level, ipa)) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

const struct world_table *world_table(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa)
{
	uint64_t base = table_base(level, ipa);
	unsigned at;

	if (level < realm->rtt_level_start || level > RMI_LEVEL_LAST) {
		return NULL;
	}
	at = table_place(w, realm->rd, level, base);
	if (at == w->table_count || w->tables[at].rd != realm->rd || w->tables[at].level != level ||
		w->tables[at].ipa != base) {
		return NULL;
	}
	return &w->tables[at];
}

static uint64_t run_end(const struct world_run *r)
{
	return r->ipa + r->count * world_span(r->level);
}

/* The value of the entry `steps` after the one with value `first`, in a run of `level`. */
static struct world_entry entry_after(const struct world_entry *first, uint64_t steps, int level)
{
	struct world_entry entry = *first;

	if (entry.state == RTTE_ASSIGNED) {
		entry.pa += steps * world_span(level);
	}
	return entry;
}

/* Index of the run that has the entry for `ipa`, or -1. */
static int run_of(const struct world *w, uint64_t rd, int level, uint64_t ipa)
{
	unsigned at = run_place(w, rd, level, ipa);

	if (at < w->run_count && w->runs[at].rd == rd && w->runs[at].level == level && w->runs[at].ipa == ipa) {
		return (int)at;
	}
	if (at == 0) {
		return -1;
	}
	at--;
	return w->runs[at].rd == rd && w->runs[at].level == level && ipa < run_end(&w->runs[at]) ? (int)at : -1;
}

struct world_entry world_entry(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa)
{
	const struct world_table *child = world_table(w, realm, level + 1, ipa);
	const struct world_run *r;
	int at;

	if (child != NULL) {
		return (struct world_entry){.state = RTTE_TABLE, .pa = child->pa};
	}
	at = run_of(w, realm->rd, level, ipa);
	assert(at >= 0);
	r = &w->runs[at];
	return entry_after(&r->first, (ipa - r->ipa) / world_span(level), level);
}

struct world_walk world_walk(const struct world *w, const struct world_realm *realm, uint64_t ipa, int level)
{
	int reached = (int)realm->rtt_level_start;

	while (reached < level && world_table(w, realm, reached + 1, ipa) != NULL) {
		reached++;
	}
	return (struct world_walk){
		.level = reached,
		.ipa = reeve_align_down(ipa, world_span(reached)),
		.entry = world_entry(w, realm, reached, ipa),
	};
}

/* Writing. */

static void run_insert(struct world *w, unsigned at, const struct world_run *run)
{
	assert(w->run_count < WORLD_RUNS_MAX);
	memmove(&w->runs[at + 1], &w->runs[at], (w->run_count - at) * sizeof(w->runs[0]));
	w->runs[at] = *run;
	w->run_count++;
}

static void run_remove(struct world *w, unsigned at, unsigned count)
{
	memmove(&w->runs[at], &w->runs[at + count], (w->run_count - at - count) * sizeof(w->runs[0]));
	w->run_count -= count;
}

static bool entry_same(const struct world_entry *a, const struct world_entry *b)
{
	return a->state == b->state && a->ripas == b->ripas && a->ns == b->ns && a->attributes == b->attributes &&
		a->pa == b->pa;
}

bool world_runs_join(const struct world_run *a, const struct world_run *b)
{
	struct world_entry next = entry_after(&a->first, a->count, a->level);

	return a->rd == b->rd && a->level == b->level && run_end(a) == b->ipa &&
		table_base(a->level, a->ipa) == table_base(b->level, b->ipa) && entry_same(&next, &b->first);
}

/* Make a run begin at `ipa` if one lies across it. */
static void split_at(struct world *w, uint64_t rd, int level, uint64_t ipa)
{
	int at = run_of(w, rd, level, ipa);
	uint64_t steps;
	struct world_run rest;

	if (at < 0 || w->runs[at].ipa == ipa) {
		return;
	}
	rest = w->runs[at];
	steps = (ipa - rest.ipa) / world_span(level);
	rest.ipa = ipa;
	rest.first = entry_after(&rest.first, steps, level);
	rest.count = (uint16_t)(rest.count - steps);
	w->runs[at].count = (uint16_t)steps;
	run_insert(w, (unsigned)at + 1, &rest);
}

static void join_at(struct world *w, unsigned at)
{
	if (at + 1 < w->run_count && world_runs_join(&w->runs[at], &w->runs[at + 1])) {
		w->runs[at].count = (uint16_t)(w->runs[at].count + w->runs[at + 1].count);
		run_remove(w, at + 1, 1);
	}
}

/* Take the runs of [ipa, end) away; returns where the next one would stand. */
static unsigned cut(struct world *w, uint64_t rd, int level, uint64_t ipa, uint64_t end)
{
	unsigned from;

	split_at(w, rd, level, ipa);
	split_at(w, rd, level, end);
	from = run_place(w, rd, level, ipa);
	run_remove(w, from, run_place(w, rd, level, end) - from);
	return from;
}

void world_entries_set(struct world *w, const struct world_realm *realm, int level, uint64_t ipa, unsigned count,
	const struct world_entry *first)
{
	struct world_run run = {
		.rd = realm->rd, .ipa = ipa, .first = *first, .count = (uint16_t)count, .level = (int8_t)level};
	unsigned at = cut(w, realm->rd, level, ipa, ipa + count * world_span(level));

	assert(first->state != RTTE_TABLE);
	run_insert(w, at, &run);
	join_at(w, at);
	if (at > 0) {
		join_at(w, at - 1);
	}
}

void world_entry_set(
	struct world *w, const struct world_realm *realm, int level, uint64_t ipa, const struct world_entry *entry)
{
	world_entries_set(w, realm, level, ipa, 1, entry);
}

static void table_insert(struct world *w, const struct world_table *table)
{
	unsigned at = table_place(w, table->rd, table->level, table->ipa);

	assert(w->table_count < WORLD_TABLES_MAX);
	memmove(&w->tables[at + 1], &w->tables[at], (w->table_count - at) * sizeof(w->tables[0]));
	w->tables[at] = *table;
	w->table_count++;
}

/* The entries that a start-level table begins with: UNASSIGNED, EMPTY below the half, UNASSIGNED_NS from there on. */
static void root_fill(struct world *w, const struct world_realm *realm, const struct world_table *root)
{
	uint64_t span = world_span(root->level);
	uint64_t end = root->ipa + world_table_entries(realm, root->level, root->ipa) * span;
	uint64_t half = world_ipa_half(realm);
	uint64_t split = half < root->ipa ? root->ipa : half < end ? half : end;
	struct world_entry fill = {.state = RTTE_UNASSIGNED};

	if (split > root->ipa) {
		world_entries_set(w, realm, root->level, root->ipa, (unsigned)((split - root->ipa) / span), &fill);
	}
	fill.ns = true;
	if (end > split) {
		world_entries_set(w, realm, root->level, split, (unsigned)((end - split) / span), &fill);
	}
}

void world_table_add(struct world *w, const struct world_realm *realm, int level, uint64_t ipa, uint64_t pa)
{
	struct world_table table = {.rd = realm->rd, .ipa = table_base(level, ipa), .pa = pa, .level = (int8_t)level};
	struct world_entry fill;

	if (level == realm->rtt_level_start) {
		table_insert(w, &table);
		root_fill(w, realm, &table);
		return;
	}
	fill = world_entry(w, realm, level - 1, table.ipa);
	(void)cut(w, realm->rd, level - 1, table.ipa, table.ipa + world_span(level - 1));
	table_insert(w, &table);
	world_entries_set(w, realm, level, table.ipa, WORLD_TABLE_ENTRIES, &fill);
}

static void table_erase(struct world *w, unsigned at)
{
	memmove(&w->tables[at], &w->tables[at + 1], (w->table_count - at - 1) * sizeof(w->tables[0]));
	w->table_count--;
}

void world_table_remove(
	struct world *w, const struct world_realm *realm, int level, uint64_t ipa, const struct world_entry *entry)
{
	uint64_t base = table_base(level, ipa);

	(void)cut(w, realm->rd, level, base, base + world_span(level - 1));
	table_erase(w, table_place(w, realm->rd, level, base));
	world_entry_set(w, realm, level - 1, base, entry);
}

void world_tables_remove_all(struct world *w, uint64_t rd)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < w->table_count; i++) {
		if (w->tables[i].rd != rd) {
			w->tables[kept++] = w->tables[i];
		}
	}
	w->table_count = kept;
	kept = 0;
	for (unsigned i = 0; i < w->run_count; i++) {
		if (w->runs[i].rd != rd) {
			w->runs[kept++] = w->runs[i];
		}
	}
	w->run_count = kept;
}

void world_entry_append(
	struct world *w, const struct world_table *table, unsigned index, const struct world_entry *entry)
{
	struct world_run run = {.rd = table->rd,
		.ipa = table->ipa + index * world_span(table->level),
		.first = *entry,
		.count = 1,
		.level = table->level};
	struct world_run *last = w->run_count > 0 ? &w->runs[w->run_count - 1] : NULL;

	if (last != NULL && world_runs_join(last, &run)) {
		last->count++;
		return;
	}
	run_insert(w, w->run_count, &run);
}

/* Questions about a table's entries. */

static bool is_live(const struct world_entry *entry)
{
	return entry->state != RTTE_UNASSIGNED;
}

bool world_table_live(const struct world *w, const struct world_realm *realm, const struct world_table *table)
{
	uint64_t span = world_span(table->level);
	uint64_t end = table->ipa + world_table_entries(realm, table->level, table->ipa) * span;
	uint64_t ipa = table->ipa;

	while (ipa < end) {
		int at = run_of(w, table->rd, table->level, ipa);

		if (at < 0) {
			return true; /* a table below */
		}
		if (w->runs[at].first.state == RTTE_ASSIGNED && !w->runs[at].first.ns) {
			return true;
		}
		ipa = run_end(&w->runs[at]);
	}
	return false;
}

uint64_t world_top(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa)
{
	uint64_t span = world_span(level);
	const struct world_table *table = world_table(w, realm, level, ipa);
	uint64_t end = table->ipa + world_table_entries(realm, level, table->ipa) * span;
	struct world_entry entry = world_entry(w, realm, level, ipa);
	uint64_t at = reeve_align_down(ipa, span);

	if (is_live(&entry)) {
		return ipa;
	}
	while (at < end) {
		int run = run_of(w, realm->rd, level, at);

		if (run < 0 || is_live(&w->runs[run].first)) {
			break;
		}
		at = run_end(&w->runs[run]);
	}
	return at;
}
