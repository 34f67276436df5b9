/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rec_token.c - token calls over a machine that fails in each way it may, and with a token of more than a page. */
#include "tests/unit/support/rec_machine.h"

#include <string.h>

enum { PAGE_RAM = 0x2000, PAGE_MISSING = 0x3000 };

static struct step init(void)
{
	return smc_of(RSI_FID(ATTESTATION_TOKEN_INIT), 1, 2, 3, 4);
}

static struct step next(uint64_t addr, uint64_t offset, uint64_t size)
{
	return smc_of(RSI_FID(ATTESTATION_TOKEN_CONTINUE), addr, offset, size, 0);
}

/* No key, no platform token: INIT fails, and there is no token to go on with; not even one begun before. */
static void no_platform(void **state)
{
	struct machine *w = *state;

	w->has_no_key = true;
	ENTER(w, init(), next(PAGE_RAM, 0, 1));
	assert_int_equal(w->seen[1].gprs[0], RSI_ERROR_UNKNOWN);
	assert_int_equal(w->seen[1].gprs[1], 1);
	assert_int_equal(w->seen[2].gprs[0], RSI_ERROR_STATE);
	w->has_no_key = false;
	ENTER(w, init(), next(PAGE_RAM, 0, 1));
	assert_int_equal(w->seen[2].gprs[0], RSI_INCOMPLETE);
	w->has_no_token = true;
	ENTER(w, init(), next(PAGE_RAM, 0, 1));
	assert_int_equal(w->seen[1].gprs[0], RSI_ERROR_UNKNOWN);
	assert_int_equal(w->seen[2].gprs[0], RSI_ERROR_STATE);
}

/* A signature that fails ends the token. */
static void no_signature(void **state)
{
	struct machine *w = *state;

	w->has_no_signature = true;
	ENTER(w, init(), next(PAGE_RAM, 0, 1), next(PAGE_RAM, 0, 1));
	assert_int_equal(w->seen[1].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[2].gprs[0], RSI_ERROR_UNKNOWN);
	assert_int_equal(w->seen[2].gprs[1], PAGE_RAM);
	assert_int_equal(w->seen[3].gprs[0], RSI_ERROR_STATE);
}

/* More than a page: the first page full, INCOMPLETE, the rest in the second. */
static void long_token(void **state)
{
	struct machine *w = *state;
	const uint8_t *page = w->memory[G_DATA + 1];
	uint8_t first[REEVE_GRANULE_SIZE];
	uint64_t whole;

	ENTER(w, init(), next(PAGE_RAM, 0, 0), next(PAGE_RAM, 0, REEVE_GRANULE_SIZE));
	whole = w->seen[1].gprs[1];
	assert_in_range(whole, REEVE_GRANULE_SIZE + 5 + 96, 2 * REEVE_GRANULE_SIZE);
	assert_int_equal(w->seen[2].gprs[0], RSI_INCOMPLETE);
	assert_int_equal(w->seen[3].gprs[0], RSI_INCOMPLETE);
	assert_int_equal(w->seen[3].gprs[1], REEVE_GRANULE_SIZE);
	/* 399({44234: bytes 1, 2, 3, ... */
	assert_memory_equal(page, "\xD9\x01\x8F\xA2\x19\xAC\xCA\x59\x10\x05\x01\x02\x03\x04", 14);
	memcpy(first, page, sizeof(first));
	ENTER(w, next(PAGE_RAM, 0, REEVE_GRANULE_SIZE));
	assert_int_equal(w->seen[1].gprs[0], RSI_SUCCESS);
	assert_int_equal(w->seen[1].gprs[1], whole - REEVE_GRANULE_SIZE);
	/* Only what was left was written. */
	assert_memory_equal(
		page + whole - REEVE_GRANULE_SIZE, first + whole - REEVE_GRANULE_SIZE, 2 * REEVE_GRANULE_SIZE - whole);
}

/* The page is not there: the host is asked for it before anything is signed, and the call is made again. */
static void missing_page(void **state)
{
	struct machine *w = *state;
	const struct rmi_rec_exit *exit = ENTER(w, init(), next(PAGE_MISSING, 0, 1));

	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(exit->esr, EC(0x24) | TRANSLATION_3);
	assert_int_equal(exit->hpfar, PAGE_MISSING >> 8);
	w->has_no_signature = true;
	exit = ENTER(w, next(PAGE_MISSING, 0, 1));
	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	w->has_no_signature = false;
	assert_int_equal(SMC(w, RMI_FID(DATA_CREATE_UNKNOWN), pa_of(G_RD), pa_of(G_DATA + 2), PAGE_MISSING), 0);
	ENTER(w, next(PAGE_MISSING, 0, 1), next(PAGE_MISSING, 0, 1));
	assert_int_equal(w->seen[1].gprs[0], RSI_INCOMPLETE);
	assert_int_equal(w->seen[2].gprs[1], 1);
	/* Gone again, in the middle: nothing is lost. */
	assert_int_equal(SMC(w, RMI_FID(DATA_DESTROY), pa_of(G_RD), PAGE_MISSING), 0);
	exit = ENTER(w, next(PAGE_MISSING, 0, 1));
	assert_int_equal(exit->exit_reason, RMI_EXIT_SYNC);
	ENTER(w, next(PAGE_RAM, 0, 2));
	assert_int_equal(w->seen[1].gprs[1], 2);
	assert_memory_equal(w->memory[G_DATA + 1], "\x01\x8F", 2);
}

/* A REC that is destroyed with a token under way leaves nothing of it. */
static void destroyed(void **state)
{
	static const uint8_t nothing[REEVE_GRANULE_SIZE];
	struct machine *w = *state;

	ENTER(w, init(), next(PAGE_RAM, 0, 1), next(PAGE_RAM, 0, 1));
	assert_int_equal(SMC(w, RMI_FID(REC_DESTROY), pa_of(G_REC0)), 0);
	assert_memory_equal(w->memory[G_REC0], nothing, sizeof(nothing));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(no_platform, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(no_signature, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(long_token, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(missing_page, machine_setup_active, machine_teardown),
		cmocka_unit_test_setup_teardown(destroyed, machine_setup_active, machine_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
