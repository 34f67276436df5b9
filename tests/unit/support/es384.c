/* SPDX-License-Identifier: BSD-2-Clause */
/* es384.c - see es384.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "tests/unit/support/es384.h"

enum { COORDINATE_SIZE = ES384_POINT_SIZE / 2 };

/* The point as a key of libcrypto's. */
static EVP_PKEY *key_of(const uint8_t point[ES384_POINT_SIZE])
{
	uint8_t encoded[1 + ES384_POINT_SIZE] = {4};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
	OSSL_PARAM params[] = {OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, "secp384r1", 0),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof(encoded)), OSSL_PARAM_END};
	EVP_PKEY *key = NULL;

	memcpy(encoded + 1, point, ES384_POINT_SIZE);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
	EVP_PKEY_CTX_free(context);
	return key;
}

bool es384_is_signed(const uint8_t point[ES384_POINT_SIZE], const uint8_t signature[ES384_SIGNATURE_SIZE],
	const void *message, size_t size)
{
	EVP_PKEY *key = key_of(point);
	ECDSA_SIG *pair = ECDSA_SIG_new();
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	unsigned char *der = NULL;
	int der_size;
	bool is_good;

	assert_int_equal(ECDSA_SIG_set0(pair, BN_bin2bn(signature, COORDINATE_SIZE, NULL),
				 BN_bin2bn(signature + COORDINATE_SIZE, COORDINATE_SIZE, NULL)),
		1);
	der_size = i2d_ECDSA_SIG(pair, &der);
	assert_true(der_size > 0);
	assert_int_equal(EVP_DigestVerifyInit_ex(context, NULL, "SHA2-384", NULL, NULL, key, NULL), 1);
	is_good = EVP_DigestVerify(context, der, (size_t)der_size, message, size) == 1;
	OPENSSL_free(der);
	ECDSA_SIG_free(pair);
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return is_good;
}
