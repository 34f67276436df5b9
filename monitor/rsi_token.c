/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_token.c - RSI_ATTESTATION_TOKEN_INIT and _CONTINUE: a CCA token made in the REC and handed out in slices.
 *
 * INIT takes all that the token says, CONTINUE signs it and then copies. The call that signs copies nothing: it is the longest of all, and
 * between it and the next an interrupt that waits is taken (docs/decisions/0011). Source: fact sheet sections 7, 11. */
#include <string.h>

#include "attest/cose.h"
#include "monitor/rsi_page.h"

enum { SIGNED_HEAD_MAX = 32 };

/* The CCA token as four runs of bytes. */
enum { PIECE_HEAD, PIECE_PLATFORM, PIECE_MIDDLE, PIECE_REALM, PIECE_COUNT };
struct pieces {
	uint8_t head[CCA_TOKEN_PIECE_MAX];
	uint8_t middle[CCA_TOKEN_PIECE_MAX];
	struct reeve_span at[PIECE_COUNT];
};

static struct cbor_writer writer_of(uint8_t *bytes, size_t size)
{
	return cbor_writer((struct reeve_buf){bytes, size});
}

/* The signature as a byte string: the end of a signed realm token. */
static size_t signature_item_size(void)
{
	struct cbor_writer w = cbor_writer((struct reeve_buf){NULL, 0});

	cbor_put_bytes_head(&w, PLATFORM_SIGNATURE_SIZE);
	return w.size + PLATFORM_SIGNATURE_SIZE;
}

static void pieces_make(const struct reeve_monitor *m, const struct rec_token *token, struct pieces *p)
{
	enum reeve_token_form form = m->config.token_form;
	bool is_signed = token->state == REC_TOKEN_SIGNED;
	size_t realm_size = token->size + (is_signed ? 0 : signature_item_size());
	struct cbor_writer head = writer_of(p->head, sizeof(p->head));
	struct cbor_writer middle = writer_of(p->middle, sizeof(p->middle));

	cca_token_put_head(&head, form, token->platform.size);
	cca_token_put_middle(&middle, form, realm_size);
	p->at[PIECE_HEAD] = reeve_span(p->head, head.size);
	p->at[PIECE_PLATFORM] = token->platform;
	p->at[PIECE_MIDDLE] = reeve_span(p->middle, middle.size);
	p->at[PIECE_REALM] = reeve_span(token->bytes, realm_size);
}

static size_t pieces_size(const struct pieces *p)
{
	size_t size = 0;

	for (unsigned i = 0; i < PIECE_COUNT; i++) {
		size += p->at[i].size;
	}
	return size;
}

/* Copy bytes [from, from + size) of all pieces, which have that many. */
static void pieces_copy(const struct pieces *p, size_t from, size_t size, uint8_t *to)
{
	for (unsigned i = 0; i < PIECE_COUNT && size != 0; i++) {
		size_t there = p->at[i].size;
		size_t taken;

		if (from >= there) {
			from -= there;
			continue;
		}
		taken = there - from < size ? there - from : size;
		memcpy(to, p->at[i].bytes + from, taken);
		to += taken;
		size -= taken;
		from = 0;
	}
}

static void forget(struct rec_token *token)
{
	memset(token, 0, sizeof(*token));
}

/* What the realm says of itself, as it is now. */
static void claims_take(const struct running *r, struct realm_claims *claims)
{
	claims->form = r->m->config.token_form;
	claims->hash = r->realm->hash;
	memcpy(claims->challenge, &r->rec->cpu.gprs[1], sizeof(claims->challenge));
	granule_lock(&r->m->granules, r->rec->rd);
	memcpy(claims->rpv, r->realm->rpv, sizeof(claims->rpv));
	memcpy(claims->measurements, r->realm->measurements, sizeof(claims->measurements));
	granule_unlock(&r->m->granules, r->rec->rd);
}

/* The public key claim into `rak`, and the platform token that is bound to it. False when the machine has not both. */
static bool platform_ask(const struct running *r, struct cbor_writer *rak, struct reeve_span *platform)
{
	const struct monitor_platform *machine = r->m->platform;
	uint8_t point[PLATFORM_POINT_SIZE];
	uint8_t binding[PLATFORM_CHALLENGE_SIZE];

	if (machine->realm_public_key == NULL || !machine->realm_public_key(r->m->context, r->cpu, point)) {
		return false;
	}
	rak_claim_put(rak, r->m->config.token_form, point);
	machine->digest(r->m->context, r->cpu, RMI_HASH_SHA_256, rak->to.bytes, rak->size, binding);
	return machine->platform_token(r->m->context, r->cpu, binding, platform);
}

/* The realm token up to its signature. */
static void claims_keep(struct rec_token *token, const struct realm_claims *claims)
{
	struct cbor_writer count = cbor_writer((struct reeve_buf){NULL, 0});
	struct cbor_writer w = writer_of(token->bytes, sizeof(token->bytes));

	realm_claims_put(&count, claims);
	cose_sign1_put_head(&w, COSE_ES384, count.size);
	realm_claims_put(&w, claims);
	token->claims_size = (uint32_t)count.size;
	token->size = (uint32_t)w.size;
	token->state = REC_TOKEN_CLAIMED;
}

enum rec_action rsi_attestation_token_init(struct running *r)
{
	struct rec_token *token = &r->rec->token;
	struct realm_claims claims;
	uint8_t rak[RAK_CLAIM_MAX];
	struct cbor_writer w = writer_of(rak, sizeof(rak));
	struct reeve_span platform;
	struct pieces pieces;

	forget(token);
	if (!platform_ask(r, &w, &platform)) {
		return rsi_done(r, RSI_ERROR_UNKNOWN);
	}
	claims_take(r, &claims);
	claims.rak = reeve_span(rak, w.size);
	claims_keep(token, &claims);
	token->platform = platform;
	pieces_make(r->m, token, &pieces);
	r->rec->cpu.gprs[1] = pieces_size(&pieces);
	return rsi_done(r, RSI_SUCCESS);
}

/* Sign the claims. False, and there is no token any more, when the machine does not. */
static bool sign(const struct running *r, struct rec_token *token)
{
	uint8_t message[SIGNED_HEAD_MAX + REALM_TOKEN_MAX];
	uint8_t header[COSE_PROTECTED_MAX];
	uint8_t signature[PLATFORM_SIGNATURE_SIZE];
	struct cbor_writer w = writer_of(message, sizeof(message));
	struct cbor_writer end = writer_of(token->bytes, sizeof(token->bytes));

	cose_sign1_put_signed_head(&w, cose_protected_header(COSE_ES384, header), token->claims_size);
	cbor_put_raw(&w, reeve_span(token->bytes + token->size - token->claims_size, token->claims_size));
	if (!r->m->platform->realm_sign(r->m->context, r->cpu, message, w.size, signature)) {
		forget(token);
		return false;
	}
	end.size = token->size;
	cbor_put_bytes(&end, reeve_span(signature, sizeof(signature)));
	token->size = (uint32_t)end.size;
	token->state = REC_TOKEN_SIGNED;
	return true;
}

/* Copy what comes next, `size` bytes at most. Returns how many. Caller holds the RD of `page`. */
static size_t slice_copy(const struct running *r, const struct rec_token *token, uint8_t *to, size_t size)
{
	struct pieces pieces;
	size_t left;

	pieces_make(r->m, token, &pieces);
	left = pieces_size(&pieces) - token->sent;
	size = size < left ? size : left;
	pieces_copy(&pieces, token->sent, size, to);
	return size;
}

/* One step of a token that there is: signing, or a slice. */
static enum rec_action step(struct running *r, const struct rsi_page *page, size_t copied)
{
	struct rec_token *token = &r->rec->token;
	struct pieces pieces;

	if (page->bytes == NULL) {
		return rsi_page_missing(r, page);
	}
	if (token->state == REC_TOKEN_CLAIMED && !sign(r, token)) {
		return rsi_done(r, RSI_ERROR_UNKNOWN);
	}
	token->sent += (uint32_t)copied;
	r->rec->cpu.gprs[1] = copied;
	pieces_make(r->m, token, &pieces);
	if (token->sent < pieces_size(&pieces)) {
		return rsi_done(r, RSI_INCOMPLETE);
	}
	forget(token);
	return rsi_done(r, RSI_SUCCESS);
}

enum rec_action rsi_attestation_token_continue(struct running *r)
{
	const uint64_t *x = r->rec->cpu.gprs;
	const struct rec_token *token = &r->rec->token;
	uint64_t offset = x[2];
	uint64_t size = x[3];
	size_t copied = 0;
	struct rsi_page page;

	if (!reeve_is_aligned(x[1], REEVE_GRANULE_SIZE) || !realm_is_protected(r->realm, x[1], REEVE_GRANULE_SIZE) ||
		offset >= REEVE_GRANULE_SIZE || size > REEVE_GRANULE_SIZE - offset) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	if (token->state == REC_TOKEN_NONE) {
		return rsi_done(r, RSI_ERROR_STATE);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = rsi_page_find(r, reeve_ipa(x[1]));
	if (page.bytes != NULL && token->state == REC_TOKEN_SIGNED) {
		copied = slice_copy(r, token, (uint8_t *)page.bytes + offset, size);
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	return step(r, &page, copied);
}
