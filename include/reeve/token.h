/* SPDX-License-Identifier: BSD-2-Clause */
/* token.h - CCA attestation tokens: read into claims, and appraised check by check.
 *
 *   bytes -- reeve_token_read --> struct reeve_token -- reeve_token_appraise --> one finding a check, a verdict
 *
 * T1: reading allocates nothing and copies nothing: every span points into the caller's bytes, which must outlive the token.
 * T2: a token that was read has the shape of one; that anything in it is true is what the checks are for.
 * T3: REEVE_VERDICT_AFFIRMED means: every check that was asked for was made and passed, the platform's signature among them.
 * Source: attestation fact sheet section 3. Not here: cryptography (struct reeve_token_crypto), files, keys, reference formats. */
#ifndef REEVE_TOKEN_H
#define REEVE_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/malformed.h"
#include "reeve/span.h"

#ifdef __cplusplus
extern "C" {
#endif

enum {
	REEVE_TOKEN_TAG_COLLECTION = 399, /* byte strings: RMM 1.0 */
	REEVE_TOKEN_TAG_CMW = 907,        /* records [263, byte string]: RMM 2.0 */
	REEVE_TOKEN_CONTENT_FORMAT = 263, /* application/eat+cwt */
	REEVE_TOKEN_REMS = 4,
	REEVE_TOKEN_REMS_MAX = 8, /* that can be read; a right token has REEVE_TOKEN_REMS */
	REEVE_TOKEN_DIGEST_MAX = 64,
	REEVE_TOKEN_CHALLENGE_SIZE = 64,
	REEVE_TOKEN_RAW_KEY_SIZE = 97 /* 04 || x || y on P-384 */
};

/* ---- What a token is made of ---- */

enum reeve_token_part_id { REEVE_TOKEN_PLATFORM, REEVE_TOKEN_REALM, REEVE_TOKEN_PARTS };

/* Label of a part in the collection: 44234, 44241. */
uint64_t reeve_token_part_label(enum reeve_token_part_id part);

enum reeve_token_profile {
#define PROFILE(id, name, platform, realm) REEVE_PROFILE_##id,
#include "spec/profiles.def"
#undef PROFILE
	REEVE_PROFILE_COUNT
};

struct reeve_profile_info {
	const char *name;                    /* "legacy", "2023", … */
	const char *text[REEVE_TOKEN_PARTS]; /* claim 265 of each part; NULL: the part has none */
};

const struct reeve_profile_info *reeve_profile_info(enum reeve_token_profile profile);

/* The profile that a platform token's claim 265 names, in any of its spellings, or REEVE_PROFILE_COUNT. */
enum reeve_token_profile reeve_profile_of_platform(struct reeve_span text);

enum reeve_claim {
#define CLAIM(part, id, label, name, type, size, legacy, y2023, y2024, y2026) REEVE_CLAIM_##id,
#include "spec/claims.def"
#undef CLAIM
	REEVE_CLAIM_COUNT
};

enum reeve_claim_type {
	REEVE_CLAIM_BYTES,
	REEVE_CLAIM_TEXT,
	REEVE_CLAIM_UINT,
	REEVE_CLAIM_UINT_OR_TEXT,
	REEVE_CLAIM_COMPONENTS,
	REEVE_CLAIM_MEASUREMENTS,
	REEVE_CLAIM_ITEM,
	REEVE_CLAIM_TYPE_COUNT
};

/* Sizes beside numbers of bytes. */
enum { REEVE_CLAIM_SIZE_ANY = -1, REEVE_CLAIM_SIZE_SOME = -2, REEVE_CLAIM_SIZE_DIGEST = -3 };

/* N: the profile does not know the claim; O: optional; M: mandatory. */
enum reeve_claim_need { REEVE_NEED_N, REEVE_NEED_O, REEVE_NEED_M };

struct reeve_claim_info {
	enum reeve_token_part_id part;
	int64_t label;
	const char *name; /* in words */
	enum reeve_claim_type type;
	int size; /* in bytes, or REEVE_CLAIM_SIZE_* */
	enum reeve_claim_need need[REEVE_PROFILE_COUNT];
};

const struct reeve_claim_info *reeve_claim_info(enum reeve_claim claim);

/* The claim of a label in a part, or REEVE_CLAIM_COUNT. */
enum reeve_claim reeve_claim_of(enum reeve_token_part_id part, int64_t label);

struct reeve_claim_value {
	bool is_present;
	bool is_text;            /* REEVE_CLAIM_UINT_OR_TEXT: which */
	uint64_t number;         /* UINT; COMPONENTS, MEASUREMENTS: how many */
	struct reeve_span bytes; /* BYTES, TEXT: the content; COMPONENTS, MEASUREMENTS, ITEM: the CBOR item */
};

/* One signed part. */
struct reeve_token_part {
	struct reeve_span message; /* the whole COSE_Sign1 */
	int64_t algorithm;         /* the COSE number of its protected header, known to us or not */
	struct reeve_span protected_header;
	struct reeve_span payload;
	struct reeve_span signature; /* r || s */
	unsigned unknown_count;      /* claims that no row of spec/claims.def names */
};

/* A point on the curve of an algorithm's row in spec/cose.def; x and y are big-endian. */
struct reeve_public_key {
	int64_t algorithm; /* COSE number; 0: no key */
	struct reeve_span x;
	struct reeve_span y;
};

struct reeve_token {
	uint64_t tag;
	struct reeve_token_part parts[REEVE_TOKEN_PARTS];
	struct reeve_claim_value claims[REEVE_CLAIM_COUNT];
	struct reeve_span rems[REEVE_TOKEN_REMS_MAX];
	unsigned rem_count;
	struct reeve_public_key rak;
	bool is_rak_raw; /* a bare point, not a COSE_Key: the legacy form */
};

/* Read a token. False and *why set when `in` is none: then *token is untouched. Needs about 16 KiB of stack.
 * Missing claims, lengths and values are left to the checks; a claim of the wrong type is refused here. */
bool reeve_token_read(struct reeve_span in, struct reeve_token *token, struct reeve_malformed *why);

/* Read the claims of one part from its payload alone, as reeve_token_read does. On false *token may be half written. */
bool reeve_token_read_claims(struct reeve_span payload, enum reeve_token_part_id part, struct reeve_token *token,
	struct reeve_malformed *why);

/* The profile that the two parts' claims name together, or REEVE_PROFILE_COUNT. */
enum reeve_token_profile reeve_token_profile_of(const struct reeve_token *token);

/* A software component; an absent member has bytes NULL. */
struct reeve_component {
	struct reeve_span type;
	struct reeve_span measurement;
	struct reeve_span version;
	struct reeve_span signer;
	struct reeve_span hash_algorithm;
	struct reeve_span live_activation; /* the CBOR item, as of the next one */
	struct reeve_span countersigners;
};

/* Component `index` (0 … claims[REEVE_CLAIM_SW_COMPONENTS].number - 1). False and *out untouched when there is none. */
bool reeve_token_component(const struct reeve_token *token, uint64_t index, struct reeve_component *out);

/* Bits of SHA-2 of "sha-256", "sha-384", "sha-512" (256, 384, 512), 0 for another name. */
unsigned reeve_token_hash_bits(struct reeve_span name);

/* "ES256", "ES384", "ES512", or NULL. */
const char *reeve_token_algorithm_name(int64_t algorithm);

/* The name of a lifecycle's state, or NULL when it is no state. Source: fact sheet section 3.2. */
const char *reeve_token_lifecycle_name(uint64_t lifecycle);

/* ---- What is to be believed of it ---- */

enum reeve_signature { REEVE_SIGNATURE_BAD, REEVE_SIGNATURE_GOOD, REEVE_SIGNATURE_KEY_INVALID };

/* The cryptography of a machine. */
struct reeve_token_crypto {
	/* SHA-2 of `bits` (256, 384, 512) over data into out[0..bits / 8). It cannot fail. */
	void (*digest)(void *context, unsigned bits, struct reeve_span data, uint8_t out[REEVE_TOKEN_DIGEST_MAX]);
	/* ECDSA with the key's algorithm over head || payload; signature is r || s of the curve's length.
	 * REEVE_SIGNATURE_KEY_INVALID: the point is not on its curve. */
	enum reeve_signature (*verify)(void *context, const struct reeve_public_key *key, struct reeve_span head,
		struct reeve_span payload, struct reeve_span signature);
	void *context;
};

enum { REEVE_RULES_MAX = 4 };

/* What a realm should be; a span of size 0 is not known and is not compared. */
struct reeve_reference {
	const char *name;   /* where it is from, for messages; may be NULL */
	const char *rules;  /* the rule set of `rim`: "1.0"; may be NULL */
	unsigned hash_bits; /* 256, 384, 512; 0: not known */
	struct reeve_span rim;
	struct reeve_span rems[REEVE_TOKEN_REMS];
	struct reeve_span rpv;
	/* What the RIM is by other rule sets: never accepted, only to say why another one was found. */
	struct {
		const char *rules;
		struct reeve_span rim;
	} other[REEVE_RULES_MAX];
};

/* What is accepted of a platform and a realm, beside references. Zeroed: the strictest lifecycle, anything else. */
struct reeve_token_policy {
	uint64_t lifecycles; /* bit n: state 0xn0xx is accepted; 0: only secured (3) */
	struct reeve_span implementation_id;
	struct reeve_span instance_id;
	bool needs_private_memory; /* MEC policy must be private */
	bool needs_challenge;      /* a token is refused when no challenge was given to compare */
	bool needs_reference;      /* likewise */
};

struct reeve_token_expected {
	const struct reeve_public_key *anchors; /* keys of platforms that are trusted */
	size_t anchor_count;
	struct reeve_span challenge;              /* 1 to 64 bytes, the rest zeroes; size 0: not compared */
	const struct reeve_reference *references; /* a realm must be one of them */
	size_t reference_count;
	struct reeve_token_policy policy;
};

enum reeve_check {
#define CHECK(part, id, name, text) REEVE_CHECK_##id,
#include "spec/checks.def"
#undef CHECK
	REEVE_CHECK_COUNT
};

enum reeve_outcome { REEVE_OUTCOME_NOT_MADE, REEVE_OUTCOME_PASSED, REEVE_OUTCOME_REFUSED, REEVE_OUTCOME_COUNT };

enum reeve_finding {
#define FINDING(id, outcome, detail, name, text) REEVE_FINDING_##id,
#include "spec/findings.def"
#undef FINDING
	REEVE_FINDING_COUNT
};

struct reeve_check_info {
	enum reeve_token_part_id part; /* that it speaks of */
	const char *name;              /* "platform-signature" */
	const char *text;              /* what is checked */
};

struct reeve_finding_info {
	const char *name; /* the reason code: "binding-canned" */
	const char *text; /* what was found, and what to do */
	enum reeve_outcome outcome;
};

const struct reeve_check_info *reeve_check_info(enum reeve_check check);
const struct reeve_finding_info *reeve_finding_info(enum reeve_finding finding);

struct reeve_check_result {
	enum reeve_finding finding;
	enum reeve_claim claim; /* the claim it is about, or REEVE_CLAIM_COUNT */
	unsigned index;         /* of an anchor, a REM, a component, or of another rule set */
};

enum reeve_verdict { REEVE_VERDICT_REFUSED, REEVE_VERDICT_AFFIRMED };

struct reeve_appraisal {
	enum reeve_verdict verdict;
	struct reeve_check_result checks[REEVE_CHECK_COUNT];
	unsigned reference; /* the one that the realm was compared with */
};

/* Make every check that can be made; none stops the others. Cannot fail. */
void reeve_token_appraise(const struct reeve_token *token, const struct reeve_token_expected *expected,
	const struct reeve_token_crypto *crypto, struct reeve_appraisal *appraisal);

#ifdef __cplusplus
}
#endif
#endif
