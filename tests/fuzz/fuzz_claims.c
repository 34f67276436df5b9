/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_claims.c - any bytes as what the tools read of JSON and PEM beside tokens: claims to sign, a policy, a platform, a private key.
 *
 * A token that was made and can be read says the same when it is made again of what is shown of it. FUZZ_TRACE=1 in the environment shows
 * what became of an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>

#include "machine/hosted/p384_pem.h"
#include "tools/platform_file.h"
#include "tools/token/curve.h"
#include "tools/token/make.h"
#include "tools/token/policy.h"
#include "tools/token/show.h"

enum { STATES = 7 };

static struct signer signers[REEVE_TOKEN_PARTS];

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_claims: not so: %s\n", what);
		abort();
	}
}

static void check_said(bool is_good, const struct message *why)
{
	check(is_good || why->text[0] != '\0', "the message says what is wrong");
	if (!is_good && getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  %s\n", why->text);
	}
}

/* ---- Claims ---- */

/* What is shown of the token of these claims; NULL when it cannot be made or read. */
static json_t *shown(const json_t *claims)
{
	struct message why = {""};
	struct bytes made = {NULL, 0};
	struct reeve_malformed malformed = {REEVE_MALFORMED_NOT, 0};
	struct reeve_token token;
	json_t *value = NULL;
	bool is_made = make_token(claims, signers, &made, &why);

	check_said(is_made, &why);
	if (is_made && reeve_token_read(reeve_span(made.data, made.size), &token, &malformed)) {
		value = show_json(reeve_span(made.data, made.size), &token);
		check(value != NULL, "a token that was read can be shown");
	} else if (is_made) {
		check(malformed.offset <= made.size, "the offset is in the token");
	}
	free(made.data);
	return value;
}

static void try_claims(struct reeve_span in)
{
	json_t *claims = json_loadb((const char *)in.bytes, in.size, JSON_REJECT_DUPLICATES, NULL);
	json_t *first = claims == NULL ? NULL : shown(claims);
	json_t *second = first == NULL ? NULL : shown(first);

	check(second == NULL || json_equal(first, second), "a token is made again of what is shown of it");
	json_decref(second);
	json_decref(first);
	json_decref(claims);
}

/* ---- Policy, platform, key ---- */

static void try_policy(struct reeve_span in)
{
	struct policy policy;
	struct message why = {""};
	bool is_good = policy_read(&policy, in, "it", &why);

	check_said(is_good, &why);
	if (is_good) {
		check(policy.rules.lifecycles >> STATES == 0, "a lifecycle is a state");
		check(policy.rules.implementation_id.size == 0 || policy.rules.implementation_id.size == 32,
			"an implementation id has 32 bytes");
		check(policy.rules.instance_id.size == 0 || policy.rules.instance_id.size == 33,
			"an instance id has 33 bytes");
	}
}

static void try_platform(struct reeve_span in)
{
	struct platform_file file = {0};
	struct reeve_model_platform platform = {.component_count = 0};
	struct message why = {""};
	bool is_good = platform_file_read(&file, in, "it", &platform, &why);

	check_said(is_good, &why);
	check(!is_good || file.used <= file.room, "there is room for all bytes");
	platform_file_close(&file);
}

static void try_key(struct reeve_span in)
{
	static const uint8_t zero[P384_SCALAR_SIZE];
	uint8_t scalar[P384_SCALAR_SIZE];
	uint8_t again[P384_SCALAR_SIZE];
	char pem[P384_PEM_MAX];
	const char *why = "";
	bool is_good = hosted_p384_pem_read(in.bytes, in.size, scalar, &why);

	check(is_good || (why[0] != '\0' && memcmp(scalar, zero, sizeof(zero)) == 0),
		"what is no key leaves nothing behind");
	if (is_good) {
		size_t size = hosted_p384_pem_private(scalar, pem);

		check(size != 0 && hosted_p384_pem_read(pem, size, again, &why) &&
				memcmp(scalar, again, sizeof(again)) == 0,
			"a key is read again");
	}
}

static void keys_make(void)
{
	for (unsigned i = 0; i < REEVE_TOKEN_PARTS; i++) {
		signers[i].key = EVP_EC_gen("P-256");
		check(signers[i].key != NULL, "libcrypto makes keys");
		signers[i].algorithm = curve_of(signers[i].key, signers[i].point);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reeve_span in = reeve_span(data, size);

	if (signers[0].key == NULL) {
		keys_make();
	}
	try_claims(in);
	try_policy(in);
	try_platform(in);
	try_key(in);
	return 0;
}
