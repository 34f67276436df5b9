/* SPDX-License-Identifier: BSD-2-Clause */
/* virtio_block.c - requests of a virtio disk against memory. */
#include "vmm/virtio_block.h"

#include <string.h>

/* VIRTIO 1.2, section 5.2.6. */
enum { REQUEST_IN = 0, REQUEST_OUT = 1, REQUEST_FLUSH = 4, REQUEST_GET_ID = 8 };
enum { STATUS_OK = 0, STATUS_IOERR = 1, STATUS_UNSUPPORTED = 2 };
enum { ID_SIZE = 20 };

/* The largest page of arm64. Linux makes requests of one segment, which a Realm's copies through a pool of 256 KiB or more. */
enum { SEGMENT_SIZE_MAX = 64 << 10 };

#define FEATURE_SIZE_MAX (UINT64_C(1) << 1)
#define FEATURE_FLUSH (UINT64_C(1) << 9)

struct request {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

/* True when `size` bytes from `sector` on are whole sectors of the disk. */
static bool is_inside(const struct virtio_block *disk, uint64_t sector, uint64_t size)
{
	return size % VIRTIO_SECTOR_SIZE == 0 && sector <= disk->sectors &&
		size / VIRTIO_SECTOR_SIZE <= disk->sectors - sector;
}

/* Carry one request out. *written: bytes put into the chain, without the status. */
static uint8_t request_serve(
	struct virtio_block *disk, const struct virtio_chain *chain, const struct request *request, uint32_t *written)
{
	static const char id[ID_SIZE] = "reeve";
	uint64_t room = virtio_chain_size(chain, true) - 1;
	uint64_t given = virtio_chain_size(chain, false) - sizeof(*request);

	switch (request->type) {
	case REQUEST_IN:
		if (!is_inside(disk, request->sector, room)) {
			return STATUS_IOERR;
		}
		*written = (uint32_t)virtio_chain_write(
			chain, 0, disk->bytes + request->sector * VIRTIO_SECTOR_SIZE, (size_t)room);
		return STATUS_OK;
	case REQUEST_OUT:
		if (!is_inside(disk, request->sector, given)) {
			return STATUS_IOERR;
		}
		(void)virtio_chain_read(
			chain, sizeof(*request), disk->bytes + request->sector * VIRTIO_SECTOR_SIZE, (size_t)given);
		return STATUS_OK;
	case REQUEST_FLUSH:
		return STATUS_OK;
	case REQUEST_GET_ID:
		*written = (uint32_t)virtio_chain_write(chain, 0, id, room < ID_SIZE ? (size_t)room : ID_SIZE);
		return STATUS_OK;
	default:
		return STATUS_UNSUPPORTED;
	}
}

/* The status byte is the last one the device may write; a chain without it, or without a whole header, is broken. */
static bool chain_serve(
	struct virtio_block *disk, struct virtio_mmio *mmio, unsigned queue, const struct virtio_chain *chain)
{
	uint64_t room = virtio_chain_size(chain, true);
	struct request request;
	uint32_t written = 0;
	uint8_t status;

	if (room == 0 || virtio_chain_read(chain, 0, &request, sizeof(request)) != sizeof(request)) {
		return false;
	}
	status = request_serve(disk, chain, &request, &written);
	(void)virtio_chain_write(chain, (size_t)room - 1, &status, sizeof(status));
	/* What is told begins with the first byte: the status counts when all before it was written. */
	return virtio_mmio_give(mmio, queue, chain, written == room - 1 ? (uint32_t)room : written);
}

/* At most as many chains as the queue holds: a guest that keeps adding rings again. */
static bool block_serve(void *device, struct virtio_mmio *mmio, unsigned queue)
{
	struct virtio_chain chain;

	for (uint32_t i = 0; i < mmio->queues[queue].size; i++) {
		switch (virtio_queue_take(&mmio->queues[queue], &chain)) {
		case VIRTIO_NOTHING:
			return true;
		case VIRTIO_BROKEN:
			return false;
		case VIRTIO_TAKEN:
			break;
		}
		if (!chain_serve(device, mmio, queue, &chain)) {
			return false;
		}
	}
	return true;
}

static void block_reset(void *device)
{
	(void)device;
}

void virtio_block_init(struct virtio_block *disk, void *bytes, uint64_t size)
{
	disk->bytes = bytes;
	disk->sectors = size / VIRTIO_SECTOR_SIZE;
	disk->config.capacity = disk->sectors;
	disk->config.size_max = SEGMENT_SIZE_MAX;
	disk->kind = (struct virtio_device){
		.id = VIRTIO_ID_BLOCK,
		.queue_count = 1,
		.features = FEATURE_SIZE_MAX | FEATURE_FLUSH,
		.config = &disk->config,
		.config_size = sizeof(disk->config),
		.serve = block_serve,
		.reset = block_reset,
	};
}
