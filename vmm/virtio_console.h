/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_console.h - a console for virtio_mmio: what the guest writes goes to a function, what was typed waits for the guest.
 *
 * C1: however the queues look, one ring of the bell prints 64 KiB at most; a guest that has more printed by one is to reset the device.
 * Source: VIRTIO 1.2, section 5.3, one port without the multiport feature. */
#ifndef VMM_VIRTIO_CONSOLE_H
#define VMM_VIRTIO_CONSOLE_H

#include "vmm/virtio_mmio.h"

enum { VIRTIO_CONSOLE_INPUT = 0, VIRTIO_CONSOLE_OUTPUT = 1, VIRTIO_CONSOLE_TYPED_MAX = 256 };

struct virtio_console {
	struct virtio_device kind;
	void (*print)(void *context, const void *bytes, size_t size);
	void *context;
	uint8_t typed[VIRTIO_CONSOLE_TYPED_MAX]; /* a ring: what the guest has not taken yet */
	unsigned typed_first;
	unsigned typed_count;
};

/* A console that prints with `print`. For virtio_mmio_init: &console->kind, console. */
void virtio_console_init(
	struct virtio_console *console, void (*print)(void *context, const void *bytes, size_t size), void *context);

/* How many more bytes are kept. */
size_t virtio_console_room(const struct virtio_console *console);

/* Keep bytes for the guest; then call virtio_mmio_serve(mmio, VIRTIO_CONSOLE_INPUT). Returns how many there was room for. */
size_t virtio_console_type(struct virtio_console *console, const void *bytes, size_t size);

#endif
