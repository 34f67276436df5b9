/* SPDX-License-Identifier: BSD-2-Clause */
/* mmu.h - the image's own address space at EL2: 4 KiB granule, 48-bit addresses, entries only ever added.
 *
 * The tables are made with the MMU off or on; memory that they are made in must be zero and mapped to itself. */
#ifndef QEMU_BARE_MMU_H
#define QEMU_BARE_MMU_H

#include <stdbool.h>
#include <stdint.h>

enum { MMU_ENTRIES = 512, MMU_PAGE = 4096 };

struct mmu_table {
	_Alignas(MMU_PAGE) uint64_t entries[MMU_ENTRIES];
};

/* tables[0] is the root, level 0; `used` counts the root from the first mmu_map on. */
struct mmu {
	struct mmu_table *tables;
	unsigned count;
	unsigned used;
};

/* What memory is to this image. NS is for the Realm world only: memory in the Non-secure physical address space. */
enum mmu_kind { MMU_CODE, MMU_CONSTANT, MMU_DATA, MMU_DATA_NS, MMU_DEVICE, MMU_KIND_COUNT };

/* Map [va, va + size) to [pa, ...) in the largest blocks that fit; all three aligned to 4 KiB.
 * False, with a part mapped, when the tables are used up, something is mapped there already, or an address has more than 48 bits. */
bool mmu_map(struct mmu *mmu, uint64_t va, uint64_t pa, uint64_t size, enum mmu_kind kind);

/* Make what was mapped since the MMU was turned on seen by this CPU. */
void mmu_publish(void);

/* Turn on MMU and caches of this CPU with these tables. */
void mmu_enable(const struct mmu *mmu);

#endif
