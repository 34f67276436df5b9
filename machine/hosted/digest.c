/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.c - SHA-2 by libcrypto, algorithms fetched once and contexts kept, so that a digest costs little but hashing. */
#include "machine/hosted/digest.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <openssl/evp.h>

struct hosted_digest {
	EVP_MD_CTX *contexts[RMI_V2_HASH_COUNT];
};

static const char *const names[RMI_V2_HASH_COUNT] = {
	[RMI_HASH_SHA_256] = "SHA2-256",
	[RMI_HASH_SHA_512] = "SHA2-512",
	[RMI_V2_HASH_SHA_384] = "SHA2-384",
};

/* Fetched once and kept to the end of the process: a fetch costs as much as thousands of digests. */
static EVP_MD *algorithms[RMI_V2_HASH_COUNT];
static pthread_once_t fetched = PTHREAD_ONCE_INIT;

static void fetch(void)
{
	OSSL_LIB_CTX *library = OSSL_LIB_CTX_new();

	for (unsigned i = 0; library != NULL && i < RMI_V2_HASH_COUNT; i++) {
		algorithms[i] = EVP_MD_fetch(library, names[i], NULL);
	}
}

struct hosted_digest *hosted_digest_new(void)
{
	struct hosted_digest *engine = calloc(1, sizeof(*engine));

	pthread_once(&fetched, fetch);
	for (unsigned i = 0; engine != NULL && i < RMI_V2_HASH_COUNT; i++) {
		engine->contexts[i] = EVP_MD_CTX_new();
		if (algorithms[i] == NULL || engine->contexts[i] == NULL ||
			EVP_DigestInit_ex2(engine->contexts[i], algorithms[i], NULL) != 1) {
			hosted_digest_free(engine);
			return NULL;
		}
	}
	return engine;
}

void hosted_digest_free(struct hosted_digest *engine)
{
	for (unsigned i = 0; engine != NULL && i < RMI_V2_HASH_COUNT; i++) {
		EVP_MD_CTX_free(engine->contexts[i]);
	}
	free(engine);
}

void hosted_digest(
	struct hosted_digest *engine, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	EVP_MD_CTX *context = engine->contexts[algorithm];

	if (EVP_DigestInit_ex2(context, NULL, NULL) != 1 || EVP_DigestUpdate(context, data, size) != 1 ||
		EVP_DigestFinal_ex(context, out, NULL) != 1) {
		fprintf(stderr, "reeve: libcrypto cannot compute %s\n", names[algorithm]);
		abort();
	}
}
