/* SPDX-License-Identifier: BSD-2-Clause */
/* appraise.c - what is to be believed of a token: every check of spec/checks.def, each with its finding. */
#include <string.h>

#include "attest/cose.h"
#include "attest/diagnose.h"

/* A check under way: what it reads, and what it says. */
struct appraiser {
	const struct reeve_token *token;
	const struct reeve_token_expected *expected;
	const struct reeve_token_crypto *crypto;
	enum reeve_token_profile profile; /* REEVE_PROFILE_COUNT: unknown */
	unsigned hash_size;               /* of the realm, 0: unknown */
};

enum { SIGNED_HEAD_MAX = 256 };

typedef struct reeve_check_result (*check_fn)(const struct appraiser *a);

static struct reeve_check_result found(enum reeve_finding finding)
{
	return (struct reeve_check_result){finding, REEVE_CLAIM_COUNT, 0};
}

static struct reeve_check_result found_in(enum reeve_finding finding, enum reeve_claim claim)
{
	return (struct reeve_check_result){finding, claim, 0};
}

static struct reeve_check_result found_at(enum reeve_finding finding, enum reeve_claim claim, unsigned index)
{
	return (struct reeve_check_result){finding, claim, index};
}

static const struct reeve_claim_value *value_of(const struct appraiser *a, enum reeve_claim claim)
{
	return &a->token->claims[claim];
}

/* ---- Profile and claims ---- */

static struct reeve_check_result check_profile(const struct appraiser *a)
{
	struct reeve_token platform = *a->token;

	if (a->profile != REEVE_PROFILE_COUNT) {
		return found(REEVE_FINDING_OK);
	}
	/* Would the platform token be known beside the realm token that belongs to it? */
	for (unsigned i = 0; i < REEVE_PROFILE_COUNT; i++) {
		const char *realm = reeve_profile_info((enum reeve_token_profile)i)->text[REEVE_TOKEN_REALM];

		platform.claims[REEVE_CLAIM_REALM_PROFILE].is_present = realm != NULL;
		platform.claims[REEVE_CLAIM_REALM_PROFILE].bytes = reeve_span_of_text(realm);
		if (reeve_token_profile_of(&platform) != REEVE_PROFILE_COUNT) {
			return found_in(REEVE_FINDING_PROFILE_MIXED, REEVE_CLAIM_REALM_PROFILE);
		}
	}
	return found_in(REEVE_FINDING_PROFILE_UNKNOWN, REEVE_CLAIM_PLATFORM_PROFILE);
}

static bool is_digest_size(size_t size)
{
	return size == 32 || size == 48 || size == 64;
}

static bool is_size_good(const struct reeve_claim_info *info, const struct reeve_claim_value *value)
{
	size_t size = info->type == REEVE_CLAIM_COMPONENTS || info->type == REEVE_CLAIM_MEASUREMENTS
		? (size_t)value->number
		: value->bytes.size;

	if (info->size == REEVE_CLAIM_SIZE_ANY) {
		return true;
	}
	if (info->size == REEVE_CLAIM_SIZE_SOME) {
		return size > 0;
	}
	return info->size == REEVE_CLAIM_SIZE_DIGEST ? is_digest_size(size) : size == (size_t)info->size;
}

/* Numbers that mean something (fact sheet section 3.2): the client is RMSD (1), live activation is disallowed (0) or allowed (1). */
static bool is_value_good(enum reeve_claim claim, uint64_t number)
{
	return (claim != REEVE_CLAIM_CLIENT_ID || number == 1) && (claim != REEVE_CLAIM_LFA_POLICY || number <= 1);
}

static bool is_component_good(const struct reeve_component *component)
{
	return is_digest_size(component->measurement.size) && is_digest_size(component->signer.size);
}

/* What one claim is wrong in, whatever the others say. */
static struct reeve_check_result check_claim(const struct appraiser *a, enum reeve_claim claim)
{
	const struct reeve_claim_info *info = reeve_claim_info(claim);
	const struct reeve_claim_value *value = value_of(a, claim);
	bool is_identity = claim == REEVE_CLAIM_INSTANCE_ID || claim == REEVE_CLAIM_REALM_INSTANCE_ID;
	struct reeve_component component;

	if (!value->is_present) {
		return found_in(
			info->need[a->profile] == REEVE_NEED_M ? REEVE_FINDING_CLAIM_MISSING : REEVE_FINDING_OK, claim);
	}
	if (!is_size_good(info, value)) {
		return found_in(REEVE_FINDING_CLAIM_LENGTH, claim);
	}
	if (is_identity && value->bytes.bytes[0] != 0x01) {
		return found_in(REEVE_FINDING_CLAIM_UEID, claim);
	}
	if (info->need[a->profile] != REEVE_NEED_N && !is_value_good(claim, value->number)) {
		return found_in(REEVE_FINDING_CLAIM_VALUE, claim);
	}
	for (unsigned i = 0; claim == REEVE_CLAIM_SW_COMPONENTS && i < value->number; i++) {
		if (!reeve_token_component(a->token, i, &component) || !is_component_good(&component)) {
			return found_at(REEVE_FINDING_CLAIM_COMPONENT, claim, i);
		}
	}
	return found(REEVE_FINDING_OK);
}

static struct reeve_check_result check_claims(const struct appraiser *a, enum reeve_token_part_id part)
{
	if (a->profile == REEVE_PROFILE_COUNT) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	for (unsigned i = 0; i < REEVE_CLAIM_COUNT; i++) {
		struct reeve_check_result result;

		if (reeve_claim_info((enum reeve_claim)i)->part != part) {
			continue;
		}
		result = check_claim(a, (enum reeve_claim)i);
		if (result.finding != REEVE_FINDING_OK) {
			return result;
		}
	}
	return found(REEVE_FINDING_OK);
}

static struct reeve_check_result check_platform_claims(const struct appraiser *a)
{
	return check_claims(a, REEVE_TOKEN_PLATFORM);
}

static struct reeve_check_result check_realm_claims(const struct appraiser *a)
{
	struct reeve_check_result result = check_claims(a, REEVE_TOKEN_REALM);
	bool wants_raw = a->profile == REEVE_PROFILE_LEGACY;

	if (result.finding == REEVE_FINDING_OK && a->token->is_rak_raw != wants_raw) {
		return found_in(REEVE_FINDING_KEY_FORM, REEVE_CLAIM_RAK);
	}
	return result;
}

/* ---- Signatures ---- */

static enum reeve_finding signature_check(
	const struct appraiser *a, const struct reeve_token_part *part, const struct reeve_public_key *key)
{
	enum cose_algorithm row = cose_algorithm_of(part->algorithm);
	uint8_t memory[SIGNED_HEAD_MAX];
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, sizeof(memory)});

	if (part->signature.size != 2 * cose_algorithm_info(row)->coordinate_size) {
		return REEVE_FINDING_SIGNATURE_LENGTH;
	}
	cose_sign1_put_signed_head(&w, part->protected_header, part->payload.size);
	if (!cbor_writer_fits(&w)) {
		return REEVE_FINDING_HEADER_SIZE;
	}
	switch (a->crypto->verify(
		a->crypto->context, key, reeve_span(memory, w.size), part->payload, part->signature)) {
	case REEVE_SIGNATURE_GOOD:
		return REEVE_FINDING_OK;
	case REEVE_SIGNATURE_KEY_INVALID:
		return REEVE_FINDING_KEY_INVALID;
	case REEVE_SIGNATURE_BAD:
		break;
	}
	return REEVE_FINDING_SIGNATURE_BAD;
}

static struct reeve_check_result check_platform_signature(const struct appraiser *a)
{
	const struct reeve_token_part *part = &a->token->parts[REEVE_TOKEN_PLATFORM];
	struct reeve_check_result result = found(REEVE_FINDING_ANCHOR_CURVE);

	if (cose_algorithm_of(part->algorithm) == COSE_ALGORITHM_COUNT) {
		return found(REEVE_FINDING_ALGORITHM_UNKNOWN);
	}
	if (a->expected->anchor_count == 0) {
		return found(REEVE_FINDING_NO_ANCHOR);
	}
	for (unsigned i = 0; i < a->expected->anchor_count; i++) {
		if (a->expected->anchors[i].algorithm != part->algorithm) {
			continue;
		}
		result = found_at(signature_check(a, part, &a->expected->anchors[i]), REEVE_CLAIM_COUNT, i);
		if (result.finding == REEVE_FINDING_OK) {
			return result;
		}
	}
	return result;
}

static struct reeve_check_result check_realm_signature(const struct appraiser *a)
{
	const struct reeve_token_part *part = &a->token->parts[REEVE_TOKEN_REALM];

	if (cose_algorithm_of(part->algorithm) == COSE_ALGORITHM_COUNT) {
		return found(REEVE_FINDING_ALGORITHM_UNKNOWN);
	}
	if (!value_of(a, REEVE_CLAIM_RAK)->is_present) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	if (a->token->rak.algorithm != part->algorithm) {
		return found(REEVE_FINDING_KEY_CURVE);
	}
	return found(signature_check(a, part, &a->token->rak));
}

/* ---- Binding, freshness, platform ---- */

static struct reeve_check_result check_binding(const struct appraiser *a)
{
	enum reeve_claim claim =
		a->profile == REEVE_PROFILE_2026 ? REEVE_CLAIM_WORKLOAD_BINDING : REEVE_CLAIM_PLATFORM_CHALLENGE;
	const struct reeve_claim_value *hash = value_of(a, REEVE_CLAIM_RAK_HASH_ALGORITHM);

	if (!value_of(a, claim)->is_present || !value_of(a, REEVE_CLAIM_RAK)->is_present || !hash->is_present) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	if (reeve_token_hash_bits(hash->bytes) == 0) {
		return found_in(REEVE_FINDING_CLAIM_VALUE, REEVE_CLAIM_RAK_HASH_ALGORITHM);
	}
	return found_in(diagnose_binding(a->token, value_of(a, claim)->bytes, a->crypto), claim);
}

static struct reeve_check_result check_challenge(const struct appraiser *a)
{
	uint8_t wanted[REEVE_TOKEN_CHALLENGE_SIZE] = {0};
	struct reeve_span challenge = a->expected->challenge;
	const struct reeve_claim_value *value = value_of(a, REEVE_CLAIM_REALM_CHALLENGE);

	if (challenge.size == 0) {
		return found(
			a->expected->policy.needs_challenge ? REEVE_FINDING_CHALLENGE_NEEDED : REEVE_FINDING_NOT_ASKED);
	}
	if (!value->is_present || challenge.size > sizeof(wanted)) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	memcpy(wanted, challenge.bytes, challenge.size);
	if (span_equal(value->bytes, reeve_span(wanted, sizeof(wanted)))) {
		return found(REEVE_FINDING_OK);
	}
	return found_in(
		is_fixed_pattern(value->bytes) ? REEVE_FINDING_CHALLENGE_CANNED : REEVE_FINDING_CHALLENGE_DIFFERS,
		REEVE_CLAIM_REALM_CHALLENGE);
}

/* States of a lifecycle: bits 15:12 (fact sheet section 3.2). */
enum { STATE_SECURED = 3, STATE_DEBUG = 4, STATE_RECOVERABLE_DEBUG = 5 };

static struct reeve_check_result check_lifecycle(const struct appraiser *a)
{
	const struct reeve_claim_value *value = value_of(a, REEVE_CLAIM_LIFECYCLE);
	uint64_t accepted = a->expected->policy.lifecycles;
	uint64_t state = value->number >> 12;

	if (!value->is_present) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	if (reeve_token_lifecycle_name(value->number) == NULL) {
		return found_in(REEVE_FINDING_LIFECYCLE_INVALID, REEVE_CLAIM_LIFECYCLE);
	}
	if ((accepted == 0 ? UINT64_C(1) << STATE_SECURED : accepted) >> state & 1) {
		return found(REEVE_FINDING_OK);
	}
	return found_in(state == STATE_DEBUG || state == STATE_RECOVERABLE_DEBUG ? REEVE_FINDING_LIFECYCLE_DEBUG
										 : REEVE_FINDING_LIFECYCLE_REFUSED,
		REEVE_CLAIM_LIFECYCLE);
}

static struct reeve_check_result check_platform(const struct appraiser *a)
{
	const struct reeve_token_policy *policy = &a->expected->policy;

	if (policy->implementation_id.size == 0 && policy->instance_id.size == 0) {
		return found(REEVE_FINDING_NOT_ASKED);
	}
	if (policy->implementation_id.size != 0 &&
		!span_equal(policy->implementation_id, value_of(a, REEVE_CLAIM_IMPLEMENTATION_ID)->bytes)) {
		return found_in(REEVE_FINDING_IMPLEMENTATION_DIFFERS, REEVE_CLAIM_IMPLEMENTATION_ID);
	}
	if (policy->instance_id.size != 0 &&
		!span_equal(policy->instance_id, value_of(a, REEVE_CLAIM_INSTANCE_ID)->bytes)) {
		return found_in(REEVE_FINDING_INSTANCE_DIFFERS, REEVE_CLAIM_INSTANCE_ID);
	}
	return found(REEVE_FINDING_OK);
}

/* ---- The realm ---- */

static struct reeve_check_result check_measurements(const struct appraiser *a)
{
	struct reeve_span rim = value_of(a, REEVE_CLAIM_RIM)->bytes;

	if (!value_of(a, REEVE_CLAIM_RIM)->is_present || !value_of(a, REEVE_CLAIM_REMS)->is_present ||
		!value_of(a, REEVE_CLAIM_REALM_HASH_ALGORITHM)->is_present) {
		return found(REEVE_FINDING_NOT_POSSIBLE);
	}
	if (a->hash_size == 0) {
		return found_in(REEVE_FINDING_HASH_UNKNOWN, REEVE_CLAIM_REALM_HASH_ALGORITHM);
	}
	if (rim.size != a->hash_size) {
		return found_in(is_padded(rim, a->hash_size) ? REEVE_FINDING_RIM_PADDED : REEVE_FINDING_RIM_LENGTH,
			REEVE_CLAIM_RIM);
	}
	if (a->token->rem_count != REEVE_TOKEN_REMS) {
		return found_at(REEVE_FINDING_REM_COUNT, REEVE_CLAIM_REMS, a->token->rem_count);
	}
	for (unsigned i = 0; i < REEVE_TOKEN_REMS; i++) {
		if (a->token->rems[i].size != a->hash_size) {
			return found_at(REEVE_FINDING_REM_LENGTH, REEVE_CLAIM_REMS, i);
		}
	}
	return found(REEVE_FINDING_OK);
}

/* Claim 44243: 0 and 1, or the words (fact sheet section 3.2). */
static struct reeve_check_result check_memory(const struct appraiser *a)
{
	const struct reeve_claim_value *value = value_of(a, REEVE_CLAIM_MEC_POLICY);
	bool is_private = value->is_text ? span_is_text(value->bytes, "private") : value->number == 1;
	bool is_shared = value->is_text ? span_is_text(value->bytes, "shared") : value->number == 0;

	if (value->is_present && !is_private && !is_shared) {
		return found_in(REEVE_FINDING_MEMORY_UNKNOWN, REEVE_CLAIM_MEC_POLICY);
	}
	if (!a->expected->policy.needs_private_memory) {
		return found(REEVE_FINDING_NOT_ASKED);
	}
	return value->is_present && is_private ? found(REEVE_FINDING_OK)
					       : found_in(REEVE_FINDING_MEMORY_SHARED, REEVE_CLAIM_MEC_POLICY);
}

static struct reeve_check_result compare_rim(const struct appraiser *a, const struct reeve_reference *reference)
{
	unsigned index = 0;
	struct reeve_span rim = value_of(a, REEVE_CLAIM_RIM)->bytes;
	enum reeve_finding finding = diagnose_rim(rim, a->hash_size, reference, &index);

	return finding == REEVE_FINDING_OK ? found(finding) : found_at(finding, REEVE_CLAIM_RIM, index);
}

static struct reeve_check_result compare_rems(const struct appraiser *a, const struct reeve_reference *reference)
{
	bool is_any = false;

	for (unsigned i = 0; i < REEVE_TOKEN_REMS; i++) {
		if (reference->rems[i].size == 0) {
			continue;
		}
		is_any = true;
		if (i >= a->token->rem_count || !span_equal(reference->rems[i], a->token->rems[i])) {
			return found_at(REEVE_FINDING_REM_DIFFERS, REEVE_CLAIM_REMS, i);
		}
	}
	return found(is_any ? REEVE_FINDING_OK : REEVE_FINDING_NOT_ASKED);
}

static struct reeve_check_result compare_rpv(const struct appraiser *a, const struct reeve_reference *reference)
{
	if (reference->rpv.size == 0) {
		return found(REEVE_FINDING_NOT_ASKED);
	}
	return span_equal(reference->rpv, value_of(a, REEVE_CLAIM_RPV)->bytes)
		? found(REEVE_FINDING_OK)
		: found_in(REEVE_FINDING_RPV_DIFFERS, REEVE_CLAIM_RPV);
}

static bool is_refusal(struct reeve_check_result result)
{
	return reeve_finding_info(result.finding)->outcome == REEVE_OUTCOME_REFUSED;
}

/* Compare with the reference that the realm comes nearest to: of RIM, REMs and RPV the last that refuses, then the first given. */
static void compare_references(const struct appraiser *a, struct reeve_appraisal *appraisal)
{
	enum { NOTHING, RIM_GOOD, REMS_GOOD, ALL_GOOD };
	int best = -1;

	for (unsigned i = 0; i < a->expected->reference_count; i++) {
		const struct reeve_reference *reference = &a->expected->references[i];
		struct reeve_check_result rim = compare_rim(a, reference);
		struct reeve_check_result rems = compare_rems(a, reference);
		struct reeve_check_result rpv = compare_rpv(a, reference);
		int near = is_refusal(rim) ? NOTHING
			: is_refusal(rems) ? RIM_GOOD
			: is_refusal(rpv)  ? REMS_GOOD
					   : ALL_GOOD;
		bool is_telling = near == NOTHING && best == NOTHING && rim.finding != REEVE_FINDING_RIM_DIFFERS &&
			appraisal->checks[REEVE_CHECK_RIM].finding == REEVE_FINDING_RIM_DIFFERS;

		if (near > best || is_telling) {
			best = near;
			appraisal->reference = i;
			appraisal->checks[REEVE_CHECK_RIM] = rim;
			appraisal->checks[REEVE_CHECK_REMS] = rems;
			appraisal->checks[REEVE_CHECK_RPV] = rpv;
		}
	}
}

/* ---- All of them ---- */

static const check_fn checks[REEVE_CHECK_COUNT] = {
	[REEVE_CHECK_PROFILE] = check_profile,
	[REEVE_CHECK_PLATFORM_CLAIMS] = check_platform_claims,
	[REEVE_CHECK_REALM_CLAIMS] = check_realm_claims,
	[REEVE_CHECK_PLATFORM_SIGNATURE] = check_platform_signature,
	[REEVE_CHECK_REALM_SIGNATURE] = check_realm_signature,
	[REEVE_CHECK_BINDING] = check_binding,
	[REEVE_CHECK_CHALLENGE] = check_challenge,
	[REEVE_CHECK_LIFECYCLE] = check_lifecycle,
	[REEVE_CHECK_PLATFORM] = check_platform,
	[REEVE_CHECK_MEASUREMENTS] = check_measurements,
	[REEVE_CHECK_MEMORY] = check_memory,
};

/* What a check that could not be made leaves open is no ground to believe the token; what was not asked for is no ground to refuse it. */
static bool is_open(struct reeve_check_result result)
{
	return is_refusal(result) || result.finding == REEVE_FINDING_NOT_POSSIBLE ||
		result.finding == REEVE_FINDING_NONE;
}

void reeve_token_appraise(const struct reeve_token *token, const struct reeve_token_expected *expected,
	const struct reeve_token_crypto *crypto, struct reeve_appraisal *appraisal)
{
	const struct appraiser a = {token, expected, crypto, reeve_token_profile_of(token),
		reeve_token_hash_bits(token->claims[REEVE_CLAIM_REALM_HASH_ALGORITHM].bytes) / 8};
	struct reeve_check_result unasked =
		found(expected->policy.needs_reference ? REEVE_FINDING_REFERENCE_NEEDED : REEVE_FINDING_NOT_ASKED);

	*appraisal = (struct reeve_appraisal){.verdict = REEVE_VERDICT_AFFIRMED};
	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		appraisal->checks[i] = checks[i] == NULL ? unasked : checks[i](&a);
	}
	compare_references(&a, appraisal);
	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		if (is_open(appraisal->checks[i])) {
			appraisal->verdict = REEVE_VERDICT_REFUSED;
		}
	}
}
