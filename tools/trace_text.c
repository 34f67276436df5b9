/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_text.c - a line a call, as strace would print it.
 *
 * [cpu0 realm1 +12.345ms] RMI_DATA_CREATE(rd=0x…, data=0x…, …) = SUCCESS <10.8us>
 * [cpu0 realm1 +12.360ms] RMI_DATA_CREATE(rd=0x…, data=0x…, …) = ERROR_RTT(2) rtt_walk <1.2us> */
#include <inttypes.h>

#include "tools/trace.h"

static const double ms_ns = 1e6;
static const double us_ns = 1e3;

static void text_begin(FILE *to, unsigned cpus)
{
	(void)to;
	(void)cpus;
}

static void value_write(FILE *to, const char *name, uint64_t value)
{
	if (trace_is_number(name)) {
		fprintf(to, "%s=%" PRId64, name, (int64_t)value);
		return;
	}
	fprintf(to, "%s=0x%" PRIx64, name, value);
}

static void result_write(FILE *to, const struct trace_call *call)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);
	unsigned index = trace_status_index(call);

	fprintf(to, ") = %s", trace_status_name(call));
	if (!trace_succeeded(call)) {
		fprintf(to, "(%u) %s", index, rmi_condition_name(call->condition));
	}
	for (unsigned i = 0; info != NULL && info->out[i] != NULL; i++) {
		/* A refused call has results only where the interface gives them: `top`. */
		if (trace_succeeded(call) || call->out[i + 1] != 0) {
			fputc(' ', to);
			value_write(to, info->out[i], call->out[i + 1]);
		}
	}
	if (call->extra == TRACE_EXTRA_EXIT) {
		fprintf(to, " exit=%s", rmi_exit_reason_name(call->exit.exit_reason));
	}
}

static void text_call(FILE *to, const struct trace_call *call)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	fprintf(to, "[cpu%u ", call->cpu);
	if (call->realm != 0) {
		fprintf(to, "realm%u ", call->realm);
	}
	fprintf(to, "+%.3fms] %s(", (double)call->t_ns / ms_ns, trace_command_name(call));
	if (info == NULL) {
		fprintf(to, "fid=0x%" PRIx64, call->in[0]);
	}
	for (unsigned i = 0; info != NULL && info->in[i] != NULL; i++) {
		fputs(i == 0 ? "" : ", ", to);
		value_write(to, info->in[i], call->in[i + 1]);
	}
	result_write(to, call);
	fprintf(to, " <%.1fus>\n", (double)call->dur_ns / us_ns);
}

static void text_phase(FILE *to, const struct trace_phase *phase)
{
	(void)to;
	(void)phase;
}

static void text_end(FILE *to)
{
	(void)to;
}

const struct trace_format trace_text = {text_begin, text_call, text_phase, text_end};
