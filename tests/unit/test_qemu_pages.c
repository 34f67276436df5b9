/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_pages.c - the bare host's allocator: aligned runs, each page to one owner, all of them back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "machine/qemu/host/pages.h"

enum { PAGE = 4096, COUNT = 1000 };

static const uint64_t base = 0x41a03000; /* aligned to nothing but a page */
static struct pages pages;

static int begin(void **state)
{
	(void)state;
	pages_init(&pages, base, (uint64_t)COUNT * PAGE);
	return 0;
}

static void runs_are_aligned_and_apart(void **state)
{
	static uint8_t owner[COUNT];
	uint64_t size = PAGE;
	uint64_t pa;

	(void)state;
	for (unsigned i = 1; pages_take(&pages, size, &pa); i++) {
		assert_int_equal(pa % size, 0);
		assert_in_range(pa, base, base + (uint64_t)COUNT * PAGE - size);
		for (uint64_t page = (pa - base) / PAGE; page < (pa - base + size) / PAGE; page++) {
			assert_int_equal(owner[page], 0);
			owner[page] = (uint8_t)i;
		}
		size = (uint64_t)PAGE << i % 5;
	}
}

static void every_page_can_be_had_twice(void **state)
{
	uint64_t pa = 0;

	(void)state;
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < COUNT; i++) {
			assert_true(pages_take(&pages, PAGE, &pa));
			assert_int_equal(pa, base + (uint64_t)i * PAGE);
		}
		pa = 1;
		assert_false(pages_take(&pages, PAGE, &pa));
		assert_int_equal(pa, 1);
		for (unsigned i = 0; i < COUNT; i++) {
			assert_true(pages_give(&pages, base + (uint64_t)i * PAGE, PAGE));
		}
	}
	/* In pieces given back, in a large run taken. */
	assert_true(pages_take(&pages, 256 * PAGE, &pa));
	assert_int_equal(pa % (256 * PAGE), 0);
}

static void reserved_pages_are_nobodys(void **state)
{
	uint64_t pa;
	unsigned count = 0;

	(void)state;
	pages_reserve(&pages, 0, base + PAGE + 1);
	pages_reserve(&pages, base + 10 * PAGE - 1, base + 10 * PAGE + 1);
	pages_reserve(&pages, base + (uint64_t)COUNT * PAGE - 1, UINT64_MAX);
	pages_reserve(&pages, 0, base);
	pages_reserve(&pages, base + (uint64_t)COUNT * PAGE, UINT64_MAX);
	while (pages_take(&pages, PAGE, &pa)) {
		uint64_t page = (pa - base) / PAGE;

		assert_true(page >= 2 && page != 9 && page != 10 && page != COUNT - 1);
		count++;
	}
	assert_int_equal(count, COUNT - 5);
}

static void wrong_runs_are_not_taken_back(void **state)
{
	uint64_t pa;

	(void)state;
	assert_true(pages_take(&pages, 4 * PAGE, &pa));
	assert_false(pages_give(&pages, pa + 1, PAGE));
	assert_false(pages_give(&pages, pa, 3 * PAGE));
	assert_false(pages_give(&pages, pa, 8 * PAGE));
	assert_false(pages_give(&pages, base - PAGE, PAGE));
	assert_false(pages_give(&pages, base + (uint64_t)COUNT * PAGE, PAGE));
	assert_false(pages_give(&pages, pa, 0));
	assert_true(pages_give(&pages, pa, 4 * PAGE));
	assert_false(pages_give(&pages, pa, 4 * PAGE));
}

static void sizes_that_are_none(void **state)
{
	uint64_t pa;

	(void)state;
	assert_false(pages_take(&pages, 0, &pa));
	assert_false(pages_take(&pages, 2048, &pa));
	assert_false(pages_take(&pages, 3 * PAGE, &pa));
	assert_false(pages_take(&pages, UINT64_C(1) << 63, &pa));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(runs_are_aligned_and_apart, begin),
		cmocka_unit_test_setup(every_page_can_be_had_twice, begin),
		cmocka_unit_test_setup(reserved_pages_are_nobodys, begin),
		cmocka_unit_test_setup(wrong_runs_are_not_taken_back, begin),
		cmocka_unit_test_setup(sizes_that_are_none, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
