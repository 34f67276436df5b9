/* SPDX-License-Identifier: BSD-2-Clause */
/* token_crypto.c - SHA-2 and ECDSA verification by libcrypto, for the checks of a token. */
#include "machine/hosted/token_crypto.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "attest/cose.h"

enum { POINT_MAX = 1 + 2 * COSE_COORDINATE_MAX, DER_MAX = 2 * COSE_COORDINATE_MAX + 16, POINT_UNCOMPRESSED = 0x04 };

static OSSL_LIB_CTX *library;
static pthread_once_t made = PTHREAD_ONCE_INIT;

static void make(void)
{
	library = OSSL_LIB_CTX_new();
}

static const char *hash_name(unsigned bits)
{
	return bits == 256 ? "SHA2-256" : bits == 384 ? "SHA2-384" : "SHA2-512";
}

static void digest(void *context, unsigned bits, struct reeve_span data, uint8_t out[REEVE_TOKEN_DIGEST_MAX])
{
	(void)context;
	if (EVP_Q_digest(library, hash_name(bits), NULL, data.bytes, data.size, out, NULL) != 1) {
		fprintf(stderr, "reeve: libcrypto cannot compute %s\n", hash_name(bits));
		abort();
	}
}

/* The key as libcrypto's, or NULL when its point is not on its curve. */
static EVP_PKEY *key_load(const struct reeve_public_key *key, const struct cose_algorithm_info *row)
{
	uint8_t point[POINT_MAX] = {POINT_UNCOMPRESSED};
	char curve[16] = "";
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, strlen(row->curve)),
		OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, 1 + 2 * row->coordinate_size),
		OSSL_PARAM_END,
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(library, "EC", NULL);
	EVP_PKEY *loaded = NULL;

	(void)snprintf(curve, sizeof(curve), "%s", row->curve);
	memcpy(point + 1, key->x.bytes, row->coordinate_size);
	memcpy(point + 1 + row->coordinate_size, key->y.bytes, row->coordinate_size);
	if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
		EVP_PKEY_fromdata(context, &loaded, EVP_PKEY_PUBLIC_KEY, params) != 1) {
		loaded = NULL;
	}
	EVP_PKEY_CTX_free(context);
	return loaded;
}

/* r || s as the DER that libcrypto wants; its size, or 0. */
static size_t signature_der(struct reeve_span signature, uint8_t der[DER_MAX])
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	int half = (int)(signature.size / 2);
	BIGNUM *r = BN_bin2bn(signature.bytes, half, NULL);
	BIGNUM *s = BN_bin2bn(signature.bytes + half, half, NULL);
	int size = 0;

	if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
		size = i2d_ECDSA_SIG(pair, NULL);
		size = size > 0 && size <= DER_MAX ? i2d_ECDSA_SIG(pair, &der) : 0;
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(pair);
	return size > 0 ? (size_t)size : 0;
}

static bool is_signed(
	EVP_PKEY *key, unsigned bits, struct reeve_span head, struct reeve_span payload, struct reeve_span signature)
{
	uint8_t der[DER_MAX];
	size_t size = signature_der(signature, der);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_good = size != 0 && context != NULL &&
		EVP_DigestVerifyInit_ex(context, NULL, hash_name(bits), library, NULL, key, NULL) == 1 &&
		EVP_DigestVerifyUpdate(context, head.bytes, head.size) == 1 &&
		EVP_DigestVerifyUpdate(context, payload.bytes, payload.size) == 1 &&
		EVP_DigestVerifyFinal(context, der, size) == 1;

	EVP_MD_CTX_free(context);
	return is_good;
}

static enum reeve_signature verify(void *context, const struct reeve_public_key *key, struct reeve_span head,
	struct reeve_span payload, struct reeve_span signature)
{
	enum cose_algorithm algorithm = cose_algorithm_of(key->algorithm);
	const struct cose_algorithm_info *row;
	EVP_PKEY *loaded;
	bool is_good;

	(void)context;
	if (algorithm == COSE_ALGORITHM_COUNT) {
		return REEVE_SIGNATURE_KEY_INVALID;
	}
	row = cose_algorithm_info(algorithm);
	loaded = key_load(key, row);
	if (loaded == NULL) {
		return REEVE_SIGNATURE_KEY_INVALID;
	}
	is_good = is_signed(loaded, row->hash_bits, head, payload, signature);
	EVP_PKEY_free(loaded);
	return is_good ? REEVE_SIGNATURE_GOOD : REEVE_SIGNATURE_BAD;
}

bool hosted_token_crypto(struct reeve_token_crypto *crypto)
{
	uint8_t ignored[REEVE_TOKEN_DIGEST_MAX];

	pthread_once(&made, make);
	for (unsigned bits = 256; bits <= 512; bits += 128) {
		if (library == NULL || EVP_Q_digest(library, hash_name(bits), NULL, "", 0, ignored, NULL) != 1) {
			return false;
		}
	}
	*crypto = (struct reeve_token_crypto){digest, verify, NULL};
	return true;
}
