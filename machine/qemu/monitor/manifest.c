/* SPDX-License-Identifier: BSD-2-Clause */
/* manifest.c - EL3's boot manifest read and checked. */
#include "machine/qemu/monitor/manifest.h"

#include <stddef.h>

#include "machine/qemu/bare/fields.h"

/* The layout in 64-bit words. */
enum {
	WORD_VERSION = 0,
	WORD_BANKS = 2,    /* count, pointer, checksum */
	WORD_CONSOLES = 5, /* the same */
	WORDS = MANIFEST_SIZE / sizeof(uint64_t),
	WORD_FIRST_LIST = 8,
	MAJOR = 0,
	MINOR_FIRST = 3, /* consoles are there from 0.3 on */
};
enum { LIST_COUNT = 0, LIST_POINTER = 1, LIST_SUM = 2 };
enum { BANK_BASE = 0, BANK_SIZE = 1, BANK_WORDS = 2 };
enum { CONSOLE_BASE = 0, CONSOLE_NAME = 2, CONSOLE_WORDS = 6 };

/* "pl011" as a little-endian word. */
#define NAME_PL011 UINT64_C(0x3131306c70)

static const char *const texts[MANIFEST_FAULT_COUNT] = {
	[MANIFEST_OK] = "good",
	[MANIFEST_BAD_VERSION] = "not 0.3 or a later 0.x: use TF-A 2.12 or newer with RMM-EL3 interface 0.x",
	[MANIFEST_BAD_BANK_LIST] = "the list of memory banks is empty, too long or outside the shared page",
	[MANIFEST_BAD_BANK_SUM] = "the checksum of the memory banks is wrong",
	[MANIFEST_BAD_BANKS] = "the memory banks are not ascending, separate, 4 KiB aligned ranges",
	[MANIFEST_BAD_CONSOLE_LIST] = "the list of consoles is too long or outside the shared page",
	[MANIFEST_BAD_CONSOLE_SUM] = "the checksum of the consoles is wrong, with their names and without",
};

const char *manifest_fault_text(enum manifest_fault fault)
{
	return texts[fault];
}

/* A list in the page: the words of its array, or NULL when it has none or is not where it should be. */
static const uint64_t *list_words(
	const uint64_t *page, uint64_t pa, const uint64_t list[static 3], uint64_t max, uint64_t item_words)
{
	uint64_t offset = list[LIST_POINTER] - pa;

	if (list[LIST_COUNT] == 0 || list[LIST_COUNT] > max || offset % sizeof(uint64_t) != 0 ||
		offset < WORD_FIRST_LIST * sizeof(uint64_t) || offset >= MANIFEST_SIZE) {
		return NULL;
	}
	offset /= sizeof(uint64_t);
	return list[LIST_COUNT] * item_words <= WORDS - offset ? page + offset : NULL;
}

/* Zero when the list is whole: count, pointer, checksum and all words of the array add up to it. */
static uint64_t list_sum(const uint64_t list[static 3], const uint64_t *words, uint64_t item_words)
{
	uint64_t sum = list[LIST_COUNT] + list[LIST_POINTER] + list[LIST_SUM];

	for (uint64_t i = 0; i < list[LIST_COUNT] * item_words; i++) {
		sum += words[i];
	}
	return sum;
}

static bool banks_are_valid(const uint64_t *words, uint64_t count, struct manifest *manifest)
{
	uint64_t last_top = 0;

	for (uint64_t i = 0; i < count; i++) {
		const uint64_t *bank = words + i * BANK_WORDS;
		struct reeve_pa_range *range = &manifest->banks[i];

		if (!reeve_pa_range(bank[BANK_BASE], bank[BANK_SIZE], range) || range->base.value < last_top ||
			!reeve_is_aligned(range->base.value | range->top.value, REEVE_GRANULE_SIZE)) {
			return false;
		}
		last_top = range->top.value;
	}
	return true;
}

static enum manifest_fault read_banks(const uint64_t *page, uint64_t pa, struct manifest *manifest)
{
	const uint64_t *list = page + WORD_BANKS;
	const uint64_t *words = list_words(page, pa, list, MANIFEST_BANKS_MAX, BANK_WORDS);

	if (words == NULL) {
		return MANIFEST_BAD_BANK_LIST;
	}
	if (list_sum(list, words, BANK_WORDS) != 0) {
		return MANIFEST_BAD_BANK_SUM;
	}
	if (!banks_are_valid(words, list[LIST_COUNT], manifest)) {
		return MANIFEST_BAD_BANKS;
	}
	manifest->bank_count = (unsigned)list[LIST_COUNT];
	return MANIFEST_OK;
}

/* Some versions of TF-A leave the 8-byte name out of the sum. */
static bool console_sum_is_good(const uint64_t *list, const uint64_t *words, struct manifest *manifest)
{
	uint64_t sum = list_sum(list, words, CONSOLE_WORDS);
	uint64_t names = 0;

	for (uint64_t i = 0; i < list[LIST_COUNT]; i++) {
		names += words[i * CONSOLE_WORDS + CONSOLE_NAME];
	}
	manifest->console_name_left_out = sum != 0 && sum == names;
	return sum == 0 || sum == names;
}

static enum manifest_fault read_consoles(const uint64_t *page, uint64_t pa, struct manifest *manifest)
{
	const uint64_t *list = page + WORD_CONSOLES;
	const uint64_t *words = list_words(page, pa, list, MANIFEST_CONSOLES_MAX, CONSOLE_WORDS);

	if (list[LIST_COUNT] == 0) {
		return MANIFEST_OK;
	}
	if (words == NULL) {
		return MANIFEST_BAD_CONSOLE_LIST;
	}
	if (!console_sum_is_good(list, words, manifest)) {
		return MANIFEST_BAD_CONSOLE_SUM;
	}
	for (uint64_t i = list[LIST_COUNT]; i-- > 0;) {
		const uint64_t *console = words + i * CONSOLE_WORDS;

		if (console[CONSOLE_NAME] == NAME_PL011) {
			manifest->console = console[CONSOLE_BASE];
		}
	}
	return MANIFEST_OK;
}

enum manifest_fault manifest_read(
	const uint64_t page[static MANIFEST_SIZE / sizeof(uint64_t)], uint64_t pa, struct manifest *manifest)
{
	enum manifest_fault fault;

	*manifest = (struct manifest){
		.major = (unsigned)FIELD_GET(page[WORD_VERSION], MANIFEST_VERSION_MAJOR),
		.minor = (unsigned)FIELD_GET(page[WORD_VERSION], MANIFEST_VERSION_MINOR),
	};
	if (manifest->major != MAJOR || manifest->minor < MINOR_FIRST) {
		return MANIFEST_BAD_VERSION;
	}
	fault = read_banks(page, pa, manifest);
	return fault != MANIFEST_OK ? fault : read_consoles(page, pa, manifest);
}
