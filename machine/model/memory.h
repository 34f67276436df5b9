/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h - the model's physical memory: regions that are shared mappings, each seen by the host (NS view) and by the monitor (whole view). */
#ifndef MODEL_MEMORY_H
#define MODEL_MEMORY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/model.h"

struct model_region {
	uint64_t base;
	uint64_t size;
	uint8_t *ns;        /* the host's view: delegated granules are PROT_NONE in strict mode */
	uint8_t *whole;     /* the monitor's view: always everything */
	bool owned;         /* ns was made by the model */
	atomic_bool hidden; /* a granule was taken out of ns at least once */
};

struct model_memory {
	struct model_region regions[REEVE_MONITOR_REGIONS_MAX];
	unsigned region_count;
};

/* False with *why set when a mapping cannot be made; then nothing is left behind. */
bool model_memory_open(
	struct model_memory *memory, const struct reeve_model_region *regions, unsigned count, const char **why);
void model_memory_close(struct model_memory *memory);

/* The region that holds pa, or NULL. */
static inline const struct model_region *model_memory_region(const struct model_memory *memory, uint64_t pa)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		if (pa - memory->regions[i].base < memory->regions[i].size) {
			return &memory->regions[i];
		}
	}
	return NULL;
}

/* Pointers to `pa` in the whole view or the NS view; NULL when there is no memory. */
static inline void *model_memory_whole(const struct model_memory *memory, uint64_t pa)
{
	const struct model_region *region = model_memory_region(memory, pa);

	return region == NULL ? NULL : region->whole + (pa - region->base);
}

static inline void *model_memory_ns(const struct model_memory *memory, uint64_t pa)
{
	const struct model_region *region = model_memory_region(memory, pa);

	return region == NULL ? NULL : region->ns + (pa - region->base);
}

/* Make [at, at + size) of this process show physical [pa, pa + size) (all 4 KiB aligned, within one region), replacing what is mapped there. */
bool model_memory_show(const struct model_memory *memory, uint64_t pa, size_t size, void *at, int protection);

/* Take all of the NS view away, or put it back. False when the system refuses. */
bool model_memory_hide_all(struct model_memory *memory);
bool model_memory_show_all(const struct model_memory *memory);
/* Take a granule out of the NS view, or put it back. */
bool model_memory_hide_ns(struct model_memory *memory, uint64_t pa);
bool model_memory_show_ns(const struct model_memory *memory, uint64_t pa);

/* The memory and the monitor of a machine, for its CPUs. */
const struct model_memory *model_memory_of(const struct reeve_model *model);
struct reeve_monitor *model_monitor_of(const struct reeve_model *model);
/* The C function that RECs are, and its context (script.c). */
const struct reeve_model_config *model_config_of(const struct reeve_model *model);

#endif
