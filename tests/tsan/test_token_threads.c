/* SPDX-License-Identifier: BSD-2-Clause */
/* test_token_threads.c - CPUs that ask a model for its keys and its platform token at once, first and later: all get the same. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine/model/machine.h"

enum { THREADS = 4, ROUNDS = 8 };

struct asker {
	struct reeve_model *model;
	unsigned cpu;
	pthread_t thread;
	uint8_t point[PLATFORM_POINT_SIZE];
	uint8_t anchor[REEVE_MODEL_POINT_SIZE];
	uint8_t signature[PLATFORM_SIGNATURE_SIZE];
	struct reeve_span token;
	bool is_good;
};

static void *ask(void *argument)
{
	static const uint8_t challenge[PLATFORM_CHALLENGE_SIZE] = {1, 2, 3};
	struct asker *a = argument;

	a->is_good = true;
	for (unsigned i = 0; i < ROUNDS; i++) {
		a->is_good = a->is_good && model_platform.platform_token(a->model, a->cpu, challenge, &a->token) &&
			model_platform.realm_public_key(a->model, a->cpu, a->point) &&
			model_platform.realm_sign(a->model, a->cpu, "message", 7, a->signature) &&
			reeve_model_anchor(a->model, a->anchor);
	}
	return NULL;
}

static void at_once(void **state)
{
	struct asker askers[THREADS];
	struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){.cpu_count = THREADS});

	(void)state;
	assert_non_null(model);
	for (unsigned i = 0; i < THREADS; i++) {
		askers[i] = (struct asker){.model = model, .cpu = i};
		assert_int_equal(pthread_create(&askers[i].thread, NULL, ask, &askers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(askers[i].thread, NULL), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		assert_true(askers[i].is_good);
		assert_memory_equal(askers[i].point, askers[0].point, sizeof(askers[0].point));
		assert_memory_equal(askers[i].anchor, askers[0].anchor, sizeof(askers[0].anchor));
		assert_memory_equal(askers[i].signature, askers[0].signature, sizeof(askers[0].signature));
		assert_ptr_equal(askers[i].token.bytes, askers[0].token.bytes);
	}
	reeve_model_free(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(at_once)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
