/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_console.c - the two queues of a virtio console. */
#include "vmm/virtio_console.h"

#include <string.h>

/* Linux puts a page behind each entry of the input queue, and each takes its place in what a realm shares for bounce buffers. */
enum { PRINTED_AT_ONCE = 256, QUEUE_SIZE = 16 };

/* What one ring of the bell prints at most: the guest rings under a lock. Linux rings for each chain, of a page (64 KiB at most) or less. */
enum { PRINTED_PER_RING = 64 << 10 };

/* False, and nothing printed, when the chain has more than *left bytes. */
static bool chain_print(struct virtio_console *console, const struct virtio_chain *chain, uint64_t *left)
{
	uint64_t all = virtio_chain_size(chain, false);
	uint8_t bytes[PRINTED_AT_ONCE];
	size_t offset = 0;
	size_t size;

	if (all > *left) {
		return false;
	}
	*left -= all;
	while ((size = virtio_chain_read(chain, offset, bytes, sizeof(bytes))) != 0) {
		console->print(console->context, bytes, size);
		offset += size;
	}
	return true;
}

/* As much of what was typed as the chain takes. */
static uint32_t chain_type(struct virtio_console *console, const struct virtio_chain *chain)
{
	uint32_t written = 0;

	while (console->typed_count != 0 &&
		virtio_chain_write(chain, written, &console->typed[console->typed_first], 1) == 1) {
		console->typed_first = (console->typed_first + 1) % VIRTIO_CONSOLE_TYPED_MAX;
		console->typed_count--;
		written++;
	}
	return written;
}

static bool console_serve(void *device, struct virtio_mmio *mmio, unsigned queue)
{
	struct virtio_console *console = device;
	uint64_t left = PRINTED_PER_RING;
	struct virtio_chain chain;

	for (uint32_t i = 0; i < mmio->queues[queue].size; i++) {
		uint32_t written = 0;

		if (queue == VIRTIO_CONSOLE_INPUT && console->typed_count == 0) {
			return true;
		}
		switch (virtio_queue_take(&mmio->queues[queue], &chain)) {
		case VIRTIO_NOTHING:
			return true;
		case VIRTIO_BROKEN:
			return false;
		case VIRTIO_TAKEN:
			break;
		}
		if (queue == VIRTIO_CONSOLE_INPUT) {
			written = chain_type(console, &chain);
		} else if (!chain_print(console, &chain, &left)) {
			return false;
		}
		if (!virtio_mmio_give(mmio, queue, &chain, written)) {
			return false;
		}
	}
	return true;
}

static void console_reset(void *device)
{
	struct virtio_console *console = device;

	console->typed_first = 0;
	console->typed_count = 0;
}

void virtio_console_init(
	struct virtio_console *console, void (*print)(void *context, const void *bytes, size_t size), void *context)
{
	memset(console, 0, sizeof(*console));
	console->print = print;
	console->context = context;
	console->kind = (struct virtio_device){
		.id = VIRTIO_ID_CONSOLE,
		.queue_count = VIRTIO_QUEUES_MAX,
		.queue_size = QUEUE_SIZE,
		.serve = console_serve,
		.reset = console_reset,
	};
}

size_t virtio_console_room(const struct virtio_console *console)
{
	return VIRTIO_CONSOLE_TYPED_MAX - console->typed_count;
}

size_t virtio_console_type(struct virtio_console *console, const void *bytes, size_t size)
{
	const uint8_t *from = bytes;
	size_t kept = 0;

	while (kept < size && console->typed_count < VIRTIO_CONSOLE_TYPED_MAX) {
		console->typed[(console->typed_first + console->typed_count) % VIRTIO_CONSOLE_TYPED_MAX] = from[kept];
		console->typed_count++;
		kept++;
	}
	return kept;
}
