/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - see names.h. */
#include "tools/rmi/names.h"

#include <stdio.h>
#include <string.h>

#include "reeve/psci.h"
#include "reeve/rsi.h"

enum { DISTANCE_MAX = 2, NEAR_LENGTH_MAX = 32 };

static const size_t prefix_length = sizeof("RMI_") - 1;

static const char *command_at(size_t index)
{
	const struct rmi_command_info *info = rmi_command_info((enum rmi_command)index);

	return info == NULL ? NULL : info->name + prefix_length;
}

static const char *status_at(size_t index)
{
	return index < RMI_STATUS_COUNT ? rmi_status_name((unsigned)index) : NULL;
}

static const char *condition_at(size_t index)
{
	if (index == CONDITION_NONE) {
		return "";
	}
	return index < CONDITION_COUNT ? rmi_condition_name((unsigned)index) : NULL;
}

static const char *state_at(size_t index)
{
	return index < GRANULE_STATE_COUNT ? rmi_granule_state_name((unsigned)index) : NULL;
}

static const char *reason_at(size_t index)
{
	return index < RMI_EXIT_REASON_COUNT ? rmi_exit_reason_name((unsigned)index) : NULL;
}

/* A name for a number. The functions a realm calls are here by their 64-bit identifier where they have one. */
static const struct {
	const char *name;
	uint64_t value;
} constants[] = {
	{"sha256", RMI_HASH_SHA_256},
	{"sha512", RMI_HASH_SHA_512},
	{"LPA2", UINT64_C(1) << REALM_FLAG_LPA2_SHIFT},
	{"SVE", UINT64_C(1) << REALM_FLAG_SVE_SHIFT},
	{"PMU", UINT64_C(1) << REALM_FLAG_PMU_SHIFT},
	{"MEASURE", UINT64_C(1) << DATA_FLAG_MEASURE_SHIFT},
	{"RUNNABLE", UINT64_C(1) << REC_FLAG_RUNNABLE_SHIFT},
	{"EMUL_MMIO", UINT64_C(1) << ENTER_FLAG_EMUL_MMIO_SHIFT},
	{"INJECT_SEA", UINT64_C(1) << ENTER_FLAG_INJECT_SEA_SHIFT},
	{"TRAP_WFI", UINT64_C(1) << ENTER_FLAG_TRAP_WFI_SHIFT},
	{"TRAP_WFE", UINT64_C(1) << ENTER_FLAG_TRAP_WFE_SHIFT},
	{"RIPAS_REJECT", UINT64_C(1) << ENTER_FLAG_RIPAS_REJECT_SHIFT},
	{"CHANGE_DESTROYED", UINT64_C(1) << RIPAS_FLAG_CHANGE_DESTROYED_SHIFT},
#define RTTE_STATE(name, number, text) {#name, number},
#define RIPAS(name, number, text) {#name, number},
#include "spec/states.def"
#define RMI_COMMAND(name, number, in, out, text) {"RMI_" #name, RMI_FID_BASE | (number)},
#include "spec/rmi_commands.def"
#undef RMI_COMMAND
#define RSI_COMMAND(name, number, in, out, text) {"RSI_" #name, RSI_FID_BASE | (number)},
#include "spec/rsi_commands.def"
#undef RSI_COMMAND
#define PSCI_FUNCTION(name, smc32, smc64, text) {"PSCI_" #name, (smc64) != 0 ? (smc64) : (smc32)},
#define PSCI_STATUS(name, value, text) {"PSCI_" #name, (uint64_t)(int64_t)(value)},
#include "spec/psci.def"
};

static const char *constant_at(size_t index)
{
	return index < sizeof(constants) / sizeof(constants[0]) ? constants[index].name : NULL;
}

const struct name_list names_commands = {"command", command_at};
const struct name_list names_statuses = {"status", status_at};
const struct name_list names_conditions = {"condition", condition_at};
const struct name_list names_states = {"state of a granule", state_at};
const struct name_list names_reasons = {"reason of an exit", reason_at};
const struct name_list names_constants = {"constant", constant_at};

uint64_t constant_value(size_t index)
{
	return constants[index].value;
}

const char *name_of_value(const char *what, uint64_t value)
{
	if (strcmp(what, "state") == 0 && value < RTTE_STATE_COUNT) {
		return rmi_rtte_state_name((unsigned)value);
	}
	return strcmp(what, "ripas") == 0 && value < RIPAS_COUNT ? rmi_ripas_name((unsigned)value) : NULL;
}

bool register_find(const struct span *name, unsigned count, unsigned *index)
{
	char text[16];

	for (unsigned i = 0; i < count; i++) {
		(void)snprintf(text, sizeof(text), "X%u", i);
		if (span_is(name, text)) {
			*index = i;
			return true;
		}
	}
	return false;
}

bool name_find(const struct name_list *list, const struct span *span, size_t *index)
{
	const char *name;

	for (size_t i = 0; (name = list->at(i)) != NULL; i++) {
		if (span_is(span, name)) {
			*index = i;
			return true;
		}
	}
	return false;
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to put in, take out or change to make one of the other. */
static unsigned distance(const struct span *span, const char *name)
{
	unsigned row[NEAR_LENGTH_MAX + 1];
	size_t length = strlen(name);

	for (unsigned i = 0; i <= span->size; i++) {
		row[i] = i;
	}
	for (unsigned n = 1; n <= length; n++) {
		unsigned corner = row[0];

		row[0] = n;
		for (unsigned i = 1; i <= span->size; i++) {
			unsigned above = row[i];

			row[i] = least(least(above, row[i - 1]) + 1, corner + (span->at[i - 1] != name[n - 1]));
			corner = above;
		}
	}
	return row[span->size];
}

const char *name_near(const struct name_list *list, const struct span *span)
{
	unsigned best = DISTANCE_MAX + 1;
	const char *near = NULL;
	const char *name;

	if (span->size > NEAR_LENGTH_MAX || span->size <= DISTANCE_MAX) {
		return NULL;
	}
	for (size_t i = 0; (name = list->at(i)) != NULL; i++) {
		unsigned found = distance(span, name);

		if (found < best) {
			best = found;
			near = name;
		}
	}
	return near;
}

bool name_unknown(const struct name_list *list, const struct span *span, struct line_error *error)
{
	const char *near = name_near(list, span);

	return line_wrong(error, span->column, "there is no %s '%.*s'%s%s%s", list->what,
		(int)least(span->size, NEAR_LENGTH_MAX), span->at, near == NULL ? "" : "; is it ",
		near == NULL ? "" : near, near == NULL ? "" : "?");
}
