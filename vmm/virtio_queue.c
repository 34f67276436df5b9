/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_queue.c - the rings of a split virtqueue, read once and judged before they are used. */
#include "vmm/virtio_queue.h"

#include <string.h>

/* VIRTIO 1.2, sections 2.7.5 (descriptor), 2.7.6 (available ring), 2.7.8 (used ring). */
enum {
	DESCRIPTOR_SIZE = 16,
	DESCRIPTOR_NEXT = 1,
	DESCRIPTOR_WRITE = 2,
	RING_INDEX = 2,
	RING_ENTRIES = 4,
	AVAILABLE_ENTRY_SIZE = 2,
	USED_ENTRY_SIZE = 8,
	AVAILABLE_NO_INTERRUPT = 1,
};

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags;
	uint16_t next;
};
_Static_assert(sizeof(struct descriptor) == DESCRIPTOR_SIZE, "struct descriptor is the one of the ring");

static void *reach(const struct virtio_queue *queue, uint64_t address, uint64_t size)
{
	return address + size < address ? NULL : queue->memory->reach(queue->memory->context, address, size);
}

/* One 16-bit word of a ring, read once. False when it is not to be reached. */
static bool ring_load(const struct virtio_queue *queue, uint64_t address, uint16_t *value)
{
	const uint16_t *word = reach(queue, address, sizeof(*word));

	if (word == NULL || ((uintptr_t)word & 1) != 0) {
		return false;
	}
	*value = __atomic_load_n(word, __ATOMIC_ACQUIRE);
	return true;
}

static bool descriptor_load(const struct virtio_queue *queue, uint16_t index, struct descriptor *d)
{
	const void *from;

	if (index >= queue->size) {
		return false;
	}
	from = reach(queue, queue->descriptors + (uint64_t)index * DESCRIPTOR_SIZE, DESCRIPTOR_SIZE);
	if (from == NULL) {
		return false;
	}
	memcpy(d, from, sizeof(*d));
	return true;
}

/* Readable parts come before writable ones (VIRTIO 1.2, section 2.7.4.2). */
static bool part_add(const struct virtio_queue *queue, struct virtio_chain *chain, const struct descriptor *d)
{
	bool is_writable = (d->flags & DESCRIPTOR_WRITE) != 0;
	struct virtio_part *part = &chain->parts[chain->count];

	if ((d->flags & ~(DESCRIPTOR_NEXT | DESCRIPTOR_WRITE)) != 0 || d->size == 0 ||
		chain->count == VIRTIO_PARTS_MAX || d->size > VIRTIO_CHAIN_SIZE_MAX - chain->size ||
		(!is_writable && chain->count != 0 && chain->parts[chain->count - 1].is_writable)) {
		return false;
	}
	part->data = reach(queue, d->address, d->size);
	part->size = d->size;
	part->is_writable = is_writable;
	chain->size += d->size;
	chain->count++;
	return part->data != NULL;
}

static bool chain_load(const struct virtio_queue *queue, uint16_t head, struct virtio_chain *chain)
{
	struct descriptor d = {.flags = DESCRIPTOR_NEXT, .next = head};

	chain->head = head;
	chain->count = 0;
	chain->size = 0;
	while ((d.flags & DESCRIPTOR_NEXT) != 0) {
		if (chain->count == queue->size || !descriptor_load(queue, d.next, &d) || !part_add(queue, chain, &d)) {
			return false;
		}
	}
	return true;
}

enum virtio_take virtio_queue_take(struct virtio_queue *queue, struct virtio_chain *chain)
{
	uint16_t available;
	uint16_t head;

	if (!queue->is_ready) {
		return VIRTIO_NOTHING;
	}
	if (!ring_load(queue, queue->driver + RING_INDEX, &available) ||
		(uint16_t)(available - queue->next_available) > queue->size) {
		return VIRTIO_BROKEN;
	}
	if (available == queue->next_available) {
		return VIRTIO_NOTHING;
	}
	if (!ring_load(queue,
		    queue->driver + RING_ENTRIES +
			    (uint64_t)(queue->next_available % queue->size) * AVAILABLE_ENTRY_SIZE,
		    &head) ||
		!chain_load(queue, head, chain)) {
		return VIRTIO_BROKEN;
	}
	queue->next_available++;
	return VIRTIO_TAKEN;
}

bool virtio_queue_give(struct virtio_queue *queue, const struct virtio_chain *chain, uint32_t written)
{
	uint32_t entry[2] = {chain->head, written};
	void *slot = reach(queue,
		queue->device + RING_ENTRIES + (uint64_t)(queue->next_used % queue->size) * USED_ENTRY_SIZE,
		USED_ENTRY_SIZE);
	uint16_t *index = reach(queue, queue->device + RING_INDEX, sizeof(*index));

	if (slot == NULL || index == NULL || ((uintptr_t)index & 1) != 0) {
		return false;
	}
	memcpy(slot, entry, sizeof(entry));
	queue->next_used++;
	__atomic_store_n(index, queue->next_used, __ATOMIC_RELEASE);
	return true;
}

bool virtio_queue_is_quiet(const struct virtio_queue *queue)
{
	uint16_t flags = 0;

	/* The driver clears the flag and then looks at the index that was stored just now; one of both must see the other's word. */
	__sync_synchronize();
	return ring_load(queue, queue->driver, &flags) && (flags & AVAILABLE_NO_INTERRUPT) != 0;
}

/* Walk the parts of one kind; exactly one of `to` and `from` is not NULL. */
static size_t chain_copy(const struct virtio_chain *chain, bool is_writable, size_t offset, uint8_t *to,
	const uint8_t *from, size_t size)
{
	size_t done = 0;

	for (unsigned i = 0; i < chain->count && done < size; i++) {
		const struct virtio_part *part = &chain->parts[i];
		size_t here;

		if (part->is_writable != is_writable) {
			continue;
		}
		if (offset >= part->size) {
			offset -= part->size;
			continue;
		}
		here = part->size - offset < size - done ? part->size - offset : size - done;
		if (to != NULL) {
			memcpy(to + done, (const uint8_t *)part->data + offset, here);
		} else {
			memcpy((uint8_t *)part->data + offset, from + done, here);
		}
		done += here;
		offset = 0;
	}
	return done;
}

size_t virtio_chain_read(const struct virtio_chain *chain, size_t offset, void *to, size_t size)
{
	return chain_copy(chain, false, offset, to, NULL, size);
}

size_t virtio_chain_write(const struct virtio_chain *chain, size_t offset, const void *from, size_t size)
{
	return chain_copy(chain, true, offset, NULL, from, size);
}

uint64_t virtio_chain_size(const struct virtio_chain *chain, bool is_writable)
{
	uint64_t size = 0;

	for (unsigned i = 0; i < chain->count; i++) {
		size += chain->parts[i].is_writable == is_writable ? chain->parts[i].size : 0;
	}
	return size;
}
