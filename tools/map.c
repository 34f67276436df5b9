/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - asks the monitor and the host's ledger of every granule, by way of a source, and joins what they say. */
#include "tools/map.h"

#include <stdlib.h>
#include <string.h>

#include "tools/map_facts.h"

/* How a use of the ledger is shown, and the state in which the monitor has to have such a granule. */
static const struct {
	enum map_kind kind;
	enum rmi_granule_state state;
} uses[REEVE_USE_COUNT] = {
	[REEVE_USE_FREE] = {MAP_FREE, GRANULE_UNDELEGATED},
	[REEVE_USE_BOOKS] = {MAP_BOOKS, GRANULE_UNDELEGATED},
	[REEVE_USE_PARAMS] = {MAP_PARAMS, GRANULE_UNDELEGATED},
	[REEVE_USE_SPARE] = {MAP_SPARE, GRANULE_DELEGATED},
	[REEVE_USE_RD] = {MAP_RD, GRANULE_RD},
	[REEVE_USE_RTT] = {MAP_RTT, GRANULE_RTT},
	[REEVE_USE_REC] = {MAP_REC, GRANULE_REC},
	[REEVE_USE_REC_AUX] = {MAP_REC_AUX, GRANULE_REC_AUX},
	[REEVE_USE_DATA] = {MAP_DATA, GRANULE_DATA},
	[REEVE_USE_LEAKED] = {MAP_LEAKED, GRANULE_STATE_COUNT}, /* any in which it is not the host's */
};

/* Host memory that a realm sees. */
struct window {
	uint64_t base;
	uint64_t top;
};

/* A walk over all granules in ascending address. */
struct survey {
	struct map *map;
	const struct map_source *source;
	const struct window *windows; /* by base */
	size_t window_count;
	size_t window_at;
	uint64_t cursor; /* where no granule was looked at yet */
	bool has_failed; /* no memory */
};

static bool windows_have(struct survey *survey, uint64_t pa)
{
	while (survey->window_at < survey->window_count && survey->windows[survey->window_at].top <= pa) {
		survey->window_at++;
	}
	return survey->window_at < survey->window_count && survey->windows[survey->window_at].base <= pa;
}

static bool is_same(const struct map_run *a, const struct map_run *b)
{
	return a->state == b->state && a->owner == b->owner && a->kind == b->kind && a->agrees == b->agrees &&
		a->vmid == b->vmid && a->was == b->was && a->command == b->command && a->returned == b->returned;
}

/* Put one granule into the last run, or a new one. */
static void granule_add(struct survey *survey, const struct map_run *granule)
{
	struct map *map = survey->map;
	struct map_run *last = map->run_count == 0 ? NULL : &map->runs[map->run_count - 1];
	struct map_run *more;

	map->totals[granule->kind]++;
	map->disagreements += !granule->agrees;
	if (last != NULL && last->base + last->count * REEVE_GRANULE_SIZE == granule->base && is_same(last, granule)) {
		last->count++;
		return;
	}
	more = map_grow(map->runs, map->run_count, sizeof(*more));
	if (more == NULL) {
		survey->has_failed = true;
		return;
	}
	map->runs = more;
	map->runs[map->run_count++] = *granule;
}

/* What the monitor says of a granule. False when it knows no such memory. */
static bool granule_ask(const struct survey *survey, uint64_t pa, struct map_run *granule)
{
	struct reeve_granule_info info;

	*granule = (struct map_run){.base = pa, .count = 1, .state = GRANULE_STATE_COUNT, .command = RMI_COMMAND_COUNT};
	if (!survey->source->granule(survey->source->context, pa, &info)) {
		return false;
	}
	granule->state = info.state;
	granule->owner = info.owner.value;
	return true;
}

/* Enter granules that the ledger does not have, up to `top` or where memory ends. */
static void survey_to(struct survey *survey, uint64_t top)
{
	struct map_run granule;

	while (survey->cursor < top && !survey->has_failed && granule_ask(survey, survey->cursor, &granule)) {
		granule.agrees = granule.state == GRANULE_UNDELEGATED;
		granule.kind = windows_have(survey, granule.base) ? MAP_SHARED : MAP_UNUSED;
		if (!granule.agrees) {
			granule.kind = MAP_LOST;
		}
		granule_add(survey, &granule);
		survey->cursor += REEVE_GRANULE_SIZE;
	}
}

static bool survey_entry(void *context, const struct reeve_ledger_entry *entry)
{
	struct survey *survey = context;
	struct map_run granule;

	survey_to(survey, entry->pa.value);
	(void)granule_ask(survey, entry->pa.value, &granule);
	granule.kind = uses[entry->use].kind;
	granule.vmid = entry->vmid;
	granule.agrees = granule.state == uses[entry->use].state;
	if (entry->use == REEVE_USE_LEAKED) {
		granule.agrees = granule.state != GRANULE_UNDELEGATED && granule.state != GRANULE_STATE_COUNT;
		granule.was = entry->was;
		granule.command = entry->command;
		granule.returned = entry->returned;
	}
	granule_add(survey, &granule);
	if (entry->pa.value >= survey->cursor) {
		survey->cursor = entry->pa.value + REEVE_GRANULE_SIZE;
	}
	return !survey->has_failed;
}

/* Fill map->runs and the totals anew. */
static bool memory_take(
	struct map *map, const struct map_source *source, const struct window *windows, size_t window_count)
{
	struct survey survey = {
		.map = map,
		.source = source,
		.windows = windows,
		.window_count = window_count,
		.cursor = source->base,
	};

	free(map->runs);
	map->runs = NULL;
	map->run_count = 0;
	map->disagreements = 0;
	memset(map->totals, 0, sizeof(map->totals));
	source->ledger(source->context, survey_entry, &survey);
	survey_to(&survey, UINT64_MAX);
	return !survey.has_failed;
}

/* What is known of a tree beside its entries: its roots, and how many granules the monitor has for it. */
static void tree_complete(struct map *map, struct map_tree *tree, const struct map_source *source)
{
	for (size_t i = 0; i < map->run_count; i++) {
		const struct map_run *run = &map->runs[i];

		if (run->owner == tree->rd) {
			tree->rtt_granules += run->state == GRANULE_RTT ? run->count : 0;
			tree->data_granules += run->state == GRANULE_DATA ? run->count : 0;
			tree->vmid = run->base == tree->rd ? run->vmid : tree->vmid;
		}
	}
	for (size_t i = 0; source->rd == tree->rd && i < tree->root_count; i++) {
		tree->tables[i].pa = source->roots + i * REEVE_GRANULE_SIZE;
	}
}

/* A tree for each RD of the machine. */
static bool trees_take(struct map *map, const struct map_source *source)
{
	for (size_t i = 0; i < map->run_count; i++) {
		struct map_tree *more;
		struct map_tree *tree;

		if (map->runs[i].state != GRANULE_RD) {
			continue;
		}
		more = map_grow(map->trees, map->tree_count, sizeof(*more));
		if (more == NULL) {
			return false;
		}
		map->trees = more;
		tree = &map->trees[map->tree_count++];
		*tree = (struct map_tree){.rd = map->runs[i].base};
		tree->lpa2 = source->rd == tree->rd && source->lpa2;
		if (!map_tree_read(source, tree)) {
			return false;
		}
		tree_complete(map, tree, source);
	}
	return true;
}

static int window_compare(const void *a, const void *b)
{
	const struct window *first = a;
	const struct window *second = b;

	return (first->base > second->base) - (first->base < second->base);
}

static bool window_add(struct window **windows, size_t *count, struct window window)
{
	struct window *more = map_grow(*windows, *count, sizeof(*more));

	if (more == NULL) {
		return false;
	}
	*windows = more;
	more[(*count)++] = window;
	return true;
}

static bool windows_of_table(
	const struct map_tree *tree, const struct map_table *table, struct window **windows, size_t *count)
{
	for (size_t i = table->first; i < table->first + table->count; i++) {
		const struct map_entry *entry = &tree->entries[i];
		struct window window = {entry->pa, entry->pa + entry->count * map_span(table->level)};
		bool is_window = !entry->is_protected && entry->state == RTTE_ASSIGNED;

		if (is_window && !window_add(windows, count, window)) {
			return false;
		}
	}
	return true;
}

static bool windows_of_tree(const struct map_tree *tree, struct window **windows, size_t *count)
{
	for (size_t i = 0; i < tree->table_count; i++) {
		if (!windows_of_table(tree, &tree->tables[i], windows, count)) {
			return false;
		}
	}
	return true;
}

/* The host memory that the trees name, by address. */
static bool windows_find(const struct map *map, struct window **windows, size_t *count)
{
	for (size_t i = 0; i < map->tree_count; i++) {
		if (!windows_of_tree(&map->trees[i], windows, count)) {
			return false;
		}
	}
	if (*count != 0) {
		qsort(*windows, *count, sizeof(**windows), window_compare);
	}
	return true;
}

/* The bytes of the UTF-8 character at `text` that may stand in XML and JSON as it is; 0 when it is none. */
static size_t character_size(const char *text)
{
	static const uint32_t least[] = {0, 0x20, 0x80, 0x800, 0x10000};
	const unsigned char *at = (const unsigned char *)text;
	size_t size = at[0] < 0x80 ? 1 : at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
	uint32_t code = size == 1 ? at[0] : at[0] & (0xFFU >> (size + 1));

	if ((at[0] >= 0x80 && at[0] < 0xC0) || at[0] >= 0xF8) {
		return 0;
	}
	for (size_t i = 1; i < size; i++) {
		if ((at[i] & 0xC0) != 0x80) {
			return 0;
		}
		code = code << 6 | (at[i] & 0x3FU);
	}
	if (code < least[size] || (code >= 0x7F && code < 0xA0) || (code >= 0xD800 && code < 0xE000) ||
		(code & 0xFFFE) == 0xFFFE || code > 0x10FFFF) {
		return 0;
	}
	return size;
}

/* A copy of `text` with a question mark for each byte that is not part of a character. NULL: no memory. */
static char *text_clean(const char *text)
{
	char *copy = strdup(text);

	for (char *at = copy; at != NULL && *at != '\0';) {
		size_t size = character_size(at);

		if (size == 0) {
			*at = '?';
		}
		at += size == 0 ? 1 : size;
	}
	return copy;
}

static bool realm_take(struct map *map, const struct map_source *source)
{
	map->has_realm = source->has_realm;
	map->realm_state = source->state;
	map->realm_vmid = source->vmid;
	map->realm_rd = source->rd;
	map->error = source->error == NULL ? NULL : text_clean(source->error);
	return source->error == NULL || map->error != NULL;
}

struct map *map_of(const struct map_source *source, const char *title)
{
	struct map *map = calloc(1, sizeof(*map));
	struct window *windows = NULL;
	size_t window_count = 0;
	bool is_good;

	if (map == NULL) {
		return NULL;
	}
	map->title = text_clean(title);
	map->page_size = source->page_size;
	is_good = map->title != NULL && realm_take(map, source) && memory_take(map, source, NULL, 0) &&
		trees_take(map, source) && windows_find(map, &windows, &window_count);
	if (is_good && window_count != 0) {
		is_good = memory_take(map, source, windows, window_count);
	}
	free(windows);
	if (!is_good) {
		map_free(map);
		return NULL;
	}
	return map;
}

void map_free(struct map *map)
{
	if (map == NULL) {
		return;
	}
	for (size_t i = 0; i < map->tree_count; i++) {
		map_tree_free(&map->trees[i]);
	}
	free(map->trees);
	free(map->runs);
	free(map->title);
	free(map->error);
	free(map);
}

bool map_is_held(const struct map *map)
{
	static const bool is_idle[MAP_KIND_COUNT] = {
		[MAP_BOOKS] = true, [MAP_FREE] = true, [MAP_SHARED] = true, [MAP_UNUSED] = true};

	for (unsigned i = 0; i < MAP_KIND_COUNT; i++) {
		if (!is_idle[i] && map->totals[i] != 0) {
			return true;
		}
	}
	return map->disagreements != 0;
}
