/* SPDX-License-Identifier: BSD-2-Clause */
/* attest.c - a realm that proves what it is: the host hands it a challenge, it fetches a CCA token for that, and hands the token out.
 *
 *   host --challenge, shared buffer--> realm --TOKEN_INIT, TOKEN_CONTINUE...--> token --shared buffer--> host
 *
 * Neither is secret: the token says who made it, and the challenge is the relying party's. (spec: rmm-v1.0 s7, s11) */
#include <stdalign.h>

#include "guest/runtime/bytes.h"
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { PAGE_BYTES = 4096, CHALLENGE_BYTES = 64, SLICE_BYTES = 1000, TOKEN_BYTES_MAX = 0x8000, IDLE_MAX = 1000 };

static alignas(RSI_HOST_CALL_ALIGN) struct rsi_host_call request;
static alignas(PAGE_BYTES) uint8_t page[PAGE_BYTES];
static uint8_t token[TOKEN_BYTES_MAX];

/* A host call with X0; what the host leaves there. */
static uint64_t ask(enum reeve_host_call imm, uint64_t x0)
{
	uint64_t status;

	memset(&request, 0, sizeof(request));
	request.imm = (uint16_t)imm;
	request.gprs[0] = x0;
	status = rsi_host_call(&request);
	if (status != RSI_SUCCESS) {
		fail("RSI_HOST_CALL 0x%x gives %lu", (unsigned)imm, status);
	}
	return request.gprs[0];
}

static uint64_t shared_buffer(const struct machine *machine)
{
	struct fdt_reg shared;

	if (!fdt_find_compatible(&machine->fdt, "reeve,shared-buffer", 0, &shared) ||
		shared.base != unprotected(machine, shared.base) || shared.size < TOKEN_BYTES_MAX) {
		fail("the device tree has no shared buffer of %u bytes", TOKEN_BYTES_MAX);
	}
	return shared.base;
}

static void challenge_take(uint64_t shared, uint8_t challenge[CHALLENGE_BYTES])
{
	uint64_t size = ask(HOST_CALL_CHALLENGE, 0);

	if (size == 0) {
		fail("the host has no challenge: it needs --challenge");
	}
	if (size != CHALLENGE_BYTES) {
		fail("the challenge has %lu bytes, RSI_ATTESTATION_TOKEN_INIT takes %u", size, CHALLENGE_BYTES);
	}
	for (unsigned i = 0; i < CHALLENGE_BYTES; i++) {
		challenge[i] = mmio_read8(shared + i);
	}
}

/* The token in slices. Returns its size. */
static uint64_t token_fetch(const uint8_t challenge[CHALLENGE_BYTES])
{
	uint64_t status = rsi_attestation_token_init(challenge);
	uint64_t size = 0;
	unsigned idle = 0;

	if (status != RSI_SUCCESS) {
		fail("RSI_ATTESTATION_TOKEN_INIT gives %lu", status);
	}
	do {
		uint64_t length = 0;

		status = rsi_attestation_token_continue(page, 0, SLICE_BYTES, &length);
		if (status != RSI_SUCCESS && status != RSI_INCOMPLETE) {
			fail("RSI_ATTESTATION_TOKEN_CONTINUE gives %lu", status);
		}
		if (length > SLICE_BYTES || length > TOKEN_BYTES_MAX - size) {
			fail("%lu bytes behind %lu are more than were asked for or have room", length, size);
		}
		/* An interrupt was taken, or the monitor signed: nothing yet. But not for ever. */
		idle = length == 0 ? idle + 1 : 0;
		if (idle == IDLE_MAX) {
			fail("the monitor makes no progress");
		}
		memcpy(token + size, page, length);
		size += length;
	} while (status == RSI_INCOMPLETE);
	return size;
}

static void token_give(uint64_t shared, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++) {
		mmio_write8(shared + i, token[i]);
	}
	if (ask(HOST_CALL_TOKEN, size) != 0) {
		fail("the host does not want the token: it needs --token");
	}
}

static void attest(const struct machine *machine)
{
	uint8_t challenge[CHALLENGE_BYTES];
	uint64_t shared = shared_buffer(machine);
	uint64_t size;

	challenge_take(shared, challenge);
	print("challenge ");
	print_bytes(challenge, sizeof(challenge));
	print("\n");
	size = token_fetch(challenge);
	print("token of %lu bytes\n", size);
	token_give(shared, size);
}

const struct program program = {"attest", attest};
