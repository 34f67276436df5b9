/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_threads.c - threads of one machine at once: pages handed out once, delegation on every CPU, faults on every thread. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "reeve/address.h"
#include "reeve/model.h"

enum { THREADS = 4, ROUNDS = 200, HELD = 8 };

static _Thread_local sigjmp_buf back;
static _Thread_local volatile uint64_t fault_pa;

static void catch (void *context, const struct reeve_model_gpf *fault)
{
	(void)context;
	fault_pa = fault->pa;
	siglongjmp(back, 1);
}

struct worker {
	struct reeve_model *model;
	unsigned cpu;
	unsigned wrong;
};

static bool faults(struct reeve_model *model, uint64_t pa)
{
	if (sigsetjmp(back, 1) != 0) {
		return fault_pa == pa;
	}
	*(volatile uint64_t *)reeve_model_ns(model, pa) = pa;
	return false;
}

static uint64_t call(struct worker *worker, uint64_t fid, uint64_t pa)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, pa};

	(void)reeve_model_smc(worker->model, worker->cpu, x);
	return x[0];
}

/* A page through its life: zero, the host's, gone, back and zero. */
static void use_page(struct worker *worker, uint64_t pa)
{
	volatile uint64_t *word = reeve_model_ns(worker->model, pa);

	worker->wrong += pa == 0 || *word != 0;
	*word = pa + worker->cpu;
	worker->wrong += call(worker, RMI_FID(GRANULE_DELEGATE), pa) != RMI_SUCCESS;
	worker->wrong += !faults(worker->model, pa);
	worker->wrong += call(worker, RMI_FID(GRANULE_UNDELEGATE), pa) != RMI_SUCCESS;
	worker->wrong += *word != 0;
	worker->wrong += faults(worker->model, pa);
}

static void *work(void *context)
{
	struct worker *worker = context;

	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t pages[HELD];

		for (unsigned i = 0; i < HELD; i++) {
			pages[i] = reeve_model_pages_alloc(worker->model, REEVE_GRANULE_SIZE);
			use_page(worker, pages[i]);
		}
		for (unsigned i = 0; i < HELD; i++) {
			reeve_model_pages_free(worker->model, pages[i], REEVE_GRANULE_SIZE);
		}
	}
	return NULL;
}

static void threads_share_a_machine(void **state)
{
	struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){.on_gpf = catch});
	struct worker workers[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	assert_non_null(model);
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){model, i, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].wrong, 0);
	}
	assert_null(reeve_monitor_valid(reeve_model_monitor(model)));
	reeve_model_free(model);
}

static void *make_and_free(void *context)
{
	struct worker *worker = context;

	for (unsigned i = 0; i < ROUNDS / 10; i++) {
		worker->model = reeve_model_new(&(struct reeve_model_config){.cpu_count = THREADS, .on_gpf = catch});
		if (worker->model == NULL) {
			worker->wrong++;
			continue;
		}
		use_page(worker, reeve_model_pages_alloc(worker->model, REEVE_GRANULE_SIZE));
		reeve_model_free(worker->model);
	}
	return NULL;
}

static void threads_have_machines_of_their_own(void **state)
{
	struct worker workers[THREADS];
	pthread_t threads[THREADS];

	(void)state;
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){NULL, i, 0};
		assert_int_equal(pthread_create(&threads[i], NULL, make_and_free, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(workers[i].wrong, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_share_a_machine),
		cmocka_unit_test(threads_have_machines_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
