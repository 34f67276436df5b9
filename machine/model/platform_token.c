/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_token.c - the claims of the model's platform token: what the embedder gave, or what says that this is a model. */
#include <string.h>

#include "attest/realm_token.h"
#include "machine/model/machine.h"

#define CLAIM(part, name, label, text, type, size, legacy, y2023, y2024, y2026) LABEL_##name = (label),
enum claim_label {
#include "spec/claims.def"
};
#undef CLAIM

/* Keys of a software component (attestation fact sheet section 3.2, claim 2399). */
enum { COMPONENT_TYPE = 1, COMPONENT_MEASUREMENT = 2, COMPONENT_VERSION = 4, COMPONENT_SIGNER = 5, COMPONENT_HASH = 6 };

enum { LIFECYCLE_SECURED = 0x3000, UEID_RANDOM = 1, SHA_256_SIZE = 32, SHA_384_SIZE = 48, SHA_512_SIZE = 64 };

/* Shorter than an implementation id, which is padded with zeroes. */
static const char model_text[] = "reeve model: proves nothing";

static bool is_digest(struct reeve_span span)
{
	return span.bytes != NULL &&
		(span.size == SHA_256_SIZE || span.size == SHA_384_SIZE || span.size == SHA_512_SIZE);
}

const char *platform_fault(const struct reeve_model_platform *platform)
{
	if (platform->token_form >= REEVE_TOKEN_FORM_COUNT) {
		return "platform.token_form is no enum reeve_token_form";
	}
	if (platform->component_count > REEVE_MODEL_COMPONENTS_MAX) {
		return "platform.component_count is above REEVE_MODEL_COMPONENTS_MAX";
	}
	if (platform->instance_id[0] > UEID_RANDOM) {
		return "platform.instance_id begins neither with 0, for the default, nor with 1, a random UEID";
	}
	for (unsigned i = 0; i < platform->component_count; i++) {
		if (!is_digest(platform->components[i].measurement) || !is_digest(platform->components[i].signer_id)) {
			return "a measurement or signer id of platform.components has not 32, 48 or 64 bytes";
		}
	}
	return NULL;
}

static void put_key_text(struct cbor_writer *w, uint64_t key, const char *text)
{
	if (text != NULL) {
		cbor_put_uint(w, key);
		cbor_put_text(w, text);
	}
}

static void put_key_bytes(struct cbor_writer *w, uint64_t key, struct reeve_span bytes)
{
	cbor_put_uint(w, key);
	cbor_put_bytes(w, bytes);
}

static void put_component(struct cbor_writer *w, const struct reeve_model_component *c)
{
	enum { ALWAYS = 2 };

	cbor_put_map(w,
		ALWAYS + (c->type != NULL ? 1U : 0U) + (c->version != NULL ? 1U : 0U) +
			(c->hash_algorithm != NULL ? 1U : 0U));
	put_key_text(w, COMPONENT_TYPE, c->type);
	put_key_bytes(w, COMPONENT_MEASUREMENT, c->measurement);
	put_key_text(w, COMPONENT_VERSION, c->version);
	put_key_bytes(w, COMPONENT_SIGNER, c->signer_id);
	put_key_text(w, COMPONENT_HASH, c->hash_algorithm);
}

/* The claims with what was left open filled in; spans point into this structure, the platform's strings, or are constant. */
struct filled {
	struct reeve_model_platform p;
	uint8_t text_digest[SHA_256_SIZE];
};

static void instance_id_make(
	struct reeve_model_platform *p, const uint8_t cpak_point[P384_POINT_SIZE], struct hosted_digest *digest)
{
	uint8_t encoded[1 + P384_POINT_SIZE] = {4}; /* uncompressed: SEC 1 section 2.3.3 */

	memcpy(encoded + 1, cpak_point, P384_POINT_SIZE);
	p->instance_id[0] = UEID_RANDOM;
	hosted_digest(digest, RMI_HASH_SHA_256, encoded, sizeof(encoded), p->instance_id + 1);
}

static void fill(struct filled *f, const struct reeve_model_platform *given, const uint8_t cpak_point[P384_POINT_SIZE],
	struct hosted_digest *digest)
{
	static const uint8_t nothing[sizeof(given->implementation_id)];
	const struct reeve_span text = reeve_span(model_text, sizeof(model_text) - 1);

	f->p = *given;
	if (memcmp(given->implementation_id, nothing, sizeof(nothing)) == 0) {
		memcpy(f->p.implementation_id, text.bytes, text.size);
	}
	if (given->instance_id[0] == 0) {
		instance_id_make(&f->p, cpak_point, digest);
	}
	f->p.lifecycle = given->lifecycle == 0 ? LIFECYCLE_SECURED : given->lifecycle;
	f->p.config = given->config.size == 0 ? text : given->config;
	f->p.hash_algorithm = given->hash_algorithm == NULL ? "sha-256" : given->hash_algorithm;
	if (given->component_count == 0) {
		struct reeve_span measured = reeve_span(f->text_digest, sizeof(f->text_digest));

		hosted_digest(digest, RMI_HASH_SHA_256, text.bytes, text.size, f->text_digest);
		f->p.components[0] = (struct reeve_model_component){"model", measured, NULL, measured, "sha-256"};
		f->p.component_count = 1;
	}
}

/* By label, as RFC 8949 section 4.2.1 orders them. */
void platform_claims_put(struct cbor_writer *w, const struct reeve_model_platform *platform,
	const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], const uint8_t cpak_point[P384_POINT_SIZE],
	struct hosted_digest *digest)
{
	enum { ALWAYS = 8 };
	struct filled f;

	fill(&f, platform, cpak_point, digest);
	cbor_put_map(w, ALWAYS + (f.p.verification_service != NULL ? 1U : 0U));
	put_key_bytes(w, LABEL_PLATFORM_CHALLENGE, reeve_span(challenge, PLATFORM_CHALLENGE_SIZE));
	put_key_bytes(w, LABEL_INSTANCE_ID, reeve_span(f.p.instance_id, sizeof(f.p.instance_id)));
	put_key_text(w, LABEL_PLATFORM_PROFILE, cca_platform_profile(f.p.token_form));
	cbor_put_uint(w, LABEL_LIFECYCLE);
	cbor_put_uint(w, f.p.lifecycle);
	put_key_bytes(w, LABEL_IMPLEMENTATION_ID, reeve_span(f.p.implementation_id, sizeof(f.p.implementation_id)));
	cbor_put_uint(w, LABEL_SW_COMPONENTS);
	cbor_put_array(w, f.p.component_count);
	for (unsigned i = 0; i < f.p.component_count; i++) {
		put_component(w, &f.p.components[i]);
	}
	put_key_text(w, LABEL_VERIFICATION_SERVICE, f.p.verification_service);
	put_key_bytes(w, LABEL_CONFIG, f.p.config);
	put_key_text(w, LABEL_PLATFORM_HASH_ALGORITHM, f.p.hash_algorithm);
}
