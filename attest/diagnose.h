/* SPDX-License-Identifier: BSD-2-Clause */
/* diagnose.h - what a value that is not the expected one looks like: the causes that people meet. */
#ifndef ATTEST_DIAGNOSE_H
#define ATTEST_DIAGNOSE_H

#include "reeve/token.h"

bool span_equal(struct reeve_span a, struct reeve_span b);

bool span_is_text(struct reeve_span span, const char *text);

/* True when the bytes are one byte, a few bytes repeated, or counted up or down, in words of either order: what a model's canned token holds. */
bool is_fixed_pattern(struct reeve_span bytes);

/* True for 64 bytes of which only the first `size` (less than 64) are not zero, and not all are. */
bool is_padded(struct reeve_span bytes, size_t size);

/* The binding of the token's RAK: `digest` is what the platform token has. The token has RAK and a known RAK hash. */
enum reeve_finding diagnose_binding(
	const struct reeve_token *token, struct reeve_span digest, const struct reeve_token_crypto *crypto);

/* The RIM against one reference. *index is set with RIM_OTHER_RULES: of the other rule set. */
enum reeve_finding diagnose_rim(
	struct reeve_span rim, size_t hash_size, const struct reeve_reference *reference, unsigned *index);

#endif
