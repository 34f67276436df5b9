/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_shared.c - memory that is the caller's mapping: what the machine refuses of it, and that it leaves the rest of it alone. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "reeve/address.h"
#include "reeve/model.h"

enum { PAGE = REEVE_GRANULE_SIZE, SIZE = 1 << 20 };

static uint8_t *map(void *at, size_t size, int flags)
{
	uint8_t *view = mmap(at, size, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);

	assert_ptr_not_equal(view, MAP_FAILED);
	return view;
}

static struct reeve_model *open_model(void *shared, size_t size, unsigned cpu_count)
{
	return reeve_model_new(&(struct reeve_model_config){
		.regions = {{REEVE_MODEL_DRAM_BASE, size, shared}}, .region_count = 1, .cpu_count = cpu_count});
}

static void is_refused(void *shared, size_t size, const char *says)
{
	assert_null(open_model(shared, size, 1));
	assert_non_null(strstr(reeve_model_error(), says));
}

/* Whether the process may write there; what is there stays. */
static bool is_writable(uint8_t *at)
{
	int channel[2];
	ssize_t taken;

	assert_int_equal(pipe(channel), 0);
	assert_int_equal(write(channel[1], "", 1), 1);
	taken = read(channel[0], at, 1);
	assert_true(taken == 1 || errno == EFAULT);
	close(channel[0]);
	close(channel[1]);
	return taken == 1;
}

static bool is_mapped(void *at)
{
	return msync(at, PAGE, MS_ASYNC) == 0;
}

/* A mapping of half the size, with nothing behind it or with a stranger's. */
static void a_mapping_that_is_too_short_is_refused(void **state)
{
	uint8_t *mine = map(NULL, SIZE, MAP_SHARED);

	(void)state;
	assert_int_equal(munmap(mine + SIZE / 2, SIZE / 2), 0);
	is_refused(mine, SIZE, "not one mapping");
	is_refused(mine, SIZE / 2 + PAGE, "not one mapping");
	assert_false(is_mapped(mine + SIZE / 2));
	(void)map(mine + SIZE / 2, SIZE / 2, MAP_SHARED | MAP_FIXED);
	is_refused(mine, SIZE, "not one mapping");
	(void)map(mine + SIZE / 2, SIZE / 2, MAP_PRIVATE | MAP_FIXED);
	is_refused(mine, SIZE, "not one mapping");
	assert_int_equal(munmap(mine, SIZE), 0);
	is_refused(mine, SIZE, "not one mapping");
}

/* With room behind it, with a stranger's mapping behind it, and with more of its own. */
static void a_mapping_keeps_its_length(void **state)
{
	uint8_t *mine = map(NULL, 2 * SIZE, MAP_SHARED);
	struct reeve_model *model;

	(void)state;
	memset(mine, 0x5A, 2 * SIZE);
	model = open_model(mine, SIZE, 1);
	assert_non_null(model);
	assert_int_equal(mine[SIZE], 0x5A);
	reeve_model_free(model);
	assert_int_equal(mine[SIZE], 0x5A);
	assert_int_equal(munmap(mine + SIZE, SIZE), 0);
	model = open_model(mine, SIZE, 1);
	assert_non_null(model);
	reeve_model_free(model);
	assert_false(is_mapped(mine + SIZE)); /* before, the machine's own memory may well be there */
	map(mine + SIZE, SIZE, MAP_SHARED | MAP_FIXED)[0] = 0x77;
	model = open_model(mine, SIZE, 1);
	assert_non_null(model);
	assert_int_equal(mine[SIZE], 0x77);
	reeve_model_free(model);
	assert_int_equal(mine[0], 0x5A);
	assert_int_equal(munmap(mine, 2 * SIZE), 0);
}

/* A machine that is refused, or that hid nothing, leaves the access rights as they were; one that hid a granule gives it back. */
static void access_rights_stay_the_callers(void **state)
{
	uint8_t *mine = map(NULL, SIZE, MAP_SHARED);
	uint8_t *private = map(NULL, SIZE, MAP_PRIVATE);
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(GRANULE_DELEGATE), REEVE_MODEL_DRAM_BASE};
	struct reeve_model *model;

	(void)state;
	assert_true(is_writable(mine));
	assert_int_equal(mprotect(mine, SIZE, PROT_READ), 0);
	assert_int_equal(mprotect(private, SIZE, PROT_READ), 0);
	is_refused(private, SIZE, "MAP_SHARED");
	assert_false(is_writable(private));
	assert_null(open_model(mine, SIZE, REEVE_MONITOR_CPUS_MAX + 1));
	assert_false(is_writable(mine));
	model = open_model(mine, SIZE, 1);
	assert_non_null(model);
	reeve_model_free(model);
	assert_false(is_writable(mine));
	assert_int_equal(mprotect(mine, SIZE, PROT_READ | PROT_WRITE), 0);
	model = open_model(mine, SIZE, 1);
	assert_non_null(model);
	(void)reeve_model_smc(model, 0, x);
	assert_int_equal(x[0], RMI_SUCCESS);
	assert_false(is_writable(mine));
	reeve_model_free(model);
	assert_true(is_writable(mine));
	assert_int_equal(munmap(mine, SIZE), 0);
	assert_int_equal(munmap(private, SIZE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mapping_that_is_too_short_is_refused),
		cmocka_unit_test(a_mapping_keeps_its_length),
		cmocka_unit_test(access_rights_stay_the_callers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
