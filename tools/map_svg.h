/* SPDX-License-Identifier: BSD-2-Clause */
/* map_svg.h - the parts of a map's picture: each is drawn at page->y, and moves it below what it drew.
 *
 *   document, legend, what a map is about, leaks (map_svg.c) | physical memory (map_svg_memory.c) | a tree (map_svg_tree.c) */
#ifndef TOOLS_MAP_SVG_H
#define TOOLS_MAP_SVG_H

#include "tools/map_facts.h"
#include "tools/svg.h"

enum {
	PAGE_WIDTH = 1200,
	PAGE_MARGIN = 24,
	PAGE_INNER = PAGE_WIDTH - 2 * PAGE_MARGIN,
	PAGE_LINE = 18, /* from a line of text to the next */
};

/* Width of a character of the monospaced fonts, of 12 and of 11 pixels; none is wider. */
#define PAGE_CHARACTER 7.23
#define PAGE_CHARACTER_SMALL 6.63

struct page {
	FILE *to;
	double y;
};

/* The style of a kind of memory, the style of text on it, the mark of a single granule, and the name of a larger run. */
struct kind_look {
	const char *class;
	const char *ink;
	const char *mark;
	const char *label;
};
const struct kind_look *kind_look(enum map_kind kind);

/* What an entry of a table is drawn as. */
enum entry_kind {
	ENTRY_TABLE,
	ENTRY_RAM,
	ENTRY_RAM_UNASSIGNED,
	ENTRY_EMPTY,
	ENTRY_EMPTY_ASSIGNED,
	ENTRY_DESTROYED,
	ENTRY_DESTROYED_ASSIGNED,
	ENTRY_SHARED,
	ENTRY_NOT_SHARED,
	ENTRY_KIND_COUNT
};
struct entry_look {
	const char *class;
	const char *ink;
	const char *label; /* "RAM assigned" */
	const char *text;
};
const struct entry_look *entry_look(enum entry_kind kind);
enum entry_kind entry_kind(const struct map_entry *entry);

void map_svg_memory(struct page *page, const struct map *map);
void map_svg_tree(struct page *page, const struct map_tree *tree);

/* How many UTF-8 characters a text has. */
size_t text_length(const char *text);

#endif
