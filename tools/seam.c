/* SPDX-License-Identifier: BSD-2-Clause */
/* seam.c - passes the host library's wishes on: SMCs to the conduit, memory to the machine, progress to a terminal. */
#include "tools/seam.h"

#include <inttypes.h>

/* A thread is a CPU, and the library's seam has no argument for it. */
static _Thread_local unsigned thread_cpu;

static const uint64_t progress_every_ns = 100000000;

static void smc(void *context, uint64_t x[REEVE_SMC_REGISTERS])
{
	struct seam *seam = context;

	conduit_smc(seam->conduit, thread_cpu, x);
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	struct seam *seam = context;

	return conduit_pages_alloc(seam->conduit, size, pa);
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	struct seam *seam = context;

	seam->model.pages_free(seam->conduit->model, pa, size);
}

static void *pointer(void *context, struct reeve_pa pa)
{
	struct seam *seam = context;

	return seam->model.pointer(seam->conduit->model, pa);
}

static void lock_take(void *context, void *lock)
{
	(void)context;
	pthread_mutex_lock(lock);
}

static void lock_release(void *context, void *lock)
{
	(void)context;
	pthread_mutex_unlock(lock);
}

/* Called with the realm's lock held, so by one thread at a time. */
static bool progress(void *context, enum reeve_step step, uint64_t done, uint64_t total)
{
	struct seam *seam = context;
	uint64_t now;

	if (seam->must_stop(seam->context)) {
		return false;
	}
	if (seam->progress == NULL || total == 0) {
		return true;
	}
	now = conduit_clock_ns();
	if (seam->shown_ns == 0) {
		seam->shown_ns = now; /* work that is over soon is not shown at all */
	}
	if (now - seam->shown_ns >= progress_every_ns) {
		seam->shown_ns = now;
		fprintf(seam->progress, "\r%s: %" PRIu64 " of %" PRIu64 " granules\033[K", reeve_step_text(step), done,
			total);
		(void)fflush(seam->progress);
	}
	return true;
}

void seam_init(
	struct seam *seam, struct conduit *conduit, FILE *progress_to, bool (*must_stop)(void *context), void *context)
{
	*seam = (struct seam){
		.conduit = conduit,
		.ops = {smc, pages_alloc, pages_free, pointer, lock_take, lock_release, progress},
		.progress = progress_to,
		.must_stop = must_stop,
		.context = context,
	};
	reeve_model_host_ops(conduit->model, &seam->model);
}

void seam_use_cpu(unsigned cpu)
{
	thread_cpu = cpu;
}

void seam_progress_clear(struct seam *seam)
{
	if (seam->progress != NULL && seam->shown_ns != 0) {
		fputs("\r\033[K", seam->progress);
		(void)fflush(seam->progress);
	}
	seam->shown_ns = 0;
}
