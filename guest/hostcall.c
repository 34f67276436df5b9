/* SPDX-License-Identifier: BSD-2-Clause */
/* hostcall.c - a realm that asks its host for something: the host inverts the registers of call 0x1234. */
#include <stdalign.h>

#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { CALL_OTHER = 0x4321, SHOWN = 3 };

static alignas(RSI_HOST_CALL_ALIGN) struct rsi_host_call call;

static uint64_t argument(unsigned i)
{
	return UINT64_C(0x0123456789abcdef) * (i + 1);
}

/* Make the call and check each register that comes back: inverted or as it was. */
static void exchange(uint16_t imm, bool is_inverted)
{
	uint64_t status;

	call.imm = imm;
	for (unsigned i = 0; i < RSI_HOST_CALL_GPRS; i++) {
		call.gprs[i] = argument(i);
	}
	status = rsi_host_call(&call);
	if (status != RSI_SUCCESS) {
		fail("RSI_HOST_CALL 0x%x gives %lu", imm, status);
	}
	if (call.imm != imm) {
		fail("the host changed imm from 0x%x to 0x%x", imm, call.imm);
	}
	for (unsigned i = 0; i < RSI_HOST_CALL_GPRS; i++) {
		uint64_t expected = is_inverted ? ~argument(i) : argument(i);

		if (i < SHOWN) {
			print("call 0x%x x%u: 0x%lx -> 0x%lx\n", imm, i, argument(i), call.gprs[i]);
		}
		if (call.gprs[i] != expected) {
			fail("call 0x%x x%u: 0x%lx, expected 0x%lx", imm, i, call.gprs[i], expected);
		}
	}
}

static void refused(const char *what, uint64_t address)
{
	struct call result = call4(RSI_FID(HOST_CALL), address, 0, 0, 0);

	if (result.x[0] != RSI_ERROR_INPUT) {
		fail("%s: status %lu", what, result.x[0]);
	}
	print("%s: ERROR_INPUT\n", what);
}

static void hostcall(const struct machine *machine)
{
	uint64_t address = (uintptr_t)&call;

	exchange(HOST_CALL_INVERT, true);
	exchange(CALL_OTHER, false);
	refused("unaligned address", address + 8);
	refused("unprotected address", unprotected(machine, address));
}

const struct program program = {"hostcall", hostcall};
