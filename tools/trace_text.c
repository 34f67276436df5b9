/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_text.c - a line a call, as strace would print it.
 *
 * [cpu0 realm1 +12.345ms] RMI_DATA_CREATE(rd=0x…, data=0x…, …) = SUCCESS <10.8us>
 * [cpu0 realm1 +12.360ms] RMI_DATA_CREATE(rd=0x…, data=0x…, …) = ERROR_RTT(2) rtt_walk <1.2us>
 * [cpu0 realm1 +12.380ms] RMI_DATA_CREATE(rd=0x…, data=0x…, …) = ERROR_INPUT(0) [misreported; the monitor said SUCCESS] <10.8us> */
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

static void status_write(FILE *to, uint64_t x0)
{
	const char *name = trace_status_name(x0);

	if (name == NULL) {
		fprintf(to, "0x%" PRIx64, x0);
		return;
	}
	fputs(name, to);
	if (x0 != RMI_SUCCESS) {
		fprintf(to, "(%u)", trace_status_index(x0));
	}
}

static void results_write(FILE *to, const struct trace_call *call, const uint64_t x[REEVE_SMC_REGISTERS])
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	for (unsigned i = 0; info != NULL && info->out[i] != NULL; i++) {
		/* A refused call has results only where the interface gives them: `top`. */
		if (x[0] == RMI_SUCCESS || x[i + 1] != 0) {
			fputc(' ', to);
			value_write(to, info->out[i], x[i + 1]);
		}
	}
}

static void monitor_write(FILE *to, const struct trace_call *call)
{
	fputs("; the monitor said ", to);
	status_write(to, call->monitor[0]);
	if (call->condition != CONDITION_NONE) {
		fprintf(to, " %s", rmi_condition_name(call->condition));
	}
	results_write(to, call, call->monitor);
	if (call->has_monitor_exit) {
		fprintf(to, " exit=%s", rmi_exit_reason_name(call->monitor_exit.exit_reason));
	}
}

/* What a plan did to the call. */
static void mark_write(FILE *to, const struct trace_call *call)
{
	if (call->fault == TRACE_FAULT_NONE) {
		return;
	}
	fprintf(to, " [%s", trace_fault_name(call));
	if (call->fault == TRACE_FAULT_REFUSED) {
		fputs(" by the plan", to);
	}
	if (call->fault == TRACE_FAULT_MISREPORTED || call->fault == TRACE_FAULT_ALTERED) {
		monitor_write(to, call);
	}
	if (call->fault == TRACE_FAULT_DELAYED) {
		fprintf(to, " %" PRIu64 " us", call->delay_us);
	}
	fputc(']', to);
}

static void result_write(FILE *to, const struct trace_call *call)
{
	bool is_monitors = call->fault != TRACE_FAULT_REFUSED && call->fault != TRACE_FAULT_MISREPORTED;

	fputs(") = ", to);
	status_write(to, call->out[0]);
	if (call->condition != CONDITION_NONE && is_monitors) {
		fprintf(to, " %s", rmi_condition_name(call->condition));
	}
	results_write(to, call, call->out);
	if (call->extra == TRACE_EXTRA_EXIT) {
		fprintf(to, " exit=%s", rmi_exit_reason_name(call->exit.exit_reason));
	}
	mark_write(to, call);
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
