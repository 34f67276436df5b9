/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_count.c - threads behind one plan: of all their calls as many are refused as it says, and realms are counted once. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/fault.h"

enum { THREADS = 4, ROUNDS = 20000, REALMS_EACH = 3 };

/* Answers, and touches nothing that threads share. */
static void succeed(void *context, uint64_t x[18])
{
	(void)context;
	x[0] = RMI_SUCCESS;
}

static bool give(void *context, size_t size, struct reeve_pa *pa)
{
	(void)context;
	*pa = reeve_pa(size);
	return true;
}

struct caller {
	pthread_t thread;
	pthread_barrier_t *start;
	struct reeve_fault *fault;
	unsigned number;
	unsigned refused;
	unsigned starved;
};

static uint64_t call(struct caller *caller, uint64_t fid, uint64_t x1, uint64_t x2)
{
	uint64_t x[REEVE_FAULT_REGISTERS] = {fid, x1, x2};

	reeve_fault_smc(caller->fault, x);
	return x[0];
}

static void *count(void *argument)
{
	struct caller *caller = argument;

	(void)pthread_barrier_wait(caller->start);
	for (unsigned i = 0; i < ROUNDS; i++) {
		struct reeve_pa pa;

		caller->refused += call(caller, RMI_FID(FEATURES), 0, 0) != RMI_SUCCESS;
		caller->starved += !reeve_fault_pages_alloc(caller->fault, REEVE_GRANULE_SIZE, &pa);
	}
	return NULL;
}

/* Realms and RECs of its own, of which the last realm stays. */
static void *live(void *argument)
{
	struct caller *caller = argument;
	uint64_t rd = UINT64_C(0x1000) * (1 + caller->number);
	uint64_t rec = rd << 16;

	(void)pthread_barrier_wait(caller->start);
	for (unsigned i = 1; i <= REALMS_EACH; i++) {
		(void)call(caller, RMI_FID(REALM_CREATE), rd, 0);
		(void)call(caller, RMI_FID(REC_CREATE), rd, rec);
		for (unsigned n = 0; n < ROUNDS / 10; n++) {
			reeve_fault_phase(caller->fault, n % 2 == 0 ? "even" : NULL);
			(void)call(caller, RMI_FID(REC_ENTER), rec, 0);
		}
		if (i < REALMS_EACH) {
			(void)call(caller, RMI_FID(REC_DESTROY), rec, 0);
			(void)call(caller, RMI_FID(REALM_DESTROY), rd, 0);
		}
	}
	return NULL;
}

static void run_threads(struct caller *callers, void *(*body)(void *))
{
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, THREADS), 0);
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].start = &start;
		callers[i].number = i;
		assert_int_equal(pthread_create(&callers[i].thread, NULL, body, &callers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(callers[i].thread, NULL), 0);
	}
	(void)pthread_barrier_destroy(&start);
}

static void open_fault(struct reeve_fault *fault, struct caller *callers, const char *text)
{
	const struct reeve_fault_config config = {.smc = succeed, .pages_alloc = give};
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	reeve_fault_init(fault, &config);
	assert_true(reeve_fault_plan_parse(text, strlen(text), &plan, &error));
	assert_true(reeve_fault_load(fault, &plan, &error));
	for (unsigned i = 0; i < THREADS; i++) {
		callers[i].fault = fault;
	}
}

static void calls_are_counted_once(void **state)
{
	struct reeve_fault fault;
	struct caller callers[THREADS] = {0};
	unsigned refused = 0;
	unsigned starved = 0;

	(void)state;
	open_fault(
		&fault, callers, "refuse FEATURES nth=3001 times=60000 status=BUSY; refuse alloc nth=11 times=70000");
	run_threads(callers, count);
	for (unsigned i = 0; i < THREADS; i++) {
		refused += callers[i].refused;
		starved += callers[i].starved;
	}
	assert_int_equal(refused, 60000);
	assert_int_equal(starved, 70000);
	assert_int_equal(reeve_fault_acted(&fault, 0), 60000);
	assert_int_equal(reeve_fault_acted(&fault, 1), 70000);
}

/* Each realm has a number of its own, and each REC its realm's. */
static void realms_are_counted_once(void **state)
{
	struct reeve_fault fault;
	struct caller callers[THREADS] = {0};
	struct reeve_fault_plan plan = {
		.rules = {{.command = REEVE_FAULT_ANY, .times = UINT64_MAX, .status = RMI_V2_BUSY}}, .count = 1};
	struct reeve_fault_error error;
	unsigned found = 0;

	(void)state;
	open_fault(&fault, callers, "alter FEATURES phase=odd value=1");
	run_threads(callers, live);
	for (unsigned realm = 1; realm <= THREADS * REALMS_EACH + 1; realm++) {
		plan.rules[0].realm = realm;
		assert_true(reeve_fault_load(&fault, &plan, &error));
		for (unsigned i = 0; i < THREADS; i++) {
			uint64_t rd = UINT64_C(0x1000) * (1 + i);
			bool is_rd = call(&callers[i], RMI_FID(REALM_ACTIVATE), rd, 0) != RMI_SUCCESS;

			found += is_rd;
			assert_int_equal(call(&callers[i], RMI_FID(REC_ENTER), rd << 16, 0) != RMI_SUCCESS, is_rd);
		}
	}
	assert_int_equal(found, THREADS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_are_counted_once),
		cmocka_unit_test(realms_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
