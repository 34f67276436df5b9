/* SPDX-License-Identifier: BSD-2-Clause */
/* trial_drops.c - translations that a realm's tables led to and lead to no more: the machine must have been told to drop them.
 *
 * Section 4 and 6 of the fact sheet name the commands; here it is one rule for all: what the hardware may hold of the world before the
 * call, and would not find in the world after it, lies in a range that was dropped (Arm ARM D8.13, break before make). */
#include <inttypes.h>

#include "tests/oracle/support/trial.h"

/* The hardware may use the entry. */
static bool is_valid_leaf(const struct world_entry *entry)
{
	return entry->state == RTTE_ASSIGNED && (entry->ns || entry->ripas == RIPAS_RAM);
}

static bool is_dropped(struct trial *t, uint64_t rd, uint64_t ipa, uint64_t size)
{
	for (unsigned i = 0; i < t->machine.drop_count; i++) {
		const struct machine_drop *d = &t->machine.drops[i];

		if (d->rd == rd && d->base <= ipa && ipa + size - d->base <= d->size) {
			return true;
		}
	}
	return trial_fails(t, "the translations of [0x%" PRIx64 ", 0x%" PRIx64 ") were not dropped", ipa, ipa + size);
}

/* Whether the realm has this very entry still: same level, same output. */
static bool has_entry(
	const struct world *w, const struct world_realm *realm, const struct world_run *run, unsigned index)
{
	uint64_t span = world_span(run->level);
	uint64_t ipa = run->ipa + index * span;
	struct world_entry entry;

	if (realm == NULL || world_table(w, realm, run->level, ipa) == NULL) {
		return false;
	}
	entry = world_entry(w, realm, run->level, ipa);
	return is_valid_leaf(&entry) && entry.pa == run->first.pa + index * span &&
		entry.attributes == run->first.attributes;
}

static bool run_is_dropped(struct trial *t, const struct world_realm *realm, const struct world_run *run)
{
	for (unsigned i = 0; i < run->count; i++) {
		uint64_t ipa = run->ipa + i * world_span(run->level);

		if (!has_entry(&t->after, realm, run, i) && !is_dropped(t, run->rd, ipa, world_span(run->level))) {
			return false;
		}
	}
	return true;
}

/* Walkers may hold the address of a table that is gone: all of its range. Start-level tables go with their realm. */
static bool table_is_dropped(struct trial *t, const struct world_realm *realm, const struct world_table *table)
{
	const struct world_table *now = realm != NULL ? world_table(&t->after, realm, table->level, table->ipa) : NULL;

	if (now != NULL && now->pa == table->pa) {
		return true;
	}
	return realm == NULL ? is_dropped(t, table->rd, table->ipa, world_span(table->level))
			     : is_dropped(t, table->rd, table->ipa, world_span(table->level - 1));
}

bool trial_drops(struct trial *t)
{
	uint64_t rd = trial_realm(t);
	const struct world_realm *realm = world_realm_const(&t->after, rd);

	for (unsigned i = 0; i < t->before.run_count; i++) {
		const struct world_run *run = &t->before.runs[i];

		if (run->rd == rd && is_valid_leaf(&run->first) && !run_is_dropped(t, realm, run)) {
			return false;
		}
	}
	for (unsigned i = 0; i < t->before.table_count; i++) {
		const struct world_table *table = &t->before.tables[i];

		if (table->rd == rd && !table_is_dropped(t, realm, table)) {
			return false;
		}
	}
	return true;
}
