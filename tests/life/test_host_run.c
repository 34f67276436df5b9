/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_run.c - every reason for which a REC exits to the host library, and what it does about each. */
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

static void test_mmio_and_host_call(void **state)
{
	const uint64_t uart = UINT64_C(1) << 39 | 0x09000018;
	const struct step script[] = {
		{STEP_STORE, {uart, 0x1122334455667788}},
		{STEP_LOAD, {uart}},
		{STEP_LOAD, {uart}},
		{STEP_SMC, {RSI_FID(HOST_CALL), RAM_BASE + 0x100}},
		{STEP_WFI, {0}},
		{STEP_SERROR, {0}},
		{STEP_IRQ, {0}},
		{STEP_LOAD, {RAM_BASE - 4096}},
	};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_MMIO_WRITE);
	assert_int_equal(exit.mmio.ipa.value, uart);
	assert_int_equal(exit.mmio.size, 4);
	assert_int_equal(exit.mmio.value, 0x55667788);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_MMIO_READ);
	exit.mmio.value = 0xAABBCCDDEEFF0011;
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_MMIO_READ);
	assert_int_equal(world->seen[0][2][3], 0xEEFF0011);
	exit.mmio.refuse = true;
	/* The page that the call's structure is on was populated with 0x5A. */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_HOST_CALL);
	assert_int_equal(exit.host_call.imm, 0x5A5A);
	assert_int_equal(exit.host_call.gprs[30], 0x5A5A5A5A5A5A5A5A);
	exit.host_call.gprs[0] = 7;
	reeve_rec_run_page(&world->recs[0])->enter.flags |= FIELD_MASK(ENTER_FLAG_TRAP_WFI);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_IDLE);
	assert_int_equal(world->seen[0][4][0], RSI_SUCCESS);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_SERROR);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	/* No RAM there: the monitor has the realm take the abort by itself, and the script ends in interrupts. */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	life_ok(reeve_realm_destroy(&world->realm));
	assert_null(reeve_rec_run_page(&world->recs[0]));
	assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_STATE);
	life_close();
}

/* The page of a host call loses its memory, and another REC makes it RAM again, before the answer comes: the realm gets the answer. */
static void test_host_call_answer(void **state)
{
	const uint64_t page = RAM_BASE + BLOCK;
	const struct step first[] = {
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 0}},
		{STEP_SMC, {RSI_FID(HOST_CALL), page}},
		{STEP_SMC, {RSI_FID(HOST_CALL), page}},
	};
	const struct step second[] = {
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), page, page + 0x1000, RIPAS_RAM, 1 /* also what is DESTROYED */}}};
	struct reeve_exit exit = {0};
	struct reeve_exit other = {0};

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	life_ok(reeve_realm_provide(&world->realm, life_range(page, 4096)));
	memcpy(world->script[0], first, sizeof(first));
	memcpy(world->script[1], second, sizeof(second));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_CPU_ON);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_HOST_CALL);
	life_ok(reeve_realm_discard(&world->realm, life_range(page, 4096)));
	exit.host_call.gprs[0] = 0x1234;
	exit.host_call.gprs[30] = 0x5678;
	/* DESTROYED is no RAM: the embedder is told, the call waits. */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_FAULT);
	assert_int_equal(exit.fault.ipa.value, page);
	life_ok(reeve_realm_discard(&world->realm, life_range(page, 4096)));
	assert_int_equal(life_run(1, &other), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(life_run(1, &other), REEVE_EXIT_INTERRUPTED);
	world->pages_left = 0;
	assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_NO_MEMORY);
	world->pages_left = UINT64_MAX;
	/* What it finds in the page at its next call is the answer to the last. */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_HOST_CALL);
	assert_int_equal(world->seen[0][2][0], RSI_SUCCESS);
	assert_int_equal(exit.host_call.gprs[0], 0x1234);
	assert_int_equal(exit.host_call.gprs[30], 0x5678);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

static void test_ripas(void **state)
{
	const uint64_t hole = RAM_BASE + BLOCK + 0x3000;
	const struct step script[] = {
		{STEP_LOAD, {hole}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), hole - 0x1000, hole + 0x2000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), hole, hole + 0x1000, RIPAS_RAM, 0}},
		{STEP_LOAD, {hole}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), RAM_BASE + RAM_SIZE, RAM_BASE + RAM_SIZE + 0x1000, RIPAS_RAM, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), RAM_BASE + 2 * BLOCK, RAM_BASE + 3 * BLOCK, RIPAS_EMPTY, 0}},
	};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE + 2 * BLOCK, BLOCK)));
	memcpy(world->script[0], script, sizeof(script));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 512 + 4);
	assert_int_equal(exit.ripas.ripas, RIPAS_EMPTY);
	assert_false(exit.ripas.refuse);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(world->seen[0][2][0], RSI_SUCCESS);
	assert_int_equal(world->seen[0][2][1], hole + 0x2000);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 512 + 3);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(world->seen[0][3][1], hole + 0x1000);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 512 + 4); /* the load brought it back */
	assert_true(exit.ripas.refuse);                         /* RAM was declared nowhere there */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(world->seen[0][5][1], RAM_BASE + RAM_SIZE);
	assert_int_equal(world->seen[0][5][2], 1); /* REJECT */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	assert_int_equal(world->seen[0][6][1], RAM_BASE + 3 * BLOCK);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 4);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* H12: a change to EMPTY that is stopped anywhere takes all of the memory back in the end, also when the rest is then refused. */
static void test_ripas_stopped(void **state)
{
	const uint64_t base = RAM_BASE + BLOCK;
	const struct step script[] = {{STEP_SMC, {RSI_FID(IPA_STATE_SET), base, base + 0x4000, RIPAS_EMPTY, 0}}};
	bool is_stopped = true;

	(void)state;
	for (unsigned stop = 0; is_stopped; stop++) {
		struct reeve_exit exit = {0};
		enum reeve_status status;

		life_open(4 * KIB);
		life_make_realm();
		life_ok(reeve_realm_provide(&world->realm, life_range(base, 0x4000)));
		memcpy(world->script[0], script, sizeof(script));
		assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
		world->progress_left = stop;
		status = reeve_rec_run(&world->recs[0], &exit);
		is_stopped = status == REEVE_BUSY;
		world->progress_left = UINT32_MAX;
		if (is_stopped) {
			life_check();
			exit.ripas.refuse = stop % 2 != 0;
			assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
		}
		assert_int_equal(life_in_use(REEVE_USE_DATA), 3);
		assert_int_equal(world->seen[0][1][1], base + 0x4000);
		life_ok(reeve_realm_destroy(&world->realm));
		life_close();
		assert_true(is_stopped || stop == 5); /* the change, and four pages */
	}
}

/* H10: a realm's changes leave no tables behind, in RAM or not, carried out, stopped for want of memory, or refused. */
static void test_ripas_tables(void **state)
{
	const uint64_t far = UINT64_C(1) << 34;
	const uint64_t block = RAM_BASE + 3 * BLOCK;
	const struct step script[] = {
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), far, far + 0x1000, RIPAS_EMPTY, 0}},
		{STEP_SMC,
			{RSI_FID(IPA_STATE_SET), 2 * far + BLOCK - 0x1000, 2 * far + BLOCK + 0x1000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), 3 * far, 3 * far + 0x1000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), block, block + 0x1000, RIPAS_RAM, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), block, block + 0x1000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), block, block + 0x1000, RIPAS_RAM, 0}},
	};
	struct reeve_exit exit = {0};
	uint64_t tables;

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	tables = life_in_use(REEVE_USE_RTT);
	memcpy(world->script[0], script, sizeof(script));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	for (unsigned i = 0; i < 3; i++) {
		assert_true(exit.ripas.refuse);
		exit.ripas.refuse = false;
		world->pages_left = i == 2 ? 3 : UINT64_MAX;
		if (i == 2) { /* one table of the two that are needed */
			assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_NO_MEMORY);
			assert_int_equal(life_in_use(REEVE_USE_RTT), tables);
			world->pages_left = UINT64_MAX;
		}
		assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
		assert_int_equal(world->seen[0][i + 1][0], RSI_SUCCESS);
		assert_int_equal(world->seen[0][i + 1][1], script[i].x[2]);
		assert_int_equal(life_in_use(REEVE_USE_RTT), tables);
	}
	assert_false(exit.ripas.refuse);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_RIPAS_CHANGE);
	assert_int_equal(life_in_use(REEVE_USE_RTT), tables + 1); /* one page of the block is EMPTY */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	assert_int_equal(life_in_use(REEVE_USE_RTT), tables);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

static void test_psci(void **state)
{
	const struct step first[] = {
		{STEP_SMC, {PSCI_FID64_AFFINITY_INFO, 1, 0}},
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 42}},
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 42}},
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 42}},
		{STEP_SMC, {PSCI_FID64_AFFINITY_INFO, 1, 0}},
		{STEP_SMC, {PSCI_FID64_CPU_SUSPEND, 0}},
		{STEP_SMC, {PSCI_FID32_SYSTEM_RESET}},
	};
	const struct step second[] = {{STEP_SMC, {PSCI_FID32_CPU_OFF}}};
	struct reeve_exit exit = {0};
	struct reeve_exit other = {0};
	bool switched_on = false;

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	memcpy(world->script[0], first, sizeof(first));
	memcpy(world->script[1], second, sizeof(second));
	assert_int_equal(reeve_rec_run(&world->recs[1], &other), REEVE_STATE);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_CPU_ON);
	assert_int_equal(world->seen[0][1][0], PSCI_AFFINITY_OFF);
	assert_ptr_equal(exit.psci.target, &world->recs[1]);
	exit.psci.refuse = true;
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_CPU_ON);
	assert_int_equal((int64_t)world->seen[0][2][0], PSCI_STATUS_DENIED);
	life_ok(reeve_rec_complete_cpu_on(&world->recs[0], &exit, &switched_on));
	assert_true(switched_on);
	assert_int_equal(reeve_rec_complete_cpu_on(&world->recs[0], &exit, &switched_on), REEVE_STATE);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_CPU_ON);
	assert_int_equal(world->seen[0][3][0], PSCI_STATUS_SUCCESS);
	exit.psci.refuse = true; /* it is on: nothing to deny */
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_CPU_SUSPEND);
	assert_int_equal((int64_t)world->seen[0][4][0], PSCI_STATUS_ALREADY_ON);
	assert_int_equal(world->seen[0][5][0], PSCI_AFFINITY_ON);
	assert_int_equal(life_run(1, &other), REEVE_EXIT_CPU_OFF);
	assert_int_equal(world->seen[1][0][0], 42);
	assert_int_equal(reeve_rec_run(&world->recs[1], &other), REEVE_STATE);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_SYSTEM_RESET);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* An external abort has no address, and is no fault on RAM although zero may be RAM. */
static void test_external_abort(void **state)
{
	const struct step script[] = {{STEP_EXTERNAL, {RAM_BASE + BLOCK}}};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(0, BLOCK)));
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_FAULT);
	assert_false(exit.fault.has_ipa);
	assert_int_equal(exit.fault.ipa.value, 0);
	assert_int_equal(FIELD_GET(exit.fault.esr, ESR_ABORT_FSC), 0x10);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* An answer that the monitor would not take once is given again. */
static void test_affinity_refused(void **state)
{
	const struct step script[] = {{STEP_SMC, {PSCI_FID64_AFFINITY_INFO, 1, 0}}};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	world->refuse_at = 2; /* REC_ENTER, PSCI_COMPLETE */
	world->refuse_with = RMI_ERROR_INPUT;
	assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_REFUSED);
	assert_int_equal(reeve_rec_error(&world->recs[0]).command, RMI_PSCI_COMPLETE);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	assert_int_equal(world->seen[0][1][0], PSCI_AFFINITY_OFF);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* An abort for a fetch that stays where it is: memory was provided, yet the realm gave its RIPAS up. */
static void test_fault_without_progress(void **state)
{
	const struct step script[] = {
		{STEP_LOAD, {RAM_BASE + 0x1000}},
		{STEP_LOAD, {RAM_BASE + 0x1000}},
		{STEP_LOAD, {RAM_BASE + 0x1000}},
		{STEP_LOAD, {RAM_BASE + 0x1000}},
	};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	life_make_realm();
	life_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE + 0x1000, 4096))); /* now DESTROYED */
	memcpy(world->script[0], script, sizeof(script));
	memset(world->calls, 0, sizeof(world->calls));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_FAULT);
	assert_true(exit.fault.has_ipa);
	assert_int_equal(exit.fault.ipa.value, RAM_BASE + 0x1000);
	life_expect_calls(RMI_REC_ENTER, 3);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* A realm gets what is around the page it touches, as far as it is RAM and has none; a whole block is one entry of the table. */
static void test_fault_around(void **state)
{
	const struct step script[] = {{STEP_LOAD, {RAM_BASE + BLOCK + 0x5000}}, {STEP_LOAD, {RAM_BASE + 0x7000}}};
	struct reeve_exit exit = {0};

	(void)state;
	life_open(4 * KIB);
	world->host.config.fault_size = BLOCK;
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	memset(world->calls, 0, sizeof(world->calls));
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_INTERRUPTED);
	life_expect_calls(RMI_REC_ENTER, 3);
	life_expect_calls(RMI_DATA_CREATE_UNKNOWN, 512 + 509);
	life_expect_calls(RMI_RTT_FOLD, 1); /* the other has pages from before */
	assert_int_equal(life_in_use(REEVE_USE_DATA), 1024);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* What is around the page comes if there is enough; the page itself must. */
static void test_fault_around_shortage(void **state)
{
	const struct step script[] = {{STEP_LOAD, {RAM_BASE + BLOCK + 0x2000}}};
	enum reeve_status status = REEVE_NO_MEMORY;

	(void)state;
	for (unsigned left = 0; status == REEVE_NO_MEMORY; left++) {
		struct reeve_exit exit = {0};

		life_open(4 * KIB);
		world->host.config.fault_size = 64 * KIB;
		life_make_realm();
		memcpy(world->script[0], script, sizeof(script));
		world->pages_left = left;
		status = reeve_rec_run(&world->recs[0], &exit);
		assert_true(status == REEVE_OK || status == REEVE_NO_MEMORY);
		assert_int_equal(reeve_realm_error(&world->realm).status, status);
		assert_int_equal(life_in_use(REEVE_USE_DATA), status == REEVE_OK ? 6 : left < 2 ? 3 : 3 + left - 2);
		world->pages_left = UINT64_MAX;
		life_ok(reeve_realm_destroy(&world->realm));
		life_close();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mmio_and_host_call),
		cmocka_unit_test(test_host_call_answer),
		cmocka_unit_test(test_ripas),
		cmocka_unit_test(test_ripas_stopped),
		cmocka_unit_test(test_ripas_tables),
		cmocka_unit_test(test_psci),
		cmocka_unit_test(test_external_abort),
		cmocka_unit_test(test_affinity_refused),
		cmocka_unit_test(test_fault_without_progress),
		cmocka_unit_test(test_fault_around),
		cmocka_unit_test(test_fault_around_shortage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
