/* SPDX-License-Identifier: BSD-2-Clause */
/* test_flips.c - bytes of the two tokens that others made, changed to other values: refused, and by whom.
 *
 * A byte is in a frame (heads, labels, tags), or in what a signature covers, or in a signature. No change of any is without effect:
 *   frame      the bytes are no token any more
 *   covered    the same, or the signature of its part is refused, and the other part's is not
 *   signature  the signature of its part is refused, and the other part's is not
 * What is tried: the eight bits of each byte, and of the first token, the smaller one, all 255 values of each byte outside its signatures.
 * libcrypto is asked about the bits of the first token and one bit of each byte of the second; of the rest it is shown that libcrypto would be
 * asked something else than of the token itself. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/support/token_vectors.h"

enum { WORKERS = 2, SAID_MAX = 8 };

enum trial { ALL_VALUES, ALL_BITS, ONE_BIT_ASKED, TRIALS };

/* How many values a trial has for a byte. */
static const unsigned value_counts[TRIALS] = {[ALL_VALUES] = 255, [ALL_BITS] = 8, [ONE_BIT_ASKED] = 8};

/* What was asked of a signature of the unchanged token; the spans are in vectors.files. */
struct question {
	struct reeve_public_key key;
	uint8_t head[64];
	size_t head_size;
	struct reeve_span payload;
	struct reeve_span signature;
};

struct questions {
	unsigned count;
	struct question all[REEVE_TOKEN_PARTS];
};

/* One thread's work: the bytes of a token from `first` on, WORKERS apart, in a copy. */
struct worker {
	const struct questions *questions;
	const struct bytes *file;
	struct reeve_token token; /* the unchanged one */
	unsigned first;
	enum trial trial;
	bool is_asked; /* libcrypto, of the change at hand */
	unsigned tried;
	unsigned failed;
	char said[SAID_MAX][64];
};

/* ---- Who verifies ---- */

static enum reeve_signature record(void *context, const struct reeve_public_key *key, struct reeve_span head,
	struct reeve_span payload, struct reeve_span signature)
{
	struct questions *questions = context;
	struct question *q = &questions->all[questions->count++];

	assert_true(head.size <= sizeof(q->head));
	*q = (struct question){.key = *key, .head_size = head.size, .payload = payload, .signature = signature};
	memcpy(q->head, head.bytes, head.size);
	return vectors.crypto.verify(vectors.crypto.context, key, head, payload, signature);
}

static bool is_same(struct reeve_span a, struct reeve_span b)
{
	return a.size == b.size && memcmp(a.bytes, b.bytes, a.size) == 0;
}

/* What was asked of the token itself has its answer; all else libcrypto says or, of the other values, nobody. */
static enum reeve_signature verify(void *context, const struct reeve_public_key *key, struct reeve_span head,
	struct reeve_span payload, struct reeve_span signature)
{
	const struct worker *w = context;

	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		const struct question *q = &w->questions->all[i];

		if (key->algorithm == q->key.algorithm && is_same(key->x, q->key.x) && is_same(key->y, q->key.y) &&
			is_same(head, reeve_span(q->head, q->head_size)) && is_same(payload, q->payload) &&
			is_same(signature, q->signature)) {
			return REEVE_SIGNATURE_GOOD;
		}
	}
	return w->is_asked ? vectors.crypto.verify(vectors.crypto.context, key, head, payload, signature)
			   : REEVE_SIGNATURE_BAD;
}

/* Of the many values only the signatures are looked at, and a digest takes longer than all the rest. */
static void no_digest(void *context, unsigned bits, struct reeve_span data, uint8_t out[REEVE_TOKEN_DIGEST_MAX])
{
	(void)context;
	(void)data;
	memset(out, 0, bits / 8);
}

static void appraise(
	const struct reeve_token *token, const struct reeve_token_crypto *crypto, struct reeve_appraisal *appraisal)
{
	const struct reeve_token_expected expected = {
		.anchors = vectors.anchors.keys, .anchor_count = vectors.anchors.count};

	reeve_token_appraise(token, &expected, crypto, appraisal);
}

/* ---- What becomes of one changed byte ---- */

static bool is_in(const struct worker *w, struct reeve_span span, size_t at)
{
	size_t start = (size_t)(span.bytes - w->file->data);

	return at >= start && at - start < span.size;
}

/* The part whose signature the byte is in or covered by; REEVE_TOKEN_PARTS: it is in a frame. */
static unsigned part_at(const struct worker *w, size_t at, bool *is_signature)
{
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		const struct reeve_token_part *part = &w->token.parts[i];

		*is_signature = is_in(w, part->signature, at);
		if (*is_signature || is_in(w, part->protected_header, at) || is_in(w, part->payload, at)) {
			return i;
		}
	}
	return REEVE_TOKEN_PARTS;
}

/* Without the label of its key the realm's signature cannot be verified at all, and the claim is missing. */
static bool is_open(enum reeve_finding finding)
{
	return reeve_finding_info(finding)->outcome == REEVE_OUTCOME_REFUSED || finding == REEVE_FINDING_NOT_POSSIBLE;
}

static bool is_refused(const struct worker *w, struct reeve_span in, size_t at)
{
	static const enum reeve_check signatures[] = {REEVE_CHECK_PLATFORM_SIGNATURE, REEVE_CHECK_REALM_SIGNATURE};
	const struct reeve_token_crypto crypto = {
		w->trial == ALL_VALUES ? no_digest : vectors.crypto.digest, verify, (void *)w};
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	struct reeve_appraisal appraisal;
	struct reeve_token token;
	bool is_signature = false;
	unsigned part = part_at(w, at, &is_signature);

	if (!reeve_token_read(in, &token, &why)) {
		return !is_signature && why.reason > REEVE_MALFORMED_NOT && why.reason < REEVE_MALFORMED_COUNT &&
			why.offset <= in.size;
	}
	if (part == REEVE_TOKEN_PARTS) {
		return false;
	}
	appraise(&token, &crypto, &appraisal);
	return appraisal.verdict == REEVE_VERDICT_REFUSED && is_open(appraisal.checks[signatures[part]].finding) &&
		appraisal.checks[signatures[1 - part]].finding == REEVE_FINDING_OK;
}

static void try_values(struct worker *w, struct reeve_buf copy, size_t at)
{
	uint8_t was = copy.bytes[at];
	bool is_signature = false;

	if (part_at(w, at, &is_signature) != REEVE_TOKEN_PARTS && is_signature && w->trial == ALL_VALUES) {
		return;
	}
	for (unsigned i = 0; i < value_counts[w->trial]; i++) {
		copy.bytes[at] = (uint8_t)(was ^ (w->trial == ALL_VALUES ? i + 1 : 1U << i));
		w->is_asked = w->trial == ALL_BITS || (w->trial == ONE_BIT_ASKED && i == at % 8);
		w->tried++;
		if (is_refused(w, reeve_span(copy.bytes, copy.size), at)) {
			continue;
		}
		if (w->failed < SAID_MAX) {
			(void)snprintf(w->said[w->failed], sizeof(w->said[0]), "byte %zu may be %02x instead of %02x",
				at, copy.bytes[at], was);
		}
		w->failed++;
	}
	copy.bytes[at] = was;
}

static void *work(void *context)
{
	struct worker *w = context;
	struct reeve_buf copy = {malloc(w->file->size), w->file->size};

	if (copy.bytes == NULL) {
		w->failed++;
		return NULL;
	}
	memcpy(copy.bytes, w->file->data, copy.size);
	for (size_t at = w->first; at < copy.size; at += WORKERS) {
		try_values(w, copy, at);
	}
	free(copy.bytes);
	return NULL;
}

/* ---- All of them ---- */

static void change_all(unsigned vector, enum trial trial)
{
	struct questions questions = {0};
	const struct reeve_token_crypto recorder = {vectors.crypto.digest, record, &questions};
	struct worker workers[WORKERS] = {{.first = 0}};
	pthread_t threads[WORKERS];
	struct reeve_appraisal appraisal;
	struct reeve_malformed why;
	unsigned tried = 0;
	unsigned failed = 0;
	size_t bytes = vectors.files[vector].size - (trial == ALL_VALUES ? 2 * 96 : 0);

	assert_true(reeve_token_read(file_span(&vectors.files[vector]), &workers[0].token, &why));
	appraise(&workers[0].token, &recorder, &appraisal);
	assert_int_equal(questions.count, REEVE_TOKEN_PARTS);
	assert_int_equal(appraisal.checks[REEVE_CHECK_PLATFORM_SIGNATURE].finding, REEVE_FINDING_OK);
	assert_int_equal(appraisal.checks[REEVE_CHECK_REALM_SIGNATURE].finding, REEVE_FINDING_OK);
	for (unsigned i = 0; i < WORKERS; i++) {
		workers[i] = (struct worker){.questions = &questions,
			.file = &vectors.files[vector],
			.token = workers[0].token,
			.first = i,
			.trial = trial};
		assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		tried += workers[i].tried;
		failed += workers[i].failed;
		for (unsigned s = 0; s < workers[i].failed && s < SAID_MAX; s++) {
			print_error("%s: %s\n", vector_names[vector], workers[i].said[s]);
		}
	}
	assert_int_equal(failed, 0);
	assert_int_equal(tried, bytes * value_counts[trial]);
}

static void every_bit(void **state)
{
	(void)state;
	change_all(0, ALL_BITS);
	change_all(1, ONE_BIT_ASKED);
}

static void every_value(void **state)
{
	(void)state;
	change_all(0, ALL_VALUES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit),
		cmocka_unit_test(every_value),
	};

	return cmocka_run_group_tests(tests, token_vectors_setup, token_vectors_teardown);
}
