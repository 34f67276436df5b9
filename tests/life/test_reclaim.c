/* SPDX-License-Identifier: BSD-2-Clause */
/* test_reclaim.c - H13: a host that is cut off at any SMC of any life gets everything back with one call, and is told what it does not get. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "reeve/fault.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"
#include "tests/fuzz/support/ledger_check.h"
#include "tests/life/support/host_world.h"

enum { TRACE_MAX = 8192, LOCKS = 3, MODEL_SIZE = 64 << 20 };

#define SHARED (UINT64_C(1) << 39 | RAM_BASE)

/* Where the host is cut off, and what it did until then. */
static struct {
	jmp_buf out;
	bool is_armed;
	bool is_after;                       /* the call is carried out first */
	uint64_t at;                         /* of the calls since it was armed, from 1; 0: never */
	uint64_t calls;                      /* since it was armed */
	enum rmi_command command[TRACE_MAX]; /* of these */
	bool is_held[LOCKS];                 /* the host's, the world's realm's, the other realm's */
	void (*smc)(void *context, uint64_t x[18]);
	struct reeve_fault faults;
	struct reeve_realm other;
} cut;

static void cutting_smc(void *context, uint64_t x[18])
{
	enum rmi_command command = rmi_command_of_fid(x[0]);

	(void)context;
	if (cut.is_armed) {
		assert_true(cut.calls < TRACE_MAX);
		cut.command[cut.calls++] = command;
	}
	if (cut.is_armed && cut.calls == cut.at && !cut.is_after) {
		longjmp(cut.out, 1);
	}
	reeve_fault_smc(&cut.faults, x);
	if (cut.is_armed && cut.calls == cut.at && cut.is_after) {
		longjmp(cut.out, 1);
	}
}

static void lock(void *context, void *held)
{
	(void)context;
	assert_false(*(bool *)held);
	*(bool *)held = true;
}

static void unlock(void *context, void *held)
{
	(void)context;
	assert_true(*(bool *)held);
	*(bool *)held = false;
}

static void open_world(size_t page_size)
{
	struct reeve_fault_config faults = {0};

	life_open(page_size);
	memset(&cut, 0, sizeof(cut));
	cut.smc = world->ops.smc;
	faults.smc = cut.smc;
	faults.context = world->model;
	reeve_fault_init(&cut.faults, &faults);
	world->ops.smc = cutting_smc;
	world->ops.lock = lock;
	world->ops.unlock = unlock;
	world->host.config.lock = &cut.is_held[0];
	reeve_realm_init(&world->realm, &world->host, &cut.is_held[1]);
	reeve_realm_init(&cut.other, &world->host, &cut.is_held[2]);
}

static void load(const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	assert_true(reeve_fault_plan_parse(text, strlen(text), &plan, &error));
	assert_true(reeve_fault_load(&cut.faults, &plan, &error));
}

static struct ledger_view view(void)
{
	return (struct ledger_view){world->model, &world->host, REEVE_MODEL_DRAM_BASE, MODEL_SIZE};
}

/* NULL when nothing is the monitor's any more and a realm can be made and destroyed again; else what is wrong. */
static const char *why_not_whole(enum reeve_status status)
{
	static char text[LEDGER_TEXT];
	struct ledger_view machine = view();
	const char *wrong = ledger_check(&machine, LEDGER_SAFE, text);

	if (wrong != NULL) {
		return wrong;
	}
	if (ledger_delegated(&machine) != 0) {
		return "granules stayed delegated";
	}
	if (status != REEVE_OK) {
		return reeve_status_name(status);
	}
	for (unsigned use = 0; use < REEVE_USE_COUNT; use++) {
		if (use != REEVE_USE_BOOKS && life_in_use((enum reeve_use)use) != 0) {
			return reeve_use_name(use);
		}
	}
	if (reeve_realm_state(&world->realm) != REEVE_REALM_NONE || reeve_realm_state(&cut.other) != REEVE_REALM_NONE) {
		return "a realm is not NONE";
	}
	if (world->host.vmids[0] != 1) {
		return "a VMID stayed in use";
	}
	if (reeve_realm_ensure_created(&world->realm) != REEVE_OK) {
		return "a realm cannot be made again";
	}
	return reeve_realm_destroy(&world->realm) == REEVE_OK ? NULL : "that realm cannot be destroyed";
}

/* One call, and everything is back. */
static void assert_reclaimed(void)
{
	const char *wrong = why_not_whole(reeve_host_reclaim_all(&world->host));

	if (wrong != NULL) {
		print_error("after reclaim_all: %s\n", wrong);
	}
	assert_null(wrong);
	assert_null(reeve_monitor_valid(reeve_model_monitor(world->model)));
}

/* ---- lives ----
 * What a call returns after a cut there is nobody to look at; without one it must have succeeded. */

static bool is_ok(enum reeve_status status)
{
	return status == REEVE_OK || status == REEVE_LEAKED;
}

static bool create(void)
{
	return is_ok(reeve_realm_ensure_created(&world->realm));
}

static bool declare(void)
{
	return is_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
}

static bool populate(void)
{
	static const uint8_t content[5 * 4096] = {0x5A};

	return declare() &&
		is_ok(reeve_realm_populate(
			&world->realm, reeve_ipa(RAM_BASE + 0x10000), content, sizeof(content) - 7, true));
}

static bool make_recs(void)
{
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};

	for (unsigned i = 0; i < RECS; i++) {
		if (!is_ok(reeve_rec_create(&world->realm, &config, &world->recs[i]))) {
			return false;
		}
		config.runnable = false;
	}
	return true;
}

static bool make(void)
{
	return populate() && make_recs() && is_ok(reeve_realm_activate(&world->realm));
}

/* Realm code that faults pages in, changes their RIPAS and starts the other CPU. */
static bool run(void)
{
	const uint64_t page = RAM_BASE + BLOCK;
	const struct step script[] = {
		{STEP_LOAD, {page}},
		{STEP_LOAD, {page + 0x11000}},
		{STEP_STORE, {RAM_BASE + 3 * BLOCK - 0x1000, 1}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), page, page + 0x4000, RIPAS_EMPTY, 0}},
		{STEP_SMC, {RSI_FID(IPA_STATE_SET), page, page + 0x2000, RIPAS_RAM, 1}},
		{STEP_LOAD, {page + 0x1000}},
		{STEP_SMC, {PSCI_FID64_AFFINITY_INFO, 1, 0}},
		{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 0}},
		{STEP_SMC, {PSCI_FID32_SYSTEM_OFF}},
	};
	struct reeve_exit exit = {0};
	enum reeve_status status = REEVE_OK;

	memcpy(world->script[0], script, sizeof(script));
	for (unsigned i = 0; i < 16 && is_ok(status) && exit.reason != REEVE_EXIT_SYSTEM_OFF; i++) {
		status = reeve_rec_run(&world->recs[0], &exit);
	}
	return is_ok(status);
}

static bool share(void)
{
	struct reeve_pa memory = {REEVE_MODEL_DRAM_BASE + MODEL_SIZE - 2 * BLOCK};
	struct reeve_ipa_range two = life_range(SHARED, 0x3000);
	struct reeve_ipa_range block = life_range(SHARED + BLOCK, BLOCK);

	return is_ok(reeve_realm_share(&world->realm, two, memory)) &&
		is_ok(reeve_realm_share(&world->realm, block, memory)) &&
		is_ok(reeve_realm_unshare(&world->realm, two)) &&
		is_ok(reeve_realm_unshare(&world->realm, life_range(SHARED + BLOCK + 0x1000, 0x1000)));
}

/* A block that is filled and folded. */
static bool fold(void)
{
	return is_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE + BLOCK, BLOCK)));
}

/* It is split for one page, then goes. */
static bool unfold(void)
{
	return is_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE + BLOCK + 0x5000, 0x1000))) &&
		is_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE + BLOCK, BLOCK)));
}

static bool prepare_to_unfold(void)
{
	return make() && fold();
}

static bool prepare_to_destroy(void)
{
	return make() && run() && share();
}

static bool destroy(void)
{
	return is_ok(reeve_realm_destroy(&world->realm));
}

static bool nothing(void)
{
	return true;
}

/* A creation that is taken back because the monitor refuses: the undoing is cut off as well. */
static bool create_in_vain(void)
{
	load("refuse REC_AUX_COUNT status=ERROR_INPUT; refuse REALM_CREATE nth=2 status=ERROR_INPUT");
	for (unsigned i = 0; i < 2; i++) {
		if (create()) {
			return false;
		}
	}
	return create();
}

static bool recs_in_vain(void)
{
	load("refuse REC_CREATE nth=2 status=ERROR_INPUT");
	return !make_recs();
}

static const struct life {
	const char *name;
	bool (*prepare)(void); /* not cut off */
	bool (*act)(void);
} lives[] = {
	{"creation", nothing, create},
	{"creation undone", nothing, create_in_vain},
	{"populate", nothing, populate},
	{"RECs", declare, make_recs},
	{"RECs undone", declare, recs_in_vain},
	{"run", make, run},
	{"share", make, share},
	{"fold", make, fold},
	{"unfold", prepare_to_unfold, unfold},
	{"teardown", prepare_to_destroy, destroy},
	{"teardown of a block", prepare_to_unfold, destroy},
};

static const size_t page_sizes[] = {4 * KIB, 16 * KIB, 64 * KIB};

/* ---- cut off ---- */

/* Act until the cut; false when there was none. */
static bool act(const struct life *life, uint64_t at, bool is_after)
{
	cut.at = at;
	cut.is_after = is_after;
	cut.is_armed = true;
	if (setjmp(cut.out) == 0) {
		bool is_done = life->act();

		cut.is_armed = false;
		assert_true(is_done);
		return false;
	}
	/* Whoever held them is no more. */
	cut.is_armed = false;
	memset(cut.is_held, 0, sizeof(cut.is_held));
	return true;
}

/* Cut off at a call of a life, then reclaim. 0, or 1 and said what is wrong. */
static unsigned cut_once(const struct life *life, size_t page_size, uint64_t at, bool is_after)
{
	enum reeve_status status;
	const char *wrong;

	open_world(page_size);
	assert_true(life->prepare());
	assert_true(act(life, at, is_after));
	load("");
	status = reeve_host_reclaim_all(&world->host);
	wrong = why_not_whole(status);
	if (wrong == NULL) {
		life_close();
		return 0;
	}
	print_error("%s, pages of %zu KiB, cut off %s call %llu (%s): %s\n", life->name, page_size / 1024,
		is_after ? "after" : "before", (unsigned long long)at, rmi_command_info(cut.command[at - 1])->name,
		wrong);
	/* The world is left as it is: it cannot be closed. */
	return 1;
}

/* Runs of the same two calls (a block has 512) are cut at their ends and here and there. */
static bool is_worth_a_cut(const enum rmi_command *command, uint64_t count, uint64_t at)
{
	const uint64_t stride = 61, edge = 4;
	uint64_t i = at - 1;

	if (i < edge || i + edge >= count || i % stride == 0) {
		return true;
	}
	return command[i] != command[i - 2] || command[i - 1] != command[i - 3] || command[i] != command[i + 2];
}

static unsigned cut_everywhere(const struct life *life, size_t page_size)
{
	static enum rmi_command command[TRACE_MAX];
	uint64_t count;
	unsigned failed = 0;

	open_world(page_size);
	assert_true(life->prepare());
	assert_false(act(life, 0, false));
	count = cut.calls;
	memcpy(command, cut.command, sizeof(command));
	assert_reclaimed();
	life_close();
	assert_true(count > 0);
	for (uint64_t at = 1; at <= count; at++) {
		if (is_worth_a_cut(command, count, at)) {
			failed += cut_once(life, page_size, at, false);
			failed += cut_once(life, page_size, at, true);
		}
	}
	return failed;
}

static void test_cut_off_anywhere(void **state)
{
	unsigned failed = 0;

	(void)state;
	for (unsigned i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
		for (unsigned p = 0; p < sizeof(page_sizes) / sizeof(page_sizes[0]); p++) {
			failed += cut_everywhere(&lives[i], page_sizes[p]);
		}
	}
	assert_int_equal(failed, 0);
}

/* ---- from other states ---- */

/* A full realm in the world, and the other one NEW with memory and tables of its own. */
static void make_two(void)
{
	assert_true(make() && run() && share() && fold());
	life_ok(reeve_realm_add_ram(&cut.other, life_range(RAM_BASE, RAM_SIZE)));
	life_ok(reeve_realm_provide(&cut.other, life_range(RAM_BASE + 0x3000, 0x9000)));
}

static void test_two_realms(void **state)
{
	(void)state;
	for (unsigned p = 0; p < sizeof(page_sizes) / sizeof(page_sizes[0]); p++) {
		/* ACTIVE and NEW. */
		open_world(page_sizes[p]);
		make_two();
		assert_reclaimed();
		/* DYING and NEW: stopped in the middle. */
		make_two();
		world->progress_left = 300;
		assert_int_equal(reeve_realm_destroy(&world->realm), REEVE_BUSY);
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DYING);
		world->progress_left = 0; /* reclaim_all is not stopped by progress */
		{
			enum reeve_status status = reeve_host_reclaim_all(&world->host);

			world->progress_left = UINT32_MAX;
			assert_null(why_not_whole(status));
		}
		/* DEAD and NEW. */
		make_two();
		load("refuse REALM_DESTROY times=all status=ERROR_REALM");
		assert_int_equal(reeve_realm_destroy(&world->realm), REEVE_REFUSED);
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_DEAD);
		load("");
		assert_reclaimed();
		life_close();
	}
}

/* What was refused then is not refused now: it comes back, and its VMID with it. */
static void test_after_leaks(void **state)
{
	uint64_t leaked;

	(void)state;
	for (unsigned p = 0; p < sizeof(page_sizes) / sizeof(page_sizes[0]); p++) {
		open_world(page_sizes[p]);
		assert_true(make() && run());
		load("refuse GRANULE_UNDELEGATE times=all status=ERROR_INPUT; "
		     "refuse GRANULE_DELEGATE times=all status=ERROR_INPUT");
		assert_int_equal(
			reeve_realm_discard(&world->realm, life_range(RAM_BASE + 0x10000, 0x2000)), REEVE_LEAKED);
		leaked = life_in_use(REEVE_USE_LEAKED);
		assert_true(leaked >= 2);
		assert_int_equal(reeve_realm_destroy(&world->realm), REEVE_LEAKED);
		assert_true(life_in_use(REEVE_USE_LEAKED) > leaked);
		assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
		assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_LEAKED);
		load("");
		assert_reclaimed();
		life_close();
	}
}

static bool count_leaks(void *context, const struct reeve_ledger_entry *entry)
{
	uint64_t *leaks = context;

	if (entry->use == REEVE_USE_LEAKED) {
		assert_int_equal(entry->command, RMI_GRANULE_UNDELEGATE);
		assert_int_equal(entry->returned, RMI_ERROR_INPUT);
		assert_true(entry->was == REEVE_USE_DATA || entry->was == REEVE_USE_RTT || entry->was == REEVE_USE_RD ||
			entry->was == REEVE_USE_REC || entry->was == REEVE_USE_REC_AUX ||
			entry->was == REEVE_USE_SPARE);
		(*leaks)++;
	}
	return true;
}

/* Nothing is let go: all of it is told, with the cause; and given back when the monitor is well again. */
static void test_nothing_comes_back(void **state)
{
	struct ledger_view machine;
	uint64_t delegated;
	uint64_t leaks = 0;

	(void)state;
	open_world(4 * KIB);
	make_two();
	machine = view();
	delegated = ledger_delegated(&machine);
	load("refuse GRANULE_UNDELEGATE times=all status=ERROR_INPUT; refuse GRANULE_DELEGATE times=all status=ERROR_INPUT");
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_LEAKED);
	life_check();
	reeve_host_ledger_visit(&world->host, count_leaks, &leaks);
	assert_int_equal(leaks, life_in_use(REEVE_USE_LEAKED));
	assert_true(leaks > 0 && leaks <= delegated);
	assert_int_equal(ledger_delegated(&machine), leaks);
	load("");
	assert_reclaimed();
	life_close();
}

/* Each call of a reclaim refused once: what did not come is told, and comes with the next. */
static void test_faults_during_reclaim(void **state)
{
	const uint64_t answers[] = {RMI_ERROR_INPUT, RMI_ERROR_RTT | 2 << 8, RMI_V2_BUSY, 0xDEAD};
	bool is_reached = true;

	(void)state;
	for (unsigned a = 0; a < sizeof(answers) / sizeof(answers[0]); a++) {
		is_reached = true;
		for (uint64_t at = 1; is_reached; at++) {
			struct ledger_view machine;
			enum reeve_status status;

			open_world(4 * KIB);
			machine = view();
			assert_true(make() && run() && share());
			world->refuse_at = at;
			world->refuse_with = answers[a];
			status = reeve_host_reclaim_all(&world->host);
			life_check();
			assert_true(status == REEVE_OK || status == REEVE_LEAKED);
			assert_int_equal(status == REEVE_OK, ledger_delegated(&machine) == 0);
			is_reached = world->refuse_at == 0;
			world->refuse_at = 0;
			assert_reclaimed();
			life_close();
			assert_true(at < 2000);
		}
	}
}

/* Cut off while reclaiming, and again. */
static bool reclaim(void)
{
	return is_ok(reeve_host_reclaim_all(&world->host));
}

static void test_cut_off_in_reclaim(void **state)
{
	const struct life life = {"reclaim", prepare_to_destroy, reclaim};

	(void)state;
	assert_int_equal(cut_everywhere(&life, 16 * KIB), 0);
}

/* The second finds nothing to do and does nothing. */
static void test_twice(void **state)
{
	(void)state;
	open_world(16 * KIB);
	make_two();
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	memset(world->calls, 0, sizeof(world->calls));
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	life_expect_no_more_calls();
	assert_null(why_not_whole(REEVE_OK));
	life_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_off_anywhere),
		cmocka_unit_test(test_two_realms),
		cmocka_unit_test(test_after_leaks),
		cmocka_unit_test(test_nothing_comes_back),
		cmocka_unit_test(test_faults_during_reclaim),
		cmocka_unit_test(test_cut_off_in_reclaim),
		cmocka_unit_test(test_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
