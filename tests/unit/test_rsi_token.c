/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rsi_token.c - the two calls of attestation tokens as a realm makes them (sections 7, 11), and what the token says. */
#include "tests/unit/support/rmi_world.h"

#include <openssl/sha.h>
#include <string.h>

#include "attest/cose.h"
#include "tests/unit/support/es384.h"

enum { SPACE = 8192, CHALLENGE = 64, BUFFER = 0x12000, RIM = 44238, REMS = 44239, RAK = 44237 };

static const struct reeve_model_platform seeded = {.seed = {(const uint8_t *)"test", 4}};

/* A whole token as the realm put it together. */
struct token {
	uint8_t bytes[SPACE];
	size_t size;
	uint64_t bound;
	unsigned calls;
};

/* A world whose machine has `platform`, and a realm of one page with a REC. */
static struct rec *world_with(const struct reeve_model_platform *platform, struct world **w, struct realm *realm)
{
	struct rec *rec;

	*w = world_new_with((struct reeve_model_config){.lenient = true, .platform = platform});
	rec = realm_running(*w, realm);
	realm_data_unknown(*w, realm, BUFFER);
	return rec;
}

/* INIT with challenge bytes `first`, `first` + 1, ... */
static const uint64_t *init(struct world *w, const struct rec *rec, uint8_t first)
{
	uint8_t challenge[CHALLENGE];
	struct step *step;

	for (unsigned i = 0; i < CHALLENGE; i++) {
		challenge[i] = (uint8_t)(first + i);
	}
	script_clear(w);
	step = script_smc(w, RSI_FID(ATTESTATION_TOKEN_INIT), 0, 0, 0, 0);
	memcpy(&step->x[1], challenge, sizeof(challenge));
	EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
	return w->seen[1].x;
}

static const uint64_t *next(struct world *w, const struct rec *rec, uint64_t offset, uint64_t size)
{
	return SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_CONTINUE), BUFFER, offset, size, 7);
}

/* Go on until the end, `size` bytes a call, always to `offset`. */
static void finish(struct world *w, const struct realm *realm, const struct rec *rec, struct token *token,
	uint64_t offset, uint64_t size)
{
	const struct entry entry = realm_entry(w, realm, BUFFER, 3);
	const uint8_t *page = world_at(w, entry.desc);
	uint64_t status = RSI_INCOMPLETE;

	while (status == RSI_INCOMPLETE) {
		const uint64_t *x = next(w, rec, offset, size);

		status = x[0];
		assert_true(status == RSI_INCOMPLETE || status == RSI_SUCCESS);
		assert_in_range(x[1], 0, size);
		assert_in_range(token->size + x[1], 0, SPACE);
		memcpy(token->bytes + token->size, page + offset, x[1]);
		token->size += x[1];
		token->calls++;
		assert_in_range(token->calls, 1, SPACE);
	}
}

static void take(struct world *w, const struct realm *realm, const struct rec *rec, struct token *token, uint8_t first)
{
	memset(token, 0, sizeof(*token));
	assert_int_equal(init(w, rec, first)[0], RSI_SUCCESS);
	token->bound = w->seen[1].x[1];
	finish(w, realm, rec, token, 0, WORLD_PAGE);
}

/* ---- What a token says ---- */

struct halves {
	struct cose_sign1 platform;
	struct cose_sign1 realm;
};

static struct cbor_item whole(struct reeve_span in)
{
	struct reeve_malformed why;
	struct cbor_cursor c = cbor_begin(in);
	struct cbor_item item = {.value = 0};

	assert_true(cbor_check(in, &why));
	assert_true(cbor_next(&c, &item));
	return item;
}

static struct cbor_item claim(struct reeve_span payload, int64_t label)
{
	struct cbor_item map = whole(payload);
	struct cbor_item value = {.value = 0};

	assert_true(cbor_find(payload, &map, label, &value));
	return value;
}

/* Take the envelope off, whichever it is. */
static struct halves open(const struct token *token, uint64_t tag)
{
	static const int64_t labels[] = {44234, 44241};
	struct reeve_span in = reeve_span(token->bytes, token->size);
	struct cbor_item item = whole(in);
	struct cbor_cursor c = cbor_enter(in, &item);
	struct halves halves;
	struct reeve_malformed why;

	assert_int_equal(token->size, token->bound);
	assert_int_equal(item.type, CBOR_TAG);
	assert_int_equal(item.value, tag);
	assert_true(cbor_next(&c, &item));
	assert_int_equal(item.value, 2);
	for (unsigned i = 0; i < 2; i++) {
		struct cbor_item half;

		assert_true(cbor_find(in, &item, labels[i], &half));
		if (tag == 907) {
			c = cbor_enter(in, &half);
			assert_true(cbor_next(&c, &half));
			assert_int_equal(half.value, 263);
			assert_true(cbor_next(&c, &half));
		}
		assert_true(cose_sign1_read(half.bytes, i == 0 ? &halves.platform : &halves.realm, &why));
	}
	return halves;
}

static void signed_is(const struct cose_sign1 *message, const uint8_t point[ES384_POINT_SIZE])
{
	uint8_t bytes[SPACE];
	struct cbor_writer w = cbor_writer((struct reeve_buf){bytes, sizeof(bytes)});

	assert_int_equal(message->algorithm, -35);
	assert_int_equal(message->signature.size, ES384_SIGNATURE_SIZE);
	cose_sign1_put_signed_head(&w, message->protected_header, message->payload.size);
	cbor_put_raw(&w, message->payload);
	assert_true(cbor_writer_fits(&w));
	assert_true(es384_is_signed(point, message->signature.bytes, bytes, w.size));
}

static void bytes_are(struct cbor_item item, const void *bytes, size_t size)
{
	assert_int_equal(item.type, CBOR_BYTES);
	assert_int_equal(item.bytes.size, size);
	assert_memory_equal(item.bytes.bytes, bytes, size);
}

/* The RAK's point, from its claim in any form. */
static void rak_of(struct reeve_span realm, bool is_legacy, uint8_t point[ES384_POINT_SIZE])
{
	struct cbor_item rak = claim(realm, RAK);
	struct reeve_malformed why;
	struct cose_key key;

	if (is_legacy) {
		assert_int_equal(rak.bytes.size, 1 + ES384_POINT_SIZE);
		assert_int_equal(rak.bytes.bytes[0], 4);
		memcpy(point, rak.bytes.bytes + 1, ES384_POINT_SIZE);
		return;
	}
	assert_true(cose_key_read(rak.bytes, &key, &why));
	assert_int_equal(key.algorithm, COSE_ES384);
	memcpy(point, key.x.bytes, 48);
	memcpy(point + 48, key.y.bytes, 48);
}

/* Both signatures, and the binding of the two halves. */
static void is_believable(struct world *w, const struct token *token, uint64_t tag, bool is_legacy)
{
	struct halves halves = open(token, tag);
	uint8_t point[ES384_POINT_SIZE];
	uint8_t bound[SHA256_DIGEST_LENGTH];
	struct reeve_span rak = claim(halves.realm.payload, RAK).bytes;
	struct cbor_item hash = claim(halves.realm.payload, 44240);

	rak_of(halves.realm.payload, is_legacy, point);
	signed_is(&halves.realm, point);
	assert_true(reeve_model_anchor(w->model, point));
	signed_is(&halves.platform, point);
	SHA256(rak.bytes, rak.size, bound);
	bytes_are(claim(halves.platform.payload, 10), bound, sizeof(bound));
	assert_true(cbor_text_is(&hash, "sha-256"));
}

/* Every claim of the realm, as the realm can read it itself. */
static void realm_claims(struct world *w, const struct realm *realm, const struct rec *rec, struct reeve_span payload,
	uint8_t first, size_t hash_size)
{
	struct cbor_item rems = claim(payload, REMS);
	struct cbor_cursor c = cbor_enter(payload, &rems);
	struct cbor_item hash = claim(payload, 44236);
	uint8_t challenge[CHALLENGE];

	for (unsigned i = 0; i < CHALLENGE; i++) {
		challenge[i] = (uint8_t)(first + i);
	}
	bytes_are(claim(payload, 10), challenge, sizeof(challenge));
	bytes_are(claim(payload, 44235), realm->params.rpv, RMI_RPV_SIZE);
	assert_true(cbor_text_is(&hash, hash_size == 32 ? "sha-256" : "sha-512"));
	bytes_are(claim(payload, RIM), &SMC(w, rec, RSI_FID(MEASUREMENT_READ), 0, 0, 0, 0)[1], hash_size);
	assert_int_equal(rems.value, 4);
	for (unsigned i = 1; i <= 4; i++) {
		struct cbor_item rem;

		assert_true(cbor_next(&c, &rem));
		bytes_are(rem, &SMC(w, rec, RSI_FID(MEASUREMENT_READ), i, 0, 0, 0)[1], hash_size);
	}
}

static void whole_token(void **state)
{
	static struct token token;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);
	struct halves halves;
	struct cbor_item item;

	(void)state;
	for (unsigned i = 1; i <= 4; i++) {
		SMC(w, rec, RSI_FID(MEASUREMENT_EXTEND), i, i, 0x1234, 0);
	}
	take(w, &realm, rec, &token, 1);
	is_believable(w, &token, 399, false);
	halves = open(&token, 399);
	realm_claims(w, &realm, rec, halves.realm.payload, 1, 32);
	item = claim(halves.realm.payload, 265);
	assert_true(cbor_text_is(&item, "tag:arm.com,2023:realm#1.0.0"));
	assert_int_equal(whole(halves.realm.payload).value, 8);
	item = claim(halves.platform.payload, 265);
	assert_true(cbor_text_is(&item, "tag:arm.com,2023:cca_platform#1.0.0"));
	bytes_are(claim(halves.platform.payload, 2396), "reeve model: proves nothing\0\0\0\0", 32);
	assert_int_equal(claim(halves.platform.payload, 2395).value, 0x3000);
	assert_int_equal(whole(halves.platform.payload).value, 8);
	world_free(w);
}

static void sha_512(void **state)
{
	static struct token token;
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .platform = &seeded});
	struct realm realm;
	struct rec *rec;

	(void)state;
	realm_prepare(w, &realm, 40);
	realm.params.hash_algo = RMI_HASH_SHA_512;
	memset(realm.params.rpv, 0xA5, sizeof(realm.params.rpv));
	realm_create(w, &realm);
	realm_data(w, &realm, BUFFER, 0xFF);
	rec = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	take(w, &realm, rec, &token, 200);
	is_believable(w, &token, 399, false);
	realm_claims(w, &realm, rec, open(&token, 399).realm.payload, 200, 64);
	world_free(w);
}

/* The legacy form and the newer envelope. */
static void forms(void **state)
{
	static struct token token;
	static const struct {
		enum reeve_token_form form;
		uint64_t tag;
		uint64_t claims;
	} rows[] = {{REEVE_TOKEN_2023, 399, 8}, {REEVE_TOKEN_LEGACY, 399, 7}, {REEVE_TOKEN_2023_CMW, 907, 8}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reeve_model_platform platform = seeded;
		struct world *w;
		struct realm realm;
		struct rec *rec;
		struct halves halves;
		struct cbor_item profile;

		platform.token_form = rows[i].form;
		rec = world_with(&platform, &w, &realm);
		take(w, &realm, rec, &token, 1);
		is_believable(w, &token, rows[i].tag, rows[i].form == REEVE_TOKEN_LEGACY);
		halves = open(&token, rows[i].tag);
		realm_claims(w, &realm, rec, halves.realm.payload, 1, 32);
		assert_int_equal(whole(halves.realm.payload).value, rows[i].claims);
		profile = claim(halves.platform.payload, 265);
		assert_true(cbor_text_is(&profile,
			rows[i].form == REEVE_TOKEN_LEGACY ? "http://arm.com/CCA-SSD/1.0.0"
							   : "tag:arm.com,2023:cca_platform#1.0.0"));
		world_free(w);
	}
}

/* ---- How it is handed out ---- */

/* The call that signs gives nothing; then every size gives the same token. 0 bytes are no end and no loss. */
static void sizes(void **state)
{
	static const uint64_t slices[] = {1, 7, 64, 255, 4095, 4096};
	static struct token reference;
	static struct token token;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	take(w, &realm, rec, &reference, 1);
	assert_int_equal(reference.calls, 2);
	for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
		const uint64_t *x = init(w, rec, 1);

		assert_int_equal(x[1], reference.size);
		x = next(w, rec, 0, slices[i]);
		assert_int_equal(x[0], RSI_INCOMPLETE);
		assert_int_equal(x[1], 0);
		x = next(w, rec, 0, 0);
		assert_int_equal(x[0], RSI_INCOMPLETE);
		assert_int_equal(x[1], 0);
		memset(&token, 0, sizeof(token));
		finish(w, &realm, rec, &token, WORLD_PAGE - slices[i], slices[i]);
		assert_int_equal(token.calls, (reference.size + slices[i] - 1) / slices[i]);
		assert_int_equal(token.size, reference.size);
		assert_memory_equal(token.bytes, reference.bytes, reference.size);
	}
	world_free(w);
}

/* Bytes around the slice stay, and registers but X0 and X1. */
static void only_the_slice(void **state)
{
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);
	const struct entry entry = realm_entry(w, &realm, BUFFER, 3);
	uint8_t *page = world_at(w, entry.desc);
	const uint64_t *x = init(w, rec, 3);

	(void)state;
	for (unsigned i = 2; i < RMI_GPR_COUNT; i++) {
		assert_int_equal(x[i], w->steps[0].x[i]);
	}
	next(w, rec, 0, 0);
	memset(page, 0xEE, WORLD_PAGE);
	x = next(w, rec, 100, 10);
	assert_int_equal(x[1], 10);
	assert_int_equal(x[2], 100);
	assert_int_equal(x[3], 10);
	assert_int_equal(x[4], 7);
	for (unsigned i = 0; i < WORLD_PAGE; i++) {
		assert_true(page[i] == 0xEE || (i >= 100 && i < 110));
	}
	assert_memory_equal(page + 100, "\xD9\x01\x8F\xA2", 4);
	world_free(w);
}

/* Section 7: no INIT before, or a token that is done. */
static void wrong_order(void **state)
{
	static struct token token;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	assert_int_equal(next(w, rec, 0, 1)[0], RSI_ERROR_STATE);
	assert_int_equal(w->seen[1].x[1], BUFFER);
	take(w, &realm, rec, &token, 1);
	assert_int_equal(next(w, rec, 0, 1)[0], RSI_ERROR_STATE);
	take(w, &realm, rec, &token, 2);
	assert_int_equal(next(w, rec, 0, 0)[0], RSI_ERROR_STATE);
	world_free(w);
}

/* INIT before, while and after signing begins another token; nothing of the old one is left. */
static void restart(void **state)
{
	static struct token token;
	static struct token want;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	take(w, &realm, rec, &want, 9);
	for (unsigned calls = 0; calls < 4; calls++) {
		init(w, rec, 1);
		for (unsigned i = 0; i < calls; i++) {
			assert_int_equal(next(w, rec, 0, 100)[0], RSI_INCOMPLETE);
		}
		take(w, &realm, rec, &token, 9);
		assert_int_equal(token.size, want.size);
		assert_memory_equal(token.bytes, want.bytes, want.size);
	}
	world_free(w);
}

/* Every argument that section 7 refuses, without a token (input comes before state) and in the middle of one, which goes on. */
static void wrong_arguments(void **state)
{
	static struct token token;
	static struct token want;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);
	uint64_t half = realm_half(&realm);
	const uint64_t wrong[][3] = {{BUFFER + 1, 0, 1}, {BUFFER + 0x800, 0, 1}, {half, 0, 1}, {half + BUFFER, 0, 1},
		{2 * half, 0, 1}, {UINT64_C(1) << 63, 0, 1}, {UINT64_MAX - 0xFFF, 0, 1}, {BUFFER, 4096, 0},
		{BUFFER, 4097, 0}, {BUFFER, UINT64_MAX, 1}, {BUFFER, 0, 4097}, {BUFFER, 1, 4096}, {BUFFER, 4095, 2},
		{BUFFER, 0, UINT64_MAX}, {BUFFER, 2048, UINT64_MAX - 2047}, {BUFFER, UINT64_C(1) << 32, 1},
		{BUFFER, 0, UINT64_C(1) << 32}};

	(void)state;
	take(w, &realm, rec, &want, 1);
	for (unsigned round = 0; round < 3; round++) {
		for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
			const uint64_t *x = SMC(
				w, rec, RSI_FID(ATTESTATION_TOKEN_CONTINUE), wrong[i][0], wrong[i][1], wrong[i][2], 7);

			assert_int_equal(x[0], RSI_ERROR_INPUT);
			assert_int_equal(x[1], wrong[i][0]);
		}
		if (round == 0) {
			init(w, rec, 1);
		}
		if (round == 1) {
			next(w, rec, 0, 0);
		}
	}
	memset(&token, 0, sizeof(token));
	finish(w, &realm, rec, &token, 0, WORLD_PAGE);
	assert_memory_equal(token.bytes, want.bytes, want.size);
	world_free(w);
}

/* EMPTY memory is refused before and after signing, assigned or not; the token goes on. */
static void empty_page(void **state)
{
	static struct token token;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	realm_tables(w, &realm, WORLD_2M, 3);
	realm_data_unknown(w, &realm, WORLD_2M);
	for (unsigned round = 0; round < 2; round++) {
		static const uint64_t pages[] = {WORLD_2M, WORLD_2M + WORLD_PAGE, 4 * WORLD_2M};

		if (round == 0) {
			init(w, rec, 1);
		}
		for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
			assert_int_equal(SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_CONTINUE), pages[i], 0, 16, 0)[0],
				RSI_ERROR_INPUT);
		}
		assert_int_equal(next(w, rec, 0, 0)[0], RSI_INCOMPLETE);
	}
	memset(&token, 0, sizeof(token));
	token.bound = init(w, rec, 1)[1];
	finish(w, &realm, rec, &token, 0, 4096);
	is_believable(w, &token, 399, false);
	world_free(w);
}

static void kick(struct world *w)
{
	reeve_model_kick(w->model, 0);
}

/* An interrupt that comes while the monitor signs: IRQ exit, and on re-entry INCOMPLETE with no bytes (section 11). */
static void interrupted(void **state)
{
	static struct token token;
	static struct token want;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	take(w, &realm, rec, &want, 1);
	init(w, rec, 1);
	for (unsigned slice = 0; slice < 3; slice++) {
		script_clear(w);
		script_smc(w, RSI_FID(ATTESTATION_TOKEN_CONTINUE), BUFFER, 0, 100, 0)->inside = kick;
		EXIT_IS(ENTER(w, rec), .exit_reason = RMI_EXIT_IRQ);
		assert_int_equal(w->seen_count, 1); /* it did not run on */
		script_clear(w);
		ENTER(w, rec);
		assert_int_equal(w->seen[0].x[0], RSI_INCOMPLETE);
		assert_int_equal(w->seen[0].x[1], slice == 0 ? 0 : 100);
	}
	memset(&token, 0, sizeof(token));
	finish(w, &realm, rec, &token, 0, 4096);
	assert_int_equal(token.size, want.size - 200);
	assert_memory_equal(token.bytes, want.bytes + 200, token.size);
	world_free(w);
}

/* One slice more. True when it was the last. */
static bool slice(struct world *w, const struct realm *realm, const struct rec *rec, struct token *token, uint64_t size)
{
	const struct entry entry = realm_entry(w, realm, BUFFER, 3);
	const uint64_t *x = next(w, rec, 0, size);

	memcpy(token->bytes + token->size, world_at(w, entry.desc), x[1]);
	token->size += x[1];
	return x[0] == RSI_SUCCESS;
}

/* Two RECs of a realm, turn by turn: each has its own token. */
static void two_recs(void **state)
{
	static struct token want[2];
	static struct token token[2];
	struct world *w = world_new_with((struct reeve_model_config){.lenient = true, .platform = &seeded});
	struct realm realm;
	struct rec *recs[2];
	bool is_over[2] = {false, false};

	(void)state;
	realm_new(w, &realm, 32);
	realm_data(w, &realm, BUFFER, 0);
	recs[0] = realm_rec(w, &realm, true);
	recs[1] = realm_rec(w, &realm, true);
	realm_activate(w, &realm);
	take(w, &realm, recs[0], &want[0], 1);
	take(w, &realm, recs[1], &want[1], 77);
	init(w, recs[0], 1);
	assert_int_equal(next(w, recs[1], 0, 1)[0], RSI_ERROR_STATE);
	init(w, recs[1], 77);
	memset(token, 0, sizeof(token));
	while (!is_over[0] || !is_over[1]) {
		is_over[0] = is_over[0] || slice(w, &realm, recs[0], &token[0], 90);
		is_over[1] = is_over[1] || slice(w, &realm, recs[1], &token[1], 91);
	}
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(token[i].size, want[i].size);
		assert_memory_equal(token[i].bytes, want[i].bytes, want[i].size);
	}
	world_free(w);
}

/* A token says what was at INIT. */
static void snapshot(void **state)
{
	static struct token token;
	static struct token want;
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&seeded, &w, &realm);

	(void)state;
	take(w, &realm, rec, &want, 1);
	init(w, rec, 1);
	SMC(w, rec, RSI_FID(MEASUREMENT_EXTEND), 1, 8, 1, 0);
	memset(&token, 0, sizeof(token));
	finish(w, &realm, rec, &token, 0, 4096);
	assert_memory_equal(token.bytes, want.bytes, want.size);
	take(w, &realm, rec, &token, 1);
	assert_int_equal(token.size, want.size);
	assert_memory_not_equal(token.bytes, want.bytes, want.size);
	world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_token),
		cmocka_unit_test(sha_512),
		cmocka_unit_test(forms),
		cmocka_unit_test(sizes),
		cmocka_unit_test(only_the_slice),
		cmocka_unit_test(wrong_order),
		cmocka_unit_test(restart),
		cmocka_unit_test(wrong_arguments),
		cmocka_unit_test(empty_page),
		cmocka_unit_test(interrupted),
		cmocka_unit_test(two_recs),
		cmocka_unit_test(snapshot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
