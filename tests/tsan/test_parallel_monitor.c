/* SPDX-License-Identifier: BSD-2-Clause */
/* test_parallel_monitor.c - several threads in the monitor at once, over granules of their own and over the same ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "reeve/model.h"
#include "reeve/rsi.h"

enum {
	THREADS = 4,
	BASE = REEVE_MODEL_DRAM_BASE,
	SIZE = 8 << 20,
	OWN_ROUNDS = 40,
	VMID_ROUNDS = 300,
	SHARED_CALLS = 30000,
	ENTRIES = 2000,
	HANDOVERS = 20000,
	/* A thread's own granules, behind the shared ones; its two NS pages come first. */
	OWN = 32,
	/* Roles in the shared pool, so that calls succeed often enough. */
	RDS = 0,
	ROOTS = 2,
	TABLES = 4,
	DATAS = 8,
	RECS = 16,
	AUXES = 20,
	POOL = 24,
	PAGES = 8, /* IPAs in use */
};

static const uint64_t page = REEVE_GRANULE_SIZE;

struct machine {
	struct reeve_model *model;
	atomic_uint succeeded[RMI_COMMAND_COUNT];
	atomic_uint broken;
	atomic_int holders; /* of the one VMID */
	pthread_barrier_t start;
	void *(*body)(void *);
};

struct thread {
	struct machine *machine;
	unsigned cpu;
	uint64_t random;
	pthread_t id;
};

/* Without state of its own: what it does next is counted in its X20. */
static void rec_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	static const uint64_t calls[] = {RSI_FID_BASE | RSI_FID_MEASUREMENT_EXTEND,
		RSI_FID_BASE | RSI_FID_IPA_STATE_GET, RSI_FID_BASE | RSI_FID_MEASUREMENT_READ,
		RSI_FID_BASE | RSI_FID_REALM_CONFIG, RSI_FID_BASE | RSI_FID_IPA_STATE_SET};
	uint64_t n = x[20]++ % 7;

	(void)context;
	(void)mpidr;
	(void)pc;
	*trap = (struct reeve_model_trap){.kind = REEVE_MODEL_TRAP_IRQ};
	if (n >= sizeof(calls) / sizeof(calls[0])) {
		return;
	}
	x[0] = calls[n];
	x[1] = n == 0 ? 1 : 0;
	x[2] = n == 0 ? 32 : PAGES * page;
	x[3] = x[20] & 1;
	x[4] = 1;
	*trap = (struct reeve_model_trap){.kind = REEVE_MODEL_TRAP_SYNC, .esr = UINT64_C(0x17) << 26 | 1 << 25};
}

static uint64_t draw(struct thread *thread, uint64_t below)
{
	thread->random ^= thread->random << 13;
	thread->random ^= thread->random >> 7;
	thread->random ^= thread->random << 17;
	return thread->random % below;
}

static uint64_t pool(uint64_t n)
{
	return BASE + n * page;
}

static uint64_t own(const struct thread *thread, unsigned n)
{
	return BASE + (POOL + thread->cpu * OWN + n) * page;
}

static uint64_t own_params(const struct thread *thread)
{
	return own(thread, OWN - 2);
}

static uint64_t own_run(const struct thread *thread)
{
	return own(thread, OWN - 1);
}

/* The status; what must hold of every reply is checked here. */
static uint64_t rmi(struct thread *thread, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, a, b, c, d, e};
	enum rmi_condition condition = reeve_model_smc(thread->machine->model, thread->cpu, x);

	if ((x[0] & 0xFF) >= RMI_STATUS_COUNT || (x[0] == 0) != (condition == CONDITION_NONE)) {
		atomic_fetch_add(&thread->machine->broken, 1);
	}
	if (x[0] == 0) {
		atomic_fetch_add(&thread->machine->succeeded[rmi_command_of_fid(fid)], 1);
	}
	return x[0];
}

#define RMI3(t, name, a, b, c) rmi(t, RMI_FID(name), a, b, c, 0, 0)
#define RMI5(t, name, a, b, c, d, e) rmi(t, RMI_FID(name), a, b, c, d, e)

static void must(struct thread *thread, uint64_t status)
{
	if (status != 0) {
		atomic_fetch_add(&thread->machine->broken, 1);
	}
}

static uint64_t realm_create(struct thread *thread, uint64_t rd, uint64_t root, unsigned vmid)
{
	struct rmi_realm_params *params = reeve_model_ns(thread->machine->model, own_params(thread));

	memset(params, 0, sizeof(*params));
	params->s2sz = 39;
	params->num_bps = 1;
	params->num_wps = 1;
	params->hash_algo = (uint8_t)(vmid & 1);
	params->vmid = (uint16_t)vmid;
	params->rtt_base = root;
	params->rtt_level_start = 1;
	params->rtt_num_start = 1;
	return RMI3(thread, REALM_CREATE, rd, own_params(thread), 0);
}

static uint64_t rec_create(struct thread *thread, uint64_t rd, uint64_t rec, uint64_t aux, uint64_t mpidr)
{
	struct rmi_rec_params *params = reeve_model_ns(thread->machine->model, own_params(thread));

	memset(params, 0, sizeof(*params));
	params->flags = 1;
	params->mpidr = mpidr;
	params->num_aux = 1;
	params->aux[0] = aux;
	return RMI3(thread, REC_CREATE, rd, rec, own_params(thread));
}

/* A whole realm on the thread's own granules: every call must succeed, whatever the others do. */
static void own_life(struct thread *thread)
{
	uint64_t rd = own(thread, 0);
	uint64_t run = own_run(thread);

	for (unsigned i = 0; i < 8; i++) {
		must(thread, RMI3(thread, GRANULE_DELEGATE, own(thread, i), 0, 0));
	}
	must(thread, realm_create(thread, rd, own(thread, 1), 10 + thread->cpu));
	must(thread, RMI5(thread, RTT_CREATE, rd, own(thread, 2), 0, 2, 0));
	must(thread, RMI5(thread, RTT_CREATE, rd, own(thread, 3), 0, 3, 0));
	must(thread, RMI3(thread, RTT_INIT_RIPAS, rd, page, 3 * page));
	must(thread, RMI5(thread, DATA_CREATE, rd, own(thread, 4), 0, run, 1));
	must(thread, rec_create(thread, rd, own(thread, 5), own(thread, 6), 0));
	must(thread, RMI3(thread, REALM_ACTIVATE, rd, 0, 0));
	must(thread, RMI3(thread, DATA_CREATE_UNKNOWN, rd, own(thread, 7), page));
	for (unsigned i = 0; i < 5; i++) {
		memset(reeve_model_ns(thread->machine->model, run), 0, REEVE_GRANULE_SIZE);
		must(thread, RMI3(thread, REC_ENTER, own(thread, 5), run, 0));
	}
	must(thread, RMI3(thread, DATA_DESTROY, rd, 0, 0));
	must(thread, RMI3(thread, DATA_DESTROY, rd, page, 0));
	must(thread, RMI3(thread, RTT_DESTROY, rd, 0, 3));
	must(thread, RMI3(thread, RTT_DESTROY, rd, 0, 2));
	must(thread, RMI3(thread, REC_DESTROY, own(thread, 5), 0, 0));
	must(thread, RMI3(thread, REALM_DESTROY, rd, 0, 0));
	for (unsigned i = 0; i < 8; i++) {
		must(thread, RMI3(thread, GRANULE_UNDELEGATE, own(thread, i), 0, 0));
	}
}

static void *own_lives(void *argument)
{
	for (unsigned i = 0; i < OWN_ROUNDS; i++) {
		own_life(argument);
	}
	return NULL;
}

/* Everybody wants the same VMID: at any time one realm has it. */
static void *one_vmid(void *argument)
{
	struct thread *thread = argument;

	must(thread, RMI3(thread, GRANULE_DELEGATE, own(thread, 0), 0, 0));
	must(thread, RMI3(thread, GRANULE_DELEGATE, own(thread, 1), 0, 0));
	for (unsigned i = 0; i < VMID_ROUNDS; i++) {
		if (realm_create(thread, own(thread, 0), own(thread, 1), 7) != 0) {
			continue;
		}
		if (atomic_fetch_add(&thread->machine->holders, 1) != 0) {
			atomic_fetch_add(&thread->machine->broken, 1);
		}
		atomic_fetch_sub(&thread->machine->holders, 1);
		must(thread, RMI3(thread, REALM_DESTROY, own(thread, 0), 0, 0));
	}
	must(thread, RMI3(thread, GRANULE_UNDELEGATE, own(thread, 0), 0, 0));
	must(thread, RMI3(thread, GRANULE_UNDELEGATE, own(thread, 1), 0, 0));
	return NULL;
}

static void life_call(struct thread *t, uint64_t rd)
{
	switch (draw(t, 16)) {
	case 0:
		realm_create(t, rd, pool(ROOTS + draw(t, 2)), 1 + (unsigned)draw(t, 2));
		return;
	case 1:
		RMI3(t, REALM_DESTROY, rd, 0, 0);
		return;
	case 2:
		RMI3(t, REALM_ACTIVATE, rd, 0, 0);
		return;
	case 3:
	case 4:
	case 5:
	case 6:
		rec_create(t, rd, pool(RECS + draw(t, 4)), pool(AUXES + draw(t, 4)), draw(t, 3));
		return;
	case 7:
		RMI3(t, REC_DESTROY, pool(RECS + draw(t, 4)), 0, 0);
		return;
	case 8:
		RMI3(t, GRANULE_UNDELEGATE, pool(draw(t, POOL)), 0, 0);
		return;
	case 9:
	case 10:
	case 11:
		RMI3(t, GRANULE_DELEGATE, pool(draw(t, POOL)), 0, 0);
		return;
	default:
		RMI3(t, REC_ENTER, pool(RECS + draw(t, 4)), own_run(t), 0);
		return;
	}
}

static void memory_call(struct thread *t, uint64_t rd)
{
	uint64_t ipa = draw(t, PAGES) * page;
	uint64_t data = pool(DATAS + draw(t, 8));
	uint64_t table = pool(TABLES + draw(t, 4));
	uint64_t level = 2 + draw(t, 2);

	switch (draw(t, 10)) {
	case 0:
	case 1:
		RMI5(t, RTT_CREATE, rd, table, 0, level, 0);
		return;
	case 2:
		RMI3(t, RTT_DESTROY, rd, 0, level);
		return;
	case 3:
		RMI3(t, RTT_FOLD, rd, 0, level);
		return;
	case 4:
		RMI3(t, RTT_READ_ENTRY, rd, ipa, 3);
		return;
	case 5:
		RMI3(t, RTT_INIT_RIPAS, rd, ipa, ipa + page);
		return;
	case 6:
		RMI5(t, DATA_CREATE, rd, data, ipa, own_run(t), 1);
		return;
	case 7:
		RMI3(t, DATA_CREATE_UNKNOWN, rd, data, ipa);
		return;
	default:
		RMI3(t, DATA_DESTROY, rd, ipa, 0);
		return;
	}
}

static void *shared_calls(void *argument)
{
	struct thread *thread = argument;

	memset(reeve_model_ns(thread->machine->model, own_run(thread)), 0, REEVE_GRANULE_SIZE);
	for (unsigned i = 0; i < SHARED_CALLS; i++) {
		uint64_t rd = pool(RDS + draw(thread, 2));

		if (draw(thread, 3) == 0) {
			life_call(thread, rd);
		} else {
			memory_call(thread, rd);
		}
	}
	return NULL;
}

/* No thread begins before all are there. */
static void *start(void *argument)
{
	struct thread *thread = argument;

	pthread_barrier_wait(&thread->machine->start);
	return thread->machine->body(thread);
}

/* Every thread runs a REC of one realm, answers its RIPAS requests, and changes the realm's memory meanwhile. */
static void *one_realm(void *argument)
{
	struct thread *thread = argument;
	struct rmi_rec_run *run = reeve_model_ns(thread->machine->model, own_run(thread));
	uint64_t rec = pool(RECS + thread->cpu);

	memset(run, 0, sizeof(*run));
	for (unsigned i = 0; i < ENTRIES; i++) {
		uint64_t ipa = draw(thread, PAGES) * page;

		must(thread, RMI3(thread, REC_ENTER, rec, own_run(thread), 0));
		if (run->exit.exit_reason == RMI_EXIT_RIPAS_CHANGE) {
			RMI5(thread, RTT_SET_RIPAS, pool(RDS), rec, run->exit.ripas_base, run->exit.ripas_top, 0);
		}
		RMI3(thread, DATA_CREATE_UNKNOWN, pool(RDS), pool(DATAS + draw(thread, 8)), ipa);
		RMI3(thread, DATA_DESTROY, pool(RDS), draw(thread, PAGES) * page, 0);
		RMI3(thread, RTT_READ_ENTRY, pool(RDS), ipa, 3);
	}
	return NULL;
}

/* One CPU makes a page and a REC, the next destroys them at once. Each call can only meet the other one's: what it finds is whole. */
static void *make_and_break(void *argument)
{
	struct thread *thread = argument;
	unsigned pair = thread->cpu / 2;

	for (unsigned i = 0; i < HANDOVERS; i++) {
		if (thread->cpu % 2 == 0) {
			RMI3(thread, DATA_CREATE_UNKNOWN, pool(RDS), pool(DATAS + pair), pair * page);
			rec_create(thread, pool(RDS), pool(RECS + pair), pool(AUXES + pair), pair);
		} else {
			RMI3(thread, DATA_DESTROY, pool(RDS), pair * page, 0);
			RMI3(thread, REC_DESTROY, pool(RECS + pair), 0, 0);
		}
	}
	return NULL;
}

static void run_threads(struct machine *machine, void *(*body)(void *))
{
	struct thread threads[THREADS];
	const char *broken_rule;

	machine->body = body;
	assert_int_equal(pthread_barrier_init(&machine->start, NULL, THREADS), 0);

	for (unsigned i = 0; i < THREADS; i++) {
		threads[i] = (struct thread){machine, i, UINT64_C(0x9E3779B97F4A7C15) * (i + 1), 0};
		assert_int_equal(pthread_create(&threads[i].id, NULL, start, &threads[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i].id, NULL), 0);
	}
	assert_int_equal(pthread_barrier_destroy(&machine->start), 0);
	assert_int_equal(atomic_load(&machine->broken), 0);
	broken_rule = reeve_monitor_valid(reeve_model_monitor(machine->model));
	if (broken_rule != NULL) {
		fail_msg("the monitor breaks: %s", broken_rule);
	}
}

/* Granules in `state` among all of memory. */
static unsigned count(struct machine *machine, enum rmi_granule_state state)
{
	unsigned found = 0;

	for (uint64_t pa = BASE; pa < BASE + SIZE; pa += page) {
		struct reeve_granule_info info;

		assert_true(reeve_monitor_granule(reeve_model_monitor(machine->model), reeve_pa(pa), &info));
		found += info.state == state;
	}
	return found;
}

/* Whatever the threads left behind comes back to the host. */
static void take_apart(struct machine *machine)
{
	struct thread one = {machine, 0, 1, 0};

	for (unsigned i = RECS; i < AUXES; i++) {
		RMI3(&one, REC_DESTROY, pool(i), 0, 0);
	}
	for (unsigned i = RDS; i < ROOTS; i++) {
		for (unsigned n = 0; n < PAGES; n++) {
			RMI3(&one, DATA_DESTROY, pool(i), n * page, 0);
		}
		RMI3(&one, RTT_DESTROY, pool(i), 0, 3);
		RMI3(&one, RTT_DESTROY, pool(i), 0, 2);
		RMI3(&one, REALM_DESTROY, pool(i), 0, 0);
	}
	for (unsigned i = 0; i < POOL; i++) {
		RMI3(&one, GRANULE_UNDELEGATE, pool(i), 0, 0);
	}
}

static int open_machine(void **state)
{
	static struct machine machine;
	struct reeve_model_config config = {.regions = {{.base = BASE, .size = SIZE}},
		.region_count = 1,
		.cpu_count = THREADS,
		.rec_aux_count = 1,
		.rec_code = rec_code};

	memset(&machine, 0, sizeof(machine));
	machine.model = reeve_model_new(&config);
	*state = &machine;
	return machine.model == NULL ? -1 : 0;
}

static int close_machine(void **state)
{
	struct machine *machine = *state;

	reeve_model_free(machine->model);
	return 0;
}

static void own_granules(void **state)
{
	run_threads(*state, own_lives);
	assert_int_equal(count(*state, GRANULE_UNDELEGATED), SIZE / REEVE_GRANULE_SIZE);
}

static void same_vmid(void **state)
{
	struct machine *machine = *state;

	run_threads(machine, one_vmid);
	assert_true(atomic_load(&machine->succeeded[RMI_REALM_CREATE]) > 0);
	assert_int_equal(atomic_load(&machine->succeeded[RMI_REALM_CREATE]),
		atomic_load(&machine->succeeded[RMI_REALM_DESTROY]));
	assert_int_equal(count(machine, GRANULE_UNDELEGATED), SIZE / REEVE_GRANULE_SIZE);
}

static void all_succeeded(const struct machine *machine)
{
	static const enum rmi_command tried[] = {RMI_GRANULE_DELEGATE, RMI_GRANULE_UNDELEGATE, RMI_REALM_CREATE,
		RMI_REALM_DESTROY, RMI_REC_CREATE, RMI_REC_DESTROY, RMI_RTT_CREATE, RMI_RTT_DESTROY, RMI_RTT_FOLD,
		RMI_DATA_CREATE_UNKNOWN, RMI_DATA_DESTROY, RMI_RTT_READ_ENTRY, RMI_REALM_ACTIVATE, RMI_REC_ENTER};

	for (size_t i = 0; i < sizeof(tried) / sizeof(tried[0]); i++) {
		const char *never =
			atomic_load(&machine->succeeded[tried[i]]) == 0 ? rmi_command_info(tried[i])->name : "";

		assert_string_equal(never, "");
	}
}

static void shared_granules(void **state)
{
	struct machine *machine = *state;

	run_threads(machine, shared_calls);
	all_succeeded(machine);
	take_apart(machine);
	assert_null(reeve_monitor_valid(reeve_model_monitor(machine->model)));
	assert_int_equal(count(machine, GRANULE_UNDELEGATED), SIZE / REEVE_GRANULE_SIZE);
}

/* The pool delegated, and a realm with tables down to its first pages. */
static void one_realm_create(struct thread *one)
{
	for (unsigned i = 0; i < POOL; i++) {
		must(one, RMI3(one, GRANULE_DELEGATE, pool(i), 0, 0));
	}
	must(one, realm_create(one, pool(RDS), pool(ROOTS), 3));
	must(one, RMI5(one, RTT_CREATE, pool(RDS), pool(TABLES), 0, 2, 0));
	must(one, RMI5(one, RTT_CREATE, pool(RDS), pool(TABLES + 1), 0, 3, 0));
	must(one, RMI3(one, RTT_INIT_RIPAS, pool(RDS), 0, PAGES * page));
}

static void handed_over(void **state)
{
	struct machine *machine = *state;
	struct thread one = {machine, 0, 1, 0};

	one_realm_create(&one);
	run_threads(machine, make_and_break);
	assert_true(atomic_load(&machine->succeeded[RMI_DATA_DESTROY]) > 0);
	assert_true(atomic_load(&machine->succeeded[RMI_REC_DESTROY]) > 0);
	take_apart(machine);
	assert_null(reeve_monitor_valid(reeve_model_monitor(machine->model)));
	assert_int_equal(count(machine, GRANULE_UNDELEGATED), SIZE / REEVE_GRANULE_SIZE);
}

static void running_realm(void **state)
{
	struct machine *machine = *state;
	struct thread one = {machine, 0, 1, 0};

	one_realm_create(&one);
	for (unsigned i = 0; i < THREADS; i++) {
		must(&one, rec_create(&one, pool(RDS), pool(RECS + i), pool(AUXES + i), i));
	}
	must(&one, RMI3(&one, REALM_ACTIVATE, pool(RDS), 0, 0));
	run_threads(machine, one_realm);
	assert_true(atomic_load(&machine->succeeded[RMI_RTT_SET_RIPAS]) > 0);
	assert_true(atomic_load(&machine->succeeded[RMI_DATA_CREATE_UNKNOWN]) > 0);
	take_apart(machine);
	assert_null(reeve_monitor_valid(reeve_model_monitor(machine->model)));
	assert_int_equal(count(machine, GRANULE_UNDELEGATED), SIZE / REEVE_GRANULE_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(own_granules, open_machine, close_machine),
		cmocka_unit_test_setup_teardown(same_vmid, open_machine, close_machine),
		cmocka_unit_test_setup_teardown(shared_granules, open_machine, close_machine),
		cmocka_unit_test_setup_teardown(handed_over, open_machine, close_machine),
		cmocka_unit_test_setup_teardown(running_realm, open_machine, close_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
