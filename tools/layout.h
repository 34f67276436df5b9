/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.h - where things stand in a Realm's address space; programs find all but the first three in the device tree.
 *
 *   RAM base: device tree (2 MiB are kept for it) | image | ... | RAM top        protected half
 *   top bit set: GICv3 at 0x0800_0000 and 0x080a_0000, PL011 at 0x0900_0000, virtio at 0x0a00_0000, shared buffer at 0x0c00_0000     unprotected half */
#ifndef TOOLS_LAYOUT_H
#define TOOLS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/message.h"

enum {
	LAYOUT_RAM_BASE = 0x40000000,
	LAYOUT_FDT_SPACE = 2 << 20,
	LAYOUT_IMAGE_BASE = LAYOUT_RAM_BASE + LAYOUT_FDT_SPACE,
	LAYOUT_SHARED_SIZE = 0x10000,
};

struct layout {
	unsigned cpus;
	uint64_t ram_base;
	uint64_t ram_top;
	uint64_t half; /* first unprotected address */
	uint64_t gicd; /* distributor */
	uint64_t gicr; /* redistributors in a row, by CPU */
	uint64_t uart;
	uint64_t virtio; /* devices by enum job_virtio (machine/qemu/job.h), those that there are */
	uint64_t shared;
	uint64_t shared_size;
};

/* Whether a Realm can have `ram` bytes on a host with pages of `page_size`, whatever its address width. False with *why
 * set when they are no multiple of the page, leave no room for an image, or are more than any address can reach. */
bool layout_ram_check(uint64_t ram, size_t page_size, struct message *why);

/* Lay out a Realm of `ipa_bits`, which the monitor supports, with `ram` bytes that layout_ram_check accepts. False with
 * *why set when they pass the protected half; *layout is then untouched. */
bool layout_make(struct layout *layout, unsigned ipa_bits, uint64_t ram, unsigned cpus, struct message *why);

/* RMM v1.0 numbers RECs by affinity: the MPIDR_EL1 affinity fields of REC `index` (spec: rmm-v1.0 s3). */
uint64_t layout_mpidr(unsigned index);

#endif
