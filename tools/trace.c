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

const char *trace_status_name(uint64_t x0)
{
	uint64_t known = FIELD_MASK(RMI_RETURN_STATUS) | FIELD_MASK(RMI_RETURN_INDEX);
	unsigned status = (unsigned)FIELD_GET(x0, RMI_RETURN_STATUS);

	if (x0 == SMCCC_NOT_SUPPORTED) {
		return "NOT_SUPPORTED";
	}
	if (x0 == RMI_V2_BUSY) {
		return "BUSY";
	}
	return (x0 & ~known) == 0 && status < RMI_STATUS_COUNT ? rmi_status_name(status) : NULL;
}

unsigned trace_status_index(uint64_t x0)
{
	return x0 == SMCCC_NOT_SUPPORTED ? 0 : (unsigned)FIELD_GET(x0, RMI_RETURN_INDEX);
}

const char *trace_fault_name(const struct trace_call *call)
{
	static const char *const names[TRACE_FAULT_COUNT] = {
		[TRACE_FAULT_REFUSED] = "refused",
		[TRACE_FAULT_MISREPORTED] = "misreported",
		[TRACE_FAULT_ALTERED] = "altered",
		[TRACE_FAULT_DELAYED] = "delayed",
	};

	return names[call->fault];
}

const uint64_t *trace_monitor(const struct trace_call *call)
{
	bool is_other = call->fault == TRACE_FAULT_MISREPORTED || call->fault == TRACE_FAULT_ALTERED;

	return is_other ? call->monitor : call->out;
}

bool trace_was_done(const struct trace_call *call)
{
	return call->fault != TRACE_FAULT_REFUSED && trace_monitor(call)[0] == RMI_SUCCESS;
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
