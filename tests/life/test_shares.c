/* SPDX-License-Identifier: BSD-2-Clause */
/* test_shares.c - pages that a realm shares of its own accord: there when they should be, and only they. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/life/support/host_world.h"
#include "vmm/shares.h"

enum { IPA_BITS = 40 };

static const uint64_t half = UINT64_C(1) << (IPA_BITS - 1);

static struct shares shares;

static int begin(void **state)
{
	(void)state;
	life_open(4096);
	life_make_realm();
	assert_true(shares_init(&shares, &world->realm, life_range(RAM_BASE, RAM_SIZE), IPA_BITS));
	return 0;
}

static int finish(void **state)
{
	(void)state;
	life_ok(reeve_realm_destroy(&world->realm));
	shares_fini(&shares, true);
	life_close();
	return 0;
}

static void nobody_is_at_it(void *context)
{
	(void)context;
}

static void close(struct reeve_ipa_range range)
{
	shares_close(&shares, range, nobody_is_at_it, NULL);
}

static void nothing_is_shared_unasked(void **state)
{
	(void)state;
	assert_null(shares_reach(&shares, RAM_BASE, 1));
	assert_null(shares_reach(&shares, RAM_BASE | half, 1));
	close(life_range(RAM_BASE, RAM_SIZE));
	life_check();
}

static void pages_by_address_and_alias(void **state)
{
	uint8_t *at;

	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE + BLOCK, 2 * 4096)));
	life_check();
	at = shares_reach(&shares, RAM_BASE + BLOCK + 4095, 2);
	assert_non_null(at);
	assert_ptr_equal(at, shares_reach(&shares, (RAM_BASE + BLOCK + 4095) | half, 2));
	assert_int_equal(at[0], 0);
	at[1] = 7;
	assert_int_equal(*(uint8_t *)shares_reach(&shares, RAM_BASE + BLOCK + 4096, 4096), 7);
	/* One byte beyond on either side, none at all, and sizes that wrap. */
	assert_null(shares_reach(&shares, RAM_BASE + BLOCK - 1, 2));
	assert_null(shares_reach(&shares, RAM_BASE + BLOCK, 2 * 4096 + 1));
	assert_null(shares_reach(&shares, RAM_BASE + BLOCK, 0));
	assert_null(shares_reach(&shares, RAM_BASE + BLOCK, UINT64_MAX));
	assert_null(shares_reach(&shares, UINT64_MAX, 1));
	assert_null(shares_reach(&shares, RAM_BASE + RAM_SIZE, 1));
}

static void closed_pages_are_gone(void **state)
{
	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE, 3 * 4096)));
	close(life_range(RAM_BASE + 4096, 4096));
	life_check();
	assert_non_null(shares_reach(&shares, RAM_BASE, 4096));
	assert_null(shares_reach(&shares, RAM_BASE + 4096, 1));
	assert_non_null(shares_reach(&shares, RAM_BASE + 8192, 4096));
	assert_int_equal(shares.page_count, 2);
	/* What comes back is zero again. */
	memset(shares_reach(&shares, RAM_BASE, 4096), 0xa5, 4096);
	close(life_range(RAM_BASE, 4096));
	assert_true(shares_open(&shares, life_range(RAM_BASE, 2 * 4096)));
	assert_int_equal(*(uint8_t *)shares_reach(&shares, RAM_BASE, 1), 0);
	assert_int_equal(shares.page_count, 3);
}

/* What a device holds of a page that is closed, and how often it was waited for. */
struct holder {
	uint8_t *at;
	unsigned waits;
};

/* A device that is in the midst of its work: nobody reaches the page any more, yet it is not given back while the device writes to it. */
static void writes_once_more(void *context)
{
	struct holder *holder = context;

	assert_null(shares_reach(&shares, RAM_BASE, 1));
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 0);
	holder->at[0] = 7;
	holder->waits++;
}

static void a_device_finishes_first(void **state)
{
	struct holder holder = {.waits = 0};

	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE, BLOCK)));
	holder.at = shares_reach(&shares, RAM_BASE, BLOCK);
	assert_non_null(holder.at);
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 0);
	shares_close(&shares, life_range(RAM_BASE, 2 * 4096), writes_once_more, &holder);
	life_check();
	assert_int_equal(holder.waits, 1);
	life_expect_calls(RMI_RTT_UNMAP_UNPROTECTED, 2);
	assert_null(shares_reach(&shares, RAM_BASE, 1));
	/* Where nothing is shared nobody is waited for. */
	shares_close(&shares, life_range(RAM_BASE, 2 * 4096), writes_once_more, &holder);
	assert_int_equal(holder.waits, 1);
	/* So many that they do not all fit one wait. */
	close(life_range(RAM_BASE, BLOCK));
	assert_int_equal(shares.page_count, 0);
}

/* A block costs one call; opened twice it is the same; in pieces it can be closed. */
static void blocks(void **state)
{
	void *at;

	(void)state;
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 0);
	assert_true(shares_open(&shares, life_range(RAM_BASE + BLOCK - 4096, BLOCK + 8192)));
	life_check();
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 3);
	at = shares_reach(&shares, RAM_BASE + BLOCK, BLOCK);
	assert_non_null(at);
	assert_true(shares_open(&shares, life_range(RAM_BASE + BLOCK, BLOCK)));
	life_expect_calls(RMI_RTT_MAP_UNPROTECTED, 0);
	assert_ptr_equal(at, shares_reach(&shares, RAM_BASE + BLOCK, BLOCK));
	close(life_range(RAM_BASE + BLOCK + 4096, 4096));
	life_check();
	assert_null(shares_reach(&shares, RAM_BASE + BLOCK, BLOCK));
	assert_non_null(shares_reach(&shares, RAM_BASE + BLOCK + 8192, BLOCK - 8192));
}

/* Ranges beyond the RAM are cut to it; one that is not in whole pages gives whole pages only. */
static void odd_ranges(void **state)
{
	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE - BLOCK, BLOCK + 4096)));
	assert_int_equal(shares.page_count, 1);
	assert_true(shares_open(&shares, life_range(RAM_BASE + RAM_SIZE - 4096, BLOCK)));
	assert_int_equal(shares.page_count, 2);
	assert_true(shares_open(&shares, life_range(RAM_BASE + BLOCK + 1, 4096)));
	assert_int_equal(shares.page_count, 2);
	assert_true(shares_open(&shares, life_range(RAM_BASE + RAM_SIZE + BLOCK, 4096)));
	assert_int_equal(shares.page_count, 2);
}

/* Without memory less is shared, it is said, and what was shared stays so. */
static void no_memory(void **state)
{
	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE, 4096)));
	world->pages_left = 1;
	assert_false(shares_open(&shares, life_range(RAM_BASE, 4 * 4096)));
	world->pages_left = UINT64_MAX;
	life_check();
	assert_non_null(shares_reach(&shares, RAM_BASE, 1));
	assert_true(shares_open(&shares, life_range(RAM_BASE, 4 * 4096)));
	assert_int_equal(shares.page_count, 4);
}

/* The monitor refuses: the memory is not lost, and there is no share. */
static void refused(void **state)
{
	(void)state;
	assert_true(shares_open(&shares, life_range(RAM_BASE, 4096)));
	world->refuse_at = 1;
	world->refuse_with = RMI_ERROR_INPUT;
	assert_false(shares_open(&shares, life_range(RAM_BASE + 4096, 4096)));
	life_check();
	assert_null(shares_reach(&shares, RAM_BASE + 4096, 1));
	assert_int_equal(shares.page_count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_is_shared_unasked, begin, finish),
		cmocka_unit_test_setup_teardown(pages_by_address_and_alias, begin, finish),
		cmocka_unit_test_setup_teardown(closed_pages_are_gone, begin, finish),
		cmocka_unit_test_setup_teardown(a_device_finishes_first, begin, finish),
		cmocka_unit_test_setup_teardown(blocks, begin, finish),
		cmocka_unit_test_setup_teardown(odd_ranges, begin, finish),
		cmocka_unit_test_setup_teardown(no_memory, begin, finish),
		cmocka_unit_test_setup_teardown(refused, begin, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
