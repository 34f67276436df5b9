/* SPDX-License-Identifier: BSD-2-Clause */
/* services.c - RSI and PSCI calls over one SMC function. */
#include "guest/runtime/services.h"

#include "guest/runtime/bytes.h"
#include "reeve/field.h"

struct call call4(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4)
{
	struct call call = {{fid, x1, x2, x3, x4}};

	smc(call.x);
	return call;
}

uint64_t rsi_realm_config(struct rsi_realm_config *config)
{
	return call4(RSI_FID(REALM_CONFIG), (uintptr_t)config, 0, 0, 0).x[0];
}

uint64_t rsi_host_call(struct rsi_host_call *call)
{
	return call4(RSI_FID(HOST_CALL), (uintptr_t)call, 0, 0, 0).x[0];
}

uint64_t rsi_measurement_read(uint64_t index, uint8_t value[64])
{
	struct call call = call4(RSI_FID(MEASUREMENT_READ), index, 0, 0, 0);

	memcpy(value, &call.x[1], 64);
	return call.x[0];
}

uint64_t rsi_measurement_extend(uint64_t index, const uint8_t value[64], uint64_t size)
{
	struct call call = {{RSI_FID(MEASUREMENT_EXTEND), index, size}};

	memcpy(&call.x[3], value, 64);
	smc(call.x);
	return call.x[0];
}

uint64_t rsi_attestation_token_init(const uint8_t challenge[64])
{
	struct call call = {{RSI_FID(ATTESTATION_TOKEN_INIT)}};

	memcpy(&call.x[1], challenge, 64);
	smc(call.x);
	return call.x[0];
}

uint64_t rsi_attestation_token_continue(uint8_t page[4096], uint64_t offset, uint64_t size, uint64_t *length)
{
	struct call call = call4(RSI_FID(ATTESTATION_TOKEN_CONTINUE), (uintptr_t)page, offset, size, 0);

	*length = call.x[0] == RSI_SUCCESS || call.x[0] == RSI_INCOMPLETE ? call.x[1] : 0;
	return call.x[0];
}

bool rsi_ipa_state_set(uint64_t base, uint64_t top, uint64_t ripas)
{
	while (base < top) {
		struct call call =
			call4(RSI_FID(IPA_STATE_SET), base, top, ripas, FIELD_MASK(RIPAS_FLAG_CHANGE_DESTROYED));

		if (call.x[0] != RSI_SUCCESS || call.x[2] != RSI_ACCEPT || call.x[1] <= base) {
			return false;
		}
		base = call.x[1];
	}
	return true;
}

bool rsi_ipa_state_is(uint64_t base, uint64_t top, uint64_t ripas)
{
	while (base < top) {
		struct call call = call4(RSI_FID(IPA_STATE_GET), base, top, 0, 0);

		if (call.x[0] != RSI_SUCCESS || call.x[2] != ripas || call.x[1] <= base) {
			return false;
		}
		base = call.x[1];
	}
	return true;
}

int64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
	return (int64_t)call4(PSCI_FID64_CPU_ON, mpidr, entry, context, 0).x[0];
}

int64_t psci_affinity_info(uint64_t mpidr)
{
	return (int64_t)call4(PSCI_FID64_AFFINITY_INFO, mpidr, 0, 0, 0).x[0];
}

static _Noreturn void last_call(uint64_t fid)
{
	(void)call4(fid, 0, 0, 0, 0);
	for (;;) {
		__asm__ volatile("wfi");
	}
}

_Noreturn void psci_cpu_off(void)
{
	last_call(PSCI_FID32_CPU_OFF);
}

_Noreturn void psci_system_off(void)
{
	last_call(PSCI_FID32_SYSTEM_OFF);
}

_Noreturn void psci_system_reset(void)
{
	last_call(PSCI_FID32_SYSTEM_RESET);
}
