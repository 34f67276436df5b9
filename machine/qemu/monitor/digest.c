/* SPDX-License-Identifier: BSD-2-Clause */
/* digest.c - SHA-256 the quicker of two ways, SHA-384 and SHA-512 by BearSSL. What uses SIMD registers puts the host's aside meanwhile. */
#include <bearssl/bearssl_hash.h>

#include <string.h>

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/sysreg.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/platform.h"
#include "machine/qemu/monitor/sha256.h"

enum { TRIES = 3 };

/* Silicon is far quicker by its SHA instructions; an emulator, which calls a function for each, by plain ones. Set once, at boot. */
static bool is_sha_quicker;

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

static void sha256_by_simd(struct fp_ns *ns_fp, const void *data, size_t size, uint8_t *out)
{
	fp_take(ns_fp);
	sha256(sha256_by_sha, data, size, out);
	fp_give(ns_fp);
}

static uint64_t counter(void)
{
	isb();
	return sysreg_read(CNTPCT_EL0);
}

void digest_choose(unsigned cpu, struct reeve_pa granule)
{
	struct fp_ns *ns_fp = &cpu_at(cpu)->ns_fp;
	const uint8_t *data = pointer_at(granule.value);
	uint64_t by_sha = UINT64_MAX;
	uint64_t by_integers = UINT64_MAX;
	uint8_t one[SHA256_SIZE];
	uint8_t other[SHA256_SIZE];

	if (FIELD_GET(sysreg_read(ID_AA64ISAR0_EL1), ISAR0_SHA2) == 0) {
		return;
	}
	for (unsigned i = 0; i < TRIES; i++) {
		uint64_t begin = counter();
		uint64_t middle, end;

		sha256_by_simd(ns_fp, data, REEVE_GRANULE_SIZE, one);
		middle = counter();
		sha256(sha256_by_integers, data, REEVE_GRANULE_SIZE, other);
		end = counter();
		by_sha = middle - begin < by_sha ? middle - begin : by_sha;
		by_integers = end - middle < by_integers ? end - middle : by_integers;
	}
	if (memcmp(one, other, sizeof(one)) != 0) {
		stop("two ways to SHA-256 differ");
	}
	is_sha_quicker = by_sha < by_integers;
}

void platform_digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out)
{
	struct fp_ns *ns_fp = &cpu_at(cpu)->ns_fp;

	(void)context;
	switch (algorithm) {
	case RMI_HASH_SHA_256:
		if (is_sha_quicker) {
			sha256_by_simd(ns_fp, data, size, out);
		} else {
			sha256(sha256_by_integers, data, size, out);
		}
		break;
	case RMI_HASH_SHA_512:
		fp_take(ns_fp);
		sha512(data, size, out);
		fp_give(ns_fp);
		break;
	case RMI_V2_HASH_SHA_384:
		fp_take(ns_fp);
		sha384(data, size, out);
		fp_give(ns_fp);
		break;
	case RMI_V2_HASH_COUNT:
		break;
	}
}
