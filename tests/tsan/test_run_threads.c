/* SPDX-License-Identifier: BSD-2-Clause */
/* test_run_threads.c - AArch64 code on Unicorn under several threads: realms side by side, and two RECs of one realm. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/host.h"
#include "reeve/model.h"

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE UINT64_C(0x400000)
#define DATA (RAM_BASE + 0x100000)
#define PORT (UINT64_C(1) << 39 | 0x09000000) /* unprotected and nothing there: the host sees what is stored */

enum { THREADS = 2, LIVES = 3, PAGES = 150, ADDITIONS = 300000, WRITES_MAX = 2, PAGE = 4096 };

/* Write each page, read all again and tell the host the sum. X0 pages, X1 and X4 the first, X3 the port. */
static const uint32_t touch_code[] = {
	0xF9000022, /* str x2, [x1] */
	0x91400421, /* add x1, x1, #0x1000 */
	0x91000C42, /* add x2, x2, #3 */
	0xF1000400, /* subs x0, x0, #1 */
	0x54FFFF81, /* b.ne .-16 */
	0xD1400421, /* sub x1, x1, #0x1000 */
	0xF9400022, /* ldr x2, [x1] */
	0x8B0200E7, /* add x7, x7, x2 */
	0xEB04003F, /* cmp x1, x4 */
	0x54FFFF81, /* b.ne .-16 */
	0xF9000067, /* str x7, [x3] */
	0xD2800100, /* mov x0, #8 */
	0xF2B08000, /* movk x0, #0x8400, lsl #16: SYSTEM_OFF */
	0xD4000003, /* smc #0 */
};

/* Tell the host one's MPIDR, add 1 to the word at X1 X0 times, and at the end to the one at X4. Who is first there switches its CPU off,
 * who is second tells the host the word at X1 and switches the realm off. */
static const uint32_t count_code[] = {
	0xD53800A2, /* mrs x2, mpidr_el1 */
	0xF9000062, /* str x2, [x3] */
	0xF8250026, /* ldadd x5, x6, [x1] */
	0xF1000400, /* subs x0, x0, #1 */
	0x54FFFFC1, /* b.ne .-8 */
	0xF8250086, /* ldadd x5, x6, [x4] */
	0xB40000A6, /* cbz x6, .+20 */
	0xF9400022, /* ldr x2, [x1] */
	0xF9000062, /* str x2, [x3] */
	0xD2800100, /* mov x0, #8 */
	0x14000002, /* b .+8 */
	0xD2800040, /* mov x0, #2 */
	0xF2B08000, /* movk x0, #0x8400, lsl #16: SYSTEM_OFF or CPU_OFF */
	0xD4000003, /* smc #0 */
};

struct machine {
	struct reeve_model *model;
	struct reeve_host_ops ops;
	struct reeve_host host;
	pthread_mutex_t lock;
	pthread_barrier_t start;
};

/* A thread, the REC it runs, and what the REC told. */
struct worker {
	pthread_t thread;
	struct machine *machine;
	unsigned cpu;
	struct reeve_realm realm;
	struct reeve_rec rec;
	enum reeve_status status;
	enum reeve_exit_reason end;
	uint64_t writes[WRITES_MAX];
	unsigned write_count;
	unsigned wrong;
};

static int setup(void **state)
{
	static struct machine machine;
	struct reeve_host_config config = {.ops = &machine.ops, .lock = &machine.lock};
	struct reeve_error error;

	machine.model = reeve_model_new(&(struct reeve_model_config){.cpu_count = THREADS});
	assert_non_null(machine.model);
	reeve_model_host_ops(machine.model, &machine.ops);
	config.context = machine.model;
	pthread_mutex_init(&machine.lock, NULL);
	pthread_barrier_init(&machine.start, NULL, THREADS);
	assert_int_equal(reeve_host_init(&machine.host, &config, &error), REEVE_OK);
	*state = &machine;
	return 0;
}

static int teardown(void **state)
{
	struct machine *machine = *state;

	assert_null(reeve_monitor_valid(reeve_model_monitor(machine->model)));
	reeve_host_fini(&machine->host);
	assert_int_equal(reeve_host_ledger_counts(&machine->host).pages_held, 0);
	reeve_model_free(machine->model);
	pthread_barrier_destroy(&machine->start);
	pthread_mutex_destroy(&machine->lock);
	return 0;
}

static void at_once(struct machine *machine, struct worker workers[THREADS], void *(*work)(void *))
{
	for (unsigned i = 0; i < THREADS; i++) {
		workers[i].machine = machine;
		workers[i].cpu = i;
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
		assert_int_equal(workers[i].status, REEVE_OK);
		assert_int_equal(workers[i].wrong, 0);
	}
}

/* Run the worker's REC until it or its realm is off. */
static void run_rec(struct worker *worker)
{
	struct reeve_exit exit = {0};

	do {
		worker->status = reeve_rec_run(&worker->rec, &exit);
		if (worker->status == REEVE_OK && exit.reason == REEVE_EXIT_MMIO_WRITE) {
			worker->wrong += exit.mmio.ipa.value != PORT || worker->write_count == WRITES_MAX;
			worker->writes[worker->write_count++ % WRITES_MAX] = exit.mmio.value;
		}
	} while (worker->status == REEVE_OK &&
		(exit.reason == REEVE_EXIT_MMIO_WRITE || exit.reason == REEVE_EXIT_INTERRUPTED));
	worker->end = exit.reason;
}

static enum reeve_status build(struct reeve_realm *realm, const uint32_t *code, size_t size)
{
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};
	enum reeve_status status = reeve_realm_add_ram(realm, ram);

	return status != REEVE_OK ? status : reeve_realm_populate(realm, reeve_ipa(RAM_BASE), code, size, true);
}

static enum reeve_status build_touching(struct worker *worker)
{
	struct reeve_rec_config rec = {.pc = RAM_BASE, .gprs = {PAGES, DATA, 0, PORT, DATA}, .runnable = true};
	enum reeve_status status = build(&worker->realm, touch_code, sizeof(touch_code));

	status = status != REEVE_OK ? status : reeve_rec_create(&worker->realm, &rec, &worker->rec);
	return status != REEVE_OK ? status : reeve_realm_activate(&worker->realm);
}

static void *live(void *context)
{
	struct worker *worker = context;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	reeve_model_use_cpu(worker->cpu);
	reeve_realm_init(&worker->realm, &worker->machine->host, &lock);
	(void)pthread_barrier_wait(&worker->machine->start);
	for (unsigned i = 0; i < LIVES && worker->status == REEVE_OK; i++) {
		worker->write_count = 0;
		worker->status = build_touching(worker);
		if (worker->status == REEVE_OK) {
			run_rec(worker);
		}
		worker->wrong += worker->end != REEVE_EXIT_SYSTEM_OFF || worker->write_count != 1 ||
			worker->writes[0] != 3 * PAGES * (PAGES - 1) / 2;
		if (worker->status == REEVE_OK) {
			worker->status = reeve_realm_destroy(&worker->realm);
		}
	}
	pthread_mutex_destroy(&lock);
	return NULL;
}

/* Realms are built, run, fault their memory in and are taken apart, each on its own thread. */
static void realms_side_by_side(void **state)
{
	struct worker workers[THREADS] = {0};

	at_once(*state, workers, live);
}

static void *run(void *context)
{
	struct worker *worker = context;

	reeve_model_use_cpu(worker->cpu);
	(void)pthread_barrier_wait(&worker->machine->start);
	run_rec(worker);
	return NULL;
}

/* RECs of one realm fault on the same pages and add to the same word at once: nothing is lost, and each has its own MPIDR. */
static void two_recs_of_one_realm(void **state)
{
	struct machine *machine = *state;
	struct worker workers[THREADS] = {0};
	struct reeve_rec_config config = {
		.pc = RAM_BASE, .gprs = {ADDITIONS, DATA, 0, PORT, DATA + PAGE, 1}, .runnable = true};
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	struct reeve_realm realm;
	unsigned last;

	reeve_realm_init(&realm, &machine->host, &lock);
	assert_int_equal(build(&realm, count_code, sizeof(count_code)), REEVE_OK);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(reeve_rec_create(&realm, &config, &workers[i].rec), REEVE_OK);
	}
	assert_int_equal(reeve_realm_activate(&realm), REEVE_OK);
	at_once(machine, workers, run);
	last = workers[0].end == REEVE_EXIT_SYSTEM_OFF ? 0 : 1;
	assert_int_equal(workers[last].end, REEVE_EXIT_SYSTEM_OFF);
	assert_int_equal(workers[1 - last].end, REEVE_EXIT_CPU_OFF);
	assert_int_equal(workers[last].write_count, 2);
	assert_int_equal(workers[last].writes[1], THREADS * ADDITIONS);
	assert_int_equal(workers[1 - last].write_count, 1);
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(workers[i].writes[0], UINT64_C(1) << 31 | i);
	}
	assert_int_equal(reeve_realm_destroy(&realm), REEVE_OK);
	pthread_mutex_destroy(&lock);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(realms_side_by_side, setup, teardown),
		cmocka_unit_test_setup_teardown(two_recs_of_one_realm, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
