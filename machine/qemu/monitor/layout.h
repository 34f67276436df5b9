/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.h - the monitor's address space: its own image, the shared page, NS memory by a window, Realm memory where it is.
 *
 *   image_start  code | constants | data, .bss | the monitor's object ...  | shared page
 *
 * L1: [image_start, end of the shared page) is the monitor's own: no part of it is delegable. */
#ifndef QEMU_MONITOR_LAYOUT_H
#define QEMU_MONITOR_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "machine/qemu/monitor/manifest.h"
#include "reeve/monitor.h"

/* The console that is used until the manifest has named one: QEMU virt's first PL011. */
#define LAYOUT_FIRST_CONSOLE UINT64_C(0x09000000)

/* True when `shared` can be the page shared with EL3: aligned, behind the image, within the gigabyte that follows. */
bool layout_accepts(uint64_t shared);

/* With the MMU off: map the monitor's own memory (to `shared`'s end; nothing of it when that is not acceptable) and the first console,
 * and turn the MMU on. For further CPUs: turn it on. */
void layout_start(uint64_t shared);
void layout_join(void);

/* Map all of the banks. False when tables or addresses do not suffice, or nothing is left of them. */
bool layout_map(const struct manifest *manifest);
/* Map the manifest's console and print there from now on; without one in it all stays as it is. False: there is none, and nothing changed. */
bool layout_console(const struct manifest *manifest);

/* The banks without the monitor's own memory. Their number; 0 when they are too many. */
unsigned layout_regions(
	const struct manifest *manifest, struct reeve_pa_range regions[static REEVE_MONITOR_REGIONS_MAX]);

/* The page shared with EL3, mapped where it is. */
struct reeve_pa layout_shared(void);

/* Memory between the image and the shared page: for the monitor's object. */
void *layout_room(uint64_t *size);

#endif
