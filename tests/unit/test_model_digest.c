/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_digest.c - libcrypto behind the hosted seam gives the published digests, however engines and algorithms are mixed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "machine/hosted/digest.h"

/* FIPS 180-4 examples ("abc", the 56-byte message) and the empty message. */
static const struct {
	enum rmi_hash_algorithm algorithm;
	const char *message;
	const char *digest;
} rows[] = {
	{RMI_HASH_SHA_256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{RMI_HASH_SHA_512, "abc",
		"ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
		"2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
	{RMI_V2_HASH_SHA_384, "abc",
		"cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
	{RMI_HASH_SHA_256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{RMI_HASH_SHA_256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), FILLER = 0xEE };

static void is_right(struct hosted_digest *engine, unsigned row)
{
	uint8_t out[RMI_MEASUREMENT_SIZE];
	char text[2 * RMI_MEASUREMENT_SIZE + 1] = "";
	size_t size = rmi_hash_size(rows[row].algorithm);

	memset(out, FILLER, sizeof(out));
	hosted_digest(engine, rows[row].algorithm, rows[row].message, strlen(rows[row].message), out);
	for (size_t i = 0; i < size; i++) {
		(void)snprintf(text + 2 * i, 3, "%02x", out[i]);
	}
	assert_string_equal(text, rows[row].digest);
	for (size_t i = size; i < sizeof(out); i++) {
		assert_int_equal(out[i], FILLER);
	}
}

static void gives_the_published_digests(void **state)
{
	struct hosted_digest *engines[2] = {hosted_digest_new(), hosted_digest_new()};

	(void)state;
	assert_non_null(engines[0]);
	assert_non_null(engines[1]);
	for (unsigned i = 0; i < 4 * ROWS; i++) {
		is_right(engines[i % 3 == 0], i % ROWS);
	}
	hosted_digest_free(engines[0]);
	is_right(engines[1], 0);
	hosted_digest_free(engines[1]);
	hosted_digest_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_the_published_digests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
