/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi.h - the Realm Services Interface v1.0, as a realm calls it: function identifiers, statuses, structures. */
#ifndef REEVE_RSI_H
#define REEVE_RSI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RSI_FID_BASE UINT64_C(0xC4000000)
#define RSI_VERSION_1_0 UINT64_C(0x10000)

#define RSI_COMMAND(name, number, in, out, text) RSI_FID_##name = (number),
enum rsi_function_number {
#include "spec/rsi_commands.def"
};
#undef RSI_COMMAND
#define RSI_FID(name) (RSI_FID_BASE | (uint64_t)RSI_FID_##name)

#define RSI_COMMAND(name, number, in, out, text) RSI_##name,
enum rsi_command {
#include "spec/rsi_commands.def"
	RSI_COMMAND_COUNT
};
#undef RSI_COMMAND

#define RSI_STATUS(name, value, text) RSI_##name = (value),
enum rsi_status {
#include "spec/rsi_statuses.def"
	RSI_STATUS_COUNT
};
#undef RSI_STATUS

/* What reeve's own host does at a host call of this immediate: a convention between `reeve run` and the programs it runs. */
#define HOST_CALL(name, imm, text) HOST_CALL_##name = (imm),
enum reeve_host_call {
#include "spec/host_calls.def"
};
#undef HOST_CALL

enum rsi_response { RSI_ACCEPT, RSI_REJECT };

enum {
	RSI_HOST_CALL_ALIGN = 0x100,
	RSI_HOST_CALL_GPRS = 31,
	RSI_MEASUREMENT_EXTEND_MAX = 64,
};

/* RsiRealmConfig: one granule of the realm's memory, written by the monitor. */
struct rsi_realm_config {
	uint64_t ipa_width;
	uint8_t hash_algo;
	uint8_t pad_009[0x200 - 0x9];
	uint8_t rpv[64];
	uint8_t pad_240[0x1000 - 0x240];
};

/* RsiHostCall: 256 bytes aligned to 256. */
struct rsi_host_call {
	uint16_t imm;
	uint8_t pad_002[6];
	uint64_t gprs[RSI_HOST_CALL_GPRS];
};

struct rsi_command_info {
	const char *name; /* "RSI_HOST_CALL" */
	uint64_t fid;
	const char *in[11];
	const char *out[9];
	const char *text;
};

/* The row of `command`, or NULL when it is out of range. */
const struct rsi_command_info *rsi_command_info(enum rsi_command command);
enum rsi_command rsi_command_of_fid(uint64_t fid);
const char *rsi_status_name(unsigned status);
const char *rsi_status_text(unsigned status);

#ifdef __cplusplus
}
#endif
#endif
