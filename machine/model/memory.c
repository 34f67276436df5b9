/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - physical memory as shared mappings, seen once by the host and once by the monitor. */
#include "machine/model/memory.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

enum { READ_WRITE = PROT_READ | PROT_WRITE };

static void *view_of_file(int file, size_t size)
{
	void *view = mmap(NULL, size, READ_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0);

	return view == MAP_FAILED ? NULL : view;
}

/* A second mapping of what a shared mapping shows: with an old size of zero mremap leaves the first one alone. */
static void *view_of_view(void *view, size_t size)
{
	void *second = mremap(view, 0, size, MREMAP_MAYMOVE);

	return second == MAP_FAILED ? NULL : second;
}

static void region_close(struct model_region *region)
{
	if (region->whole != NULL) {
		munmap(region->whole, region->size);
	}
	if (region->ns == NULL) {
		return;
	}
	if (region->owned) {
		munmap(region->ns, region->size);
		return;
	}
	/* The caller's: it becomes accessible again if this machine made it otherwise. */
	if (atomic_load(&region->hidden)) {
		mprotect(region->ns, region->size, READ_WRITE);
	}
}

static const char *region_open_owned(struct model_region *region)
{
	int file = memfd_create("reeve-model", MFD_CLOEXEC);

	if (file < 0) {
		return "no memory file could be made (memfd_create)";
	}
	region->owned = true;
	if (ftruncate(file, (off_t)region->size) == 0) {
		region->ns = view_of_file(file, region->size);
		region->whole = view_of_file(file, region->size);
	}
	close(file);
	return region->ns == NULL || region->whole == NULL ? "a memory region is too large to map" : NULL;
}

/* Whether one mapping reaches over [view, view + size). Linux says so when asked to grow those bytes where they are: EFAULT when they are not
 * of one mapping, which is asked first; ENOMEM and others when there is no growing. When there is, what grew is taken away again. */
static bool is_one_mapping(uint8_t *view, size_t size)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	if (mremap(view, size, size + page, 0) == MAP_FAILED) {
		return errno != EFAULT;
	}
	munmap(view + size, page);
	return true;
}

static const char *region_open_shared(struct model_region *region, void *shared)
{
	region->owned = false;
	region->ns = shared;
	if (!is_one_mapping(shared, region->size)) {
		return "a region's memory is not one mapping of at least the region's size";
	}
	region->whole = view_of_view(shared, region->size);
	return region->whole == NULL ? "a region's memory is not a shared mapping (MAP_SHARED)" : NULL;
}

static bool protect_ns(const struct model_memory *memory, uint64_t pa, int protection)
{
	void *granule = model_memory_ns(memory, reeve_align_down(pa, REEVE_GRANULE_SIZE));

	return granule != NULL && mprotect(granule, REEVE_GRANULE_SIZE, protection) == 0;
}

bool model_memory_open(
	struct model_memory *memory, const struct reeve_model_region *regions, unsigned count, const char **why)
{
	*memory = (struct model_memory){0};
	for (unsigned i = 0; i < count; i++) {
		struct model_region *region = &memory->regions[i];

		*region = (struct model_region){.base = regions[i].base, .size = regions[i].size};
		memory->region_count = i + 1;
		*why = regions[i].shared != NULL ? region_open_shared(region, regions[i].shared)
						 : region_open_owned(region);
		if (*why != NULL) {
			model_memory_close(memory);
			return false;
		}
	}
	return true;
}

void model_memory_close(struct model_memory *memory)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		region_close(&memory->regions[i]);
	}
	*memory = (struct model_memory){0};
}

bool model_memory_show(const struct model_memory *memory, uint64_t pa, size_t size, void *at, int protection)
{
	const struct model_region *region = model_memory_region(memory, pa);

	if (region == NULL || size == 0 || size > region->size - (pa - region->base)) {
		return false;
	}
	if (mremap(region->whole + (pa - region->base), 0, size, MREMAP_MAYMOVE | MREMAP_FIXED, at) == MAP_FAILED) {
		return false;
	}
	return protection == READ_WRITE || mprotect(at, size, protection) == 0;
}

static bool protect_all(const struct model_memory *memory, int protection)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		if (mprotect(memory->regions[i].ns, memory->regions[i].size, protection) != 0) {
			return false;
		}
	}
	return true;
}

bool model_memory_hide_all(struct model_memory *memory)
{
	for (unsigned i = 0; i < memory->region_count; i++) {
		atomic_store(&memory->regions[i].hidden, true);
	}
	return protect_all(memory, PROT_NONE);
}

bool model_memory_show_all(const struct model_memory *memory)
{
	return protect_all(memory, READ_WRITE);
}

bool model_memory_hide_ns(struct model_memory *memory, uint64_t pa)
{
	/* All CPUs come by here: write the word once. */
	for (unsigned i = 0; i < memory->region_count; i++) {
		struct model_region *region = &memory->regions[i];

		if (pa - region->base < region->size && !atomic_load(&region->hidden)) {
			atomic_store(&region->hidden, true);
		}
	}
	return protect_ns(memory, pa, PROT_NONE);
}

bool model_memory_show_ns(const struct model_memory *memory, uint64_t pa)
{
	return protect_ns(memory, pa, READ_WRITE);
}
