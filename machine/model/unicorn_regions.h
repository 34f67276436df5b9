/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_regions.h - what one Unicorn engine maps of its realm's window, in few regions and with few changes of them.
 *
 * Unicorn rebuilds its whole memory map at each change (about 5 us with 8 regions, 120 us with 256), and unmapping costs another 0.5 us
 * a page. So pages that come one by one stay regions of their own until REGIONS_FANOUT neighbours of like size become one: a page is
 * mapped again once per power of the fanout, not once per page that follows.
 *
 * R1: regions are in order of IPA and do not overlap; each lies in one run of the window (window.h).
 * R2: beyond REGIONS_MANY two neighbours of like size are enough; at REGIONS_MAX all go and come back as they are used.
 * Protected by the realm's turn (unicorn_turn.h). */
#ifndef MODEL_UNICORN_REGIONS_H
#define MODEL_UNICORN_REGIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <unicorn/unicorn.h>

#include "machine/model/window.h"

enum {
	REGIONS_MAX = 256, /* Unicorn aborts near 1000 */
	REGIONS_MANY = 64,
	REGIONS_FANOUT = 8,
};

/* Zeroed: nothing is mapped. */
struct regions {
	struct window_run list[REGIONS_MAX];
	unsigned count;
};

/* Map the page at `ipa` and what the window shows around it. False when the window does not show the page with `need`, or Unicorn
 * refuses; then the page is not mapped. */
bool regions_map(struct regions *regions, uc_engine *uc, const struct window *window, uint64_t ipa, unsigned need);

/* Unmap the regions that reach into [ipa, ipa + size), and forget the code translated from that range. */
void regions_forget(struct regions *regions, uc_engine *uc, uint64_t ipa, uint64_t size);

#endif
