/* SPDX-License-Identifier: BSD-2-Clause */
/* token_rows.c - the rows of claims, profiles, checks and findings, and the names in tokens that stand for something. */
#include "attest/cose.h"
#include "attest/diagnose.h"
#include "reeve/token.h"

enum { SIZE_ANY = REEVE_CLAIM_SIZE_ANY, SIZE_SOME = REEVE_CLAIM_SIZE_SOME, SIZE_DIGEST = REEVE_CLAIM_SIZE_DIGEST };
enum { SIZE_32 = 32, SIZE_33 = 33, SIZE_64 = 64 };

static const struct reeve_claim_info claims[REEVE_CLAIM_COUNT] = {
#define CLAIM(part, id, label, name, type, size, legacy, y2023, y2024, y2026) \
	{REEVE_TOKEN_##part, label, name, REEVE_CLAIM_##type, SIZE_##size, \
		{REEVE_NEED_##legacy, REEVE_NEED_##y2023, REEVE_NEED_##y2024, REEVE_NEED_##y2026}},
#include "spec/claims.def"
#undef CLAIM
};

static const struct reeve_profile_info profiles[REEVE_PROFILE_COUNT] = {
#define PROFILE(id, name, platform, realm) {name, {platform, realm}},
#include "spec/profiles.def"
#undef PROFILE
};

/* All that a platform token may call its profile. */
static const struct {
	enum reeve_token_profile profile;
	const char *text;
} spellings[] = {
#define PROFILE(id, name, platform, realm) {REEVE_PROFILE_##id, platform},
#include "spec/profiles.def"
#undef PROFILE
#define SPELLING(id, platform) {REEVE_PROFILE_##id, platform},
#include "spec/profile_spellings.def"
#undef SPELLING
};

static const struct reeve_check_info checks[REEVE_CHECK_COUNT] = {
#define CHECK(part, id, name, text) {REEVE_TOKEN_##part, name, text},
#include "spec/checks.def"
#undef CHECK
};

static const struct reeve_finding_info findings[REEVE_FINDING_COUNT] = {
#define FINDING(id, outcome, detail, name, text) {name, text, REEVE_OUTCOME_##outcome},
#include "spec/findings.def"
#undef FINDING
};

const struct reeve_claim_info *reeve_claim_info(enum reeve_claim claim)
{
	return &claims[claim];
}

const struct reeve_profile_info *reeve_profile_info(enum reeve_token_profile profile)
{
	return &profiles[profile];
}

enum reeve_token_profile reeve_profile_of_platform(struct reeve_span text)
{
	for (unsigned i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		if (span_is_text(text, spellings[i].text)) {
			return spellings[i].profile;
		}
	}
	return REEVE_PROFILE_COUNT;
}

const struct reeve_check_info *reeve_check_info(enum reeve_check check)
{
	return &checks[check];
}

const struct reeve_finding_info *reeve_finding_info(enum reeve_finding finding)
{
	return &findings[finding];
}

enum reeve_claim reeve_claim_of(enum reeve_token_part_id part, int64_t label)
{
	unsigned i = 0;

	while (i < REEVE_CLAIM_COUNT && (claims[i].part != part || claims[i].label != label)) {
		i++;
	}
	return (enum reeve_claim)i;
}

uint64_t reeve_token_part_label(enum reeve_token_part_id part)
{
	return part == REEVE_TOKEN_PLATFORM ? 44234 : 44241;
}

unsigned reeve_token_hash_bits(struct reeve_span name)
{
	static const struct {
		const char *name;
		unsigned bits;
	} rows[] = {{"sha-256", 256}, {"sha-384", 384}, {"sha-512", 512}};

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (span_is_text(name, rows[i].name)) {
			return rows[i].bits;
		}
	}
	return 0;
}

enum reeve_token_profile reeve_token_profile_of(const struct reeve_token *token)
{
	const struct reeve_claim_value *realm = &token->claims[REEVE_CLAIM_REALM_PROFILE];
	enum reeve_token_profile profile = reeve_profile_of_platform(token->claims[REEVE_CLAIM_PLATFORM_PROFILE].bytes);
	const char *wanted;

	if (profile == REEVE_PROFILE_COUNT) {
		return REEVE_PROFILE_COUNT;
	}
	if (!realm->is_present) {
		return claims[REEVE_CLAIM_REALM_PROFILE].need[profile] == REEVE_NEED_M ? REEVE_PROFILE_COUNT : profile;
	}
	wanted = profiles[profile].text[REEVE_TOKEN_REALM];
	return wanted != NULL && span_is_text(realm->bytes, wanted) ? profile : REEVE_PROFILE_COUNT;
}

const char *reeve_token_algorithm_name(int64_t algorithm)
{
	enum cose_algorithm row = cose_algorithm_of(algorithm);

	return row == COSE_ALGORITHM_COUNT ? NULL : cose_algorithm_info(row)->name;
}

/* Bits 15:8 say the state; its low nibble is 0 (fact sheet section 3.2). */
const char *reeve_token_lifecycle_name(uint64_t lifecycle)
{
	static const char *const names[] = {"unknown", "assembly and test", "root of trust provisioning", "secured",
		"debug outside the root of trust", "recoverable debug of the root of trust", "decommissioned"};
	uint64_t state = lifecycle >> 12;

	return state < sizeof(names) / sizeof(names[0]) && (lifecycle >> 8 & 0xF) == 0 ? names[state] : NULL;
}
