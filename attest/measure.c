/* SPDX-License-Identifier: BSD-2-Clause */
/* measure.c - RIM and REM rules of RMM 1.0: descriptors laid out byte by byte, then one digest. */
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

void reeve_rim_rec(const struct reeve_hasher *hasher, enum rmi_hash_algorithm algorithm,
	uint8_t rim[RMI_MEASUREMENT_SIZE], const struct rmi_rec_params *params)
{
	uint8_t image[sizeof(struct rmi_rec_params)] = {0};
	struct descriptor d;

	store_le64(image + offsetof(struct rmi_rec_params, flags), params->flags);
	store_le64(image + offsetof(struct rmi_rec_params, pc), params->pc);
	for (unsigned i = 0; i < RMI_REC_PARAMS_GPRS; i++) {
		store_le64(image + offsetof(struct rmi_rec_params, gprs) + i * sizeof(uint64_t), params->gprs[i]);
	}
	descriptor_begin(&d, DESCRIPTOR_REC, rim);
	digest_slot(hasher, algorithm, image, sizeof(image), d.bytes + REC_CONTENT);
	digest_slot(hasher, algorithm, d.bytes, sizeof(d.bytes), rim);
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
