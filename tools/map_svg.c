/* SPDX-License-Identifier: BSD-2-Clause */
/* map_svg.c - the picture of maps: the document, its legend, and what each map is about. */
#include "tools/map_svg.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { SWATCH_WIDTH = 34, SWATCH_HEIGHT = 18, TREES_MAX = 4, LIST_MAX = 20, TEXT_COLUMNS = 155, TITLE_COLUMNS = 115 };

/* Colours are told apart by people who see red and green alike (after Okabe and Ito), and each has a mark, a pattern or a border beside it.
 * Kinds keep theirs in the dark, with ink that suits them; paper, ink and what is hollow change. */
static const char style[] =
	"text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;font-size:12px;fill:#1b1f24}\n"
	".paper{fill:#fff}.h1{font-size:20px;font-weight:bold}.h2{font-size:16px;font-weight:bold}\n"
	".h3{font-size:13px;font-weight:bold}.bold{font-weight:bold}.d,.dim{fill:#57606a}\n"
	".mid{font-size:11px;text-anchor:middle;fill:#000}.mid.white{fill:#fff}.mid.ink{fill:#1b1f24}.mid.dim{fill:#57606a}\n"
	".not{font-size:12px;font-weight:bold;text-anchor:middle;fill:#b3261e}\n"
	".loud{font-weight:bold;fill:#b3261e}.fine{fill:#1a6e3c}\n"
	"rect,path{stroke:#57606a;stroke-width:1}.paper{stroke:none}.rule{stroke:none;fill:#d0d7de}\n"
	".thin{stroke-width:.5}.fold{stroke-dasharray:5 3}\n"
	".rd{fill:#0072b2}.rtt{fill:#cc79a7}.rec{fill:#009e73}.aux{fill:#9fdcc7}.data{fill:#56b4e9}\n"
	".spare{fill:#f0e442}.params{fill:#e8c9a0}.books{fill:#bdbdbd}.free{fill:url(#dots)}.shared{fill:url(#shared)}\n"
	".leaked{fill:url(#leaked);stroke:#b3261e;stroke-width:1.5}.lost{fill:url(#lost);stroke:#b3261e;stroke-width:1.5}\n"
	".unused,.none{fill:#f3f4f6;stroke:#afb8c1}.hole{fill:#e4f2fc;stroke:#2277aa;stroke-width:1.5}\n"
	".stripe{fill:url(#stripe)}.gone{fill:url(#gone)}.dash{stroke-dasharray:3 3}\n"
	".cells{fill:url(#cells);stroke:none}.alarm{fill:none;stroke:#b3261e;stroke-width:3}\n"
	".halo{paint-order:stroke;stroke:#fff;stroke-width:3px}\n"
	".pb{fill:#fff}.pd{fill:#8c959f}.ps{fill:#fdecc8}.pt{fill:#f2c05c}.pl{fill:#d55e00}.pm{fill:#a0206a}\n"
	".pn{fill:#56b4e9}.pg{fill:#dcd3c6}.px{fill:none;stroke:#7a6a55}.pc{stroke:#fff;stroke-opacity:.55}\n"
	".pb,.pd,.ps,.pt,.pl,.pm,.pn,.pg{stroke:none}\n"
	"@media (prefers-color-scheme:dark){\n"
	"text,.ink{fill:#e6edf3}.paper{fill:#0d1117}.d,.dim{fill:#9da7b1}.mid{fill:#000}.mid.white{fill:#fff}\n"
	".mid.ink{fill:#e6edf3}.mid.dim{fill:#b0bac4}.not,.loud{fill:#ff8a80}.fine{fill:#5fd38d}\n"
	"rect,path{stroke:#9da7b1}.paper{stroke:none}.rule{stroke:none;fill:#3d444d}\n"
	".unused,.none{fill:#1c2129;stroke:#57606a}.hole{fill:#10293d;stroke:#56b4e9}\n"
	".leaked,.lost{stroke:#ff8a80}.alarm{stroke:#ff8a80}.cells{stroke:none}.halo{stroke:#0d1117}\n"
	".pb{fill:#0d1117}.ps{fill:#4a3400}.pt{fill:#7a5500}.pl{fill:#d55e00}.pn{fill:#1d4a68}.pg{fill:#3a342b}\n"
	".px{stroke:#8f8068}.pc{stroke:#0d1117}.pb,.pd,.ps,.pt,.pl,.pm,.pn,.pg{stroke:none}\n"
	"}\n";

static const char patterns[] =
	"<pattern id=\"cells\" width=\"16\" height=\"20\" patternUnits=\"userSpaceOnUse\" x=\"134\">"
	"<path d=\"M0 0v20\" class=\"pc\"/></pattern>\n"
	"<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"6\" height=\"6\" class=\"pb\"/><circle cx=\"3\" cy=\"3\" r=\"1\" class=\"pd\"/></pattern>\n"
	"<pattern id=\"shared\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	"<rect width=\"8\" height=\"8\" class=\"ps\"/><rect width=\"3\" height=\"8\" class=\"pt\"/></pattern>\n"
	"<pattern id=\"leaked\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(-45)\">"
	"<rect width=\"8\" height=\"8\" class=\"pb\"/><rect width=\"4\" height=\"8\" class=\"pl\"/></pattern>\n"
	"<pattern id=\"lost\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"8\" height=\"8\" class=\"pb\"/><rect width=\"4\" height=\"4\" class=\"pm\"/>"
	"<rect x=\"4\" y=\"4\" width=\"4\" height=\"4\" class=\"pm\"/></pattern>\n"
	"<pattern id=\"stripe\" width=\"10\" height=\"10\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">"
	"<rect width=\"10\" height=\"10\" class=\"pb\"/><rect width=\"3\" height=\"10\" class=\"pn\"/></pattern>\n"
	"<pattern id=\"gone\" width=\"10\" height=\"10\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"10\" height=\"10\" class=\"pg\"/><path d=\"M0 0L10 10M10 0L0 10\" class=\"px\"/></pattern>\n";

static const struct kind_look kinds[MAP_KIND_COUNT] = {
	[MAP_RD] = {"rd", "mid white", "RD", "RD"},
	[MAP_RTT] = {"rtt", "mid", "T", "RTT"},
	[MAP_REC] = {"rec", "mid", "R", "REC"},
	[MAP_REC_AUX] = {"aux", "mid", "A", "REC aux"},
	[MAP_DATA] = {"data", "mid", "d", "data"},
	[MAP_SPARE] = {"spare", "mid", "s", "spare"},
	[MAP_PARAMS] = {"params", "mid", "p", "params"},
	[MAP_BOOKS] = {"books", "mid", "b", "books"},
	[MAP_FREE] = {"free", "mid ink halo", "f", "free"},
	[MAP_SHARED] = {"shared", "mid ink", "S", "shared"},
	[MAP_LEAKED] = {"leaked", "mid ink halo", "L", "leaked"},
	[MAP_LOST] = {"lost", "mid ink halo", "?", "lost"},
	[MAP_UNUSED] = {"unused", "mid dim", "", "unused"},
};

const struct kind_look *kind_look(enum map_kind kind)
{
	return &kinds[kind];
}

size_t text_length(const char *text)
{
	size_t length = 0;

	for (; *text != '\0'; text++) {
		length += ((unsigned char)*text & 0xC0) != 0x80;
	}
	return length;
}

static void swatch(struct page *page, double x, const char *class, const char *ink, const char *mark)
{
	svg_box(page->to, x, page->y, SWATCH_WIDTH, SWATCH_HEIGHT, class);
	if (mark[0] != '\0') {
		svg_text(page->to, x + SWATCH_WIDTH / 2.0, page->y + 13, ink, "%s", mark);
	}
}

/* One line of a column of the legend; the swatch is there. */
static void legend_item(struct page *page, double x, double label_width, const char *label, const char *text)
{
	x += SWATCH_WIDTH + 8;
	svg_text(page->to, x, page->y + 13, "t bold", "%s", label);
	svg_text(page->to, x + label_width, page->y + 13, "d", "%s", text);
}

/* Kind `i` of memory, or behind the last the mark of a disagreement. */
static void legend_kind(struct page *page, double x, unsigned i)
{
	enum { LABEL_WIDTH = 94 };

	if (i == MAP_KIND_COUNT) {
		swatch(page, x, "alarm", "not", "\u2260");
		legend_item(page, x, LABEL_WIDTH, "disagreement", "ledger and monitor differ");
		return;
	}
	swatch(page, x, kinds[i].class, kinds[i].ink, kinds[i].mark);
	legend_item(page, x, LABEL_WIDTH, kinds[i].label, map_kind_text((enum map_kind)i));
}

/* Two columns of kinds of memory, and one of kinds of entries. */
static void legend_draw(struct page *page)
{
	enum { KIND_ROWS = (MAP_KIND_COUNT + 2) / 2, ENTRY_LABEL_WIDTH = 156, LEGEND_STEP = 22 };
	const double columns[] = {PAGE_MARGIN, PAGE_MARGIN + 388, PAGE_MARGIN + 760};

	svg_text(page->to, columns[0], page->y + 12, "h3", "Granules of physical memory");
	svg_text(page->to, columns[2], page->y + 12, "h3", "Entries of translation tables, not to scale");
	page->y += LEGEND_STEP;
	for (unsigned i = 0; i < ENTRY_KIND_COUNT; i++) {
		const struct entry_look *look = entry_look((enum entry_kind)i);

		if (i < KIND_ROWS) {
			legend_kind(page, columns[0], i);
		}
		if (i < KIND_ROWS && i + KIND_ROWS <= MAP_KIND_COUNT) {
			legend_kind(page, columns[1], i + KIND_ROWS);
		}
		swatch(page, columns[2], look->class, look->ink, "");
		legend_item(page, columns[2], ENTRY_LABEL_WIDTH, look->label, look->text);
		page->y += LEGEND_STEP;
	}
	page->y += PAGE_LINE / 2.0;
}

/* A text of any length, broken where it is too wide. */
static void paragraph(struct page *page, const char *class, size_t columns, const char *text)
{
	while (*text != '\0') {
		size_t bytes = 0;
		size_t space = 0;

		for (size_t characters = 0; text[bytes] != '\0' && characters < columns; bytes++) {
			characters += ((unsigned char)text[bytes + 1] & 0xC0) != 0x80;
			space = text[bytes] == ' ' ? bytes + 1 : space;
		}
		if (text[bytes] != '\0' && space != 0) {
			bytes = space;
		}
		svg_text(page->to, PAGE_MARGIN, page->y + 13, class, "%.*s", (int)bytes, text);
		page->y += PAGE_LINE;
		text += bytes;
	}
}

static void about_draw(struct page *page, const struct map *map)
{
	char text[4 * MAP_TEXT_MAX] = "no realm";
	char page_size[MAP_TEXT_MAX];
	char memory[MAP_TEXT_MAX];
	uint64_t granules = 0;

	for (unsigned i = 0; i < MAP_KIND_COUNT; i++) {
		granules += map->totals[i];
	}
	if (map->has_realm && map->realm_rd != 0) {
		(void)snprintf(text, sizeof(text), "realm %s, VMID %u, RD 0x%" PRIx64,
			reeve_realm_state_name(map->realm_state), map->realm_vmid, map->realm_rd);
	} else if (map->has_realm) {
		(void)snprintf(text, sizeof(text), "realm %s", reeve_realm_state_name(map->realm_state));
	}
	svg_text(page->to, PAGE_MARGIN, page->y + 13, "t",
		"%s \u00b7 host pages of %s \u00b7 %s of memory, %" PRIu64 " granules", text,
		map_size_text(map->page_size, page_size), map_size_text(granules * REEVE_GRANULE_SIZE, memory),
		granules);
	page->y += PAGE_LINE;
	if (map->error != NULL) {
		svg_text(page->to, PAGE_MARGIN, page->y + 13, "t", "The last call on the realm that failed:");
		page->y += PAGE_LINE;
		paragraph(page, "loud", TEXT_COLUMNS, map->error);
	}
}

/* Whether all is well, in one line. */
static void verdict_draw(struct page *page, const struct map *map)
{
	if (map->disagreements != 0) {
		svg_text(page->to, PAGE_MARGIN, page->y + 13, "loud",
			"\u2260 the host's ledger and the monitor do not agree on %" PRIu64 " granules",
			map->disagreements);
	} else {
		svg_text(page->to, PAGE_MARGIN, page->y + 13, "fine",
			"\u2713 the host's ledger and the monitor agree on every granule");
	}
	page->y += PAGE_LINE;
	if (map->totals[MAP_LEAKED] != 0) {
		svg_text(page->to, PAGE_MARGIN, page->y + 13, "loud", "! %" PRIu64 " granules are leaked",
			map->totals[MAP_LEAKED]);
		page->y += PAGE_LINE;
	}
	page->y += 4;
}

/* How much there is of each kind. */
static void totals_draw(struct page *page, const struct map *map)
{
	double x = PAGE_MARGIN;

	for (unsigned i = 0; i < MAP_KIND_COUNT; i++) {
		char text[2 * MAP_TEXT_MAX];
		char size[MAP_TEXT_MAX];
		double width;

		if (map->totals[i] == 0) {
			continue;
		}
		(void)snprintf(text, sizeof(text), "%s %" PRIu64 " \u00b7 %s", kinds[i].label, map->totals[i],
			map_size_text(map->totals[i] * REEVE_GRANULE_SIZE, size));
		width = SWATCH_WIDTH + 6 + (double)text_length(text) * PAGE_CHARACTER + 20;
		if (x + width > PAGE_MARGIN + PAGE_INNER) {
			x = PAGE_MARGIN;
			page->y += SWATCH_HEIGHT + 6;
		}
		swatch(page, x, kinds[i].class, kinds[i].ink, kinds[i].mark);
		svg_text(page->to, x + SWATCH_WIDTH + 6, page->y + 13, "t", "%s", text);
		x += width;
	}
	page->y += SWATCH_HEIGHT + PAGE_LINE;
}

static void leak_line(struct page *page, const struct map_run *run)
{
	const struct rmi_command_info *info = rmi_command_info(run->command);
	char status[MAP_TEXT_MAX];

	svg_text(page->to, PAGE_MARGIN, page->y + 12, "t",
		"0x%-14" PRIx64 " %6" PRIu64 "  %-8s VMID %-4u %s returned %s; the monitor has it as %s", run->base,
		run->count, reeve_use_name(run->was), run->vmid, info == NULL ? "no call" : info->name,
		map_status_text(run->returned, status), map_state_name(run));
}

static void disagreement_line(struct page *page, const struct map_run *run)
{
	svg_text(page->to, PAGE_MARGIN, page->y + 12, "t",
		"0x%-14" PRIx64 " %6" PRIu64 "  ledger: %-8s VMID %-4u monitor: %s, RD 0x%" PRIx64, run->base,
		run->count, kinds[run->kind].label, run->vmid, map_state_name(run), run->owner);
}

static bool is_leaked(const struct map_run *run)
{
	return run->kind == MAP_LEAKED;
}

static bool is_disagreement(const struct map_run *run)
{
	return !run->agrees;
}

/* A line for each of the runs that `is` picks, as far as LIST_MAX goes. */
static void list_draw(struct page *page, const struct map *map, const char *heading,
	bool (*is)(const struct map_run *run), void (*line)(struct page *page, const struct map_run *run))
{
	uint64_t beyond = 0;
	unsigned lines = 0;

	for (size_t i = 0; i < map->run_count; i++) {
		const struct map_run *run = &map->runs[i];

		if (!is(run)) {
			continue;
		}
		if (lines == 0) {
			svg_text(page->to, PAGE_MARGIN, page->y + 13, "h3", "%s", heading);
			page->y += PAGE_LINE + 4;
		}
		if (lines++ >= LIST_MAX) {
			beyond += run->count;
			continue;
		}
		line(page, run);
		page->y += PAGE_LINE;
	}
	if (beyond != 0) {
		svg_text(page->to, PAGE_MARGIN, page->y + 12, "t", "\u22ee and %" PRIu64 " more granules", beyond);
		page->y += PAGE_LINE;
	}
	page->y += lines == 0 ? 0 : PAGE_LINE / 2.0;
}

static void map_draw(struct page *page, const struct map *map)
{
	svg_box(page->to, PAGE_MARGIN, page->y, PAGE_INNER, 2, "rule");
	page->y += PAGE_LINE;
	paragraph(page, "h2", TITLE_COLUMNS, map->title);
	page->y += 4;
	about_draw(page, map);
	verdict_draw(page, map);
	totals_draw(page, map);
	map_svg_memory(page, map);
	list_draw(page, map, "Leaked", is_leaked, leak_line);
	list_draw(page, map, "Where ledger and monitor differ", is_disagreement, disagreement_line);
	for (size_t i = 0; i < map->tree_count && i < TREES_MAX; i++) {
		map_svg_tree(page, &map->trees[i]);
	}
	if (map->tree_count > TREES_MAX) {
		svg_text(page->to, PAGE_MARGIN, page->y + 13, "t", "\u22ee and the trees of %zu more realms",
			map->tree_count - TREES_MAX);
		page->y += PAGE_LINE;
	}
	page->y += PAGE_LINE;
}

bool map_svg(struct map *const maps[], size_t count, FILE *to)
{
	char *body = NULL;
	size_t size = 0;
	struct page page = {.to = open_memstream(&body, &size), .y = PAGE_MARGIN};
	bool is_good;

	if (page.to == NULL) {
		return false;
	}
	svg_text(page.to, PAGE_MARGIN, page.y + 14, "h1", "Memory map of the machine");
	page.y += 2 * PAGE_LINE;
	legend_draw(&page);
	for (size_t i = 0; i < count; i++) {
		map_draw(&page, maps[i]);
	}
	is_good = !ferror(page.to);
	is_good = fclose(page.to) == 0 && is_good;
	if (is_good) {
		fprintf(to,
			"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %.0f\" width=\"%d\" height=\"%.0f\">\n"
			"<title>reeve: memory map of the machine</title>\n<style>\n%s</style>\n<defs>\n%s</defs>\n",
			PAGE_WIDTH, page.y, PAGE_WIDTH, page.y, style, patterns);
		svg_box(to, 0, 0, PAGE_WIDTH, page.y, "paper");
		(void)fwrite(body, 1, size, to);
		fputs("</svg>\n", to);
	}
	free(body);
	return is_good;
}
