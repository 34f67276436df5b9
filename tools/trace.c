/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.c - what all trace formats say alike. */
#include "tools/trace.h"

#include <string.h>

enum { LEVEL_BITS = 9 };

const struct trace_format *trace_format_of(enum trace_kind kind)
{
	static const struct trace_format *const formats[TRACE_KIND_COUNT] = {
		[TRACE_TEXT] = &trace_text,
		[TRACE_JSON] = &trace_json,
		[TRACE_CHROME] = &trace_chrome,
	};

	return formats[kind];
}

const char *trace_status_name(const struct trace_call *call)
{
	if (call->out[0] == SMCCC_NOT_SUPPORTED) {
		return "NOT_SUPPORTED";
	}
	return rmi_status_name((unsigned)FIELD_GET(call->out[0], RMI_RETURN_STATUS));
}

unsigned trace_status_index(const struct trace_call *call)
{
	return call->out[0] == SMCCC_NOT_SUPPORTED ? 0 : (unsigned)FIELD_GET(call->out[0], RMI_RETURN_INDEX);
}

bool trace_succeeded(const struct trace_call *call)
{
	return call->out[0] == RMI_SUCCESS;
}

const char *trace_command_name(const struct trace_call *call)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	return info == NULL ? "unknown" : info->name;
}

bool trace_is_number(const char *name)
{
	static const char *const numbers[] = {
		"flags", "level", "index", "status", "walk_level", "state", "ripas", "aux_count"};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(numbers[i], name) == 0) {
			return true;
		}
	}
	return false;
}

uint64_t trace_level_size(int level)
{
	return UINT64_C(1) << (REEVE_GRANULE_SHIFT + LEVEL_BITS * (RMI_LEVEL_LAST - level));
}
