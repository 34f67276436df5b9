/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.c - the monitor's address space. */
#include "machine/qemu/monitor/layout.h"

#include "machine/qemu/bare/mmu.h"
#include "machine/qemu/bare/pl011.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/monitor/platform.h"

/* Seven banks with odd ends in two windows take ten each, this image a few. */
enum { TABLES = 80 };

/* How a PL011 says that it is one (Arm DDI 0183). */
enum { UARTPERIPHID0 = 0xfe0, PL011_PART = 0x11 };

#define GIB (UINT64_C(1) << 30)

/* image.ld */
extern char image_start[], rodata_start[], data_start[], image_end[];

static struct mmu_table tables[TABLES];
static struct mmu mmu;
static struct reeve_pa_range own;

static uint64_t at(const char *symbol)
{
	return (uint64_t)(uintptr_t)symbol;
}

bool layout_accepts(uint64_t shared)
{
	return reeve_is_aligned(shared, REEVE_GRANULE_SIZE) && shared >= at(image_end) &&
		shared - at(image_start) < GIB;
}

/* Nothing here can fail: the ranges are apart and the tables many. */
static void map_own(uint64_t from, uint64_t to, enum mmu_kind kind)
{
	if (!mmu_map(&mmu, from, from, to - from, kind)) {
		__builtin_trap();
	}
}

void layout_start(uint64_t shared)
{
	own = (struct reeve_pa_range){{at(image_start)}, {at(image_end)}};
	if (layout_accepts(shared)) {
		own.top = reeve_pa(shared + REEVE_GRANULE_SIZE);
	}
	mmu = (struct mmu){.tables = tables, .count = TABLES};
	map_own(at(image_start), at(rodata_start), MMU_CODE);
	map_own(at(rodata_start), at(data_start), MMU_CONSTANT);
	map_own(at(data_start), own.top.value, MMU_DATA);
	map_own(LAYOUT_FIRST_CONSOLE, LAYOUT_FIRST_CONSOLE + REEVE_GRANULE_SIZE, MMU_DEVICE);
	mmu_enable(&mmu);
	pl011_use(LAYOUT_FIRST_CONSOLE);
}

void layout_join(void)
{
	mmu_enable(&mmu);
}

static bool map_region(struct reeve_pa_range region)
{
	uint64_t size = region.top.value - region.base.value;

	return region.top.value <= NS_WINDOW && mmu_map(&mmu, region.base.value, region.base.value, size, MMU_DATA) &&
		mmu_map(&mmu, region.base.value + NS_WINDOW, region.base.value, size, MMU_DATA_NS);
}

bool layout_console(const struct manifest *manifest)
{
	uint64_t console = manifest->console;
	uint8_t id;

	if (console == 0 || console == LAYOUT_FIRST_CONSOLE) {
		return true;
	}
	if (!mmu_map(&mmu, console, console, REEVE_GRANULE_SIZE, MMU_DEVICE)) {
		return false;
	}
	mmu_publish();
	if (!guarded_copy(&id, pointer_at(console + UARTPERIPHID0), sizeof(id)) || id != PL011_PART) {
		return false;
	}
	pl011_use(console);
	return true;
}

bool layout_map(const struct manifest *manifest)
{
	struct reeve_pa_range regions[REEVE_MONITOR_REGIONS_MAX];
	unsigned count = layout_regions(manifest, regions);

	for (unsigned i = 0; i < count; i++) {
		if (!map_region(regions[i])) {
			return false;
		}
	}
	mmu_publish();
	return count > 0;
}

unsigned layout_regions(
	const struct manifest *manifest, struct reeve_pa_range regions[static REEVE_MONITOR_REGIONS_MAX])
{
	unsigned count = 0;

	for (unsigned i = 0; i < manifest->bank_count; i++) {
		struct reeve_pa_range below = manifest->banks[i];
		struct reeve_pa_range above = manifest->banks[i];

		if (below.top.value > own.base.value) {
			below.top = own.base;
		}
		if (above.base.value < own.top.value) {
			above.base = own.top;
		}
		if (below.base.value < below.top.value && count < REEVE_MONITOR_REGIONS_MAX) {
			regions[count++] = below;
		}
		if (above.base.value < above.top.value && count < REEVE_MONITOR_REGIONS_MAX) {
			regions[count++] = above;
		}
	}
	return count;
}

struct reeve_pa layout_shared(void)
{
	return reeve_pa(own.top.value - REEVE_GRANULE_SIZE);
}

void *layout_room(uint64_t *size)
{
	*size = layout_shared().value - at(image_end);
	return image_end;
}
