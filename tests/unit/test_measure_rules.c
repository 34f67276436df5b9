/* SPDX-License-Identifier: BSD-2-Clause */
/* test_measure_rules.c - one realm by every rule set: the answers were computed by tests/cli/rim_witness.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "machine/hosted/digest.h"
#include "reeve/measure.h"

enum { GRANULE_MAX = 0x10000, REM = 2, HEX_MAX = 2 * RMI_MEASUREMENT_SIZE + 1 };

static const struct {
	const char *rules;
	enum rmi_hash_algorithm hash;
	size_t granule;
	const char *rim;
	const char *rem;
} rows[] = {
	{"1.0", RMI_HASH_SHA_256, 4096, "84439e715f47ae7ee9a3345183059b1fce08a556d117a206e876773206efb5be",
		"df4806b62c4a6f550e58b412dc3f87e70d3e9939b50730f5b2ccb75cf133f5ee"},
	{"1.0", RMI_HASH_SHA_512, 4096,
		"d1ecc8058a4a8f04bf9d57df323ddfd90edfd9589d566b0cdaa2b805d459418c2ec4f7aa7a01f326964db41b09f47aee6c0dbd229b1916bc28a507362a829512",
		"005cf8feae118bb0a378513367beeba03698957fc71eef44101ea42913e44407ff95abc66694bb84944d1d94c4af9f071cda5cf85245be5c3cf71cd28f7745f7"},
	{"tf-rmm-0.9", RMI_HASH_SHA_256, 4096, "ff0688dc3da187f498f5bd63270cd58ca0681b81172cd69ec7519f491f826de8",
		"df4806b62c4a6f550e58b412dc3f87e70d3e9939b50730f5b2ccb75cf133f5ee"},
	{"tf-rmm-0.9", RMI_V2_HASH_SHA_384, 4096,
		"30339641aff430ea30b38734d556ec4cde2c53fb115bbf50eaa7f8a047aea5208546a128b6300f62850262f42059dc31",
		"e377ea9f32d74bea3cd7550b414ae993de14eb3359af1cce22d69a7e1c77a28364daf09449c4f73189b9e0b52b63b0ce"},
	{"2.0-beta", RMI_V2_HASH_SHA_384, 4096,
		"26eb0cfd7b1543f5f423b1818b8b38e8316b8bcfe7158e744bef4bd1ccabf16676eb4df0345af7cab27e316364d98df7",
		"df4fc218f2741f91e25a7dea6c9a474bcbe471e3d45d3bbc93a96c1f7bfb7db16e34c418f1af9d49e618165fea270491"},
	{"2.0-beta", RMI_HASH_SHA_512, 16384,
		"eeaacd2be8569014d79e84c0f7c9150df43b4a35d721b0509a3c2945eb63de41da0a27ed1b6b8d3d91ef41b520b8b770470b3c9124ff55844226e942106eac63",
		"06ec42c92d7e6609943ee8d9042edd122c4d2299f5b72b5f510ee98dc426c6d9eeabe2bcf97df90d79693769fd00f4531d7951d56d3f45b3ba71abe402f6ad6a"},
	{"2.0-beta", RMI_HASH_SHA_256, 65536, "5a9adeb509ea6b9e2aac0c01330cc539500e15deb28413dfa027dc576539e200",
		"875ff2fea674fd07b778b7e371ef84082939f7af028d27862a862c4de090479a"},
};

static void digest(void *context, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	hosted_digest(context, algorithm, data, size, out);
}

static const struct reeve_rules *rules_of(const char *name)
{
	size_t count;
	const struct reeve_rules *rules = reeve_rules(&count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rules[i].name, name) == 0) {
			return &rules[i];
		}
	}
	return NULL;
}

/* The slot is the digest, and zeroes behind it. */
static void assert_slot(const uint8_t slot[RMI_MEASUREMENT_SIZE], const char *hex)
{
	char got[HEX_MAX];
	char want[HEX_MAX];

	memset(want, '0', sizeof(want));
	memcpy(want, hex, strlen(hex));
	want[HEX_MAX - 1] = '\0';
	for (unsigned i = 0; i < RMI_MEASUREMENT_SIZE; i++) {
		(void)snprintf(got + (size_t)2 * i, 3, "%02x", slot[i]);
	}
	assert_string_equal(got, want);
}

static struct rmi_rec_params rec_params(bool is_runnable)
{
	struct rmi_rec_params rec;

	memset(&rec, 0x5A, sizeof(rec)); /* what is not measured */
	rec.flags = is_runnable;
	rec.pc = 0x40080000;
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		rec.gprs[i] = 0x1111 * (uint64_t)(i + 1);
	}
	return rec;
}

static void realm_measure(struct reeve_chain *chain, size_t row, const struct reeve_hasher *hasher)
{
	static uint8_t page[GRANULE_MAX];
	static uint8_t scratch[GRANULE_MAX];
	struct rmi_realm_params params;
	struct rmi_rec_params rec = rec_params(true);
	struct rmi_rec_params idle = rec_params(false);
	uint8_t content[RMI_MEASUREMENT_SIZE] = {0};
	size_t granule = rows[row].granule;

	memset(&params, 0x5A, sizeof(params));
	params.flags = 5;
	params.s2sz = 40;
	params.sve_vl = 3;
	params.num_bps = 5;
	params.num_wps = 3;
	params.pmu_num_ctrs = 6;
	params.hash_algo = (uint8_t)rows[row].hash;
	for (size_t i = 0; i < granule; i++) {
		page[i] = (uint8_t)(i * 7 + 1);
	}
	memset(scratch, 0x5A, sizeof(scratch));
	reeve_chain_begin(chain, rules_of(rows[row].rules), hasher, &params, granule);
	reeve_chain_ripas(chain, 0x40000000, 0x40200000);
	digest(hasher->context, rows[row].hash, page, granule, content);
	reeve_chain_data(chain, 0x40000000, 1, content);
	reeve_chain_data(chain, 0x40000000 + granule, 0, NULL);
	reeve_chain_rec(chain, &rec, scratch);
	reeve_chain_rec(chain, &idle, scratch);
	reeve_chain_rem(chain, REM, page, 64);
	reeve_chain_rem(chain, REM, page, 5);
}

static void every_rule_set_has_its_answers(void **state)
{
	struct hosted_digest *engine = hosted_digest_new();
	struct reeve_hasher hasher = {digest, engine};

	(void)state;
	assert_non_null(engine);
	for (size_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		static const uint8_t zero[RMI_MEASUREMENT_SIZE];
		const struct reeve_rules *rules = rules_of(rows[row].rules);
		struct reeve_chain chain;

		assert_non_null(rules);
		assert_int_equal(rules->hashes >> rows[row].hash & 1, 1);
		assert_int_equal(rules->granules & rows[row].granule, rows[row].granule);
		realm_measure(&chain, row, &hasher);
		assert_slot(chain.rim, rows[row].rim);
		assert_slot(chain.rem[REM], rows[row].rem);
		assert_memory_equal(chain.rem[0], zero, sizeof(zero));
		assert_memory_equal(chain.rem[3], zero, sizeof(zero));
	}
	hosted_digest_free(engine);
}

/* REM rules differ, but for SHA-512 and 64 bytes: then both halves are full (attestation fact sheet section 1). */
static void rem_rules_meet_where_both_halves_are_full(void **state)
{
	static const uint8_t value[RMI_MEASUREMENT_SIZE] = {1, 2, 3};
	struct hosted_digest *engine = hosted_digest_new();
	struct reeve_hasher hasher = {digest, engine};
	struct rmi_realm_params params = {.s2sz = 40, .hash_algo = RMI_HASH_SHA_512};

	(void)state;
	assert_non_null(engine);
	for (size_t size = 0; size <= RMI_MEASUREMENT_SIZE; size++) {
		struct reeve_chain one;
		struct reeve_chain two;

		reeve_chain_begin(&one, rules_of("1.0"), &hasher, &params, REEVE_GRANULE_SIZE);
		reeve_chain_begin(&two, rules_of("2.0-beta"), &hasher, &params, REEVE_GRANULE_SIZE);
		reeve_chain_rem(&one, 0, value, size);
		reeve_chain_rem(&two, 0, value, size);
		assert_int_equal(
			memcmp(one.rem[0], two.rem[0], RMI_MEASUREMENT_SIZE) == 0, size == RMI_MEASUREMENT_SIZE);
	}
	hosted_digest_free(engine);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_set_has_its_answers),
		cmocka_unit_test(rem_rules_meet_where_both_halves_are_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
