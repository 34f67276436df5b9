/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.c - a bitmap allocator of naturally aligned runs of pages over the machine's NS memory. */
#include "machine/model/pages.h"

#include <string.h>

#include "machine/model/machine.h"
#include "reeve/address.h"

enum {
	WORD_PAGES_ORDER = 6,
	WORD_PAGES = 1 << WORD_PAGES_ORDER,
	WORD_SHIFT = REEVE_GRANULE_SHIFT + WORD_PAGES_ORDER,
};

/* A run of 2^order pages as bits: `count` words from `word` with `mask` in each. */
struct run {
	struct model_pages_region *region;
	uint64_t word;
	uint64_t count;
	uint64_t mask;
};

/* Bits that are multiples of 2^order. */
static const uint64_t aligned_bits[WORD_PAGES_ORDER] = {
	UINT64_MAX,
	0x5555555555555555,
	0x1111111111111111,
	0x0101010101010101,
	0x0001000100010001,
	0x0000000100000001,
};

static bool order_of(size_t size, unsigned *order)
{
	if (size < REEVE_GRANULE_SIZE || (size & (size - 1)) != 0) {
		return false;
	}
	*order = (unsigned)__builtin_ctzll(size) - REEVE_GRANULE_SHIFT;
	return *order < MODEL_PAGES_ORDERS;
}

static uint64_t run_mask(unsigned order)
{
	return order >= WORD_PAGES_ORDER ? UINT64_MAX : (UINT64_C(1) << (1U << order)) - 1;
}

/* Lowest free run inside a word that begins at page `from` of the bitmaps or behind it. */
static bool find_in_word(struct model_pages_region *region, unsigned order, uint64_t from, struct run *run)
{
	uint64_t allowed = UINT64_MAX << from % WORD_PAGES;

	for (uint64_t w = from / WORD_PAGES; w < region->word_count; w++) {
		uint64_t starts = ~region->used[w];

		for (unsigned i = 0; i < order; i++) {
			starts &= starts >> (1U << i);
		}
		starts &= aligned_bits[order] & allowed;
		if (starts != 0) {
			*run = (struct run){region, w, 1, run_mask(order) << __builtin_ctzll(starts)};
			return true;
		}
		allowed = UINT64_MAX;
	}
	return false;
}

/* Lowest free run of whole words that begins at word `from` or behind it. */
static bool find_words(struct model_pages_region *region, unsigned order, uint64_t from, struct run *run)
{
	uint64_t count = UINT64_C(1) << (order - WORD_PAGES_ORDER);
	uint64_t absolute = region->first_word + from;
	uint64_t w = reeve_align_down(absolute + count - 1, count) - region->first_word;

	for (; w < region->word_count && count <= region->word_count - w; w += count) {
		uint64_t used = 0;

		for (uint64_t i = 0; i < count && used == 0; i++) {
			used = region->used[w + i];
		}
		if (used == 0) {
			*run = (struct run){region, w, count, UINT64_MAX};
			return true;
		}
	}
	return false;
}

static bool find_from(struct model_pages_region *region, unsigned order, uint64_t page, struct run *run)
{
	return order < WORD_PAGES_ORDER ? find_in_word(region, order, page, run)
					: find_words(region, order, page / WORD_PAGES, run);
}

static uint64_t run_pa(const struct run *run)
{
	return ((run->region->first_word + run->word) << WORD_SHIFT) +
		((uint64_t)__builtin_ctzll(run->mask) << REEVE_GRANULE_SHIFT);
}

static bool is_ns(const struct reeve_model *model, uint64_t pa, size_t size)
{
	for (uint64_t offset = 0; offset < size; offset += REEVE_GRANULE_SIZE) {
		if (!protection_is_ns(model, pa + offset)) {
			return false;
		}
	}
	return true;
}

/* Lowest free run of 2^order pages that the host owns: it may have delegated pages that it never asked for here. */
static bool find(const struct reeve_model *model, struct model_pages_region *region, unsigned order, struct run *run)
{
	bool found = find_from(region, order, region->from[order] * WORD_PAGES, run);

	region->from[order] = found ? run->word : region->word_count;
	while (found && !is_ns(model, run_pa(run), (size_t)REEVE_GRANULE_SIZE << order)) {
		uint64_t page = run->word * WORD_PAGES + (unsigned)__builtin_ctzll(run->mask);

		found = find_from(region, order, page + (UINT64_C(1) << order), run);
	}
	return found;
}

/* Mark a run used. True when any of it was handed out before. */
static bool take(const struct run *run)
{
	uint64_t touched = 0;

	for (uint64_t i = run->word; i < run->word + run->count; i++) {
		touched |= run->region->touched[i] & run->mask;
		run->region->used[i] |= run->mask;
		run->region->touched[i] |= run->mask;
	}
	return touched != 0;
}

/* Mark a run free. False when some of it was free already. */
static bool give_back(const struct run *run)
{
	for (uint64_t i = run->word; i < run->word + run->count; i++) {
		if ((run->region->used[i] & run->mask) != run->mask) {
			return false;
		}
		run->region->used[i] &= ~run->mask;
	}
	for (unsigned order = 0; order < MODEL_PAGES_ORDERS; order++) {
		uint64_t *from = &run->region->from[order];
		/* A longer run may begin before this one now, by less than its own length. */
		uint64_t back = order < WORD_PAGES_ORDER ? 0 : (UINT64_C(1) << (order - WORD_PAGES_ORDER)) - 1;
		uint64_t start = run->word > back ? run->word - back : 0;

		*from = start < *from ? start : *from;
	}
	return true;
}

/* The run of 2^order pages at pa. False when it is not wholly within a region. */
static bool run_at(struct model_pages *pages, uint64_t pa, unsigned order, struct run *run)
{
	uint64_t count = order < WORD_PAGES_ORDER ? 1 : UINT64_C(1) << (order - WORD_PAGES_ORDER);
	unsigned first_bit = (unsigned)(pa >> REEVE_GRANULE_SHIFT) % WORD_PAGES;
	uint64_t size = (uint64_t)REEVE_GRANULE_SIZE << order;

	if (!reeve_is_aligned(pa, size)) {
		return false;
	}
	for (unsigned i = 0; i < pages->region_count; i++) {
		struct model_pages_region *region = &pages->regions[i];
		uint64_t offset = pa - region->base;

		/* By address: a word may hold the last pages of one region and the first of the next. */
		if (offset < region->size && size <= region->size - offset) {
			uint64_t word = (pa >> WORD_SHIFT) - region->first_word;

			*run = (struct run){region, word, count, run_mask(order) << first_bit};
			return true;
		}
	}
	return false;
}

/* What the first and the last word have beside the region is never free, and physical address 0 is the word for "none left". */
static void region_fence(struct model_pages_region *region)
{
	uint64_t last_page = ((region->base + region->size) >> REEVE_GRANULE_SHIFT) - 1;
	unsigned before = (unsigned)(region->base >> REEVE_GRANULE_SHIFT) % WORD_PAGES;
	unsigned behind = WORD_PAGES - 1 - (unsigned)last_page % WORD_PAGES;

	region->used[0] |= (UINT64_C(1) << before) - 1;
	region->used[region->word_count - 1] |= ~(UINT64_MAX >> behind);
	region->used[0] |= region->base == 0;
}

static bool region_open(struct model_pages_region *region, const struct model_region *memory)
{
	uint64_t last_page = ((memory->base + memory->size) >> REEVE_GRANULE_SHIFT) - 1;

	region->base = memory->base;
	region->size = memory->size;
	region->first_word = memory->base >> WORD_SHIFT;
	region->word_count = last_page / WORD_PAGES - region->first_word + 1;
	region->fresh_is_zero = memory->owned;
	region->used = model_reserve(region->word_count * sizeof(uint64_t));
	region->touched = model_reserve(region->word_count * sizeof(uint64_t));
	if (region->used == NULL || region->touched == NULL) {
		return false;
	}
	region_fence(region);
	return true;
}

bool model_pages_open(struct model_pages *pages, const struct model_memory *memory)
{
	*pages = (struct model_pages){.lock = PTHREAD_MUTEX_INITIALIZER};
	for (unsigned i = 0; i < memory->region_count; i++) {
		pages->region_count = i + 1;
		if (!region_open(&pages->regions[i], &memory->regions[i])) {
			model_pages_close(pages);
			return false;
		}
	}
	return true;
}

void model_pages_reset(struct model_pages *pages)
{
	for (unsigned i = 0; i < pages->region_count; i++) {
		struct model_pages_region *region = &pages->regions[i];

		memset(region->used, 0, region->word_count * sizeof(*region->used));
		memset(region->from, 0, sizeof(region->from));
		region->fresh_is_zero = false;
		region_fence(region);
	}
}

void model_pages_close(struct model_pages *pages)
{
	for (unsigned i = 0; i < pages->region_count; i++) {
		model_unreserve(pages->regions[i].used, pages->regions[i].word_count * sizeof(uint64_t));
		model_unreserve(pages->regions[i].touched, pages->regions[i].word_count * sizeof(uint64_t));
	}
	pages->region_count = 0;
}

uint64_t reeve_model_pages_alloc(struct reeve_model *model, size_t size)
{
	struct model_pages *pages = &model->pages;
	struct run run = {0};
	unsigned order;
	bool found = false;
	bool wipe = false;

	if (!order_of(size, &order)) {
		return 0;
	}
	pthread_mutex_lock(&pages->lock);
	for (unsigned i = 0; i < pages->region_count && !found; i++) {
		found = find(model, &pages->regions[i], order, &run);
	}
	if (found) {
		wipe = take(&run) || !run.region->fresh_is_zero;
	}
	pthread_mutex_unlock(&pages->lock);
	if (!found) {
		return 0;
	}
	if (wipe) {
		/* In the host's view: who delegates pages while asking for them has a fault of its own. In lazy mode it is not there yet. */
		memset(model->config.lazy ? model_memory_whole(&model->memory, run_pa(&run))
					  : model_memory_ns(&model->memory, run_pa(&run)),
			0, size);
	}
	return run_pa(&run);
}

void reeve_model_pages_free(struct reeve_model *model, uint64_t pa, size_t size)
{
	struct run run;
	unsigned order;
	bool was_used;

	if (!order_of(size, &order) || !run_at(&model->pages, pa, order, &run)) {
		model_misuse("reeve_model_pages_free of what is no aligned run of pages", pa);
	}
	for (uint64_t offset = 0; offset < size; offset += REEVE_GRANULE_SIZE) {
		if (!protection_is_ns(model, pa + offset)) {
			model_misuse("reeve_model_pages_free of a granule that is delegated", pa + offset);
		}
	}
	pthread_mutex_lock(&model->pages.lock);
	was_used = give_back(&run);
	pthread_mutex_unlock(&model->pages.lock);
	if (!was_used) {
		model_misuse("reeve_model_pages_free of pages that are free", pa);
	}
}
