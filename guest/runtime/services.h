/* SPDX-License-Identifier: BSD-2-Clause */
/* services.h - what a realm asks of its monitor: RSI and PSCI calls by SMC. */
#ifndef GUEST_RUNTIME_SERVICES_H
#define GUEST_RUNTIME_SERVICES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/psci.h"
#include "reeve/rsi.h"

/* Registers of a call: x[0] is the function going in and the status coming out. (SMCCC 1.2: x0..x17.) */
struct call {
	uint64_t x[18];
};

void smc(uint64_t x[18]);

/* Call `fid` with up to four arguments; what comes back is all the registers. */
struct call call4(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4);

/* The RSI status. *config is a granule of the realm's own. (spec: rmm-v1.0 s7, RSI_REALM_CONFIG) */
uint64_t rsi_realm_config(struct rsi_realm_config *config);

/* The RSI status. *call, aligned to 256 bytes, is shown to the host, which may replace its registers. */
uint64_t rsi_host_call(struct rsi_host_call *call);

/* The RSI status. Index 0 is the RIM, 1..4 are the REMs; 64 bytes, zero beyond the hash's length. */
uint64_t rsi_measurement_read(uint64_t index, uint8_t value[64]);

/* The RSI status. Extends REM `index` (1..4) by `size` bytes of the 64 at `value`; a larger size is passed on to be refused. */
uint64_t rsi_measurement_extend(uint64_t index, const uint8_t value[64], uint64_t size);

/* The RSI status. Begins an attestation token for the challenge. */
uint64_t rsi_attestation_token_init(const uint8_t challenge[64]);

/* The RSI status: INCOMPLETE until the last byte came. Up to `size` more bytes of the token to page[offset..]; *length is how many, also 0. */
uint64_t rsi_attestation_token_continue(uint8_t page[4096], uint64_t offset, uint64_t size, uint64_t *length);

/* True when [base, top) has RIPAS `ripas` now, asking as often as the host makes progress; false when the monitor or
 * the host refuses, and then the first part may have changed. RIPAS DESTROYED is changed as well. */
bool rsi_ipa_state_set(uint64_t base, uint64_t top, uint64_t ripas);

/* True when every part of [base, top) has RIPAS `ripas`. */
bool rsi_ipa_state_is(uint64_t base, uint64_t top, uint64_t ripas);

/* A PSCI status. `context` arrives in x0 at `entry`. */
int64_t psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context);

/* PSCI_AFFINITY_ON or _OFF, or a negative PSCI status. */
int64_t psci_affinity_info(uint64_t mpidr);

/* These three do not come back: should the monitor return, the CPU waits for ever. */
_Noreturn void psci_cpu_off(void);
_Noreturn void psci_system_off(void);
_Noreturn void psci_system_reset(void);

#endif
