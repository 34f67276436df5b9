/* SPDX-License-Identifier: BSD-2-Clause */
/* fault_machine.c - locks that are not waited for for ever, the seam with its faults, and what must hold in the end. */
#include "tests/tsan/support/fault_machine.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "reeve/psci.h"
#include "reeve/rsi.h"

enum {
	PAGES = 24, /* touched by each REC */
	MEMORY = 64 << 20,
};

struct fault_machine fault_machine;
struct fault_sum fault_sum;

/* ---- nobody waits for ever ---- */

static struct timespec in_seconds(unsigned seconds)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	at.tv_sec += seconds;
	return at;
}

static void give_up(const char *what)
{
	(void)fprintf(stderr, "%s\n", what);
	for (unsigned i = 0; i < fault_machine.thread_count; i++) {
		const char *doing = atomic_load(&fault_machine.workers[i].doing);

		(void)fprintf(stderr, "  thread %u: %s\n", i, doing == NULL ? "not begun" : doing);
	}
	abort();
}

static void lock_take(void *context, void *lock)
{
	struct lock *l = lock;
	struct timespec until = in_seconds(LOCK_S);
	char text[100];

	(void)context;
	if (pthread_mutex_timedlock(&l->mutex, &until) != 0) {
		(void)snprintf(text, sizeof(text), "the lock of %s was not had within %d s", l->name, LOCK_S);
		give_up(text);
	}
}

static void lock_release(void *context, void *lock)
{
	(void)context;
	pthread_mutex_unlock(&((struct lock *)lock)->mutex);
}

static void lock_make(struct lock *lock, const char *name)
{
	lock->name = name;
	pthread_mutex_init(&lock->mutex, NULL);
}

/* ---- the seam ---- */

static void counting_smc(void *context, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);

	fault_machine.behind.smc(context, x);
	if (command < RMI_COMMAND_COUNT && x[0] == RMI_SUCCESS) {
		fault_machine.succeeded[command]++;
	}
}

static void wait(void *context, uint64_t us)
{
	(void)context;
	(void)usleep((useconds_t)us);
}

static bool behind_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	return fault_machine.behind.pages_alloc(context, size, pa);
}

static void faulty_smc(void *context, uint64_t x[18])
{
	(void)context;
	reeve_fault_smc(&fault_machine.faults, x);
}

static bool faulty_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	(void)context;
	return reeve_fault_pages_alloc(&fault_machine.faults, size, pa);
}

/* A REC touches pages, has one made EMPTY here and there, and switches itself or its realm off. X20 counts. */
static void rec_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	const uint64_t abort = 0x24, smc = 0x17, translation = 7, every = 10;
	uint64_t step = x[20]++;
	uint64_t ipa = RAM_BASE + (step + mpidr * (PAGES / 2)) * UINT64_C(4096);

	(void)context;
	(void)pc;
	if (step % every == every - 1 && step < PAGES) {
		x[0] = RSI_FID(IPA_STATE_SET);
		x[1] = ipa - 4096;
		x[2] = ipa;
		x[3] = RIPAS_EMPTY;
		x[4] = 0;
		trap->esr = FIELD_SET(0, ESR_EC, smc);
		return;
	}
	if (step < PAGES) {
		trap->esr = FIELD_SET(0, ESR_EC, abort) | FIELD_SET(0, ESR_ABORT_FSC, translation);
		trap->hpfar = FIELD_SET(0, HPFAR_FIPA, ipa >> REEVE_GRANULE_SHIFT);
		return;
	}
	x[0] = mpidr % 2 == 0 ? PSCI_FID32_SYSTEM_OFF : PSCI_FID32_CPU_OFF;
	trap->esr = FIELD_SET(0, ESR_EC, smc);
}

/* ---- begin and end ---- */

void faults_load(const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	if (!reeve_fault_plan_parse(text, strlen(text), &plan, &error)) {
		print_error("line %u: %s: %s\n", error.line, error.text, error.word);
		fail();
	}
	assert_true(reeve_fault_load(&fault_machine.faults, &plan, &error));
}

void machine_open(unsigned thread_count, size_t page_size)
{
	struct reeve_model_config config = {.regions = {{.base = REEVE_MODEL_DRAM_BASE, .size = MEMORY}},
		.region_count = 1,
		.cpu_count = THREADS_MAX,
		.rec_code = rec_code};
	struct reeve_fault_config faults = {.smc = counting_smc, .pages_alloc = behind_alloc, .delay = wait};
	struct reeve_host_config host = {
		.ops = &fault_machine.ops, .lock = &fault_machine.host_lock, .page_size = page_size};
	struct reeve_error error;

	memset(&fault_machine, 0, sizeof(fault_machine));
	fault_machine.thread_count = thread_count;
	fault_machine.model = reeve_model_new(&config);
	assert_non_null(fault_machine.model);
	reeve_model_host_ops(fault_machine.model, &fault_machine.behind);
	fault_machine.ops = fault_machine.behind;
	fault_machine.ops.smc = faulty_smc;
	fault_machine.ops.pages_alloc = faulty_alloc;
	fault_machine.ops.lock = lock_take;
	fault_machine.ops.unlock = lock_release;
	host.context = faults.context = fault_machine.model;
	reeve_fault_init(&fault_machine.faults, &faults);
	lock_make(&fault_machine.host_lock, "the host");
	assert_int_equal(reeve_host_init(&fault_machine.host, &host, &error), REEVE_OK);
	for (unsigned i = 0; i < SHARED_REALMS; i++) {
		lock_make(&fault_machine.shared_locks[i], i == 0 ? "the first realm" : "the second realm");
		reeve_realm_init(&fault_machine.shared[i], &fault_machine.host, &fault_machine.shared_locks[i]);
	}
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		lock_make(&fault_machine.workers[i].own_lock, "a thread's own realm");
		reeve_realm_init(
			&fault_machine.workers[i].own, &fault_machine.host, &fault_machine.workers[i].own_lock);
	}
	pthread_barrier_init(&fault_machine.start, NULL, thread_count);
}

/* As the monitor has it. */
unsigned machine_realms(void)
{
	return fault_machine.succeeded[RMI_REALM_CREATE] - fault_machine.succeeded[RMI_REALM_DESTROY];
}

static unsigned realms_made(void)
{
	unsigned count = 0;

	for (unsigned i = 0; i < SHARED_REALMS; i++) {
		count += reeve_realm_state(&fault_machine.shared[i]) != REEVE_REALM_NONE;
	}
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		count += reeve_realm_state(&fault_machine.workers[i].own) != REEVE_REALM_NONE;
	}
	return count;
}

static struct ledger_view machine_view(void)
{
	return (struct ledger_view){fault_machine.model, &fault_machine.host, REEVE_MODEL_DRAM_BASE, MEMORY};
}

/* No thread runs any more: both sides tell the same. */
void machine_check(void)
{
	struct ledger_view view = machine_view();
	char text[LEDGER_TEXT];
	const char *wrong = ledger_check(&view, LEDGER_EXACT, text);

	if (wrong != NULL) {
		print_error("%s\n", wrong);
	}
	assert_null(wrong);
	assert_null(reeve_monitor_valid(reeve_model_monitor(fault_machine.model)));
	assert_int_equal(machine_realms(), realms_made());
}

static void sum_up(void)
{
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		fault_sum.succeeded[i] += fault_machine.succeeded[i];
	}
	for (unsigned i = 0; i < REEVE_FAULT_RULES; i++) {
		fault_sum.faults += reeve_fault_acted(&fault_machine.faults, i);
	}
}

void machine_close(void)
{
	struct ledger_view view = machine_view();

	machine_check();
	sum_up();
	faults_load("");
	assert_int_equal(reeve_host_reclaim_all(&fault_machine.host), REEVE_OK);
	assert_int_equal(ledger_delegated(&view), 0);
	assert_int_equal(fault_machine.host.vmids[0], 1);
	machine_check();
	reeve_host_fini(&fault_machine.host);
	assert_int_equal(reeve_host_ledger_counts(&fault_machine.host).pages_held, 0);
	reeve_model_free(fault_machine.model);
	pthread_barrier_destroy(&fault_machine.start);
	pthread_mutex_destroy(&fault_machine.host_lock.mutex);
	for (unsigned i = 0; i < SHARED_REALMS; i++) {
		pthread_mutex_destroy(&fault_machine.shared_locks[i].mutex);
	}
	for (unsigned i = 0; i < THREADS_MAX; i++) {
		pthread_mutex_destroy(&fault_machine.workers[i].own_lock.mutex);
	}
}

void machine_at_once(void *(*work)(void *), uint64_t seed)
{
	struct timespec until = in_seconds(JOIN_S);

	for (unsigned i = 0; i < fault_machine.thread_count; i++) {
		struct worker *worker = &fault_machine.workers[i];

		worker->index = i;
		worker->seed = seed * THREADS_MAX + i + 1;
		assert_int_equal(pthread_create(&worker->thread, NULL, work, worker), 0);
	}
	for (unsigned i = 0; i < fault_machine.thread_count; i++) {
		if (pthread_timedjoin_np(fault_machine.workers[i].thread, NULL, &until) != 0) {
			give_up("a thread did not end");
		}
		if (fault_machine.workers[i].wrong != NULL) {
			print_error("thread %u: %s\n", i, fault_machine.workers[i].wrong);
		}
		assert_null(fault_machine.workers[i].wrong);
	}
}

void worker_begin(struct worker *worker)
{
	reeve_model_use_cpu(worker->index);
	worker->doing = "waiting for the start";
	(void)pthread_barrier_wait(&fault_machine.start);
}

unsigned random_pick(uint64_t *seed, unsigned count)
{
	/* xorshift64. */
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (unsigned)(*seed >> 33) % count;
}
