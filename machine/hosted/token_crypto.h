/* SPDX-License-Identifier: BSD-2-Clause */
/* token_crypto.h - what the checks of a token need of libcrypto: SHA-2, and ECDSA with a public key given as a point.
 *
 * libcrypto works in a library context of its own: the program's OpenSSL configuration is neither read nor changed. */
#ifndef HOSTED_TOKEN_CRYPTO_H
#define HOSTED_TOKEN_CRYPTO_H

#include "reeve/token.h"

/* Fill in the seam; any number of threads may use it. False when libcrypto lacks something it needs. */
bool hosted_token_crypto(struct reeve_token_crypto *crypto);

#endif
