/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_unhappy.c - a monitor that refuses one call of a life, or lies once: the realm may end, nothing is lost. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "reeve/psci.h"
#include "reeve/rsi.h"
#include "tests/life/support/host_world.h"

static bool collect_leaks(void *context, const struct reeve_ledger_entry *entry)
{
	*(uint64_t *)context += entry->use == REEVE_USE_LEAKED;
	return true;
}

/* A life with everything in it; ends at the first call that does not succeed. */
static enum reeve_status whole_life(void)
{
	const uint64_t shared = UINT64_C(1) << 39 | RAM_BASE;
	const struct step script[] = {
		{STEP_LOAD, {RAM_BASE + BLOCK}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), RAM_BASE + BLOCK, RAM_BASE + BLOCK + 0x1000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {PSCI_FID64_AFFINITY_INFO, 1, 0}},
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 0}},
		{STEP_SMC, {PSCI_FID32_SYSTEM_OFF}},
	};
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};
	struct reeve_exit exit = {0};
	uint8_t content[2 * 4096] = {1};
	enum reeve_status status = reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE));

	memcpy(world->script[0], script, sizeof(script));
	if (status == REEVE_OK) {
		status = reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, sizeof(content), true);
	}
	for (unsigned i = 0; i < RECS && status == REEVE_OK; i++) {
		status = reeve_rec_create(&world->realm, &config, &world->recs[i]);
		config.runnable = false;
	}
	if (status == REEVE_OK) {
		status = reeve_realm_share(&world->realm, life_range(shared, 8192), reeve_pa(REEVE_MODEL_DRAM_BASE));
	}
	if (status == REEVE_OK) {
		status = reeve_realm_unshare(&world->realm, life_range(shared, 8192)); /* folds */
	}
	if (status == REEVE_OK) {
		status = reeve_realm_share(&world->realm, life_range(shared, 4096), reeve_pa(REEVE_MODEL_DRAM_BASE));
	}
	if (status == REEVE_OK) {
		status = reeve_realm_activate(&world->realm);
	}
	for (unsigned i = 0; i < 8 && status == REEVE_OK && exit.reason != REEVE_EXIT_SYSTEM_OFF; i++) {
		status = reeve_rec_run(&world->recs[0], &exit);
	}
	if (status == REEVE_OK) {
		status = reeve_realm_discard(&world->realm, life_range(RAM_BASE, 4096));
	}
	return status;
}

/* Take apart what is left. False when a refusal that was ordered did not come. */
static bool end_of_life(void)
{
	uint64_t leaked = 0;
	bool is_refused;
	enum reeve_status status;

	status = reeve_realm_destroy(&world->realm);
	life_check();
	if (status == REEVE_REFUSED || status == REEVE_BROKEN) {
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
		status = reeve_realm_destroy(&world->realm);
		life_check();
	}
	reeve_host_ledger_visit(&world->host, collect_leaks, &leaked);
	assert_true(leaked <= 1);
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	/* A leak of a creation that failed belongs to no realm any more. */
	assert_true(status == REEVE_OK || (status == REEVE_LEAKED && leaked == 1));
	life_check();
	world->leaks_allowed = leaked;
	is_refused = world->refuse_at == 0 && world->odd_at == 0;
	life_close();
	return is_refused;
}

/* Every call of the life and of its end refused once, with each status. */
static void test_refusals(void **state)
{
	const uint64_t answers[] = {RMI_ERROR_INPUT, RMI_ERROR_REALM, RMI_ERROR_REC, RMI_ERROR_RTT | 3 << 8,
		RMI_ERROR_RTT | 1 << 8, 0xDEAD, SMCCC_NOT_SUPPORTED};

	(void)state;
	for (unsigned a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
		bool is_reached = true;
		uint64_t at = 1;

		for (; is_reached; at++) {
			life_open(4 * KIB);
			world->refuse_at = at;
			world->refuse_with = answers[a];
			(void)whole_life();
			life_check();
			is_reached = end_of_life();
			assert_true(at < 1000);
		}
		assert_true(at > 100); /* the life has that many calls */
	}
}

/* Every call carried out, yet answered with what it must not: all comes back but what nobody can know to be free. */
static void test_odd_answers(void **state)
{
	const uint64_t answers[] = {0x77, RMI_SUCCESS | 1 << 8};

	(void)state;
	for (unsigned a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
		bool is_reached = true;
		uint64_t at = 1;

		for (; is_reached; at++) {
			life_open(4 * KIB);
			world->odd_at = at;
			world->refuse_with = answers[a];
			(void)whole_life();
			life_check();
			is_reached = end_of_life();
			assert_true(at < 1000);
		}
		assert_true(at > 100);
	}
}

/* Every call of a RIPAS change refused once: the next run finishes the change, and no memory stays where it is EMPTY. */
static void test_refusal_inside_ripas_change(void **state)
{
	const uint64_t base = RAM_BASE + BLOCK;
	const struct step script[] = {{STEP_SMC, {RSI_FID(IPA_STATE_SET), base, base + 0x3000, RIPAS_EMPTY, 0}}};
	bool is_reached = true;
	uint64_t at = 1;

	(void)state;
	for (; is_reached; at++) {
		struct reeve_exit exit = {0};

		life_open(4 * KIB);
		life_make_realm();
		life_ok(reeve_realm_provide(&world->realm, life_range(base, 0x3000)));
		memcpy(world->script[0], script, sizeof(script));
		assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
		world->refuse_at = at;
		world->refuse_with = RMI_ERROR_INPUT;
		if (reeve_rec_run(&world->recs[0], &exit) != REEVE_OK) {
			life_check();
			assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
		}
		assert_int_equal(exit.reason, REEVE_EXIT_INTERRUPTED);
		assert_int_equal(world->seen[0][1][1], base + 0x3000);
		assert_int_equal(life_in_use(REEVE_USE_DATA), 3);
		is_reached = world->refuse_at == 0;
		world->refuse_at = 0;
		(void)end_of_life();
	}
	assert_true(at > 8); /* the change, three pages and their granules, the entry */
}

/* H13: the kexec case gives all back although one destruction was answered oddly. */
static void test_reclaim_after_odd_answer(void **state)
{
	(void)state;
	for (uint64_t at = 1; at <= 16; at++) {
		life_open(4 * KIB);
		life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, BLOCK)));
		life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE, 16 * 4096)));
		world->odd_at = 2 * at - 1; /* DATA_DESTROY and GRANULE_UNDELEGATE in turns */
		world->refuse_with = RMI_ERROR_INPUT;
		life_ok(reeve_host_reclaim_all(&world->host));
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
		life_close();
	}
}

/* Outputs that cannot be: H8. */
static const struct {
	enum rmi_command command;
	unsigned result; /* X register */
	uint64_t value;
} lies[] = {
	{RMI_RTT_INIT_RIPAS, 1, RAM_BASE},
	{RMI_RTT_INIT_RIPAS, 1, RAM_BASE + RAM_SIZE + 4096},
	{RMI_RTT_INIT_RIPAS, 1, RAM_BASE + 1},
	{RMI_RTT_SET_RIPAS, 1, 0},
	{RMI_RTT_SET_RIPAS, 1, UINT64_MAX},
	{RMI_DATA_DESTROY, 1, 0},
	{RMI_DATA_DESTROY, 1, REEVE_MODEL_DRAM_BASE},
	{RMI_RTT_DESTROY, 1, 4096},
	{RMI_RTT_FOLD, 1, 4096},
	{RMI_REC_AUX_COUNT, 1, 17},
	{RMI_REC_AUX_COUNT, 1, UINT64_MAX},
};

static void test_lies(void **state)
{
	(void)state;
	for (unsigned i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		enum reeve_status status;

		life_open(4 * KIB);
		world->lie_command = lies[i].command;
		world->lie_result = lies[i].result;
		world->lie_value = lies[i].value;
		status = whole_life();
		life_check();
		if (world->lie_result != 0) { /* it is told during the end */
			status = reeve_realm_destroy(&world->realm);
		}
		assert_int_equal(status, REEVE_BROKEN);
		assert_int_equal(reeve_realm_error(&world->realm).command, lies[i].command);
		assert_non_null(reeve_realm_error(&world->realm).field);
		if (lies[i].command != RMI_REC_AUX_COUNT) {
			assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
			assert_int_equal(reeve_realm_add_ram(&world->realm, life_range(0, 4096)), REEVE_STATE);
		}
		(void)end_of_life();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_odd_answers),
		cmocka_unit_test(test_reclaim_after_odd_answer),
		cmocka_unit_test(test_refusal_inside_ripas_change),
		cmocka_unit_test(test_lies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
