/* SPDX-License-Identifier: BSD-2-Clause */
/* token_world.h - keys, claims and tokens for tests of what is to be believed of a token. */
#ifndef TESTS_UNIT_SUPPORT_TOKEN_WORLD_H
#define TESTS_UNIT_SUPPORT_TOKEN_WORLD_H

#include <jansson.h>

#include "reeve/token.h"
#include "tools/token/make.h"

/* Bytes that are no pattern, in hexadecimal: of 32, 48 and 64 bytes. */
#define HEX_16 "9c1f0e7ab25d4c83f6012e9b7d44a1c8"
#define HEX_32 HEX_16 "37e0d5916cfa2b48c3017fbe86295ad4"
#define HEX_48 HEX_32 "e80b7461d2953fac1840c6fb5a92370d"
#define HEX_64 HEX_48 "5bd3f81962ae07c4903d1c75efb84a26"
#define HEX_32_OTHER "5bd3f81962ae07c4903d1c75efb84a26" HEX_16
#define ZERO_16 "00000000000000000000000000000000"
#define ZERO_32 ZERO_16 ZERO_16

struct token_world {
	struct signer signers[REEVE_TOKEN_PARTS]; /* P-384 */
	struct signer strangers[REEVE_TOKEN_PARTS];
	struct reeve_public_key anchor; /* the public half of the platform's signer */
	struct reeve_public_key stranger;
	struct reeve_public_key other_curve; /* a key on P-256 */
	struct signer small;                 /* its private half */
	struct reeve_token_crypto crypto;
};

/* The one of this program, between these two, which are for cmocka_run_group_tests. */
extern struct token_world token_world;
int token_world_setup(void **state);
int token_world_teardown(void **state);

/* The claims of a right token of a profile ("legacy", "2023", "2024", "2026"), but for the public key and its binding, which make_token adds.
 * RIM is HEX_32, REM n begins with n, the challenge is HEX_64, the RPV zeroes. */
json_t *token_claims(const char *profile);

/* Set the member at "realm/claims/challenge" to a value in JSON; NULL takes it away. */
void token_claim_set(json_t *root, const char *path, const char *json);

/* The token of claims, signed by the world's keys; the caller frees bytes.data. */
struct bytes token_signed(const json_t *root);

/* Add to what a token is compared with; the anchor is there. */
typedef void (*expect_fn)(struct reeve_token_expected *expected);

/* Appraise the token of these claims against the world's anchor and what `expect`, if not NULL, adds. The verdict is asserted to be the sum of
 * the checks. Spans of the token are gone afterwards. */
void token_appraise(const json_t *root, expect_fn expect, struct reeve_appraisal *appraisal);

/* What one check finds in the token of these claims, which are given up. */
enum reeve_finding token_finding(json_t *root, enum reeve_check check);

#endif
