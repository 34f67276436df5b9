/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_token.c - any bytes as a token: what is read is shown and appraised, and a realm is what its own values say it is.
 *
 * Signatures are taken as good when their first byte is even: no fuzzer guesses one. FUZZ_TRACE=1 in the environment shows what became of
 * an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/token.h"
#include "tests/fuzz/support/bytes.h"
#include "tools/token/show.h"

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_token: not so: %s\n", what);
		abort();
	}
}

/* No digest, but another one for other bytes, nearly always. */
static void digest(void *context, unsigned bits, struct reeve_span data, uint8_t out[REEVE_TOKEN_DIGEST_MAX])
{
	uint64_t sum = bits;

	(void)context;
	for (size_t i = 0; i < data.size; i++) {
		sum = (sum ^ data.bytes[i]) * UINT64_C(0x100000001b3);
	}
	for (unsigned i = 0; i < bits / 8; i++) {
		out[i] = (uint8_t)(sum >> (8 * (i % 8)));
	}
}

static enum reeve_signature verify(void *context, const struct reeve_public_key *key, struct reeve_span head,
	struct reeve_span payload, struct reeve_span signature)
{
	(void)context;
	check(key->x.size == key->y.size && signature.size == 2 * key->x.size, "lengths are looked at before");
	check(head.size > 0 && payload.bytes != NULL, "there is something that is signed");
	return signature.bytes[0] % 2 == 0 ? REEVE_SIGNATURE_GOOD : REEVE_SIGNATURE_BAD;
}

static const struct reeve_token_crypto crypto = {digest, verify, NULL};

static bool is_inside(struct reeve_span inner, struct reeve_span outer)
{
	return inner.size == 0 ||
		(inner.bytes >= outer.bytes && inner.size <= outer.size &&
			inner.bytes + inner.size <= outer.bytes + outer.size);
}

static void check_spans(struct reeve_span in, const struct reeve_token *token)
{
	for (unsigned i = 0; i < REEVE_CLAIM_COUNT; i++) {
		check(is_inside(token->claims[i].bytes, in), "a claim is in the token");
	}
	for (unsigned i = 0; i < token->rem_count; i++) {
		check(is_inside(token->rems[i], in), "a REM is in the token");
	}
	check(is_inside(token->rak.x, in) && is_inside(token->rak.y, in), "the key is in the token");
}

static void check_appraisal(const struct reeve_appraisal *appraisal)
{
	bool is_refused = false;

	for (unsigned i = 0; i < REEVE_CHECK_COUNT; i++) {
		const struct reeve_check_result *result = &appraisal->checks[i];

		check(result->finding > REEVE_FINDING_NONE && result->finding < REEVE_FINDING_COUNT,
			"every check was looked at");
		is_refused = is_refused || reeve_finding_info(result->finding)->outcome == REEVE_OUTCOME_REFUSED;
		if (getenv("FUZZ_TRACE") != NULL) {
			(void)fprintf(stderr, "  %s: %s\n", reeve_check_info((enum reeve_check)i)->name,
				reeve_finding_info(result->finding)->name);
		}
	}
	check(!is_refused || appraisal->verdict == REEVE_VERDICT_REFUSED, "what refuses decides");
}

/* A realm compared with its own values is that realm; with others it is not. */
static void check_references(const struct reeve_token *token)
{
	static const uint8_t others[REEVE_TOKEN_DIGEST_MAX] = {0x5A, 0xA5, 1};
	uint8_t coordinate[66] = {0};
	const struct reeve_public_key anchor = {
		token->parts[REEVE_TOKEN_PLATFORM].algorithm, reeve_span(coordinate, 48), reeve_span(coordinate, 48)};
	struct reeve_reference references[2] = {{.rim = reeve_span(others, 32), .name = "others"}, {.name = "own"}};
	struct reeve_token_expected expected = {&anchor, anchor.algorithm == -35, reeve_span(others, 3), references, 1,
		{.needs_private_memory = true, .implementation_id = reeve_span(others, 32)}};
	struct reeve_appraisal appraisal;

	reeve_token_appraise(token, &expected, &crypto, &appraisal);
	check_appraisal(&appraisal);
	check(appraisal.verdict == REEVE_VERDICT_REFUSED, "a stranger is refused");
	references[1].rim = token->claims[REEVE_CLAIM_RIM].bytes;
	for (unsigned i = 0; i < REEVE_TOKEN_REMS && i < token->rem_count; i++) {
		references[1].rems[i] = token->rems[i];
	}
	expected.reference_count = 2;
	reeve_token_appraise(token, &expected, &crypto, &appraisal);
	check_appraisal(&appraisal);
	check(reeve_finding_info(appraisal.checks[REEVE_CHECK_RIM].finding)->outcome != REEVE_OUTCOME_REFUSED,
		"a realm's own RIM is not refused");
}

static void check_shown(struct reeve_span in, const struct reeve_token *token)
{
	static FILE *nowhere;

	if (nowhere == NULL) {
		nowhere = fopen("/dev/null", "w");
	}
	check(nowhere != NULL, "/dev/null can be opened");
	show_print(in, token, nowhere);
	json_decref(show_json(in, token));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reeve_span in = reeve_span(data, size);
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	struct reeve_token token;

	if (!reeve_token_read(in, &token, &why)) {
		check(why.reason > REEVE_MALFORMED_NOT && why.reason < REEVE_MALFORMED_COUNT, "there is a reason");
		check(why.offset <= size, "the offset is in the bytes");
		if (getenv("FUZZ_TRACE") != NULL) {
			(void)fprintf(stderr, "  byte %zu: %s\n", why.offset, reeve_malformed_text(why.reason));
		}
		return 0;
	}
	check_spans(in, &token);
	check_references(&token);
	check_shown(in, &token);
	return 0;
}
