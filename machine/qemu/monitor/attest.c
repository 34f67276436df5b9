/* SPDX-License-Identifier: BSD-2-Clause */
/* attest.c - the realm attestation key and the platform token, from EL3 when they are first asked for; ES384 by BearSSL.
 *
 * A1: key and token are written once, under the lock, and read after that without. The private scalar never leaves this file.
 * A2: the shared page holds neither after the call that fetched it.
 * Source: fact sheet qemu-rme-machine s4. TF-A for QEMU looks at no challenge: its key is fixed, and so is the token made for that key. */
#include <bearssl/bearssl_ec.h>
#include <string.h>

#include "machine/qemu/bare/pointer.h"
#include "machine/qemu/bare/spinlock.h"
#include "machine/qemu/monitor/cpu.h"
#include "machine/qemu/monitor/el3.h"
#include "machine/qemu/monitor/layout.h"
#include "machine/qemu/monitor/platform.h"

enum { SCALAR_SIZE = 48, TOKEN_MAX = 16384, PARTS_MINOR = 5, UNCOMPRESSED = 4 };

enum state { STATE_NONE, STATE_READY, STATE_ABSENT };

static struct {
	struct spinlock lock;
	bool has_parts; /* EL3 says how much of the token is left */
	_Atomic enum state key;
	uint8_t scalar[SCALAR_SIZE];
	uint8_t point[PLATFORM_POINT_SIZE];
	_Atomic enum state token_state;
	uint8_t token[TOKEN_MAX];
	size_t token_size;
} attest;

void attest_start(unsigned interface_minor)
{
	attest.has_parts = interface_minor >= PARTS_MINOR;
}

static br_ec_private_key private_key(void)
{
	return (br_ec_private_key){.curve = BR_EC_secp384r1, .x = attest.scalar, .xlen = SCALAR_SIZE};
}

/* With the lock and the FP registers. */
static bool key_fetch(void)
{
	struct reeve_pa shared = layout_shared();
	uint8_t *page = pointer_at(shared.value);
	bool is_whole = el3_realm_key(shared, REEVE_GRANULE_SIZE) == SCALAR_SIZE;
	uint8_t public[BR_EC_KBUF_PUB_MAX_SIZE];
	br_ec_private_key key = private_key();

	memcpy(attest.scalar, page, SCALAR_SIZE);
	memset(page, 0, REEVE_GRANULE_SIZE);
	if (!is_whole || br_ec_compute_pub(&br_ec_prime_i31, NULL, public, &key) != 1 + PLATFORM_POINT_SIZE ||
		public[0] != UNCOMPRESSED) {
		memset(attest.scalar, 0, SCALAR_SIZE);
		return false;
	}
	memcpy(attest.point, public + 1, PLATFORM_POINT_SIZE);
	return true;
}

/* With the lock. */
static bool token_fetch(const uint8_t challenge[static PLATFORM_CHALLENGE_SIZE])
{
	struct reeve_pa shared = layout_shared();
	uint8_t *page = pointer_at(shared.value);
	uint64_t challenge_size = PLATFORM_CHALLENGE_SIZE;
	uint64_t size, left;

	memset(page, 0, REEVE_GRANULE_SIZE);
	memcpy(page, challenge, PLATFORM_CHALLENGE_SIZE);
	do {
		if (!el3_platform_token(shared, REEVE_GRANULE_SIZE, challenge_size, &size, &left) || size == 0 ||
			size > TOKEN_MAX - attest.token_size) {
			return false;
		}
		memcpy(attest.token + attest.token_size, page, size);
		attest.token_size += size;
		challenge_size = 0;
	} while (attest.has_parts && left != 0);
	memset(page, 0, REEVE_GRANULE_SIZE);
	return true;
}

/* Is the key there? Fetched if nobody has asked yet. FP registers are this CPU's own meanwhile. */
static bool key_is_ready(void)
{
	if (attest.key == STATE_NONE) {
		spinlock_take(&attest.lock);
		if (attest.key == STATE_NONE) {
			attest.key = key_fetch() ? STATE_READY : STATE_ABSENT;
		}
		spinlock_give(&attest.lock);
	}
	return attest.key == STATE_READY;
}

bool attest_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE])
{
	struct fp_ns *ns_fp = &cpu_at(cpu)->ns_fp;
	bool is_ready;

	(void)context;
	fp_take(ns_fp);
	is_ready = key_is_ready();
	fp_give(ns_fp);
	if (is_ready) {
		memcpy(point, attest.point, PLATFORM_POINT_SIZE);
	}
	return is_ready;
}

/* BearSSL's nonce is deterministic (RFC 6979): no source of randomness is needed. */
static bool sign(const void *message, size_t size, uint8_t *signature)
{
	uint8_t hash[br_sha384_SIZE];
	br_sha384_context context;
	br_ec_private_key key = private_key();

	br_sha384_init(&context);
	br_sha384_update(&context, message, size);
	br_sha384_out(&context, hash);
	return br_ecdsa_i31_sign_raw(&br_ec_prime_i31, &br_sha384_vtable, hash, &key, signature) ==
		PLATFORM_SIGNATURE_SIZE;
}

bool attest_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE])
{
	struct fp_ns *ns_fp = &cpu_at(cpu)->ns_fp;
	uint8_t made[PLATFORM_SIGNATURE_SIZE];
	bool is_signed;

	(void)context;
	fp_take(ns_fp);
	is_signed = key_is_ready() && sign(message, size, made);
	fp_give(ns_fp);
	if (is_signed) {
		memcpy(signature, made, sizeof(made));
	}
	return is_signed;
}

bool attest_platform_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token)
{
	(void)context;
	(void)cpu;
	if (attest.token_state == STATE_NONE) {
		spinlock_take(&attest.lock);
		if (attest.token_state == STATE_NONE) {
			attest.token_state = token_fetch(challenge) ? STATE_READY : STATE_ABSENT;
		}
		spinlock_give(&attest.lock);
	}
	if (attest.token_state != STATE_READY) {
		return false;
	}
	*token = (struct reeve_span){attest.token, attest.token_size};
	return true;
}
