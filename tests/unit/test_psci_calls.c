/* SPDX-License-Identifier: BSD-2-Clause */
/* test_psci_calls.c - PSCI for realms with two RECs, and RMI_PSCI_COMPLETE (sections 6 and 10). */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { ENTRY_POINT = 0x8000, CONTEXT = 0x77 };

struct pair {
	struct realm realm;
	struct rec *first;  /* runnable, MPIDR 0 */
	struct rec *second; /* MPIDR 1 */
};

static void pair_new(struct world *w, struct pair *pair, bool second_runs)
{
	realm_new(w, &pair->realm, 32);
	realm_tables(w, &pair->realm, 0, 3);
	realm_ram(w, &pair->realm, 0, WORLD_2M);
	pair->first = realm_rec(w, &pair->realm, true);
	pair->second = realm_rec(w, &pair->realm, second_runs);
	realm_activate(w, &pair->realm);
}

static uint64_t status_of(int status)
{
	return (uint64_t)(int64_t)status;
}

/* SMC32 calls return 32 bits: a negative code may stand in W0 or be sign-extended over X0. */
static bool is_status(uint64_t x, int status)
{
	return (uint32_t)x == (uint32_t)status && (x >> 32 == 0 || x == status_of(status));
}

#define IS(x, status) assert_true(is_status((x)[0], PSCI_STATUS_##status))

/* A PSCI exit: gprs[0] the FID; [1..3] the arguments, of which TF-RMM leaves some zero (section 9). `told` must be there. */
static void psci_exit(struct world *w, const struct rec *rec, uint64_t fid, const uint64_t args[3], unsigned told)
{
	struct rmi_rec_exit want = {.exit_reason = RMI_EXIT_PSCI, .gprs[0] = fid};
	const struct rmi_rec_exit *exit;

	script_clear(w);
	script_smc(w, fid, args[0], args[1], args[2], 0x44);
	exit = ENTER(w, rec);
	for (unsigned i = 0; i < 3; i++) {
		want.gprs[i + 1] = i >= told && exit->gprs[i + 1] == 0 ? 0 : args[i];
	}
	exit_is(HERE, exit, &want);
}

/* A call without arguments shows its number: X1..X3 are the realm's own (section 10). */
static void calls_without_arguments(void **state)
{
	static const uint64_t fids[] = {PSCI_FID32_CPU_OFF, PSCI_FID32_SYSTEM_OFF, PSCI_FID32_SYSTEM_RESET};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(fids) / sizeof(fids[0]); i++) {
		struct pair pair;

		pair_new(w, &pair, true);
		script_clear(w);
		script_smc(w, fids[i], 0x11, 0x22, 0x33, 0x44);
		EXIT_IS(ENTER(w, pair.first), .exit_reason = RMI_EXIT_PSCI, .gprs[0] = fids[i]);
	}
}

static const uint64_t *resume(struct world *w, const struct rec *rec)
{
	script_clear(w);
	ENTER(w, rec);
	return w->seen[0].x;
}

static void version_and_features(void **state)
{
	static const uint64_t there[] = {0x84000001, 0xC4000001, 0x84000002, 0x84000003, 0xC4000003, 0x84000004,
		0xC4000004, 0x84000008, 0x84000009, 0x8400000A, 0x80000000};
	static const uint64_t absent[] = {0x84000005, 0x84000006, 0x84000007, 0xC4000002, 0xC4000008, 0xC400000A,
		0x8400000B, 0xC4000150, 0xC4000190, 0};
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, false);
	assert_int_equal(SMC(w, p.first, PSCI_FID32_VERSION, 0, 0, 0, 0)[0], PSCI_VERSION_1_1);
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++) {
		assert_int_equal(SMC(w, p.first, PSCI_FID32_FEATURES, there[i], 0, 0, 0)[0], 0);
	}
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++) {
		IS(SMC(w, p.first, PSCI_FID32_FEATURES, absent[i], 0, 0, 0), NOT_SUPPORTED);
		if (absent[i] != 0 && absent[i] != RSI_FID(VERSION)) {
			IS(SMC(w, p.first, absent[i], 0, 0, 0, 0), NOT_SUPPORTED);
		}
	}
}

static void suspend(void **state)
{
	static const uint64_t fids[] = {0x84000001, 0xC4000001};
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, false);
	for (unsigned i = 0; i < 2; i++) {
		static const uint64_t args[3] = {1, 0x2000, 0x33};

		psci_exit(w, p.first, fids[i], args, 0);
		assert_int_equal(resume(w, p.first)[0], 0); /* the host need not complete */
		assert_int_equal(w->seen[0].pc, p.first->params.pc + 4 * (i + 1));
	}
}

static void off(void **state)
{
	static const uint64_t none[3] = {0, 0, 0};
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, true);
	psci_exit(w, p.first, PSCI_FID32_CPU_OFF, none, 0);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_runnable), REC_ENTER, p.first->pa, p.first->run);
	resume(w, p.second);
}

static void system_off(void **state)
{
	static const uint64_t none[3] = {0, 0, 0};
	struct world *w = *state;

	for (unsigned i = 0; i < 2; i++) {
		struct pair p;

		pair_new(w, &p, true);
		psci_exit(w, p.first, i == 0 ? PSCI_FID32_SYSTEM_OFF : PSCI_FID32_SYSTEM_RESET, none, 0);
		REFUSED(w, EXPECT(RMI_ERROR_REALM, 1, system_off), REC_ENTER, p.first->pa, p.first->run);
		REFUSED(w, EXPECT(RMI_ERROR_REALM, 1, system_off), REC_ENTER, p.second->pa, p.second->run);
		REFUSED(w, EXPECT(RMI_ERROR_REALM, 0, realm_state), REALM_ACTIVATE, p.realm.rd);
	}
}

/* Answered inside: wrong entry, no such REC, oneself. */
static void on_refused(void **state)
{
	static const uint64_t nobody[] = {2, 0xF, 0x100, 0x10000, UINT64_C(1) << 32, 0x10, 0x81, UINT64_MAX};
	struct world *w = *state;
	struct pair p;
	uint64_t half;

	pair_new(w, &p, false);
	half = realm_half(&p.realm);
	for (unsigned i = 0; i < 2; i++) {
		uint64_t fid = i == 0 ? PSCI_FID64_CPU_ON : PSCI_FID32_CPU_ON;

		IS(SMC(w, p.first, fid, 1, half, 0, 0), INVALID_ADDRESS);
		IS(SMC(w, p.first, fid, 2, half, 0, 0), INVALID_ADDRESS); /* in the order of section 10 */
		IS(SMC(w, p.first, fid, 0, half, 0, 0), INVALID_ADDRESS);
		IS(SMC(w, p.first, fid, 0, ENTRY_POINT, 0, 0), ALREADY_ON);
		IS(SMC(w, p.first, fid, 2, ENTRY_POINT, 0, 0), INVALID_PARAMETERS);
	}
	IS(SMC(w, p.first, PSCI_FID64_CPU_ON, 1, 2 * half, 0, 0), INVALID_ADDRESS);
	IS(SMC(w, p.first, PSCI_FID64_CPU_ON, 1, UINT64_MAX - 3, 0, 0), INVALID_ADDRESS);
	for (size_t i = 0; i < sizeof(nobody) / sizeof(nobody[0]); i++) {
		IS(SMC(w, p.first, PSCI_FID64_CPU_ON, nobody[i], ENTRY_POINT, 0, 0), INVALID_PARAMETERS);
		IS(SMC(w, p.first, PSCI_FID64_AFFINITY_INFO, nobody[i], 0, 0, 0), INVALID_PARAMETERS);
	}
	IS(SMC(w, p.first, PSCI_FID64_AFFINITY_INFO, 1, 1, 0, 0), INVALID_PARAMETERS);
	IS(SMC(w, p.first, PSCI_FID64_AFFINITY_INFO, 0, 3, 0, 0), INVALID_PARAMETERS);
	assert_int_equal(SMC(w, p.first, PSCI_FID64_AFFINITY_INFO, 0, 0, 0, 0)[0], PSCI_AFFINITY_ON);
}

static void ask_on(struct world *w, const struct pair *p)
{
	static const uint64_t args[3] = {1, ENTRY_POINT, CONTEXT};

	psci_exit(w, p->first, PSCI_FID64_CPU_ON, args, 1);
}

static void caller_heard(struct world *w, const struct pair *p, int status)
{
	const uint64_t *x = resume(w, p->first);

	assert_true(is_status(x[0], status));
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(x[i], 0);
	}
}

static void on(void **state)
{
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, false);
	ask_on(w, &p);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_psci), REC_ENTER, p.first->pa, p.first->run);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_runnable), REC_ENTER, p.second->pa, p.second->run);
	OK(w, PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS));
	REFUSED(w, INPUT(pending), PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS));
	caller_heard(w, &p, PSCI_STATUS_SUCCESS);
	assert_int_equal(w->seen[0].pc, p.first->params.pc + 4);
	resume(w, p.second);
	assert_int_equal(w->seen[0].pc, ENTRY_POINT);
	assert_int_equal(w->seen[0].x[0], CONTEXT);
	assert_int_equal(w->seen[0].mpidr & 0xF, 1);
	/* Once more: it is on. */
	ask_on(w, &p);
	OK(w, PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS));
	caller_heard(w, &p, PSCI_STATUS_ALREADY_ON);
	resume(w, p.second);
	assert_int_equal(w->seen[0].pc, ENTRY_POINT);
}

/* REC 16 is Aff1 = 1, in the REC's MPIDR and in the one that PSCI names (section 3). */
static void on_second_cluster(void **state)
{
	static const uint64_t args[3] = {0x100, ENTRY_POINT, CONTEXT};
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .rec_aux_count = 1});
	struct realm realm;

	(void)state;
	realm_new(w, &realm, 32);
	for (unsigned i = 0; i < 17; i++) {
		realm_rec(w, &realm, i == 0);
	}
	realm_activate(w, &realm);
	psci_exit(w, &realm.recs[0], PSCI_FID64_CPU_ON, args, 1);
	REFUSED(w, INPUT(target), PSCI_COMPLETE, realm.recs[0].pa, realm.recs[1].pa, 0);
	OK(w, PSCI_COMPLETE, realm.recs[0].pa, realm.recs[16].pa, 0);
	resume(w, &realm.recs[16]);
	assert_int_equal(w->seen[0].pc, ENTRY_POINT);
	IS(SMC(w, &realm.recs[0], PSCI_FID64_CPU_ON, 0x10, ENTRY_POINT, 0, 0), INVALID_PARAMETERS);
	IS(SMC(w, &realm.recs[0], PSCI_FID64_CPU_ON, 0x101, ENTRY_POINT, 0, 0), INVALID_PARAMETERS);
	world_free(w);
}

/* Off by itself and on again: PC and X0 are set anew. */
static void off_and_on(void **state)
{
	static const uint64_t none[3] = {0, 0, 0};
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, true);
	psci_exit(w, p.second, PSCI_FID32_CPU_OFF, none, 0);
	ask_on(w, &p);
	OK(w, PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS));
	caller_heard(w, &p, PSCI_STATUS_SUCCESS);
	resume(w, p.second);
	assert_int_equal(w->seen[0].pc, ENTRY_POINT);
	assert_int_equal(w->seen[0].x[0], CONTEXT);
}

static void on_denied(void **state)
{
	struct world *w = *state;
	struct pair p;

	pair_new(w, &p, false);
	ask_on(w, &p);
	OK(w, PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_DENIED));
	caller_heard(w, &p, PSCI_STATUS_DENIED);
	REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_runnable), REC_ENTER, p.second->pa, p.second->run);
}

/* Denied although it is on: INPUT. TF-RMM has cleared the request then, section 1 lets a refused call change nothing:
 * either way the caller can be told ALREADY_ON and runs. */
static void on_denied_but_on(void **state)
{
	struct world *w = *state;
	struct pair p;
	struct reply reply;

	pair_new(w, &p, true);
	ask_on(w, &p);
	reply = world_call(HERE, w, CALL(PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_DENIED)));
	assert_int_equal(reply.word, RMI_ERROR_INPUT);
	world_call(HERE, w, CALL(PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS)));
	caller_heard(w, &p, PSCI_STATUS_ALREADY_ON);
}

static void affinity(void **state)
{
	static const uint64_t fids[] = {0x84000004, 0xC4000004};
	static const uint64_t args[3] = {1, 0, 0};
	struct world *w = *state;

	for (unsigned runs = 0; runs < 2; runs++) {
		struct pair p;

		pair_new(w, &p, runs == 1);
		for (unsigned i = 0; i < 2; i++) {
			psci_exit(w, p.first, fids[i], args, 1);
			REFUSED(w, EXPECT(RMI_ERROR_REC, 0, rec_psci), REC_ENTER, p.first->pa, p.first->run);
			REFUSED(w, INPUT(psci_status), PSCI_COMPLETE, p.first->pa, p.second->pa,
				status_of(PSCI_STATUS_DENIED));
			OK(w, PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(PSCI_STATUS_SUCCESS));
			caller_heard(w, &p, runs == 1 ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF);
		}
	}
}

/* RMI_PSCI_COMPLETE, each condition alone: all INPUT. */
static void complete_refused(void **state)
{
	static const int statuses[] = {-1, -2, -4, -5, -9, 1, 2};
	struct world *w = *state;
	struct pair p;
	struct rec *third;
	struct call good;

	realm_new(w, &p.realm, 32);
	p.first = realm_rec(w, &p.realm, true);
	p.second = realm_rec(w, &p.realm, false);
	third = realm_rec(w, &p.realm, false);
	realm_activate(w, &p.realm);
	REFUSED(w, INPUT(pending), PSCI_COMPLETE, p.first->pa, p.second->pa, 0);
	ask_on(w, &p);
	good = CALL(PSCI_COMPLETE, p.first->pa, p.second->pa, 0);
	world_refused_granule(HERE, w, good, 0, GRANULE_REC,
		(struct granule_conditions){
			CONDITION_caller_align, CONDITION_caller_bound, CONDITION_caller_gran_state});
	world_refused_granule(HERE, w, good, 1, GRANULE_REC,
		(struct granule_conditions){
			CONDITION_target_align, CONDITION_target_bound, CONDITION_target_gran_state});
	REFUSED(w, INPUT(alias), PSCI_COMPLETE, p.first->pa, p.first->pa, 0);
	REFUSED(w, INPUT(pending), PSCI_COMPLETE, p.second->pa, p.first->pa, 0);
	REFUSED(w, INPUT2(owner, target), PSCI_COMPLETE, p.first->pa, w->sample[GRANULE_REC], 0);
	REFUSED(w, INPUT(target), PSCI_COMPLETE, p.first->pa, third->pa, 0);
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
		REFUSED(w, INPUT(psci_status), PSCI_COMPLETE, p.first->pa, p.second->pa, status_of(statuses[i]));
	}
	REFUSED(w, INPUT(psci_status), PSCI_COMPLETE, p.first->pa, p.second->pa, UINT64_C(1) << 32);
	world_ok(HERE, w, good);
}

static struct pair busy;

static void complete_inside(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(PSCI_COMPLETE), busy.first->pa, busy.second->pa, 0};
	enum rmi_condition condition = reeve_model_smc(w->model, 1, x);

	assert_true(condition == CONDITION_caller_state || condition == CONDITION_pending);
	assert_int_equal(x[0], RMI_ERROR_INPUT);
}

/* A calling REC that runs waits for nothing. */
static void complete_while_running(void **state)
{
	struct world *w = *state;

	pair_new(w, &busy, false);
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = complete_inside;
	ENTER(w, busy.first);
	assert_int_equal(w->seen_count, 2);
}

/* The target runs while the caller waits: it is on. */
static void complete_target_running_inside(struct world *w)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(PSCI_COMPLETE), busy.first->pa, busy.second->pa, 0};

	assert_int_equal(reeve_model_smc(w->model, 1, x), CONDITION_NONE);
	assert_int_equal(x[0], 0);
}

static void complete_target_running(void **state)
{
	struct world *w = *state;

	pair_new(w, &busy, true);
	ask_on(w, &busy);
	script_clear(w);
	script_smc(w, SMCCC_FID_VERSION, 0, 0, 0, 0)->inside = complete_target_running_inside;
	ENTER(w, busy.second);
	assert_int_equal(w->seen[1].pc, busy.second->params.pc + 4);
	caller_heard(w, &busy, PSCI_STATUS_ALREADY_ON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(calls_without_arguments, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(version_and_features, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(suspend, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(off, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(system_off, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(on_refused, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(on, world_setup, world_teardown),
		cmocka_unit_test(on_second_cluster),
		cmocka_unit_test_setup_teardown(off_and_on, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(on_denied, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(on_denied_but_on, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(affinity, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(complete_refused, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(complete_while_running, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(complete_target_running, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
