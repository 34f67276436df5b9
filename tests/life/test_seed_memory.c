/* SPDX-License-Identifier: BSD-2-Clause */
/* test_seed_memory.c - docs/faults.md: what was fragile in memory, RECs, runs and the end of realms, each provoked by its plan. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "reeve/psci.h"
#include "tests/life/support/seed_world.h"

#define HALF (UINT64_C(1) << 39) /* where the unprotected half of a realm with the default 40 bits begins */

/* A field of the entry of the page at `ipa`, by the monitor: 1 walk level, 2 state, 3 descriptor, 4 RIPAS. */
static uint64_t entry(uint64_t ipa, unsigned field)
{
	uint64_t x[18] = {RMI_FID(RTT_READ_ENTRY), world->realm.rd.value, ipa, RMI_LEVEL_LAST};

	(void)reeve_model_smc(world->model, 0, x);
	assert_int_equal(x[0], RMI_SUCCESS);
	return x[field];
}

static void seed_partial_range_is_undone(void **state)
{
	const struct reeve_ipa_range last = life_range(HALF + 3 * 4096, 4096);
	struct reeve_pa pa;

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	pa = reeve_pa(reeve_model_pages_alloc(world->model, 4 * 4096));
	seed_ok(reeve_realm_share(&world->realm, last, reeve_pa(pa.value + 3 * 4096)));
	seed_failed(reeve_realm_share(&world->realm, life_range(HALF, 4 * 4096), pa), REEVE_REFUSED,
		"mapping shared memory: RMI_RTT_MAP_UNPROTECTED returned ERROR_INPUT(0)");
	for (uint64_t i = 0; i < 3; i++) {
		assert_int_equal(entry(HALF + i * 4096, 2), RTTE_UNASSIGNED);
	}
	assert_int_equal(entry(last.base.value, 2), RTTE_ASSIGNED);
	/* The two pages that were mapped, and the refused one, in case it was carried out all the same. */
	assert_int_equal(seed_issued(RMI_RTT_UNMAP_UNPROTECTED), 3);
	seed_ok(reeve_realm_share(&world->realm, life_range(HALF, 3 * 4096), pa));
	seed_ok(reeve_realm_destroy(&world->realm));
	reeve_model_pages_free(world->model, pa.value, 4 * 4096);
	seed_close();
}

/* One attempt to create a REC that fails: nothing of it stays, and the caller's structure is as it was. */
static void rec_fails(struct reeve_rec *rec, enum reeve_status status, const char *words)
{
	const struct reeve_rec_config config = {.pc = RAM_BASE, .gprs = {1, 2, 3, 4, 5, 6, 7, 8}, .runnable = true};
	const struct reeve_rec untouched = {0};
	uint64_t pages = reeve_host_ledger_counts(&world->host).pages_held;

	seed_failed(reeve_rec_create(&world->realm, &config, rec), status, words);
	assert_memory_equal(rec, &untouched, sizeof(untouched));
	assert_int_equal(life_in_use(REEVE_USE_SPARE), 0);
	assert_int_equal(life_in_use(REEVE_USE_PARAMS), 1); /* the realm's own */
	assert_int_equal(reeve_host_ledger_counts(&world->host).pages_held, pages);
}

static void seed_run_page_is_freed_once(void **state)
{
	struct reeve_rec_config config = {.pc = RAM_BASE + 4};
	struct rmi_rec_params expected = {.pc = RAM_BASE + 4, .num_aux = 16};
	struct reeve_rec rec = {0};
	const char *delegate = "creating a REC: RMI_GRANULE_DELEGATE returned ERROR_INPUT(0)";

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	reeve_fault_phase(&seed->fault, "rec");
	for (unsigned i = 0; i < 3; i++) { /* the REC's granule, the first of the auxiliary ones, the last */
		rec_fails(&rec, REEVE_REFUSED, delegate);
	}
	rec_fails(&rec, REEVE_REFUSED, "creating a REC: RMI_REC_CREATE returned ERROR_INPUT(0)");
	for (unsigned i = 0; i < 3; i++) { /* no run page, no granule for the REC, none for it to use */
		rec_fails(&rec, REEVE_NO_MEMORY, "creating a REC");
	}
	seed_ok(reeve_rec_create(&world->realm, &config, &rec));
	/* Nor is anything of the refused attempt in its parameters. */
	memcpy(expected.aux, seed->rec_params.aux, sizeof(expected.aux));
	assert_memory_equal(&seed->rec_params, &expected, sizeof(expected));
	seed_ok(reeve_realm_destroy(&world->realm));
	assert_int_equal(life_in_use(REEVE_USE_PARAMS), 0);
	assert_false(rec.exists);
	seed_close();
}

static void seed_kept_page_stays_out(void **state)
{
	const struct reeve_ipa_range pages = life_range(RAM_BASE, 16 * 4096);
	struct reeve_ledger_entry leak;
	uint64_t before;

	seed_open(*state, 64 * KIB);
	seed_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
	seed_ok(reeve_realm_provide(&world->realm, pages));
	before = reeve_host_ledger_counts(&world->host).pages_held;
	reeve_fault_phase(&seed->fault, "discard");
	seed_failed(reeve_realm_discard(&world->realm, pages), REEVE_LEAKED, "they are on the leak list");
	reeve_fault_phase(&seed->fault, NULL);
	seed_leaks(1, &leak);
	assert_int_equal(leak.command, RMI_GRANULE_UNDELEGATE);
	/* The host's page of 64 KiB stays with the library for the one granule; the other fifteen are used again. */
	assert_int_equal(reeve_host_ledger_counts(&world->host).pages_held, before);
	assert_true(life_in_use(REEVE_USE_FREE) >= 15);
	/* Taken apart and made again, the realm never gets it. */
	seed_failed(reeve_realm_destroy(&world->realm), REEVE_LEAKED, "taking granules back");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_NONE);
	seed_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
	seed_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE, BLOCK)));
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_leaks(1, &leak);
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	seed_close();
}

static void seed_last_range_is_whole(void **state)
{
	const struct reeve_ipa_range provided = life_range(HALF - 2 * 4096, 2 * 4096);
	const struct reeve_ipa_range shared = life_range(2 * HALF - 2 * 4096, 2 * 4096);
	struct reeve_pa pa;

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_add_ram(&world->realm, provided));
	seed_ok(reeve_realm_provide(&world->realm, provided));
	pa = reeve_pa(reeve_model_pages_alloc(world->model, 2 * 4096));
	seed_ok(reeve_realm_share(&world->realm, shared, pa));
	for (uint64_t i = 0; i < 2; i++) {
		assert_int_equal(entry(provided.base.value + i * 4096, 2), RTTE_ASSIGNED);
		assert_int_equal(entry(provided.base.value + i * 4096, 4), RIPAS_RAM);
		assert_int_equal(entry(shared.base.value + i * 4096, 2), RTTE_ASSIGNED);
	}
	seed_ok(reeve_realm_unshare(&world->realm, shared));
	seed_ok(reeve_realm_discard(&world->realm, provided));
	assert_int_equal(life_in_use(REEVE_USE_DATA), 0);
	for (uint64_t i = 0; i < 2; i++) {
		assert_int_equal(entry(provided.base.value + i * 4096, 2), RTTE_UNASSIGNED);
		assert_true(entry(shared.base.value + i * 4096, 2) == RTTE_UNASSIGNED);
	}
	seed_ok(reeve_realm_destroy(&world->realm));
	reeve_model_pages_free(world->model, pa.value, 2 * 4096);
	seed_close();
}

/* Every call that takes a range refuses this one, and the monitor hears nothing of it. */
static void range_is_refused(struct reeve_ipa_range range, const char *words)
{
	struct reeve_realm *realm = &world->realm;

	memset(world->calls, 0, sizeof(world->calls));
	seed_failed(reeve_realm_add_ram(realm, range), REEVE_INPUT, words);
	seed_failed(reeve_realm_provide(realm, range), REEVE_INPUT, words);
	seed_failed(reeve_realm_discard(realm, range), REEVE_INPUT, words);
	seed_failed(reeve_realm_share(realm, range, reeve_pa(REEVE_MODEL_DRAM_BASE)), REEVE_INPUT, words);
	seed_failed(reeve_realm_unshare(realm, range), REEVE_INPUT, words);
	life_expect_no_more_calls();
}

static void seed_size_0_is_refused(void **state)
{
	const uint64_t bases[] = {0, RAM_BASE, HALF, 2 * HALF - 4096, UINT64_MAX - 4095};
	const uint8_t page[4096] = {1};

	seed_open(*state, 4 * KIB);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	for (unsigned i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		range_is_refused((struct reeve_ipa_range){{bases[i]}, {bases[i]}}, "size is 0");
		seed_failed(reeve_realm_populate(&world->realm, reeve_ipa(bases[i]), page, 0, true), REEVE_INPUT,
			"size is 0");
	}
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

static void seed_wrap_is_refused(void **state)
{
	const struct reeve_ipa_range wrapped = {{UINT64_MAX - 4095}, {4096}};
	const uint8_t page[4096] = {1};
	struct reeve_ipa_range range = life_range(RAM_BASE, 4096);
	const struct reeve_ipa_range shared = life_range(HALF, 2 * 4096);

	seed_open(*state, 4 * KIB);
	/* Such a range cannot be made, and one that was put together by hand is not taken. */
	assert_false(reeve_ipa_range(UINT64_MAX - 4095, 2 * 4096, &range));
	assert_int_equal(range.base.value, RAM_BASE);
	seed_ok(reeve_realm_ensure_created(&world->realm));
	range_is_refused(wrapped, "size is 0");
	seed_failed(
		reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), page, SIZE_MAX, true), REEVE_INPUT, "size");
	seed_failed(reeve_realm_populate(&world->realm, wrapped.base, page, 4097, true), REEVE_INPUT, "size");
	seed_failed(reeve_realm_share(&world->realm, shared, reeve_pa(UINT64_MAX - 4095)), REEVE_INPUT, "pa is");
	life_expect_no_more_calls();
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

static void seed_read_fault_is_no_end(void **state)
{
	/* A read that faulted is done again. */
	const struct step script[] = {
		{STEP_LOAD, {RAM_BASE + BLOCK}},
		{STEP_LOAD, {RAM_BASE + BLOCK}},
		{STEP_LOAD, {HALF + 0x1000}},
		{STEP_LOAD, {RAM_BASE + 2 * BLOCK}},
		{STEP_LOAD, {RAM_BASE + 2 * BLOCK}},
	};
	struct reeve_exit exit = {0};

	seed_open(*state, 4 * KIB);
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	/* No memory where the realm reads, for a refusal and for lack of a page: the next run brings it. */
	seed_failed(reeve_rec_run(&world->recs[0], &exit), REEVE_REFUSED,
		"resolving a realm's fault: RMI_DATA_CREATE_UNKNOWN returned ERROR_INPUT(0)");
	assert_int_equal(reeve_realm_state(&world->realm), REEVE_REALM_ACTIVE);
	seed_ok(reeve_rec_run(&world->recs[0], &exit));
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3 + 1);
	/* Nothing where it reads unprotected memory: an abort for the realm. */
	assert_int_equal(exit.reason, REEVE_EXIT_MMIO_READ);
	exit.mmio.refuse = true;
	reeve_fault_phase(&seed->fault, "read");
	seed_failed(reeve_rec_run(&world->recs[0], &exit), REEVE_NO_MEMORY, "resolving a realm's fault");
	seed_ok(reeve_rec_run(&world->recs[0], &exit));
	assert_int_equal(exit.reason, REEVE_EXIT_INTERRUPTED);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3 + 2);
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

static void seed_results_are_untouched(void **state)
{
	const struct step script[] = {{STEP_SMC, {PSCI_FID64_CPU_ON, 1, RAM_BASE, 0}}};
	struct reeve_host host;
	struct reeve_error error = {0};
	struct reeve_exit exit;
	struct reeve_exit before;
	bool switched_on = true;

	seed_open(*state, 4 * KIB);
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	memset(&exit, 0xA5, sizeof(exit));
	before = exit;
	seed_failed(reeve_rec_run(&world->recs[0], &exit), REEVE_REFUSED, "RMI_REC_ENTER returned ERROR_REC(0)");
	assert_memory_equal(&exit, &before, sizeof(exit));
	seed_ok(reeve_rec_run(&world->recs[0], &exit));
	assert_int_equal(exit.reason, REEVE_EXIT_CPU_ON);
	before = exit;
	seed_failed(reeve_rec_complete_cpu_on(&world->recs[0], &exit, &switched_on), REEVE_REFUSED,
		"RMI_PSCI_COMPLETE returned ERROR_INPUT(0)");
	assert_true(switched_on);
	assert_memory_equal(&exit, &before, sizeof(exit));
	switched_on = false;
	seed_ok(reeve_rec_complete_cpu_on(&world->recs[0], &exit, &switched_on));
	assert_true(switched_on);
	reeve_fault_phase(&seed->fault, "probe");
	assert_int_equal(reeve_host_init(&host, &world->host.config, &error), REEVE_REFUSED);
	assert_int_equal(error.command, RMI_FEATURES);
	assert_int_equal(host.features0, 0);
	seed_ok(reeve_realm_destroy(&world->realm));
	seed_close();
}

int main(void)
{
	/* Name, test, -, -, its plan: a row each in docs/faults.md (scripts/gate.d/faults). */
	const struct CMUnitTest tests[] = {
		{"seed_partial_range_is_undone", seed_partial_range_is_undone, NULL, NULL,
			"refuse RTT_MAP_UNPROTECTED nth=4 status=ERROR_INPUT"},
		{"seed_run_page_is_freed_once", seed_run_page_is_freed_once, NULL, NULL,
			"refuse GRANULE_DELEGATE phase=rec status=ERROR_INPUT; "
			"refuse GRANULE_DELEGATE phase=rec nth=3 status=ERROR_INPUT; "
			"refuse GRANULE_DELEGATE phase=rec nth=20 status=ERROR_INPUT; "
			"refuse REC_CREATE status=ERROR_INPUT; "
			"refuse alloc phase=rec nth=42; refuse alloc phase=rec nth=44; refuse alloc phase=rec nth=47"},
		{"seed_kept_page_stays_out", seed_kept_page_stays_out, NULL, NULL,
			"refuse GRANULE_UNDELEGATE phase=discard times=3 status=ERROR_INPUT"},
		{"seed_last_range_is_whole", seed_last_range_is_whole, NULL, NULL,
			"# provide, share, unshare, discard the last pages of each half"},
		{"seed_size_0_is_refused", seed_size_0_is_refused, NULL, NULL,
			"# every call that takes a range, with base = top"},
		{"seed_wrap_is_refused", seed_wrap_is_refused, NULL, NULL,
			"# every call that takes a range, with top < base; sizes and addresses near 2^64"},
		{"seed_read_fault_is_no_end", seed_read_fault_is_no_end, NULL, NULL,
			"refuse DATA_CREATE_UNKNOWN status=ERROR_INPUT; refuse alloc phase=read"},
		{"seed_results_are_untouched", seed_results_are_untouched, NULL, NULL,
			"refuse REC_ENTER status=ERROR_REC; refuse PSCI_COMPLETE status=ERROR_INPUT; "
			"refuse FEATURES phase=probe status=ERROR_INPUT"},
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
