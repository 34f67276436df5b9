/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_mmio.h - the registers of a virtio device on a memory bus, and its queues; the device itself is a table of functions.
 *
 *   virtio_mmio_init -> { virtio_mmio_read | virtio_mmio_write | virtio_mmio_serve }*
 *
 * V1: calls for one device come from one CPU at a time.
 * V2: whatever the guest writes, a read gives a defined value, a write changes this device alone.
 * V3: a queue that makes no sense stops the device until the guest resets it (DEVICE_NEEDS_RESET).
 * VERSION_1 and ACCESS_PLATFORM must be taken: rings are in memory that the guest shares on purpose.
 * Source: VIRTIO 1.2, section 4.2 (MMIO transport, version 2), 2.1 (status), 3.1 (initialisation). */
#ifndef VMM_VIRTIO_MMIO_H
#define VMM_VIRTIO_MMIO_H

#include "vmm/virtio_queue.h"

enum {
	VIRTIO_MMIO_SIZE = 0x200, /* of the registers */
	VIRTIO_QUEUES_MAX = 2,
	VIRTIO_ID_BLOCK = 2,
	VIRTIO_ID_CONSOLE = 3,
};

#define VIRTIO_F_VERSION_1 (UINT64_C(1) << 32)
#define VIRTIO_F_ACCESS_PLATFORM (UINT64_C(1) << 33)

struct virtio_mmio;

/* What a kind of device is. Both functions are needed. */
struct virtio_device {
	uint32_t id;
	unsigned queue_count;
	uint32_t queue_size; /* at most, a power of two; 0: VIRTIO_QUEUE_SIZE_MAX */
	uint64_t features;   /* of its own, beside the two above */
	const void *config;  /* what the guest reads at 0x100, little-endian; NULL when config_size is 0 */
	size_t config_size;
	/* The guest rang for `queue`, or there is something for it to do. False when a queue is broken. */
	bool (*serve)(void *device, struct virtio_mmio *mmio, unsigned queue);
	/* The guest reset the device; its queues are empty. */
	void (*reset)(void *device);
};

struct virtio_mmio {
	const struct virtio_device *kind;
	void *device;
	struct virtio_memory memory;
	/* The interrupt line changed. */
	void (*line)(void *context, bool is_high);
	void *line_context;
	struct virtio_queue queues[VIRTIO_QUEUES_MAX];
	uint64_t driver_features;
	uint32_t device_features_select;
	uint32_t driver_features_select;
	uint32_t queue_select;
	uint32_t status;
	uint32_t interrupt;
};

/* A device after reset, which kind->reset is called for. `kind` and what `device` points to stay the caller's, and must be there as long as the
 * device; *mmio stays where it is, its queues point into it. `line` is needed. */
void virtio_mmio_init(struct virtio_mmio *mmio, const struct virtio_device *kind, void *device,
	struct virtio_memory memory, void (*line)(void *context, bool is_high), void *line_context);

/* An access of `size` bytes at `offset` of the registers. Registers take 4 bytes, the configuration 1, 2 or 4; others read
 * as zero and are ignored. */
uint64_t virtio_mmio_read(const struct virtio_mmio *mmio, uint64_t offset, unsigned size);
void virtio_mmio_write(struct virtio_mmio *mmio, uint64_t offset, unsigned size, uint64_t value);

/* Whether a driver has taken the device, and it is in order. */
bool virtio_mmio_is_live(const struct virtio_mmio *mmio);

/* Let the device look at a queue although the guest did not ring: input came. */
void virtio_mmio_serve(struct virtio_mmio *mmio, unsigned queue);

/* Give a chain back and raise the interrupt unless the guest wants none. For serve(); false when the queue is broken. */
bool virtio_mmio_give(struct virtio_mmio *mmio, unsigned queue, const struct virtio_chain *chain, uint32_t written);

#endif
