/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt.c - walks the structure block of a device tree once per question. */
#include "guest/runtime/fdt.h"

#include <limits.h>

#include "guest/runtime/bytes.h"

enum { TOKEN_BEGIN_NODE = 1, TOKEN_END_NODE, TOKEN_PROP, TOKEN_NOP, TOKEN_END = 9 };

enum {
	HEADER_SIZE = 40,
	VERSION = 17,
	DEPTH_MAX = 16,
	WANTED_MAX = 64, /* longer than any name or string looked for */
};

static const uint32_t magic = 0xd00dfeed;

struct property {
	const uint8_t *value;
	size_t length;
};

struct level {
	uint32_t address_cells; /* for the children's reg */
	uint32_t size_cells;
	bool is_wanted;
	struct property reg;
};

struct walk {
	const struct fdt *fdt;
	size_t at;
	const char *name; /* what is looked for: one of these two, the other NULL */
	const char *compatible;
	const char *property; /* with name: NULL, or which of its properties is to be `text` */
	const char *text;
	bool has_text;
	size_t depth; /* level[0] is above the root */
	struct level level[DEPTH_MAX];
};

static uint32_t big_endian(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Length of the string at `text`, or `limit` when it does not end within. */
static size_t string_length(const char *text, size_t limit)
{
	size_t length = 0;

	while (length < limit && text[length] != '\0') {
		length++;
	}
	return length;
}

/* Whether the `length` bytes at `text` are `wanted`, which is a string of ours. */
static bool text_is(const char *text, size_t length, const char *wanted)
{
	return string_length(wanted, WANTED_MAX) == length && memcmp(text, wanted, length) == 0;
}

static bool list_has(const struct property *list, const char *wanted)
{
	for (size_t at = 0; at < list->length;) {
		const char *text = (const char *)list->value + at;
		size_t length = string_length(text, list->length - at);

		if (length == list->length - at) {
			return false;
		}
		if (text_is(text, length, wanted)) {
			return true;
		}
		at += length + 1;
	}
	return false;
}

/* The next `length` bytes, with the walk moved past them and to the next word; NULL when they are not all there. */
static const uint8_t *take(struct walk *walk, size_t length)
{
	const uint8_t *bytes = walk->fdt->structure + walk->at;
	size_t left = walk->fdt->structure_size - walk->at;

	if (length > left) {
		return NULL;
	}
	length = (length + 3) & ~(size_t)3;
	walk->at += length < left ? length : left;
	return bytes;
}

static bool take_word(struct walk *walk, uint32_t *word)
{
	const uint8_t *bytes = take(walk, 4);

	if (bytes == NULL) {
		return false;
	}
	*word = big_endian(bytes);
	return true;
}

static bool begin_node(struct walk *walk)
{
	const char *name = (const char *)walk->fdt->structure + walk->at;
	size_t left = walk->fdt->structure_size - walk->at;
	size_t length = string_length(name, left);
	size_t bare = 0;

	if (length == left || take(walk, length + 1) == NULL || walk->depth + 1 == DEPTH_MAX) {
		return false;
	}
	while (bare < length && name[bare] != '@') {
		bare++;
	}
	walk->depth++;
	walk->level[walk->depth] = (struct level){
		.address_cells = 2,
		.size_cells = 1,
		.is_wanted = walk->name != NULL && text_is(name, bare, walk->name),
	};
	return true;
}

static bool property(struct walk *walk)
{
	struct level *level = &walk->level[walk->depth];
	struct property value;
	uint32_t length;
	uint32_t name_at;
	const char *name;
	size_t name_length;

	if (walk->depth == 0 || !take_word(walk, &length) || !take_word(walk, &name_at) ||
		name_at >= walk->fdt->strings_size) {
		return false;
	}
	value = (struct property){take(walk, length), length};
	if (value.value == NULL) {
		return false;
	}
	name = walk->fdt->strings + name_at;
	name_length = string_length(name, walk->fdt->strings_size - name_at);
	if (text_is(name, name_length, "#address-cells") && length == 4) {
		level->address_cells = big_endian(value.value);
	}
	if (text_is(name, name_length, "#size-cells") && length == 4) {
		level->size_cells = big_endian(value.value);
	}
	if (text_is(name, name_length, "reg")) {
		level->reg = value;
	}
	if (text_is(name, name_length, "compatible") && walk->compatible != NULL) {
		level->is_wanted = list_has(&value, walk->compatible);
	}
	if (level->is_wanted && walk->property != NULL && text_is(name, name_length, walk->property)) {
		walk->has_text = walk->has_text || list_has(&value, walk->text);
	}
	return true;
}

/* `cells` big-endian words as one number; the caller has checked that they are there and at most two. */
static uint64_t cells_value(const uint8_t *bytes, uint32_t cells)
{
	uint64_t value = 0;

	for (uint32_t i = 0; i < cells; i++) {
		value = value << 32 | big_endian(bytes + (size_t)4 * i);
	}
	return value;
}

/* Whether the node that ends here is wanted and has a reg that can be read: if so, *reg is it. */
static bool end_node(const struct walk *walk, struct fdt_reg *reg)
{
	const struct level *level = &walk->level[walk->depth];
	const struct level *parent = level - 1;

	if (!level->is_wanted || parent->address_cells > 2 || parent->size_cells > 2 ||
		level->reg.length < (size_t)4 * (parent->address_cells + parent->size_cells) ||
		level->reg.length == 0) {
		return false;
	}
	reg->base = cells_value(level->reg.value, parent->address_cells);
	reg->size = cells_value(level->reg.value + (size_t)4 * parent->address_cells, parent->size_cells);
	return true;
}

static bool find(struct walk *walk, unsigned index, struct fdt_reg *reg)
{
	struct fdt_reg found;
	uint32_t token;

	while (take_word(walk, &token)) {
		if (token == TOKEN_NOP) {
			continue;
		}
		if (token == TOKEN_BEGIN_NODE && begin_node(walk)) {
			continue;
		}
		if (token == TOKEN_PROP && property(walk)) {
			continue;
		}
		if (token != TOKEN_END_NODE || walk->depth == 0) {
			return false;
		}
		if (end_node(walk, &found) && index-- == 0) {
			*reg = found;
			return true;
		}
		walk->depth--;
	}
	return false;
}

bool fdt_find_compatible(const struct fdt *fdt, const char *compatible, unsigned index, struct fdt_reg *reg)
{
	struct walk walk = {.fdt = fdt, .compatible = compatible, .level = {{.address_cells = 2, .size_cells = 1}}};

	return find(&walk, index, reg);
}

bool fdt_find_named(const struct fdt *fdt, const char *name, unsigned index, struct fdt_reg *reg)
{
	struct walk walk = {.fdt = fdt, .name = name, .level = {{.address_cells = 2, .size_cells = 1}}};

	return find(&walk, index, reg);
}

bool fdt_has_text(const struct fdt *fdt, const char *name, const char *property, const char *text)
{
	struct walk walk = {.fdt = fdt,
		.name = name,
		.property = property,
		.text = text,
		.level = {{.address_cells = 2, .size_cells = 1}}};
	struct fdt_reg reg;

	(void)find(&walk, UINT_MAX, &reg);
	return walk.has_text;
}

bool fdt_open(struct fdt *fdt, const void *blob, size_t limit)
{
	const uint8_t *header = blob;
	uint32_t total;
	uint32_t structure;
	uint32_t strings;
	uint32_t strings_size;
	uint32_t structure_size;

	if (limit < HEADER_SIZE || big_endian(header) != magic) {
		return false;
	}
	total = big_endian(header + 4);
	structure = big_endian(header + 8);
	strings = big_endian(header + 12);
	strings_size = big_endian(header + 32);
	structure_size = big_endian(header + 36);
	if (total > limit || big_endian(header + 20) < VERSION || big_endian(header + 24) > VERSION ||
		structure % 4 != 0 || structure > total || structure_size > total - structure || strings > total ||
		strings_size > total - strings) {
		return false;
	}
	*fdt = (struct fdt){header + structure, structure_size, (const char *)header + strings, strings_size};
	return true;
}
