/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.c - RIM and REM rules: descriptors laid out byte by byte, then one digest. */
#include "reeve/measure.h"

#include <string.h>

/* The descriptor each extension of a RIM hashes (RMM v1.0 section B4.4; fact sheet section 8). */
enum {
	DESCRIPTOR_SIZE = 0x100,
	DESCRIPTOR_TYPE = 0x00,
	DESCRIPTOR_LENGTH = 0x08,
	DESCRIPTOR_RIM = 0x10,
	DATA_IPA = 0x50,
	DATA_FLAGS = 0x58,
	DATA_CONTENT = 0x60,
	REC_CONTENT = 0x50,
	RIPAS_BASE = 0x50,
	RIPAS_TOP = 0x58,
};

enum descriptor_type { DESCRIPTOR_DATA, DESCRIPTOR_REC, DESCRIPTOR_RIPAS };

struct descriptor {
	uint8_t bytes[DESCRIPTOR_SIZE];
};

static void store_le64(uint8_t *to, uint64_t value)
{
	for (unsigned i = 0; i < sizeof(value); i++) {
		to[i] = (uint8_t)(value >> (8 * i));
	}
}

/* Digest into a slot. `data` may overlap `slot`: the slot is written when the digest is known. */
static void digest_slot(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm, const void *data,
	size_t size, uint8_t slot[RMI_MEASUREMENT_SIZE])
{
	uint8_t padded[RMI_MEASUREMENT_SIZE] = {0};

	hasher->digest(hasher->context, algorithm, data, size, padded);
	memcpy(slot, padded, sizeof(padded));
}

static void descriptor_begin(struct descriptor *d, enum descriptor_type type, const uint8_t rim[RMI_MEASUREMENT_SIZE])
{
	memset(d, 0, sizeof(*d));
	d->bytes[DESCRIPTOR_TYPE] = (uint8_t)type;
	store_le64(d->bytes + DESCRIPTOR_LENGTH, DESCRIPTOR_SIZE);
	memcpy(d->bytes + DESCRIPTOR_RIM, rim, RMI_MEASUREMENT_SIZE);
}

void reeve_rim_realm(
	const struct reeve_hasher *hasher, const struct rmi_realm_params *params, uint8_t rim[RMI_MEASUREMENT_SIZE])
{
	uint8_t image[sizeof(struct rmi_realm_params)] = {0};

	store_le64(image + offsetof(struct rmi_realm_params, flags), params->flags);
	image[offsetof(struct rmi_realm_params, s2sz)] = params->s2sz;
	image[offsetof(struct rmi_realm_params, sve_vl)] = params->sve_vl;
	image[offsetof(struct rmi_realm_params, num_bps)] = params->num_bps;
	image[offsetof(struct rmi_realm_params, num_wps)] = params->num_wps;
	image[offsetof(struct rmi_realm_params, pmu_num_ctrs)] = params->pmu_num_ctrs;
	image[offsetof(struct rmi_realm_params, hash_algo)] = params->hash_algo;
	digest_slot(hasher, (enum rmi_hash_algorithm)params->hash_algo, image, sizeof(image), rim);
}

void reeve_rim_content(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm, const void *granule,
	uint8_t content[RMI_MEASUREMENT_SIZE])
{
	digest_slot(hasher, algorithm, granule, REEVE_GRANULE_SIZE, content);
}

void reeve_rim_data(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], uint64_t ipa, uint64_t flags, const uint8_t *content)
{
	struct descriptor d;

	descriptor_begin(&d, DESCRIPTOR_DATA, rim);
	store_le64(d.bytes + DATA_IPA, ipa);
	store_le64(d.bytes + DATA_FLAGS, flags);
	if (content != NULL) {
		memcpy(d.bytes + DATA_CONTENT, content, RMI_MEASUREMENT_SIZE);
	}
	digest_slot(hasher, algorithm, d.bytes, sizeof(d.bytes), rim);
}

/* A granule with what is measured of the parameters, and zeroes elsewhere. */
static void rec_image(const struct rmi_rec_params *params, uint8_t *image, size_t size)
{
	memset(image, 0, size);
	store_le64(image + offsetof(struct rmi_rec_params, flags), params->flags);
	store_le64(image + offsetof(struct rmi_rec_params, pc), params->pc);
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		store_le64(image + offsetof(struct rmi_rec_params, gprs) + i * sizeof(uint64_t), params->gprs[i]);
	}
}

static void rec_extend(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], const void *image, size_t size)
{
	struct descriptor d;

	descriptor_begin(&d, DESCRIPTOR_REC, rim);
	digest_slot(hasher, algorithm, image, size, d.bytes + REC_CONTENT);
	digest_slot(hasher, algorithm, d.bytes, sizeof(d.bytes), rim);
}

void reeve_rim_rec(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], const struct rmi_rec_params *params)
{
	uint8_t image[sizeof(struct rmi_rec_params)];

	rec_image(params, image, sizeof(image));
	rec_extend(hasher, algorithm, rim, image, sizeof(image));
}

void reeve_rim_ripas(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], uint64_t base, uint64_t top)
{
	struct descriptor d;

	descriptor_begin(&d, DESCRIPTOR_RIPAS, rim);
	store_le64(d.bytes + RIPAS_BASE, base);
	store_le64(d.bytes + RIPAS_TOP, top);
	digest_slot(hasher, algorithm, d.bytes, sizeof(d.bytes), rim);
}

void reeve_rem_extend(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rem[RMI_MEASUREMENT_SIZE], const void *value, size_t size)
{
	uint8_t joined[2 * RMI_MEASUREMENT_SIZE];
	size_t old_size = rmi_hash_size(algorithm);
	size_t new_size = size < RMI_MEASUREMENT_SIZE ? size : RMI_MEASUREMENT_SIZE;

	memcpy(joined, rem, old_size);
	memcpy(joined + old_size, value, new_size);
	digest_slot(hasher, algorithm, joined, old_size + new_size, rem);
}

#define HASH(name) (1U << (name))

/* Source: attestation fact sheet section 1, sets A, B, C; RMM 1.0 B4.3, TF-RMM v0.9.0, RMM 2.0 beta B4.5. */
static const struct reeve_rules rule_sets[] = {
	{"1.0", "RMM 1.0, and TF-RMM up to v0.8", true, true, false, HASH(RMI_HASH_SHA_256) | HASH(RMI_HASH_SHA_512),
		REEVE_GRANULE_SIZE},
	{"tf-rmm-0.9", "TF-RMM from v0.9 on: INIT_RIPAS is not measured", true, false, false,
		HASH(RMI_HASH_SHA_256) | HASH(RMI_HASH_SHA_512) | HASH(RMI_V2_HASH_SHA_384), REEVE_GRANULE_SIZE},
	{"2.0-beta", "RMM 2.0 beta: neither the parameters nor INIT_RIPAS are measured", false, false, true,
		HASH(RMI_HASH_SHA_256) | HASH(RMI_HASH_SHA_512) | HASH(RMI_V2_HASH_SHA_384), 0x1000 | 0x4000 | 0x10000},
};

const struct reeve_rules *reeve_rules(size_t *count)
{
	*count = sizeof(rule_sets) / sizeof(rule_sets[0]);
	return rule_sets;
}

void reeve_chain_begin(struct reeve_chain *chain, const struct reeve_rules *rules, const struct reeve_hasher *hasher,
	const struct rmi_realm_params *params, size_t granule)
{
	memset(chain, 0, sizeof(*chain));
	chain->rules = rules;
	chain->hasher = *hasher;
	chain->algorithm = (enum rmi_hash_algorithm)params->hash_algo;
	chain->granule = granule;
	if (rules->measures_params) {
		reeve_rim_realm(hasher, params, chain->rim);
	}
}

void reeve_chain_ripas(struct reeve_chain *chain, uint64_t base, uint64_t top)
{
	if (chain->rules->measures_ripas) {
		reeve_rim_ripas(&chain->hasher, chain->algorithm, chain->rim, base, top);
	}
}

void reeve_chain_data(struct reeve_chain *chain, uint64_t ipa, uint64_t flags, const uint8_t *content)
{
	reeve_rim_data(&chain->hasher, chain->algorithm, chain->rim, ipa, flags, content);
}

void reeve_chain_rec(struct reeve_chain *chain, const struct rmi_rec_params *params, void *scratch)
{
	if (FIELD_GET(params->flags, REC_FLAG_RUNNABLE) != 0) {
		rec_image(params, (uint8_t *)scratch, chain->granule);
		rec_extend(&chain->hasher, chain->algorithm, chain->rim, scratch, chain->granule);
	}
}

void reeve_chain_rem(struct reeve_chain *chain, unsigned index, const void *value, size_t size)
{
	uint8_t joined[2 * RMI_MEASUREMENT_SIZE] = {0};

	if (!chain->rules->pads_rem) {
		reeve_rem_extend(&chain->hasher, chain->algorithm, chain->rem[index], value, size);
		return;
	}
	memcpy(joined, chain->rem[index], RMI_MEASUREMENT_SIZE);
	memcpy(joined + RMI_MEASUREMENT_SIZE, value, size < RMI_MEASUREMENT_SIZE ? size : RMI_MEASUREMENT_SIZE);
	digest_slot(&chain->hasher, chain->algorithm, joined, sizeof(joined), chain->rem[index]);
}
