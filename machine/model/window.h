/* SPDX-License-Identifier: BSD-2-Clause */
/* window.h - what one realm can reach of physical memory: host addresses where each shown page stands at its IPA's place.
 *
 *   IPA      [0 .. 1 GiB) [1 .. 2 GiB) ...      a chunk is made when its first page is shown
 *   chunk    reserved host addresses; shown pages are the machine's own memory, all others PROT_NONE
 *
 * W1: a page is shown with the protection its table entry had when it was last translated; else it is not shown at all.
 * W2: at most WINDOW_CHUNKS_MAX chunks: a host that spreads mappings over a wide IPA space costs addresses, not without bound.
 * Protected by the realm's turn (unicorn_turn.h). */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/model/memory.h"

enum { WINDOW_CHUNKS_MAX = 256, WINDOW_CHUNK_SHIFT = 30 };

/* Protection of a page; 0: not shown. */
enum { WINDOW_READ = 1, WINDOW_WRITE = 2, WINDOW_EXECUTE = 4 };

struct window_chunk {
	uint64_t base; /* IPA */
	uint8_t *host;
	uint8_t *pages; /* protection of each page */
};

/* Zeroed: nothing is shown. */
struct window {
	struct window_chunk chunks[WINDOW_CHUNKS_MAX];
	unsigned chunk_count;
};

/* Shown pages side by side with one protection. */
struct window_run {
	uint64_t ipa;
	uint64_t size;
	unsigned protection;
	void *host;
};

enum window_result { WINDOW_DONE, WINDOW_NO_MEMORY, WINDOW_FULL };

/* Show physical [pa, pa + size) at `ipa` (4 KiB aligned, within one chunk) with `protection` (not 0). WINDOW_NO_MEMORY when the machine
 * has no memory there, WINDOW_FULL when there are too many chunks or the system has no room; then nothing has changed. */
enum window_result window_show(struct window *window, const struct model_memory *memory, uint64_t ipa, uint64_t pa,
	uint64_t size, unsigned protection);

/* Hide [ipa, ipa + size), 4 KiB aligned; what is not shown stays so. Ends the process when the system cannot: a page that should be
 * gone must not stay reachable. */
void window_hide(struct window *window, uint64_t ipa, uint64_t size);

/* The protection of the page at `ipa`. */
unsigned window_protection(const struct window *window, uint64_t ipa);

/* The longest run around `ipa` within its chunk and [low, high), 4 KiB aligned, which holds `ipa`; costs a step per page of it.
 * False, *run untouched, when the page is not shown. */
bool window_run(const struct window *window, uint64_t ipa, uint64_t low, uint64_t high, struct window_run *run);

/* Where the page of `ipa` is shown, at ipa's offset; NULL when it is not. */
const void *window_at(const struct window *window, uint64_t ipa);

/* Hide everything and give the addresses back. */
void window_close(struct window *window);

#endif
