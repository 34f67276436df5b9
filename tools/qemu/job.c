/* SPDX-License-Identifier: BSD-2-Clause */
/* job.c - puts header, device tree, image, shared buffer and plan into one file. */
#include "tools/qemu/job.h"

#include <stdlib.h>
#include <string.h>

#include "reeve/field.h"
#include "tools/boot.h"
#include "tools/layout.h"
#include "tools/plan.h"
#include "tools/typed.h"

/* A kernel touches its memory all over soon: it gets as much at once as a block takes. */
enum { LINUX_FAULT_SIZE = 2 << 20 };

static const char shared_message[] = "reeve-host-hello";

/* Where the next content goes. */
static uint64_t place_take(uint64_t *top, uint64_t size)
{
	uint64_t place = *top;

	*top = reeve_align_down(place + size + JOB_ALIGN - 1, JOB_ALIGN);
	return place;
}

/* The flags of the realm's consoles. */
static uint32_t console_flags(const struct fdt_chosen *chosen)
{
	uint32_t flags = typed_is_there() ? JOB_FLAG_INPUT : 0;

	if (chosen != NULL) {
		flags |= (chosen->is_linux ? JOB_FLAG_DRIVEN : 0) |
			(chosen->has_virtio_console ? JOB_FLAG_VIRTIO_CONSOLE : 0) |
			(chosen->is_virtio_typed ? JOB_FLAG_VIRTIO_INPUT : 0);
	}
	return flags;
}

static void header_fill(struct job_header *header, const struct run_options *options, const struct layout *layout,
	const struct fdt_chosen *chosen)
{
	struct reeve_realm_config config = boot_config(options);

	*header = (struct job_header){
		.magic = JOB_MAGIC,
		.version = JOB_VERSION,
		.header_size = sizeof(*header),
		.realm = {.ipa_bits = config.ipa_bits,
			.hash = config.hash,
			.flags = (config.lpa2 ? JOB_REALM_LPA2 : 0U) | (config.sve ? JOB_REALM_SVE : 0U),
			.sve_vl = config.sve_vl,
			.breakpoints = (uint8_t)config.breakpoints,
			.watchpoints = (uint8_t)config.watchpoints},
		.flags = (options->trace_path == NULL ? 0 : JOB_FLAG_TRACE) |
			(options->map_path == NULL ? 0 : JOB_FLAG_MAP) | (options->is_touching ? JOB_FLAG_TOUCH : 0) |
			(options->attest.token_path == NULL ? 0 : JOB_FLAG_TOKEN) |
			(options->has_neighbour ? JOB_FLAG_NEIGHBOUR : 0) | console_flags(chosen),
		.page_size = (uint32_t)options->page_size,
		.fault_size = options->linux_files.kernel == NULL ? 0 : LINUX_FAULT_SIZE,
		.cpus = options->cpus,
		.timeout_ns = options->timeout_ns,
		.uart = layout->uart,
		.gicd = layout->gicd,
		.gicr = layout->gicr,
		.virtio = options->linux_files.kernel == NULL && options->linux_files.disk == NULL ? 0 : layout->virtio,
		.shared = layout->shared,
		.shared_size = LAYOUT_SHARED_SIZE,
		.shared_content = sizeof(shared_message) - 1,
	};
	memcpy(header->realm.rpv, config.rpv, sizeof(header->realm.rpv));
	if (options->attest.has_challenge) {
		header->flags |= JOB_FLAG_CHALLENGE;
		memcpy(header->challenge, options->attest.challenge, sizeof(header->challenge));
	}
}

/* What of the header each event of the boot gives; content goes to *top. False with *why set: more than a job can have. */
static bool event_put(struct job_header *header, const struct event *event, uint64_t *top, struct message *why)
{
	switch (event->kind) {
	case EVENT_RIPAS:
		header->ram[header->ram_count++] =
			(struct job_range){event->ripas.base, event->ripas.top - event->ripas.base};
		return true;
	case EVENT_DATA:
		if (header->segment_count == JOB_SEGMENTS_MAX) {
			return message_set(why, "%s: the device tree and the image have more than %d separate parts",
				event->origin, JOB_SEGMENTS_MAX);
		}
		header->segments[header->segment_count++] = (struct job_segment){event->data.content.ipa,
			place_take(top, event->data.content.size), event->data.content.size, JOB_SEGMENT_MEASURED};
		return true;
	case EVENT_REC:
		if (FIELD_GET(event->rec.flags, REC_FLAG_RUNNABLE) != 0) {
			header->entry = event->rec.pc;
			memcpy(header->gprs, event->rec.gprs, sizeof(header->gprs));
		}
		return true;
	case EVENT_CREATE:
	case EVENT_UNKNOWN:
	case EVENT_ACTIVATE:
	case EVENT_REM:
	case EVENT_KIND_COUNT:
		break;
	}
	return true;
}

/* What goes into the file beside its header and the boot's content. */
struct contents {
	struct bytes disk; /* no data: none */
	char plan[PLAN_FILE_MAX];
	size_t plan_size;
};

/* Give everything its place. *size is the file's. */
static bool places_give(struct job_header *header, const struct boot *boot, const struct contents *contents,
	uint64_t *size, struct message *why)
{
	*size = 0;
	(void)place_take(size, sizeof(*header));
	for (size_t i = 0; i < boot->count; i++) {
		if (!event_put(header, &boot->events[i], size, why)) {
			return false;
		}
	}
	header->shared_offset = place_take(size, header->shared_content);
	if (contents->disk.data != NULL) {
		header->disk_size = contents->disk.size;
		header->disk_offset = place_take(size, contents->disk.size);
	}
	if (contents->plan_size != 0) {
		header->plan_offset = place_take(size, contents->plan_size);
		header->plan_size = contents->plan_size;
	}
	if (*size > JOB_SIZE_MAX) {
		return message_set(why,
			"too large for --machine qemu: with what stands beside the image %llu bytes, at most %llu",
			(unsigned long long)*size, (unsigned long long)JOB_SIZE_MAX);
	}
	return true;
}

static void contents_put(
	uint8_t *file, const struct job_header *header, const struct boot *boot, const struct contents *contents)
{
	unsigned segment = 0;

	memcpy(file, header, sizeof(*header));
	for (size_t i = 0; i < boot->count; i++) {
		const struct extent *extent = &boot->events[i].data.content;

		if (boot->events[i].kind == EVENT_DATA) {
			extent_copy(extent, extent->ipa, file + header->segments[segment++].offset, extent->size);
		}
	}
	memcpy(file + header->shared_offset, shared_message, header->shared_content);
	if (contents->disk.data != NULL) {
		memcpy(file + header->disk_offset, contents->disk.data, contents->disk.size);
	}
	if (contents->plan_size != 0) {
		memcpy(file + header->plan_offset, contents->plan, contents->plan_size);
	}
}

static bool job_build(const struct run_options *options, const struct layout *layout, const struct boot *boot,
	const struct boot_parts *parts, struct qemu_job *job, struct message *why)
{
	struct contents contents = {.disk = parts->disk};
	struct job_header header;
	uint64_t size;
	uint8_t *file;

	if (options->plan.count != 0) {
		plan_rules(&options->plan, contents.plan, sizeof(contents.plan));
		contents.plan_size = strlen(contents.plan);
	}
	header_fill(&header, options, layout, parts->chosen);
	if (!places_give(&header, boot, &contents, &size, why)) {
		return false;
	}
	file = calloc(1, size);
	if (file == NULL) {
		return message_set(why, "there is not enough memory");
	}
	contents_put(file, &header, boot, &contents);
	job_seal(file, size);
	*job = (struct qemu_job){.header = (struct job_header *)(void *)file, .size = size};
	return true;
}

bool qemu_job_make(
	const struct run_options *options, const struct boot_parts *parts, struct qemu_job *job, struct message *why)
{
	struct layout layout;
	struct boot boot;
	bool is_good;

	if (!layout_make(&layout, options->ipa_bits, options->ram, options->cpus, why) ||
		!boot_make(&boot, options, &layout, parts, why)) {
		return false;
	}
	is_good = job_build(options, &layout, &boot, parts, job, why);
	boot_free(&boot);
	return is_good;
}

const void *qemu_job_granule(const struct qemu_job *job, uint64_t ipa)
{
	for (unsigned i = 0; i < job->header->segment_count; i++) {
		const struct job_segment *segment = &job->header->segments[i];

		if (reeve_is_aligned(ipa, REEVE_GRANULE_SIZE) && ipa >= segment->ipa &&
			ipa - segment->ipa < segment->size) {
			return (const uint8_t *)job_bytes(job->header, segment->offset) + (ipa - segment->ipa);
		}
	}
	return NULL;
}

void qemu_job_free(struct qemu_job *job)
{
	free(job->header);
	*job = (struct qemu_job){0};
}
