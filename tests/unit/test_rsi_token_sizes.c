/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rsi_token_sizes.c - a token in slices of every size: each is as long as was asked for, or ends its token. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

enum { BUFFER = 0x12000, TOKEN_MAX = 2048, BEYOND = 97 };

static const struct reeve_model_platform seeded = {.seed = {(const uint8_t *)"test", 4}};

static const uint64_t *next(struct world *w, const struct rec *rec, uint64_t size)
{
	return SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_CONTINUE), BUFFER, 0, size, 0);
}

/* A token that is signed, and nothing of it handed out. Returns the size that INIT told. */
static uint64_t begin(struct world *w, const struct rec *rec)
{
	const uint64_t *x = SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_INIT), 1, 2, 3, 4);
	uint64_t size = x[1];

	assert_int_equal(x[0], RSI_SUCCESS);
	x = next(w, rec, WORLD_PAGE);
	assert_int_equal(x[0], RSI_INCOMPLETE);
	assert_int_equal(x[1], 0);
	return size;
}

/* Slices of 0, 1, 2, … bytes up to the size of the token, then some up to 4096, through as many tokens as that takes. */
static void every_size(void **state)
{
	static uint8_t want[TOKEN_MAX];
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .platform = &seeded});
	struct realm realm;
	struct rec *rec = realm_running(w, &realm);
	const uint8_t *page;
	uint64_t whole;
	uint64_t sent = 0;

	(void)state;
	realm_data_unknown(w, &realm, BUFFER);
	page = world_at(w, realm_entry(w, &realm, BUFFER, 3).desc);
	whole = begin(w, rec);
	assert_in_range(whole, 1, TOKEN_MAX);
	assert_int_equal(next(w, rec, WORLD_PAGE)[0], RSI_SUCCESS);
	memcpy(want, page, whole);
	assert_int_equal(begin(w, rec), whole);
	for (uint64_t size = 0; size <= WORLD_PAGE; size += size <= whole ? 1 : BEYOND) {
		uint64_t left = whole - sent;
		const uint64_t *x = next(w, rec, size);

		assert_int_equal(x[0], size < left ? RSI_INCOMPLETE : RSI_SUCCESS);
		assert_int_equal(x[1], size < left ? size : left);
		assert_memory_equal(page, want + sent, x[1]);
		sent = size < left ? sent + size : 0;
		if (sent == 0 && size != 0) {
			assert_int_equal(begin(w, rec), whole);
		}
	}
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
