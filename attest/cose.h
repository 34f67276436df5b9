/* SPDX-License-Identifier: BSD-2-Clause */
/* cose.h - COSE_Sign1 and the EC2 COSE_Key, written and read as spans; who signs and who verifies is the caller's business.
 *
 *   18([h'{1: alg}', {}, payload, signature])    signed: ["Signature1", h'{1: alg}', h'', payload]
 *
 * O1: the algorithm is that of the protected header; what the unprotected header says is never used.
 * O2: a signed message is cose_sign1_put_head, the payload, then cbor_put_bytes(signature): nothing is copied to be signed.
 * Source: RFC 9052 sections 3, 4.2, 4.4, 7; RFC 9053 sections 2.1, 7.1. */
#ifndef ATTEST_COSE_H
#define ATTEST_COSE_H

#include <stdbool.h>
#include <stdint.h>

#include "attest/cbor.h"

enum cose_algorithm {
#define COSE_ALGORITHM(name, number, curve, curve_number, coordinate, hash) COSE_##name,
#include "spec/cose.def"
#undef COSE_ALGORITHM
	COSE_ALGORITHM_COUNT
};

enum { COSE_TAG_SIGN1 = 18, COSE_COORDINATE_MAX = 66, COSE_PROTECTED_MAX = 16 };

struct cose_algorithm_info {
	const char *name; /* "ES384" */
	int64_t number;
	const char *curve;      /* "P-384" */
	int64_t curve_number;   /* of COSE */
	size_t coordinate_size; /* bytes of x, y, r and s */
	unsigned hash_bits;     /* of SHA-2 */
};

const struct cose_algorithm_info *cose_algorithm_info(enum cose_algorithm algorithm);

/* The algorithm of a COSE number, or COSE_ALGORITHM_COUNT. */
enum cose_algorithm cose_algorithm_of(int64_t number);

struct cose_sign1 {
	int64_t algorithm;                  /* the COSE number in the protected header, known to us or not */
	struct reeve_span protected_header; /* the content of its byte string */
	struct reeve_span payload;
	struct reeve_span signature; /* r || s */
};

/* Read exactly one tagged COSE_Sign1. False and *why set when `in` is none; then *out is untouched.
 * why->offset counts from the start of `in`. */
bool cose_sign1_read(struct reeve_span in, struct cose_sign1 *out, struct reeve_malformed *why);

/* The message up to its payload: tag, array, protected header, no unprotected ones, the head of the payload's byte string. */
void cose_sign1_put_head(struct cbor_writer *w, enum cose_algorithm algorithm, size_t payload_size);

/* What is signed up to the payload; the payload's bytes follow and end it. */
void cose_sign1_put_signed_head(struct cbor_writer *w, struct reeve_span protected_header, size_t payload_size);

/* The protected header that cose_sign1_put_head writes, in the caller's memory. */
struct reeve_span cose_protected_header(enum cose_algorithm algorithm, uint8_t memory[COSE_PROTECTED_MAX]);

/* A public key on the curve of `algorithm`; x and y are coordinate_size bytes, big-endian. */
struct cose_key {
	enum cose_algorithm algorithm;
	struct reeve_span x;
	struct reeve_span y;
};

/* Read exactly one COSE_Key of type EC2 with both coordinates. False and *why set when `in` is none; then *out is untouched.
 * Whether the point lies on the curve is not looked at. */
bool cose_key_read(struct reeve_span in, struct cose_key *out, struct reeve_malformed *why);

/* {1: 2, -1: curve, -2: x, -3: y}, the deterministic order of RFC 8949 section 4.2.1. */
void cose_key_put(struct cbor_writer *w, const struct cose_key *key);

#endif
