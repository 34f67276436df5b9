/* SPDX-License-Identifier: BSD-2-Clause */
/* map_json.c - a map's facts as JSON. */
#include "tools/json.h"
#include "tools/map_facts.h"

/* An address, or null when there is none. */
static void put_address(json_t *object, const char *name, bool is_there, uint64_t address)
{
	(void)json_object_set_new(object, name, is_there ? json_word(address) : json_null());
}

static void put_text(json_t *object, const char *name, const char *text)
{
	(void)json_object_set_new(object, name, text == NULL ? json_null() : json_string(text));
}

static json_t *run_json(const struct map_run *run)
{
	const struct rmi_command_info *info = rmi_command_info(run->command);
	char text[MAP_TEXT_MAX];
	json_t *object = json_object();

	json_put_word(object, "pa", run->base);
	json_put_number(object, "count", (int64_t)run->count);
	put_text(object, "kind", map_kind_name(run->kind));
	put_text(object, "state", map_state_name(run));
	put_address(object, "owner", run->owner != 0, run->owner);
	json_put_number(object, "vmid", run->vmid);
	(void)json_object_set_new(object, "agrees", json_boolean(run->agrees));
	if (run->kind == MAP_LEAKED) {
		put_text(object, "was", reeve_use_name(run->was));
		put_text(object, "command", info == NULL ? NULL : info->name);
		json_put_word(object, "returned", run->returned);
		put_text(object, "status", map_status_text(run->returned, text));
	}
	return object;
}

static json_t *entry_json(const struct map_entry *entry, int level)
{
	bool has_ripas = entry->is_protected && entry->state != RTTE_TABLE;
	json_t *object = json_object();

	json_put_word(object, "ipa", entry->ipa);
	json_put_number(object, "size", (int64_t)map_span(level));
	json_put_number(object, "count", (int64_t)entry->count);
	(void)json_object_set_new(object, "protected", json_boolean(entry->is_protected));
	put_text(object, "state", rmi_rtte_state_name(entry->state));
	put_text(object, "ripas", has_ripas ? rmi_ripas_name(entry->ripas) : NULL);
	put_address(object, "pa", entry->is_contiguous, entry->pa);
	return object;
}

static json_t *table_json(const struct map_tree *tree, const struct map_table *table)
{
	json_t *object = json_object();
	json_t *entries = json_array();

	for (size_t i = 0; i < table->count; i++) {
		(void)json_array_append_new(entries, entry_json(&tree->entries[table->first + i], table->level));
	}
	json_put_number(object, "level", table->level);
	json_put_word(object, "ipa", table->ipa);
	put_address(object, "pa", table->pa != 0, table->pa);
	(void)json_object_set_new(object, "entries", entries);
	return object;
}

static json_t *tree_json(const struct map_tree *tree)
{
	json_t *object = json_object();
	json_t *tables = json_array();

	for (size_t i = 0; i < tree->table_count; i++) {
		(void)json_array_append_new(tables, table_json(tree, &tree->tables[i]));
	}
	json_put_word(object, "rd", tree->rd);
	json_put_number(object, "vmid", tree->vmid);
	json_put_number(object, "ipa_bits", tree->ipa_bits);
	json_put_number(object, "start_level", tree->start_level);
	json_put_number(object, "root_count", tree->root_count);
	(void)json_object_set_new(object, "whole", json_boolean(tree->is_whole));
	(void)json_object_set_new(object, "agrees", json_boolean(map_tree_agrees(tree)));
	json_put_number(object, "rtt_granules", (int64_t)tree->rtt_granules);
	json_put_number(object, "data_granules", (int64_t)tree->data_granules);
	json_put_number(object, "data_mapped", (int64_t)tree->data_mapped);
	(void)json_object_set_new(object, "tables", tables);
	return object;
}

static json_t *realm_json(const struct map *map)
{
	json_t *object;

	if (!map->has_realm) {
		return json_null();
	}
	object = json_object();
	put_text(object, "state", reeve_realm_state_name(map->realm_state));
	json_put_number(object, "vmid", map->realm_vmid);
	put_address(object, "rd", map->realm_rd != 0, map->realm_rd);
	return object;
}

static json_t *map_object(const struct map *map)
{
	json_t *object = json_object();
	json_t *totals = json_object();
	json_t *memory = json_array();
	json_t *trees = json_array();

	for (unsigned i = 0; i < MAP_KIND_COUNT; i++) {
		json_put_number(totals, map_kind_name((enum map_kind)i), (int64_t)map->totals[i]);
	}
	for (size_t i = 0; i < map->run_count; i++) {
		(void)json_array_append_new(memory, run_json(&map->runs[i]));
	}
	for (size_t i = 0; i < map->tree_count; i++) {
		(void)json_array_append_new(trees, tree_json(&map->trees[i]));
	}
	put_text(object, "title", map->title);
	put_text(object, "error", map->error);
	json_put_number(object, "page_size", (int64_t)map->page_size);
	(void)json_object_set_new(object, "realm", realm_json(map));
	(void)json_object_set_new(object, "totals", totals);
	json_put_number(object, "disagreements", (int64_t)map->disagreements);
	(void)json_object_set_new(object, "memory", memory);
	(void)json_object_set_new(object, "trees", trees);
	return object;
}

json_t *json_maps(struct map *const maps[], size_t count)
{
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		(void)json_array_append_new(array, map_object(maps[i]));
	}
	return array;
}

void map_json(struct map *const maps[], size_t count, FILE *to)
{
	json_line(json_maps(maps, count), to);
}
