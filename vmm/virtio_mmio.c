/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_mmio.c - the registers of a virtio device: what the guest may set when, and what it reads. */
#include "vmm/virtio_mmio.h"

#include <string.h>

/* VIRTIO 1.2, table 4.1. */
enum {
	REG_MAGIC = 0x000,
	REG_VERSION = 0x004,
	REG_DEVICE_ID = 0x008,
	REG_VENDOR_ID = 0x00C,
	REG_DEVICE_FEATURES = 0x010,
	REG_DEVICE_FEATURES_SELECT = 0x014,
	REG_DRIVER_FEATURES = 0x020,
	REG_DRIVER_FEATURES_SELECT = 0x024,
	REG_QUEUE_SELECT = 0x030,
	REG_QUEUE_SIZE_MAX = 0x034,
	REG_QUEUE_SIZE = 0x038,
	REG_QUEUE_READY = 0x044,
	REG_QUEUE_NOTIFY = 0x050,
	REG_INTERRUPT_STATUS = 0x060,
	REG_INTERRUPT_ACK = 0x064,
	REG_STATUS = 0x070,
	REG_QUEUE_DESCRIPTORS = 0x080,
	REG_QUEUE_DRIVER = 0x090,
	REG_QUEUE_DEVICE = 0x0A0,
	REG_SHM_LENGTH = 0x0B0,
	REG_SHM_BASE = 0x0B8,
	REG_CONFIG_GENERATION = 0x0FC,
	REG_CONFIG = 0x100,
	HIGH_WORD = 4, /* of a 64-bit address */
};

enum { MAGIC = 0x74726976, VERSION = 2, VENDOR = 0x65766572 };
enum { REGISTER_SIZE = 4, WORD_BITS = 32 };
enum { INTERRUPT_USED = 1, INTERRUPT_CONFIG = 2 };
enum {
	STATUS_FEATURES_OK = 8,
	STATUS_DRIVER_OK = 4,
	STATUS_NEEDS_RESET = 64,
	STATUS_DRIVER_BITS = 0x8F, /* those that the guest sets */
};

static uint64_t features_offered(const struct virtio_mmio *mmio)
{
	return mmio->kind->features | VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM;
}

static void interrupt_set(struct virtio_mmio *mmio, uint32_t interrupt)
{
	bool was_high = mmio->interrupt != 0;

	mmio->interrupt = interrupt;
	if (was_high != (interrupt != 0)) {
		mmio->line(mmio->line_context, interrupt != 0);
	}
}

static void reset(struct virtio_mmio *mmio)
{
	memset(mmio->queues, 0, sizeof(mmio->queues));
	mmio->driver_features = 0;
	mmio->device_features_select = 0;
	mmio->driver_features_select = 0;
	mmio->queue_select = 0;
	mmio->status = 0;
	interrupt_set(mmio, 0);
	mmio->kind->reset(mmio->device);
}

void virtio_mmio_init(struct virtio_mmio *mmio, const struct virtio_device *kind, void *device,
	struct virtio_memory memory, void (*line)(void *context, bool is_high), void *line_context)
{
	memset(mmio, 0, sizeof(*mmio));
	mmio->kind = kind;
	mmio->device = device;
	mmio->memory = memory;
	mmio->line = line;
	mmio->line_context = line_context;
	reset(mmio);
}

static uint32_t queue_size_max(const struct virtio_mmio *mmio)
{
	return mmio->kind->queue_size == 0 ? (uint32_t)VIRTIO_QUEUE_SIZE_MAX : mmio->kind->queue_size;
}

/* The queue that QueueSel names, or NULL. */
static struct virtio_queue *queue_selected(struct virtio_mmio *mmio)
{
	return mmio->queue_select < mmio->kind->queue_count ? &mmio->queues[mmio->queue_select] : NULL;
}

static uint64_t config_read(const struct virtio_mmio *mmio, uint64_t offset, unsigned size)
{
	uint64_t value = 0;

	if (size > REGISTER_SIZE || offset > mmio->kind->config_size || size > mmio->kind->config_size - offset) {
		return 0;
	}
	memcpy(&value, (const uint8_t *)mmio->kind->config + offset, size);
	return value;
}

uint64_t virtio_mmio_read(const struct virtio_mmio *mmio, uint64_t offset, unsigned size)
{
	bool has_queue = mmio->queue_select < mmio->kind->queue_count;

	if (offset >= REG_CONFIG) {
		return config_read(mmio, offset - REG_CONFIG, size);
	}
	if (size != REGISTER_SIZE) {
		return 0;
	}
	switch (offset) {
	case REG_MAGIC:
		return MAGIC;
	case REG_VERSION:
		return VERSION;
	case REG_DEVICE_ID:
		return mmio->kind->id;
	case REG_VENDOR_ID:
		return VENDOR;
	case REG_DEVICE_FEATURES:
		return mmio->device_features_select > 1
			? 0
			: (uint32_t)(features_offered(mmio) >> (mmio->device_features_select * WORD_BITS));
	case REG_QUEUE_SIZE_MAX:
		return has_queue ? queue_size_max(mmio) : 0;
	case REG_QUEUE_READY:
		return has_queue && mmio->queues[mmio->queue_select].is_ready;
	case REG_INTERRUPT_STATUS:
		return mmio->interrupt;
	case REG_STATUS:
		return mmio->status;
	case REG_SHM_LENGTH:
	case REG_SHM_LENGTH + HIGH_WORD:
	case REG_SHM_BASE:
	case REG_SHM_BASE + HIGH_WORD:
		return UINT32_MAX; /* no device has such a region */
	default:
		return 0;
	}
}

/* FEATURES_OK stays clear when the guest took what was not offered, or not what it must take. */
static void status_write(struct virtio_mmio *mmio, uint32_t value)
{
	const uint64_t must = VIRTIO_F_VERSION_1 | VIRTIO_F_ACCESS_PLATFORM;

	if (value == 0) {
		reset(mmio);
		return;
	}
	if ((mmio->driver_features & ~features_offered(mmio)) != 0 || (mmio->driver_features & must) != must) {
		value &= ~(uint32_t)(STATUS_FEATURES_OK | STATUS_DRIVER_OK);
	}
	mmio->status = (value & STATUS_DRIVER_BITS) | (mmio->status & STATUS_NEEDS_RESET);
}

static void features_write(struct virtio_mmio *mmio, uint32_t value)
{
	unsigned shift = mmio->driver_features_select * WORD_BITS;

	if (mmio->driver_features_select > 1 || (mmio->status & STATUS_FEATURES_OK) != 0) {
		return;
	}
	mmio->driver_features &= ~(UINT64_C(0xFFFFFFFF) << shift);
	mmio->driver_features |= (uint64_t)value << shift;
}

static void queue_ready_write(struct virtio_mmio *mmio, struct virtio_queue *queue, uint32_t value)
{
	if (value != 1) {
		memset(queue, 0, sizeof(*queue));
		return;
	}
	if (queue->size == 0 || (queue->size & (queue->size - 1)) != 0 || queue->size > queue_size_max(mmio)) {
		return;
	}
	queue->memory = &mmio->memory;
	queue->next_available = 0;
	queue->next_used = 0;
	queue->is_ready = true;
}

/* Half of an address of a queue's area. */
static void address_write(uint64_t *address, bool is_high, uint32_t value)
{
	*address = is_high ? (*address & UINT32_MAX) | (uint64_t)value << WORD_BITS
			   : (*address & ~(uint64_t)UINT32_MAX) | value;
}

/* The registers of the selected queue; its areas are fixed once it is ready. */
static void queue_write(struct virtio_mmio *mmio, uint64_t offset, uint32_t value)
{
	struct virtio_queue *queue = queue_selected(mmio);
	bool is_high = (offset & HIGH_WORD) != 0;

	if (queue == NULL) {
		return;
	}
	if (offset == REG_QUEUE_READY) {
		queue_ready_write(mmio, queue, value);
		return;
	}
	if (queue->is_ready) {
		return;
	}
	switch (offset & ~(uint64_t)HIGH_WORD) {
	case REG_QUEUE_SIZE:
		queue->size = value;
		return;
	case REG_QUEUE_DESCRIPTORS:
		address_write(&queue->descriptors, is_high, value);
		return;
	case REG_QUEUE_DRIVER:
		address_write(&queue->driver, is_high, value);
		return;
	case REG_QUEUE_DEVICE:
		address_write(&queue->device, is_high, value);
		return;
	default:
		return;
	}
}

bool virtio_mmio_is_live(const struct virtio_mmio *mmio)
{
	const uint32_t live = STATUS_FEATURES_OK | STATUS_DRIVER_OK;

	return (mmio->status & (live | STATUS_NEEDS_RESET)) == live;
}

void virtio_mmio_serve(struct virtio_mmio *mmio, unsigned queue)
{
	if (queue >= mmio->kind->queue_count || !virtio_mmio_is_live(mmio)) {
		return;
	}
	if (!mmio->kind->serve(mmio->device, mmio, queue)) {
		mmio->status |= STATUS_NEEDS_RESET;
		interrupt_set(mmio, mmio->interrupt | INTERRUPT_CONFIG);
	}
}

void virtio_mmio_write(struct virtio_mmio *mmio, uint64_t offset, unsigned size, uint64_t value)
{
	uint32_t word = (uint32_t)value;

	if (size != REGISTER_SIZE || offset >= REG_CONFIG) {
		return;
	}
	switch (offset) {
	case REG_DEVICE_FEATURES_SELECT:
		mmio->device_features_select = word;
		return;
	case REG_DRIVER_FEATURES:
		features_write(mmio, word);
		return;
	case REG_DRIVER_FEATURES_SELECT:
		mmio->driver_features_select = word;
		return;
	case REG_QUEUE_SELECT:
		mmio->queue_select = word;
		return;
	case REG_QUEUE_NOTIFY:
		virtio_mmio_serve(mmio, word);
		return;
	case REG_INTERRUPT_ACK:
		interrupt_set(mmio, mmio->interrupt & ~word);
		return;
	case REG_STATUS:
		status_write(mmio, word);
		return;
	default:
		queue_write(mmio, offset, word);
		return;
	}
}

bool virtio_mmio_give(struct virtio_mmio *mmio, unsigned queue, const struct virtio_chain *chain, uint32_t written)
{
	if (!virtio_queue_give(&mmio->queues[queue], chain, written)) {
		return false;
	}
	if (!virtio_queue_is_quiet(&mmio->queues[queue])) {
		interrupt_set(mmio, mmio->interrupt | INTERRUPT_USED);
	}
	return true;
}
