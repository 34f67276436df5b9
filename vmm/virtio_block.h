/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_block.h - a disk in memory, for virtio_mmio: sectors read, written, flushed.
 *
 * Source: VIRTIO 1.2, section 5.2. Not here: where the bytes come from and go to. */
#ifndef VMM_VIRTIO_BLOCK_H
#define VMM_VIRTIO_BLOCK_H

#include "vmm/virtio_mmio.h"

enum { VIRTIO_SECTOR_SIZE = 512 };

struct virtio_block {
	struct virtio_device kind;
	uint8_t *bytes; /* the disk's content */
	uint64_t sectors;
	struct {
		uint64_t capacity; /* sectors */
		uint64_t size_max; /* bytes of a segment, and no seg_max */
	} config;                  /* as the guest reads it (VIRTIO 1.2, section 5.2.4) */
};

/* A disk of `size` bytes at `bytes`, which stay the caller's; what is not a whole sector is left out. For virtio_mmio_init: &disk->kind, disk. */
void virtio_block_init(struct virtio_block *disk, void *bytes, uint64_t size);

#endif
