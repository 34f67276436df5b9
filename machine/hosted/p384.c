/* SPDX-License-Identifier: BSD-2-Clause */
/* p384.c - P-384 over libcrypto's big numbers and points: derivation, the public point, ECDSA with the nonce of RFC 6979. */
#include "machine/hosted/p384.h"

#include <pthread.h>
#include <string.h>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/rand.h>

enum { HASH_SIZE = 48, WIDE_SIZE = 64, LABEL_MAX = 64, SEED_SIZE = 2 * P384_SCALAR_SIZE };

static OSSL_LIB_CTX *library;
static EC_GROUP *group;
static pthread_once_t opened = PTHREAD_ONCE_INIT;

/* Kept to the end of the process: nothing in them is secret. */
static void library_open(void)
{
	library = OSSL_LIB_CTX_new();
	if (library != NULL) {
		group = EC_GROUP_new_by_curve_name_ex(library, NULL, NID_secp384r1);
	}
}

/* Numbers for one computation: BN_CTX_free wipes those that came of it. NULL when there is no memory. */
static BN_CTX *numbers_new(void)
{
	BN_CTX *numbers;

	pthread_once(&opened, library_open);
	if (group == NULL) {
		return NULL;
	}
	numbers = BN_CTX_secure_new_ex(library);
	if (numbers != NULL) {
		BN_CTX_start(numbers);
	}
	return numbers;
}

static void numbers_free(BN_CTX *numbers)
{
	if (numbers != NULL) {
		BN_CTX_end(numbers);
		BN_CTX_free(numbers);
	}
}

/* A secret number of `numbers`, that libcrypto handles in constant time where it can. NULL when there is no memory. */
static BIGNUM *secret_number(BN_CTX *numbers, const uint8_t *bytes, size_t size)
{
	BIGNUM *number = BN_CTX_get(numbers);

	if (number == NULL || BN_bin2bn(bytes, (int)size, number) == NULL) {
		return NULL;
	}
	BN_set_flags(number, BN_FLG_CONSTTIME);
	return number;
}

/* True for 1..n-1. */
static bool is_scalar(const BIGNUM *number)
{
	return number != NULL && !BN_is_zero(number) && BN_cmp(number, EC_GROUP_get0_order(group)) < 0;
}

static bool mac(const char *hash, const uint8_t *key, size_t key_size, const uint8_t *data, size_t size, uint8_t *out,
	size_t out_size)
{
	return EVP_Q_mac(library, "HMAC", NULL, hash, NULL, key, key_size, data, size, out, out_size, NULL) != NULL;
}

bool hosted_p384_derive(const void *secret, size_t size, const char *label, uint8_t scalar[P384_SCALAR_SIZE])
{
	BN_CTX *numbers = numbers_new();
	uint8_t wide[WIDE_SIZE];
	BIGNUM *number = NULL;
	BIGNUM *range = NULL;
	bool is_good = numbers != NULL && strlen(label) <= LABEL_MAX &&
		mac("SHA2-512", secret, size, (const uint8_t *)label, strlen(label), wide, sizeof(wide));

	memset(scalar, 0, P384_SCALAR_SIZE);
	if (is_good) {
		number = secret_number(numbers, wide, sizeof(wide));
		range = BN_CTX_get(numbers);
	}
	is_good = number != NULL && range != NULL && BN_copy(range, EC_GROUP_get0_order(group)) != NULL &&
		BN_sub_word(range, 1) == 1 && BN_nnmod(number, number, range, numbers) == 1 &&
		BN_add_word(number, 1) == 1 && BN_bn2binpad(number, scalar, P384_SCALAR_SIZE) == P384_SCALAR_SIZE;
	numbers_free(numbers);
	OPENSSL_cleanse(wide, sizeof(wide));
	return is_good;
}

bool hosted_p384_random(uint8_t scalar[P384_SCALAR_SIZE])
{
	uint8_t secret[WIDE_SIZE];
	bool is_good;

	pthread_once(&opened, library_open);
	memset(scalar, 0, P384_SCALAR_SIZE);
	is_good = library != NULL && RAND_priv_bytes_ex(library, secret, sizeof(secret), 0) == 1 &&
		hosted_p384_derive(secret, sizeof(secret), "random", scalar);
	OPENSSL_cleanse(secret, sizeof(secret));
	return is_good;
}

/* number * G in affine coordinates. */
static bool base_times(const BIGNUM *number, BIGNUM *x, BIGNUM *y, BN_CTX *numbers)
{
	EC_POINT *point = EC_POINT_new(group);
	bool is_good = point != NULL && EC_POINT_mul(group, point, number, NULL, NULL, numbers) == 1 &&
		EC_POINT_get_affine_coordinates(group, point, x, y, numbers) == 1;

	EC_POINT_clear_free(point);
	return is_good;
}

bool hosted_p384_public(const uint8_t scalar[P384_SCALAR_SIZE], uint8_t point[P384_POINT_SIZE])
{
	BN_CTX *numbers = numbers_new();
	BIGNUM *d = numbers == NULL ? NULL : secret_number(numbers, scalar, P384_SCALAR_SIZE);
	BIGNUM *x = numbers == NULL ? NULL : BN_CTX_get(numbers);
	BIGNUM *y = numbers == NULL ? NULL : BN_CTX_get(numbers);
	bool is_good = y != NULL && is_scalar(d) && base_times(d, x, y, numbers) &&
		BN_bn2binpad(x, point, P384_SCALAR_SIZE) == P384_SCALAR_SIZE &&
		BN_bn2binpad(y, point + P384_SCALAR_SIZE, P384_SCALAR_SIZE) == P384_SCALAR_SIZE;

	numbers_free(numbers);
	if (!is_good) {
		memset(point, 0, P384_POINT_SIZE);
	}
	return is_good;
}

/* The generator of RFC 6979 section 3.2: K and V. */
struct nonces {
	uint8_t k[HASH_SIZE];
	uint8_t v[HASH_SIZE];
};

/* K = HMAC(K, V || separator || extra), V = HMAC(K, V). */
static bool nonces_mix(struct nonces *g, uint8_t separator, const uint8_t *extra, size_t size)
{
	uint8_t data[HASH_SIZE + 1 + SEED_SIZE];
	bool is_good;

	memcpy(data, g->v, HASH_SIZE);
	data[HASH_SIZE] = separator;
	memcpy(data + HASH_SIZE + 1, extra, size);
	is_good = mac("SHA2-384", g->k, HASH_SIZE, data, HASH_SIZE + 1 + size, g->k, HASH_SIZE) &&
		mac("SHA2-384", g->k, HASH_SIZE, g->v, HASH_SIZE, g->v, HASH_SIZE);
	OPENSSL_cleanse(data, sizeof(data));
	return is_good;
}

/* Steps b to g: `seed` is int2octets(d) || bits2octets(hash). */
static bool nonces_begin(struct nonces *g, const uint8_t seed[SEED_SIZE])
{
	memset(g->k, 0, sizeof(g->k));
	memset(g->v, 1, sizeof(g->v));
	return nonces_mix(g, 0, seed, SEED_SIZE) && nonces_mix(g, 1, seed, SEED_SIZE);
}

/* What one signature is computed of and into; all of one BN_CTX. */
struct signing {
	BN_CTX *numbers;
	const BIGNUM *d;
	BIGNUM *z; /* the hash mod n */
	BIGNUM *k;
	BIGNUM *r;
	BIGNUM *s;
};

/* With the nonce k: r = (k * G).x mod n, s = (z + r * d) / k mod n. */
static bool sign_with(const struct signing *t)
{
	const BIGNUM *n = EC_GROUP_get0_order(group);
	BIGNUM *inverse = BN_CTX_get(t->numbers);

	return inverse != NULL && base_times(t->k, t->r, t->s, t->numbers) &&
		BN_nnmod(t->r, t->r, n, t->numbers) == 1 && BN_mod_inverse(inverse, t->k, n, t->numbers) != NULL &&
		BN_mod_mul(t->s, t->r, t->d, n, t->numbers) == 1 && BN_mod_add(t->s, t->s, t->z, n, t->numbers) == 1 &&
		BN_mod_mul(t->s, t->s, inverse, n, t->numbers) == 1;
}

/* The next nonce in t->k. */
static bool nonce_next(struct nonces *g, const struct signing *t)
{
	return mac("SHA2-384", g->k, HASH_SIZE, g->v, HASH_SIZE, g->v, HASH_SIZE) &&
		BN_bin2bn(g->v, HASH_SIZE, t->k) != NULL;
}

/* Step h: take nonces until one gives a signature. The first does but for odds of 2^-190. */
static bool sign_by(struct nonces *g, const struct signing *t)
{
	while (nonce_next(g, t)) {
		if (is_scalar(t->k) && !sign_with(t)) {
			return false;
		}
		if (is_scalar(t->k) && !BN_is_zero(t->r) && !BN_is_zero(t->s)) {
			return true;
		}
		if (!nonces_mix(g, 0, g->v, 0)) {
			return false;
		}
	}
	return false;
}

static bool signing_begin(struct signing *t, const uint8_t *scalar, const uint8_t hash[HASH_SIZE])
{
	t->d = secret_number(t->numbers, scalar, P384_SCALAR_SIZE);
	t->k = BN_CTX_get(t->numbers);
	t->z = BN_CTX_get(t->numbers);
	t->r = BN_CTX_get(t->numbers);
	t->s = BN_CTX_get(t->numbers);
	if (!is_scalar(t->d) || t->s == NULL || BN_bin2bn(hash, HASH_SIZE, t->z) == NULL ||
		BN_nnmod(t->z, t->z, EC_GROUP_get0_order(group), t->numbers) != 1) {
		return false;
	}
	BN_set_flags(t->k, BN_FLG_CONSTTIME);
	return true;
}

bool hosted_p384_sign(const uint8_t scalar[P384_SCALAR_SIZE], const void *message, size_t size,
	uint8_t signature[P384_SIGNATURE_SIZE])
{
	struct signing t = {.numbers = numbers_new()};
	uint8_t hash[HASH_SIZE];
	uint8_t seed[SEED_SIZE];
	struct nonces g;
	bool is_good = t.numbers != NULL && EVP_Q_digest(library, "SHA2-384", NULL, message, size, hash, NULL) == 1 &&
		signing_begin(&t, scalar, hash);

	memcpy(seed, scalar, P384_SCALAR_SIZE);
	is_good = is_good && BN_bn2binpad(t.z, seed + P384_SCALAR_SIZE, P384_SCALAR_SIZE) == P384_SCALAR_SIZE &&
		nonces_begin(&g, seed) && sign_by(&g, &t) &&
		BN_bn2binpad(t.r, signature, P384_SCALAR_SIZE) == P384_SCALAR_SIZE &&
		BN_bn2binpad(t.s, signature + P384_SCALAR_SIZE, P384_SCALAR_SIZE) == P384_SCALAR_SIZE;
	OPENSSL_cleanse(seed, sizeof(seed));
	OPENSSL_cleanse(&g, sizeof(g));
	numbers_free(t.numbers);
	if (!is_good) {
		memset(signature, 0, P384_SIGNATURE_SIZE);
	}
	return is_good;
}
