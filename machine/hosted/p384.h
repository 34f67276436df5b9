/* SPDX-License-Identifier: BSD-2-Clause */
/* p384.h - keys and ES384 signatures on P-384 by libcrypto, for hosted builds.
 *
 *   secret bytes --derive--> scalar --public--> point
 *                                \--sign(message)--> signature
 *
 * A scalar is the private key d of 1..n-1, big-endian; a point is x || y, a signature r || s, big-endian each.
 * K1: what held a scalar, or what a scalar can be computed of, is wiped before a function returns.
 * K2: signatures are deterministic (RFC 6979): the same key and message give the same bytes, and no random number can betray the key.
 * K3: all functions may be called from any thread. False: libcrypto failed or lacks memory, and the output is zeroed.
 * libcrypto works in a library context of its own, as in digest.h. Its own ECDSA is random before OpenSSL 3.2, hence RFC 6979 here. */
#ifndef HOSTED_P384_H
#define HOSTED_P384_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { P384_SCALAR_SIZE = 48, P384_POINT_SIZE = 96, P384_SIGNATURE_SIZE = 96 };

/* A scalar from secret bytes and what it is for: the same two, the same scalar. 1 + (64 bytes of HMAC-SHA-512(secret, label) mod n-1). */
bool hosted_p384_derive(const void *secret, size_t size, const char *label, uint8_t scalar[P384_SCALAR_SIZE]);

/* A scalar that nobody can guess. */
bool hosted_p384_random(uint8_t scalar[P384_SCALAR_SIZE]);

/* d * G. False also when `scalar` is not in 1..n-1. */
bool hosted_p384_public(const uint8_t scalar[P384_SCALAR_SIZE], uint8_t point[P384_POINT_SIZE]);

/* ECDSA over SHA-384 of the message, the nonce by RFC 6979 section 3.2. False also when `scalar` is not in 1..n-1. */
bool hosted_p384_sign(const uint8_t scalar[P384_SCALAR_SIZE], const void *message, size_t size,
	uint8_t signature[P384_SIGNATURE_SIZE]);

#endif
