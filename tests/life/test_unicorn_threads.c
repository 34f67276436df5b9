/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unicorn_threads.c - RECs on threads of their own: kicks, turns, and pages that go while code runs. */
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "machine/model/unicorn_turn.h"
#include "tests/life/support/unicorn_bench.h"

/* A thread that runs a REC of its own. */
struct runner {
	pthread_t thread;
	struct bench *bench;
	unsigned cpu;
	struct rec_cpu rec;
	struct rec_trap trap;
	atomic_bool done;
};

static void *runner_main(void *context)
{
	struct runner *runner = context;

	model_unicorn.run(runner->bench->cpus, runner->cpu, &runner->rec, &runner->trap);
	atomic_store(&runner->done, true);
	return NULL;
}

static void runner_start(struct runner *runner, struct bench *bench, unsigned cpu)
{
	runner->bench = bench;
	runner->cpu = cpu;
	atomic_store(&runner->done, false);
	assert_int_equal(pthread_create(&runner->thread, NULL, runner_main, runner), 0);
}

static void runner_join(struct runner *runner)
{
	assert_int_equal(pthread_join(runner->thread, NULL), 0);
}

enum { COUNT_OFFSET = 0x800 }; /* behind the vectors */

/* Code that counts for ever and reads DATA each time. */
static void counts_for_ever(struct bench *bench, struct runner *runner)
{
	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */, 0xF9000022 /* str x2, [x1] */, 0xF9400003 /* ldr x3, [x0] */,
		0x17FFFFFD /* b .-12 */);
	runner->rec.gprs[0] = DATA;
	runner->rec.gprs[1] = VECTORS + COUNT_OFFSET;
}

/* Wait until the count is no more what it is now: at most ten seconds. */
static void await_count(struct bench *bench)
{
	uint64_t at = bench->vectors_pa + COUNT_OFFSET;
	uint64_t count = bench_load(bench, at);

	for (unsigned ms = 0; ms < 10000 && bench_load(bench, at) == count; ms++) {
		usleep(1000);
	}
	assert_int_not_equal(bench_load(bench, at), count);
}

static void kicks_a_realm_that_spins(void **state)
{
	struct bench *bench = *state;
	struct runner runner = {.rec = bench_rec(bench, 1)};

	counts_for_ever(bench, &runner);
	runner_start(&runner, bench, 2);
	await_count(bench);
	assert_false(atomic_load(&runner.done));
	model_unicorn.kick(bench->cpus, 2);
	runner_join(&runner);
	assert_int_equal(runner.trap.kind, REC_TRAP_IRQ);
	assert_true(runner.rec.gprs[2] > 0);
	assert_in_range(runner.rec.pc, CODE, CODE + 12);
	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */);
	model_unicorn.kick(bench->cpus, 0); /* before it runs: at once */
	bench->rec.gprs[2] = 9;
	bench_run(bench);
	assert_int_equal(bench->trap.kind, REC_TRAP_IRQ);
	assert_int_equal(bench->rec.gprs[2], 9);
	assert_int_equal(bench->rec.pc, CODE);
}

static void loses_a_page_while_it_runs(void **state)
{
	struct bench *bench = *state;
	struct runner runner = {.rec = bench_rec(bench, 1)};

	counts_for_ever(bench, &runner);
	runner_start(&runner, bench, 1);
	await_count(bench);
	/* Invalidated but still mapped: it goes on. */
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(DATA), WORLD_PAGE);
	await_count(bench);
	assert_false(atomic_load(&runner.done));
	OK(bench->world, DATA_DESTROY, bench->realm.rd, DATA);
	model_unicorn.invalidate(bench->cpus, &bench->stage2, reeve_ipa(DATA), WORLD_PAGE);
	runner_join(&runner);
	assert_int_equal(runner.trap.esr, ESR(EC_DATA, ISV | SAS(3) | SRT(3) | SF | FSC_TRANSLATION_L3));
	assert_int_equal(runner.trap.hpfar, HPFAR(DATA));
	assert_int_equal(runner.rec.pc, CODE + 8);
}

enum { ROUNDS = 300000 };

/* Two RECs on two threads increment one word; with the turn no increment is lost. */
static void takes_turns(void **state)
{
	struct bench *bench = *state;
	struct runner runners[2];

	CODE_IS(bench, 0xC85F7C22 /* ldxr x2, [x1] */, 0x91000442 /* add x2, x2, #1 */,
		0xC8047C22 /* stxr w4, x2, [x1] */, 0x35FFFFA4 /* cbnz w4, .-12 */, 0xF8250023 /* ldadd x5, x3, [x1] */,
		0xF1000400 /* subs x0, x0, #1 */, 0x54FFFF41 /* b.ne .-24 */);
	for (unsigned i = 0; i < 2; i++) {
		runners[i] = (struct runner){.rec = bench_rec(bench, 1 + i)};
		runners[i].rec.gprs[0] = ROUNDS;
		runners[i].rec.gprs[1] = DATA;
		runners[i].rec.gprs[5] = 1;
		runner_start(&runners[i], bench, i);
	}
	for (unsigned i = 0; i < 2; i++) {
		runner_join(&runners[i]);
		assert_int_equal(runners[i].trap.esr, ESR(EC_SMC, 0));
		assert_int_equal(runners[i].rec.gprs[0], 0);
	}
	assert_int_equal(bench_load(bench, bench->data_pa), 2 * 2 * ROUNDS);
}

/* One REC spins until the other, which starts later, writes the word: nobody starves. */
static void lets_the_other_run(void **state)
{
	struct bench *bench = *state;
	struct runner waiter = {.rec = bench_rec(bench, 1)};

	CODE_IS(bench, 0xF9400022 /* ldr x2, [x1] */, 0xB4FFFFE2 /* cbz x2, .-4 */, SMC_IMM(1),
		0xF9000023 /* str x3, [x1] */, SMC_IMM(2));
	waiter.rec.gprs[1] = DATA;
	runner_start(&waiter, bench, 1);
	usleep(10000);
	bench->rec = bench_rec(bench, 2);
	bench->rec.pc = CODE + 12;
	bench->rec.gprs[1] = DATA;
	bench->rec.gprs[3] = 1;
	SMC_AT(bench, 2, CODE + 16);
	runner_join(&waiter);
	assert_int_equal(waiter.trap.esr, ESR(EC_SMC, 1));
}

enum { BACK_COUNT = 2, FRONT_COUNT = TURN_FRONT_MAX + 2, TAKER_COUNT = BACK_COUNT + FRONT_COUNT };

/* Who got the turn, in order: written by its holder. */
struct takers {
	struct turn turn;
	enum turn_queue order[TAKER_COUNT];
	unsigned count;
};

struct taker {
	pthread_t thread;
	struct takers *takers;
	enum turn_queue queue;
};

static void *taker_main(void *context)
{
	struct taker *taker = context;
	struct takers *takers = taker->takers;

	turn_take(&takers->turn, taker->queue);
	takers->order[takers->count++] = taker->queue;
	turn_give(&takers->turn);
	return NULL;
}

/* The front goes before the back that came earlier, but not for ever. */
static void serves_the_front_first(void **state)
{
	struct takers takers = {.count = 0};
	struct taker all[TAKER_COUNT];

	(void)state;
	turn_open(&takers.turn);
	turn_take(&takers.turn, TURN_FRONT);
	for (unsigned i = 0; i < TAKER_COUNT; i++) {
		all[i] = (struct taker){.takers = &takers, .queue = i < BACK_COUNT ? TURN_BACK : TURN_FRONT};
		assert_int_equal(pthread_create(&all[i].thread, NULL, taker_main, &all[i]), 0);
	}
	while (turn_waiting(&takers.turn, TURN_BACK) + turn_waiting(&takers.turn, TURN_FRONT) < TAKER_COUNT) {
		usleep(100);
	}
	assert_int_equal(takers.count, 0);
	turn_give(&takers.turn);
	for (unsigned i = 0; i < TAKER_COUNT; i++) {
		assert_int_equal(pthread_join(all[i].thread, NULL), 0);
	}
	assert_int_equal(takers.count, TAKER_COUNT);
	for (unsigned i = 0; i < TAKER_COUNT; i++) {
		bool is_back = i == TURN_FRONT_MAX || i == TAKER_COUNT - 1;

		assert_int_equal(takers.order[i], is_back ? TURN_BACK : TURN_FRONT);
	}
	turn_close(&takers.turn);
}

/* A REC's engine moves with it from thread to thread, and starts anew once it was destroyed. */
static void follows_its_rec(void **state)
{
	struct bench *bench = *state;
	struct runner runner;

	CODE_IS(bench, 0x91000442 /* add x2, x2, #1 */, SMC_IMM(1), 0x91000442 /* add x2, x2, #1 */);
	SMC_AT(bench, 1, CODE + 4);
	runner = (struct runner){.rec = bench->rec};
	runner.rec.pc += 4;
	runner_start(&runner, bench, 3);
	runner_join(&runner);
	assert_int_equal(runner.trap.esr, ESR(EC_SMC, 0));
	assert_int_equal(runner.rec.gprs[2], 2);
	model_unicorn.rec_destroy(bench->cpus, reeve_pa(1));
	model_unicorn.rec_destroy(bench->cpus, reeve_pa(1)); /* never entered since: nothing */
	bench->rec = bench_rec(bench, 1);
	SMC_AT(bench, 1, CODE + 4);
	assert_int_equal(bench->rec.gprs[2], 1);
	model_unicorn.stage2_destroy(bench->cpus, &bench->stage2);
	bench->rec = bench_rec(bench, 1);
	SMC_AT(bench, 1, CODE + 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, bench_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(kicks_a_realm_that_spins),
		TEST(loses_a_page_while_it_runs),
		TEST(takes_turns),
		TEST(lets_the_other_run),
		cmocka_unit_test(serves_the_front_first),
		TEST(follows_its_rec),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
