/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_virtio.c - a guest that writes what it likes into registers, rings and buffers of a virtio disk and a virtio console.
 *
 * FUZZ_TRACE=1 in the environment shows what became of an input. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support/bytes.h"
#include "vmm/virtio_block.h"
#include "vmm/virtio_console.h"

/* The guest's shared memory, and where a driver that knows what it does has its areas. */
enum {
	BASE = 0x40000000,
	MEMORY = 0x4000,
	AVAILABLE = 0x400,
	USED = 0x800,
	DATA = 0x1000,
	ENTRIES = 32,
	DISK_SIZE = 2048
};
enum {
	STATUS = 0x70,
	NOTIFY = 0x50,
	CONFIG = 0x100,
	PRINTED_PER_RING = 64 << 10,
	NEEDS_RESET = 64,
	STATUS_BITS = 0xCF
};

struct guest {
	uint8_t *memory; /* exactly MEMORY and DISK_SIZE bytes, so that a step beyond is noticed */
	uint8_t *disk_bytes;
	struct virtio_block disk;
	struct virtio_console console;
	struct virtio_mmio mmio;
	struct bytes in;
	size_t printed; /* since the bell was rung */
	bool line;
};

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_virtio: not so: %s\n", what);
		abort();
	}
}

static void *guest_reach(void *context, uint64_t address, uint64_t size)
{
	struct guest *g = context;

	check(size != 0, "something is reached for");
	return address >= BASE && address - BASE < MEMORY && size <= MEMORY - (address - BASE)
		? g->memory + (address - BASE)
		: NULL;
}

static void guest_line(void *context, bool is_high)
{
	struct guest *g = context;

	check(g->line != is_high, "the line is told of when it changes");
	g->line = is_high;
}

static void guest_print(void *context, const void *bytes, size_t size)
{
	struct guest *g = context;
	uint8_t *copy = malloc(size);

	check(copy != NULL, "there is memory");
	memcpy(copy, bytes, size);
	free(copy);
	g->printed += size;
}

static void set(struct guest *g, uint64_t offset, uint32_t value)
{
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  0x%03" PRIx64 " = 0x%" PRIx32 "\n", offset, value);
	}
	g->printed = 0;
	virtio_mmio_write(&g->mmio, offset, 4, value);
	check(g->printed <= PRINTED_PER_RING, "no more is printed at once than that");
}

static uint32_t word(struct guest *g, unsigned size)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < size; i++) {
		value |= (uint32_t)bytes_next(&g->in) << (8 * i);
	}
	return value;
}

/* As a driver does it, up to DRIVER_OK. */
static void start(struct guest *g, unsigned queue)
{
	const uint32_t steps[][2] = {{STATUS, 0}, {STATUS, 3}, {0x24, 1}, {0x20, 3}, {STATUS, 11}, {0x30, queue},
		{0x38, g->mmio.kind->id == VIRTIO_ID_BLOCK ? ENTRIES : ENTRIES / 2}, {0x80, BASE},
		{0x90, BASE + AVAILABLE}, {0xA0, BASE + USED}, {0x44, 1}, {STATUS, 15}};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		set(g, steps[i][0], steps[i][1]);
	}
	check(virtio_mmio_is_live(&g->mmio), "a driver that does as it should has a device");
	memset(g->memory + AVAILABLE, 0, DATA - AVAILABLE);
}

/* Offer a chain, and ring. */
static void offer(struct guest *g, unsigned queue, uint16_t head)
{
	uint16_t index;

	memcpy(&index, g->memory + AVAILABLE + 2, sizeof(index));
	memcpy(g->memory + AVAILABLE + 4 + 2 * (size_t)(index % ENTRIES), &head, sizeof(head));
	index++;
	memcpy(g->memory + AVAILABLE + 2, &index, sizeof(index));
	set(g, NOTIFY, queue);
}

static void descriptor(struct guest *g)
{
	uint8_t *at = g->memory + 16 * (size_t)bytes_pick(&g->in, ENTRIES);
	uint64_t address = BASE + (uint64_t)word(g, 2) % (MEMORY + 16);
	uint32_t size = word(g, bytes_pick(&g->in, 4));
	uint16_t tail[2] = {(uint16_t)bytes_pick(&g->in, 8), (uint16_t)bytes_pick(&g->in, ENTRIES + 1)};

	memcpy(at, &address, sizeof(address));
	memcpy(at + 8, &size, sizeof(size));
	memcpy(at + 12, tail, sizeof(tail));
}

static void poke(struct guest *g)
{
	size_t at = word(g, 2) % MEMORY;
	size_t size = bytes_pick(&g->in, 25);

	for (size_t i = 0; i < size && at + i < MEMORY; i++) {
		g->memory[at + i] = bytes_next(&g->in);
	}
}

static void type(struct guest *g)
{
	uint8_t typed[256];
	size_t size = bytes_next(&g->in);
	size_t room = virtio_console_room(&g->console);

	memset(typed, 't', sizeof(typed));
	check(virtio_console_type(&g->console, typed, size) == (size < room ? size : room),
		"what there is room for is kept");
	virtio_mmio_serve(&g->mmio, VIRTIO_CONSOLE_INPUT);
}

static void read_all(const struct guest *g)
{
	uint64_t status = virtio_mmio_read(&g->mmio, STATUS, 4);

	for (uint64_t offset = 0; offset < VIRTIO_MMIO_SIZE; offset++) {
		for (unsigned size = 1; size <= 8; size *= 2) {
			uint64_t value = virtio_mmio_read(&g->mmio, offset, size);

			check(size > 4 ? value == 0 : value >> (8 * size) == 0, "a value is as wide as the access");
		}
	}
	check((status & ~(uint64_t)STATUS_BITS) == 0, "the status has the bits that there are");
	check((status & NEEDS_RESET) == 0 || !virtio_mmio_is_live(&g->mmio),
		"a device that needs a reset does nothing");
	check(g->line == (virtio_mmio_read(&g->mmio, 0x60, 4) != 0), "the line is high while there is an interrupt");
}

static void step(struct guest *g)
{
	uint64_t choice;

	switch (bytes_pick(&g->in, 8)) {
	case 0:
		start(g, bytes_pick(&g->in, g->mmio.kind->queue_count));
		return;
	case 1:
		choice = bytes_next(&g->in) & ~3U;
		set(g, choice, word(g, 4));
		return;
	case 2:
	case 3:
		descriptor(g);
		return;
	case 4:
	case 5:
		choice = bytes_pick(&g->in, 3);
		offer(g, (unsigned)choice, (uint16_t)bytes_pick(&g->in, ENTRIES + 1));
		return;
	case 6:
		type(g);
		return;
	default:
		poke(g);
		return;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct guest g = {.memory = calloc(1, MEMORY), .disk_bytes = calloc(1, DISK_SIZE), .in = {data, size}};
	const struct virtio_memory memory = {guest_reach, &g};
	bool is_disk = bytes_pick(&g.in, 2) == 0;

	check(g.memory != NULL && g.disk_bytes != NULL, "there is memory");
	virtio_block_init(&g.disk, g.disk_bytes, DISK_SIZE);
	virtio_console_init(&g.console, guest_print, &g);
	virtio_mmio_init(&g.mmio, is_disk ? &g.disk.kind : &g.console.kind,
		is_disk ? (void *)&g.disk : (void *)&g.console, memory, guest_line, &g);
	while (g.in.left != 0) {
		step(&g);
	}
	read_all(&g);
	start(&g, 0);
	free(g.disk_bytes);
	free(g.memory);
	return 0;
}
