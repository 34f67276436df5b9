/* SPDX-License-Identifier: BSD-2-Clause */
/* test_guest_psci.c - PSCI of real code on three RECs, and what the host answers (section 10). */
#include "tests/life/support/puppet.h"

static uint64_t status_of(int status)
{
	return (uint64_t)(int64_t)status;
}

/* REC `caller` asks for REC `target`: the exit tells the call, and the caller waits. */
static void ask(struct place place, struct puppet *p, unsigned caller, unsigned target, uint64_t fid)
{
	bool is_on = fid == PSCI_FID64_CPU_ON;
	const uint64_t x[PUPPET_GPRS] = {
		fid, target, is_on ? PUPPET_CODE : 0, is_on ? puppet_context(target) : 0, 4, 5};
	const struct rec *rec = &p->realm.recs[caller];
	const struct rmi_rec_exit *exit = puppet_run(place, p, caller, P_SMC, x);

	if (exit->exit_reason != RMI_EXIT_PSCI || exit->gprs[0] != fid || exit->gprs[1] != target) {
		print_error("reason %u gprs 0x%llx 0x%llx\n", exit->exit_reason, (unsigned long long)exit->gprs[0],
			(unsigned long long)exit->gprs[1]);
		_fail(place.file, place.line);
	}
	world_refused(place, p->world, EXPECT(RMI_ERROR_REC, 0, rec_psci), CALL(REC_ENTER, rec->pa, rec->run));
}

/* The host answers, and the caller hears it: X0, and zeroes in X1 to X3. */
static void hear(struct place place, struct puppet *p, unsigned caller, unsigned target, int status, int heard)
{
	const uint64_t *x;

	world_ok(place, p->world,
		CALL(PSCI_COMPLETE, p->realm.recs[caller].pa, p->realm.recs[target].pa, status_of(status)));
	x = puppet_finish(place, p, caller, 0);
	if (x[0] != status_of(heard) || x[1] != 0 || x[2] != 0 || x[3] != 0 || x[4] != 4 || x[5] != 5) {
		print_error("X0 0x%llx X1 0x%llx X2 0x%llx X3 0x%llx\n", (unsigned long long)x[0],
			(unsigned long long)x[1], (unsigned long long)x[2], (unsigned long long)x[3]);
		_fail(place.file, place.line);
	}
}

static void on(struct place place, struct puppet *p, unsigned caller, unsigned target, int status, int heard)
{
	ask(place, p, caller, target, PSCI_FID64_CPU_ON);
	hear(place, p, caller, target, status, heard);
}

static void affinity(struct place place, struct puppet *p, unsigned caller, unsigned target, int heard)
{
	ask(place, p, caller, target, PSCI_FID64_AFFINITY_INFO);
	hear(place, p, caller, target, PSCI_STATUS_SUCCESS, heard);
}

static void is_off(struct place place, struct puppet *p, unsigned n)
{
	const struct rec *rec = &p->realm.recs[n];

	world_refused(place, p->world, EXPECT(RMI_ERROR_REC, 0, rec_runnable), CALL(REC_ENTER, rec->pa, rec->run));
}

/* REC n runs: it makes a call and is answered. */
static void runs(struct place place, struct puppet *p, unsigned n)
{
	const uint64_t *x = puppet_smc(place, p, n, (const uint64_t[PUPPET_GPRS]){RSI_FID(VERSION), RSI_VERSION_1_0});

	if (x[0] != RSI_SUCCESS) {
		_fail(place.file, place.line);
	}
}

static void goes_off(struct place place, struct puppet *p, unsigned n)
{
	const struct rmi_rec_exit *exit =
		puppet_run(place, p, n, P_SMC, (const uint64_t[PUPPET_GPRS]){PSCI_FID32_CPU_OFF});

	exit_is(place, exit, &(struct rmi_rec_exit){.exit_reason = RMI_EXIT_PSCI, .gprs[0] = PSCI_FID32_CPU_OFF});
	is_off(place, p, n);
}

/* Never on, denied, on, off again, on again. */
static void life(void **state)
{
	struct puppet *p = *state;

	is_off(HERE, p, 1);
	affinity(HERE, p, 0, 1, PSCI_AFFINITY_OFF);
	on(HERE, p, 0, 1, PSCI_STATUS_DENIED, PSCI_STATUS_DENIED);
	is_off(HERE, p, 1);
	affinity(HERE, p, 0, 1, PSCI_AFFINITY_OFF);
	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	runs(HERE, p, 1);
	affinity(HERE, p, 0, 1, PSCI_AFFINITY_ON);
	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_ALREADY_ON);
	runs(HERE, p, 1);
	goes_off(HERE, p, 1);
	affinity(HERE, p, 0, 1, PSCI_AFFINITY_OFF);
	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	runs(HERE, p, 1);
	/* The other way round: the first goes off, and the second brings it back. */
	goes_off(HERE, p, 0);
	affinity(HERE, p, 1, 0, PSCI_AFFINITY_OFF);
	on(HERE, p, 1, 0, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	runs(HERE, p, 0);
}

/* The host may not deny what is on, nor an AFFINITY_INFO; the request waits for a right answer. */
static void denied(void **state)
{
	struct puppet *p = *state;
	struct call deny = CALL(PSCI_COMPLETE, p->realm.recs[0].pa, p->realm.recs[1].pa, status_of(PSCI_STATUS_DENIED));

	ask(HERE, p, 0, 1, PSCI_FID64_AFFINITY_INFO);
	world_refused(HERE, p->world, INPUT(psci_status), deny);
	hear(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_AFFINITY_OFF);
	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	ask(HERE, p, 0, 1, PSCI_FID64_CPU_ON);
	world_refused(HERE, p->world, INPUT(psci_status), deny);
	hear(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_ALREADY_ON);
}

/* Two ask for the third at once: one of them switched it on. */
static void two_ask_for_one(void **state)
{
	struct puppet *p = *state;

	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	runs(HERE, p, 1);
	ask(HERE, p, 0, 2, PSCI_FID64_CPU_ON);
	ask(HERE, p, 1, 2, PSCI_FID64_CPU_ON);
	hear(HERE, p, 1, 2, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	hear(HERE, p, 0, 2, PSCI_STATUS_SUCCESS, PSCI_STATUS_ALREADY_ON);
	runs(HERE, p, 2);
}

/* Each asks for the other: one who waits for an answer is on. */
static void each_asks_for_the_other(void **state)
{
	struct puppet *p = *state;

	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	runs(HERE, p, 1);
	ask(HERE, p, 0, 1, PSCI_FID64_AFFINITY_INFO);
	ask(HERE, p, 1, 0, PSCI_FID64_CPU_ON);
	hear(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_AFFINITY_ON);
	hear(HERE, p, 1, 0, PSCI_STATUS_SUCCESS, PSCI_STATUS_ALREADY_ON);
}

static void suspend(void **state)
{
	struct puppet *p = *state;
	static const uint64_t fids[] = {0x84000001, 0xC4000001};

	for (unsigned i = 0; i < 2; i++) {
		const struct rmi_rec_exit *exit = RUN(p, 0, P_SMC, fids[i], 1, 2, 3);

		assert_int_equal(exit->exit_reason, RMI_EXIT_PSCI);
		assert_int_equal(exit->gprs[0], fids[i]);
		assert_int_equal(puppet_finish(HERE, p, 0, 0)[0], PSCI_STATUS_SUCCESS);
	}
}

/* No REC of the realm runs any more, whoever switched it off. */
static void system_off(void **state)
{
	struct puppet *p = *state;

	on(HERE, p, 0, 1, PSCI_STATUS_SUCCESS, PSCI_STATUS_SUCCESS);
	EXIT_IS(RUN(p, 1, P_SMC, PSCI_FID32_SYSTEM_OFF), .exit_reason = RMI_EXIT_PSCI,
		.gprs[0] = PSCI_FID32_SYSTEM_OFF);
	for (unsigned n = 0; n < PUPPET_RECS_MAX; n++) {
		REFUSED(p->world, EXPECT(RMI_ERROR_REALM, 1, system_off), REC_ENTER, p->realm.recs[n].pa,
			p->realm.recs[n].run);
	}
}

static void system_reset(void **state)
{
	struct puppet *p = *state;

	EXIT_IS(RUN(p, 0, P_SMC, PSCI_FID32_SYSTEM_RESET), .exit_reason = RMI_EXIT_PSCI,
		.gprs[0] = PSCI_FID32_SYSTEM_RESET);
	REFUSED(p->world, EXPECT(RMI_ERROR_REALM, 1, system_off), REC_ENTER, p->realm.recs[0].pa, p->realm.recs[0].run);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, puppet_setup, puppet_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(life),
		TEST(denied),
		TEST(two_ask_for_one),
		TEST(each_asks_for_the_other),
		TEST(suspend),
		TEST(system_off),
		TEST(system_reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
