/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.h - hands out naturally aligned runs of physical pages from bitmaps, zero-filled and the host's.
 *
 *   used     a bit a page: handed out, or no memory there
 *   touched  a bit a page: was handed out before, so it must be wiped
 *
 * A word of 64 bits covers 256 KiB that are aligned to 256 KiB; at a region's ends some of them are another region's, or no memory. */
#ifndef MODEL_PAGES_H
#define MODEL_PAGES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "machine/model/memory.h"

enum { MODEL_PAGES_ORDERS = 28 }; /* a run has at most 2^27 pages */

struct model_pages_region {
	uint64_t *used;
	uint64_t *touched;
	uint64_t base;
	uint64_t size;
	uint64_t first_word; /* physical address / 256 KiB of word 0 */
	uint64_t word_count;
	uint64_t from[MODEL_PAGES_ORDERS]; /* no free run of this order begins in a word before this one */
	bool fresh_is_zero;
};

struct model_pages {
	pthread_mutex_t lock;
	struct model_pages_region regions[REEVE_MONITOR_REGIONS_MAX];
	unsigned region_count;
};

/* All memory free. False when there is no memory for the bitmaps; then nothing is left behind. */
bool model_pages_open(struct model_pages *pages, const struct model_memory *memory);
/* All memory free, and none of it zero. */
void model_pages_reset(struct model_pages *pages);
void model_pages_close(struct model_pages *pages);

#endif
