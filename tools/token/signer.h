/* SPDX-License-Identifier: BSD-2-Clause */
/* signer.h - a private key from a file that only its owner can read, and signatures with it.
 *
 * S1: the key never leaves libcrypto's memory; the file's bytes are wiped when it is read, and a process that holds a key writes no core. */
#ifndef TOOLS_TOKEN_SIGNER_H
#define TOOLS_TOKEN_SIGNER_H

#include <openssl/evp.h>

#include "attest/cose.h"
#include "tools/message.h"

struct signer {
	EVP_PKEY *key;
	enum cose_algorithm algorithm;
	uint8_t point[1 + 2 * COSE_COORDINATE_MAX]; /* 04 || x || y */
};

/* Read a PEM file (key_file.h) with a private key on P-256, P-384 or P-521. False with *why set, *signer inert. */
bool signer_load(struct signer *signer, const char *path, struct message *why);
void signer_free(struct signer *signer);

/* Its public half; points into the signer. */
struct cose_key signer_public(const struct signer *signer);

/* ECDSA over the message: r || s, 2 * coordinate_size bytes. */
bool signer_sign(const struct signer *signer, struct reeve_span message, uint8_t signature[2 * COSE_COORDINATE_MAX],
	struct message *why);

#endif
