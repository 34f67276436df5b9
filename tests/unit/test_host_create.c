/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_create.c - creation refused at each of its calls, exact rollback, the leak list, and the ledger over scattered pages. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "host/pool.h"
#include "tests/unit/support/fake_rmi.h"

/* IPA width 42: eight roots at level 1. */
enum { ROOTS = 8, GRANULES = 1 + ROOTS };

struct world {
	struct fake *fake;
	struct reeve_host host;
	struct reeve_realm realm;
};

static void open_world(struct world *w, size_t page_size)
{
	struct reeve_realm_config config = {.ipa_bits = 42, .hash = RMI_HASH_SHA_512, .rpv = {1, 2, 3}};

	w->fake = fake_open();
	fake_host(w->fake, &w->host, page_size);
	reeve_realm_init(&w->realm, &w->host, NULL);
	assert_int_equal(reeve_realm_configure(&w->realm, &config), REEVE_OK);
}

/* Everything but `leaked` pages went back. */
static void close_world(struct world *w, unsigned leaked_granules)
{
	reeve_host_fini(&w->host);
	assert_int_equal(fake_delegated(w->fake), leaked_granules);
	fake_close(w->fake);
}

static uint64_t in_use(struct world *w, enum reeve_use use)
{
	return reeve_host_ledger_counts(&w->host).granules[use];
}

static void refuse(struct world *w, enum rmi_command command, unsigned nth, uint64_t returned)
{
	unsigned i = 0;

	while (w->fake->refusals[i].nth != 0) {
		i++;
	}
	assert_true(i < FAKE_REFUSALS);
	w->fake->refusals[i] = (struct fake_refusal){command, nth, returned};
}

/* From its `nth` UNDELEGATE on a granule is refused until the host asks for it no more. */
static void keep(struct world *w, unsigned nth, uint64_t returned)
{
	for (unsigned i = 0; i < 3; i++) {
		refuse(w, RMI_GRANULE_UNDELEGATE, nth + i, returned);
	}
}

/* Nothing delegated, nothing held but the books, and the next attempt succeeds (H3, H5). */
static void expect_none_and_retry(struct world *w)
{
	assert_int_equal(reeve_realm_state(&w->realm), REEVE_REALM_NONE);
	assert_int_equal(fake_delegated(w->fake), 0);
	for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
		assert_true(i == REEVE_USE_BOOKS || in_use(w, (enum reeve_use)i) == 0);
	}
	assert_int_equal(reeve_realm_ensure_created(&w->realm), REEVE_OK);
	assert_int_equal(w->fake->params_dirty, 0);
	assert_int_equal(w->fake->params.vmid, 1); /* the first attempt's, free again */
	assert_int_equal(reeve_realm_ensure_created(&w->realm), REEVE_OK);
	assert_int_equal(w->fake->calls[RMI_REALM_CREATE] - w->fake->calls[RMI_REALM_DESTROY], 1);
	assert_int_equal(reeve_realm_destroy(&w->realm), REEVE_OK);
	close_world(w, 0);
}

static void test_params(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 4096);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
	assert_int_equal(w.fake->params.s2sz, 42);
	assert_int_equal(w.fake->params.hash_algo, RMI_HASH_SHA_512);
	assert_int_equal(w.fake->params.rpv[2], 3);
	assert_int_equal(w.fake->params.num_bps, 1);
	assert_int_equal(w.fake->params.num_wps, 1);
	assert_int_equal(w.fake->params.rtt_level_start, 1);
	assert_int_equal(w.fake->params.rtt_num_start, ROOTS);
	assert_int_equal(w.fake->params.rtt_base % (ROOTS * 4096), 0);
	assert_int_equal(w.fake->params_dirty, 0);
	assert_int_equal(reeve_realm_configure(&w.realm, &w.realm.config), REEVE_STATE);
	assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_OK);
	close_world(&w, 0);
}

/* A granule given back twice is a fault of the library: it is told by every call from then on. */
static void test_books_wrong(void **state)
{
	struct reeve_pa pa;
	struct world w;

	(void)state;
	open_world(&w, 65536);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
	assert_true(pool_take(&w.host, REEVE_USE_BOOKS, 0, &pa));
	pool_give(&w.host, pa);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
	pool_give(&w.host, pa);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_INTERNAL);
	assert_int_equal(reeve_realm_error(&w.realm).status, REEVE_INTERNAL);
	assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_INTERNAL);
	assert_int_equal(reeve_realm_state(&w.realm), REEVE_REALM_NONE);
	assert_int_equal(reeve_host_reclaim_all(&w.host), REEVE_INTERNAL);
	close_world(&w, 0);
}

static void test_delegate_refused(void **state)
{
	const size_t page_sizes[] = {4096, 16384, 65536};

	(void)state;
	for (unsigned i = 0; i < 3 * GRANULES; i++) {
		struct world w;

		open_world(&w, page_sizes[i / GRANULES]);
		refuse(&w, RMI_GRANULE_DELEGATE, i % GRANULES + 1, RMI_ERROR_INPUT);
		assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_REFUSED);
		assert_int_equal(reeve_realm_error(&w.realm).command, RMI_GRANULE_DELEGATE);
		/* Those that were lent, and the refused one, in case it was carried out all the same: refused, offered, asked for again. */
		assert_int_equal(w.fake->calls[RMI_GRANULE_UNDELEGATE], i % GRANULES + 2);
		expect_none_and_retry(&w);
	}
}

static void test_realm_create_refused(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 65536);
	refuse(&w, RMI_REALM_CREATE, 1, RMI_ERROR_INPUT);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_REFUSED);
	assert_int_equal(reeve_realm_error(&w.realm).step, REEVE_STEP_CREATE_REALM);
	assert_int_equal(w.fake->calls[RMI_REALM_DESTROY], 1); /* it may have been carried out all the same */
	w.fake->calls[RMI_REALM_CREATE] = 0;
	w.fake->calls[RMI_REALM_DESTROY] = 0;
	w.fake->refusals[0].nth = 0;
	expect_none_and_retry(&w);
}

static void test_aux_count_refused(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 4096);
	refuse(&w, RMI_REC_AUX_COUNT, 1, RMI_ERROR_INPUT);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_REFUSED);
	assert_int_equal(reeve_realm_error(&w.realm).command, RMI_REC_AUX_COUNT);
	expect_none_and_retry(&w);
}

static void test_aux_count_unbelievable(void **state)
{
	struct world w;

	(void)state;
	open_world(&w, 4096);
	w.fake->aux_count = 17;
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_BROKEN);
	assert_string_equal(reeve_realm_error(&w.realm).field, "aux_count");
	assert_int_equal(reeve_realm_error(&w.realm).limit, 16);
	w.fake->aux_count = 16;
	expect_none_and_retry(&w);
}

/* H5, H6: a realm that cannot be destroyed keeps RD, roots and VMID, and can be destroyed later. */
static void test_dead(void **state)
{
	struct world w;
	struct reeve_realm other;

	(void)state;
	open_world(&w, 4096);
	refuse(&w, RMI_REC_AUX_COUNT, 1, RMI_ERROR_INPUT);
	refuse(&w, RMI_REALM_DESTROY, 1, RMI_ERROR_REALM);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_REFUSED);
	assert_int_equal(reeve_realm_state(&w.realm), REEVE_REALM_DEAD);
	assert_int_equal(in_use(&w, REEVE_USE_RD), 1);
	assert_int_equal(in_use(&w, REEVE_USE_RTT), ROOTS);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_STATE);
	reeve_realm_init(&other, &w.host, NULL);
	assert_int_equal(reeve_realm_ensure_created(&other), REEVE_OK);
	assert_int_equal(w.fake->params.vmid, 2);
	assert_int_equal(reeve_realm_destroy(&other), REEVE_OK);
	w.fake->params.rtt_num_start = ROOTS; /* the fake remembers the last realm's roots only */
	w.fake->params.rtt_base = w.realm.roots.value;
	assert_int_equal(reeve_host_reclaim_all(&w.host), REEVE_OK);
	assert_int_equal(reeve_realm_state(&w.realm), REEVE_REALM_NONE);
	close_world(&w, 0);
}

struct leak {
	unsigned count;
	struct reeve_ledger_entry entry;
};

static bool see_leak(void *context, const struct reeve_ledger_entry *entry)
{
	struct leak *leak = context;

	if (entry->use == REEVE_USE_LEAKED) {
		leak->count++;
		leak->entry = *entry;
	}
	return true;
}

/* H3, H4: one UNDELEGATE refused leaks that granule, named with its cause, and the others go back. */
static void test_undelegate_refused(void **state)
{
	(void)state;
	for (unsigned i = 0; i < GRANULES; i++) {
		struct world w;
		struct leak leak = {0};

		open_world(&w, 4096);
		refuse(&w, RMI_REALM_CREATE, 1, RMI_ERROR_INPUT);
		keep(&w, i + 1, RMI_ERROR_REC | 5 << 8);
		assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_REFUSED);
		assert_int_equal(reeve_realm_error(&w.realm).command, RMI_REALM_CREATE);
		assert_int_equal(reeve_realm_state(&w.realm), REEVE_REALM_NONE);
		assert_int_equal(fake_delegated(w.fake), 1);
		reeve_host_ledger_visit(&w.host, see_leak, &leak);
		assert_int_equal(leak.count, 1);
		assert_int_equal(leak.entry.was, REEVE_USE_SPARE);
		assert_int_equal(leak.entry.command, RMI_GRANULE_UNDELEGATE);
		assert_int_equal(leak.entry.returned, RMI_ERROR_REC | 5 << 8);
		assert_int_equal(leak.entry.vmid, 1);
		/* A new attempt takes other granules. */
		assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
		assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_OK);
		/* It would go now, so it goes. */
		assert_int_equal(reeve_host_reclaim_all(&w.host), REEVE_OK);
		close_world(&w, 0);
	}
}

/* A leak keeps its whole host page, and the other granules of it stay usable (H9). */
static void test_leak_keeps_page(void **state)
{
	struct world w;
	struct leak leak = {0};

	(void)state;
	open_world(&w, 65536);
	assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
	keep(&w, 1, SMCCC_NOT_SUPPORTED);
	assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_LEAKED);
	assert_int_equal(reeve_realm_state(&w.realm), REEVE_REALM_NONE);
	reeve_host_ledger_visit(&w.host, see_leak, &leak);
	assert_int_equal(leak.count, 1);
	assert_int_equal(leak.entry.returned, SMCCC_NOT_SUPPORTED);
	assert_int_equal(in_use(&w, REEVE_USE_LEAKED), 1);
	assert_int_equal(in_use(&w, REEVE_USE_FREE), 15);
	assert_int_equal(in_use(&w, REEVE_USE_BOOKS), 2 * 16); /* two levels of nodes */
	close_world(&w, 1);
}

static void test_rec_rollback(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 4; i++) {
		struct world w;
		struct reeve_rec rec = {0};
		struct reeve_rec_config config = {.runnable = true};

		open_world(&w, 16384);
		assert_int_equal(reeve_realm_ensure_created(&w.realm), REEVE_OK);
		if (i < 3) {
			refuse(&w, RMI_GRANULE_DELEGATE, GRANULES + i + 1, RMI_ERROR_INPUT);
		} else {
			refuse(&w, RMI_REC_CREATE, 1, RMI_ERROR_REALM);
		}
		assert_int_equal(reeve_rec_create(&w.realm, &config, &rec), REEVE_REFUSED);
		assert_int_equal(fake_delegated(w.fake), GRANULES);
		assert_false(rec.exists);
		assert_int_equal(reeve_rec_create(&w.realm, &config, &rec), REEVE_OK);
		assert_int_equal(rec.mpidr, 0);
		assert_int_equal(reeve_rec_create(&w.realm, &config, &rec), REEVE_INPUT);
		assert_int_equal(in_use(&w, REEVE_USE_REC), 1);
		assert_int_equal(in_use(&w, REEVE_USE_REC_AUX), 2);
		assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_OK);
		close_world(&w, 0);
	}
}

static void test_mpidrs(void **state)
{
	static struct reeve_rec recs[18];
	struct reeve_rec_config config = {0};
	struct world w;

	(void)state;
	open_world(&w, 4096);
	w.fake->aux_count = 0;
	for (unsigned i = 0; i < 18; i++) {
		assert_int_equal(reeve_rec_create(&w.realm, &config, &recs[i]), REEVE_OK);
	}
	assert_int_equal(recs[15].mpidr, 15);
	assert_int_equal(recs[16].mpidr, 0x100);
	assert_int_equal(recs[17].mpidr, 0x101);
	assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_OK);
	close_world(&w, 0);
}

/* Every VMID can be had once. */
static void test_vmids(void **state)
{
	static struct reeve_realm realms[REEVE_VMID_COUNT];
	struct reeve_realm_config config = {.ipa_bits = 39};
	struct world w;

	(void)state;
	open_world(&w, 4096);
	for (unsigned i = 0; i < REEVE_VMID_COUNT; i++) {
		reeve_realm_init(&realms[i], &w.host, NULL);
		assert_int_equal(reeve_realm_configure(&realms[i], &config), REEVE_OK);
		assert_int_equal(reeve_realm_ensure_created(&realms[i]), i < 255 ? REEVE_OK : REEVE_NO_MEMORY);
	}
	assert_string_equal(reeve_realm_error(&realms[255]).field, "vmid");
	for (unsigned i = 0; i < 255; i++) {
		w.fake->params.rtt_base = realms[i].roots.value;
		assert_int_equal(reeve_realm_destroy(&realms[i]), REEVE_OK);
	}
	close_world(&w, 0);
}

/* Pages from all over memory: the ledger finds its nodes, or leaves none behind. */
static void test_ledger_scattered(void **state)
{
	unsigned pages = 0;
	enum reeve_status status = REEVE_NO_MEMORY;

	(void)state;
	for (; status == REEVE_NO_MEMORY && pages < 64; pages++) {
		struct world w;
		struct reeve_ledger_counts counts;
		uint64_t sum = 0;

		open_world(&w, 4096);
		w.fake->scatter = 512;
		w.fake->pages_left = pages;
		status = reeve_realm_ensure_created(&w.realm);
		counts = reeve_host_ledger_counts(&w.host);
		for (unsigned i = 0; i < REEVE_USE_COUNT; i++) {
			sum += counts.granules[i];
		}
		assert_int_equal(sum, counts.pages_held);
		assert_int_equal(sum, fake_allocated(w.fake));
		assert_int_equal(reeve_realm_destroy(&w.realm), REEVE_OK);
		reeve_host_fini(&w.host);
		assert_int_equal(fake_allocated(w.fake), 0);
		assert_int_equal(reeve_host_ledger_counts(&w.host).pages_held, 0);
		fake_close(w.fake);
	}
	assert_int_equal(status, REEVE_OK);
	assert_in_range(pages, 1 + 4, 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_params),
		cmocka_unit_test(test_books_wrong),
		cmocka_unit_test(test_delegate_refused),
		cmocka_unit_test(test_realm_create_refused),
		cmocka_unit_test(test_aux_count_refused),
		cmocka_unit_test(test_aux_count_unbelievable),
		cmocka_unit_test(test_dead),
		cmocka_unit_test(test_undelegate_refused),
		cmocka_unit_test(test_leak_keeps_page),
		cmocka_unit_test(test_rec_rollback),
		cmocka_unit_test(test_mpidrs),
		cmocka_unit_test(test_vmids),
		cmocka_unit_test(test_ledger_scattered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
