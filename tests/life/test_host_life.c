/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_life.c - lives of realms through the host library over the model: books, numbers of calls, invariants. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "reeve/psci.h"
#include "tests/life/support/host_world.h"

static void life(size_t page_size)
{
	const struct step script[] = {
		{STEP_LOAD, {RAM_BASE + BLOCK + 0x5008}},
		{STEP_FETCH, {RAM_BASE + 2 * BLOCK}},
		{STEP_SMC, {PSCI_FID32_SYSTEM_OFF}},
	};
	struct reeve_exit exit = {0};

	life_open(page_size);
	life_make_realm();
	memcpy(world->script[0], script, sizeof(script));
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3);
	assert_int_equal(life_run(0, &exit), REEVE_EXIT_SYSTEM_OFF);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3 + 2 * page_size / 4096);
	assert_int_equal(reeve_rec_run(&world->recs[0], &exit), REEVE_STATE);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

static void test_life_4k(void **state)
{
	(void)state;
	life(4 * KIB);
}

static void test_life_16k(void **state)
{
	(void)state;
	life(16 * KIB);
}

static void test_life_64k(void **state)
{
	(void)state;
	life(64 * KIB);
}

/* H14: the number of calls for a layout. 40 bits: two roots at level 1. */
static void test_calls_of_layouts(void **state)
{
	uint8_t *content = malloc(2 * BLOCK);

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_ensure_created(&world->realm));
	life_expect_calls(RMI_GRANULE_DELEGATE, 1 + 2);
	life_expect_calls(RMI_REALM_CREATE, 1);
	life_expect_calls(RMI_REC_AUX_COUNT, 1);
	life_expect_no_more_calls();
	/* One refusal says that a level 2 table is missing; then one call does all. */
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
	life_expect_calls(RMI_RTT_INIT_RIPAS, 2);
	life_expect_calls(RMI_GRANULE_DELEGATE, 1);
	life_expect_calls(RMI_RTT_CREATE, 1);
	life_expect_no_more_calls();
	/* Two whole blocks: each a table that is folded away again, of the same granule. */
	memset(content, 0xA5, 2 * BLOCK);
	life_ok(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 2 * BLOCK, false));
	life_expect_calls(RMI_GRANULE_DELEGATE, 2 * 512 + 1);
	life_expect_calls(RMI_DATA_CREATE, 2 * 512);
	life_expect_calls(RMI_RTT_CREATE, 2);
	life_expect_calls(RMI_RTT_FOLD, 2);
	life_expect_calls(RMI_GRANULE_UNDELEGATE, 1);
	life_expect_no_more_calls();
	/* A page out of a block splits it. */
	life_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE + 4096, 4096)));
	life_expect_calls(RMI_GRANULE_DELEGATE, 1);
	life_expect_calls(RMI_RTT_CREATE, 1);
	life_expect_calls(RMI_DATA_DESTROY, 1);
	life_expect_calls(RMI_GRANULE_UNDELEGATE, 1);
	life_expect_no_more_calls();
	life_ok(reeve_realm_destroy(&world->realm));
	/* The table of the block that was split splits the other. */
	life_expect_calls(RMI_DATA_DESTROY, 1023);
	life_expect_calls(RMI_RTT_CREATE, 1);
	life_expect_calls(RMI_RTT_DESTROY, 3);
	life_expect_calls(RMI_REALM_DESTROY, 1);
	life_expect_calls(RMI_GRANULE_UNDELEGATE, 1023 + 2 + 3);
	life_expect_no_more_calls();
	life_close();
	free(content);
}

/* Populating first must work too: what is populated is skipped. */
static void test_populate_before_ram(void **state)
{
	uint8_t page[4096] = {1};

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE + 4096), page, sizeof(page), true));
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, BLOCK)));
	life_expect_calls(RMI_RTT_INIT_RIPAS, 1 + 32); /* one page; the other 510 in calls of 16 */
	assert_int_equal(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), page, 8192, true), REEVE_INPUT);
	assert_int_equal(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE + 4096, BLOCK)), REEVE_INPUT);
	life_check();
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* Memory of unknown content is not RAM by itself: before it was declared it is refused, and the declaration makes all of it RAM. */
static void test_provide_before_ram(void **state)
{
	const struct reeve_ipa_range some = life_range(RAM_BASE + 4096, 2 * 4096);

	(void)state;
	life_open(4 * KIB);
	assert_int_equal(reeve_realm_provide(&world->realm, some), REEVE_INPUT);
	assert_int_equal(reeve_realm_error(&world->realm).value, some.base.value);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 0);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, 2 * 4096)));
	assert_int_equal(reeve_realm_provide(&world->realm, some), REEVE_INPUT);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE + 2 * 4096, BLOCK)));
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE, 2 * 4096)));
	assert_int_equal(life_ripas(RAM_BASE + 4096), RIPAS_RAM);
	assert_int_equal(life_ripas(RAM_BASE + 2 * 4096), RIPAS_RAM);
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* Faults bring page after page; memory given in one piece is a block. */
static void test_provide_folds(void **state)
{
	(void)state;
	life_open(16 * KIB);
	life_make_realm();
	memset(world->calls, 0, sizeof(world->calls));
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE + BLOCK, 2 * BLOCK)));
	life_expect_calls(RMI_DATA_CREATE_UNKNOWN, 1024);
	life_expect_calls(RMI_RTT_FOLD, 2);
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE + BLOCK, BLOCK)));
	life_expect_calls(RMI_DATA_CREATE_UNKNOWN, 0);
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE, 8 * 4096)));
	life_expect_calls(RMI_DATA_CREATE_UNKNOWN, 5);
	life_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE + BLOCK, BLOCK)));
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

static void test_share(void **state)
{
	struct reeve_ipa alias;
	struct reeve_pa pa;

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_ensure_created(&world->realm));
	alias = reeve_realm_shared_ipa(&world->realm, reeve_ipa(RAM_BASE));
	assert_int_equal(alias.value, RAM_BASE | UINT64_C(1) << 39);
	pa = reeve_pa(reeve_model_pages_alloc(world->model, 2 * BLOCK));
	memset(world->calls, 0, sizeof(world->calls));
	life_ok(reeve_realm_share(&world->realm, life_range(alias.value, BLOCK + 2 * 4096), pa));
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 3);
	life_expect_calls(RMI_RTT_CREATE, 2);
	/* Across the end of what is shared: nothing but the tail would be new, and nothing of it stays. */
	assert_int_equal(reeve_realm_share(&world->realm, life_range(alias.value - 8192, 3 * 4096), pa), REEVE_INPUT);
	life_check();
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 2);
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 2);
	/* A page out of the block splits it. */
	life_ok(reeve_realm_unshare(&world->realm, life_range(alias.value + 4096, 4096)));
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 1);
	life_ok(reeve_realm_unshare(&world->realm, life_range(alias.value, 2 * BLOCK)));
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 511 + 2);
	assert_int_equal(life_in_use(REEVE_USE_RTT), 2); /* the roots: folded tables went back */
	assert_int_equal(reeve_realm_share(&world->realm, life_range(RAM_BASE, 4096), pa), REEVE_INPUT);
	life_ok(reeve_realm_share(&world->realm, life_range(alias.value, BLOCK), pa));
	life_ok(reeve_realm_destroy(&world->realm));
	reeve_model_pages_free(world->model, pa.value, 2 * BLOCK);
	life_close();
}

/* H12: sharing that is stopped leaves nothing mapped, unsharing goes on. */
static void test_share_stopped(void **state)
{
	struct reeve_ipa_range range;
	struct reeve_pa pa;
	enum reeve_status status = REEVE_BUSY;
	unsigned stops = 0;

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_ensure_created(&world->realm));
	range = life_range(reeve_realm_shared_ipa(&world->realm, reeve_ipa(RAM_BASE)).value, 4 * 4096);
	pa = reeve_pa(reeve_model_pages_alloc(world->model, 4 * 4096));
	world->progress_left = 2;
	assert_int_equal(reeve_realm_share(&world->realm, range, pa), REEVE_BUSY);
	life_check();
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 2);
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 2);
	world->progress_left = UINT32_MAX;
	life_ok(reeve_realm_share(&world->realm, range, pa));
	for (; status == REEVE_BUSY && stops < 10; stops++) {
		world->progress_left = 2;
		status = reeve_realm_unshare(&world->realm, range);
	}
	assert_int_equal(status, REEVE_OK);
	assert_in_range(stops, 2, 9);
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 4);
	world->progress_left = UINT32_MAX;
	life_ok(reeve_realm_destroy(&world->realm));
	reeve_model_pages_free(world->model, pa.value, 4 * 4096);
	life_close();
}

/* H12: stopped between granules at every place and gone on with, the result is the same. */
static void test_progress(void **state)
{
	uint8_t *content = malloc(5 * 4096);
	enum reeve_status status = REEVE_BUSY;

	(void)state;
	life_open(4 * KIB);
	memset(content, 1, 5 * 4096);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE)));
	for (unsigned i = 0; i < 10 && status == REEVE_BUSY; i++) {
		world->progress_left = 1;
		status = reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 5 * 4096, true);
		life_check();
		assert_int_equal(life_in_use(REEVE_USE_DATA), i < 5 ? i + 1 : 5);
	}
	assert_int_equal(status, REEVE_OK);
	for (status = REEVE_BUSY; status == REEVE_BUSY;) {
		world->progress_left = 1;
		status = reeve_realm_destroy(&world->realm);
		life_check();
	}
	assert_int_equal(status, REEVE_OK);
	life_close();
	free(content);
}

/* A populate that stopped goes on only when it is the same call and its memory is as it left it. */
static void test_populate_stopped(void **state)
{
	uint8_t content[4 * 4096] = {1};

	(void)state;
	life_open(4 * KIB);
	world->progress_left = 1;
	assert_int_equal(
		reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE + 8192), content, 8192, true), REEVE_BUSY);
	world->progress_left = UINT32_MAX;
	/* The same end, another beginning; then another size and measure. */
	assert_int_equal(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16384, true), REEVE_INPUT);
	assert_int_equal(life_in_use(REEVE_USE_DATA), 3);
	life_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE, 16384)));
	life_ok(reeve_realm_destroy(&world->realm));
	for (unsigned i = 0; i < 4; i++) {
		world->progress_left = 2;
		assert_int_equal(
			reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16384, true), REEVE_BUSY);
		assert_int_equal(life_in_use(REEVE_USE_DATA), 2);
		world->progress_left = UINT32_MAX;
		if (i == 0) { /* what it put is gone: it begins anew, as far as the monitor lets it */
			life_ok(reeve_realm_discard(&world->realm, life_range(RAM_BASE, 8192)));
			assert_int_not_equal(
				reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16384, true),
				REEVE_BUSY);
			assert_true(life_in_use(REEVE_USE_DATA) != 2);
		}
		if (i == 1) {
			assert_int_equal(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16383, true),
				REEVE_INPUT);
		}
		if (i == 2) {
			assert_int_equal(
				reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16384, false),
				REEVE_INPUT);
		}
		if (i == 3) {
			life_ok(reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, 16384, true));
			assert_int_equal(life_in_use(REEVE_USE_DATA), 4);
		}
		life_ok(reeve_realm_destroy(&world->realm));
	}
	life_close();
}

static void test_rec_of_another_realm(void **state)
{
	struct reeve_rec_config config = {.pc = RAM_BASE};
	struct reeve_realm other;

	(void)state;
	life_open(4 * KIB);
	reeve_realm_init(&other, &world->host, NULL);
	life_ok(reeve_rec_create(&world->realm, &config, &world->recs[0]));
	assert_int_equal(reeve_rec_create(&other, &config, &world->recs[0]), REEVE_INPUT);
	assert_int_equal(reeve_rec_create(&world->realm, &config, &world->recs[0]), REEVE_INPUT);
	life_ok(reeve_realm_destroy(&world->realm));
	life_ok(reeve_rec_create(&other, &config, &world->recs[0]));
	life_ok(reeve_realm_destroy(&other));
	life_close();
}

/* What is declared is measured: a declaration that stopped goes on, and no other begins before it ended. */
static void test_ram_stopped(void **state)
{
	const struct reeve_ipa_range ram = life_range(RAM_BASE + 4096, BLOCK);
	enum reeve_status status = REEVE_BUSY;
	unsigned stops = 0;

	(void)state;
	life_open(4 * KIB);
	world->progress_left = 2 + 32; /* two tables, and 511 pages up to the next block in calls of 16 */
	assert_int_equal(reeve_realm_add_ram(&world->realm, ram), REEVE_BUSY);
	life_check();
	assert_int_equal(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, BLOCK + 4096)), REEVE_INPUT);
	assert_int_equal(reeve_realm_provide(&world->realm, ram), REEVE_INPUT);
	memset(world->calls, 0, sizeof(world->calls));
	for (; status == REEVE_BUSY && stops < 10; stops++) {
		world->progress_left = 1;
		status = reeve_realm_add_ram(&world->realm, ram);
	}
	life_ok(status);
	life_expect_calls(RMI_RTT_INIT_RIPAS, 2); /* only the last page, for which there is no table yet */
	assert_int_equal(life_ripas(RAM_BASE + 4096), RIPAS_RAM);
	assert_int_equal(life_ripas(RAM_BASE + BLOCK), RIPAS_RAM);
	world->progress_left = UINT32_MAX;
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* A short life with so many pages at the allocator. */
static enum reeve_status life_with(uint64_t pages)
{
	uint8_t content[4096] = {1};
	struct reeve_rec_config config = {.pc = RAM_BASE, .runnable = true};
	enum reeve_status status;

	world->pages_left = pages;
	status = reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, RAM_SIZE));
	life_check();
	if (status == REEVE_OK) {
		status = reeve_realm_populate(&world->realm, reeve_ipa(RAM_BASE), content, sizeof(content), true);
		life_check();
	}
	if (status == REEVE_OK) {
		status = reeve_rec_create(&world->realm, &config, &world->recs[0]);
		life_check();
	}
	return status;
}

/* No memory at any place of a life: all of it comes back, and with more memory it goes on where it stopped. */
static void test_no_memory(void **state)
{
	uint64_t pages = 0;
	enum reeve_status status = REEVE_NO_MEMORY;

	(void)state;
	for (; status == REEVE_NO_MEMORY && pages < 100; pages++) {
		life_open(4 * KIB);
		status = life_with(pages);
		life_ok(reeve_realm_destroy(&world->realm));
		life_close();
	}
	assert_int_equal(status, REEVE_OK);
	/* RD, two roots, two mirrors, parameters, two tables with mirrors, a page, a REC with 16 auxiliary granules and a run page. */
	assert_true(pages > 29);
}

/* H10: places where there was no memory for the page have no tables either. */
static void test_no_memory_no_tables(void **state)
{
	uint8_t content[4096] = {1};

	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_ensure_created(&world->realm));
	for (uint64_t i = 0; i < 10; i++) {
		world->pages_left = i % 5; /* a table is two pages */
		assert_int_equal(
			reeve_realm_populate(&world->realm, reeve_ipa(i << 30), content, sizeof(content), false),
			REEVE_NO_MEMORY);
		life_check();
		assert_int_equal(life_in_use(REEVE_USE_RTT), 2);
	}
	world->pages_left = UINT64_MAX;
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

/* Blocks are split at the end even when the allocator gives nothing more. */
static void test_end_without_memory(void **state)
{
	(void)state;
	life_open(4 * KIB);
	life_ok(reeve_realm_add_ram(&world->realm, life_range(RAM_BASE, 3 * BLOCK)));
	life_ok(reeve_realm_provide(&world->realm, life_range(RAM_BASE, 3 * BLOCK)));
	world->pages_left = 0;
	assert_int_equal(reeve_realm_discard(&world->realm, life_range(RAM_BASE, 4096)), REEVE_NO_MEMORY);
	life_check();
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

static void test_reclaim(void **state)
{
	struct reeve_realm other;

	(void)state;
	life_open(64 * KIB);
	reeve_realm_init(&other, &world->host, NULL);
	life_make_realm();
	life_ok(reeve_realm_add_ram(&other, life_range(RAM_BASE, BLOCK)));
	life_ok(reeve_realm_provide(&other, life_range(RAM_BASE, BLOCK)));
	assert_int_not_equal(other.vmid, world->realm.vmid);
	world->progress_left = 0; /* not asked */
	assert_int_equal(reeve_host_reclaim_all(&world->host), REEVE_OK);
	life_check();
	assert_int_equal(reeve_realm_state(&other), REEVE_REALM_NONE);
	world->progress_left = UINT32_MAX;
	life_ok(reeve_realm_ensure_created(&world->realm));
	life_ok(reeve_realm_destroy(&world->realm));
	life_close();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life_4k),
		cmocka_unit_test(test_life_16k),
		cmocka_unit_test(test_life_64k),
		cmocka_unit_test(test_calls_of_layouts),
		cmocka_unit_test(test_populate_before_ram),
		cmocka_unit_test(test_provide_before_ram),
		cmocka_unit_test(test_provide_folds),
		cmocka_unit_test(test_share),
		cmocka_unit_test(test_share_stopped),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_populate_stopped),
		cmocka_unit_test(test_rec_of_another_realm),
		cmocka_unit_test(test_ram_stopped),
		cmocka_unit_test(test_no_memory),
		cmocka_unit_test(test_no_memory_no_tables),
		cmocka_unit_test(test_end_without_memory),
		cmocka_unit_test(test_reclaim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
