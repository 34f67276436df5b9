/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_holds_table.c - conditions on levels, IPAs, walks, entries and ranges. Fact sheet sections 4 to 6. */
#include "reeve/field.h"
#include "tests/oracle/support/ask.h"

enum { LEVEL_FIRST = RMI_LEVEL_FIRST_LPA2, LEVEL_BLOCK = 1 }; /* blocks: level 1 at most (decisions) */

/* Levels. */

static bool level_outside(const struct ask *ask, int64_t first)
{
	return ask->level < first || ask->level > RMI_LEVEL_LAST;
}

bool holds_level_not_below_start(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return level_outside(ask, ask->realm->rtt_level_start + 1);
}

bool holds_level_not_of_realm(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return level_outside(ask, ask->realm->rtt_level_start);
}

/* Section 6 says 1 to 3. A realm whose walks start at level 2 has no level 1 either: it is as little a level of this realm as -1. */
bool holds_level_not_mappable(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return level_outside(ask, LEVEL_BLOCK) || (ask->realm != NULL && ask->level < ask->realm->rtt_level_start);
}

/* IPAs. An alignment to the span of a level that no table has means nothing. */

static bool ipa_unaligned(const struct ask *ask, int64_t level)
{
	return level >= LEVEL_FIRST && level <= RMI_LEVEL_LAST && !reeve_is_aligned(ask->ipa, world_span((int)level));
}

bool holds_ipa_unaligned_parent(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->level > LEVEL_FIRST && ipa_unaligned(ask, ask->level - 1);
}

bool holds_ipa_unaligned_level(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ipa_unaligned(ask, ask->level);
}

bool holds_ipa_unaligned_page(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ipa_unaligned(ask, RMI_LEVEL_LAST);
}

bool holds_ipa_beyond(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->ipa >= world_ipa_end(ask->realm);
}

bool holds_ipa_not_protected(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->ipa >= world_ipa_half(ask->realm);
}

bool holds_ipa_not_unprotected(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->ipa < world_ipa_half(ask->realm) || ask->ipa >= world_ipa_end(ask->realm);
}

/* Walks and entries. None of them means anything when there was no walk. */

bool holds_walk_short(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && ask->walk.level < ask->walk_to;
}

static bool entry_is(const struct ask *ask, enum rmi_rtte_state state, bool ns)
{
	return ask->walk.entry.state == state && ask->walk.entry.ns == ns;
}

bool holds_entry_table(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && ask->walk.entry.state == RTTE_TABLE;
}

bool holds_entry_not_table(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && ask->walk.entry.state != RTTE_TABLE;
}

bool holds_entry_not_unassigned(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && !entry_is(ask, RTTE_UNASSIGNED, false);
}

bool holds_entry_not_assigned(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && !entry_is(ask, RTTE_ASSIGNED, false);
}

bool holds_entry_not_unassigned_ns(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && !entry_is(ask, RTTE_UNASSIGNED, true);
}

bool holds_entry_not_assigned_ns(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && !entry_is(ask, RTTE_ASSIGNED, true);
}

/* Tables. */

static const struct world_table *child(const struct ask *ask)
{
	return ask->walked ? world_table(ask->w, ask->realm, ask->walk.level + 1, ask->walk.ipa) : NULL;
}

bool holds_table_live(const struct ask *ask, const struct oracle_row *row)
{
	const struct world_table *table = child(ask);

	(void)row;
	return table != NULL && world_table_live(ask->w, ask->realm, table);
}

/* One run over the whole table is one state, RIPAS, attribute and consecutive addresses (W3); a block's address is also aligned. */
const struct world_run *ask_homogeneous(const struct ask *ask)
{
	const struct world_table *table = child(ask);

	for (unsigned i = 0; table != NULL && i < ask->w->run_count; i++) {
		const struct world_run *r = &ask->w->runs[i];

		if (r->rd == table->rd && r->level == table->level && r->ipa == table->ipa) {
			bool whole = r->count == WORLD_TABLE_ENTRIES;

			return whole && reeve_is_aligned(r->first.pa, world_span(table->level - 1)) ? r : NULL;
		}
	}
	return NULL;
}

bool holds_table_not_homogeneous(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return child(ask) != NULL && ask_homogeneous(ask) == NULL;
}

bool holds_block_too_large(const struct ask *ask, const struct oracle_row *row)
{
	const struct world_run *run = ask_homogeneous(ask);

	(void)row;
	return run != NULL && run->first.state == RTTE_ASSIGNED && ask->level <= LEVEL_BLOCK;
}

/* Descriptors of RTT_MAP_UNPROTECTED: section 5. */

static uint64_t desc_address_mask(const struct world_realm *realm)
{
	return realm->lpa2 ? FIELD_MASK(S2_LPA2_OA) | FIELD_MASK(S2_LPA2_OA_51_50) : FIELD_MASK(S2_OA);
}

uint64_t ask_desc_pa(const struct world_realm *realm, uint64_t desc)
{
	if (!realm->lpa2) {
		return desc & FIELD_MASK(S2_OA);
	}
	return FIELD_SET(desc & FIELD_MASK(S2_LPA2_OA), PA_51_50, FIELD_GET(desc, S2_LPA2_OA_51_50));
}

/* Address bits 51:48 without LPA2 are left to addr_bound, which names them better. */
bool holds_desc_reserved(const struct ask *ask, const struct oracle_row *row)
{
	uint64_t desc = ask->x[row->argument];
	uint64_t known = FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP) | desc_address_mask(ask->realm);

	if (!ask->realm->lpa2) {
		known |= reeve_bits_mask(48, 4);
	}
	return (desc & ~known) != 0 || FIELD_GET(desc, S2_NS_MEMATTR) == 4;
}

bool holds_desc_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	return !reeve_is_aligned(ask_desc_pa(ask->realm, ask->x[row->argument]), world_span((int)ask->level));
}

/* Section 5: below 2^48 without LPA2; section 1: a bound is also that of the machine's PA width. */
bool holds_desc_beyond(const struct ask *ask, const struct oracle_row *row)
{
	uint64_t desc = ask->x[row->argument];

	return (!ask->realm->lpa2 && FIELD_GET(desc, PA_BEYOND_48) != 0) ||
		ask_desc_pa(ask->realm, desc) >> ask->w->config.pa_bits != 0;
}

/* Ranges of RIPAS. */

bool holds_size_invalid(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->top <= ask->ipa;
}

bool holds_range_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return !reeve_is_aligned(ask->ipa | ask->top, REEVE_GRANULE_SIZE);
}

bool holds_range_beyond_half(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->top > world_ipa_half(ask->realm);
}

bool holds_base_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && ask->walk.ipa != ask->ipa;
}

bool holds_base_not_asked(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->ipa != ask->rec->ripas_addr;
}

bool holds_top_not_asked(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->top > ask->rec->ripas_top;
}

bool holds_top_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return !reeve_is_aligned(ask->top, REEVE_GRANULE_SIZE);
}

/* Whether the command changes (or keeps, being no-op) the entry's RIPAS, or stops there: section 4, RTTE transitions. */
static bool ripas_changes(const struct ask *ask, const struct world_entry *entry)
{
	if (entry->state == RTTE_TABLE || entry->ns) {
		return false;
	}
	if (ask->command == RMI_RTT_INIT_RIPAS) {
		return entry->state == RTTE_UNASSIGNED && entry->ripas != RIPAS_DESTROYED;
	}
	return entry->ripas != RIPAS_DESTROYED || ask->rec->ripas_destroyed;
}

/* How far a call goes is the monitor's to choose (section 6: out_top); of INIT_RIPAS it is docs/decisions/0002. */
enum { INIT_RIPAS_ENTRIES = 16 };

uint64_t ask_ripas_top(const struct ask *ask, struct world *next, struct world_realm *measure)
{
	int level = ask->walk.level;
	uint64_t span = world_span(level);
	const struct world_table *table = world_table(ask->w, ask->realm, level, ask->ipa);
	uint64_t end = table->ipa + world_table_entries(ask->realm, level, table->ipa) * span;
	uint64_t at = ask->walk.ipa;

	end = ask->top < end ? ask->top : end;
	if (ask->command == RMI_RTT_INIT_RIPAS && end > at && end - at > INIT_RIPAS_ENTRIES * span) {
		end = at + INIT_RIPAS_ENTRIES * span;
	}
	while (at < end && span <= end - at) {
		struct world_entry entry = world_entry(ask->w, ask->realm, level, at);

		if (!ripas_changes(ask, &entry)) {
			break;
		}
		entry.ripas = ask->command == RMI_RTT_INIT_RIPAS ? RIPAS_RAM : ask->rec->ripas_value;
		if (next != NULL) {
			world_entry_set(next, ask->realm, level, at, &entry);
		}
		if (measure != NULL) {
			oracle_rim_ripas(measure, at, at + span);
		}
		at += span;
	}
	return at;
}

bool holds_no_progress(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->walked && ask_ripas_top(ask, NULL, NULL) == ask->walk.ipa;
}
