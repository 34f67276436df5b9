/* SPDX-License-Identifier: BSD-2-Clause */
/* el3.c - what EL3 does for the monitor. */
#include "machine/qemu/monitor/el3.h"

#include "machine/qemu/bare/smc.h"

_Static_assert((int)EL3_RMI_REGISTERS == (int)SMC_REGISTERS, "one array serves both");

/* Function identifiers of the RMM-EL3 interface. */
static const uint64_t fid_rmi_req_complete = 0xC400018F;
static const uint64_t fid_gtsi_delegate = 0xC40001B0;
static const uint64_t fid_gtsi_undelegate = 0xC40001B1;
static const uint64_t fid_attest_realm_key = 0xC40001B2;
static const uint64_t fid_attest_platform_token = 0xC40001B3;
static const uint64_t fid_boot_complete = 0xC40001CF;

enum { CURVE_P384 = 0, AGAIN = -6, AGAIN_MAX = 1000 };

void el3_boot_complete(enum boot_result result, uint64_t x[EL3_RMI_REGISTERS])
{
	x[0] = fid_boot_complete;
	x[1] = (uint64_t)(int64_t)result;
	smc(x);
}

void el3_rmi_complete(uint64_t x[EL3_RMI_REGISTERS])
{
	for (unsigned i = EL3_RMI_RESULTS; i > 0; i--) {
		x[i] = x[i - 1];
	}
	x[0] = fid_rmi_req_complete;
	smc(x);
}

static bool granule_call(uint64_t fid, struct reeve_pa pa)
{
	uint64_t x[SMC_REGISTERS] = {fid, pa.value};

	smc(x);
	return x[0] == 0;
}

bool el3_delegate(struct reeve_pa pa)
{
	return granule_call(fid_gtsi_delegate, pa);
}

bool el3_undelegate(struct reeve_pa pa)
{
	return granule_call(fid_gtsi_undelegate, pa);
}

uint64_t el3_realm_key(struct reeve_pa buffer, uint64_t size)
{
	uint64_t x[SMC_REGISTERS] = {fid_attest_realm_key, buffer.value, size, CURVE_P384};

	smc(x);
	return x[0] == 0 && x[1] <= size ? x[1] : 0;
}

bool el3_platform_token(
	struct reeve_pa buffer, uint64_t size, uint64_t challenge_size, uint64_t *written, uint64_t *left)
{
	for (unsigned i = 0; i < AGAIN_MAX; i++) {
		uint64_t x[SMC_REGISTERS] = {fid_attest_platform_token, buffer.value, size, challenge_size};

		smc(x);
		if (x[0] == 0) {
			*written = x[1];
			*left = x[2];
			return x[1] <= size;
		}
		if ((int64_t)x[0] != AGAIN) {
			return false;
		}
	}
	return false;
}
