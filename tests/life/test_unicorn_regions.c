/* SPDX-License-Identifier: BSD-2-Clause */
/* test_unicorn_regions.c - what an engine maps of its window: all that is asked for, nothing that was forgotten, in few regions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "machine/model/unicorn_regions.h"

enum { PAGE = 4096, PAGES = 4096, ALL = WINDOW_READ | WINDOW_WRITE | WINDOW_EXECUTE };

static const uint64_t pa = 0x40000000;
static const uint64_t ipa = UINT64_C(0x180000000);

struct bench {
	struct model_memory memory;
	struct window window;
	struct regions regions;
	uc_engine *uc;
};

static int setup(void **state)
{
	const struct reeve_model_region region = {pa, (uint64_t)PAGES * PAGE, NULL};
	struct bench *bench = calloc(1, sizeof(*bench));
	const char *why = NULL;

	assert_non_null(bench);
	assert_true(model_memory_open(&bench->memory, &region, 1, &why));
	assert_int_equal(uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &bench->uc), UC_ERR_OK);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	uc_close(bench->uc);
	window_close(&bench->window);
	model_memory_close(&bench->memory);
	free(bench);
	return 0;
}

static uint64_t page_at(uint64_t page)
{
	return ipa + page * PAGE;
}

static void show(struct bench *bench, uint64_t page, unsigned protection)
{
	assert_int_equal(window_show(&bench->window, &bench->memory, page_at(page), pa + page * PAGE, PAGE, protection),
		WINDOW_DONE);
}

static bool map(struct bench *bench, uint64_t page, unsigned need)
{
	return regions_map(&bench->regions, bench->uc, &bench->window, page_at(page), need);
}

static void hide(struct bench *bench, uint64_t page, uint64_t count)
{
	regions_forget(&bench->regions, bench->uc, page_at(page), count * PAGE);
	window_hide(&bench->window, page_at(page), count * PAGE);
}

/* A word through the engine. */
static bool reads(struct bench *bench, uint64_t page)
{
	uint64_t word;

	return uc_mem_read(bench->uc, page_at(page), &word, sizeof(word)) == UC_ERR_OK;
}

/* R1, and Unicorn's own list says the same. */
static void is_valid(struct bench *bench)
{
	const struct window_run *list = bench->regions.list;
	uc_mem_region *theirs = NULL;
	uint32_t count = 0;
	uint64_t ours_bytes = 0;
	uint64_t their_bytes = 0;

	assert_int_equal(uc_mem_regions(bench->uc, &theirs, &count), UC_ERR_OK);
	assert_int_equal(count, bench->regions.count);
	for (unsigned i = 0; i < count; i++) {
		assert_true(i == 0 || list[i - 1].ipa + list[i - 1].size <= list[i].ipa);
		assert_ptr_equal(list[i].host, window_at(&bench->window, list[i].ipa));
		for (uint64_t at = 0; at < list[i].size; at += PAGE) {
			assert_int_equal(window_protection(&bench->window, list[i].ipa + at), list[i].protection);
		}
		ours_bytes += list[i].size;
		their_bytes += theirs[i].end + 1 - theirs[i].begin;
	}
	assert_int_equal(ours_bytes, their_bytes);
	uc_free(theirs);
}

/* Pages that come one by one, upward and downward: all are mapped, in no more than FANOUT - 1 regions of a size. */
static void grows_in_few_regions(void **state)
{
	struct bench *bench = *state;
	uint64_t half = PAGES / 2;

	for (uint64_t i = 0; i < half; i++) {
		show(bench, i, ALL);
		show(bench, PAGES - 1 - i, ALL);
		assert_true(map(bench, i, WINDOW_WRITE));
		assert_true(map(bench, PAGES - 1 - i, WINDOW_WRITE));
		assert_in_range(bench->regions.count, 1, REGIONS_MANY);
	}
	is_valid(bench);
	for (uint64_t i = 0; i < PAGES; i++) {
		assert_true(reads(bench, i));
	}
}

static void maps_all_that_is_shown_around(void **state)
{
	struct bench *bench = *state;

	for (uint64_t i = 10; i < 20; i++) {
		show(bench, i, i < 15 ? ALL : WINDOW_READ);
	}
	assert_true(map(bench, 12, WINDOW_EXECUTE));
	assert_int_equal(bench->regions.count, 1);
	assert_true(reads(bench, 10));
	assert_true(reads(bench, 14));
	assert_false(reads(bench, 15));
	assert_false(map(bench, 15, WINDOW_WRITE));
	assert_false(map(bench, 20, WINDOW_READ));
	assert_true(map(bench, 15, WINDOW_READ));
	assert_int_equal(bench->regions.count, 2); /* another protection: never one region */
	assert_true(map(bench, 15, WINDOW_READ));
	assert_int_equal(bench->regions.count, 2);
	is_valid(bench);
}

static void forgets_and_comes_back(void **state)
{
	struct bench *bench = *state;

	for (uint64_t i = 0; i < 32; i++) {
		show(bench, i, ALL);
	}
	assert_true(map(bench, 0, WINDOW_READ));
	hide(bench, 8, 2);
	is_valid(bench);
	assert_false(map(bench, 8, WINDOW_READ));
	assert_false(map(bench, 9, WINDOW_READ));
	assert_true(map(bench, 7, WINDOW_READ));
	assert_true(map(bench, 10, WINDOW_READ));
	assert_false(reads(bench, 8));
	assert_false(reads(bench, 9));
	assert_true(reads(bench, 31));
	hide(bench, 0, UINT64_MAX / PAGE);
	assert_int_equal(bench->regions.count, 0);
	is_valid(bench);
}

/* Whatever the order: what was mapped last is mapped, and only what is shown is. */
static void stays_valid_in_any_order(void **state)
{
	struct bench *bench = *state;
	uint64_t seed = 0x9E3779B97F4A7C15;

	for (unsigned i = 0; i < 6000; i++) {
		uint64_t page;

		seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		page = (seed >> 33) % PAGES;
		if ((seed >> 20) % 16 == 0) {
			hide(bench, page, 3 < PAGES - page ? 3 : PAGES - page);
			assert_false(reads(bench, page));
		} else if (window_protection(&bench->window, page_at(page)) == 0) {
			show(bench, page, (seed >> 24) % 8 == 0 ? WINDOW_READ : ALL);
		}
		assert_int_equal(map(bench, page, WINDOW_READ), window_protection(&bench->window, page_at(page)) != 0);
		assert_int_equal(reads(bench, page), window_protection(&bench->window, page_at(page)) != 0);
		if (i % 64 == 0) {
			is_valid(bench);
		}
	}
	assert_in_range(bench->regions.count, REGIONS_MANY, REGIONS_MAX); /* so the bounds were met */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(grows_in_few_regions),
		TEST(maps_all_that_is_shown_around),
		TEST(forgets_and_comes_back),
		TEST(stays_valid_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
