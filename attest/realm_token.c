/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_token.c - the claims of a realm token and the envelope of a CCA token, by form. */
#include "attest/realm_token.h"

#include "attest/cose.h"

#define CLAIM(part, name, label, text, type, size, legacy, y2023, y2024, y2026) LABEL_##name = (label),
enum claim_label {
#include "spec/claims.def"
};
#undef CLAIM

/* Rows of forms name rows of profiles. */
enum profile {
#define PROFILE(name, text, platform, realm) PROFILE_##name,
#include "spec/profiles.def"
#undef PROFILE
	PROFILE_COUNT
};

static const struct {
	const char *platform;
	const char *realm; /* NULL: no claim */
} profiles[PROFILE_COUNT] = {
#define PROFILE(name, text, platform, realm) [PROFILE_##name] = {(platform), (realm)},
#include "spec/profiles.def"
#undef PROFILE
};

enum {
	TAG_COLLECTION = 399,     /* legacy EAT collection */
	TAG_CMW_COLLECTION = 907, /* members are [content format, bytes] */
	CONTENT_EAT_CWT = 263,    /* CoAP content format application/eat+cwt */
	LABEL_PLATFORM_TOKEN = 44234,
	LABEL_REALM_TOKEN = 44241,
	COORDINATE_SIZE = RAK_POINT_SIZE / 2,
	POINT_UNCOMPRESSED = 4, /* SEC 1 section 2.3.3 */
};

static const struct {
	enum profile profile;
	uint64_t tag;
} forms[REEVE_TOKEN_FORM_COUNT] = {
	[REEVE_TOKEN_2023] = {PROFILE_2023, TAG_COLLECTION},
	[REEVE_TOKEN_LEGACY] = {PROFILE_LEGACY, TAG_COLLECTION},
	[REEVE_TOKEN_2023_CMW] = {PROFILE_2023, TAG_CMW_COLLECTION},
};

static const char *const hash_names[RMI_HASH_COUNT] = {
	[RMI_HASH_SHA_256] = "sha-256",
	[RMI_HASH_SHA_512] = "sha-512",
};

const char *cca_platform_profile(enum reeve_token_form form)
{
	return profiles[forms[form].profile].platform;
}

void rak_claim_put(struct cbor_writer *w, enum reeve_token_form form, const uint8_t point[RAK_POINT_SIZE])
{
	static const uint8_t uncompressed = POINT_UNCOMPRESSED;
	struct cose_key key = {
		COSE_ES384, reeve_span(point, COORDINATE_SIZE), reeve_span(point + COORDINATE_SIZE, COORDINATE_SIZE)};

	if (forms[form].profile == PROFILE_LEGACY) {
		cbor_put_raw(w, reeve_span(&uncompressed, 1));
		cbor_put_raw(w, reeve_span(point, RAK_POINT_SIZE));
		return;
	}
	cose_key_put(w, &key);
}

static void put_bytes(struct cbor_writer *w, enum claim_label label, struct reeve_span bytes)
{
	cbor_put_uint(w, label);
	cbor_put_bytes(w, bytes);
}

static void put_text(struct cbor_writer *w, enum claim_label label, const char *text)
{
	cbor_put_uint(w, label);
	cbor_put_text(w, text);
}

/* In the order of RFC 8949 section 4.2.1: by label. */
void realm_claims_put(struct cbor_writer *w, const struct realm_claims *claims)
{
	enum { CLAIMS_ALWAYS = 7, RIM = 0, REM_FIRST = 1 };
	const char *profile = profiles[forms[claims->form].profile].realm;
	size_t hash_size = rmi_hash_size(claims->hash);

	cbor_put_map(w, CLAIMS_ALWAYS + (profile != NULL ? 1 : 0));
	put_bytes(w, LABEL_REALM_CHALLENGE, reeve_span(claims->challenge, sizeof(claims->challenge)));
	if (profile != NULL) {
		put_text(w, LABEL_REALM_PROFILE, profile);
	}
	put_bytes(w, LABEL_RPV, reeve_span(claims->rpv, sizeof(claims->rpv)));
	put_text(w, LABEL_REALM_HASH_ALGORITHM, hash_names[claims->hash]);
	put_bytes(w, LABEL_RAK, claims->rak);
	put_bytes(w, LABEL_RIM, reeve_span(claims->measurements[RIM], hash_size));
	cbor_put_uint(w, LABEL_REMS);
	cbor_put_array(w, RMI_MEASUREMENT_COUNT - REM_FIRST);
	for (unsigned i = REM_FIRST; i < RMI_MEASUREMENT_COUNT; i++) {
		cbor_put_bytes(w, reeve_span(claims->measurements[i], hash_size));
	}
	put_text(w, LABEL_RAK_HASH_ALGORITHM, hash_names[RMI_HASH_SHA_256]);
}

static void put_member(struct cbor_writer *w, enum reeve_token_form form, uint64_t label, size_t size)
{
	cbor_put_uint(w, label);
	if (forms[form].tag == TAG_CMW_COLLECTION) {
		cbor_put_array(w, 2);
		cbor_put_uint(w, CONTENT_EAT_CWT);
	}
	cbor_put_bytes_head(w, size);
}

void cca_token_put_head(struct cbor_writer *w, enum reeve_token_form form, size_t platform_token_size)
{
	cbor_put_tag(w, forms[form].tag);
	cbor_put_map(w, 2);
	put_member(w, form, LABEL_PLATFORM_TOKEN, platform_token_size);
}

void cca_token_put_middle(struct cbor_writer *w, enum reeve_token_form form, size_t realm_token_size)
{
	put_member(w, form, LABEL_REALM_TOKEN, realm_token_size);
}
