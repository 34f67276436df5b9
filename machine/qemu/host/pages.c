/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.c - looks for runs of clear bits, from where the last search left off. */
#include "machine/qemu/host/pages.h"

#include <string.h>

#include "reeve/address.h"

static bool is_used(const struct pages *pages, uint64_t page)
{
	return (pages->used[page / PAGES_WORD_BITS] >> page % PAGES_WORD_BITS & 1) != 0;
}

static void mark(struct pages *pages, uint64_t first, uint64_t count, bool used)
{
	for (uint64_t page = first; page < first + count; page++) {
		uint64_t bit = UINT64_C(1) << page % PAGES_WORD_BITS;

		pages->used[page / PAGES_WORD_BITS] &= ~bit;
		pages->used[page / PAGES_WORD_BITS] |= used ? bit : 0;
	}
}

/* Whether none of `count` pages from `first` on is used. */
static bool is_free_run(const struct pages *pages, uint64_t first, uint64_t count)
{
	for (uint64_t page = first; page < first + count; page++) {
		if (is_used(pages, page)) {
			return false;
		}
	}
	return true;
}

static bool order_of(uint64_t size, unsigned *order)
{
	if (size < REEVE_GRANULE_SIZE || (size & (size - 1)) != 0) {
		return false;
	}
	*order = (unsigned)__builtin_ctzll(size) - REEVE_GRANULE_SHIFT;
	return *order < PAGES_ORDERS;
}

void pages_init(struct pages *pages, uint64_t base, uint64_t size)
{
	memset(pages, 0, sizeof(*pages));
	pages->base = base;
	pages->count = size / REEVE_GRANULE_SIZE < PAGES_MAX ? size / REEVE_GRANULE_SIZE : PAGES_MAX;
}

void pages_reserve(struct pages *pages, uint64_t base, uint64_t top)
{
	uint64_t end = pages->base + pages->count * REEVE_GRANULE_SIZE;
	uint64_t first = (base < pages->base ? 0 : base - pages->base) / REEVE_GRANULE_SIZE;
	uint64_t last = ((top > end ? end : top) - pages->base + REEVE_GRANULE_SIZE - 1) / REEVE_GRANULE_SIZE;

	if (top > pages->base && base < end) {
		mark(pages, first, last - first, true);
	}
}

/* The first page at or behind `page` whose address is aligned to a run of that order. */
static uint64_t aligned_up(const struct pages *pages, uint64_t page, unsigned order)
{
	uint64_t count = UINT64_C(1) << order;
	uint64_t absolute = pages->base / REEVE_GRANULE_SIZE + page;

	return reeve_align_down(absolute + count - 1, count) - pages->base / REEVE_GRANULE_SIZE;
}

bool pages_take(struct pages *pages, uint64_t size, uint64_t *pa)
{
	unsigned order;
	uint64_t count;
	uint64_t page;

	if (!order_of(size, &order)) {
		return false;
	}
	count = UINT64_C(1) << order;
	page = aligned_up(pages, pages->from[order], order);
	while (page < pages->count && count <= pages->count - page) {
		if (is_free_run(pages, page, count)) {
			mark(pages, page, count, true);
			pages->from[order] = page + count;
			*pa = pages->base + page * REEVE_GRANULE_SIZE;
			return true;
		}
		page += count;
	}
	pages->from[order] = pages->count;
	return false;
}

bool pages_give(struct pages *pages, uint64_t pa, uint64_t size)
{
	uint64_t first = (pa - pages->base) / REEVE_GRANULE_SIZE;
	unsigned order;
	uint64_t count;

	if (!order_of(size, &order) || pa < pages->base || !reeve_is_aligned(pa, size)) {
		return false;
	}
	count = UINT64_C(1) << order;
	if (first >= pages->count || count > pages->count - first) {
		return false;
	}
	for (uint64_t page = first; page < first + count; page++) {
		if (!is_used(pages, page)) {
			return false;
		}
	}
	mark(pages, first, count, false);
	for (unsigned i = 0; i < PAGES_ORDERS; i++) {
		/* A longer run may begin before this one now, by less than its own length. */
		uint64_t back = (UINT64_C(1) << i) - 1;
		uint64_t start = first > back ? first - back : 0;

		pages->from[i] = start < pages->from[i] ? start : pages->from[i];
	}
	return true;
}
