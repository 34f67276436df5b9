/* SPDX-License-Identifier: BSD-2-Clause */
/* test_model_platform.c - the model's software platform: when it asks for its key, where the key is, and what it does without one. */
#include "tests/unit/support/rmi_world.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#include "machine/hosted/p384.h"
#include "machine/hosted/p384_pem.h"
#include "tests/unit/support/memory_scan.h"

enum { BUFFER = 0x12000 };

/* A key callback that counts, and how its key begins. */
struct asked {
	unsigned times;
	bool has_none;
	bool is_zero;
	bool is_beyond;
};

/* No byte of it is written down anywhere else. */
static void key_fill(uint8_t key[REEVE_MODEL_KEY_SIZE])
{
	for (unsigned i = 0; i < REEVE_MODEL_KEY_SIZE; i++) {
		key[i] = (uint8_t)(i * i * 5 + i * 73 + 41);
	}
}

static bool key_give(void *context, uint8_t key[REEVE_MODEL_KEY_SIZE])
{
	struct asked *asked = context;

	asked->times++;
	if (asked->is_zero || asked->is_beyond) {
		memset(key, asked->is_zero ? 0 : 0xFF, REEVE_MODEL_KEY_SIZE);
		return true;
	}
	key_fill(key);
	return !asked->has_none;
}

static struct rec *world_with(const struct reeve_model_platform *platform, struct world **w, struct realm *realm)
{
	struct rec *rec;

	*w = world_new_with((struct reeve_model_config){.lenient = true, .platform = platform});
	rec = realm_running(*w, realm);
	realm_data_unknown(*w, realm, BUFFER);
	return rec;
}

static uint64_t token_init(struct world *w, const struct rec *rec)
{
	return SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_INIT), 1, 2, 3, 4)[0];
}

static uint64_t token_next(struct world *w, const struct rec *rec, uint64_t size)
{
	return SMC(w, rec, RSI_FID(ATTESTATION_TOKEN_CONTINUE), BUFFER, 0, size, 0)[0];
}

/* A realm that wants no token costs no key; then one is enough for all. */
static void asked_once(void **state)
{
	struct asked asked = {0};
	struct reeve_model_platform platform = {.key = key_give, .context = &asked};
	uint8_t point[REEVE_MODEL_POINT_SIZE];
	uint8_t key[REEVE_MODEL_KEY_SIZE];
	uint8_t want[REEVE_MODEL_POINT_SIZE];
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&platform, &w, &realm);

	(void)state;
	SMC(w, rec, RSI_FID(MEASUREMENT_READ), 0, 0, 0, 0);
	assert_int_equal(asked.times, 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(token_init(w, rec), RSI_SUCCESS);
		assert_int_equal(token_next(w, rec, 1), RSI_INCOMPLETE);
	}
	assert_int_equal(asked.times, 1);
	assert_true(reeve_model_anchor(w->model, point));
	assert_int_equal(asked.times, 1);
	key_fill(key);
	assert_true(hosted_p384_public(key, want));
	assert_memory_equal(point, want, sizeof(want));
	world_free(w);
}

/* No key, or a number that is none: ERROR_UNKNOWN for every token, asked for once. */
static void no_key(void **state)
{
	static const struct asked rows[] = {{.has_none = true}, {.is_zero = true}, {.is_beyond = true}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct asked asked = rows[i];
		struct reeve_model_platform platform = {.key = key_give, .context = &asked};
		uint8_t point[REEVE_MODEL_POINT_SIZE] = {0};
		uint8_t zero[REEVE_MODEL_POINT_SIZE] = {0};
		struct world *w;
		struct realm realm;
		struct rec *rec = world_with(&platform, &w, &realm);

		assert_int_equal(token_init(w, rec), RSI_ERROR_UNKNOWN);
		assert_int_equal(token_next(w, rec, 1), RSI_ERROR_STATE);
		assert_int_equal(token_init(w, rec), RSI_ERROR_UNKNOWN);
		assert_false(reeve_model_anchor(w->model, point));
		assert_memory_equal(point, zero, sizeof(zero));
		assert_int_equal(asked.times, 1);
		world_free(w);
	}
}

/* Seeds: the same, the same key. None: no two machines alike. */
static void seeds(void **state)
{
	static const struct {
		const char *seed;
		size_t size;
	} rows[] = {{"a", 1}, {"a", 1}, {"b", 1}, {"ab", 2}, {"", 0}, {"", 0}};
	enum { ROWS = sizeof(rows) / sizeof(rows[0]) };
	uint8_t points[ROWS][REEVE_MODEL_POINT_SIZE];

	(void)state;
	for (size_t i = 0; i < ROWS; i++) {
		struct reeve_model_platform platform = {.seed = reeve_span(rows[i].seed, rows[i].size)};
		struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){.platform = &platform});

		assert_non_null(model);
		assert_true(reeve_model_anchor(model, points[i]));
		reeve_model_free(model);
	}
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t j = i + 1; j < ROWS; j++) {
			bool is_same = memcmp(points[i], points[j], sizeof(points[i])) == 0;

			assert_int_equal(is_same, i == 0 && j == 1);
		}
	}
}

static void refused_platforms(void **state)
{
	static const uint8_t bytes[64];
	struct reeve_model_platform rows[6] = {{.component_count = 0}};
	const struct reeve_model_component good = {
		.measurement = {bytes, 32}, .signer_id = {bytes, 48}, .type = "t", .version = "1"};

	(void)state;
	rows[0].token_form = REEVE_TOKEN_FORM_COUNT;
	rows[1].component_count = REEVE_MODEL_COMPONENTS_MAX + 1;
	rows[2].instance_id[0] = 2;
	rows[3].component_count = 2;
	rows[3].components[0] = good;
	rows[4] = rows[3];
	rows[4].components[1] = good;
	rows[4].components[1].measurement.size = 33;
	rows[5] = rows[4];
	rows[5].components[1] = good;
	rows[5].components[1].signer_id.bytes = NULL;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_null(reeve_model_new(&(struct reeve_model_config){.platform = &rows[i]}));
		assert_non_null(strstr(reeve_model_error(), "platform."));
	}
	rows[5].components[1] = good;
	rows[5].component_count = 2;
	reeve_model_free(reeve_model_new(&(struct reeve_model_config){.platform = &rows[5]}));
	assert_string_equal(reeve_model_error(), "");
}

/* Both keys are in the one page that is not dumped while the machine lives and has made tokens, and nowhere when it is gone. */
static void keys_in_memory(void **state)
{
	struct asked asked = {0};
	struct reeve_model_platform platform = {.key = key_give, .context = &asked};
	uint8_t key[REEVE_MODEL_KEY_SIZE];
	uint8_t rak[REEVE_MODEL_KEY_SIZE];
	struct secret secrets[2];
	struct world *w;
	struct realm realm;
	struct rec *rec = world_with(&platform, &w, &realm);

	(void)state;
	key_fill(key);
	assert_true(hosted_p384_derive(key, sizeof(key), "reeve RAK", rak));
	secrets[0] = secret_of(key, sizeof(key));
	secrets[1] = secret_of(rak, sizeof(rak));
	assert_true(secret_find(&secrets[0]).dumped > 0); /* the search finds what is there */
	OPENSSL_cleanse(key, sizeof(key));
	OPENSSL_cleanse(rak, sizeof(rak));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(token_init(w, rec), RSI_SUCCESS);
		assert_int_equal(token_next(w, rec, 4096), RSI_INCOMPLETE);
		assert_int_equal(token_next(w, rec, 4096), RSI_SUCCESS);
	}
	for (unsigned i = 0; i < 2; i++) {
		struct sightings found = secret_find(&secrets[i]);

		assert_int_equal(found.dumped, 0);
		assert_int_equal(found.private, 1);
	}
	world_free(w);
	for (unsigned i = 0; i < 2; i++) {
		struct sightings found = secret_find(&secrets[i]);

		assert_int_equal(found.dumped, 0);
		assert_int_equal(found.private, 0);
	}
}

/* From PEM and to it: nothing of the key stays behind. */
static void keys_in_pem(void **state)
{
	uint8_t key[REEVE_MODEL_KEY_SIZE];
	char pem[P384_PEM_MAX];
	const char *why = "";
	struct secret secret;
	struct secret text;
	size_t size;

	(void)state;
	key_fill(key);
	secret = secret_of(key, sizeof(key));
	size = hosted_p384_pem_private(key, pem);
	assert_true(size > 200);
	text = secret_of(pem + 100, 24); /* in the middle of the key's digits */
	OPENSSL_cleanse(key, sizeof(key));
	assert_int_equal(secret_find(&secret).dumped, 0);
	assert_int_equal(secret_find(&text).dumped, 1);
	assert_true(hosted_p384_pem_read(pem, size, key, &why));
	OPENSSL_cleanse(pem, sizeof(pem));
	assert_int_equal(secret_find(&secret).dumped, 1);
	OPENSSL_cleanse(key, sizeof(key));
	assert_int_equal(secret_find(&secret).dumped, 0);
	assert_int_equal(secret_find(&text).dumped, 0);
}

/* Every piece of a key file and every changed byte of it: a key or a reason, and no read beyond the end (ASan). */
static void hostile_pem(void **state)
{
	uint8_t key[REEVE_MODEL_KEY_SIZE];
	uint8_t zero[REEVE_MODEL_KEY_SIZE] = {0};
	char pem[P384_PEM_MAX];
	size_t size;
	unsigned keys = 0;

	(void)state;
	key_fill(key);
	size = hosted_p384_pem_private(key, pem);
	for (size_t cut = 0; cut < size; cut++) {
		char *exact = malloc(cut + 1);
		const char *why = NULL;

		memcpy(exact + 1, pem, cut);
		if (cut + 1 < size) { /* the last newline is nothing's end */
			assert_false(hosted_p384_pem_read(exact + 1, cut, key, &why));
			assert_non_null(why);
			assert_memory_equal(key, zero, sizeof(zero));
		}
		free(exact);
	}
	for (size_t i = 0; i < size; i++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			const char *why = NULL;
			bool is_read;

			pem[i] = (char)(pem[i] ^ 1 << bit);
			is_read = hosted_p384_pem_read(pem, size, key, &why);
			assert_true(is_read == (why == NULL));
			keys += is_read;
			pem[i] = (char)(pem[i] ^ 1 << bit);
		}
	}
	assert_in_range(keys, 1, size * 8 - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(asked_once),
		cmocka_unit_test(no_key),
		cmocka_unit_test(seeds),
		cmocka_unit_test(refused_platforms),
		cmocka_unit_test(keys_in_memory),
		cmocka_unit_test(keys_in_pem),
		cmocka_unit_test(hostile_pem),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
