/* SPDX-License-Identifier: BSD-2-Clause */
/* test_p384.c - P-384 keys and signatures against RFC 6979 appendix A.2.6, and against libcrypto's own ECDSA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/crypto.h>

#include "machine/hosted/p384.h"
#include "tests/unit/support/es384.h"

/* RFC 6979 section A.2.6: the key, its point, and the signatures of two messages with SHA-384. */
static const char rfc_d[] = "6B9D3DAD2E1B8C1C05B19875B6659F4DE23C3B667BF297BA9AA47740787137D8"
			    "96D5724E4C70A825F872C9EA60D2EDF5";
static const char rfc_point[] = "EC3A4E415B4E19A4568618029F427FA5DA9A8BC4AE92E02E06AAE5286B300C64"
				"DEF8F0EA9055866064A254515480BC13"
				"8015D9B72D7D57244EA8EF9AC0C621896708A59367F9DFB9F54CA84B3F1C9DB1"
				"288B231C3AE0D4FE7344FD2533264720";
static const struct {
	const char *message;
	const char *signature;
} rfc_signed[] = {
	{"sample",
		"94EDBB92A5ECB8AAD4736E56C691916B3F88140666CE9FA73D64C4EA95AD133C81A648152E44ACF96E36DD1E80FABE46"
		"99EF4AEB15F178CEA1FE40DB2603138F130E740A19624526203B6351D0A3A94FA329C145786E679E7B82C71A38628AC8"},
	{"test",
		"8203B63D3C853E8D77227FB377BCF7B7B772E97892A80F36AB775D509D7A5FEB0542A7F0812998DA8F1DD3CA3CF023DB"
		"DDD0760448D42D8A43AF45AF836FCE4DE8BE06B485E9B61B827C2F13173923E06A739F040649A667BF3B828246BAA5A5"},
};
/* The order n of the curve (FIPS 186-4 D.1.2.4). */
static const char order[] = "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
			    "C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973";

static void from_hex(const char *hex, uint8_t *bytes, size_t size)
{
	long length = 0;
	unsigned char *found = OPENSSL_hexstr2buf(hex, &length);

	assert_non_null(found);
	assert_int_equal(length, size);
	memcpy(bytes, found, size);
	OPENSSL_free(found);
}

static void public_point(void **state)
{
	uint8_t d[P384_SCALAR_SIZE];
	uint8_t want[P384_POINT_SIZE];
	uint8_t point[P384_POINT_SIZE];

	(void)state;
	from_hex(rfc_d, d, sizeof(d));
	from_hex(rfc_point, want, sizeof(want));
	assert_true(hosted_p384_public(d, point));
	assert_memory_equal(point, want, sizeof(want));
}

static void rfc_6979(void **state)
{
	uint8_t d[P384_SCALAR_SIZE];
	uint8_t want[P384_SIGNATURE_SIZE];
	uint8_t signature[P384_SIGNATURE_SIZE];

	(void)state;
	from_hex(rfc_d, d, sizeof(d));
	for (size_t i = 0; i < sizeof(rfc_signed) / sizeof(rfc_signed[0]); i++) {
		const char *message = rfc_signed[i].message;

		from_hex(rfc_signed[i].signature, want, sizeof(want));
		assert_true(hosted_p384_sign(d, message, strlen(message), signature));
		assert_memory_equal(signature, want, sizeof(want));
	}
}

/* 0 and n are no private keys; 1 and n - 1 are, and their points mirror each other. */
static void scalar_range(void **state)
{
	uint8_t zero[P384_POINT_SIZE] = {0};
	uint8_t scalar[P384_SCALAR_SIZE] = {0};
	uint8_t one[P384_POINT_SIZE];
	uint8_t last[P384_POINT_SIZE];
	uint8_t signature[P384_SIGNATURE_SIZE];

	(void)state;
	memset(last, 0xAA, sizeof(last));
	assert_false(hosted_p384_public(scalar, last));
	assert_memory_equal(last, zero, sizeof(last));
	assert_false(hosted_p384_sign(scalar, "m", 1, signature));
	assert_memory_equal(signature, zero, sizeof(signature));
	scalar[P384_SCALAR_SIZE - 1] = 1;
	assert_true(hosted_p384_public(scalar, one));
	from_hex(order, scalar, sizeof(scalar));
	assert_false(hosted_p384_public(scalar, last));
	assert_false(hosted_p384_sign(scalar, "m", 1, signature));
	scalar[P384_SCALAR_SIZE - 1]--;
	assert_true(hosted_p384_public(scalar, last));
	assert_memory_equal(one, last, P384_SCALAR_SIZE);
	assert_memory_not_equal(one, last, P384_POINT_SIZE);
	assert_true(hosted_p384_sign(scalar, "m", 1, signature));
	memset(scalar, 0xFF, sizeof(scalar));
	assert_false(hosted_p384_public(scalar, last));
}

/* Keys at random, messages of every size up to two blocks of the hash: libcrypto's verification believes each, and no other message. */
static void verified_by_libcrypto(void **state)
{
	uint8_t message[257];

	(void)state;
	for (size_t i = 0; i < sizeof(message); i++) {
		message[i] = (uint8_t)(i * 7);
	}
	for (size_t size = 0; size < sizeof(message); size += 8) {
		uint8_t scalar[P384_SCALAR_SIZE];
		uint8_t point[P384_POINT_SIZE];
		uint8_t signature[P384_SIGNATURE_SIZE];

		assert_true(hosted_p384_random(scalar));
		assert_true(hosted_p384_public(scalar, point));
		assert_true(hosted_p384_sign(scalar, message, size, signature));
		assert_true(es384_is_signed(point, signature, message, size));
		assert_false(es384_is_signed(point, signature, message, size + 1));
	}
}

/* Two calls agree; another secret or another label is another key. */
static void derivation(void **state)
{
	/* HMAC-SHA-512 of RFC 4231 test case 2 (key "Jefe", "what do ya want for nothing?"), mod n-1, plus 1: computed with Python. */
	static const char want_hex[] = "87BD64222E831FD61515352D2260ACA0CAC55159D1E22D4C"
				       "8D792BD28F1FB9B1AEA1618CB020D64280E4FE3620A3C3A2";
	uint8_t want[P384_SCALAR_SIZE];
	uint8_t a[P384_SCALAR_SIZE];
	uint8_t b[P384_SCALAR_SIZE];

	(void)state;
	from_hex(want_hex, want, sizeof(want));
	assert_true(hosted_p384_derive("Jefe", 4, "what do ya want for nothing?", a));
	assert_memory_equal(a, want, sizeof(want));
	assert_true(hosted_p384_derive("Jefe", 4, "what do ya want for nothing?", b));
	assert_memory_equal(a, b, sizeof(a));
	assert_true(hosted_p384_derive("Jefe", 3, "what do ya want for nothing?", b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_true(hosted_p384_derive("Jefe", 4, "what do ya want for nothing", b));
	assert_memory_not_equal(a, b, sizeof(a));
	assert_true(hosted_p384_random(a));
	assert_true(hosted_p384_random(b));
	assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(public_point),
		cmocka_unit_test(rfc_6979),
		cmocka_unit_test(scalar_range),
		cmocka_unit_test(verified_by_libcrypto),
		cmocka_unit_test(derivation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
