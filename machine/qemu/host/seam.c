/* SPDX-License-Identifier: BSD-2-Clause */
/* seam.c - the host library's seam: SMCs to EL3, pages of NS memory that is mapped to itself, spinlocks. */
#include <string.h>

#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"

static void call(void *context, uint64_t x[18])
{
	struct host *host = context;
	const struct rmi_rec_run *run = (const struct rmi_rec_run *)(uintptr_t)x[2];
	bool is_enter = rmi_command_of_fid(x[0]) == RMI_REC_ENTER;

	conduit_smc(&host->conduit, x);
	if (is_enter) {
		host_exit(host, run, x[0] == RMI_SUCCESS);
	}
}

/* The allocator, behind the plan's rules. */
static bool pages_get(void *context, size_t size, struct reeve_pa *pa)
{
	struct host *host = host_get();
	uint64_t found;
	bool is_found;

	(void)context;
	spinlock_take(&host->pages_lock);
	is_found = pages_take(&host->pages, size, &found);
	spinlock_give(&host->pages_lock);
	if (is_found) {
		memset((void *)(uintptr_t)found, 0, size);
		*pa = reeve_pa(found);
	}
	return is_found;
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct host *host = context;

	return reeve_fault_pages_alloc(&host->conduit.fault, size, pa);
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct host *host = context;

	spinlock_take(&host->pages_lock);
	(void)pages_give(&host->pages, pa.value, size);
	spinlock_give(&host->pages_lock);
}

static void *pointer(void *context, struct reeve_pa pa)
{
	(void)context;
	return (void *)(uintptr_t)pa.value;
}

static void lock(void *context, void *taken)
{
	host_lock(context, taken);
}

static void unlock(void *context, void *taken)
{
	(void)context;
	spinlock_give(taken);
}

/* Between two looks of a CPU at its interrupts. How much is done between two calls is the library's: granules, or blocks. */
static const uint64_t look_ns = 1000000;

/* How often somebody who waits for the end hears that it is on its way. */
static const uint64_t say_ns = 1000000000;

static void at_work_say(struct host *host, uint64_t now_ns)
{
	if (host->is_destroying && now_ns - host->said_ns >= say_ns) {
		host->said_ns = now_ns;
		output_fact(FRAME_FACT_AT_WORK, 0, 1);
	}
}

static bool progress(void *context, enum reeve_step step, uint64_t done, uint64_t total)
{
	struct host *host = context;
	uint64_t *looked_ns = &host->looked_ns[cpu_number()];
	uint64_t now_ns = clock_ns();

	(void)step;
	(void)done;
	(void)total;
	if (now_ns - *looked_ns < look_ns) {
		return true;
	}
	*looked_ns = now_ns;
	at_work_say(host, now_ns);
	return !host_must_stop(host);
}

void host_seam_init(struct host *host)
{
	host->ops = (struct reeve_host_ops){call, pages_alloc, pages_free, pointer, lock, unlock, progress};
	conduit_init(&host->conduit, (host->job->flags & (JOB_FLAG_TRACE | JOB_FLAG_MAP)) != 0, pages_get);
}
