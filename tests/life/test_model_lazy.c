/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_lazy.c - the lazy mode of the model, where the host's touch brings a granule into its view, and a machine that is switched off and on. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "reeve/model.h"

enum { PAGE = REEVE_GRANULE_SIZE, PAGES = 16, BYTE = 0x5A };

static const uint64_t base = REEVE_MODEL_DRAM_BASE;

struct caught {
	sigjmp_buf back;
	struct reeve_model_gpf fault;
};

static void catch (void *context, const struct reeve_model_gpf *fault)
{
	struct caught *caught = context;

	caught->fault = *fault;
	siglongjmp(caught->back, 1);
}

static struct reeve_model *open_model(bool lazy, struct caught *caught)
{
	struct reeve_model_config config = {
		.regions = {{base, (uint64_t)PAGES * PAGE, NULL}},
		.region_count = 1,
		.lazy = lazy,
		.on_gpf = catch,
		.context = caught,
	};
	struct reeve_model *model = reeve_model_new(&config);

	assert_non_null(model);
	return model;
}

static void call(struct reeve_model *model, uint64_t fid, uint64_t pa)
{
	uint64_t x[REEVE_SMC_REGISTERS] = {fid, pa};

	(void)reeve_model_smc(model, 0, x);
	assert_int_equal(x[0], RMI_SUCCESS);
}

/* Write `value` to the granule at `pa`. False when that is a granule protection fault. */
static bool put(struct reeve_model *model, struct caught *caught, uint64_t pa, uint8_t value)
{
	volatile uint8_t *at = reeve_model_ns(model, pa);

	if (sigsetjmp(caught->back, 0) != 0) {
		return false;
	}
	*at = value;
	return true;
}

static uint8_t get(struct reeve_model *model, uint64_t pa)
{
	return *(volatile const uint8_t *)reeve_model_ns(model, pa);
}

static void a_touch_brings_a_granule(void **state)
{
	struct caught caught;
	struct reeve_model *model = open_model(true, &caught);

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		/* Touched before it is delegated, and not. */
		for (unsigned is_touched = 0; is_touched < 2; is_touched++) {
			assert_true(is_touched == 0 || put(model, &caught, base, BYTE));
			call(model, RMI_FID(GRANULE_DELEGATE), base);
			assert_false(put(model, &caught, base + 8, BYTE));
			assert_int_equal(caught.fault.pa, base + 8);
			assert_int_equal(caught.fault.state, GRANULE_DELEGATED);
			call(model, RMI_FID(GRANULE_UNDELEGATE), base);
			assert_int_equal(get(model, base), 0);
			assert_int_equal(get(model, base + 8), 0);
		}
	}
	reeve_model_free(model);
}

/* What a touch would bring, a system call does not find. */
static void a_system_call_does_not_touch(void **state)
{
	struct caught caught;
	struct reeve_model *model = open_model(true, &caught);
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], reeve_model_ns(model, base), 1), -1);
	assert_int_equal(errno, EFAULT);
	assert_int_equal(get(model, base), 0);
	assert_int_equal(write(ends[1], reeve_model_ns(model, base), 1), 1);
	close(ends[0]);
	close(ends[1]);
	reeve_model_free(model);
}

static void pages_are_zero_and_the_hosts(void **state)
{
	struct caught caught;
	struct reeve_model *model = open_model(true, &caught);

	(void)state;
	for (unsigned i = 0; i < 2 * PAGES; i++) {
		uint64_t pa = reeve_model_pages_alloc(model, PAGE);

		assert_int_not_equal(pa, 0);
		assert_int_equal(get(model, pa), 0);
		assert_true(put(model, &caught, pa, BYTE));
		reeve_model_pages_free(model, pa, PAGE);
	}
	reeve_model_free(model);
}

/* Everything is the host's, nothing is in use, and memory is what it was: the monitor's wipes are not undone. */
static void is_as_new(struct reeve_model *model, struct caught *caught)
{
	struct reeve_model_granule granule;

	assert_null(reeve_monitor_valid(reeve_model_monitor(model)));
	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t pa = base + (uint64_t)i * PAGE;

		assert_true(reeve_model_granule(model, pa, &granule));
		assert_int_equal(granule.state, GRANULE_UNDELEGATED);
		assert_int_equal(granule.delegated_by_call, 0);
		assert_int_equal(get(model, pa), i == 1 ? 0 : BYTE);
		assert_true(put(model, caught, pa, BYTE));
	}
	call(model, RMI_FID(GRANULE_DELEGATE), base);
	assert_true(reeve_model_granule(model, base, &granule));
	assert_int_equal(granule.delegated_by_call, 1);
	call(model, RMI_FID(GRANULE_UNDELEGATE), base);
	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t pa = reeve_model_pages_alloc(model, PAGE);

		assert_int_not_equal(pa, 0);
		assert_int_equal(get(model, pa), 0);
		assert_int_equal(get(model, pa + PAGE - 1), 0);
	}
	assert_int_equal(reeve_model_pages_alloc(model, PAGE), 0);
}

/* Every page written, one lent, then off and on. */
static void use_and_reset(struct reeve_model *model, struct caught *caught)
{
	assert_int_equal(reeve_model_pages_alloc(model, 2 * PAGE), base);
	for (unsigned i = 0; i < PAGES; i++) {
		assert_true(put(model, caught, base + (uint64_t)i * PAGE, BYTE));
	}
	call(model, RMI_FID(GRANULE_DELEGATE), base + PAGE);
	assert_true(reeve_model_reset(model));
	is_as_new(model, caught);
	assert_true(reeve_model_reset(model));
}

static void a_machine_is_switched_off_and_on(void **state)
{
	(void)state;
	for (unsigned lazy = 0; lazy < 2; lazy++) {
		struct caught caught;
		struct reeve_model *model = open_model(lazy != 0, &caught);

		for (unsigned times = 0; times < 3; times++) {
			use_and_reset(model, &caught);
		}
		reeve_model_free(model);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_touch_brings_a_granule),
		cmocka_unit_test(a_system_call_does_not_touch),
		cmocka_unit_test(pages_are_zero_and_the_hosts),
		cmocka_unit_test(a_machine_is_switched_off_and_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
