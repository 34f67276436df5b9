/* SPDX-License-Identifier: BSD-2-Clause */
/* attest.c - the model's software platform: its keys, made when the first token is asked for, and the platform token they sign. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <openssl/crypto.h>

#include "attest/cose.h"
#include "machine/model/machine.h"

struct model_keys {
	uint8_t cpak[P384_SCALAR_SIZE]; /* signs platform tokens */
	uint8_t rak[P384_SCALAR_SIZE];  /* signs realm tokens; derived from the CPAK */
};

enum { KEYS_SPACE = 4096 };

/* Memory for keys alone: in no core dump, and not swapped where the system lets us. NULL when there is none. */
static struct model_keys *keys_new(void)
{
	void *at = mmap(NULL, KEYS_SPACE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED) {
		return NULL;
	}
	if (madvise(at, KEYS_SPACE, MADV_DONTDUMP) != 0) {
		munmap(at, KEYS_SPACE);
		return NULL;
	}
	(void)mlock(at, KEYS_SPACE);
	return at;
}

static void keys_free(struct model_keys *keys)
{
	if (keys != NULL) {
		OPENSSL_cleanse(keys, sizeof(*keys));
		munmap(keys, KEYS_SPACE);
	}
}

bool attest_open(struct reeve_model *model)
{
	model->attest.is_open = pthread_mutex_init(&model->attest.lock, NULL) == 0;
	return model->attest.is_open;
}

void attest_close(struct reeve_model *model)
{
	keys_free(model->attest.keys);
	free(model->attest.platform_token.bytes);
	if (model->attest.is_open) {
		pthread_mutex_destroy(&model->attest.lock);
	}
}

static bool cpak_make(const struct reeve_model_platform *platform, uint8_t cpak[P384_SCALAR_SIZE])
{
	if (platform->key != NULL) {
		return platform->key(platform->context, cpak);
	}
	if (platform->seed.size != 0) {
		return hosted_p384_derive(platform->seed.bytes, platform->seed.size, "reeve CPAK", cpak);
	}
	return hosted_p384_random(cpak);
}

/* The keys into new memory and their points. False when one cannot be made; nothing is kept then. */
static bool keys_make(struct reeve_model *model)
{
	struct model_attest *a = &model->attest;
	struct model_keys *keys = keys_new();

	if (keys == NULL || !cpak_make(&model->platform, keys->cpak) ||
		!hosted_p384_public(keys->cpak, a->cpak_point) ||
		!hosted_p384_derive(keys->cpak, sizeof(keys->cpak), "reeve RAK", keys->rak) ||
		!hosted_p384_public(keys->rak, a->rak_point)) {
		keys_free(keys);
		return false;
	}
	a->keys = keys;
	return true;
}

/* The keys, made if they are not there. Caller holds the lock. What failed once is not tried again: P5. */
static bool keys_are_there(struct reeve_model *model)
{
	struct model_attest *a = &model->attest;

	if (a->keys == NULL && !a->has_failed) {
		a->has_failed = !keys_make(model);
	}
	return a->keys != NULL;
}

static bool keys_ask(struct reeve_model *model)
{
	bool is_good;

	pthread_mutex_lock(&model->attest.lock);
	is_good = keys_are_there(model);
	pthread_mutex_unlock(&model->attest.lock);
	return is_good;
}

bool attest_realm_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE])
{
	struct reeve_model *model = context;

	(void)cpu;
	if (!keys_ask(model)) {
		return false;
	}
	memcpy(point, model->attest.rak_point, PLATFORM_POINT_SIZE);
	return true;
}

bool attest_realm_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE])
{
	struct reeve_model *model = context;

	(void)cpu;
	return keys_ask(model) && hosted_p384_sign(model->attest.keys->rak, message, size, signature);
}

bool reeve_model_anchor(struct reeve_model *model, uint8_t point[REEVE_MODEL_POINT_SIZE])
{
	if (!keys_ask(model)) {
		return false;
	}
	memcpy(point, model->attest.cpak_point, REEVE_MODEL_POINT_SIZE);
	return true;
}

/* What the parts of the platform token are written from. */
struct making {
	const struct reeve_model *model;
	struct hosted_digest *digest;
	const uint8_t *challenge;
	struct reeve_span claims;
	uint8_t signature[P384_SIGNATURE_SIZE];
};
typedef void put_function(struct cbor_writer *w, const struct making *t);

static void put_claims(struct cbor_writer *w, const struct making *t)
{
	platform_claims_put(w, &t->model->platform, t->challenge, t->model->attest.cpak_point, t->digest);
}

static void put_message(struct cbor_writer *w, const struct making *t)
{
	uint8_t header[COSE_PROTECTED_MAX];

	cose_sign1_put_signed_head(w, cose_protected_header(COSE_ES384, header), t->claims.size);
	cbor_put_raw(w, t->claims);
}

static void put_token(struct cbor_writer *w, const struct making *t)
{
	cose_sign1_put_head(w, COSE_ES384, t->claims.size);
	cbor_put_raw(w, t->claims);
	cbor_put_bytes(w, reeve_span(t->signature, sizeof(t->signature)));
}

/* What `put` writes, in memory of just that size; bytes NULL when there is none. */
static struct reeve_buf written(put_function *put, const struct making *t)
{
	struct cbor_writer count = cbor_writer((struct reeve_buf){NULL, 0});
	struct cbor_writer w;

	put(&count, t);
	w = cbor_writer((struct reeve_buf){malloc(count.size), count.size});
	if (w.to.bytes != NULL) {
		put(&w, t);
	}
	return w.to;
}

/* The platform token, signed with the CPAK, in memory of its own; bytes NULL when that cannot be. Caller holds the lock; keys are there. */
static struct reeve_buf token_make(struct making *t)
{
	struct reeve_buf claims = written(put_claims, t);
	struct reeve_buf message = {NULL, 0};
	struct reeve_buf token = {NULL, 0};

	t->claims = reeve_span(claims.bytes, claims.size);
	if (claims.bytes != NULL) {
		message = written(put_message, t);
	}
	if (message.bytes != NULL &&
		hosted_p384_sign(t->model->attest.keys->cpak, message.bytes, message.size, t->signature)) {
		token = written(put_token, t);
	}
	free(message.bytes);
	free(claims.bytes);
	return token;
}

bool attest_platform_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token)
{
	struct reeve_model *model = context;
	struct model_attest *a = &model->attest;
	struct making t = {.model = model, .digest = model->cpu[cpu].digest, .challenge = challenge};
	bool is_there;

	pthread_mutex_lock(&a->lock);
	if (a->platform_token.bytes == NULL && keys_are_there(model)) {
		a->platform_token = token_make(&t);
	}
	is_there = a->platform_token.bytes != NULL;
	if (is_there) {
		*token = reeve_span(a->platform_token.bytes, a->platform_token.size);
	}
	pthread_mutex_unlock(&a->lock);
	return is_there;
}
