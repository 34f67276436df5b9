/* SPDX-License-Identifier: BSD-2-Clause */
/* rmi.h - the Realm Management Interface v1.0: function identifiers, statuses, states and the structures that cross it.
 * Numbers, offsets and texts come from spec/ (.def rows); functions that name them are at the end. */
#ifndef REEVE_RMI_H
#define REEVE_RMI_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"
#include "reeve/field.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RMI_FID_BASE UINT64_C(0xC4000000)
#define RMI_VERSION_1_0 UINT64_C(0x10000)
/* What X0 holds when a function identifier is not implemented (SMCCC NOT_SUPPORTED). */
#define SMCCC_NOT_SUPPORTED UINT64_MAX

/* RMI_FID_DATA_CREATE ...: the value X0 has going in. */
#define RMI_COMMAND(name, number, in, out, text) RMI_FID_##name = (number),
enum rmi_function_number {
#include "spec/rmi_commands.def"
};
#undef RMI_COMMAND
#define RMI_FID(name) (RMI_FID_BASE | (uint64_t)RMI_FID_##name)

/* RMI_DATA_CREATE ...: a dense index for tables. */
#define RMI_COMMAND(name, number, in, out, text) RMI_##name,
enum rmi_command {
#include "spec/rmi_commands.def"
	RMI_COMMAND_COUNT
};
#undef RMI_COMMAND

#define RMI_STATUS(name, value, text) RMI_##name = (value),
enum rmi_status {
#include "spec/rmi_statuses.def"
	RMI_STATUS_COUNT
};
#undef RMI_STATUS

/* X0 of a call that is to be made again. RMI v1.0 has no such status; a host understands it all the same.
 * Source: RMM v2.0, RmiStatusCode (fact sheet of the deltas). */
enum { RMI_V2_BUSY = 10 };

/* CONDITION_NONE: the call did not fail. Names: fact sheet section 6. */
#define CONDITION(name, text) CONDITION_##name,
enum rmi_condition {
	CONDITION_NONE,
#include "spec/conditions.def"
	CONDITION_COUNT
};
#undef CONDITION

#define GRANULE_STATE(name, text) GRANULE_##name,
enum rmi_granule_state {
#include "spec/states.def"
	GRANULE_STATE_COUNT
};
#define REALM_STATE(name, text) REALM_##name,
enum rmi_realm_state {
#include "spec/states.def"
	REALM_STATE_COUNT
};
#define REC_STATE(name, text) REC_##name,
enum rmi_rec_state {
#include "spec/states.def"
	REC_STATE_COUNT
};
#define RTTE_STATE(name, number, text) RTTE_##name = (number),
enum rmi_rtte_state {
#include "spec/states.def"
	RTTE_STATE_COUNT
};
#define RIPAS(name, number, text) RIPAS_##name = (number),
enum rmi_ripas {
#include "spec/states.def"
	RIPAS_COUNT
};

/* RmiHashAlgorithm. RMI_HASH_COUNT: those of v1.0; v2.0 adds one, which is measured with and never offered here.
 * Source: fact sheet section 8. */
enum rmi_hash_algorithm {
	RMI_HASH_SHA_256,
	RMI_HASH_SHA_512,
	RMI_HASH_COUNT,
	RMI_V2_HASH_SHA_384 = RMI_HASH_COUNT,
	RMI_V2_HASH_COUNT,
};

enum rmi_exit_reason {
	RMI_EXIT_SYNC,
	RMI_EXIT_IRQ,
	RMI_EXIT_FIQ,
	RMI_EXIT_PSCI,
	RMI_EXIT_RIPAS_CHANGE,
	RMI_EXIT_HOST_CALL,
	RMI_EXIT_SERROR,
	RMI_EXIT_REASON_COUNT
};

/* Index of ERROR_REALM from RMI_REC_ENTER: why the realm cannot run (fact sheet section 1). */
enum { RMI_REC_ENTER_REALM_NEW, RMI_REC_ENTER_REALM_OFF };

enum {
	RMI_RPV_SIZE = 64,
	RMI_MEASUREMENT_SIZE = 64, /* a slot; a digest shorter than it is padded with zeroes */
	RMI_MEASUREMENT_COUNT = 5, /* RIM, REM 0..3 */
	RMI_REC_PARAMS_GPRS = 8,
	RMI_REC_AUX_MAX = 16,
	RMI_GPR_COUNT = 31,
	RMI_GIC_LR_COUNT = 16,
	RMI_LEVEL_LAST = 3,
	RMI_LEVEL_FIRST_LPA2 = -1,
};

/* RmiRealmParams: one NS granule. Unnamed bytes must be zero. */
struct rmi_realm_params {
	uint64_t flags;
	uint8_t s2sz;
	uint8_t pad_009[7];
	uint8_t sve_vl;
	uint8_t pad_011[7];
	uint8_t num_bps;
	uint8_t pad_019[7];
	uint8_t num_wps;
	uint8_t pad_021[7];
	uint8_t pmu_num_ctrs;
	uint8_t pad_029[7];
	uint8_t hash_algo;
	uint8_t pad_031[0x400 - 0x31];
	uint8_t rpv[RMI_RPV_SIZE];
	uint8_t pad_440[0x800 - 0x440];
	uint16_t vmid;
	uint8_t pad_802[6];
	uint64_t rtt_base;
	int64_t rtt_level_start;
	uint32_t rtt_num_start;
	uint8_t pad_81c[0x1000 - 0x81C];
};

/* RmiRecParams: one NS granule. */
struct rmi_rec_params {
	uint64_t flags;
	uint8_t pad_008[0x100 - 0x8];
	uint64_t mpidr;
	uint8_t pad_108[0x200 - 0x108];
	uint64_t pc;
	uint8_t pad_208[0x300 - 0x208];
	uint64_t gprs[RMI_REC_PARAMS_GPRS];
	uint8_t pad_340[0x800 - 0x340];
	uint64_t num_aux;
	uint64_t aux[RMI_REC_AUX_MAX];
	uint8_t pad_888[0x1000 - 0x888];
};

struct rmi_rec_enter {
	uint64_t flags;
	uint8_t pad_008[0x200 - 0x8];
	uint64_t gprs[RMI_GPR_COUNT];
	uint8_t pad_2f8[8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[RMI_GIC_LR_COUNT];
	uint8_t pad_388[0x800 - 0x388];
};

struct rmi_rec_exit {
	uint8_t exit_reason;
	uint8_t pad_001[0x100 - 0x1];
	uint64_t esr;
	uint64_t far;
	uint64_t hpfar;
	uint8_t pad_118[0x200 - 0x118];
	uint64_t gprs[RMI_GPR_COUNT];
	uint8_t pad_2f8[8];
	uint64_t gicv3_hcr;
	uint64_t gicv3_lrs[RMI_GIC_LR_COUNT];
	uint64_t gicv3_misr;
	uint64_t gicv3_vmcr;
	uint8_t pad_398[0x400 - 0x398];
	uint64_t cntp_ctl;
	uint64_t cntp_cval;
	uint64_t cntv_ctl;
	uint64_t cntv_cval;
	uint8_t pad_420[0x500 - 0x420];
	uint64_t ripas_base;
	uint64_t ripas_top;
	uint8_t ripas_value;
	uint8_t pad_511[0x600 - 0x511];
	uint16_t imm;
	uint8_t pad_602[0x700 - 0x602];
	uint8_t pmu_ovf_status;
	uint8_t pad_701[0x800 - 0x701];
};

/* RmiRecRun: one NS granule, `enter` written by the host, `exit` by the monitor. */
struct rmi_rec_run {
	struct rmi_rec_enter enter;
	struct rmi_rec_exit exit;
};

/* Every command's row, as tables and traces want it. Unused names are NULL. */
enum { RMI_ARGUMENT_MAX = 5, RMI_RESULT_MAX = 4 };

struct rmi_command_info {
	const char *name; /* "RMI_DATA_CREATE" */
	uint64_t fid;
	const char *in[RMI_ARGUMENT_MAX + 1];
	const char *out[RMI_RESULT_MAX + 1];
	const char *text;
};

/* The row of `command`, or NULL when it is out of range. */
const struct rmi_command_info *rmi_command_info(enum rmi_command command);

/* The command whose function identifier is `fid` (bit 16, the SVE hint, ignored), or RMI_COMMAND_COUNT. */
enum rmi_command rmi_command_of_fid(uint64_t fid);

/* Names and texts of the rows; never NULL: "unknown" when the value is out of range. */
const char *rmi_status_name(unsigned status); /* "ERROR_RTT" */
const char *rmi_status_text(unsigned status);
const char *rmi_condition_name(unsigned condition); /* "rd_state"; "none" for CONDITION_NONE */
const char *rmi_condition_text(unsigned condition);
const char *rmi_granule_state_name(unsigned state);
const char *rmi_realm_state_name(unsigned state);
const char *rmi_rec_state_name(unsigned state);
const char *rmi_rtte_state_name(unsigned state);
const char *rmi_ripas_name(unsigned ripas);
const char *rmi_exit_reason_name(unsigned reason); /* "SYNC" */
const char *rmi_hash_name(unsigned algorithm);     /* "sha-256" */

/* Bytes of a digest: 32, 64 or 48; 0 when the algorithm is unknown. */
size_t rmi_hash_size(unsigned algorithm);

/* A field of feature register 0. */
struct rmi_feature_info {
	const char *name; /* "S2SZ" */
	unsigned shift;
	unsigned width;
	const char *text;
};

/* All fields of feature register 0 in bit order; *count is their number. */
const struct rmi_feature_info *rmi_features(size_t *count);

#ifdef __cplusplus
}
#endif
#endif
