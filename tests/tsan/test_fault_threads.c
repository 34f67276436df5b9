/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_threads.c - two to eight threads on the same and on different realms while calls and allocations fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/tsan/support/fault_machine.h"

enum {
	DELAY_MAX_US = 500,
	RUNS_MAX = 100,  /* of a REC, until somebody gives up */
	STEPS = 40,      /* random calls of a thread */
	LIVES = 3,       /* of a thread's own realm */
	ROUNDS = 12,     /* creations by all at once */
	RULES = 8,       /* of a plan */
	PLAN_MAX = 2048, /* bytes of its text */
};

/* ---- one creation by all at once ---- */

static void *create(void *context)
{
	struct worker *worker = context;

	worker_begin(worker);
	worker->doing = "reeve_realm_ensure_created";
	worker->status = reeve_realm_ensure_created(&fault_machine.shared[0]);
	worker->doing = "nothing more";
	return NULL;
}

/* H1: a creation that fails is that of one thread, each that succeeds is that of all who come after it. */
static void test_created_once(void **state)
{
	const char *const plans[] = {"", "refuse REALM_CREATE times=1 status=ERROR_INPUT",
		"refuse REALM_CREATE times=2 status=ERROR_REALM", "refuse REC_AUX_COUNT times=1 status=ERROR_INPUT",
		"refuse alloc times=1", "refuse alloc nth=3 times=2"};

	(void)state;
	machine_open(THREADS_MAX, 0);
	for (unsigned round = 0; round < ROUNDS; round++) {
		unsigned failed = 0;

		fault_machine.thread_count = 2 + round % (THREADS_MAX - 1);
		pthread_barrier_destroy(&fault_machine.start);
		pthread_barrier_init(&fault_machine.start, NULL, fault_machine.thread_count);
		faults_load(plans[round % (sizeof(plans) / sizeof(plans[0]))]);
		machine_at_once(create, round);
		for (unsigned i = 0; i < fault_machine.thread_count; i++) {
			failed += fault_machine.workers[i].status != REEVE_OK;
		}
		assert_int_equal(failed, reeve_fault_acted(&fault_machine.faults, 0));
		assert_int_equal(machine_realms(), failed < fault_machine.thread_count);
		assert_int_equal(reeve_realm_state(&fault_machine.shared[0]),
			failed < fault_machine.thread_count ? REEVE_REALM_NEW : REEVE_REALM_NONE);
		machine_check();
		faults_load("");
		assert_int_equal(reeve_realm_destroy(&fault_machine.shared[0]), REEVE_OK);
	}
	machine_close();
	memset(&fault_sum, 0, sizeof(fault_sum));
}

/* ---- plans ---- */

/* Statuses that say nothing was done, and nothing was: then ledger and monitor agree whatever happens. And calls that take their time, so that
 * others come between. */
static void load_random(uint64_t seed)
{
	static const char *const calls[] = {"alloc", "GRANULE_DELEGATE", "GRANULE_UNDELEGATE", "REALM_CREATE",
		"REC_AUX_COUNT", "RTT_INIT_RIPAS", "RTT_CREATE", "RTT_DESTROY", "RTT_FOLD", "DATA_CREATE",
		"DATA_CREATE_UNKNOWN", "DATA_DESTROY", "REC_CREATE", "REC_DESTROY", "REC_ENTER", "RTT_SET_RIPAS",
		"REALM_ACTIVATE", "REALM_DESTROY"};
	static const char *const statuses[] = {
		"ERROR_INPUT", "ERROR_REALM", "ERROR_REC", "ERROR_RTT(2)", "ERROR_RTT(3)", "BUSY"};
	char text[PLAN_MAX];
	size_t at = 0;

	for (unsigned i = 0; i < RULES; i++) {
		unsigned call = random_pick(&seed, sizeof(calls) / sizeof(calls[0]));
		unsigned nth = 1 + random_pick(&seed, call <= 2 ? 300 : 30);
		unsigned times = 1 + random_pick(&seed, 3);

		bool is_slow = call != 0 && random_pick(&seed, 4) == 0;

		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %s nth=%u times=%u",
			is_slow ? "delay" : "refuse", calls[call], nth, times);
		if (is_slow) {
			at += (size_t)snprintf(
				text + at, sizeof(text) - at, " us=%u", random_pick(&seed, DELAY_MAX_US));
		} else if (call != 0) {
			at += (size_t)snprintf(text + at, sizeof(text) - at, " status=%s",
				statuses[random_pick(&seed, sizeof(statuses) / sizeof(statuses[0]))]);
		}
		at += (size_t)snprintf(text + at, sizeof(text) - at, "\n");
	}
	faults_load(text);
}

/* ---- lives ---- */

/* Until it is off, or somebody else's doing ends it, or faults went on for too long. */
static enum reeve_status run(struct worker *worker, struct reeve_rec *rec)
{
	struct reeve_exit exit = {0};
	enum reeve_status status = REEVE_OK;

	worker->doing = "reeve_rec_run";
	for (unsigned i = 0; i < RUNS_MAX && status != REEVE_STATE && status != REEVE_BROKEN; i++) {
		status = reeve_rec_run(rec, &exit);
		if (status == REEVE_OK && (exit.reason == REEVE_EXIT_SYSTEM_OFF || exit.reason == REEVE_EXIT_CPU_OFF)) {
			return status;
		}
	}
	return status;
}

static enum reeve_status populate(struct worker *worker, struct reeve_realm *realm)
{
	static const uint8_t content[3 * 4096] = {1, 2, 3};

	worker->doing = "reeve_realm_populate";
	return reeve_realm_populate(realm, reeve_ipa(RAM_BASE), content, sizeof(content), true);
}

static enum reeve_status add_ram(struct worker *worker, struct reeve_realm *realm)
{
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};

	worker->doing = "reeve_realm_add_ram";
	return reeve_realm_add_ram(realm, ram);
}

static enum reeve_status rec_create(struct worker *worker, struct reeve_realm *realm, struct reeve_rec *rec)
{
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};

	worker->doing = "reeve_rec_create";
	return reeve_rec_create(realm, &config, rec);
}

static struct reeve_ipa_range pages_at(uint64_t first, uint64_t count)
{
	uint64_t base = RAM_BASE + first * UINT64_C(4096);

	return (struct reeve_ipa_range){{base}, {base + count * UINT64_C(4096)}};
}

/* What was refused is asked again, some times: most faults pass. */
static enum reeve_status insist(struct worker *worker,
	enum reeve_status (*call)(struct worker *worker, struct reeve_realm *realm), struct reeve_realm *realm)
{
	enum reeve_status status = REEVE_BUSY;

	for (unsigned i = 0; i < 4 && status != REEVE_OK && status != REEVE_BROKEN; i++) {
		status = call(worker, realm);
	}
	return status;
}

static enum reeve_status own_rec(struct worker *worker, struct reeve_realm *realm)
{
	return rec_create(worker, realm, &worker->recs[0]);
}

static enum reeve_status activate(struct worker *worker, struct reeve_realm *realm)
{
	worker->doing = "reeve_realm_activate";
	return reeve_realm_activate(realm);
}

static enum reeve_status destroy(struct worker *worker, struct reeve_realm *realm)
{
	worker->doing = "reeve_realm_destroy";
	return reeve_realm_destroy(realm);
}

static void *live(void *context)
{
	struct worker *worker = context;
	struct reeve_realm *own = &worker->own;

	worker_begin(worker);
	for (unsigned i = 0; i < LIVES && reeve_realm_state(own) == REEVE_REALM_NONE; i++) {
		if (insist(worker, add_ram, own) == REEVE_OK && insist(worker, own_rec, own) == REEVE_OK &&
			insist(worker, populate, own) == REEVE_OK && insist(worker, activate, own) == REEVE_OK) {
			(void)run(worker, &worker->recs[0]);
			worker->doing = "reeve_realm_discard";
			worker->status = reeve_realm_discard(own, pages_at(0, 2));
		}
		worker->status = insist(worker, destroy, own);
		if (worker->status != REEVE_OK && worker->status != REEVE_LEAKED &&
			reeve_realm_state(own) == REEVE_REALM_NONE) {
			worker->wrong = "a realm is gone though its destruction failed";
		}
	}
	worker->doing = "nothing more";
	return NULL;
}

/* Threads did something, and were hindered, since this was asked last. */
static void expect_done(unsigned realms, unsigned entries, unsigned faults)
{
	assert_true(fault_sum.succeeded[RMI_REALM_CREATE] > realms);
	assert_true(fault_sum.succeeded[RMI_REALM_DESTROY] > realms / 2);
	assert_true(fault_sum.succeeded[RMI_REC_ENTER] > entries);
	assert_true(fault_sum.succeeded[RMI_RTT_SET_RIPAS] > entries / 10);
	assert_true(fault_sum.succeeded[RMI_DATA_CREATE] > realms);
	assert_true(fault_sum.faults > faults);
	memset(&fault_sum, 0, sizeof(fault_sum));
}

/* Realms of their own, one a thread. */
static void test_different_realms(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 2 * (THREADS_MAX - 1); seed++) {
		machine_open(2 + (unsigned)seed % (THREADS_MAX - 1), seed % 2 == 0 ? 16384 : 4096);
		load_random(seed * UINT64_C(0x9E3779B97F4A7C15));
		machine_at_once(live, seed);
		machine_close();
	}
	expect_done(100, 1000, 50);
}

static enum reeve_status run_shared(struct worker *worker, struct reeve_rec *rec)
{
	enum reeve_status status;

	status = run(worker, rec);
	if (reeve_rec_error(rec).status >= REEVE_STATUS_COUNT) {
		worker->wrong = "a REC's cause is half-written";
	}
	return status;
}

/* One call on a realm that others use as well; what it returns depends on them. */
static void some_call(struct worker *worker, unsigned realm_index)
{
	struct reeve_realm *realm = &fault_machine.shared[realm_index];
	struct reeve_rec *rec = &worker->recs[realm_index];
	struct reeve_error error;
	enum reeve_status status = REEVE_OK;

	switch (random_pick(&worker->seed, 12)) {
	case 0:
		worker->doing = "reeve_realm_ensure_created";
		status = reeve_realm_ensure_created(realm);
		break;
	case 1:
		status = add_ram(worker, realm);
		break;
	case 2:
		status = populate(worker, realm);
		break;
	case 3:
		worker->doing = "reeve_realm_provide";
		status = reeve_realm_provide(realm, pages_at(random_pick(&worker->seed, 64), 8));
		break;
	case 4:
		worker->doing = "reeve_realm_discard";
		status = reeve_realm_discard(realm, pages_at(random_pick(&worker->seed, 64), 8));
		break;
	case 5:
	case 6:
		status = rec_create(worker, realm, rec);
		break;
	case 7:
		status = activate(worker, realm);
		break;
	case 8:
		status = random_pick(&worker->seed, 4) == 0 ? destroy(worker, realm) : REEVE_OK;
		break;
	default:
		status = run_shared(worker, rec);
		break;
	}
	if (status == REEVE_INTERNAL) {
		worker->wrong = "a fault of the library's own";
	}
	error = reeve_realm_error(realm);
	if (error.status >= REEVE_STATUS_COUNT) {
		worker->wrong = "a cause is half-written";
	}
}

static void *mix(void *context)
{
	struct worker *worker = context;

	worker_begin(worker);
	for (unsigned i = 0; i < STEPS; i++) {
		some_call(worker, random_pick(&worker->seed, SHARED_REALMS));
	}
	worker->doing = "nothing more";
	return NULL;
}

/* Two realms, all threads on both, each with a REC of its own in each. */
static void test_same_realms(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 42; seed++) {
		machine_open(2 + (unsigned)seed % (THREADS_MAX - 1), seed % 2 == 0 ? 65536 : 4096);
		load_random(seed * UINT64_C(0xBF58476D1CE4E5B9));
		machine_at_once(mix, seed);
		machine_close();
	}
	expect_done(100, 200, 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_created_once),
		cmocka_unit_test(test_different_realms),
		cmocka_unit_test(test_same_realms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
