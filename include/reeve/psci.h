/* SPDX-License-Identifier: BSD-2-Clause */
/* psci.h - the part of PSCI 1.1 (Arm DEN0022) that realms use: function identifiers and return codes. */
#ifndef REEVE_PSCI_H
#define REEVE_PSCI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PSCI_VERSION_1_1 UINT64_C(0x10001)
#define SMCCC_FID_VERSION UINT64_C(0x80000000)
#define SMCCC_VERSION_1_2 UINT64_C(0x10002)

/* PSCI_FID32_CPU_ON, PSCI_FID64_CPU_ON ...; a 64-bit number of 0 means there is none. */
#define PSCI_FUNCTION(name, smc32, smc64, text) \
	static const uint64_t PSCI_FID32_##name __attribute__((unused)) = (smc32); \
	static const uint64_t PSCI_FID64_##name __attribute__((unused)) = (smc64);
#include "spec/psci.def"

#define PSCI_FUNCTION(name, smc32, smc64, text) PSCI_##name,
enum psci_function {
#include "spec/psci.def"
	PSCI_FUNCTION_COUNT
};

#define PSCI_STATUS(name, value, text) PSCI_STATUS_##name = (value),
enum psci_status {
#include "spec/psci.def"
};

/* AFFINITY_INFO results. */
enum psci_affinity { PSCI_AFFINITY_ON, PSCI_AFFINITY_OFF };

/* The function whose SMC32 or SMC64 number is `fid`, or PSCI_FUNCTION_COUNT. */
enum psci_function psci_function_of_fid(uint64_t fid);
const char *psci_function_name(unsigned function); /* "PSCI_CPU_ON"; "unknown" out of range */
const char *psci_status_name(int64_t status);

#ifdef __cplusplus
}
#endif
#endif
