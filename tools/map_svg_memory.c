/* SPDX-License-Identifier: BSD-2-Clause */
/* map_svg_memory.c - draws physical memory as rows of cells, 64 a row; rows that are all alike are folded into one band.
 *
 * A cell is a granule. Where that would be too many rows, it is 8, 64, 512, ... granules, and shows each kind's share. */
#include <inttypes.h>
#include <string.h>

#include "tools/map_svg.h"

enum {
	CELLS = 64, /* a row */
	CELL_WIDTH = 16,
	ROW_HEIGHT = 20,
	ROW_STEP = 24,
	GRID_X = PAGE_MARGIN + 110,
	GRID_WIDTH = CELLS * CELL_WIDTH,
	ROWS_MAX = 44,
	PIECES_MAX = 3000,
	SCALE_STEP = 8,
	SHARE_LEAST = 2, /* pixels of a kind that a cell has at all */
	LABEL_SPACE = 8,
};

/* Neighbouring granules of a row that are drawn as one. */
struct piece {
	double x; /* in pixels from the left of the grid */
	double width;
	uint64_t base;
	uint64_t count;
	uint64_t owner;
	enum map_kind kind;
	uint16_t vmid;
	bool agrees;
	bool is_share; /* of a cell that others share; base is the cell's */
};

struct row {
	uint64_t base;
	uint64_t times; /* rows like this one from here on */
	size_t first;
	size_t count;
};

/* All memory at one scale. */
struct grid {
	uint64_t scale; /* granules of a cell */
	struct row rows[ROWS_MAX];
	size_t row_count;
	struct piece pieces[PIECES_MAX];
	size_t piece_count;
	bool is_full; /* it did not fit */
};

static bool is_alike(const struct piece *a, const struct piece *b)
{
	return a->kind == b->kind && a->vmid == b->vmid && a->owner == b->owner && a->agrees == b->agrees &&
		!a->is_share && !b->is_share;
}

/* Put a piece behind those the row has; it grows the last one if that is alike and ends where this one begins. */
static void piece_add(struct grid *grid, struct row *row, const struct piece *piece)
{
	struct piece *last = row->count == 0 ? NULL : &grid->pieces[row->first + row->count - 1];

	if (last != NULL && is_alike(last, piece) && last->base + last->count * REEVE_GRANULE_SIZE == piece->base) {
		last->width += piece->width;
		last->count += piece->count;
		return;
	}
	if (grid->piece_count == PIECES_MAX) {
		grid->is_full = true;
		return;
	}
	grid->pieces[grid->piece_count++] = *piece;
	row->count++;
}

static struct piece piece_of(const struct map_run *run, uint64_t base, uint64_t count)
{
	return (struct piece){.base = base,
		.count = count,
		.owner = run->owner,
		.kind = run->kind,
		.vmid = run->vmid,
		.agrees = run->agrees};
}

/* What a cell of several granules holds, by kind; a kind with a disagreement in it disagrees. */
struct shares {
	struct piece kinds[MAP_KIND_COUNT];
	unsigned kind_count; /* that are there */
	bool is_uniform;     /* all granules are alike in every way */
	struct piece first;  /* the first granules */
	uint64_t total;
};

static void shares_add(struct shares *shares, const struct piece *piece)
{
	struct piece *share = &shares->kinds[piece->kind];

	if (shares->total == 0) {
		shares->first = *piece;
		shares->is_uniform = true;
	}
	shares->is_uniform = shares->is_uniform && is_alike(&shares->first, piece);
	shares->total += piece->count;
	if (share->count == 0) {
		*share = *piece;
		shares->kind_count++;
	} else {
		share->count += piece->count;
		share->agrees = share->agrees && piece->agrees;
	}
}

/* Draw a cell's shares side by side: each as wide as it is large, and wide enough to be seen. */
static void shares_place(struct grid *grid, struct row *row, const struct shares *shares, double x, uint64_t base)
{
	double spare = CELL_WIDTH - (double)SHARE_LEAST * shares->kind_count;

	for (unsigned i = 0; i < MAP_KIND_COUNT; i++) {
		struct piece piece = shares->kinds[i];

		if (piece.count != 0) {
			piece.x = x;
			piece.width = SHARE_LEAST + spare * (double)piece.count / (double)shares->total;
			piece.base = base;
			piece.is_share = true;
			x += piece.width;
			piece_add(grid, row, &piece);
		}
	}
}

/* Fill one cell from the runs at *at on, which is moved to the first run that reaches beyond the cell. */
static void cell_fill(struct grid *grid, struct row *row, unsigned cell, const struct map *map, size_t *at)
{
	uint64_t size = grid->scale * REEVE_GRANULE_SIZE;
	uint64_t base = row->base + cell * size;
	struct shares shares = {.total = 0};
	double x = (double)cell * CELL_WIDTH;

	while (*at < map->run_count && map->runs[*at].base < base + size) {
		const struct map_run *run = &map->runs[*at];
		uint64_t top = run->base + run->count * REEVE_GRANULE_SIZE;
		uint64_t from = run->base > base ? run->base : base;
		uint64_t to = top < base + size ? top : base + size;
		struct piece piece = piece_of(run, from, (to - from) / REEVE_GRANULE_SIZE);

		shares_add(&shares, &piece);
		if (top > base + size) {
			break;
		}
		(*at)++;
	}
	if (shares.total == 0) {
		return; /* no memory here */
	}
	if (shares.is_uniform) {
		struct piece piece = shares.first;

		piece.count = shares.total;
		piece.x = x;
		piece.width = CELL_WIDTH;
		piece_add(grid, row, &piece);
		return;
	}
	shares_place(grid, row, &shares, x, base);
}

/* Fill a row from the runs at *at on, which is moved to the first run that reaches beyond it. */
static void row_fill(struct grid *grid, struct row *row, const struct map *map, size_t *at)
{
	const struct map_run *run = &map->runs[*at];
	uint64_t count = CELLS * grid->scale;
	uint64_t top = run->base + run->count * REEVE_GRANULE_SIZE;

	if (run->base <= row->base && top > row->base + count * REEVE_GRANULE_SIZE) {
		struct piece piece = piece_of(run, row->base, count);

		piece.width = GRID_WIDTH;
		piece_add(grid, row, &piece);
		return;
	}
	for (unsigned cell = 0; cell < CELLS; cell++) {
		cell_fill(grid, row, cell, map, at);
	}
}

static bool is_uniform(const struct grid *grid, const struct row *row)
{
	const struct piece *piece = &grid->pieces[row->first];

	return row->count == 1 && piece->count == CELLS * grid->scale;
}

/* Keep the row that was filled last, or fold it into the one above. */
static void row_keep(struct grid *grid, const struct row *row)
{
	struct row *above = grid->row_count == 0 ? NULL : &grid->rows[grid->row_count - 1];
	uint64_t size = CELLS * grid->scale * REEVE_GRANULE_SIZE;

	if (above != NULL && above->base + above->times * size == row->base && is_uniform(grid, above) &&
		is_uniform(grid, row) && is_alike(&grid->pieces[above->first], &grid->pieces[row->first])) {
		above->times++;
		grid->piece_count = row->first;
		return;
	}
	if (grid->row_count == ROWS_MAX) {
		grid->is_full = true;
		return;
	}
	grid->rows[grid->row_count++] = *row;
}

static void grid_make(struct grid *grid, const struct map *map, uint64_t scale)
{
	uint64_t size = CELLS * scale * REEVE_GRANULE_SIZE;
	uint64_t base = 0;
	size_t at = 0;

	grid->scale = scale;
	grid->row_count = 0;
	grid->piece_count = 0;
	grid->is_full = false;
	while (at < map->run_count && !grid->is_full) {
		struct row row = {.times = 1, .first = grid->piece_count};
		uint64_t next = map->runs[at].base - map->runs[at].base % size;

		row.base = next > base ? next : base;
		row_fill(grid, &row, map, &at);
		row_keep(grid, &row);
		base = row.base + size;
	}
}

/* The most that fits into `width` of: name and owner, name, mark; "" when nothing does. */
static void label_make(const struct piece *piece, double width, char text[MAP_TEXT_MAX])
{
	const struct kind_look *look = kind_look(piece->kind);
	size_t room = width <= LABEL_SPACE ? 0 : (size_t)((width - LABEL_SPACE) / PAGE_CHARACTER_SMALL);

	if (piece->vmid != 0 && snprintf(text, MAP_TEXT_MAX, "%s \u00b7 VMID %u", look->label, piece->vmid) > 0 &&
		text_length(text) <= room) {
		return;
	}
	text[0] = '\0';
	if (strlen(look->label) <= room) {
		(void)snprintf(text, MAP_TEXT_MAX, "%s", look->label);
	} else if (width >= CELL_WIDTH) {
		(void)snprintf(text, MAP_TEXT_MAX, "%s", look->mark);
	}
}

/* What the pointer is told. */
static void piece_box(struct page *page, const struct piece *piece, uint64_t count, const char *class)
{
	uint64_t top = piece->base + count * REEVE_GRANULE_SIZE;
	const char *name = map_kind_text(piece->kind);
	char size[MAP_TEXT_MAX];

	(void)map_size_text(count * REEVE_GRANULE_SIZE, size);
	if (piece->is_share) {
		svg_box_tip(page->to, GRID_X + piece->x, page->y, piece->width, ROW_HEIGHT, class,
			"%s: %" PRIu64 " granules, %s, among those from 0x%" PRIx64, name, count, size, piece->base);
		return;
	}
	svg_box_tip(page->to, GRID_X + piece->x, page->y, piece->width, ROW_HEIGHT, class,
		"0x%" PRIx64 " to 0x%" PRIx64 ": %s, %" PRIu64 " granules, %s; VMID %u, RD 0x%" PRIx64, piece->base,
		top - 1, name, count, size, piece->vmid, piece->owner);
}

static void disagreement_draw(struct page *page, const struct piece *piece)
{
	if (!piece->agrees) {
		svg_box(page->to, GRID_X + piece->x + 1, page->y + 1, piece->width - 2, ROW_HEIGHT - 2, "alarm");
		svg_text(page->to, GRID_X + piece->x + piece->width, page->y + 7, "not", "\u2260");
	}
}

static void row_draw(struct page *page, const struct grid *grid, const struct row *row)
{
	svg_text(page->to, PAGE_MARGIN, page->y + 14, "t", "0x%" PRIx64, row->base);
	for (size_t i = row->first; i < row->first + row->count; i++) {
		const struct piece *piece = &grid->pieces[i];

		piece_box(page, piece, piece->count, kind_look(piece->kind)->class);
	}
	svg_box(page->to, GRID_X, page->y, GRID_WIDTH, ROW_HEIGHT, "cells");
	for (size_t i = row->first; i < row->first + row->count; i++) {
		const struct piece *piece = &grid->pieces[i];
		char text[MAP_TEXT_MAX];

		label_make(piece, piece->width, text);
		if (text[0] != '\0' && !piece->is_share) {
			svg_text(page->to, GRID_X + piece->x + piece->width / 2, page->y + 14,
				kind_look(piece->kind)->ink, "%s", text);
		}
		disagreement_draw(page, piece);
	}
	page->y += ROW_STEP;
}

/* Rows that are all alike, as one. */
static void band_draw(struct page *page, const struct grid *grid, const struct row *row)
{
	const struct piece *piece = &grid->pieces[row->first];
	const struct kind_look *look = kind_look(piece->kind);
	uint64_t count = row->times * CELLS * grid->scale;
	char class[MAP_TEXT_MAX];
	char name[MAP_TEXT_MAX];
	char size[MAP_TEXT_MAX];

	(void)snprintf(class, sizeof(class), "%s fold", look->class);
	label_make(piece, GRID_WIDTH, name);
	svg_text(page->to, PAGE_MARGIN, page->y + 14, "t", "0x%" PRIx64, row->base);
	piece_box(page, piece, count, class);
	svg_text(page->to, GRID_X + GRID_WIDTH / 2.0, page->y + 14, look->ink,
		"\u22ee  %s \u00b7 %s \u00b7 %" PRIu64 " granules, to 0x%" PRIx64 "  \u22ee", name,
		map_size_text(count * REEVE_GRANULE_SIZE, size), count, row->base + count * REEVE_GRANULE_SIZE - 1);
	disagreement_draw(page, piece);
	page->y += ROW_STEP;
}

void map_svg_memory(struct page *page, const struct map *map)
{
	struct grid grid;
	char cell[MAP_TEXT_MAX];
	char row[MAP_TEXT_MAX];
	uint64_t scale = 1;

	for (grid_make(&grid, map, scale); grid.is_full; grid_make(&grid, map, scale)) {
		scale *= SCALE_STEP;
	}
	svg_text(page->to, PAGE_MARGIN, page->y + 14, "h3", "Physical memory");
	svg_text(page->to, GRID_X + 30, page->y + 14, "d",
		"a cell is %" PRIu64 " granule%s, %s; a row %s; \u22ee rows alike, folded%s", scale,
		scale == 1 ? "" : "s", map_size_text(scale * REEVE_GRANULE_SIZE, cell),
		map_size_text(CELLS * scale * REEVE_GRANULE_SIZE, row),
		scale == 1 ? "" : "; a cell with several kinds shows their shares");
	page->y += ROW_STEP;
	for (size_t i = 0; i < grid.row_count; i++) {
		if (grid.rows[i].times > 1) {
			band_draw(page, &grid, &grid.rows[i]);
		} else {
			row_draw(page, &grid, &grid.rows[i]);
		}
	}
	page->y += PAGE_LINE / 2.0;
}
