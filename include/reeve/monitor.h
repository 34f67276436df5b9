/* SPDX-License-Identifier: BSD-2-Clause */
/* monitor.h - the Realm Management Monitor as an object: made in memory the caller brings, driven by SMCs, read for ledgers.
 *
 *   host --x[0..17]--> reeve_monitor_smc --> outcome in x[0..4] (status | index << 8) and the name of the failed condition
 *
 * M1: a refused call has changed nothing, not a byte; but RMI_REC_ENTER is refused with run_pas after the REC ran when its run page was
 *     delegated meanwhile.
 * M2: any number of CPUs may call at once; a CPU number is used by one thread at a time.
 * M3: the monitor allocates nothing and keeps no state outside the memory given.
 * Not here: what a machine gives the monitor (monitor/platform.h). */
#ifndef REEVE_MONITOR_H
#define REEVE_MONITOR_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"
#include "reeve/rmi.h"

#ifdef __cplusplus
extern "C" {
#endif

struct reeve_monitor;
struct monitor_platform;

enum { REEVE_MONITOR_REGIONS_MAX = 8, REEVE_MONITOR_CPUS_MAX = 64, REEVE_SMC_REGISTERS = 18 };

/* How CCA tokens are written. Source: attestation fact sheet sections 3.1, 3.2. */
enum reeve_token_form {
	REEVE_TOKEN_2023,     /* realm profile of 2023, its public key a COSE_Key; envelope with tag 399 */
	REEVE_TOKEN_LEGACY,   /* before profiles: no profile claim, the public key a raw point; tag 399 */
	REEVE_TOKEN_2023_CMW, /* profile of 2023 in the newer envelope, tag 907 */
	REEVE_TOKEN_FORM_COUNT
};

struct reeve_monitor_config {
	struct reeve_pa_range
		regions[REEVE_MONITOR_REGIONS_MAX]; /* delegable memory: ascending, apart, 4 KiB aligned */
	unsigned region_count;
	unsigned cpu_count;     /* 1..REEVE_MONITOR_CPUS_MAX */
	unsigned rec_aux_count; /* 0..16: what RMI_REC_AUX_COUNT answers */
	unsigned vmid_bits;     /* 8 or 16 */
	unsigned pa_bits;       /* 32..52: physical address width; start level 0 needs 44 or more */
	uint64_t features0;     /* RmiFeatureRegister0 (spec/features.def) */
	enum reeve_token_form token_form;
};

enum reeve_monitor_error {
	REEVE_MONITOR_OK,
	REEVE_MONITOR_BAD_REGIONS,
	REEVE_MONITOR_BAD_COUNTS,
	REEVE_MONITOR_BAD_FEATURES,
	REEVE_MONITOR_NO_MEMORY,
	REEVE_MONITOR_ERROR_COUNT
};

/* What went wrong and what to do, for each error. */
const char *reeve_monitor_error_text(enum reeve_monitor_error error);

/* Bytes of memory a monitor with this configuration needs, or 0 when the configuration is not valid. 8 bytes a granule, and a fixed part. */
size_t reeve_monitor_size(const struct reeve_monitor_config *config);

/* Make a monitor in `memory` (`size` bytes, aligned to 4096): every granule UNDELEGATED, no realm.
 * `platform` and `context` must outlive it. On an error *monitor and the memory are untouched. */
enum reeve_monitor_error reeve_monitor_init(void *memory, size_t size, const struct reeve_monitor_config *config,
	const struct monitor_platform *platform, void *context, struct reeve_monitor **monitor);

/* Carry out the SMC in x (x[0] the function identifier, x[1].. arguments) for the CPU numbered `cpu` (0..cpu_count-1).
 * x[0] becomes the status word, x[1..4] results or zero; the rest of x is unchanged. No RMI v1.0 command: x[0] becomes
 * SMCCC_NOT_SUPPORTED and nothing else changes.
 * Returns the condition that refused the call, CONDITION_NONE when none did.
 * RMI_REC_ENTER returns when the REC exits. Source: RMM v1.0 section B4; fact sheet sections 1, 6. */
enum rmi_condition reeve_monitor_smc(struct reeve_monitor *monitor, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS]);

/* What the monitor knows of a granule. `owner` is the RD's address (for RD itself, its own), 0 when it belongs to no realm. */
struct reeve_granule_info {
	enum rmi_granule_state state;
	struct reeve_pa owner;
};

/* True and *info set, or false and *info untouched when `pa` is outside delegable memory. Takes no lock: a snapshot. */
bool reeve_monitor_granule(const struct reeve_monitor *monitor, struct reeve_pa pa, struct reeve_granule_info *info);

/* Name of the first invariant that does not hold, or NULL when all do (style: invariants are code).
 * Reads the whole state: call it only while no other CPU is in the monitor. */
const char *reeve_monitor_valid(const struct reeve_monitor *monitor);

#ifdef __cplusplus
}
#endif
#endif
