/* SPDX-License-Identifier: BSD-2-Clause */
/* devices.c - the devices of the job's realm beside its PL011: interrupt controller, disk, virtio console. */
#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/host.h"

/* Linux's virtio_console throws away what is typed between taking the device and making a console of it, and says when it has only by printing: so
 * input begins when what was printed first has ended for so long, and without anything printed so long after the driver took the device. */
static const uint64_t quiet_ns = 200000000;
static const uint64_t silent_ns = 5000000000;

static uint64_t virtio_read(void *context, uint64_t offset, unsigned size)
{
	return virtio_mmio_read(context, offset, size);
}

static void virtio_write(void *context, uint64_t offset, unsigned size, uint64_t value)
{
	virtio_mmio_write(context, offset, size, value);
}

/* Called from a register access or by what is typed, so the seam's lock is held. */
static void virtio_line(void *context, bool is_high)
{
	struct host *host = host_get();
	const struct virtio_mmio *mmio = context;

	if (host->vcpus.gic != NULL) {
		vgic_line(host->vcpus.gic, 0, JOB_VIRTIO_INTERRUPT + (unsigned)(mmio - host->virtio), is_high);
	}
}

static void virtio_print(void *context, const void *bytes, size_t size)
{
	struct host *host = context;

	host->virtio_typing.printed_ns = clock_ns();
	pl011_print(&host->console, bytes, size);
}

/* Whether the guest's driver takes what is typed, for good until it resets the device. */
static bool virtio_is_typed(struct host *host)
{
	struct virtio_typing *typing = &host->virtio_typing;
	uint64_t now_ns = clock_ns();

	if (!virtio_mmio_is_live(&host->virtio[JOB_VIRTIO_CONSOLE])) {
		*typing = (struct virtio_typing){0};
		return false;
	}
	typing->live_ns = typing->live_ns == 0 ? now_ns : typing->live_ns;
	typing->is_open |= now_ns - typing->live_ns >= silent_ns ||
		(typing->printed_ns != 0 && now_ns - typing->printed_ns >= quiet_ns);
	return typing->is_open;
}

static size_t virtio_input_room(void *context)
{
	struct host *host = context;

	return virtio_is_typed(host) ? virtio_console_room(&host->virtio_console) : 0;
}

static void virtio_input_receive(void *context, const uint8_t *bytes, size_t size)
{
	struct host *host = context;

	(void)virtio_console_type(&host->virtio_console, bytes, size);
	virtio_mmio_serve(&host->virtio[JOB_VIRTIO_CONSOLE], VIRTIO_CONSOLE_INPUT);
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

static bool virtio_add(struct host *host, enum job_virtio which, const struct virtio_device *kind, void *device)
{
	const struct virtio_memory memory = {shares_reach, &host->shares};
	struct virtio_mmio *mmio = &host->virtio[which];
	const struct vcpu_device registers = {host->job->virtio + (uint64_t)which * VIRTIO_MMIO_SIZE, VIRTIO_MMIO_SIZE,
		virtio_read, virtio_write, mmio};

	virtio_mmio_init(mmio, kind, device, memory, virtio_line, mmio);
	return vcpus_device_add(&host->vcpus, &registers);
}

static bool disk_give(struct host *host)
{
	const struct job_header *job = host->job;

	if (job->disk_size == 0) {
		return true;
	}
	/* The job is the host's memory: a disk is written where it was loaded. */
	virtio_block_init(&host->disk, (uint8_t *)(uintptr_t)job_bytes(job, job->disk_offset), job->disk_size);
	return virtio_add(host, JOB_VIRTIO_DISK, &host->disk.kind, &host->disk);
}

static bool virtio_console_give(struct host *host)
{
	if ((host->job->flags & JOB_FLAG_VIRTIO_CONSOLE) == 0) {
		return true;
	}
	virtio_console_init(&host->virtio_console, virtio_print, host);
	if ((host->job->flags & JOB_FLAG_VIRTIO_INPUT) != 0) {
		host->vcpus.input = (struct vcpu_input){virtio_input_room, virtio_input_receive, host};
	}
	return virtio_add(host, JOB_VIRTIO_CONSOLE, &host->virtio_console.kind, &host->virtio_console);
}

static bool virtio_give(struct host *host)
{
	const struct job_header *job = host->job;

	if (job->virtio == 0 || job->ram_count == 0) {
		return true;
	}
	if (!shares_init(&host->shares, &host->realm, host->plan.ram[0], host->realm.config.ipa_bits)) {
		return false;
	}
	host->vcpus.shares = &host->shares;
	return disk_give(host) && virtio_console_give(host);
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
