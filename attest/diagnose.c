/* SPDX-License-Identifier: BSD-2-Clause */
/* diagnose.c - names the cause when a binding or a RIM is not the expected one. */
#include "attest/diagnose.h"

#include <string.h>

#include "attest/cose.h"

enum { PATTERN_WORD = 8, KEY_BYTES_MAX = 160 };

bool span_equal(struct reeve_span a, struct reeve_span b)
{
	return a.size == b.size && (a.size == 0 || memcmp(a.bytes, b.bytes, a.size) == 0);
}

bool span_is_text(struct reeve_span span, const char *text)
{
	return span_equal(span, reeve_span_of_text(text));
}

static bool is_repeated(struct reeve_span bytes, size_t word)
{
	size_t i = word;

	while (i < bytes.size && bytes.bytes[i] == bytes.bytes[i - word]) {
		i++;
	}
	return i >= bytes.size;
}

/* Byte i is i ^ turn: counted up (0), down (size - 1), up in words whose bytes are swapped (3, 7). */
static bool is_counted(struct reeve_span bytes, unsigned turn)
{
	size_t i = 0;

	while (i < bytes.size && bytes.bytes[i] == (uint8_t)(i ^ turn)) {
		i++;
	}
	return i == bytes.size;
}

bool is_fixed_pattern(struct reeve_span bytes)
{
	if (bytes.size < (size_t)2 * PATTERN_WORD) {
		return false;
	}
	for (size_t word = 1; word <= PATTERN_WORD; word *= 2) {
		if (is_repeated(bytes, word) || is_counted(bytes, (unsigned)word - 1)) {
			return true;
		}
	}
	return is_counted(bytes, (unsigned)bytes.size - 1);
}

bool is_padded(struct reeve_span bytes, size_t size)
{
	size_t i = size;

	if (bytes.size != REEVE_TOKEN_DIGEST_MAX || size >= bytes.size || size == 0) {
		return false;
	}
	while (i < bytes.size && bytes.bytes[i] == 0) {
		i++;
	}
	return i == bytes.size && !is_repeated(bytes, 1);
}

static bool is_digest_of(
	const struct reeve_token_crypto *crypto, unsigned bits, struct reeve_span data, struct reeve_span digest)
{
	uint8_t computed[REEVE_TOKEN_DIGEST_MAX];

	crypto->digest(crypto->context, bits, data, computed);
	return span_equal(digest, reeve_span(computed, bits / 8));
}

/* The RAK in the encoding that the token does not have it in: a bare point for a COSE_Key and the other way round. */
static struct reeve_span other_encoding(const struct reeve_token *token, uint8_t memory[KEY_BYTES_MAX])
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){memory, KEY_BYTES_MAX});
	struct cose_key key = {cose_algorithm_of(token->rak.algorithm), token->rak.x, token->rak.y};
	static const uint8_t point_mark = 0x04;

	if (token->is_rak_raw) {
		cose_key_put(&w, &key);
	} else {
		cbor_put_raw(&w, reeve_span(&point_mark, 1));
		cbor_put_raw(&w, key.x);
		cbor_put_raw(&w, key.y);
	}
	return reeve_span(memory, cbor_writer_fits(&w) ? w.size : 0);
}

enum reeve_finding diagnose_binding(
	const struct reeve_token *token, struct reeve_span digest, const struct reeve_token_crypto *crypto)
{
	static const unsigned hashes[] = {256, 384, 512};
	struct reeve_span rak = token->claims[REEVE_CLAIM_RAK].bytes;
	unsigned bits = reeve_token_hash_bits(token->claims[REEVE_CLAIM_RAK_HASH_ALGORITHM].bytes);
	uint8_t memory[KEY_BYTES_MAX];

	if (is_digest_of(crypto, bits, rak, digest)) {
		return REEVE_FINDING_OK;
	}
	if (is_fixed_pattern(digest)) {
		return REEVE_FINDING_BINDING_CANNED;
	}
	if (is_padded(digest, bits / 8) && is_digest_of(crypto, bits, rak, reeve_span(digest.bytes, bits / 8))) {
		return REEVE_FINDING_BINDING_PADDED;
	}
	for (unsigned i = 0; i < sizeof(hashes) / sizeof(hashes[0]); i++) {
		if (is_digest_of(crypto, hashes[i], rak, digest)) {
			return REEVE_FINDING_BINDING_HASH;
		}
	}
	if (is_digest_of(crypto, bits, other_encoding(token, memory), digest)) {
		return REEVE_FINDING_BINDING_ENCODING;
	}
	return REEVE_FINDING_BINDING_DIFFERS;
}

enum reeve_finding diagnose_rim(
	struct reeve_span rim, size_t hash_size, const struct reeve_reference *reference, unsigned *index)
{
	struct reeve_span wanted = reference->rim;

	if (wanted.size == 0) {
		return REEVE_FINDING_NOT_ASKED;
	}
	if (span_equal(rim, wanted)) {
		return REEVE_FINDING_OK;
	}
	if (rim.size < wanted.size && is_padded(wanted, rim.size)) {
		return REEVE_FINDING_RIM_REFERENCE_PADDED;
	}
	if (wanted.size < rim.size && is_padded(rim, wanted.size)) {
		return REEVE_FINDING_RIM_PADDED;
	}
	for (unsigned i = 0; i < REEVE_RULES_MAX; i++) {
		if (reference->other[i].rim.size != 0 && span_equal(rim, reference->other[i].rim)) {
			*index = i;
			return REEVE_FINDING_RIM_OTHER_RULES;
		}
	}
	if (hash_size != 0 && wanted.size != hash_size) {
		return REEVE_FINDING_RIM_OTHER_HASH;
	}
	return is_repeated(rim, 1) ? REEVE_FINDING_RIM_CANNED : REEVE_FINDING_RIM_DIFFERS;
}
