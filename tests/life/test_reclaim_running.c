/* SPDX-License-Identifier: BSD-2-Clause */
/* test_reclaim_running.c - H13 while a REC is in its realm on another CPU. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "reeve/host.h"
#include "reeve/model.h"
#include "tests/fuzz/support/ledger_check.h"

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE UINT64_C(0x400000)

enum { MODEL_SIZE = 256 << 20 }; /* the default */

static struct {
	struct reeve_model *model;
	struct reeve_host host;
	struct reeve_realm realm;
	struct reeve_rec rec;
	enum reeve_status inside;
} machine_of_one;

/* Another CPU reclaims while this one is in the realm. */
static void reclaiming_code(
	void *context, uint64_t mpidr, uint64_t x[RMI_GPR_COUNT], uint64_t *pc, struct reeve_model_trap *trap)
{
	(void)context;
	(void)mpidr;
	(void)x;
	(void)pc;
	reeve_model_use_cpu(1);
	machine_of_one.inside = reeve_host_reclaim_all(&machine_of_one.host);
	reeve_model_use_cpu(0);
	trap->kind = REEVE_MODEL_TRAP_IRQ;
}

/* A REC that runs keeps its realm, and everything comes back once it stopped. */
static void test_while_running(void **state)
{
	struct reeve_model_config config = {.rec_code = reclaiming_code};
	struct reeve_host_ops ops;
	struct reeve_host_config host = {.ops = &ops};
	struct reeve_rec_config rec = {.pc = RAM_BASE, .runnable = true};
	struct reeve_realm *realm = &machine_of_one.realm;
	struct ledger_view machine = {NULL, &machine_of_one.host, REEVE_MODEL_DRAM_BASE, MODEL_SIZE};
	struct reeve_ipa_range ram = {{RAM_BASE}, {RAM_BASE + RAM_SIZE}};
	struct reeve_exit exit = {0};
	struct reeve_error error;

	(void)state;
	machine.model = machine_of_one.model = reeve_model_new(&config);
	assert_non_null(machine.model);
	reeve_model_host_ops(machine.model, &ops);
	host.context = machine.model;
	assert_int_equal(reeve_host_init(&machine_of_one.host, &host, &error), REEVE_OK);
	reeve_realm_init(realm, &machine_of_one.host, NULL);
	assert_int_equal(reeve_realm_add_ram(realm, ram), REEVE_OK);
	assert_int_equal(reeve_rec_create(realm, &rec, &machine_of_one.rec), REEVE_OK);
	assert_int_equal(reeve_realm_activate(realm), REEVE_OK);
	assert_int_equal(reeve_rec_run(&machine_of_one.rec, &exit), REEVE_OK);
	assert_int_equal(exit.reason, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(machine_of_one.inside, REEVE_BUSY);
	assert_int_equal(reeve_realm_state(realm), REEVE_REALM_ACTIVE);
	assert_int_equal(reeve_host_reclaim_all(&machine_of_one.host), REEVE_OK);
	assert_int_equal(ledger_delegated(&machine), 0);
	reeve_host_fini(&machine_of_one.host);
	reeve_model_free(machine.model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_while_running)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
