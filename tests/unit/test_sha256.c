/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sha256.c - the R-EL2 monitor's SHA-256 by general registers, held against libcrypto's. */
#include "machine/qemu/monitor/sha256.h"

#include <stdarg.h>
#include <stdlib.h>

#include <openssl/evp.h>

#include <setjmp.h>

#include <cmocka.h>

enum { LONG = 4096, SHORT_MAX = 4 * SHA256_BLOCK };

static uint8_t data[LONG + 1];

static void check(const uint8_t *from, size_t size)
{
	uint8_t found[SHA256_SIZE];
	uint8_t wanted[SHA256_SIZE];

	assert_int_equal(EVP_Digest(from, size, wanted, NULL, EVP_sha256(), NULL), 1);
	sha256(sha256_by_integers, from, size, found);
	assert_memory_equal(found, wanted, sizeof(wanted));
}

/* Each length of the last block, and a granule; aligned and not. */
static void test_lengths(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(data); i++) {
		data[i] = (uint8_t)(i * 167 + (i >> 8));
	}
	for (size_t size = 0; size <= SHORT_MAX; size++) {
		check(data, size);
		check(data + 1, size);
	}
	check(data, LONG);
	check(data + 1, LONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_lengths)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
