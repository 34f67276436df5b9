/* SPDX-License-Identifier: BSD-2-Clause */
/* job.c - looks at every number of a job before the host does. */
#include "machine/qemu/job.h"

#include "reeve/field.h"
#include "vmm/vgic.h"

static const char *const texts[JOB_FAULT_COUNT] = {
	[JOB_GOOD] = "the job is good",
	[JOB_NO_MAGIC] = "there is no job in memory: load one with -device loader,force-raw=on",
	[JOB_WRONG_VERSION] = "the job is of another version: use launcher and host image of one build",
	[JOB_WRONG_SIZE] = "the job's size makes no sense: it is cut off, or more than memory",
	[JOB_WRONG_CHECKSUM] = "the job's checksum is wrong: what was loaded is not what was made",
	[JOB_WRONG_FLAGS] = "the job has flags that this host does not know",
	[JOB_WRONG_CPUS] =
		"the job wants more CPUs than the machine has, or more than its host can use (16), or none: see -smp",
	[JOB_WRONG_PAGE_SIZE] = "the job's page size is none of 4096, 16384 and 65536",
	[JOB_WRONG_COUNT] = "the job has more ranges or segments than a job can have",
	[JOB_WRONG_CONTENT] = "content of the job is not in the file, or not aligned",
	[JOB_WRONG_PLACE] = "an address of the job is not aligned, or its range wraps",
};

const char *job_fault_text(enum job_fault fault)
{
	return texts[fault];
}

static uint64_t sum(const void *file, uint64_t size)
{
	const uint64_t *words = file;
	uint64_t total = 0;

	for (uint64_t i = 0; i < size / sizeof(*words); i++) {
		total += words[i];
	}
	return total;
}

void job_seal(void *file, uint64_t size)
{
	struct job_header *job = file;

	job->size = size;
	job->checksum = 0;
	job->checksum = 0 - sum(file, size);
}

/* Keep what is wrong. */
static enum job_fault wrong(enum job_fault fault, uint64_t value, uint64_t *found)
{
	*found = value;
	return fault;
}

static bool is_content(const struct job_header *job, uint64_t offset, uint64_t size)
{
	return offset >= job->header_size && reeve_is_aligned(offset, JOB_ALIGN) && offset <= job->size &&
		size <= job->size - offset;
}

static enum job_fault file_check(const struct job_header *job, uint64_t room, uint64_t *value)
{
	if (room < sizeof(*job) || job->magic != JOB_MAGIC) {
		return wrong(JOB_NO_MAGIC, room < sizeof(*job) ? room : job->magic, value);
	}
	if (job->version != JOB_VERSION || job->header_size != sizeof(*job)) {
		return wrong(JOB_WRONG_VERSION, job->version, value);
	}
	if (job->size < sizeof(*job) || job->size > room || job->size > JOB_SIZE_MAX ||
		!reeve_is_aligned(job->size, sizeof(uint64_t))) {
		return wrong(JOB_WRONG_SIZE, job->size, value);
	}
	if (sum(job, job->size) != 0) {
		return wrong(JOB_WRONG_CHECKSUM, job->checksum, value);
	}
	return JOB_GOOD;
}

static enum job_fault numbers_check(const struct job_header *job, unsigned cpus, uint64_t *value)
{
	const uint32_t realm_flags = JOB_REALM_LPA2 | JOB_REALM_SVE | JOB_REALM_PMU;

	const uint32_t console = job->flags & (JOB_FLAG_VIRTIO_CONSOLE | JOB_FLAG_VIRTIO_INPUT);

	if ((job->flags & ~(uint32_t)JOB_FLAGS) != 0 || console == JOB_FLAG_VIRTIO_INPUT ||
		(job->realm.flags & ~realm_flags) != 0 || job->realm.hash >= RMI_HASH_COUNT) {
		return wrong(JOB_WRONG_FLAGS, job->flags, value);
	}
	if (job->cpus == 0 || job->cpus > cpus) {
		return wrong(JOB_WRONG_CPUS, job->cpus, value);
	}
	if (job->page_size != 4096 && job->page_size != 16384 && job->page_size != 65536) {
		return wrong(JOB_WRONG_PAGE_SIZE, job->page_size, value);
	}
	if (job->ram_count > REEVE_REALM_RAM_RANGES || job->segment_count > JOB_SEGMENTS_MAX) {
		return wrong(JOB_WRONG_COUNT, job->segment_count, value);
	}
	return JOB_GOOD;
}

/* Whether `size` bytes from `ipa` are whole pages that do not wrap; none at all for size 0. */
static bool is_place(uint64_t ipa, uint64_t size, uint64_t align)
{
	return reeve_is_aligned(ipa, align) && ipa + size >= ipa;
}

static enum job_fault devices_check(const struct job_header *job, uint64_t *value)
{
	if (!is_place(job->uart, REEVE_GRANULE_SIZE, REEVE_GRANULE_SIZE)) {
		return wrong(JOB_WRONG_PLACE, job->uart, value);
	}
	if (!is_place(job->gicd, GICD_SIZE, GICD_SIZE) ||
		!is_place(job->gicr, (uint64_t)job->cpus * GICR_SIZE, GICD_SIZE)) {
		return wrong(JOB_WRONG_PLACE, job->gicd, value);
	}
	if (!is_place(job->shared, job->shared_size, job->page_size) ||
		!reeve_is_aligned(job->shared_size, job->page_size) || job->shared_content > job->shared_size) {
		return wrong(JOB_WRONG_PLACE, job->shared, value);
	}
	if (job->shared_content != 0 && !is_content(job, job->shared_offset, job->shared_content)) {
		return wrong(JOB_WRONG_CONTENT, job->shared_offset, value);
	}
	if (!is_place(job->virtio, REEVE_GRANULE_SIZE, REEVE_GRANULE_SIZE) ||
		(job->virtio == 0 && (job->disk_size != 0 || (job->flags & JOB_FLAG_VIRTIO_CONSOLE) != 0))) {
		return wrong(JOB_WRONG_PLACE, job->virtio, value);
	}
	if (job->disk_size != 0 && !is_content(job, job->disk_offset, job->disk_size)) {
		return wrong(JOB_WRONG_CONTENT, job->disk_offset, value);
	}
	if (job->plan_size != 0 && !is_content(job, job->plan_offset, job->plan_size)) {
		return wrong(JOB_WRONG_CONTENT, job->plan_offset, value);
	}
	return JOB_GOOD;
}

static enum job_fault memory_check(const struct job_header *job, uint64_t *value)
{
	for (unsigned i = 0; i < job->ram_count; i++) {
		if (job->ram[i].size == 0 || !reeve_is_aligned(job->ram[i].size, REEVE_GRANULE_SIZE) ||
			!is_place(job->ram[i].base, job->ram[i].size, REEVE_GRANULE_SIZE)) {
			return wrong(JOB_WRONG_PLACE, job->ram[i].base, value);
		}
	}
	for (unsigned i = 0; i < job->segment_count; i++) {
		const struct job_segment *segment = &job->segments[i];

		if (segment->size == 0 || !is_place(segment->ipa, segment->size, REEVE_GRANULE_SIZE)) {
			return wrong(JOB_WRONG_PLACE, segment->ipa, value);
		}
		if (!is_content(job, segment->offset, segment->size)) {
			return wrong(JOB_WRONG_CONTENT, segment->offset, value);
		}
		if ((segment->flags & ~(uint64_t)JOB_SEGMENT_MEASURED) != 0) {
			return wrong(JOB_WRONG_FLAGS, segment->flags, value);
		}
	}
	return JOB_GOOD;
}

enum job_fault job_open(const void *file, uint64_t room, unsigned cpus, const struct job_header **job, uint64_t *value)
{
	const struct job_header *header = file;
	enum job_fault fault = file_check(header, room, value);

	if (fault == JOB_GOOD) {
		fault = numbers_check(header, cpus, value);
	}
	if (fault == JOB_GOOD) {
		fault = devices_check(header, value);
	}
	if (fault == JOB_GOOD) {
		fault = memory_check(header, value);
	}
	if (fault == JOB_GOOD) {
		*job = header;
	}
	return fault;
}
