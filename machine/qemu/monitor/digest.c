/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.c - SHA-256, SHA-384 and SHA-512 by BearSSL, which uses FP registers: the host's are put aside meanwhile. */
#include <bearssl/bearssl_hash.h>

#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/platform.h"

static void sha256(const void *data, size_t size, uint8_t *out)
{
	br_sha256_context context;

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
