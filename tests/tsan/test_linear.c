/* SPDX-License-Identifier: BSD-2-Clause */
/* test_linear.c - what several CPUs' calls answer and leave behind is what some order of these calls, one at a time, does.
 *
 * A history is two or three CPUs with two or three calls each on one small pool of granules. It runs many times from the same
 * state; each outcome (status words, results, conditions, every byte of the granules and of their words) is looked for among the orders that keep
 * each CPU's own and put no call before one that had ended when it began. RMI_REC_ENTER is more than one step: others may come
 * in wherever its REC runs. One REC only is entered, so that these steps nest; operand pages stay the host's, for a call
 * reads its operand before it holds what it names, and that is a step of its own.
 * LINEAR_SEED=0x… repeats one history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "monitor/spin.h"
#include "tests/tsan/support/small_machine.h"

enum {
	CPUS_MAX = 3,
	CALLS_MAX = 3,
	HISTORIES = 500,
	HISTORIES_MAX = 20 * HISTORIES, /* where other work leaves the threads one processor to share */
	REPEATS = 3,
	REPEATS_OF_ONE = 2000,
	MEETINGS = 150,   /* of each kind */
	EARLIER_MAX = 24, /* random calls before the history */
	THEME_COMMANDS = 7,
	POINTS_MAX = 256,
	SPINS_MAX = 64,
	ORDERS_MAX = 100000
};

struct result {
	uint64_t x[1 + RMI_RESULT_MAX];
	enum rmi_condition condition;
	uint64_t began; /* on a clock that counts beginnings and ends */
	uint64_t ended;
};

struct history {
	uint64_t seed; /* 0: it was not drawn */
	unsigned cpus;
	unsigned calls; /* of each CPU */
	struct play_call call[CPUS_MAX][CALLS_MAX];
	struct result seen[CPUS_MAX][CALLS_MAX];
	struct small_state start;
	struct small_state end;
};

/* One order under way, by a list of which option was taken at each point where there were several. */
struct replay {
	unsigned option[POINTS_MAX];
	unsigned option_count[POINTS_MAX];
	unsigned known; /* points whose option is given */
	unsigned point;
	unsigned begun[CPUS_MAX];
	unsigned ended[CPUS_MAX];
	bool differs;
	uint64_t orders;
};

struct linear {
	struct small_machine machine;
	struct history h;
	struct replay r;
	struct small_state now;
	_Atomic uint64_t clock;
	_Atomic unsigned ready;
	bool stop;
	uint64_t round;
	pthread_barrier_t begin;
	pthread_barrier_t end;
	unsigned succeeded[RMI_COMMAND_COUNT]; /* of the random calls before histories */
	unsigned overlapped;                   /* outcomes for which the first order tried was not it */
};

struct cpu {
	struct linear *l;
	unsigned number;
	pthread_t thread;
};

static _Thread_local struct play delays;

/* Another CPU's chance: half of the time nothing, else a few pauses or the rest of a time slice. */
static void wait_randomly(void *context)
{
	uint64_t n = play_draw(&delays, 64);

	(void)context;
	if (n == 0) {
		sched_yield();
	} else if (n < 32) {
		for (uint64_t i = play_draw(&delays, SPINS_MAX); i > 0; i--) {
			cpu_relax();
		}
	}
}

static enum rmi_condition carry_out(
	struct linear *l, unsigned cpu, const struct play_call *call, uint64_t out[1 + RMI_RESULT_MAX])
{
	uint64_t x[REEVE_SMC_REGISTERS] = {0};
	enum rmi_condition condition;

	memcpy(x, call->x, sizeof(call->x));
	condition = reeve_monitor_smc(l->machine.monitor, cpu, x);
	memcpy(out, x, (1 + RMI_RESULT_MAX) * sizeof(x[0]));
	return condition;
}

/* The calls of one CPU. The clock orders all CPUs: the test is about what they answer, not about races. */
static void run_calls(struct linear *l, unsigned cpu)
{
	for (unsigned i = 0; i < l->h.calls; i++) {
		struct result *seen = &l->h.seen[cpu][i];

		wait_randomly(NULL);
		seen->began = atomic_fetch_add(&l->clock, 1);
		seen->condition = carry_out(l, cpu, &l->h.call[cpu][i], seen->x);
		seen->ended = atomic_fetch_add(&l->clock, 1);
	}
}

/* The barrier wakes one after another. */
static void wait_for_others(struct linear *l)
{
	atomic_fetch_add(&l->ready, 1);
	for (unsigned i = 0; atomic_load(&l->ready) < l->h.cpus; i++) {
		i % SPINS_MAX == 0 ? (void)sched_yield() : cpu_relax();
	}
}

static void *cpu_main(void *argument)
{
	const struct cpu *cpu = argument;
	struct linear *l = cpu->l;

	for (;;) {
		pthread_barrier_wait(&l->begin);
		if (l->stop) {
			return NULL;
		}
		delays.random = play_seed(l->round, cpu->number);
		if (cpu->number < l->h.cpus) {
			wait_for_others(l);
			run_calls(l, cpu->number);
		}
		pthread_barrier_wait(&l->end);
	}
}

/* Once, all at the same time, from the start. */
static void run_together(struct linear *l)
{
	small_restore(&l->machine, &l->h.start);
	l->machine.wait = wait_randomly;
	l->machine.inside = NULL;
	l->round++;
	atomic_store(&l->ready, 0);
	atomic_store(&l->clock, 0);
	pthread_barrier_wait(&l->begin);
	pthread_barrier_wait(&l->end);
	small_save(&l->machine, &l->h.end);
}

/* The call of `cpu` that is next or, while its REC runs, under way; NULL when it has made all. */
static const struct result *current(const struct linear *l, unsigned cpu)
{
	return l->r.ended[cpu] < l->h.calls ? &l->h.seen[cpu][l->r.ended[cpu]] : NULL;
}

/* True when the next call of `cpu` may be the next of all: none that is not over had ended before it began. */
static bool may_begin(const struct linear *l, unsigned cpu)
{
	if (l->r.begun[cpu] != l->r.ended[cpu] || l->r.begun[cpu] == l->h.calls) {
		return false;
	}
	for (unsigned other = 0; other < l->h.cpus; other++) {
		const struct result *now = current(l, other);

		if (other != cpu && now != NULL && now->ended < current(l, cpu)->began) {
			return false;
		}
	}
	return true;
}

/* Which CPU goes on, `running` being one that may (CPUS_MAX: none); those whose calls ended first are tried first.
 * CPUS_MAX: all are done. */
static unsigned choose(struct linear *l, unsigned running)
{
	struct replay *r = &l->r;
	unsigned cpus[CPUS_MAX];
	unsigned count = 0;

	for (unsigned cpu = 0; cpu < l->h.cpus; cpu++) {
		unsigned at = count;

		if (cpu != running && !may_begin(l, cpu)) {
			continue;
		}
		for (; at > 0 && current(l, cpus[at - 1])->ended > current(l, cpu)->ended; at--) {
			cpus[at] = cpus[at - 1];
		}
		cpus[at] = cpu;
		count++;
	}
	if (count == 0) {
		return CPUS_MAX;
	}
	assert_true(r->point < POINTS_MAX);
	if (r->point >= r->known) {
		r->option[r->point] = 0;
	}
	r->option_count[r->point] = count;
	return cpus[r->option[r->point++]];
}

static void replay_call(struct linear *l, unsigned cpu)
{
	struct replay *r = &l->r;
	unsigned i = r->begun[cpu]++;
	const struct result *seen = &l->h.seen[cpu][i];
	uint64_t x[1 + RMI_RESULT_MAX];
	enum rmi_condition condition = carry_out(l, cpu, &l->h.call[cpu][i], x);

	r->ended[cpu]++;
	r->differs |= condition != seen->condition || memcmp(x, seen->x, sizeof(x)) != 0;
}

/* While the REC of `running` runs: any of the others' calls, then on. */
static void replay_inside(void *context, unsigned running)
{
	struct linear *l = context;

	while (!l->r.differs) {
		unsigned cpu = choose(l, running);

		if (cpu == running) {
			return;
		}
		replay_call(l, cpu);
	}
}

/* The order that the options give. True when all is as it was seen. */
static bool replay_order(struct linear *l)
{
	struct replay *r = &l->r;

	small_restore(&l->machine, &l->h.start);
	memset(r->begun, 0, sizeof(r->begun));
	memset(r->ended, 0, sizeof(r->ended));
	r->point = 0;
	r->differs = false;
	r->orders++;
	while (!r->differs) {
		unsigned cpu = choose(l, CPUS_MAX);

		if (cpu == CPUS_MAX) {
			break;
		}
		replay_call(l, cpu);
	}
	if (r->differs) {
		return false;
	}
	small_save(&l->machine, &l->now);
	return memcmp(&l->now, &l->h.end, sizeof(l->now)) == 0;
}

/* True when there is an order. What comes after a difference is never tried. */
static bool has_order(struct linear *l)
{
	struct replay *r = &l->r;

	memset(r, 0, sizeof(*r));
	l->machine.wait = NULL;
	l->machine.context = l;
	l->machine.inside = replay_inside;
	while (!replay_order(l)) {
		while (r->point > 0 && r->option[r->point - 1] + 1 == r->option_count[r->point - 1]) {
			r->point--;
		}
		if (r->point == 0 || r->orders == ORDERS_MAX) {
			return false;
		}
		r->option[r->point - 1]++;
		r->known = r->point;
	}
	l->overlapped += r->orders > 1;
	return true;
}

static void explain(const struct linear *l)
{
	print_error("no order of these calls answers as they did, or leaves the granules as they did:\n");
	for (unsigned cpu = 0; cpu < l->h.cpus; cpu++) {
		for (unsigned i = 0; i < l->h.calls; i++) {
			const struct result *seen = &l->h.seen[cpu][i];
			char text[PLAY_TEXT_MAX];

			play_text(&l->h.call[cpu][i], text);
			print_error("  cpu%u [%2" PRIu64 ",%2" PRIu64 "] %s = 0x%" PRIx64 " %s, 0x%" PRIx64
				    " 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 "\n",
				cpu, seen->began, seen->ended, text, seen->x[0], rmi_condition_name(seen->condition),
				seen->x[1], seen->x[2], seen->x[3], seen->x[4]);
		}
	}
	print_error("%" PRIu64 " orders tried\n", l->r.orders);
	if (l->h.seed != 0) {
		print_error("again: LINEAR_SEED=0x%" PRIx64 " tests/tsan/test_linear\n", l->h.seed);
	}
}

static void must_have_order(struct linear *l)
{
	assert_null(reeve_monitor_valid(l->machine.monitor));
	if (!has_order(l)) {
		explain(l);
		fail();
	}
}

/* All UNDELEGATED, and nobody else there. */
static void start_empty(struct linear *l)
{
	memset(&l->h.start, 0, sizeof(l->h.start));
	small_restore(&l->machine, &l->h.start);
	l->machine.wait = NULL;
	l->machine.inside = NULL;
}

static bool sequential(struct linear *l, const struct play_call *call)
{
	uint64_t x[1 + RMI_RESULT_MAX];

	play_operand_write(call, small_bytes(&l->machine, small_page(SMALL_PAGES - 1)));
	return carry_out(l, 0, call, x) == CONDITION_NONE;
}

/* A realm somewhere in its life, and a few calls more. */
static void draw_start(struct linear *l, struct play *play)
{
	struct play_call life[PLAY_LIFE_MAX];
	unsigned count = play_life(SMALL_BASE, 1, play_draw(play, 12), small_page(SMALL_PAGES - 1), life);
	bool has_tables = true;

	start_empty(l);
	if (play_draw(play, 2) == 0) {
		count = PLAY_GRANULES + (unsigned)play_draw(play, PLAY_LIFE_MAX - PLAY_GRANULES);
		has_tables = play_draw(play, 2) == 0;
	}
	for (unsigned i = 0; i < count; i++) {
		if (has_tables || life[i].command != RMI_RTT_CREATE) {
			sequential(l, &life[i]);
		}
	}
	/* A request of its REC may be pending: refused calls where there is no REC. */
	for (uint64_t i = play_draw(play, 3); i > 0; i--) {
		sequential(l,
			&(struct play_call){
				RMI_REC_ENTER, {RMI_FID(REC_ENTER), play->one_rec, small_page(SMALL_PAGES - 1)}, {0}});
	}
	for (uint64_t i = play_draw(play, EARLIER_MAX); i > 0; i--) {
		struct play_call call = play_call(play, small_page(SMALL_PAGES - 1));

		l->succeeded[call.command] += sequential(l, &call);
	}
	assert_null(reeve_monitor_valid(l->machine.monitor));
}

/* Few different commands, so that they meet. */
static void draw_calls(struct linear *l, struct play *play)
{
	bool in_theme[RMI_COMMAND_COUNT] = {false};

	for (unsigned i = 0; i < THEME_COMMANDS; i++) {
		in_theme[play_call(play, 0).command] = true;
	}
	l->h.cpus = 2 + (unsigned)play_draw(play, CPUS_MAX - 1);
	l->h.calls = 2 + (unsigned)play_draw(play, CALLS_MAX - 1);
	for (unsigned n = 0; n < l->h.cpus * l->h.calls; n++) {
		struct play_call *call = &l->h.call[n / l->h.calls][n % l->h.calls];

		do {
			*call = play_call(play, small_page(n));
		} while (!in_theme[call->command]);
		play_operand_write(call, small_bytes(&l->machine, small_page(n)));
	}
}

/* Every run of the history has an order. */
static void history(struct linear *l, uint64_t seed, unsigned repeats)
{
	struct play play = {
		.random = seed,
		.pools = {SMALL_BASE},
		.pool_count = 1,
		.outside = small_page(SMALL_PAGES + 1), /* one beyond it is outside as well */
		.one_rec = SMALL_BASE + PLAY_RECS * REEVE_GRANULE_SIZE,
		.ripas_top = 8 * REEVE_GRANULE_SIZE,
	};

	l->h.seed = seed;
	l->round = seed;
	draw_start(l, &play);
	draw_calls(l, &play);
	small_save(&l->machine, &l->h.start);
	for (unsigned i = 0; i < repeats; i++) {
		run_together(l);
		must_have_order(l);
	}
}

static void some_order(void **state)
{
	struct linear *l = *state;
	const char *one = getenv("LINEAR_SEED");

	if (one != NULL) {
		history(l, strtoull(one, NULL, 0), REPEATS_OF_ONE);
		return;
	}
	for (unsigned i = 0; i < HISTORIES || (i < HISTORIES_MAX && l->overlapped == 0); i++) {
		history(l, play_seed(1, i), REPEATS);
	}
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		assert_string_equal(l->succeeded[i] == 0 ? rmi_command_info((enum rmi_command)i)->name : "", "");
	}
	/* Otherwise nothing happened at the same time, and the test says nothing. */
	assert_true(l->overlapped > 0);
}

/* Granules of the pool, by role. */
#define POOL(n) (SMALL_BASE + (uint64_t)(n)*REEVE_GRANULE_SIZE)
#define TO(command, ...) \
	{ \
		RMI_##command, {RMI_FID(command), __VA_ARGS__}, \
		{ \
			.root = POOL(PLAY_ROOTS), .aux = {POOL(PLAY_AUX), POOL(PLAY_AUX + 1)}, .flags = 1, .vmid = 1 \
		} \
	}

/* A call that changes several granules, and two by which another CPU looks at some of these. `until`: the calls of play_life before. */
static const struct meeting {
	unsigned until;
	struct play_call changes;
	struct play_call looks[2];
} meetings[] = {
	{PLAY_GRANULES, TO(REALM_CREATE, POOL(PLAY_RDS), SMALL_OPERAND),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_ROOTS)), TO(REC_AUX_COUNT, POOL(PLAY_RDS))}},
	{PLAY_GRANULES + 1, TO(REALM_DESTROY, POOL(PLAY_RDS)),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_ROOTS)), TO(GRANULE_UNDELEGATE, POOL(PLAY_ROOTS + 3))}},
	{PLAY_GRANULES + 1, TO(REALM_DESTROY, POOL(PLAY_RDS)),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_ROOTS)), TO(GRANULE_UNDELEGATE, POOL(PLAY_RDS))}},
	{PLAY_LIFE_REC, TO(REC_CREATE, POOL(PLAY_RDS), POOL(PLAY_RECS), SMALL_OPERAND),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_AUX)), TO(REC_DESTROY, POOL(PLAY_RECS))}},
	{PLAY_LIFE_REC + 1, TO(REC_DESTROY, POOL(PLAY_RECS)),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_AUX)), TO(REALM_DESTROY, POOL(PLAY_RDS))}},
	{PLAY_LIFE_REC + 1, TO(REC_DESTROY, POOL(PLAY_RECS)),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_AUX)), TO(GRANULE_UNDELEGATE, POOL(PLAY_RECS))}},
	{PLAY_LIFE_REC + 1, TO(REC_DESTROY, POOL(PLAY_RECS)),
		{TO(GRANULE_UNDELEGATE, POOL(PLAY_AUX)), TO(GRANULE_UNDELEGATE, POOL(PLAY_AUX + 1))}},
};

static void meet(struct linear *l, const struct meeting *meeting)
{
	struct play_call life[PLAY_LIFE_MAX];
	unsigned succeeded = 0;

	play_life(SMALL_BASE, 1, 0, small_page(SMALL_PAGES - 1), life);
	start_empty(l);
	for (unsigned i = 0; i < meeting->until; i++) {
		/* Without tables the realm can be destroyed once its REC is. */
		if (life[i].command != RMI_RTT_CREATE) {
			sequential(l, &life[i]);
		}
	}
	play_operand_write(&meeting->changes, small_bytes(&l->machine, SMALL_OPERAND));
	small_save(&l->machine, &l->h.start);
	l->h.cpus = 2;
	l->h.calls = 2;
	l->h.call[0][0] = meeting->changes;
	l->h.call[0][1] = (struct play_call)TO(VERSION, 0x10000);
	memcpy(l->h.call[1], meeting->looks, sizeof(meeting->looks));
	for (unsigned i = 0; i < MEETINGS; i++) {
		run_together(l);
		succeeded += l->h.seen[0][0].condition == CONDITION_NONE;
		must_have_order(l);
	}
	assert_true(succeeded > 0);
}

/* One granule changed and the other not yet is no order. */
static void all_or_nothing(void **state)
{
	for (size_t i = 0; i < sizeof(meetings) / sizeof(meetings[0]); i++) {
		meet(*state, &meetings[i]);
	}
}

static struct cpu cpus[CPUS_MAX];

static int linear_open(void **state)
{
	struct linear *l = aligned_alloc(
		REEVE_GRANULE_SIZE, reeve_align_down(sizeof(*l) + REEVE_GRANULE_SIZE - 1, REEVE_GRANULE_SIZE));

	if (l == NULL) {
		return -1;
	}
	memset(l, 0, sizeof(*l));
	*state = l;
	if (!small_machine_open(&l->machine) || pthread_barrier_init(&l->begin, NULL, CPUS_MAX + 1) != 0 ||
		pthread_barrier_init(&l->end, NULL, CPUS_MAX + 1) != 0) {
		return -1;
	}
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		cpus[i] = (struct cpu){l, i, 0};
		if (pthread_create(&cpus[i].thread, NULL, cpu_main, &cpus[i]) != 0) {
			return -1;
		}
	}
	return 0;
}

static int linear_close(void **state)
{
	struct linear *l = *state;

	l->stop = true;
	pthread_barrier_wait(&l->begin);
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		pthread_join(cpus[i].thread, NULL);
	}
	pthread_barrier_destroy(&l->begin);
	pthread_barrier_destroy(&l->end);
	small_machine_close(&l->machine);
	free(l);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(all_or_nothing, linear_open, linear_close),
		cmocka_unit_test_setup_teardown(some_order, linear_open, linear_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
