/* SPDX-License-Identifier: BSD-2-Clause */
/* pages.h - naturally aligned runs of NS memory for the host library, from one bitmap.
 *
 * P1: a bit that is set is a page that is handed out, or that never was the allocator's. Nothing is written to free pages. */
#ifndef QEMU_HOST_PAGES_H
#define QEMU_HOST_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGES_ORDERS = 16, PAGES_MAX = 3 << 18 /* 3 GiB of 4 KiB pages */, PAGES_WORD_BITS = 64 };

struct pages {
	uint64_t base;
	uint64_t count;              /* pages that there are bits for */
	uint64_t from[PAGES_ORDERS]; /* no free run of this order begins at a page before this one */
	uint64_t used[PAGES_MAX / PAGES_WORD_BITS];
};

/* [base, base + size) is free, both multiples of 4 KiB, at most PAGES_MAX pages. */
void pages_init(struct pages *pages, uint64_t base, uint64_t size);
/* What of [base, top) is in the range is not to be handed out; rounded outwards. */
void pages_reserve(struct pages *pages, uint64_t base, uint64_t top);

/* A run of `size` bytes, a power of two from 4 KiB to 128 MiB (PAGES_ORDERS), naturally aligned. False, *pa untouched, when there is none. The
 * memory is as it was. */
bool pages_take(struct pages *pages, uint64_t size, uint64_t *pa);
/* False, nothing changed, when it is no run that pages_take gave. */
bool pages_give(struct pages *pages, uint64_t pa, uint64_t size);

#endif
