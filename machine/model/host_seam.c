/* SPDX-License-Identifier: BSD-2-Clause */
/* host_seam.c - the host library's seam over a model machine. Locks are pthread mutexes: what an embedder puts behind `lock`. */
#include "reeve/host.h"

#include <pthread.h>

#include "machine/model/machine.h"

enum { LOCK_TRIES = 4000 };

static _Thread_local unsigned thread_cpu;

static void smc(void *context, uint64_t x[REEVE_SMC_REGISTERS])
{
	(void)reeve_model_smc(context, thread_cpu, x);
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	uint64_t found = reeve_model_pages_alloc(context, size);

	if (found == 0) {
		return false;
	}
	*pa = reeve_pa(found);
	return true;
}

static void pages_free(void *context, struct reeve_pa pa, size_t size)
{
	reeve_model_pages_free(context, pa.value, size);
}

static void *pointer(void *context, struct reeve_pa pa)
{
	return reeve_model_ns(context, pa.value);
}

static inline void cpu_relax(void)
{
#if defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#elif defined(__x86_64__)
	__asm__ volatile("pause" ::: "memory");
#endif
}

/* No lock given: the embedder has one thread. The ledger's lock is held for microseconds and sleeping costs fifty, so wait first, for
 * some 100 us at most: with 200 tries two realms that fill memory scale to 1.5, with 4000 to 1.8 (make bench). */
static void lock_take(void *context, void *lock)
{
	(void)context;
	if (lock == NULL) {
		return;
	}
	for (unsigned i = 0; i < LOCK_TRIES; i++) {
		if (pthread_mutex_trylock(lock) == 0) {
			return;
		}
		cpu_relax();
	}
	pthread_mutex_lock(lock);
}

static void lock_release(void *context, void *lock)
{
	(void)context;
	if (lock != NULL) {
		pthread_mutex_unlock(lock);
	}
}

void reeve_model_host_ops(struct reeve_model *model, struct reeve_host_ops *ops)
{
	(void)model; /* it is the context that the embedder gives beside ops */
	*ops = (struct reeve_host_ops){
		.smc = smc,
		.pages_alloc = pages_alloc,
		.pages_free = pages_free,
		.pointer = pointer,
		.lock = lock_take,
		.unlock = lock_release,
	};
}

void reeve_model_use_cpu(unsigned cpu)
{
	thread_cpu = cpu;
}
