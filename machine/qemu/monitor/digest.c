/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.c - SHA-256, SHA-384 and SHA-512 by BearSSL, SHA-256 by the CPU where it can. All use FP registers: the host's are put aside meanwhile. */
#include <bearssl/bearssl_hash.h>

#include <string.h>

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/platform.h"

enum { SHA256_BLOCK = 64, SHA256_WORDS = 8, SHA256_LENGTH = 8 /* bytes at the end of the last block */ };

/* sha256.S */
void sha256_blocks(uint32_t state[SHA256_WORDS], const uint8_t *data, size_t blocks);

static void store_be(uint8_t *to, uint64_t value, unsigned size)
{
	for (unsigned i = 0; i < size; i++) {
		to[i] = (uint8_t)(value >> (8 * (size - 1 - i)));
	}
}

/* By the CPU's instructions: whole blocks where they stand, then the rest with its padding (FIPS 180-4, section 5.1.1). */
static void sha256_by_cpu(const uint8_t *data, size_t size, uint8_t *out)
{
	uint32_t state[SHA256_WORDS] = {
		0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	size_t rest = size % SHA256_BLOCK;
	uint8_t last[2 * SHA256_BLOCK] = {0};
	size_t blocks = rest + 1 + SHA256_LENGTH <= SHA256_BLOCK ? 1 : 2;

	sha256_blocks(state, data, size / SHA256_BLOCK);
	memcpy(last, data + size - rest, rest);
	last[rest] = 0x80;
	store_be(last + blocks * SHA256_BLOCK - SHA256_LENGTH, (uint64_t)size * 8, SHA256_LENGTH);
	sha256_blocks(state, last, blocks);
	for (unsigned i = 0; i < SHA256_WORDS; i++) {
		store_be(out + sizeof(state[i]) * i, state[i], sizeof(state[i]));
	}
}

static void sha256(const void *data, size_t size, uint8_t *out)
{
	br_sha256_context context;

	if (FIELD_GET(sysreg_read(ID_AA64ISAR0_EL1), ISAR0_SHA2) != 0) {
		sha256_by_cpu(data, size, out);
		return;
	}
	br_sha256_init(&context);
	br_sha256_update(&context, data, size);
	br_sha256_out(&context, out);
}

static void sha384(const void *data, size_t size, uint8_t *out)
{
	br_sha384_context context;

	br_sha384_init(&context);
	br_sha384_update(&context, data, size);
	br_sha384_out(&context, out);
}

static void sha512(const void *data, size_t size, uint8_t *out)
{
	br_sha512_context context;

	br_sha512_init(&context);
	br_sha512_update(&context, data, size);
	br_sha512_out(&context, out);
}

void platform_digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	struct fp_ns *ns_fp = &cpu_at(cpu)->ns_fp;

	(void)context;
	fp_take(ns_fp);
	switch (algorithm) {
	case RMI_HASH_SHA_256:
		sha256(data, size, out);
		break;
	case RMI_HASH_SHA_512:
		sha512(data, size, out);
		break;
	case RMI_V2_HASH_SHA_384:
		sha384(data, size, out);
		break;
	case RMI_V2_HASH_COUNT:
		break;
	}
	fp_give(ns_fp);
}
