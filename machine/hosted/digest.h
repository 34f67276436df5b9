/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.h - SHA-256, SHA-384 and SHA-512 by libcrypto, for hosted builds.
 *
 * D1: an engine is used by one thread at a time; different engines at once.
 * libcrypto works in a library context of its own: the program's OpenSSL configuration is neither read nor changed. */
#ifndef HOSTED_DIGEST_H
#define HOSTED_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

struct hosted_digest;

/* A new engine, or NULL when libcrypto has no memory or lacks one of the algorithms. */
struct hosted_digest *hosted_digest_new(void);
/* Free an engine; NULL is nothing. */
void hosted_digest_free(struct hosted_digest *engine);

/* Digest of `size` bytes at `data` into out[0..rmi_hash_size(algorithm)); the rest of out is untouched. Ends the process when libcrypto
 * fails: an engine that was made has all it needs. Source: FIPS 180-4; RMM v1.0 section A7.1. */
void hosted_digest(
	struct hosted_digest *engine, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out);

#endif
