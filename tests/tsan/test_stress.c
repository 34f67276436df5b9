/* SPDX-License-Identifier: BSD-2-Clause */
/* test_stress.c - two to eight CPUs, random calls on one pool that all share and on one of their own, RECs entered by anybody.
 *
 * Afterwards nobody runs and nothing is locked, the monitor is valid, what was delegated and not given back is what is not
 * UNDELEGATED, and all of it can be taken apart. A call that does not come back ends the process with its name.
 * STRESS_SEED=0x… STRESS_CPUS=n repeats the calls of each CPU; when they meet is up to the machine. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "monitor/rec.h"
#include "reeve/model.h"
#include "tests/tsan/support/play.h"

enum {
	CPUS_MAX = 8,
	CALLS = 120000, /* of all CPUs together */
	BASE = REEVE_MODEL_DRAM_BASE,
	GRANULES = PLAY_GRANULES * (CPUS_MAX + 1) + CPUS_MAX + 8,
	STUCK_S = 60,
	SEED = 1
};

struct stress;

struct cpu {
	struct stress *stress;
	unsigned number;
	pthread_t thread;
	struct play play;
	uint64_t page; /* where its operands lie */
	int64_t delegated;
	/* For who watches it; `call` is written before `begun`. */
	struct play_call call;
	_Atomic uint64_t begun;
	_Atomic uint64_t ended;
};

struct stress {
	struct reeve_model *model;
	unsigned cpu_count;
	uint64_t seed;
	struct cpu cpus[CPUS_MAX];
	pthread_barrier_t start;
	atomic_bool is_over;
	atomic_uint succeeded[RMI_COMMAND_COUNT];
	atomic_uint ill_formed;
};

static uint64_t pool(unsigned n)
{
	return BASE + (uint64_t)n * PLAY_GRANULES * REEVE_GRANULE_SIZE;
}

static void rec_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	(void)context;
	(void)mpidr;
	(void)pc;
	*trap = (struct reeve_model_trap){.kind = REEVE_MODEL_TRAP_IRQ};
	if (play_rec(x, false)) {
		*trap = (struct reeve_model_trap){
			.kind = REEVE_MODEL_TRAP_SYNC, .esr = FIELD_SET(0, ESR_EC, ESR_CLASS_SMC64)};
	}
}

/* How to have these calls again. */
static void say_again(const struct stress *s)
{
	print_error("again: STRESS_SEED=0x%" PRIx64 " STRESS_CPUS=%u tests/tsan/test_stress\n", s->seed, s->cpu_count);
}

static void count(struct cpu *cpu, enum rmi_condition condition, uint64_t word)
{
	struct stress *s = cpu->stress;

	if ((word & 0xFF) >= RMI_STATUS_COUNT || (word == 0) != (condition == CONDITION_NONE)) {
		atomic_fetch_add_explicit(&s->ill_formed, 1, memory_order_relaxed);
	}
	if (condition == CONDITION_NONE) {
		atomic_fetch_add_explicit(&s->succeeded[cpu->call.command], 1, memory_order_relaxed);
		cpu->delegated += cpu->call.command == RMI_GRANULE_DELEGATE;
		cpu->delegated -= cpu->call.command == RMI_GRANULE_UNDELEGATE;
	}
}

/* What a REC asked for is what SET_RIPAS will name. */
static void remember(struct cpu *cpu)
{
	const struct rmi_rec_run *run = reeve_model_ns(cpu->stress->model, cpu->page);

	if (run->exit.exit_reason == RMI_EXIT_RIPAS_CHANGE) {
		cpu->play.ripas_base = run->exit.ripas_base;
		cpu->play.ripas_top = run->exit.ripas_top;
	}
}

static void carry_out(struct cpu *cpu)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {0};
	enum rmi_condition condition;

	play_operand_write(&cpu->call, reeve_model_ns(cpu->stress->model, cpu->page));
	memcpy(x, cpu->call.x, sizeof(cpu->call.x));
	atomic_store_explicit(&cpu->begun, cpu->begun + 1, memory_order_release);
	condition = reeve_model_smc(cpu->stress->model, cpu->number, x);
	atomic_store_explicit(&cpu->ended, cpu->ended + 1, memory_order_release);
	count(cpu, condition, x[0]);
	if (cpu->call.command == RMI_REC_ENTER && condition == CONDITION_NONE) {
		remember(cpu);
	}
}

static void *random_calls(void *argument)
{
	struct cpu *cpu = argument;

	pthread_barrier_wait(&cpu->stress->start);
	for (unsigned i = 0; i < CALLS / cpu->stress->cpu_count; i++) {
		cpu->call = play_call(&cpu->play, cpu->page);
		carry_out(cpu);
	}
	return NULL;
}

struct watched {
	uint64_t begun;
	unsigned same_s; /* seconds in this very call */
};

static void look(const struct cpu *cpu, struct watched *watched)
{
	uint64_t begun = atomic_load_explicit(&cpu->begun, memory_order_acquire);
	bool is_same = begun == watched->begun && begun != atomic_load(&cpu->ended);
	char text[PLAY_TEXT_MAX];

	watched->begun = begun;
	watched->same_s = is_same ? watched->same_s + 1 : 0;
	if (watched->same_s < STUCK_S) {
		return;
	}
	play_text(&cpu->call, text);
	print_error("cpu%u has been in %s for %u s\n", cpu->number, text, watched->same_s);
	say_again(cpu->stress);
	abort();
}

/* Ends the process when a CPU has been in one call for STUCK_S seconds: a lock that nobody gives back would hold us for ever. */
static void *watch(void *argument)
{
	struct stress *s = argument;
	struct watched watched[CPUS_MAX] = {{0}};

	for (unsigned tick = 1; !atomic_load(&s->is_over); tick++) {
		nanosleep(&(struct timespec){.tv_nsec = 100 * 1000 * 1000}, NULL);
		for (unsigned i = 0; i < s->cpu_count && tick % 10 == 0; i++) {
			look(&s->cpus[i], &watched[i]);
		}
	}
	return NULL;
}

/* A realm that lives on each pool. */
static void begin(struct stress *s)
{
	struct cpu *one = &s->cpus[0];
	struct play_call life[PLAY_LIFE_MAX];

	for (unsigned n = 0; n <= s->cpu_count; n++) {
		unsigned calls = play_life(pool(n), play_vmid(pool(n)), n, one->page, life);

		for (unsigned i = 0; i < calls; i++) {
			one->call = life[i];
			carry_out(one);
		}
	}
	assert_int_equal(s->succeeded[RMI_REALM_ACTIVATE], s->cpu_count + 1);
}

static void all_at_once(struct stress *s)
{
	assert_int_equal(pthread_barrier_init(&s->start, NULL, s->cpu_count), 0);
	for (unsigned i = 0; i < s->cpu_count; i++) {
		assert_int_equal(pthread_create(&s->cpus[i].thread, NULL, random_calls, &s->cpus[i]), 0);
	}
	for (unsigned i = 0; i < s->cpu_count; i++) {
		assert_int_equal(pthread_join(s->cpus[i].thread, NULL), 0);
	}
	assert_int_equal(pthread_barrier_destroy(&s->start), 0);
}

/* What is wrong with a granule now that nobody is in the monitor, or NULL; the machine must say the same of it. */
static const char *granule_wrong(const struct stress *s, struct granule_index g)
{
	const struct reeve_monitor *m = reeve_model_monitor(s->model);
	uint64_t word = granule_word_read(&m->granules, g);
	struct reeve_model_granule known;

	if (FIELD_GET(word, GRANULE_WORD_LOCK) != 0) {
		return "is locked";
	}
	if (granule_word_state(word) >= GRANULE_STATE_COUNT) {
		return "is in no state";
	}
	if (granule_word_state(word) == GRANULE_REC && rec_at(m, g)->state != REC_READY) {
		return "is a REC that runs";
	}
	if (!reeve_model_granule(s->model, granule_pa(&m->granules, g).value, &known) ||
		known.state != granule_word_state(word)) {
		return "is not what the machine thinks";
	}
	return NULL;
}

/* Granules by state, all of them; any that is wrong is named. */
static bool states_count(const struct stress *s, unsigned states[GRANULE_STATE_COUNT])
{
	const struct reeve_monitor *m = reeve_model_monitor(s->model);
	bool good = true;

	memset(states, 0, GRANULE_STATE_COUNT * sizeof(states[0]));
	for (unsigned i = 0; i < GRANULES; i++) {
		struct granule_index g = {i};
		const char *wrong = granule_wrong(s, g);

		if (wrong != NULL) {
			print_error("granule 0x%" PRIx64 " %s\n", granule_pa(&m->granules, g).value, wrong);
			good = false;
			continue;
		}
		states[granule_state(&m->granules, g)]++;
	}
	return good;
}

/* Nobody runs, all is valid, and no granule has come or gone. */
static bool is_conserved(const struct stress *s)
{
	const char *broken = reeve_monitor_valid(reeve_model_monitor(s->model));
	unsigned states[GRANULE_STATE_COUNT];
	unsigned sum = 0;
	int64_t delegated = 0;

	if (broken != NULL) {
		print_error("%s\n", broken);
	}
	if (!states_count(s, states) || broken != NULL) {
		return false;
	}
	for (unsigned i = 0; i < GRANULE_STATE_COUNT; i++) {
		sum += states[i];
	}
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		delegated += s->cpus[i].delegated;
	}
	if (sum != GRANULES || delegated != GRANULES - (int64_t)states[GRANULE_UNDELEGATED]) {
		print_error("%u granules in a state, %u UNDELEGATED, %" PRId64 " delegated and not given back, of %d\n",
			sum, states[GRANULE_UNDELEGATED], delegated, GRANULES);
		return false;
	}
	return true;
}

/* Twice: a granule of one pool may be in use by a realm of the next. */
static bool take_apart(struct stress *s)
{
	struct cpu *one = &s->cpus[0];
	unsigned states[GRANULE_STATE_COUNT];

	for (unsigned n = 0; n < 2 * (s->cpu_count + 1); n++) {
		for (unsigned i = 0; play_end(pool(n % (s->cpu_count + 1)), i, &one->call); i++) {
			carry_out(one);
		}
	}
	if (!states_count(s, states) || states[GRANULE_UNDELEGATED] != GRANULES) {
		print_error("%u granules are not UNDELEGATED after all\n", GRANULES - states[GRANULE_UNDELEGATED]);
		return false;
	}
	return true;
}

static unsigned ever_succeeded[RMI_COMMAND_COUNT];

static void stress(unsigned cpu_count, uint64_t seed)
{
	static struct stress s;
	struct reeve_model_config config = {
		.regions = {{.base = BASE, .size = (uint64_t)GRANULES * REEVE_GRANULE_SIZE}},
		.region_count = 1,
		.cpu_count = CPUS_MAX,
		.rec_aux_count = PLAY_REC_AUX,
		.lenient = cpu_count % 2 != 0,
		.rec_code = rec_code};
	pthread_t watcher;
	bool good;

	memset(&s, 0, sizeof(s));
	s.cpu_count = cpu_count;
	s.seed = seed;
	s.model = reeve_model_new(&config);
	assert_non_null(s.model);
	for (unsigned i = 0; i < CPUS_MAX; i++) {
		s.cpus[i].stress = &s;
		s.cpus[i].number = i;
		s.cpus[i].page = pool(CPUS_MAX + 1) + (uint64_t)i * REEVE_GRANULE_SIZE;
		s.cpus[i].play = (struct play){.random = play_seed(seed, i),
			.pools = {pool(0), pool(1 + i)},
			.pool_count = 2,
			.outside = BASE + (uint64_t)(GRANULES + 1) * REEVE_GRANULE_SIZE};
	}
	assert_int_equal(pthread_create(&watcher, NULL, watch, &s), 0);
	begin(&s);
	all_at_once(&s);
	good = is_conserved(&s) && take_apart(&s) && s.ill_formed == 0;
	atomic_store(&s.is_over, true);
	assert_int_equal(pthread_join(watcher, NULL), 0);
	if (!good) {
		say_again(&s);
	}
	assert_true(good);
	assert_true(is_conserved(&s));
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		ever_succeeded[i] += s.succeeded[i];
	}
	reeve_model_free(s.model);
}

/* Of the test's own, or of who wants a run again. */
static uint64_t seed_of(unsigned cpu_count)
{
	const char *seed = getenv("STRESS_SEED");
	const char *cpus = getenv("STRESS_CPUS");

	if (cpus != NULL && strtoul(cpus, NULL, 0) != cpu_count) {
		return 0;
	}
	return seed != NULL ? strtoull(seed, NULL, 0) : SEED;
}

static void cpus_of(unsigned cpu_count)
{
	uint64_t seed = seed_of(cpu_count);

	if (seed != 0) {
		stress(cpu_count, seed);
	}
}

static void two_cpus(void **state)
{
	(void)state;
	cpus_of(2);
}

static void three_cpus(void **state)
{
	(void)state;
	cpus_of(3);
}

static void five_cpus(void **state)
{
	(void)state;
	cpus_of(5);
}

static void eight_cpus(void **state)
{
	(void)state;
	cpus_of(8);
}

/* Else the four say less than they seem to. */
static void every_command(void **state)
{
	(void)state;
	for (unsigned i = 0; i < RMI_COMMAND_COUNT && getenv("STRESS_CPUS") == NULL; i++) {
		assert_string_equal(ever_succeeded[i] == 0 ? rmi_command_info((enum rmi_command)i)->name : "", "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_cpus),
		cmocka_unit_test(three_cpus),
		cmocka_unit_test(five_cpus),
		cmocka_unit_test(eight_cpus),
		cmocka_unit_test(every_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
