/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_regions.c - see unicorn_regions.h. */
#include "machine/model/unicorn_regions.h"

#include <string.h>

static uint64_t end_of(const struct window_run *region)
{
	return region->ipa + region->size;
}

/* The number of regions that end at `ipa` or below: where one that holds `ipa` stands, or would. */
static unsigned regions_below(const struct regions *regions, uint64_t ipa)
{
	unsigned low = 0;
	unsigned high = regions->count;

	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (end_of(&regions->list[middle]) <= ipa) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static uint32_t unicorn_protection(unsigned protection)
{
	return ((protection & WINDOW_READ) != 0 ? (uint32_t)UC_PROT_READ : 0) |
		((protection & WINDOW_WRITE) != 0 ? (uint32_t)UC_PROT_WRITE : 0) |
		((protection & WINDOW_EXECUTE) != 0 ? (uint32_t)UC_PROT_EXEC : 0);
}

static bool region_add(struct regions *regions, uc_engine *uc, unsigned index, const struct window_run *region)
{
	struct window_run *at = &regions->list[index];

	if (uc_mem_map_ptr(uc, region->ipa, region->size, unicorn_protection(region->protection), region->host) !=
		UC_ERR_OK) {
		return false;
	}
	memmove(at + 1, at, (regions->count - index) * sizeof(*at));
	*at = *region;
	regions->count++;
	return true;
}

static void regions_drop(struct regions *regions, uc_engine *uc, unsigned first, unsigned end)
{
	for (unsigned i = first; i < end; i++) {
		uc_mem_unmap(uc, regions->list[i].ipa, regions->list[i].size);
	}
	memmove(&regions->list[first], &regions->list[end], (regions->count - end) * sizeof(regions->list[0]));
	regions->count -= end - first;
}

static bool are_joined(const struct window_run *low, const struct window_run *high)
{
	return end_of(low) == high->ipa && (uint8_t *)low->host + low->size == (uint8_t *)high->host &&
		low->protection == high->protection;
}

/* [*first, *end): the joined regions around `index` that are not much larger than it. */
static void chain_around(const struct regions *regions, unsigned index, unsigned *first, unsigned *end)
{
	const struct window_run *list = regions->list;
	uint64_t size_end = list[index].size * REGIONS_FANOUT;

	*first = index;
	*end = index + 1;
	while (*first > 0 && list[*first - 1].size < size_end && are_joined(&list[*first - 1], &list[*first])) {
		--*first;
	}
	while (*end < regions->count && list[*end].size < size_end && are_joined(&list[*end - 1], &list[*end])) {
		++*end;
	}
}

/* Unicorn keeps translated code beyond the unmapping of its page and would run it again. */
static void region_forget_code(const struct window_run *region, uc_engine *uc, uint64_t low, uint64_t high)
{
	low = low > region->ipa ? low : region->ipa;
	high = high < end_of(region) ? high : end_of(region);
	if ((region->protection & WINDOW_EXECUTE) != 0) {
		uc_ctl_remove_cache(uc, low, high);
	}
}

/* Make one region of neighbours while there are enough of them. */
static bool regions_merge(struct regions *regions, uc_engine *uc, unsigned index)
{
	for (;;) {
		unsigned enough = regions->count < REGIONS_MANY ? REGIONS_FANOUT : 2;
		struct window_run whole;
		unsigned first;
		unsigned end;

		chain_around(regions, index, &first, &end);
		if (end - first < enough) {
			return true;
		}
		whole = regions->list[first];
		whole.size = end_of(&regions->list[end - 1]) - whole.ipa;
		regions_drop(regions, uc, first, end);
		if (!region_add(regions, uc, first, &whole)) {
			region_forget_code(&whole, uc, whole.ipa, end_of(&whole));
			return false;
		}
		index = first;
	}
}

bool regions_map(struct regions *regions, uc_engine *uc, const struct window *window, uint64_t ipa, unsigned need)
{
	unsigned index = regions_below(regions, ipa);
	struct window_run run;
	uint64_t low;
	uint64_t high;

	if ((window_protection(window, ipa) & need) == 0) {
		return false;
	}
	if (index < regions->count && regions->list[index].ipa <= ipa) {
		return true;
	}
	if (regions->count == REGIONS_MAX) {
		regions_forget(regions, uc, 0, UINT64_MAX);
		index = 0;
	}
	low = index > 0 ? end_of(&regions->list[index - 1]) : 0;
	high = index < regions->count ? regions->list[index].ipa : UINT64_MAX;
	return window_run(window, ipa, low, high, &run) && region_add(regions, uc, index, &run) &&
		regions_merge(regions, uc, index);
}

/* Whole regions go: what is still shown comes back at the next fault. */
void regions_forget(struct regions *regions, uc_engine *uc, uint64_t ipa, uint64_t size)
{
	uint64_t top = size > UINT64_MAX - ipa ? UINT64_MAX : ipa + size;
	unsigned first = regions_below(regions, ipa);
	unsigned end = first;

	while (end < regions->count && regions->list[end].ipa < top) {
		region_forget_code(&regions->list[end], uc, ipa, top);
		end++;
	}
	regions_drop(regions, uc, first, end);
}
