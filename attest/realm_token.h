/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_token.h - writes the realm's half of a CCA token: its claims, its public key claim, and the envelope around both halves.
 *
 *   cca_token_put_head | platform token | cca_token_put_middle | realm token = COSE_Sign1(realm_claims_put)
 *
 * Sizes depend on the form and the realm's hash only, never on values: they are known before anything is signed.
 * Not here: the signature (cose.h, who has the key), the platform's claims (the machine), reading (token.h).
 * Source: fact sheet section 11; attestation fact sheet sections 3.1, 3.2, 3.3. */
#ifndef ATTEST_REALM_TOKEN_H
#define ATTEST_REALM_TOKEN_H

#include "attest/cbor.h"
#include "reeve/monitor.h"

enum {
	RAK_POINT_SIZE = 96, /* x || y on P-384 */
	RAK_CLAIM_MAX = 112, /* bytes of a public key claim */
	REALM_CHALLENGE_SIZE = 64,
	REALM_TOKEN_MAX = 832,    /* bytes of a signed realm token, of any form and hash */
	CCA_TOKEN_PIECE_MAX = 32, /* bytes that cca_token_put_head or _middle writes */
};

/* What a realm token says. */
struct realm_claims {
	enum reeve_token_form form;
	enum rmi_hash_algorithm hash;
	uint8_t challenge[REALM_CHALLENGE_SIZE];
	uint8_t rpv[RMI_RPV_SIZE];
	uint8_t measurements[RMI_MEASUREMENT_COUNT][RMI_MEASUREMENT_SIZE]; /* RIM, REM0..3 */
	struct reeve_span rak;                                             /* as rak_claim_put wrote it */
};

/* Claim 265 of the platform token that goes with this form. */
const char *cca_platform_profile(enum reeve_token_form form);

/* The content of the public key claim, whose SHA-256 the platform token has as its challenge: a COSE_Key, in legacy tokens 04 || x || y. */
void rak_claim_put(struct cbor_writer *w, enum reeve_token_form form, const uint8_t point[RAK_POINT_SIZE]);

/* The map of claims: the payload of a realm token. */
void realm_claims_put(struct cbor_writer *w, const struct realm_claims *claims);

/* What stands before the platform token and between the two: both end with the head of the byte string that follows. */
void cca_token_put_head(struct cbor_writer *w, enum reeve_token_form form, size_t platform_token_size);
void cca_token_put_middle(struct cbor_writer *w, enum reeve_token_form form, size_t realm_token_size);

#endif
