/* SPDX-License-Identifier: BSD-2-Clause */
/* el3.h - what EL3 does for the monitor: the RMM-EL3 interface 0.x (fact sheet qemu-rme-machine s4). */
#ifndef QEMU_MONITOR_EL3_H
#define QEMU_MONITOR_EL3_H

#include <stdbool.h>
#include <stdint.h>

#include "reeve/address.h"

/* How a boot ended, for RMM_BOOT_COMPLETE. */
enum boot_result {
	BOOT_OK = 0,
	BOOT_UNKNOWN = -1,
	BOOT_VERSION = -2,
	BOOT_CPU_COUNT = -3,
	BOOT_CPU_ID = -4,
	BOOT_SHARED_BUFFER = -5,
	BOOT_MANIFEST_VERSION = -6,
	BOOT_MANIFEST_DATA = -7
};

enum { EL3_RMI_REGISTERS = 18, EL3_RMI_RESULTS = 5 };

/* Give the CPU to the Non-secure world; back with its next RMI call in x[0..7]. */
void el3_boot_complete(enum boot_result result, uint64_t x[EL3_RMI_REGISTERS]);
/* The same, with x[0..4] as the results of the call before. */
void el3_rmi_complete(uint64_t x[EL3_RMI_REGISTERS]);

/* Move a granule between the physical address spaces NS and Realm. False when it was in neither's state. */
bool el3_delegate(struct reeve_pa pa);
bool el3_undelegate(struct reeve_pa pa);

/* Attestation, into `size` bytes of the page shared with EL3. One CPU at a time.
 * The realm attestation key: its private P-384 scalar. Bytes written, 0 when EL3 has none. */
uint64_t el3_realm_key(struct reeve_pa buffer, uint64_t size);
/* A part of the platform token: the first when `challenge_size` bytes of challenge are in the buffer, the next when it is 0. False: EL3 has
 * none. EL3 before interface 0.5 gives it whole and says nothing in *left. */
bool el3_platform_token(
	struct reeve_pa buffer, uint64_t size, uint64_t challenge_size, uint64_t *written, uint64_t *left);

#endif
