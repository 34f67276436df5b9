/* SPDX-License-Identifier: BSD-2-Clause */
/* map_tree.c - reads a realm's translation tree by RMI_RTT_READ_ENTRY, which any monitor answers. */
#include <stdlib.h>

#include "tools/map_facts.h"

enum { IPA_BITS_MAX = 52, IPA_BITS_MIN = 32, INDEX_BITS = 9 };

uint64_t map_span(int level)
{
	return (uint64_t)REEVE_GRANULE_SIZE << (INDEX_BITS * (unsigned)(RMI_LEVEL_LAST - level));
}

static bool ask(const struct map_source *source, uint64_t rd, uint64_t ipa, int level, struct map_answer *answer)
{
	return source->entry(source->context, rd, ipa, level, answer);
}

/* The realm's address width and start level are what the monitor accepts: the host need not know them. */
static bool geometry_find(const struct map_source *source, struct map_tree *tree)
{
	struct map_answer unused;
	uint64_t root;

	tree->start_level = RMI_LEVEL_FIRST_LPA2;
	while (!ask(source, tree->rd, 0, tree->start_level, &unused)) {
		if (tree->start_level++ == RMI_LEVEL_LAST) {
			return false;
		}
	}
	for (tree->ipa_bits = IPA_BITS_MAX;; tree->ipa_bits--) {
		uint64_t last = (UINT64_C(1) << tree->ipa_bits) - REEVE_GRANULE_SIZE;

		if (tree->ipa_bits == IPA_BITS_MIN || ask(source, tree->rd, last, RMI_LEVEL_LAST, &unused)) {
			break;
		}
	}
	root = map_span(tree->start_level) << INDEX_BITS;
	tree->root_count = (unsigned)(((UINT64_C(1) << tree->ipa_bits) + root - 1) / root);
	return true;
}

static uint64_t address_of(uint64_t descriptor, bool lpa2)
{
	uint64_t pa = descriptor & FIELD_MASK(S2_OA);

	if (lpa2) {
		pa = descriptor & FIELD_MASK(S2_LPA2_OA);
		pa |= FIELD_GET(descriptor, S2_LPA2_OA_51_50) << (IPA_BITS_MAX - S2_LPA2_OA_51_50_WIDTH);
	}
	return pa;
}

static struct map_entry entry_of(const struct map_tree *tree, uint64_t ipa, const struct map_answer *answer)
{
	struct map_entry entry = {
		.ipa = ipa,
		.count = 1,
		.state = (enum rmi_rtte_state)answer->state,
		.is_protected = ipa >> (tree->ipa_bits - 1) == 0,
	};

	if (entry.is_protected && entry.state != RTTE_TABLE) {
		entry.ripas = (enum rmi_ripas)answer->ripas;
	}
	if (entry.state == RTTE_ASSIGNED) {
		entry.pa = address_of(answer->descriptor, tree->lpa2);
		entry.is_contiguous =
			entry.pa != 0; /* the monitor does not show where an ASSIGNED, DESTROYED page is */
	}
	return entry;
}

/* Put the next entry of the table that is being read into its last run, or a new one. Host memory is one run only where it is in a row, so
 * that its addresses are known. */
static bool entry_add(struct map_tree *tree, struct map_table *table, const struct map_entry *entry)
{
	struct map_entry *last = table->count == 0 ? NULL : &tree->entries[tree->entry_count - 1];
	struct map_entry *more;
	bool follows;

	if (last != NULL && last->state == entry->state && last->is_protected == entry->is_protected &&
		last->ripas == entry->ripas) {
		follows = last->is_contiguous && entry->is_contiguous &&
			entry->pa == last->pa + last->count * map_span(table->level);
		if (entry->state != RTTE_ASSIGNED || entry->is_protected || follows) {
			last->count++;
			last->is_contiguous = follows;
			return true;
		}
	}
	more = map_grow(tree->entries, tree->entry_count, sizeof(*more));
	if (more == NULL) {
		return false;
	}
	tree->entries = more;
	tree->entries[tree->entry_count++] = *entry;
	table->count++;
	return true;
}

static bool table_add(struct map_tree *tree, int level, uint64_t ipa, uint64_t pa)
{
	struct map_table *more = map_grow(tree->tables, tree->table_count, sizeof(*more));

	if (more == NULL) {
		return false;
	}
	tree->tables = more;
	tree->tables[tree->table_count++] = (struct map_table){.level = level, .ipa = ipa, .pa = pa};
	return true;
}

/* Read the table tree->tables[index]; the tables it names go to the end of the list. */
static bool table_read(const struct map_source *source, struct map_tree *tree, size_t index)
{
	struct map_table table = tree->tables[index];
	uint64_t span = map_span(table.level);
	uint64_t top = table.ipa + (span << INDEX_BITS);
	uint64_t end = UINT64_C(1) << tree->ipa_bits;

	table.first = tree->entry_count;
	for (uint64_t ipa = table.ipa; ipa < (top < end ? top : end); ipa += span) {
		struct map_answer answer;
		struct map_entry entry;

		if (!ask(source, tree->rd, ipa, table.level, &answer) ||
			answer.level != (uint64_t)(int64_t)table.level || answer.state >= RTTE_STATE_COUNT ||
			answer.ripas >= RIPAS_COUNT) {
			tree->is_whole = false;
			break;
		}
		entry = entry_of(tree, ipa, &answer);
		if (entry.state == RTTE_ASSIGNED && entry.is_protected) {
			tree->data_mapped += span / REEVE_GRANULE_SIZE;
		}
		if (!entry_add(tree, &table, &entry) ||
			(entry.state == RTTE_TABLE && table.level < RMI_LEVEL_LAST &&
				!table_add(tree, table.level + 1, ipa, address_of(answer.descriptor, tree->lpa2)))) {
			return false;
		}
	}
	tree->tables[index] = table;
	return true;
}

bool map_tree_read(const struct map_source *source, struct map_tree *tree)
{
	tree->is_whole = geometry_find(source, tree);
	for (unsigned i = 0; tree->is_whole && i < tree->root_count; i++) {
		if (!table_add(tree, tree->start_level, i * (map_span(tree->start_level) << INDEX_BITS), 0)) {
			return false;
		}
	}
	for (size_t i = 0; i < tree->table_count; i++) {
		if (!table_read(source, tree, i)) {
			return false;
		}
	}
	return true;
}

void map_tree_free(struct map_tree *tree)
{
	free(tree->tables);
	free(tree->entries);
}

bool map_tree_agrees(const struct map_tree *tree)
{
	return tree->is_whole && tree->rtt_granules == tree->table_count && tree->data_granules == tree->data_mapped;
}
