/* SPDX-License-Identifier: BSD-2-Clause */
/* map_svg_tree.c - draws a translation tree: its tables level by level, in each the runs of equal entries as boxes.
 *
 * Neighbouring tables whose entries are alike are drawn once. A table of many runs is one strip, to scale. What is not drawn is said. */
#include <inttypes.h>
#include <string.h>

#include "tools/map_svg.h"

enum {
	ENTRIES = 512, /* of a table */
	BOX_X = PAGE_MARGIN + 14,
	BOX_LINES = 4,
	BOX_LINE = 13,
	BOX_HEIGHT = 60,
	BOX_GAP = 4,
	BOX_SPACE = 14, /* beside its widest line */
	BOXES_MAX = 16, /* a table of more runs is a strip */
	STRIP_HEIGHT = 20,
	GROUPS_MAX = 16, /* of a level */
	ROOM = PAGE_INNER - 14,
};

/* The lines of a box. */
struct box {
	enum entry_kind kind;
	char lines[BOX_LINES][MAP_TEXT_MAX];
	double width;
	uint64_t count;
};

static const struct entry_look looks[ENTRY_KIND_COUNT] = {
	[ENTRY_TABLE] = {"rtt", "mid", "table", "a table of the next level"},
	[ENTRY_RAM] = {"data", "mid", "RAM assigned", "memory that is there"},
	[ENTRY_RAM_UNASSIGNED] = {"hole", "mid ink", "RAM unassigned", "memory when touched"},
	[ENTRY_EMPTY] = {"none", "mid dim", "EMPTY unassigned", "no memory"},
	[ENTRY_EMPTY_ASSIGNED] = {"stripe", "mid ink halo", "EMPTY assigned", "no memory, yet kept"},
	[ENTRY_DESTROYED] = {"gone", "mid ink halo", "DESTROYED unassigned", "memory taken away"},
	[ENTRY_DESTROYED_ASSIGNED] = {"gone", "mid ink halo", "DESTROYED assigned", "not to be used, kept"},
	[ENTRY_SHARED] = {"shared", "mid ink halo", "shared", "unprotected, mapped"},
	[ENTRY_NOT_SHARED] = {"none dash", "mid dim", "not shared", "unprotected, nothing"},
};

const struct entry_look *entry_look(enum entry_kind kind)
{
	return &looks[kind];
}

enum entry_kind entry_kind(const struct map_entry *entry)
{
	static const enum entry_kind kinds[RIPAS_COUNT][2] = {
		[RIPAS_EMPTY] = {ENTRY_EMPTY, ENTRY_EMPTY_ASSIGNED},
		[RIPAS_RAM] = {ENTRY_RAM_UNASSIGNED, ENTRY_RAM},
		[RIPAS_DESTROYED] = {ENTRY_DESTROYED, ENTRY_DESTROYED_ASSIGNED},
	};
	bool is_assigned = entry->state == RTTE_ASSIGNED;

	if (entry->state == RTTE_TABLE) {
		return ENTRY_TABLE;
	}
	if (!entry->is_protected) {
		return is_assigned ? ENTRY_SHARED : ENTRY_NOT_SHARED;
	}
	return kinds[entry->ripas][is_assigned];
}

/* Whether two tables of a level have equal entries at equal places, whatever their addresses. */
static bool is_alike(const struct map_tree *tree, const struct map_table *a, const struct map_table *b)
{
	if (a->count != b->count || a->level != b->level) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		const struct map_entry *first = &tree->entries[a->first + i];
		const struct map_entry *second = &tree->entries[b->first + i];

		if (first->count != second->count || entry_kind(first) != entry_kind(second)) {
			return false;
		}
	}
	return true;
}

/* The table `number` of the next level, in the order of the tree. */
static const struct map_table *child_of(const struct map_tree *tree, const struct map_table *table, uint64_t ipa)
{
	for (size_t i = 0; i < tree->table_count; i++) {
		if (tree->tables[i].level == table->level + 1 && tree->tables[i].ipa == ipa) {
			return &tree->tables[i];
		}
	}
	return NULL;
}

static void box_make(const struct map_tree *tree, const struct map_table *table, const struct map_entry *entry,
	bool is_alone, struct box *box)
{
	const struct map_table *child = NULL;
	char size[MAP_TEXT_MAX];

	*box = (struct box){.kind = entry_kind(entry), .count = entry->count};
	(void)snprintf(box->lines[0], MAP_TEXT_MAX, "0x%" PRIx64, entry->ipa);
	(void)snprintf(box->lines[1], MAP_TEXT_MAX, "%" PRIu64 " \u00d7 %s", entry->count,
		map_size_text(map_span(table->level), size));
	(void)snprintf(box->lines[2], MAP_TEXT_MAX, "%s", looks[box->kind].label);
	if (entry->state == RTTE_TABLE && entry->count > 1) {
		(void)snprintf(box->lines[2], MAP_TEXT_MAX, "tables");
	}
	if (entry->state == RTTE_TABLE && entry->count == 1) {
		child = child_of(tree, table, entry->ipa);
	}
	if (!is_alone) {
		return; /* addresses differ from table to table */
	}
	if (child != NULL) {
		(void)snprintf(box->lines[3], MAP_TEXT_MAX, "RTT 0x%" PRIx64, child->pa);
	} else if (entry->is_contiguous) {
		(void)snprintf(box->lines[3], MAP_TEXT_MAX, "at 0x%" PRIx64, entry->pa);
	} else if (entry->state == RTTE_ASSIGNED) {
		(void)snprintf(box->lines[3], MAP_TEXT_MAX, entry->count > 1 ? "at many places" : "at a hidden place");
	}
}

static double box_width(const struct box *box)
{
	size_t most = 0;

	for (unsigned i = 0; i < BOX_LINES; i++) {
		size_t length = text_length(box->lines[i]);

		most = length > most ? length : most;
	}
	return (double)most * PAGE_CHARACTER_SMALL + BOX_SPACE;
}

static void box_draw(const struct page *page, const struct box *box, double x, double width)
{
	svg_box(page->to, x, page->y, width, BOX_HEIGHT, looks[box->kind].class);
	for (unsigned i = 0; i < BOX_LINES; i++) {
		char class[MAP_TEXT_MAX];

		(void)snprintf(class, sizeof(class), "%s%s", looks[box->kind].ink, i == 0 ? " bold" : "");
		if (box->lines[i][0] != '\0') {
			svg_text(page->to, x + width / 2, page->y + 2 + BOX_LINE * (i + 1), class, "%s", box->lines[i]);
		}
	}
}

/* Draw `count` boxes that fit in a line; the room that is left goes to them by the number of their entries. */
static void boxes_line(struct page *page, struct box *boxes, size_t count)
{
	double spare = ROOM - BOX_GAP * (double)(count - 1);
	uint64_t total = 0;
	double x = BOX_X;

	for (size_t i = 0; i < count; i++) {
		spare -= boxes[i].width;
		total += boxes[i].count;
	}
	for (size_t i = 0; i < count; i++) {
		double width = boxes[i].width + spare * (double)boxes[i].count / (double)total;

		box_draw(page, &boxes[i], x, width);
		x += width + BOX_GAP;
	}
	page->y += BOX_HEIGHT + BOX_GAP;
}

static void boxes_draw(struct page *page, const struct map_tree *tree, const struct map_table *table, bool is_alone)
{
	struct box boxes[BOXES_MAX];
	double width = 0;
	size_t first = 0;

	for (size_t i = 0; i < table->count; i++) {
		box_make(tree, table, &tree->entries[table->first + i], is_alone, &boxes[i]);
		boxes[i].width = box_width(&boxes[i]);
		if (i > first && width + boxes[i].width + BOX_GAP > ROOM) {
			boxes_line(page, boxes + first, i - first);
			first = i;
			width = 0;
		}
		width += boxes[i].width + BOX_GAP;
	}
	boxes_line(page, boxes + first, table->count - first);
}

/* The runs of one kind of entry to scale, as one path. */
static void strip_of_kind(
	const struct page *page, const struct map_tree *tree, const struct map_table *table, unsigned kind)
{
	const double unit = (double)ROOM / ENTRIES;
	bool is_begun = false;

	for (size_t i = table->first; i < table->first + table->count; i++) {
		const struct map_entry *entry = &tree->entries[i];
		uint64_t index = (entry->ipa - table->ipa) / map_span(table->level);
		double width = unit * (double)entry->count;

		if (entry_kind(entry) != kind) {
			continue;
		}
		fprintf(page->to, "%s%.1f %.1fh%.1fv%dh-%.1fz", is_begun ? "M" : "<path d=\"M",
			BOX_X + unit * (double)index, page->y, width, STRIP_HEIGHT, width);
		is_begun = true;
	}
	if (is_begun) {
		fprintf(page->to, "\" class=\"%s thin\"/>\n", looks[kind].class);
	}
}

static void strip_draw(struct page *page, const struct map_tree *tree, const struct map_table *table)
{
	for (unsigned kind = 0; kind < ENTRY_KIND_COUNT; kind++) {
		strip_of_kind(page, tree, table, kind);
	}
	page->y += STRIP_HEIGHT + BOX_GAP;
}

/* "RAM assigned 12, EMPTY unassigned 500": the entries of tables [first, first + count). */
static void entries_count(const struct map_tree *tree, size_t first, size_t count, char *text, size_t size)
{
	uint64_t counts[ENTRY_KIND_COUNT] = {0};
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = first; i < first + count; i++) {
		const struct map_table *table = &tree->tables[i];

		for (size_t j = table->first; j < table->first + table->count; j++) {
			counts[entry_kind(&tree->entries[j])] += tree->entries[j].count;
		}
	}
	for (unsigned i = 0; i < ENTRY_KIND_COUNT && length < size; i++) {
		if (counts[i] != 0) {
			length += (size_t)snprintf(text + length, size - length, "%s%" PRIu64 " %s",
				length == 0 ? "" : ", ", counts[i],
				i == ENTRY_TABLE && counts[i] > 1 ? "tables" : looks[i].label);
		}
	}
}

/* Tables [first, first + count) of the tree, which are alike. */
static void group_draw(struct page *page, const struct map_tree *tree, size_t first, size_t count)
{
	enum { COUNTS_MAX = 256 };
	const struct map_table *table = &tree->tables[first];
	const struct map_table *last = &tree->tables[first + count - 1];
	uint64_t end = UINT64_C(1) << tree->ipa_bits;
	uint64_t top = last->ipa + ENTRIES * map_span(last->level);
	char about[COUNTS_MAX] = "";
	double begin = page->y;

	if (count > 1) {
		(void)snprintf(about, sizeof(about), "%zu tables alike, the first one drawn", count);
	} else if (table->pa != 0) {
		(void)snprintf(about, sizeof(about), "RTT 0x%" PRIx64, table->pa);
	}
	svg_text(page->to, BOX_X, page->y + 12, "t", "0x%" PRIx64 " to 0x%" PRIx64 "   %s", table->ipa,
		(top < end ? top : end) - 1, about);
	page->y += PAGE_LINE;
	if (table->count > BOXES_MAX) {
		entries_count(tree, first, 1, about, sizeof(about));
		svg_text(page->to, BOX_X, page->y + 12, "d", "%zu runs, to scale: %s", table->count, about);
		page->y += PAGE_LINE;
		strip_draw(page, tree, table);
	} else if (table->count != 0) {
		boxes_draw(page, tree, table, count == 1);
	}
	svg_box(page->to, PAGE_MARGIN, begin, 5, page->y - begin - BOX_GAP, "rtt thin");
	page->y += 8;
}

static void level_draw(struct page *page, const struct map_tree *tree, size_t first, size_t count)
{
	enum { COUNTS_MAX = 256 };
	char text[COUNTS_MAX];
	char size[MAP_TEXT_MAX];
	unsigned groups = 0;
	size_t next;

	entries_count(tree, first, count, text, sizeof(text));
	svg_text(page->to, PAGE_MARGIN, page->y + 14, "t bold", "Level %d", tree->tables[first].level);
	svg_text(page->to, PAGE_MARGIN + 70, page->y + 14, "d", "%zu table%s%s, entries of %s: %s", count,
		count == 1 ? "" : "s", tree->tables[first].level == tree->start_level ? " (root)" : "",
		map_size_text(map_span(tree->tables[first].level), size), text);
	page->y += PAGE_LINE + 4;
	for (size_t i = first; i < first + count; i = next) {
		for (next = i + 1; next < first + count && is_alike(tree, &tree->tables[i], &tree->tables[next]);) {
			next++;
		}
		if (groups++ == GROUPS_MAX) {
			entries_count(tree, i, first + count - i, text, sizeof(text));
			svg_text(page->to, BOX_X, page->y + 12, "t",
				"\u22ee %zu more tables of this level, from 0x%" PRIx64 ", are not drawn: %s",
				first + count - i, tree->tables[i].ipa, text);
			page->y += PAGE_LINE;
			break;
		}
		group_draw(page, tree, i, next - i);
	}
	page->y += 4;
}

void map_svg_tree(struct page *page, const struct map_tree *tree)
{
	size_t next;

	svg_text(page->to, PAGE_MARGIN, page->y + 14, "h3", "Translation tree");
	svg_text(page->to, PAGE_MARGIN + 140, page->y + 14, "d",
		"VMID %u \u00b7 RD 0x%" PRIx64 " \u00b7 %u-bit addresses, unprotected from 0x%" PRIx64
		" \u00b7 %zu tables \u00b7 %" PRIu64 " granules of memory mapped",
		tree->vmid, tree->rd, tree->ipa_bits, UINT64_C(1) << (tree->ipa_bits - 1), tree->table_count,
		tree->data_mapped);
	page->y += PAGE_LINE + 4;
	if (!map_tree_agrees(tree)) {
		svg_text(page->to, PAGE_MARGIN, page->y + 12, "loud",
			"\u2260 the tree names %zu tables and %" PRIu64 " granules of memory; the monitor has %" PRIu64
			" and %" PRIu64 "%s",
			tree->table_count, tree->data_mapped, tree->rtt_granules, tree->data_granules,
			tree->is_whole ? "" : "; not every entry could be read");
		page->y += PAGE_LINE + 4;
	}
	for (size_t i = 0; i < tree->table_count; i = next) {
		for (next = i; next < tree->table_count && tree->tables[next].level == tree->tables[i].level;) {
			next++;
		}
		level_draw(page, tree, i, next - i);
	}
}
