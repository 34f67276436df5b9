/* SPDX-License-Identifier: BSD-2-Clause */
/* signer.c - private keys by libcrypto, from files with an owner's permissions only. */
#include "tools/token/signer.h"

#include <fcntl.h>
#include <unistd.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include "tools/key_file.h"
#include "tools/token/curve.h"

enum { DER_MAX = 2 * COSE_COORDINATE_MAX + 16 };

/* No passphrase is asked for: a terminal is no place for tests to wait at. */
static int no_passphrase(char *to, int size, int is_writing, void *context)
{
	(void)to;
	(void)size;
	(void)is_writing;
	(void)context;
	return -1;
}

static EVP_PKEY *key_parse(const char *pem, int size)
{
	BIO *bio = BIO_new_mem_buf(pem, size);
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);

	BIO_free(bio);
	return key;
}

static EVP_PKEY *key_read(const char *path, struct message *why)
{
	char pem[KEY_FILE_MAX];
	int fd = key_file_open(AT_FDCWD, path);
	EVP_PKEY *key;
	ssize_t size;

	if (fd < 0) {
		(void)key_file_failed(path, why);
		return NULL;
	}
	size = key_file_read(path, fd, pem, why);
	(void)close(fd);
	if (size < 0) {
		return NULL;
	}
	key = key_parse(pem, (int)size);
	OPENSSL_cleanse(pem, sizeof(pem));
	if (key == NULL) {
		message_set(why, "key file %s holds no private key in PEM without a passphrase", path);
	}
	return key;
}

bool signer_load(struct signer *signer, const char *path, struct message *why)
{
	*signer = (struct signer){.key = key_read(path, why)};
	if (signer->key == NULL) {
		return false;
	}
	signer->algorithm = curve_of(signer->key, signer->point);
	if (signer->algorithm == COSE_ALGORITHM_COUNT) {
		signer_free(signer);
		return message_set(why, "key file %s: the key is not on P-256, P-384 or P-521", path);
	}
	return true;
}

void signer_free(struct signer *signer)
{
	EVP_PKEY_free(signer->key); /* wipes it */
	*signer = (struct signer){.key = NULL};
}

struct cose_key signer_public(const struct signer *signer)
{
	size_t size = cose_algorithm_info(signer->algorithm)->coordinate_size;

	return (struct cose_key){
		signer->algorithm, reeve_span(signer->point + 1, size), reeve_span(signer->point + 1 + size, size)};
}

/* DER to r || s. */
static bool pair_of(const uint8_t *der, size_t size, int half, uint8_t *signature)
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
	bool is_good = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), signature, half) == half &&
		BN_bn2binpad(ECDSA_SIG_get0_s(pair), signature + half, half) == half;

	ECDSA_SIG_free(pair);
	return is_good;
}

bool signer_sign(const struct signer *signer, struct reeve_span message, uint8_t signature[2 * COSE_COORDINATE_MAX],
	struct message *why)
{
	const struct cose_algorithm_info *row = cose_algorithm_info(signer->algorithm);
	const char *hash = row->hash_bits == 256 ? "SHA256" : row->hash_bits == 384 ? "SHA384" : "SHA512";
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t der[DER_MAX];
	size_t size = sizeof(der);
	bool is_good = context != NULL &&
		EVP_DigestSignInit_ex(context, NULL, hash, NULL, NULL, signer->key, NULL) == 1 &&
		EVP_DigestSign(context, der, &size, message.bytes, message.size) == 1 &&
		pair_of(der, size, (int)row->coordinate_size, signature);

	EVP_MD_CTX_free(context);
	return is_good || message_set(why, "libcrypto cannot sign with %s", row->name);
}
