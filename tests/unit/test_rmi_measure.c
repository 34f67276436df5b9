/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_measure.c - RIM and REMs against a second computation from section 8's bytes with libcrypto, and known answers. */
#include "tests/unit/support/rmi_world.h"

#include <string.h>

#include <openssl/evp.h>

enum { SLOT = RMI_MEASUREMENT_SIZE, DESCRIPTOR = 0x100 };

struct witness {
	enum rmi_hash_algorithm algorithm;
	uint8_t slot[RMI_MEASUREMENT_COUNT][SLOT];
};

static void put64(uint8_t *at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++) {
		at[i] = (uint8_t)(value >> 8 * i);
	}
}

static size_t hash(enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t out[SLOT])
{
	unsigned length = 0;

	memset(out, 0, SLOT);
	assert_int_equal(
		EVP_Digest(data, size, out, &length, algorithm == RMI_HASH_SHA_256 ? EVP_sha256() : EVP_sha512(), NULL),
		1);
	assert_int_equal(length, algorithm == RMI_HASH_SHA_256 ? 32 : 64);
	return length;
}

/* RIM0: H of 4096 bytes, zero but flags, s2sz, sve_vl, num_bps, num_wps, pmu_num_ctrs and hash_algo. */
static void witness_realm(struct witness *witness, const struct rmi_realm_params *params)
{
	uint8_t image[4096] = {0};

	memset(witness, 0, sizeof(*witness));
	witness->algorithm = params->hash_algo;
	put64(&image[0x00], params->flags);
	image[0x08] = params->s2sz;
	image[0x10] = params->sve_vl;
	image[0x18] = params->num_bps;
	image[0x20] = params->num_wps;
	image[0x28] = params->pmu_num_ctrs;
	image[0x30] = params->hash_algo;
	hash(witness->algorithm, image, sizeof(image), witness->slot[0]);
}

static void extend_rim(struct witness *witness, uint8_t type, uint8_t descriptor[DESCRIPTOR])
{
	descriptor[0] = type;
	put64(&descriptor[8], DESCRIPTOR);
	memcpy(&descriptor[0x10], witness->slot[0], SLOT);
	hash(witness->algorithm, descriptor, DESCRIPTOR, witness->slot[0]);
}

static void witness_data(struct witness *witness, uint64_t ipa, uint64_t flags, const void *content)
{
	uint8_t descriptor[DESCRIPTOR] = {0};

	put64(&descriptor[0x50], ipa);
	put64(&descriptor[0x58], flags);
	if (flags == 1) {
		hash(witness->algorithm, content, 4096, &descriptor[0x60]);
	}
	extend_rim(witness, 0, descriptor);
}

static void witness_rec(struct witness *witness, const struct rmi_rec_params *params)
{
	uint8_t descriptor[DESCRIPTOR] = {0};
	uint8_t image[4096] = {0};

	if ((params->flags & 1) == 0) {
		return;
	}
	put64(&image[0x000], params->flags);
	put64(&image[0x200], params->pc);
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		put64(&image[0x300 + 8 * i], params->gprs[i]);
	}
	hash(witness->algorithm, image, sizeof(image), &descriptor[0x50]);
	extend_rim(witness, 1, descriptor);
}

static void witness_ripas(struct witness *witness, uint64_t base, uint64_t top)
{
	uint8_t descriptor[DESCRIPTOR] = {0};

	put64(&descriptor[0x50], base);
	put64(&descriptor[0x58], top);
	extend_rim(witness, 2, descriptor);
}

static void witness_rem(struct witness *witness, unsigned index, const void *value, size_t size)
{
	uint8_t both[2 * SLOT];
	size_t length = witness->algorithm == RMI_HASH_SHA_256 ? 32 : 64;

	memcpy(both, witness->slot[index], length);
	memcpy(both + length, value, size);
	hash(witness->algorithm, both, length + size, witness->slot[index]);
}

/* All five measurements as the realm reads them. */
static void all_equal(struct world *w, const struct rec *rec, const struct witness *witness)
{
	for (unsigned i = 0; i < RMI_MEASUREMENT_COUNT; i++) {
		const uint64_t *x = SMC(w, rec, RSI_FID(MEASUREMENT_READ), i, 0, 0, 0);

		assert_int_equal(x[0], RSI_SUCCESS);
		assert_memory_equal(&x[1], witness->slot[i], SLOT);
	}
}

static void extend(struct world *w, const struct rec *rec, uint64_t index, uint64_t size, const uint8_t value[SLOT])
{
	struct step *step;

	script_clear(w);
	step = script_smc(w, RSI_FID(MEASUREMENT_EXTEND), index, size, 0, 0);
	memcpy(&step->x[3], value, SLOT);
	ENTER(w, rec);
	assert_int_equal(w->seen_count, 2);
	assert_int_equal(w->seen[1].x[0], RSI_SUCCESS);
}

static void create(struct world *w, struct realm *realm, unsigned ipa_bits, enum rmi_hash_algorithm algorithm)
{
	realm_prepare(w, realm, ipa_bits);
	realm->params.hash_algo = (uint8_t)algorithm;
	realm_create(w, realm);
}

/* Every kind of extension in one life, in the order of the calls. */
static void whole_life(struct world *w, enum rmi_hash_algorithm algorithm)
{
	struct witness witness;
	struct realm realm;
	struct rec *rec;
	uint8_t value[SLOT];

	create(w, &realm, 40, algorithm);
	witness_realm(&witness, &realm.params);
	realm_tables(w, &realm, 0, 3);
	/* 4 KiB entries, one of them twice; then 2 MiB and 1 GiB entries: one extension per entry. */
	OK(w, RTT_INIT_RIPAS, realm.rd, 0, 3 * WORLD_PAGE);
	OK(w, RTT_INIT_RIPAS, realm.rd, 2 * WORLD_PAGE, 4 * WORLD_PAGE);
	for (uint64_t page = 0; page < 5; page++) {
		uint64_t base = (page < 3 ? page : page - 1) * WORLD_PAGE;

		witness_ripas(&witness, base, base + WORLD_PAGE);
	}
	OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_2M, 3 * WORLD_2M);
	witness_ripas(&witness, WORLD_2M, 2 * WORLD_2M);
	witness_ripas(&witness, 2 * WORLD_2M, 3 * WORLD_2M);
	OK(w, RTT_INIT_RIPAS, realm.rd, WORLD_1G, 2 * WORLD_1G);
	witness_ripas(&witness, WORLD_1G, 2 * WORLD_1G);
	for (unsigned i = 0; i < SLOT; i++) {
		value[i] = (uint8_t)(3 * i + 1);
		((uint8_t *)world_at(w, w->source))[64 * i] = value[i];
	}
	OK(w, DATA_CREATE, realm.rd, world_delegated(w, 1), 0, w->source, 1);
	witness_data(&witness, 0, 1, world_at(w, w->source));
	OK(w, DATA_CREATE, realm.rd, world_delegated(w, 1), 7 * WORLD_PAGE, w->source, 0);
	witness_data(&witness, 7 * WORLD_PAGE, 0, NULL);
	realm_data_unknown(w, &realm, 8 * WORLD_PAGE); /* no extension */
	rec = realm_rec(w, &realm, true);
	witness_rec(&witness, &rec->params);
	realm_rec(w, &realm, false); /* none */
	realm_activate(w, &realm);
	all_equal(w, rec, &witness);
	for (unsigned index = 1; index < RMI_MEASUREMENT_COUNT; index++) {
		static const uint64_t sizes[] = {0, 1, 32, 64, 33};

		for (unsigned i = 0; i < index + 1; i++) {
			extend(w, rec, index, sizes[i], value);
			witness_rem(&witness, index, value, sizes[i]);
		}
	}
	all_equal(w, rec, &witness);
}

static void sha256(void **state)
{
	whole_life(*state, RMI_HASH_SHA_256);
}

static void sha512(void **state)
{
	whole_life(*state, RMI_HASH_SHA_512);
}

static void from_hex(const char *text, uint8_t out[SLOT])
{
	memset(out, 0, SLOT);
	for (size_t i = 0; text[2 * i] != '\0'; i++) {
		unsigned value = 0;

		for (size_t n = 2 * i; n < 2 * i + 2; n++) {
			value = value << 4 | (unsigned)(text[n] <= '9' ? text[n] - '0' : text[n] - 'a' + 10);
		}
		out[i] = (uint8_t)value;
	}
}

/* Known answers for the parameters alone: 48 bits, two breakpoints, two watchpoints. A realm can only read its RIM through a
 * runnable REC, which is measured too: the chain starts from the known answer, not from the witness. */
static void known_answers(void **state)
{
	static const char *const answers[] = {"6739dfb22b75ee1268d08dfa8369f501bc0b066243553f069f560d1fa1172973",
		"799e434048fb57eb9d4f0e2a2b98158720377252deab2bdfcd69b5a8f82237f4"
		"34bd6bb1c75bf160a2d49382f733b3439a3ff769e4ea5dd9a6f72239d44bbbab"};
	struct world *w = *state;

	for (unsigned algorithm = 0; algorithm < RMI_HASH_COUNT; algorithm++) {
		struct witness witness;
		struct realm realm;
		struct rec *rec;
		uint8_t known[SLOT];

		create(w, &realm, 48, algorithm);
		assert_int_equal(realm.params.num_bps, 1);
		assert_int_equal(realm.params.num_wps, 1);
		witness_realm(&witness, &realm.params);
		from_hex(answers[algorithm], known);
		assert_memory_equal(witness.slot[0], known, SLOT);
		memcpy(witness.slot[0], known, SLOT);
		rec = realm_rec(w, &realm, true);
		witness_rec(&witness, &rec->params);
		realm_activate(w, &realm);
		all_equal(w, rec, &witness);
	}
}

/* What is not hashed: RPV, VMID, the place of tables, MPIDR and auxiliary granules; and refused calls extend nothing. */
static void not_measured(void **state)
{
	struct world *w = *state;
	struct witness witness;
	struct realm realm;
	struct rec *rec;

	realm_prepare(w, &realm, 32);
	memset(realm.params.rpv, 0x77, sizeof(realm.params.rpv));
	realm.params.vmid = 99;
	realm.params.num_bps = 3;
	realm.params.num_wps = 2;
	realm_create(w, &realm);
	witness_realm(&witness, &realm.params);
	REFUSED(w, RTT(2, rtt_walk), DATA_CREATE, realm.rd, w->sample[GRANULE_DELEGATED], 0, w->source, 1);
	REFUSED(w, RTT(2, no_progress), RTT_INIT_RIPAS, realm.rd, 0, WORLD_PAGE);
	realm_rec(w, &realm, false);
	rec = realm_rec_prepare(w, &realm, true); /* MPIDR 1 */
	REFUSED(w, INPUT2(rd_state, rd_state), REC_CREATE, w->spare, rec->pa, w->params);
	OK(w, REC_CREATE, realm.rd, rec->pa, w->params);
	witness_rec(&witness, &rec->params);
	realm_activate(w, &realm);
	all_equal(w, rec, &witness);
}

/* Order matters, the level of description too: RAM of the first 2 MiB as one entry, as 512, and after the data. */
static void order(void **state)
{
	struct world *w = *state;

	for (unsigned way = 0; way < 3; way++) {
		struct witness witness;
		struct realm realm;
		struct rec *rec;

		create(w, &realm, 32, RMI_HASH_SHA_256);
		witness_realm(&witness, &realm.params);
		if (way == 0) {
			realm_ram(w, &realm, 0, WORLD_2M);
			witness_ripas(&witness, 0, WORLD_2M);
		}
		realm_tables(w, &realm, 0, 3);
		for (uint64_t ipa = WORLD_PAGE; way == 1 && ipa < WORLD_2M; ipa += WORLD_PAGE) {
			witness_ripas(&witness, ipa, ipa + WORLD_PAGE);
		}
		if (way == 1) {
			realm_ram(w, &realm, WORLD_PAGE, WORLD_2M);
		}
		realm_data(w, &realm, 0, 0x42);
		witness_data(&witness, 0, 1, world_at(w, w->source));
		if (way == 2) {
			realm_ram(w, &realm, WORLD_PAGE, 2 * WORLD_PAGE);
			witness_ripas(&witness, WORLD_PAGE, 2 * WORLD_PAGE);
		}
		rec = realm_rec(w, &realm, true);
		witness_rec(&witness, &rec->params);
		realm_activate(w, &realm);
		all_equal(w, rec, &witness);
	}
}

/* INIT_RIPAS that stops half-way has measured only what it did. */
static void partial_ripas(void **state)
{
	struct world *w = *state;
	struct witness witness;
	struct realm realm;
	struct rec *rec;

	create(w, &realm, 32, RMI_HASH_SHA_512);
	witness_realm(&witness, &realm.params);
	realm_tables(w, &realm, 0, 3);
	realm_data(w, &realm, 2 * WORLD_PAGE, 0x42);
	witness_data(&witness, 2 * WORLD_PAGE, 1, world_at(w, w->source));
	assert_int_equal(OK(w, RTT_INIT_RIPAS, realm.rd, 0, WORLD_2M).out[0], 2 * WORLD_PAGE);
	witness_ripas(&witness, 0, WORLD_PAGE);
	witness_ripas(&witness, WORLD_PAGE, 2 * WORLD_PAGE);
	rec = realm_rec(w, &realm, true);
	witness_rec(&witness, &rec->params);
	realm_activate(w, &realm);
	all_equal(w, rec, &witness);
}

/* Sixteen entries a call: what is measured of a whole table is the same as in one piece. */
static void whole_table(void **state)
{
	struct world *w = *state;
	struct witness witness;
	struct realm realm;
	struct rec *rec;
	unsigned calls = 0;

	create(w, &realm, 32, RMI_HASH_SHA_256);
	witness_realm(&witness, &realm.params);
	realm_tables(w, &realm, 0, 3);
	for (uint64_t base = 0; base < WORLD_2M; calls++) {
		base = OK(w, RTT_INIT_RIPAS, realm.rd, base, WORLD_2M).out[0];
	}
	assert_int_equal(calls, WORLD_ENTRIES / 16);
	for (uint64_t base = 0; base < WORLD_2M; base += WORLD_PAGE) {
		witness_ripas(&witness, base, base + WORLD_PAGE);
	}
	rec = realm_rec(w, &realm, true);
	witness_rec(&witness, &rec->params);
	realm_activate(w, &realm);
	all_equal(w, rec, &witness);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sha256, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(sha512, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(known_answers, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(not_measured, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(whole_table, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(order, world_setup, world_teardown),
		cmocka_unit_test_setup_teardown(partial_ripas, world_setup, world_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
