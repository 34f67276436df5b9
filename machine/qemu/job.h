/* SPDX-License-Identifier: BSD-2-Clause */
/* job.h - what the bare-metal host is to do, as one binary file: made by `reeve run`, put into the file that is QEMU's memory, read by BL33.
 *
 *   struct job_header | content of segments, of the shared buffer, of the plan (each at an offset from the start, 4 KiB aligned)
 *
 * J1: all that takes parsing (ELF, device tree, options) was done before: the host finds ranges, bytes and numbers.
 * J2: the file is a multiple of 8 bytes, and its little-endian 64-bit words add up to zero (mod 2^64).
 * J3: job_open checks every offset, count and flag against the file before anybody uses one.
 * J4: the order of the realm's life (and so its RIM) is: create, RAM ranges in order, segments in order, shared buffer, RECs, activate.
 * Deliberately elsewhere: what the values mean to the monitor (the host library checks those), output (frame.h). */
#ifndef MACHINE_QEMU_JOB_H
#define MACHINE_QEMU_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/host.h"
#include "vmm/mailbox.h"

/* Where the file is loaded: above BL33 (entered at 0x60000000), with room for its image and stacks. Memory above the file's end is the host's. */
#define JOB_ADDRESS UINT64_C(0x64000000)
#define JOB_MAGIC UINT64_C(0x424f4a4556454552) /* "REEVEJOB" */

/* Virtio devices by their place: each has VIRTIO_MMIO_SIZE bytes of registers from job_header.virtio on, and an interrupt from JOB_VIRTIO_INTERRUPT on. */
enum job_virtio { JOB_VIRTIO_DISK, JOB_VIRTIO_CONSOLE, JOB_VIRTIO_COUNT };
enum { JOB_VIRTIO_INTERRUPT = 48 };

enum {
	JOB_VERSION = 3,
	JOB_ALIGN = 4096, /* of content in the file */
	JOB_SEGMENTS_MAX = 64,
};

#define JOB_SIZE_MAX (UINT64_C(1) << 30)

/* Bits of job_header.flags; others are zero. */
enum {
	JOB_FLAG_TRACE = 1 << 0, /* a trace frame for every RMI call */
	JOB_FLAG_TOUCH = 1 << 1, /* after activation, read a granule of the realm's: shows a granule protection fault */
	JOB_FLAG_CHALLENGE = 1 << 2, /* `challenge` is given to a realm that asks (vmm/mailbox.h) */
	JOB_FLAG_TOKEN = 1 << 3,     /* a token that the realm hands over is told */
	JOB_FLAG_INPUT = 1 << 4,     /* what comes in on the machine's UART is the realm's console input */
	JOB_FLAG_MAP = 1 << 5,    /* maps of memory and tables are told, before the realm is destroyed and after it */
	JOB_FLAG_DRIVEN = 1 << 6, /* the realm's PL011 is a driver's (vmm/pl011.h, is_driven) */
	JOB_FLAG_VIRTIO_CONSOLE =
		1 << 7, /* there is one; what the realm writes there goes where the PL011's output goes */
	JOB_FLAG_VIRTIO_INPUT = 1 << 8, /* the realm's input goes there, and not to the PL011 */
	JOB_FLAG_NEIGHBOUR = 1 << 9,    /* a second realm of this job beside the first, on the same CPUs */
	JOB_FLAGS = (1 << 10) - 1,
};

/* Bits of job_segment.flags. */
enum { JOB_SEGMENT_MEASURED = 1 << 0 };

/* Bits of job_realm.flags. */
enum { JOB_REALM_LPA2 = 1 << 0, JOB_REALM_SVE = 1 << 1, JOB_REALM_PMU = 1 << 2 };

/* As struct reeve_realm_config: zero is the library's default. */
struct job_realm {
	uint32_t ipa_bits;
	uint32_t hash; /* enum rmi_hash_algorithm */
	uint32_t flags;
	uint8_t sve_vl;
	uint8_t pmu_counters;
	uint8_t breakpoints;
	uint8_t watchpoints;
	uint8_t rpv[RMI_RPV_SIZE];
};

struct job_range {
	uint64_t base;
	uint64_t size;
};

/* `size` bytes of content at `offset`, for the realm's memory from `ipa` on. */
struct job_segment {
	uint64_t ipa;
	uint64_t offset;
	uint64_t size;
	uint64_t flags;
};

struct job_header {
	uint64_t magic;
	uint32_t version;
	uint32_t header_size; /* sizeof(struct job_header) */
	uint64_t size;        /* of the file */
	uint64_t checksum;    /* makes J2 true */
	struct job_realm realm;
	uint32_t flags;
	uint32_t page_size; /* of the host: 4096, 16384, 65536 */
	uint32_t cpus;      /* RECs, REC n on CPU n */
	uint32_t ram_count;
	uint32_t segment_count;
	uint32_t fault_size;                /* struct reeve_host_config's */
	uint64_t timeout_ns;                /* from the host's first instruction; 0: none */
	uint64_t entry;                     /* IPA of REC 0's first instruction */
	uint64_t gprs[RMI_REC_PARAMS_GPRS]; /* X0..X7 of REC 0 */
	uint64_t uart;                      /* IPA of the PL011 that is emulated; 0: none */
	uint64_t gicd;           /* IPA of the GICv3 distributor that is emulated; 0: no interrupt controller */
	uint64_t gicr;           /* IPA of the first redistributor, 128 KiB each */
	uint64_t shared;         /* IPA of the shared buffer; 0: none */
	uint64_t shared_size;    /* multiple of page_size */
	uint64_t shared_offset;  /* what it begins with */
	uint64_t shared_content; /* bytes of that */
	uint64_t plan_offset;    /* text of a plan of faults (reeve/fault.h) */
	uint64_t plan_size;      /* 0: none */
	uint64_t virtio;         /* IPA of virtio devices (enum job_virtio); 0: none, and nothing is shared on demand */
	uint64_t disk_offset;    /* content of the disk: read and written in place */
	uint64_t disk_size;      /* 0: no disk */
	uint8_t challenge[MAILBOX_CHALLENGE_SIZE];
	struct job_range ram[REEVE_REALM_RAM_RANGES];
	struct job_segment segments[JOB_SEGMENTS_MAX];
};

_Static_assert(sizeof(struct job_realm) == 80, "job_realm");
_Static_assert(offsetof(struct job_header, realm) == 32, "job_header.realm");
_Static_assert(offsetof(struct job_header, flags) == 112, "job_header.flags");
_Static_assert(offsetof(struct job_header, timeout_ns) == 136, "job_header.timeout_ns");
_Static_assert(offsetof(struct job_header, ram) == 376, "job_header.ram");
_Static_assert(sizeof(struct job_header) == 376 + 16 * REEVE_REALM_RAM_RANGES + 32 * JOB_SEGMENTS_MAX, "job_header");

/* What is wrong with a file. */
enum job_fault {
	JOB_GOOD,
	JOB_NO_MAGIC, /* nothing was loaded there */
	JOB_WRONG_VERSION,
	JOB_WRONG_SIZE,
	JOB_WRONG_CHECKSUM,
	JOB_WRONG_FLAGS,
	JOB_WRONG_CPUS,
	JOB_WRONG_PAGE_SIZE,
	JOB_WRONG_COUNT,   /* of ranges or segments */
	JOB_WRONG_CONTENT, /* an offset or size that is not in the file, or not aligned */
	JOB_WRONG_PLACE,   /* an IPA that is not aligned, or a range that wraps */
	JOB_FAULT_COUNT
};
/* One line that says what is wrong and what to do. */
const char *job_fault_text(enum job_fault fault);

/* The job in `file`, of which at most `room` bytes are memory, for a machine of `cpus`. Not JOB_GOOD: *value is what is wrong, and *job is
 * untouched. *job points into `file`, which is 8-byte aligned. */
REEVE_MUST_CHECK enum job_fault job_open(
	const void *file, uint64_t room, unsigned cpus, const struct job_header **job, uint64_t *value);

/* Set size and checksum of a file of `size` bytes whose other members are final. `size` is a multiple of 8. */
void job_seal(void *file, uint64_t size);

/* The bytes at an offset of a job that job_open found good. */
static inline const void *job_bytes(const struct job_header *job, uint64_t offset)
{
	return (const uint8_t *)job + offset;
}

#endif
