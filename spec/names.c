/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - names and texts of everything that spec/ has rows for, and the proof that structures lie where their rows say. */
#include "reeve/psci.h"
#include "reeve/rmi.h"
#include "reeve/rsi.h"

#define ROW_NAMES(...) \
	{ \
		__VA_ARGS__ \
	}

#define STRUCTURE(structure, size) _Static_assert(sizeof(struct structure) == (size), "size of " #structure);
#define MEMBER(structure, member, offset, size) \
	_Static_assert(offsetof(struct structure, member) == (offset), "offset of " #structure "." #member); \
	_Static_assert(sizeof(((struct structure *)0)->member) == (size), "size of " #structure "." #member);
#include "spec/structures.def"

#define RMI_COMMAND(name, number, in, out, text) \
	{"RMI_" #name, RMI_FID_BASE | (number), ROW_NAMES in, ROW_NAMES out, text},
static const struct rmi_command_info rmi_rows[RMI_COMMAND_COUNT] = {
#include "spec/rmi_commands.def"
};
#undef RMI_COMMAND

#define RSI_COMMAND(name, number, in, out, text) \
	{"RSI_" #name, RSI_FID_BASE | (number), ROW_NAMES in, ROW_NAMES out, text},
static const struct rsi_command_info rsi_rows[RSI_COMMAND_COUNT] = {
#include "spec/rsi_commands.def"
};
#undef RSI_COMMAND

#define FEATURE0(name, shift, width, text) {#name, shift, width, text},
static const struct rmi_feature_info feature_rows[] = {
#include "spec/features.def"
};
#undef FEATURE0

struct named {
	const char *name;
	const char *text;
};

#define RMI_STATUS(name, value, text) [value] = {#name, text},
static const struct named rmi_statuses[RMI_STATUS_COUNT] = {
#include "spec/rmi_statuses.def"
};
#undef RMI_STATUS

#define RSI_STATUS(name, value, text) [value] = {#name, text},
static const struct named rsi_statuses[RSI_STATUS_COUNT] = {
#include "spec/rsi_statuses.def"
};
#undef RSI_STATUS

#define CONDITION(name, text) [CONDITION_##name] = {#name, text},
static const struct named conditions[CONDITION_COUNT] = {
	[CONDITION_NONE] = {"none", "the call did not fail"},
#include "spec/conditions.def"
};
#undef CONDITION

#define GRANULE_STATE(name, text) {#name, text},
static const struct named granule_states[GRANULE_STATE_COUNT] = {
#include "spec/states.def"
};
#define REALM_STATE(name, text) {#name, text},
static const struct named realm_states[REALM_STATE_COUNT] = {
#include "spec/states.def"
};
#define REC_STATE(name, text) {#name, text},
static const struct named rec_states[REC_STATE_COUNT] = {
#include "spec/states.def"
};
#define RTTE_STATE(name, number, text) [number] = {#name, text},
static const struct named rtte_states[RTTE_STATE_COUNT] = {
#include "spec/states.def"
};
#define RIPAS(name, number, text) [number] = {#name, text},
static const struct named ripas_values[RIPAS_COUNT] = {
#include "spec/states.def"
};

static const struct named exit_reasons[RMI_EXIT_REASON_COUNT] = {
	[RMI_EXIT_SYNC] = {"SYNC", ""},
	[RMI_EXIT_IRQ] = {"IRQ", ""},
	[RMI_EXIT_FIQ] = {"FIQ", ""},
	[RMI_EXIT_PSCI] = {"PSCI", ""},
	[RMI_EXIT_RIPAS_CHANGE] = {"RIPAS_CHANGE", ""},
	[RMI_EXIT_HOST_CALL] = {"HOST_CALL", ""},
	[RMI_EXIT_SERROR] = {"SERROR", ""},
};

static const struct {
	const char *name;
	size_t size;
} hashes[RMI_V2_HASH_COUNT] = {
	[RMI_HASH_SHA_256] = {"sha-256", 32},
	[RMI_HASH_SHA_512] = {"sha-512", 64},
	[RMI_V2_HASH_SHA_384] = {"sha-384", 48},
};

struct psci_row {
	const char *name;
	uint64_t smc32;
	uint64_t smc64;
};

#define PSCI_FUNCTION(name, smc32, smc64, text) {"PSCI_" #name, smc32, smc64},
static const struct psci_row psci_rows[PSCI_FUNCTION_COUNT] = {
#include "spec/psci.def"
};

struct psci_status_row {
	int64_t value;
	const char *name;
};

#define PSCI_STATUS(name, value, text) {value, #name},
static const struct psci_status_row psci_statuses[] = {
#include "spec/psci.def"
};

static const char *name_of(const struct named *rows, unsigned count, unsigned value)
{
	return value < count ? rows[value].name : "unknown";
}

static const char *text_of(const struct named *rows, unsigned count, unsigned value)
{
	return value < count ? rows[value].text : "unknown";
}

const struct rmi_command_info *rmi_command_info(enum rmi_command command)
{
	return (unsigned)command < RMI_COMMAND_COUNT ? &rmi_rows[command] : NULL;
}

enum rmi_command rmi_command_of_fid(uint64_t fid)
{
	uint64_t plain = FIELD_SET(fid, SMC_SVE_HINT, 0);

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (rmi_rows[i].fid == plain) {
			return (enum rmi_command)i;
		}
	}
	return RMI_COMMAND_COUNT;
}

const char *rmi_status_name(unsigned status)
{
	return name_of(rmi_statuses, RMI_STATUS_COUNT, status);
}

const char *rmi_status_text(unsigned status)
{
	return text_of(rmi_statuses, RMI_STATUS_COUNT, status);
}

const char *rmi_condition_name(unsigned condition)
{
	return name_of(conditions, CONDITION_COUNT, condition);
}

const char *rmi_condition_text(unsigned condition)
{
	return text_of(conditions, CONDITION_COUNT, condition);
}

const char *rmi_granule_state_name(unsigned state)
{
	return name_of(granule_states, GRANULE_STATE_COUNT, state);
}

const char *rmi_realm_state_name(unsigned state)
{
	return name_of(realm_states, REALM_STATE_COUNT, state);
}

const char *rmi_rec_state_name(unsigned state)
{
	return name_of(rec_states, REC_STATE_COUNT, state);
}

const char *rmi_rtte_state_name(unsigned state)
{
	return name_of(rtte_states, RTTE_STATE_COUNT, state);
}

const char *rmi_ripas_name(unsigned ripas)
{
	return name_of(ripas_values, RIPAS_COUNT, ripas);
}

const char *rmi_exit_reason_name(unsigned reason)
{
	return name_of(exit_reasons, RMI_EXIT_REASON_COUNT, reason);
}

const char *rmi_hash_name(unsigned algorithm)
{
	return algorithm < RMI_V2_HASH_COUNT ? hashes[algorithm].name : "unknown";
}

size_t rmi_hash_size(unsigned algorithm)
{
	return algorithm < RMI_V2_HASH_COUNT ? hashes[algorithm].size : 0;
}

const struct rmi_feature_info *rmi_features(size_t *count)
{
	*count = sizeof(feature_rows) / sizeof(feature_rows[0]);
	return feature_rows;
}

const struct rsi_command_info *rsi_command_info(enum rsi_command command)
{
	return (unsigned)command < RSI_COMMAND_COUNT ? &rsi_rows[command] : NULL;
}

enum rsi_command rsi_command_of_fid(uint64_t fid)
{
	uint64_t plain = FIELD_SET(fid, SMC_SVE_HINT, 0);

	for (unsigned i = 0; i < RSI_COMMAND_COUNT; i++) {
		if (rsi_rows[i].fid == plain) {
			return (enum rsi_command)i;
		}
	}
	return RSI_COMMAND_COUNT;
}

const char *rsi_status_name(unsigned status)
{
	return name_of(rsi_statuses, RSI_STATUS_COUNT, status);
}

const char *rsi_status_text(unsigned status)
{
	return text_of(rsi_statuses, RSI_STATUS_COUNT, status);
}

enum psci_function psci_function_of_fid(uint64_t fid)
{
	for (unsigned i = 0; i < PSCI_FUNCTION_COUNT; i++) {
		if (fid != 0 && (psci_rows[i].smc32 == fid || psci_rows[i].smc64 == fid)) {
			return (enum psci_function)i;
		}
	}
	return PSCI_FUNCTION_COUNT;
}

const char *psci_function_name(unsigned function)
{
	return function < PSCI_FUNCTION_COUNT ? psci_rows[function].name : "unknown";
}

const char *psci_status_name(int64_t status)
{
	for (unsigned i = 0; i < sizeof(psci_statuses) / sizeof(psci_statuses[0]); i++) {
		if (psci_statuses[i].value == status) {
			return psci_statuses[i].name;
		}
	}
	return "unknown";
}
