/* SPDX-License-Identifier: BSD-2-Clause */
/* test_vmm_mailbox.c - host calls as a Realm may make them: right, too long, with nobody there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reeve/rmi.h"
#include "reeve/rsi.h"
#include "vmm/mailbox.h"

enum { DECLINED = 1, SHARED_SIZE = 0x10000 };

static void registers_fill(uint64_t gprs[RMI_GPR_COUNT], uint64_t x0)
{
	for (unsigned i = 0; i < RMI_GPR_COUNT; i++) {
		gprs[i] = i * UINT64_C(0x0101010101010101);
	}
	gprs[0] = x0;
}

/* All but X0 are as they were. */
static void only_x0(const uint64_t gprs[RMI_GPR_COUNT])
{
	uint64_t want[RMI_GPR_COUNT];

	registers_fill(want, 0);
	assert_memory_equal(gprs + 1, want + 1, (RMI_GPR_COUNT - 1) * sizeof(uint64_t));
}

static void tokens(void **state)
{
	static const uint64_t sizes[] = {1, 1000, SHARED_SIZE};
	static const uint64_t wrong[] = {0, SHARED_SIZE + 1, UINT64_C(1) << 32 | 1, UINT64_MAX};
	struct mailbox mailbox = {.shared = malloc(SHARED_SIZE),
		.shared_size = SHARED_SIZE,
		.token = malloc(SHARED_SIZE),
		.token_room = SHARED_SIZE};
	uint64_t gprs[RMI_GPR_COUNT];

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(mailbox.shared, (int)i + 1, SHARED_SIZE);
		registers_fill(gprs, sizes[i]);
		mailbox_call(&mailbox, HOST_CALL_TOKEN, gprs);
		assert_int_equal(gprs[0], 0);
		only_x0(gprs);
		assert_int_equal(mailbox.token_size, sizes[i]);
		assert_memory_equal(mailbox.token, mailbox.shared, sizes[i]);
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		registers_fill(gprs, wrong[i]);
		mailbox_call(&mailbox, HOST_CALL_TOKEN, gprs);
		assert_int_equal(gprs[0], DECLINED);
		assert_int_equal(mailbox.token_size, SHARED_SIZE); /* that of before */
	}
	mailbox.token_room = 100; /* less room than the buffer has */
	registers_fill(gprs, 101);
	mailbox_call(&mailbox, HOST_CALL_TOKEN, gprs);
	assert_int_equal(gprs[0], DECLINED);
	free(mailbox.token);
	mailbox.token = NULL;
	registers_fill(gprs, 1);
	mailbox_call(&mailbox, HOST_CALL_TOKEN, gprs);
	assert_int_equal(gprs[0], DECLINED);
	free(mailbox.shared);
	mailbox.shared = NULL;
	mailbox_call(&mailbox, HOST_CALL_TOKEN, gprs);
	assert_int_equal(gprs[0], DECLINED);
}

static void challenges(void **state)
{
	static const uint8_t challenge[MAILBOX_CHALLENGE_SIZE] = {1, 2, 3, [MAILBOX_CHALLENGE_SIZE - 1] = 64};
	struct mailbox mailbox = {.challenge = challenge};
	uint64_t gprs[RMI_GPR_COUNT];

	(void)state;
	registers_fill(gprs, 99);
	mailbox_call(&mailbox, HOST_CALL_CHALLENGE, gprs);
	assert_int_equal(gprs[0], 0);
	mailbox.shared = calloc(1, SHARED_SIZE);
	mailbox.shared_size = SHARED_SIZE;
	mailbox_call(&mailbox, HOST_CALL_CHALLENGE, gprs);
	assert_int_equal(gprs[0], MAILBOX_CHALLENGE_SIZE);
	only_x0(gprs);
	assert_memory_equal(mailbox.shared, challenge, MAILBOX_CHALLENGE_SIZE);
	assert_int_equal(mailbox.shared[MAILBOX_CHALLENGE_SIZE], 0);
	mailbox.challenge = NULL;
	mailbox_call(&mailbox, HOST_CALL_CHALLENGE, gprs);
	assert_int_equal(gprs[0], 0);
	free(mailbox.shared);
}

static void others(void **state)
{
	static const uint16_t none[] = {0, 1, 0x1233, 0x5400, 0x5403, 0x4321, UINT16_MAX};
	struct mailbox mailbox = {.shared = NULL};
	uint64_t gprs[RMI_GPR_COUNT];

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		registers_fill(gprs, 77);
		mailbox_call(&mailbox, none[i], gprs);
		assert_int_equal(gprs[0], 77);
		only_x0(gprs);
	}
	mailbox_call(&mailbox, HOST_CALL_INVERT, gprs);
	for (unsigned i = 1; i < RMI_GPR_COUNT; i++) {
		assert_true(gprs[i] == ~(i * UINT64_C(0x0101010101010101)));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens),
		cmocka_unit_test(challenges),
		cmocka_unit_test(others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
