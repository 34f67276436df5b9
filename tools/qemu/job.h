/* SPDX-License-Identifier: BSD-2-Clause */
/* job.h - the job of the bare-metal host (machine/qemu/job.h), made from the options of a run and its image. */
#ifndef TOOLS_QEMU_JOB_H
#define TOOLS_QEMU_JOB_H

#include "machine/qemu/job.h"
#include "tools/boot.h"
#include "tools/options.h"

struct qemu_job {
	struct job_header *header; /* the whole file */
	size_t size;
	bool is_disk_back; /* the disk in it is as the machine left it (machine.h) */
};

/* True and *job in fresh memory, sealed, for the caller to free; else false with *why set: no memory, a layout that is not possible, or more
 * parts than a job can have. */
bool qemu_job_make(
	const struct run_options *options, const struct boot_parts *parts, struct qemu_job *job, struct message *why);

/* The content the job has for the granule at `ipa`, or NULL. */
const void *qemu_job_granule(const struct qemu_job *job, uint64_t ipa);

void qemu_job_free(struct qemu_job *job);

#endif
