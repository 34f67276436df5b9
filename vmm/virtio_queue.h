/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_queue.h - a split virtqueue in memory that a guest shares: chains of buffers taken from it and given back.
 *
 *   virtio_queue_take -> the device uses the chain's parts -> virtio_queue_give
 *
 * The guest is hostile and may write the rings at any time:
 * Q1: each word of a ring is read once, then judged, then used.
 * Q2: every address goes through struct virtio_memory; what it does not know is no memory.
 * Q3: a chain has at most as many descriptors as the queue, VIRTIO_PARTS_MAX parts and VIRTIO_CHAIN_SIZE_MAX bytes.
 * Calls for one queue come from one CPU at a time.
 * Source: Virtual I/O Device (VIRTIO) 1.2, section 2.7. Not here: indirect descriptors and EVENT_IDX, which are not offered. */
#ifndef VMM_VIRTIO_QUEUE_H
#define VMM_VIRTIO_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { VIRTIO_QUEUE_SIZE_MAX = 256, VIRTIO_PARTS_MAX = 128, VIRTIO_CHAIN_SIZE_MAX = 4 << 20 };

/* The memory that guest and devices share. */
struct virtio_memory {
	/* Pointer to [address, address + size), or NULL when not all of it is shared memory. `size` is not 0. */
	void *(*reach)(void *context, uint64_t address, uint64_t size);
	void *context;
};

/* One buffer of a chain. */
struct virtio_part {
	void *data;
	uint32_t size;
	bool is_writable; /* by the device */
};

/* A chain: first the parts the device reads, then those it writes. */
struct virtio_chain {
	struct virtio_part parts[VIRTIO_PARTS_MAX];
	unsigned count;
	uint32_t size; /* of all parts */
	uint16_t head;
};

struct virtio_queue {
	const struct virtio_memory *memory;
	uint64_t descriptors; /* addresses of the guest's three areas */
	uint64_t driver;
	uint64_t device;
	uint32_t size; /* a power of two */
	uint16_t next_available;
	uint16_t next_used;
	bool is_ready;
};

enum virtio_take {
	VIRTIO_TAKEN,
	VIRTIO_NOTHING, /* the queue has no more chains */
	VIRTIO_BROKEN   /* the guest wrote what makes no sense: the device needs a reset */
};

/* Take the next chain; *chain is set on VIRTIO_TAKEN only. */
enum virtio_take virtio_queue_take(struct virtio_queue *queue, struct virtio_chain *chain);

/* Give the chain back with `written` bytes of its writable parts filled. False when the ring is not to be reached. */
bool virtio_queue_give(struct virtio_queue *queue, const struct virtio_chain *chain, uint32_t written);

/* True when the guest asked for no interrupt for the chain that was given back just now: one that asks again after that has seen it. */
bool virtio_queue_is_quiet(const struct virtio_queue *queue);

/* Copy between `to` or `from` and the chain's readable or writable parts from byte `offset` on. Returns bytes copied. */
size_t virtio_chain_read(const struct virtio_chain *chain, size_t offset, void *to, size_t size);
size_t virtio_chain_write(const struct virtio_chain *chain, size_t offset, const void *from, size_t size);

/* Bytes of the chain's readable or writable parts. */
uint64_t virtio_chain_size(const struct virtio_chain *chain, bool is_writable);

#endif
