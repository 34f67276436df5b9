/* SPDX-License-Identifier: BSD-2-Clause */
/* test_virtio.c - a driver of virtio devices as VIRTIO 1.2 has it, and guests that write what they should not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "vmm/virtio_block.h"
#include "vmm/virtio_console.h"

/* Where things are in the guest's shared memory, which begins at BASE. */
enum {
	BASE = 0x40000000,
	MEMORY = 0x10000,
	DESCRIPTORS = 0x0000,
	AVAILABLE = 0x1000,
	USED = 0x2000,
	HEADER = 0x3000,
	DATA = 0x4000,
	STATUS = 0x8000,
	ENTRIES = 8,
	DISK_SIZE = 8 * VIRTIO_SECTOR_SIZE,
};
enum { NEXT = 1, WRITE = 2 };

struct guest {
	uint8_t memory[MEMORY];
	uint8_t fence[64]; /* what a stray write would hit */
	uint8_t disk_bytes[DISK_SIZE];
	uint8_t disk_fence[64];
	struct virtio_block disk;
	struct virtio_console console;
	struct virtio_mmio mmio;
	bool line;
	char printed[512];
	size_t printed_size;
	uint64_t printed_all; /* with what there was no room for */
	uint16_t available;
};

static void *guest_reach(void *context, uint64_t address, uint64_t size)
{
	struct guest *g = context;

	return address >= BASE && address - BASE < MEMORY && size <= MEMORY - (address - BASE)
		? g->memory + (address - BASE)
		: NULL;
}

static void guest_line(void *context, bool is_high)
{
	((struct guest *)context)->line = is_high;
}

static void guest_print(void *context, const void *bytes, size_t size)
{
	struct guest *g = context;
	size_t room = sizeof(g->printed) - g->printed_size;

	memcpy(g->printed + g->printed_size, bytes, size < room ? size : room);
	g->printed_size += size < room ? size : room;
	g->printed_all += size;
}

static uint32_t get(struct guest *g, uint64_t offset)
{
	return (uint32_t)virtio_mmio_read(&g->mmio, offset, 4);
}

static void set(struct guest *g, uint64_t offset, uint32_t value)
{
	virtio_mmio_write(&g->mmio, offset, 4, value);
}

static void put16(struct guest *g, uint64_t at, uint16_t value)
{
	memcpy(g->memory + at, &value, sizeof(value));
}

static uint16_t get16(const struct guest *g, uint64_t at)
{
	uint16_t value;

	memcpy(&value, g->memory + at, sizeof(value));
	return value;
}

static void descriptor(struct guest *g, unsigned i, uint64_t address, uint32_t size, uint16_t flags, uint16_t next)
{
	uint8_t *d = g->memory + DESCRIPTORS + 16 * i;

	memcpy(d, &address, 8);
	memcpy(d + 8, &size, 4);
	memcpy(d + 12, &flags, 2);
	memcpy(d + 14, &next, 2);
}

/* Offer the chain that begins at `head`, and ring. */
static void ring(struct guest *g, unsigned queue, uint16_t head)
{
	put16(g, AVAILABLE + 4 + 2 * (uint64_t)(g->available % ENTRIES), head);
	put16(g, AVAILABLE + 2, ++g->available);
	set(g, 0x50, queue);
}

/* Steps 2 to 6 of VIRTIO 1.2, section 3.1.1. */
static void driver_start(struct guest *g, uint64_t features)
{
	set(g, 0x70, 0);
	set(g, 0x70, 1);
	set(g, 0x70, 3);
	set(g, 0x24, 0);
	set(g, 0x20, (uint32_t)features);
	set(g, 0x24, 1);
	set(g, 0x20, (uint32_t)(features >> 32));
	set(g, 0x70, 11);
}

static void queue_start(struct guest *g, unsigned queue)
{
	set(g, 0x30, queue);
	set(g, 0x38, ENTRIES);
	set(g, 0x80, BASE + DESCRIPTORS);
	set(g, 0x84, 0);
	set(g, 0x90, BASE + AVAILABLE);
	set(g, 0x94, 0);
	set(g, 0xA0, BASE + USED);
	set(g, 0xA4, 0);
	set(g, 0x44, 1);
	set(g, 0x70, 15);
	g->available = 0;
}

static void fill(struct guest *g)
{
	memset(g, 0, sizeof(*g));
	memset(g->fence, 0xF5, sizeof(g->fence));
	memset(g->disk_fence, 0xF5, sizeof(g->disk_fence));
}

static void disk_open(struct guest *g)
{
	fill(g);
	virtio_block_init(&g->disk, g->disk_bytes, DISK_SIZE);
	virtio_mmio_init(&g->mmio, &g->disk.kind, &g->disk, (struct virtio_memory){guest_reach, g}, guest_line, g);
}

static void disk_start(struct guest *g)
{
	disk_open(g);
	driver_start(g, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
	queue_start(g, 0);
}

static void console_start(struct guest *g, unsigned queue)
{
	fill(g);
	virtio_console_init(&g->console, guest_print, g);
	virtio_mmio_init(
		&g->mmio, &g->console.kind, &g->console, (struct virtio_memory){guest_reach, g}, guest_line, g);
	driver_start(g, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
	queue_start(g, queue);
}

static void fences_stand(const struct guest *g)
{
	for (size_t i = 0; i < sizeof(g->fence); i++) {
		assert_int_equal(g->fence[i], 0xF5);
		assert_int_equal(g->disk_fence[i], 0xF5);
	}
}

/* A request of three descriptors: header, data, status. */
static uint8_t disk_request(struct guest *g, uint32_t type, uint64_t sector, uint32_t size)
{
	uint16_t used = get16(g, USED + 2);
	uint32_t header[2] = {type, 0};

	memcpy(g->memory + HEADER, header, 8);
	memcpy(g->memory + HEADER + 8, &sector, 8);
	g->memory[STATUS] = 0xEE;
	descriptor(g, 0, BASE + HEADER, 16, NEXT, 1);
	descriptor(g, 1, BASE + DATA, size, type == 1 ? NEXT : NEXT | WRITE, 2);
	descriptor(g, 2, BASE + STATUS, 1, WRITE, 0);
	ring(g, 0, 0);
	assert_int_equal(get16(g, USED + 2), (uint16_t)(used + 1));
	assert_true(g->line);
	assert_int_equal(get(g, 0x60), 1);
	set(g, 0x64, 1);
	assert_false(g->line);
	return g->memory[STATUS];
}

static void registers_say_what_it_is(void **state)
{
	struct guest g;

	(void)state;
	disk_open(&g);
	assert_int_equal(get(&g, 0x00), 0x74726976);
	assert_int_equal(get(&g, 0x04), 2);
	assert_int_equal(get(&g, 0x08), 2);
	assert_int_equal(get(&g, 0x34), VIRTIO_QUEUE_SIZE_MAX);
	set(&g, 0x30, 1);
	assert_int_equal(get(&g, 0x34), 0);
	set(&g, 0x14, 1);
	assert_int_equal(get(&g, 0x10), 3);
	set(&g, 0x14, 2);
	assert_int_equal(get(&g, 0x10), 0);
	assert_int_equal(get(&g, 0x100), 8);
	assert_int_equal(virtio_mmio_read(&g.mmio, 0x100, 1), 8);
	assert_int_equal(get(&g, 0x108), 64 << 10);
	assert_int_equal(virtio_mmio_read(&g.mmio, 0x10E, 4), 0);
	assert_int_equal(virtio_mmio_read(&g.mmio, 0x00, 2), 0);
	/* There is no shared memory region: its length and base are -1 (VIRTIO 1.2, table 4.1). */
	for (uint64_t offset = 0xB0; offset <= 0xBC; offset += 4) {
		assert_int_equal(get(&g, offset), UINT32_MAX);
	}
	assert_int_equal(get(&g, 0xC0), 0);
}

static void a_disk_reads_and_writes(void **state)
{
	struct guest g;

	(void)state;
	disk_start(&g);
	memset(g.memory + DATA, 0x5A, 1024);
	assert_int_equal(disk_request(&g, 1, 3, 1024), 0);
	assert_int_equal(g.disk_bytes[3 * 512 - 1], 0);
	assert_int_equal(g.disk_bytes[3 * 512], 0x5A);
	assert_int_equal(g.disk_bytes[5 * 512 - 1], 0x5A);
	assert_int_equal(g.disk_bytes[5 * 512], 0);
	g.disk_bytes[4 * 512] = 0x77;
	memset(g.memory + DATA, 0, 1024);
	assert_int_equal(disk_request(&g, 0, 4, 512), 0);
	assert_int_equal(g.memory[DATA], 0x77);
	assert_int_equal(g.memory[DATA + 511], 0x5A);
	assert_int_equal(g.memory[DATA + 512], 0);
	assert_int_equal(disk_request(&g, 4, 0, 1), 0);
	assert_int_equal(disk_request(&g, 8, 0, 20), 0);
	assert_string_equal((char *)g.memory + DATA, "reeve");
}

static void a_disk_has_an_end(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t sector;
		uint32_t size;
		uint8_t status;
	} rows[] = {{0, 7, 512, 0}, {0, 8, 512, 1}, {0, 7, 1024, 1}, {0, UINT64_MAX, 512, 1},
		{0, UINT64_MAX / 512 + 1, 512, 1}, {1, 7, 1024, 1}, {1, 8, 512, 1}, {0, 0, 511, 1}, {1, 0, 513, 1},
		{77, 0, 512, 2}};
	struct guest g;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		disk_start(&g);
		assert_int_equal(disk_request(&g, rows[i].type, rows[i].sector, rows[i].size), rows[i].status);
		assert_int_equal(get(&g, 0x70), 15);
		fences_stand(&g);
	}
}

/* What a used element tells: that many bytes from the first writable one on were written (VIRTIO 1.2, section 2.7.8.2). */
static void a_disk_tells_what_it_wrote(void **state)
{
	static const struct {
		uint32_t type;
		uint64_t sector;
		uint32_t size;
		uint32_t written;
	} rows[] = {{0, 0, 512, 513}, {0, 8, 512, 0}, {0, 0, 511, 0}, {1, 0, 512, 1}, {1, 8, 512, 1}, {8, 0, 20, 21},
		{8, 0, 7, 8}, {8, 0, 64, 20}, {77, 0, 512, 0}};
	struct guest g;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t written;

		disk_start(&g);
		memset(g.memory + DATA, 0xEE, 1024);
		(void)disk_request(&g, rows[i].type, rows[i].sector, rows[i].size);
		memcpy(&written, g.memory + USED + 8, sizeof(written));
		assert_int_equal(written, rows[i].written);
	}
}

static void features_must_be_taken(void **state)
{
	static const uint64_t wrong[] = {
		0, VIRTIO_F_VERSION_1, VIRTIO_F_ACCESS_PLATFORM, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM | 1};
	struct guest g;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		disk_open(&g);
		driver_start(&g, wrong[i]);
		assert_int_equal(get(&g, 0x70), 3);
		queue_start(&g, 0);
		descriptor(&g, 0, BASE + HEADER, 16, WRITE, 0);
		ring(&g, 0, 0);
		assert_int_equal(get16(&g, USED + 2), 0);
		assert_false(g.line);
	}
}

/* Chains that make no sense; each stops the device, and a reset makes it whole again. */
static void broken_chains(struct guest *g, unsigned which)
{
	descriptor(g, 0, BASE + HEADER, 16, NEXT, 1);
	descriptor(g, 1, BASE + DATA, 512, NEXT | WRITE, 2);
	descriptor(g, 2, BASE + STATUS, 1, WRITE, 0);
	switch (which) {
	case 0: /* a loop */
		descriptor(g, 2, BASE + STATUS, 1, NEXT | WRITE, 1);
		break;
	case 1: /* a descriptor that is none */
		descriptor(g, 1, BASE + DATA, 512, NEXT | WRITE, ENTRIES);
		break;
	case 2: /* memory that is not shared */
		descriptor(g, 1, BASE + MEMORY, 512, NEXT | WRITE, 2);
		break;
	case 3: /* half of it */
		descriptor(g, 1, BASE + MEMORY - 256, 512, NEXT | WRITE, 2);
		break;
	case 4: /* an end that wraps */
		descriptor(g, 1, UINT64_MAX - 255, 512, NEXT | WRITE, 2);
		break;
	case 5: /* a part of nothing */
		descriptor(g, 1, BASE + DATA, 0, NEXT | WRITE, 2);
		break;
	case 6: /* readable after writable */
		descriptor(g, 2, BASE + STATUS, 1, 0, 0);
		break;
	case 7: /* indirect, which was not offered */
		descriptor(g, 0, BASE + HEADER, 16, 4, 0);
		break;
	case 8: /* no room for the status */
		descriptor(g, 0, BASE + HEADER, 16, 0, 0);
		break;
	case 9: /* half a header */
		descriptor(g, 0, BASE + HEADER, 15, NEXT, 2);
		break;
	default: /* more chains than entries */
		g->available = ENTRIES;
		break;
	}
}

static void broken_chains_stop_the_device(void **state)
{
	struct guest g;

	(void)state;
	for (unsigned which = 0; which <= 10; which++) {
		disk_start(&g);
		broken_chains(&g, which);
		ring(&g, 0, 0);
		assert_int_equal(get(&g, 0x70), 15 | 64);
		assert_int_equal(get(&g, 0x60), 2);
		assert_true(g.line);
		assert_int_equal(get16(&g, USED + 2), 0);
		fences_stand(&g);
		driver_start(&g, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
		assert_false(g.line);
		memset(g.memory + AVAILABLE, 0, 64);
		memset(g.memory + USED, 0, 64);
		queue_start(&g, 0);
		assert_int_equal(disk_request(&g, 0, 0, 512), 0);
	}
}

static void queues_of_wrong_size_are_not_ready(void **state)
{
	static const uint32_t wrong[] = {0, 3, 7, VIRTIO_QUEUE_SIZE_MAX * 2, UINT32_MAX};
	struct guest g;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		disk_open(&g);
		set(&g, 0x38, wrong[i]);
		set(&g, 0x44, 1);
		assert_int_equal(get(&g, 0x44), 0);
	}
	disk_start(&g);
	set(&g, 0x80, 1); /* an area of a queue that is ready does not move */
	assert_int_equal(disk_request(&g, 0, 0, 512), 0);
}

static void a_quiet_guest_gets_no_interrupt(void **state)
{
	struct guest g;

	(void)state;
	console_start(&g, VIRTIO_CONSOLE_OUTPUT);
	put16(&g, AVAILABLE, 1);
	descriptor(&g, 0, BASE + DATA, 4, 0, 0);
	ring(&g, VIRTIO_CONSOLE_OUTPUT, 0);
	assert_int_equal(get16(&g, USED + 2), 1);
	assert_false(g.line);
}

static void a_console_prints(void **state)
{
	struct guest g;

	(void)state;
	console_start(&g, VIRTIO_CONSOLE_OUTPUT);
	memset(g.memory + DATA, 'x', 300);
	memcpy(g.memory + HEADER, "ab", 2);
	descriptor(&g, 0, BASE + HEADER, 2, NEXT, 1);
	descriptor(&g, 1, BASE + DATA, 300, 0, 0);
	ring(&g, VIRTIO_CONSOLE_OUTPUT, 0);
	assert_int_equal(g.printed_size, 302);
	assert_memory_equal(g.printed, "abx", 3);
	assert_int_equal(g.printed[301], 'x');
}

/* Every entry of the ring is a chain that has the same memory many times over; a bell prints no more than it may. */
static void a_console_prints_so_much_at_once(void **state)
{
	enum { PER_RING = 64 << 10, PART = 0x2000 };
	struct guest g;

	(void)state;
	for (unsigned parts = 1; parts < ENTRIES; parts++) {
		console_start(&g, VIRTIO_CONSOLE_OUTPUT);
		memset(g.memory + AVAILABLE, 0, 0x100);
		for (unsigned i = 0; i < parts; i++) {
			descriptor(&g, i, BASE + DATA, PART, i + 1 < parts ? NEXT : 0, (uint16_t)(i + 1));
		}
		g.available = ENTRIES - 1;
		ring(&g, VIRTIO_CONSOLE_OUTPUT, 0);
		assert_int_equal(g.printed_all, PER_RING / (parts * PART) * (parts * PART));
		assert_int_equal(get(&g, 0x70), parts == 1 ? 15 : 15 | 64);
	}
	console_start(&g, VIRTIO_CONSOLE_OUTPUT);
	descriptor(&g, 0, BASE, MEMORY, NEXT, 1);
	descriptor(&g, 1, BASE, 1, 0, 0);
	ring(&g, VIRTIO_CONSOLE_OUTPUT, 1);
	assert_int_equal(g.printed_all, 1);
	ring(&g, VIRTIO_CONSOLE_OUTPUT, 0);
	assert_int_equal(g.printed_all, 1);
	assert_int_equal(get(&g, 0x70), 15 | 64);
}

static void a_console_types(void **state)
{
	struct guest g;
	uint8_t much[VIRTIO_CONSOLE_TYPED_MAX + 10];
	uint32_t written;

	(void)state;
	memset(much, 'y', sizeof(much));
	console_start(&g, VIRTIO_CONSOLE_INPUT);
	assert_true(virtio_mmio_is_live(&g.mmio));
	assert_int_equal(virtio_mmio_read(&g.mmio, 0x34, 4), 16);
	set(&g, 0x30, VIRTIO_CONSOLE_OUTPUT);
	set(&g, 0x38, 32);
	set(&g, 0x44, 1);
	assert_int_equal(virtio_mmio_read(&g.mmio, 0x44, 4), 0);
	descriptor(&g, 0, BASE + DATA, 4, WRITE, 0);
	ring(&g, VIRTIO_CONSOLE_INPUT, 0);
	assert_int_equal(get16(&g, USED + 2), 0);
	assert_int_equal(virtio_console_type(&g.console, "hello", 5), 5);
	virtio_mmio_serve(&g.mmio, VIRTIO_CONSOLE_INPUT);
	assert_int_equal(get16(&g, USED + 2), 1);
	memcpy(&written, g.memory + USED + 8, sizeof(written));
	assert_int_equal(written, 4);
	assert_memory_equal(g.memory + DATA, "hell", 4);
	ring(&g, VIRTIO_CONSOLE_INPUT, 0);
	assert_memory_equal(g.memory + DATA, "o", 1);
	assert_int_equal(virtio_console_room(&g.console), VIRTIO_CONSOLE_TYPED_MAX);
	assert_int_equal(virtio_console_type(&g.console, much, sizeof(much)), VIRTIO_CONSOLE_TYPED_MAX);
	assert_int_equal(virtio_console_room(&g.console), 0);
}

/* Any register, any value, rings full of noise: every read answers and nothing outside is written. */
static void noise_of(struct guest *g, unsigned queues)
{
	static const uint16_t offsets[] = {0x14, 0x20, 0x24, 0x30, 0x38, 0x44, 0x50, 0x64, 0x70, 0x80, 0x90, 0xA0};
	uint64_t random = 1;

	for (unsigned i = 0; i < 200000; i++) {
		random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
		switch (random >> 60) {
		case 0:
			driver_start(g, VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM);
			queue_start(g, (unsigned)(random >> 8) % queues);
			break;
		case 1:
		case 2:
		case 3:
			set(g, offsets[(random >> 8) % 12], (uint32_t)(random >> 20) % 20);
			break;
		case 4:
			descriptor(g, (unsigned)(random >> 8) % ENTRIES, BASE + (random >> 12) % (MEMORY + 512),
				(uint32_t)(random >> 30) % 1500, (uint16_t)((random >> 42) & 3),
				(uint16_t)((random >> 44) % (ENTRIES + 1)));
			break;
		case 5:
			g->memory[(random >> 8) % MEMORY] = (uint8_t)(random >> 40);
			break;
		default:
			ring(g, (unsigned)(random >> 24) % queues, (uint16_t)((random >> 8) % (ENTRIES + 1)));
			break;
		}
		(void)virtio_mmio_read(&g->mmio, random >> 50, 1u << (random >> 48 & 3));
	}
	fences_stand(g);
	assert_int_equal(get(g, 0x00), 0x74726976);
}

static void noise(void **state)
{
	struct guest g;

	(void)state;
	disk_start(&g);
	noise_of(&g, 1);
	console_start(&g, VIRTIO_CONSOLE_OUTPUT);
	noise_of(&g, 2);
	assert_true(g.printed_all != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers_say_what_it_is),
		cmocka_unit_test(a_disk_reads_and_writes),
		cmocka_unit_test(a_disk_has_an_end),
		cmocka_unit_test(a_disk_tells_what_it_wrote),
		cmocka_unit_test(features_must_be_taken),
		cmocka_unit_test(broken_chains_stop_the_device),
		cmocka_unit_test(queues_of_wrong_size_are_not_ready),
		cmocka_unit_test(a_quiet_guest_gets_no_interrupt),
		cmocka_unit_test(a_console_prints),
		cmocka_unit_test(a_console_prints_so_much_at_once),
		cmocka_unit_test(a_console_types),
		cmocka_unit_test(noise),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
