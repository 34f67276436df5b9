/* SPDX-License-Identifier: BSD-2-Clause */
/* test_measure.c - RIM and REM against known answers; the digests are libcrypto's, the answers were computed by another program. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <openssl/sha.h>

#include "reeve/measure.h"

static void libcrypto_digest(
	void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	unsigned *calls = context;

	(*calls)++;
	if (algorithm == RMI_HASH_SHA_256) {
		SHA256(data, size, out);
	} else {
		SHA512(data, size, out);
	}
}

/* A slot is the digest `hex` and zeroes behind it. */
static void assert_slot(const uint8_t slot[RMI_MEASUREMENT_SIZE], const char *what, const char *hex)
{
	char got[2 * RMI_MEASUREMENT_SIZE + 1] = {0};
	char want[2 * RMI_MEASUREMENT_SIZE + 1];

	memset(want, '0', sizeof(want) - 1);
	want[sizeof(want) - 1] = 0;
	memcpy(want, hex, strlen(hex));
	for (unsigned i = 0; i < RMI_MEASUREMENT_SIZE; i++) {
		snprintf(got + (size_t)2 * i, 3, "%02x", slot[i]);
	}
	if (strcmp(got, want) != 0) {
		print_error("%s\n", what);
	}
	assert_string_equal(got, want);
}

/* Published for the parameters alone: 48 bits of IPA, 2 breakpoints, 2 watchpoints, nothing else (spec: attestation s2). */
static void test_published(void **state)
{
	static const char *const answers[RMI_HASH_COUNT] = {
		"6739dfb22b75ee1268d08dfa8369f501bc0b066243553f069f560d1fa1172973",
		"799e434048fb57eb9d4f0e2a2b98158720377252deab2bdfcd69b5a8f82237f4"
		"34bd6bb1c75bf160a2d49382f733b3439a3ff769e4ea5dd9a6f72239d44bbbab",
	};
	unsigned calls = 0;
	struct reeve_hasher hasher = {libcrypto_digest, &calls};

	(void)state;
	for (unsigned i = 0; i < RMI_HASH_COUNT; i++) {
		struct rmi_realm_params params = {.s2sz = 48, .num_bps = 1, .num_wps = 1, .hash_algo = (uint8_t)i};
		uint8_t rim[RMI_MEASUREMENT_SIZE];

		memset(rim, 0xAA, sizeof(rim));
		reeve_rim_realm(&hasher, &params, rim);
		assert_slot(rim, "published", answers[i]);
	}
	assert_int_equal(calls, RMI_HASH_COUNT);
}

/* One realm's life, step by step, and a REM extended three times: {SHA-256, SHA-512}. */
static const struct {
	const char *what;
	const char *answer[RMI_HASH_COUNT];
} steps[] = {
	{"RIM of the parameters",
		{"c9a39ab51f4132bfa14fa3e939a296f5f07f3f111e463d61b259a0d7912d2a47",
			"0626699c9cea9ddff296ea1e5b96db1335212a292049ef5b19fa7192a23ba58c"
			"10b286dc06d61d1def65657927ea15e7ea3d464a578e5d9a545e4b4740ba9c57"}},
	{"after INIT_RIPAS",
		{"a371a4c637d5c03e74e677dd0df49c53004ccc6a9f5203000c73a958e18c26d1",
			"f8b3ab74e151456ea17175be45ae7a923e346546d124cfcc40210414d0f2d8c2"
			"87dda6a4fc1c9c5e0370d37576c14bed6f4aa7d3484e201a01eed655733a355a"}},
	{"after measured DATA",
		{"454c0fc414c417592d74027eb0153908ee0b1c9299c191f88eb2fef8584cf557",
			"73b7590368128793b51498afdc7754f8dc09f11de530aacf176c5398358de6ce"
			"979125d54896c5857b42240904c8f00881ae3e2b083e1cff8360e6f1e97f9d47"}},
	{"after unmeasured DATA",
		{"248ef68d692fca50a1b6b2c874a99db923b24358d9e0cb29bdd5a72188844589",
			"e3b961b85ba08485ec4cbf29423e12b550d562621a69bdd78af01c1076c009dc"
			"5c34172fba58f68d1ace9e6fc98ac07f3c4ea3370f9ec1c75d38b609648ec50b"}},
	{"after a runnable REC",
		{"84439e715f47ae7ee9a3345183059b1fce08a556d117a206e876773206efb5be",
			"d1ecc8058a4a8f04bf9d57df323ddfd90edfd9589d566b0cdaa2b805d459418c"
			"2ec4f7aa7a01f326964db41b09f47aee6c0dbd229b1916bc28a507362a829512"}},
	{"REM after 64 bytes",
		{"a3c3399dee3feb8978f354d9214a61c441e2e12f2331917989e4790e0a6b75ca",
			"e28e49293f837c1cece33c3dfce67fcc39101b520fc09a9f791159366b9dd6a1"
			"3e369508ca97c18275acd2f9facd0958e4539d9e09e5b1a9cc9c35a0793dcd90"}},
	{"REM after 5 more",
		{"df4806b62c4a6f550e58b412dc3f87e70d3e9939b50730f5b2ccb75cf133f5ee",
			"005cf8feae118bb0a378513367beeba03698957fc71eef44101ea42913e44407"
			"ff95abc66694bb84944d1d94c4af9f071cda5cf85245be5c3cf71cd28f7745f7"}},
	{"REM after none",
		{"dee2e584734ce58415a7e64535e1959e396efe6f834a9aa9fdf4571c0dff3e20",
			"881c220cb1be6c7fe48338741d61daf91b1263cca377f1db191af894016ca7ea"
			"079bcc46692cc897f7a2e8d17e3151e027340715d10f84e312fc1f77e50aafa9"}},
};

/* What is not measured is filled with something, so that an answer shows it. */
static void params_fill(struct rmi_realm_params *params, uint8_t hash)
{
	memset(params, 0x5A, sizeof(*params));
	params->flags = 5;
	params->s2sz = 40;
	params->sve_vl = 3;
	params->num_bps = 5;
	params->num_wps = 3;
	params->pmu_num_ctrs = 6;
	params->hash_algo = hash;
}

static void rec_fill(struct rmi_rec_params *params)
{
	memset(params, 0x5A, sizeof(*params));
	params->flags = 1;
	params->pc = 0x40080000;
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		params->gprs[i] = 0x1111 * (uint64_t)(i + 1);
	}
}

static void life(enum rmi_hash_algorithm hash)
{
	static const size_t rem_sizes[] = {64, 5, 0};
	unsigned calls = 0;
	struct reeve_hasher hasher = {libcrypto_digest, &calls};
	struct rmi_realm_params params;
	struct rmi_rec_params rec;
	uint8_t page[REEVE_GRANULE_SIZE];
	uint8_t content[RMI_MEASUREMENT_SIZE];
	uint8_t rim[RMI_MEASUREMENT_SIZE];
	uint8_t rem[RMI_MEASUREMENT_SIZE] = {0};
	unsigned step = 0;

	for (unsigned i = 0; i < sizeof(page); i++) {
		page[i] = (uint8_t)(i * 7 + 1);
	}
	params_fill(&params, (uint8_t)hash);
	rec_fill(&rec);
	reeve_rim_realm(&hasher, &params, rim);
	assert_slot(rim, steps[step].what, steps[step].answer[hash]);
	step++;
	reeve_rim_ripas(&hasher, hash, rim, 0x40000000, 0x40200000);
	assert_slot(rim, steps[step].what, steps[step].answer[hash]);
	step++;
	reeve_rim_content(&hasher, hash, page, content);
	reeve_rim_data(&hasher, hash, rim, 0x40000000, 1, content);
	assert_slot(rim, steps[step].what, steps[step].answer[hash]);
	step++;
	reeve_rim_data(&hasher, hash, rim, 0x40001000, 0, NULL);
	assert_slot(rim, steps[step].what, steps[step].answer[hash]);
	step++;
	reeve_rim_rec(&hasher, hash, rim, &rec);
	assert_slot(rim, steps[step].what, steps[step].answer[hash]);
	step++;
	for (unsigned i = 0; i < sizeof(rem_sizes) / sizeof(rem_sizes[0]); i++) {
		reeve_rem_extend(&hasher, hash, rem, page, rem_sizes[i]);
		assert_slot(rem, steps[step].what, steps[step].answer[hash]);
		step++;
	}
	assert_int_equal(step, sizeof(steps) / sizeof(steps[0]));
}

static void test_life_sha256(void **state)
{
	(void)state;
	life(RMI_HASH_SHA_256);
}

static void test_life_sha512(void **state)
{
	(void)state;
	life(RMI_HASH_SHA_512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_published),
		cmocka_unit_test(test_life_sha256),
		cmocka_unit_test(test_life_sha512),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
