/* SPDX-License-Identifier: BSD-2-Clause */
/* p384_pem.c - P-384 keys between PEM and bytes, by libcrypto's decoders and encoders. */
#include "machine/hosted/p384_pem.h"

#include <pthread.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

enum { GROUP_NAME_MAX = 32, POINT_UNCOMPRESSED = 4 };

static const char group_name[] = "secp384r1";

static OSSL_LIB_CTX *library;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

static void library_open(void)
{
	library = OSSL_LIB_CTX_new();
}

/* There is nobody to ask: encrypted keys are not read. */
static int no_password(char *text, int size, int is_written, void *context)
{
	(void)text;
	(void)size;
	(void)is_written;
	(void)context;
	return -1;
}

static bool scalar_of(const EVP_PKEY *key, uint8_t scalar[P384_SCALAR_SIZE], const char **why)
{
	char group[GROUP_NAME_MAX] = "";
	BIGNUM *number = NULL;
	bool is_good;

	if (EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group), NULL) != 1 ||
		strcmp(group, group_name) != 0) {
		*why = "the key is not on the curve P-384 (secp384r1)";
		return false;
	}
	is_good = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_PRIV_KEY, &number) == 1 &&
		BN_bn2binpad(number, scalar, P384_SCALAR_SIZE) == P384_SCALAR_SIZE;
	BN_clear_free(number);
	if (!is_good) {
		*why = "the private key cannot be read";
	}
	return is_good;
}

bool hosted_p384_pem_read(const void *pem, size_t size, uint8_t scalar[P384_SCALAR_SIZE], const char **why)
{
	BIO *bio;
	EVP_PKEY *key = NULL;
	bool is_good;

	pthread_once(&opened, library_open);
	memset(scalar, 0, P384_SCALAR_SIZE);
	bio = BIO_new_mem_buf(pem, (int)size); /* reads where `pem` is: no copy to wipe */
	if (library != NULL && bio != NULL) {
		key = PEM_read_bio_PrivateKey_ex(bio, NULL, no_password, NULL, library, NULL);
	}
	if (key == NULL) {
		*why = "it holds no private key in PEM that can be read without a password";
	}
	is_good = key != NULL && scalar_of(key, scalar, why);
	EVP_PKEY_free(key);
	BIO_free(bio);
	ERR_clear_error();
	return is_good;
}

/* A key of libcrypto's: `scalar` NULL for a public one. NULL when it cannot be made. */
static EVP_PKEY *key_of(const uint8_t *scalar, const uint8_t point[P384_POINT_SIZE])
{
	uint8_t encoded[1 + P384_POINT_SIZE] = {POINT_UNCOMPRESSED};
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(library, "EC", NULL);
	BIGNUM *number = scalar == NULL ? NULL : BN_secure_new();
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	memcpy(encoded + 1, point, P384_POINT_SIZE);
	if (builder != NULL && context != NULL &&
		OSSL_PARAM_BLD_push_utf8_string(builder, OSSL_PKEY_PARAM_GROUP_NAME, group_name, 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(builder, OSSL_PKEY_PARAM_PUB_KEY, encoded, sizeof(encoded)) == 1 &&
		(scalar == NULL ||
			(number != NULL && BN_bin2bn(scalar, P384_SCALAR_SIZE, number) != NULL &&
				OSSL_PARAM_BLD_push_BN_pad(
					builder, OSSL_PKEY_PARAM_PRIV_KEY, number, P384_SCALAR_SIZE) == 1))) {
		params = OSSL_PARAM_BLD_to_param(builder);
	}
	if (params == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &key, scalar == NULL ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEYPAIR, params) !=
			1) {
		key = NULL;
	}
	for (OSSL_PARAM *p = params; p != NULL && p->key != NULL; p++) {
		OPENSSL_cleanse(p->data, p->data_size);
	}
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	EVP_PKEY_CTX_free(context);
	BN_clear_free(number);
	return key;
}

/* Take the text out of `bio`, which wipes what it held. */
static size_t text_take(BIO *bio, char pem[P384_PEM_MAX])
{
	char *held = NULL;
	long size = BIO_get_mem_data(bio, &held);

	if (size <= 0 || size >= P384_PEM_MAX) {
		return 0;
	}
	memcpy(pem, held, (size_t)size);
	pem[size] = '\0';
	OPENSSL_cleanse(held, (size_t)size);
	return (size_t)size;
}

static size_t pem_write(const uint8_t *scalar, const uint8_t point[P384_POINT_SIZE], char pem[P384_PEM_MAX])
{
	EVP_PKEY *key = key_of(scalar, point);
	BIO *bio = BIO_new(BIO_s_secmem());
	size_t size = 0;

	pem[0] = '\0';
	if (key != NULL && bio != NULL &&
		(scalar == NULL ? PEM_write_bio_PUBKEY(bio, key)
				: PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)) == 1) {
		size = text_take(bio, pem);
	}
	BIO_free(bio);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return size;
}

size_t hosted_p384_pem_private(const uint8_t scalar[P384_SCALAR_SIZE], char pem[P384_PEM_MAX])
{
	uint8_t point[P384_POINT_SIZE];

	pthread_once(&opened, library_open);
	pem[0] = '\0';
	return hosted_p384_public(scalar, point) ? pem_write(scalar, point, pem) : 0;
}

size_t hosted_p384_pem_public(const uint8_t point[P384_POINT_SIZE], char pem[P384_PEM_MAX])
{
	pthread_once(&opened, library_open);
	return pem_write(NULL, point, pem);
}
