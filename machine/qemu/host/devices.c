/* SPDX-License-Identifier: BSD-2-Clause */
/* devices.c - the devices of the job's realm beside its console: interrupt controller, disk. */
#include "machine/qemu/host/host.h"

static uint64_t virtio_read(void *context, uint64_t offset, unsigned size)
{
	return virtio_mmio_read(context, offset, size);
}

static void virtio_write(void *context, uint64_t offset, unsigned size, uint64_t value)
{
	virtio_mmio_write(context, offset, size, value);
}

/* Called from a register access, so the seam's lock is held. */
static void disk_line(void *context, bool is_high)
{
	struct host *host = context;

	if (host->vcpus.gic != NULL) {
		vgic_line(host->vcpus.gic, 0, JOB_VIRTIO_INTERRUPT, is_high);
	}
}

static bool gic_give(struct host *host)
{
	const struct job_header *job = host->job;

	if (job->gicd == 0) {
		return true;
	}
	vgic_init(&host->gic, job->cpus, (unsigned)REEVE_FEATURE(&host->library, GICV3_NUM_LRS) + 1);
	return vcpus_gic(&host->vcpus, &host->gic, job->gicd, job->gicr);
}

static bool virtio_give(struct host *host)
{
	const struct job_header *job = host->job;
	const struct vcpu_device disk = {job->virtio, VIRTIO_MMIO_SIZE, virtio_read, virtio_write, &host->disk_mmio};
	const struct virtio_memory memory = {shares_reach, &host->shares};

	if (job->virtio == 0 || job->ram_count == 0) {
		return true;
	}
	if (!shares_init(&host->shares, &host->realm, host->plan.ram[0], host->realm.config.ipa_bits)) {
		return false;
	}
	host->vcpus.shares = &host->shares;
	if (job->disk_size == 0) {
		return true;
	}
	/* The job is the host's memory: a disk is written where it was loaded. */
	virtio_block_init(&host->disk, (uint8_t *)(uintptr_t)job_bytes(job, job->disk_offset), job->disk_size);
	virtio_mmio_init(&host->disk_mmio, &host->disk.kind, &host->disk, memory, disk_line, host);
	return vcpus_device_add(&host->vcpus, &disk);
}

static void mailbox_give(struct host *host)
{
	struct mailbox *mailbox = &host->vcpus.mailbox;

	mailbox->challenge = (host->job->flags & JOB_FLAG_CHALLENGE) != 0 ? host->job->challenge : NULL;
	mailbox->token = (host->job->flags & JOB_FLAG_TOKEN) != 0 ? host->token : NULL;
	mailbox->token_room = HOST_TOKEN_MAX;
}

bool host_devices_give(struct host *host)
{
	mailbox_give(host);
	return gic_give(host) && virtio_give(host);
}
