/* SPDX-License-Identifier: BSD-2-Clause */
/* window.c - see window.h. */
#include "machine/model/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "reeve/address.h"

static const uint64_t CHUNK_SIZE = UINT64_C(1) << WINDOW_CHUNK_SHIFT;
static const size_t CHUNK_PAGES = (size_t)1 << (WINDOW_CHUNK_SHIFT - REEVE_GRANULE_SHIFT);

static void *reserve(void *at, size_t size)
{
	int fixed = at != NULL ? MAP_FIXED : 0;

	return mmap(at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | fixed, -1, 0);
}

static struct window_chunk *chunk_find(const struct window *window, uint64_t ipa)
{
	uint64_t base = reeve_align_down(ipa, CHUNK_SIZE);

	for (unsigned i = 0; i < window->chunk_count; i++) {
		if (window->chunks[i].base == base) {
			return (struct window_chunk *)&window->chunks[i];
		}
	}
	return NULL;
}

static struct window_chunk *chunk_make(struct window *window, uint64_t ipa)
{
	struct window_chunk chunk = {.base = reeve_align_down(ipa, CHUNK_SIZE)};

	if (window->chunk_count == WINDOW_CHUNKS_MAX) {
		return NULL;
	}
	chunk.pages = calloc(CHUNK_PAGES, 1);
	if (chunk.pages == NULL) {
		return NULL;
	}
	chunk.host = reserve(NULL, CHUNK_SIZE);
	if (chunk.host == MAP_FAILED) {
		free(chunk.pages);
		return NULL;
	}
	window->chunks[window->chunk_count] = chunk;
	return &window->chunks[window->chunk_count++];
}

static size_t page_in(const struct window_chunk *chunk, uint64_t ipa)
{
	return (size_t)((ipa - chunk->base) >> REEVE_GRANULE_SHIFT);
}

static void chunk_hide(struct window_chunk *chunk, size_t first, size_t end)
{
	void *at = chunk->host + (first << REEVE_GRANULE_SHIFT);

	if (reserve(at, (end - first) << REEVE_GRANULE_SHIFT) == MAP_FAILED) {
		fputs("reeve: the system cannot unmap a page that a realm has lost\n", stderr);
		abort();
	}
	memset(chunk->pages + first, 0, end - first);
}

enum window_result window_show(struct window *window, const struct model_memory *memory, uint64_t ipa, uint64_t pa,
	uint64_t size, unsigned protection)
{
	struct window_chunk *chunk = chunk_find(window, ipa);
	int host_protection = PROT_READ | ((protection & WINDOW_WRITE) != 0 ? PROT_WRITE : 0);

	if (model_memory_whole(memory, pa) == NULL || model_memory_whole(memory, pa + size - 1) == NULL) {
		return WINDOW_NO_MEMORY;
	}
	if (chunk == NULL) {
		chunk = chunk_make(window, ipa);
	}
	if (chunk == NULL) {
		return WINDOW_FULL;
	}
	if (!model_memory_show(memory, pa, size, chunk->host + (ipa - chunk->base), host_protection)) {
		window_hide(window, ipa, size);
		return WINDOW_FULL;
	}
	memset(chunk->pages + page_in(chunk, ipa), (int)protection, (size_t)(size >> REEVE_GRANULE_SHIFT));
	return WINDOW_DONE;
}

static void chunk_hide_shown(struct window_chunk *chunk, size_t first, size_t end)
{
	while (first < end) {
		size_t run = 0;

		while (first + run < end && chunk->pages[first + run] != 0) {
			run++;
		}
		if (run != 0) {
			chunk_hide(chunk, first, first + run);
		}
		first += run + 1;
	}
}

void window_hide(struct window *window, uint64_t ipa, uint64_t size)
{
	uint64_t top = size > UINT64_MAX - ipa ? UINT64_MAX : ipa + size;

	for (unsigned i = 0; i < window->chunk_count; i++) {
		struct window_chunk *chunk = &window->chunks[i];
		uint64_t low = ipa > chunk->base ? ipa - chunk->base : 0;
		uint64_t high = top > chunk->base ? top - chunk->base : 0;

		high = high < CHUNK_SIZE ? high : CHUNK_SIZE;
		if (low < high) {
			chunk_hide_shown(
				chunk, (size_t)(low >> REEVE_GRANULE_SHIFT), (size_t)(high >> REEVE_GRANULE_SHIFT));
		}
	}
}

unsigned window_protection(const struct window *window, uint64_t ipa)
{
	const struct window_chunk *chunk = chunk_find(window, ipa);

	return chunk != NULL ? chunk->pages[page_in(chunk, ipa)] : 0;
}

bool window_run(const struct window *window, uint64_t ipa, uint64_t low, uint64_t high, struct window_run *run)
{
	const struct window_chunk *chunk = chunk_find(window, ipa);
	unsigned protection = window_protection(window, ipa);
	size_t bottom;
	size_t top;
	size_t first;
	size_t end;

	if (protection == 0) {
		return false;
	}
	bottom = low > chunk->base ? page_in(chunk, low) : 0;
	top = high - chunk->base < CHUNK_SIZE ? page_in(chunk, high) : CHUNK_PAGES;
	first = page_in(chunk, ipa);
	end = first + 1;
	while (first > bottom && chunk->pages[first - 1] == protection) {
		first--;
	}
	while (end < top && chunk->pages[end] == protection) {
		end++;
	}
	*run = (struct window_run){
		.ipa = chunk->base + ((uint64_t)first << REEVE_GRANULE_SHIFT),
		.size = (uint64_t)(end - first) << REEVE_GRANULE_SHIFT,
		.protection = protection,
		.host = chunk->host + (first << REEVE_GRANULE_SHIFT),
	};
	return true;
}

const void *window_at(const struct window *window, uint64_t ipa)
{
	const struct window_chunk *chunk = chunk_find(window, ipa);

	if (chunk == NULL || chunk->pages[page_in(chunk, ipa)] == 0) {
		return NULL;
	}
	return chunk->host + (ipa - chunk->base);
}

void window_close(struct window *window)
{
	for (unsigned i = 0; i < window->chunk_count; i++) {
		munmap(window->chunks[i].host, CHUNK_SIZE);
		free(window->chunks[i].pages);
	}
	window->chunk_count = 0;
}
