/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_rim.c - the RIM of a realm, started and extended. Fact sheet section 8; digests by libcrypto. */
#include <assert.h>
#include <string.h>

#include <openssl/evp.h>

#include "reeve/field.h"
#include "tests/oracle/support/ask.h"

/* Descriptors that extend a RIM: 0x100 bytes, unnamed ones zero. */
enum { DESCRIPTOR_DATA, DESCRIPTOR_REC, DESCRIPTOR_RIPAS, DESCRIPTOR_SIZE = 0x100 };

struct descriptor {
	uint8_t type;
	uint8_t pad_01[7];
	uint64_t length;
	uint8_t rim[RMI_MEASUREMENT_SIZE];
	union {
		struct {
			uint64_t ipa;
			uint64_t flags;
			uint8_t content[RMI_MEASUREMENT_SIZE];
		} data;
		struct {
			uint8_t content[RMI_MEASUREMENT_SIZE];
		} rec;
		struct {
			uint64_t base;
			uint64_t top;
		} ripas;
		uint8_t pad[DESCRIPTOR_SIZE - 0x50];
	};
};

_Static_assert(sizeof(struct descriptor) == DESCRIPTOR_SIZE, "size of a descriptor");
_Static_assert(offsetof(struct descriptor, data.ipa) == 0x50, "offset of what is measured");
_Static_assert(offsetof(struct descriptor, data.content) == 0x60, "offset of the content");

static void digest(const struct world_realm *realm, const void *data, size_t size, uint8_t out[RMI_MEASUREMENT_SIZE])
{
	const EVP_MD *md = realm->hash_algo == RMI_HASH_SHA_256 ? EVP_sha256() : EVP_sha512();
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned length = 0;
	int done = EVP_Digest(data, size, sum, &length, md, NULL);

	assert(done == 1 && length == rmi_hash_size(realm->hash_algo));
	(void)done;
	memset(out, 0, RMI_MEASUREMENT_SIZE);
	memcpy(out, sum, length);
}

static void extend(struct world_realm *realm, struct descriptor *d, uint8_t type)
{
	d->type = type;
	d->length = DESCRIPTOR_SIZE;
	memcpy(d->rim, realm->measurements[0], sizeof(d->rim));
	digest(realm, d, sizeof(*d), realm->measurements[0]);
}

void oracle_rim_realm(struct world_realm *realm, const struct rmi_realm_params *params)
{
	struct rmi_realm_params measured = {
		.flags = params->flags,
		.s2sz = params->s2sz,
		.sve_vl = params->sve_vl,
		.num_bps = params->num_bps,
		.num_wps = params->num_wps,
		.pmu_num_ctrs = params->pmu_num_ctrs,
		.hash_algo = params->hash_algo,
	};

	digest(realm, &measured, sizeof(measured), realm->measurements[0]);
}

void oracle_rim_data(struct world_realm *realm, uint64_t ipa, uint64_t flags, const void *content)
{
	struct descriptor d = {.data = {.ipa = ipa, .flags = flags}};

	if (FIELD_GET(flags, DATA_FLAG_MEASURE) != 0) {
		digest(realm, content, REEVE_GRANULE_SIZE, d.data.content);
	}
	extend(realm, &d, DESCRIPTOR_DATA);
}

void oracle_rim_rec(struct world_realm *realm, const struct rmi_rec_params *params)
{
	struct rmi_rec_params measured = {.flags = params->flags, .pc = params->pc};
	struct descriptor d = {.length = 0};

	memcpy(measured.gprs, params->gprs, sizeof(measured.gprs));
	digest(realm, &measured, sizeof(measured), d.rec.content);
	extend(realm, &d, DESCRIPTOR_REC);
}

void oracle_rim_ripas(struct world_realm *realm, uint64_t base, uint64_t top)
{
	struct descriptor d = {.ripas = {.base = base, .top = top}};

	extend(realm, &d, DESCRIPTOR_RIPAS);
}
