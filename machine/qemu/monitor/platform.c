/* SPDX-License-Identifier: BSD-2-Clause */
/* platform.c - the monitor's seam over R-EL2: memory by two windows, protection by EL3, RECs on the CPU itself. */
#include "machine/qemu/monitor/platform.h"

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/monitor/el3.h"
#include "machine/qemu/monitor/run.h"
#include "machine/qemu/monitor/stage2.h"

enum { EC_DATA_SAME = 0x25, FSC_EXTERNAL = 0x10, FSC_GRANULE_PROTECTION = 0x28, VECTOR_SYNC_SPX = 4 };

/* start.S */
extern const char guarded_copy_fault[];

static void *ns_pointer(struct reeve_pa pa)
{
	return pointer_at(pa.value + NS_WINDOW);
}

/* Not Non-secure, or the machine has no memory there. */
bool platform_fixup(struct exception_frame *frame)
{
	uint64_t fault = FIELD_GET(frame->esr, ESR_ABORT_FSC);
	uint64_t start = (uintptr_t)guarded_copy;
	uint64_t end = (uintptr_t)guarded_copy_fault;

	if (frame->vector != VECTOR_SYNC_SPX || FIELD_GET(frame->esr, ESR_EC) != EC_DATA_SAME ||
		(fault != FSC_GRANULE_PROTECTION && fault != FSC_EXTERNAL) || frame->elr < start || frame->elr >= end) {
		return false;
	}
	frame->elr = end;
	return true;
}

static void *realm_granule(void *context, struct reeve_pa pa)
{
	(void)context;
	return pointer_at(pa.value);
}

static bool ns_read(void *context, struct reeve_pa pa, void *to, size_t size)
{
	(void)context;
	return guarded_copy(to, ns_pointer(pa), size);
}

static bool ns_write(void *context, struct reeve_pa pa, const void *from, size_t size)
{
	(void)context;
	return guarded_copy(ns_pointer(pa), from, size);
}

/* EL3 delegates what is in its table, memory or not: a look first keeps the monitor from what is not there. */
static bool granule_delegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	uint64_t word;

	(void)cpu;
	return ns_read(context, pa, &word, sizeof(word)) && el3_delegate(pa);
}

static void granule_undelegate(void *context, unsigned cpu, struct reeve_pa pa)
{
	(void)context;
	(void)cpu;
	if (!el3_undelegate(pa)) {
		stop("EL3 does not take back a granule that it gave");
	}
}

/* What is kept of a REC is in its granule, which the monitor wipes. */
static void rec_destroy(void *context, struct reeve_pa rec)
{
	(void)context;
	(void)rec;
}

const struct monitor_platform qemu_platform = {
	.realm_granule = realm_granule,
	.ns_read = ns_read,
	.ns_write = ns_write,
	.granule_delegate = granule_delegate,
	.granule_undelegate = granule_undelegate,
	.digest = platform_digest,
	.stage2_invalidate = stage2_invalidate,
	.stage2_destroy = stage2_destroy,
	.rec_run = run_rec,
	.rec_destroy = rec_destroy,
	.realm_public_key = attest_public_key,
	.realm_sign = attest_sign,
	.platform_token = attest_platform_token,
};
