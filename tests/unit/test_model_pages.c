/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_pages.c - the model's page allocator: runs are aligned, apart, zero and within memory, and misuse ends the process. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "reeve/address.h"
#include "reeve/model.h"

enum {
	PAGE = REEVE_GRANULE_SIZE,
	BASE = 0x40003000, /* no boundary of anything but a page */
	SIZE = 5 << 20,
	PAGES = SIZE / PAGE,
};

static struct reeve_model *open_model(void)
{
	struct reeve_model_config config = {
		.regions = {{BASE, SIZE, NULL}}, .region_count = 1, .cpu_count = 1, .rec_aux_count = -1};
	struct reeve_model *model = reeve_model_new(&config);

	assert_non_null(model);
	return model;
}

/* Pages of a run that were handed out already, or that are not zero. Marks them handed out and fills them. */
static unsigned claim(struct reeve_model *model, uint8_t *handed_out, uint64_t pa, size_t size)
{
	static const uint8_t zero[PAGE];
	unsigned wrong = 0;

	assert_true(pa >= BASE && pa - BASE <= SIZE - size);
	assert_true(reeve_is_aligned(pa, size));
	for (uint64_t at = pa; at < pa + size; at += PAGE) {
		uint8_t *page = reeve_model_ns(model, at);

		wrong += handed_out[(at - BASE) / PAGE] != 0;
		wrong += memcmp(page, zero, PAGE) != 0;
		handed_out[(at - BASE) / PAGE] = 1;
		memset(page, 0xA5, PAGE);
	}
	return wrong;
}

static void every_page_is_handed_out_once(void **state)
{
	struct reeve_model *model = open_model();
	uint8_t handed_out[PAGES] = {0};

	(void)state;
	for (unsigned i = 0; i < PAGES; i++) {
		assert_int_equal(claim(model, handed_out, reeve_model_pages_alloc(model, PAGE), PAGE), 0);
	}
	assert_int_equal(reeve_model_pages_alloc(model, PAGE), 0);
	for (unsigned i = 0; i < PAGES; i++) {
		reeve_model_pages_free(model, BASE + (uint64_t)i * PAGE, PAGE);
	}
	/* All back: the only aligned 2 MiB runs are there again. */
	memset(handed_out, 0, sizeof(handed_out));
	assert_int_equal(claim(model, handed_out, reeve_model_pages_alloc(model, 2 << 20), 2 << 20), 0);
	reeve_model_free(model);
}

static void refuses_sizes_that_are_no_run(void **state)
{
	static const size_t sizes[] = {
		0, 1, PAGE - 1, PAGE + 1, 3 * PAGE, SIZE, (size_t)8 << 20, (size_t)1 << 40, SIZE_MAX};
	struct reeve_model *model = open_model();

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_int_equal(reeve_model_pages_alloc(model, sizes[i]), 0);
	}
	reeve_model_free(model);
}

/* Two regions that meet within 256 KiB: what comes back goes to the region it is of, so it is whole and zero the next time. */
static void regions_that_touch_keep_their_own_pages(void **state)
{
	enum { FIRST = 8, ALL = 64 };
	const struct reeve_model_config config = {
		.regions = {{0x40000000, FIRST * PAGE, NULL}, {0x40000000 + FIRST * PAGE, (ALL - FIRST) * PAGE, NULL}},
		.region_count = 2,
		.cpu_count = 1,
		.rec_aux_count = -1,
	};
	static const uint8_t zero[PAGE];
	struct reeve_model *model = reeve_model_new(&config);

	(void)state;
	assert_non_null(model);
	for (unsigned round = 0; round < 2; round++) {
		for (uint64_t i = 0; i < ALL; i++) {
			assert_int_equal(reeve_model_pages_alloc(model, PAGE), 0x40000000 + i * PAGE);
			assert_memory_equal(reeve_model_ns(model, 0x40000000 + i * PAGE), zero, PAGE);
			memset(reeve_model_ns(model, 0x40000000 + i * PAGE), 0xA5, PAGE);
		}
		assert_int_equal(reeve_model_pages_alloc(model, PAGE), 0);
		for (uint64_t i = ALL; i-- > 0;) {
			reeve_model_pages_free(model, 0x40000000 + i * PAGE, PAGE);
		}
	}
	reeve_model_free(model);
}

static void move_granule(struct reeve_model *model, uint64_t fid, uint64_t pa)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, pa};

	(void)reeve_model_smc(model, 0, x);
	assert_int_equal(x[0], RMI_SUCCESS);
}

/* Pages that the host delegated without asking for them are not handed out in any run, stay whole, and come back with undelegation. */
static void what_is_delegated_is_not_handed_out(void **state)
{
	static const size_t sizes[] = {PAGE, 4 * PAGE, 64 * PAGE, 256 * PAGE};
	struct reeve_model *model = open_model();

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t first = reeve_model_pages_alloc(model, sizes[i]);
		uint64_t second;
		uint64_t third;

		assert_int_not_equal(first, 0);
		reeve_model_pages_free(model, first, sizes[i]);
		move_granule(model, RMI_FID(GRANULE_DELEGATE), first + sizes[i] - PAGE);
		second = reeve_model_pages_alloc(model, sizes[i]);
		assert_int_equal(second, first + sizes[i]);
		assert_null(reeve_monitor_valid(reeve_model_monitor(model)));
		move_granule(model, RMI_FID(GRANULE_UNDELEGATE), first + sizes[i] - PAGE);
		third = reeve_model_pages_alloc(model, sizes[i]);
		assert_int_equal(third, first);
		reeve_model_pages_free(model, second, sizes[i]);
		reeve_model_pages_free(model, third, sizes[i]);
	}
	/* All of it: there is none left, and no realm's memory was wiped for it. */
	for (uint64_t pa = BASE; pa < BASE + SIZE; pa += PAGE) {
		move_granule(model, RMI_FID(GRANULE_DELEGATE), pa);
	}
	assert_int_equal(reeve_model_pages_alloc(model, PAGE), 0);
	assert_int_equal(reeve_model_pages_alloc(model, 64 * PAGE), 0);
	reeve_model_free(model);
}

struct held {
	uint64_t pa;
	size_t size;
};

static void random_runs_stay_apart_and_zero(void **state)
{
	enum { HELD = 64, STEPS = 20000, ORDERS = 10 };
	struct reeve_model *model = open_model();
	struct held held[HELD] = {{0, 0}};
	uint8_t handed_out[PAGES] = {0};
	unsigned seed = 1;
	unsigned given = 0;

	(void)state;
	for (unsigned step = 0; step < STEPS; step++) {
		struct held *h = &held[(unsigned)rand_r(&seed) % HELD];

		if (h->pa != 0) {
			memset(&handed_out[(h->pa - BASE) / PAGE], 0, h->size / PAGE);
			reeve_model_pages_free(model, h->pa, h->size);
			h->pa = 0;
			continue;
		}
		h->size = (size_t)PAGE << ((unsigned)rand_r(&seed) % ORDERS);
		h->pa = reeve_model_pages_alloc(model, h->size);
		given += h->pa != 0;
		assert_true(h->pa == 0 || claim(model, handed_out, h->pa, h->size) == 0);
	}
	assert_true(given > STEPS / 4);
	for (unsigned i = 0; i < HELD; i++) {
		if (held[i].pa != 0) {
			reeve_model_pages_free(model, held[i].pa, held[i].size);
		}
	}
	/* The two aligned runs of 1 MiB that the memory has below its 2 MiB boundaries, and those within them. */
	for (unsigned i = 0; i < 4; i++) {
		assert_int_not_equal(reeve_model_pages_alloc(model, 1 << 20), 0);
	}
	assert_int_equal(reeve_model_pages_alloc(model, 1 << 20), 0);
	reeve_model_free(model);
}

enum misuse { FREE_TWICE, FREE_PART_FREE, FREE_OUTSIDE, FREE_UNALIGNED, FREE_DELEGATED };

static void misuse(struct reeve_model *model, enum misuse what)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(GRANULE_DELEGATE)};
	uint64_t pa = reeve_model_pages_alloc(model, 2 * PAGE);

	switch (what) {
	case FREE_TWICE:
		reeve_model_pages_free(model, pa, 2 * PAGE);
		reeve_model_pages_free(model, pa, 2 * PAGE);
		break;
	case FREE_PART_FREE:
		reeve_model_pages_free(model, pa, PAGE);
		reeve_model_pages_free(model, pa, 2 * PAGE);
		break;
	case FREE_OUTSIDE:
		reeve_model_pages_free(model, 0x10000000, PAGE);
		break;
	case FREE_UNALIGNED:
		reeve_model_pages_free(model, pa + PAGE, 2 * PAGE);
		break;
	case FREE_DELEGATED:
		x[1] = pa + PAGE;
		(void)reeve_model_smc(model, 0, x);
		reeve_model_pages_free(model, pa, 2 * PAGE);
		break;
	}
}

/* What a child that misuses the allocator says before it aborts. */
static void misuse_says(enum misuse what, const char *said)
{
	char text[512] = "";
	int channel[2];
	int status;
	pid_t child;

	assert_int_equal(pipe(channel), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(channel[1], STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		misuse(open_model(), what);
		_exit(0);
	}
	close(channel[1]);
	assert_true(read(channel[0], text, sizeof(text) - 1) >= 0);
	close(channel[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_non_null(strstr(text, said));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void misuse_ends_the_process(void **state)
{
	(void)state;
	misuse_says(FREE_TWICE, "pages_free of pages that are free: 0x40004000");
	misuse_says(FREE_PART_FREE, "pages_free of pages that are free: 0x40004000");
	misuse_says(FREE_OUTSIDE, "pages_free of what is no aligned run of pages: 0x10000000");
	misuse_says(FREE_UNALIGNED, "pages_free of what is no aligned run of pages: 0x40005000");
	misuse_says(FREE_DELEGATED, "pages_free of a granule that is delegated: 0x40005000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_is_handed_out_once),
		cmocka_unit_test(refuses_sizes_that_are_no_run),
		cmocka_unit_test(regions_that_touch_keep_their_own_pages),
		cmocka_unit_test(what_is_delegated_is_not_handed_out),
		cmocka_unit_test(random_runs_stay_apart_and_zero),
		cmocka_unit_test(misuse_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
