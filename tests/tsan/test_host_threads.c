/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_threads.c - threads over one host: a realm created once by many, RECs of one realm at once, realms side by side. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/host.h"
#include "reeve/model.h"
#include "reeve/psci.h"

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE UINT64_C(0x400000)

enum { THREADS = 4, ROUNDS = 25, PAGES = 40 };

struct machine {
	struct reeve_model *model;
	struct reeve_host_ops ops;
	struct reeve_host host;
	pthread_mutex_t host_lock;
	pthread_mutex_t realm_lock;
	pthread_barrier_t start;
	_Atomic unsigned creations;
	_Atomic unsigned steps[THREADS]; /* of each REC's code */
};

static struct machine *machine; /* of the running test */

struct worker {
	pthread_t thread;
	unsigned cpu;
	struct reeve_realm *realm;
	struct reeve_rec rec;
	enum reeve_status status;
	enum reeve_exit_reason end;
};

/* Each REC touches pages that others touch as well; then the first switches the realm off, the others themselves. */
static void rec_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	const uint64_t abort = 0x24, smc = 0x17, translation = 7;
	unsigned step = atomic_fetch_add(&machine->steps[mpidr % THREADS], 1);
	uint64_t ipa = RAM_BASE + step * UINT64_C(4096);

	(void)context;
	(void)pc;
	if (step < PAGES) {
		trap->esr = FIELD_SET(0, ESR_EC, abort) | FIELD_SET(0, ESR_ABORT_FSC, translation);
		trap->hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
		return;
	}
	x[0] = PSCI_FID32_CPU_OFF;
	trap->esr = FIELD_SET(0, ESR_EC, smc);
}

static void smc(void *context, uint64_t x[18])
{
	machine->creations += rmi_command_of_fid(x[0]) == RMI_REALM_CREATE;
	machine->ops.smc(context, x);
}

static void open_machine(struct machine *m, struct reeve_host_ops *ops)
{
	struct reeve_model_config config = {.rec_code = rec_code};
	struct reeve_host_config host = {.ops = ops, .lock = &m->host_lock};
	struct reeve_error error;

	memset(m, 0, sizeof(*m));
	machine = m;
	m->model = reeve_model_new(&config);
	assert_non_null(m->model);
	reeve_model_host_ops(m->model, &m->ops);
	*ops = m->ops;
	ops->smc = smc;
	host.context = m->model;
	pthread_mutex_init(&m->host_lock, NULL);
	pthread_mutex_init(&m->realm_lock, NULL);
	pthread_barrier_init(&m->start, NULL, THREADS);
	assert_int_equal(reeve_host_init(&m->host, &host, &error), REEVE_OK);
}

static void close_machine(struct machine *m)
{
	assert_null(reeve_monitor_valid(reeve_model_monitor(m->model)));
	reeve_host_fini(&m->host);
	assert_int_equal(reeve_host_ledger_counts(&m->host).pages_held, 0);
	reeve_model_free(m->model);
	pthread_barrier_destroy(&m->start);
	pthread_mutex_destroy(&m->realm_lock);
	pthread_mutex_destroy(&m->host_lock);
}

static void at_once(struct worker workers[THREADS], void *(*work)(void *))
{
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].cpu = i;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].status, REEVE_OK);
	}
}

static void *create(void *context)
{
	struct worker *worker = context;

	reeve_model_use_cpu(worker->cpu);
	(void)pthread_barrier_wait(&machine->start);
	worker->status = reeve_realm_ensure_created(worker->realm);
	return NULL;
}

/* H1: of threads that arrive at once exactly one creates, and all get its result. */
static void test_created_once(void **state)
{
	struct machine m;
	struct reeve_host_ops ops;
	struct reeve_realm realm;
	struct worker workers[THREADS] = {0};

	(void)state;
	open_machine(&m, &ops);
	reeve_realm_init(&realm, &m.host, &m.realm_lock);
	for (unsigned round = 1; round <= ROUNDS; round++) {
		for (unsigned i = 0; i < THREADS; i++) {
			workers[i].realm = &realm;
		}
		at_once(workers, create);
		assert_int_equal(m.creations, round);
		assert_int_equal(reeve_realm_destroy(&realm), REEVE_OK);
	}
	close_machine(&m);
}

static void *run(void *context)
{
	struct worker *worker = context;
	struct reeve_exit exit = {0};

	reeve_model_use_cpu(worker->cpu);
	(void)pthread_barrier_wait(&machine->start);
	do {
		worker->status = reeve_rec_run(&worker->rec, &exit);
	} while (worker->status == REEVE_OK && exit.reason == REEVE_EXIT_INTERRUPTED);
	worker->end = exit.reason;
	return NULL;
}

/* RECs of one realm fault on the same pages at once: each page is brought once. */
static void test_recs_at_once(void **state)
{
	struct machine m;
	struct reeve_host_ops ops;
	struct reeve_realm realm;
	struct worker workers[THREADS] = {0};
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};

	(void)state;
	open_machine(&m, &ops);
	reeve_realm_init(&realm, &m.host, &m.realm_lock);
	assert_int_equal(reeve_realm_add_ram(&realm, ram), REEVE_OK);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(reeve_rec_create(&realm, &config, &workers[i].rec), REEVE_OK);
	}
	assert_int_equal(reeve_realm_activate(&realm), REEVE_OK);
	at_once(workers, run);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].end, REEVE_EXIT_CPU_OFF);
	}
	assert_int_equal(reeve_host_ledger_counts(&m.host).granules[REEVE_USE_DATA], PAGES);
	assert_int_equal(reeve_realm_destroy(&realm), REEVE_OK);
	close_machine(&m);
}

static enum reeve_status short_life(struct reeve_realm *realm)
{
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};
	struct reeve_ipa_range some = {{RAM_BASE}, {RAM_BASE + PAGES * UINT64_C(4096)}};
	enum reeve_status status = reeve_realm_add_ram(realm, ram);

	status = status != REEVE_OK ? status : reeve_realm_provide(realm, some);
	return status != REEVE_OK ? status : reeve_realm_destroy(realm);
}

static void *live(void *context)
{
	struct worker *worker = context;
	struct reeve_realm realm;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	reeve_model_use_cpu(worker->cpu);
	(void)pthread_barrier_wait(&machine->start);
	reeve_realm_init(&realm, &machine->host, &lock);
	for (unsigned round = 0; round < 4 && worker->status == REEVE_OK; round++) {
		worker->status = short_life(&realm);
	}
	pthread_mutex_destroy(&lock);
	return NULL;
}

/* Realms share nothing but the ledger and the VMIDs. */
static void test_realms_side_by_side(void **state)
{
	struct machine m;
	struct reeve_host_ops ops;
	struct worker workers[THREADS] = {0};

	(void)state;
	open_machine(&m, &ops);
	at_once(workers, live);
	assert_int_equal(m.creations, THREADS * 4);
	assert_int_equal(m.host.vmids[0], 1);
	close_machine(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_created_once),
		cmocka_unit_test(test_recs_at_once),
		cmocka_unit_test(test_realms_side_by_side),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
