/* SPDX-License-Identifier: BSD-2-Clause */
/* test_measure_threads.c - content hashed by many threads gives the chain that one gives, step by step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/measure/meter.h"

enum { PAGE = 0x1000, SIZE = 6 << 20, BASE = 0x40000000, PAGES = SIZE / PAGE };

struct seen {
	unsigned count;
	uint64_t last;
	uint8_t rims[PAGES + 1][RMI_MEASUREMENT_SIZE];
};

static void step_note(void *context, const struct meter *meter, const struct meter_step *step)
{
	struct seen *seen = context;

	assert_true(step->n == 1 || step->base > seen->last);
	assert_int_equal(step->n, seen->count + 1);
	memcpy(seen->rims[seen->count], meter->chain.rim, RMI_MEASUREMENT_SIZE);
	seen->last = step->base;
	seen->count++;
}

static void measure(struct seen *seen, unsigned jobs, const uint8_t *bytes, size_t size)
{
	const struct piece piece = {BASE, bytes, size - 100, 0};
	struct event create = {.kind = EVENT_CREATE, .create.params = {.s2sz = 40}};
	struct event data = {.kind = EVENT_DATA, .data = {.content = {BASE, size, &piece, 1}, .flags = 1}};
	struct message why = {""};
	struct meter meter;
	size_t count;

	memset(seen, 0, sizeof(*seen));
	assert_true(meter_open(&meter, reeve_rules(&count), PAGE, jobs, &why));
	meter.step = step_note;
	meter.context = seen;
	assert_true(meter_event(&meter, &create, &why));
	assert_true(meter_event(&meter, &data, &why));
	assert_int_equal(seen->count, 1 + size / PAGE);
	meter_close(&meter);
}

static void threads_give_the_chain_of_one(void **state)
{
	static const size_t sizes[] = {PAGE, 128 * PAGE, 129 * PAGE, SIZE};
	uint8_t *bytes = malloc(SIZE);
	struct seen *one = malloc(sizeof(*one));
	struct seen *many = malloc(sizeof(*many));

	(void)state;
	assert_true(bytes != NULL && one != NULL && many != NULL);
	for (unsigned i = 0; i < SIZE; i++) {
		bytes[i] = (uint8_t)((i * UINT64_C(2654435761)) >> 13);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		measure(one, 1, bytes, sizes[i]);
		for (unsigned jobs = 2; jobs <= 7; jobs += 5) {
			measure(many, jobs, bytes, sizes[i]);
			assert_memory_equal(one, many, sizeof(*one));
		}
	}
	free(bytes);
	free(one);
	free(many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_give_the_chain_of_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
