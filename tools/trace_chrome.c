/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_chrome.c - a trace that Perfetto and chrome://tracing open: a row for each CPU, and one for each realm's phases. */
#include <inttypes.h>

#include "tools/json.h"
#include "tools/trace.h"

/* Rows of the picture: CPUs from ROW_CPU, realms from ROW_REALM. Row numbers need not follow each other. */
enum { PROCESS = 1, ROW_CPU = 1, ROW_REALM = 1000 };

static const double us_ns = 1e3;

static void row_name(FILE *to, const char *kind, unsigned number, unsigned row)
{
	fprintf(to,
		"{\"name\":\"thread_name\",\"ph\":\"M\",\"pid\":%d,\"tid\":%u,\"args\":{\"name\":\"%s %u\"}},\n"
		"{\"name\":\"thread_sort_index\",\"ph\":\"M\",\"pid\":%d,\"tid\":%u,\"args\":{\"sort_index\":%u}},\n",
		PROCESS, row, kind, number, PROCESS, row, row);
}

static void chrome_begin(FILE *to, unsigned cpus)
{
	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n", to);
	for (unsigned i = 0; i < cpus; i++) {
		row_name(to, "cpu", i, ROW_CPU + i);
	}
}

/* An event that has a begin and a duration. */
static void span_write(
	FILE *to, const char *name, const char *category, unsigned row, uint64_t t_ns, uint64_t dur_ns, json_t *args)
{
	fprintf(to,
		"{\"name\":\"%s\",\"cat\":\"%s\",\"ph\":\"X\",\"pid\":%d,\"tid\":%u,\"ts\":%.3f,\"dur\":%.3f,\"args\":",
		name, category, PROCESS, row, (double)t_ns / us_ns, (double)dur_ns / us_ns);
	(void)json_dumpf(args, to, JSON_COMPACT);
	fputs("},\n", to);
	json_decref(args);
}

static void chrome_call(FILE *to, const struct trace_call *call)
{
	json_t *args = trace_json_args(call);

	json_put_number(args, "n", (int64_t)call->n);
	json_put_number(args, "realm", call->realm);
	(void)json_object_set_new(args, "result", trace_json_status(call->out[0]));
	json_put_number(args, "result_index", trace_status_index(call->out[0]));
	(void)json_object_set_new(args, "condition", trace_json_condition(call));
	(void)json_object_set_new(args, "out", trace_json_out(call));
	if (call->extra == TRACE_EXTRA_EXIT) {
		(void)json_object_set_new(args, "exit", json_string(rmi_exit_reason_name(call->exit.exit_reason)));
	}
	trace_json_put_fault(args, call);
	span_write(to, trace_command_name(call), "rmi", ROW_CPU + call->cpu, call->t_ns, call->dur_ns, args);
}

static void chrome_phase(FILE *to, const struct trace_phase *phase)
{
	row_name(to, "realm", phase->realm, ROW_REALM + phase->realm);
	span_write(to, phase->name, "phase", ROW_REALM + phase->realm, phase->t_ns, phase->dur_ns, json_object());
}

static void chrome_end(FILE *to)
{
	fprintf(to, "{\"name\":\"process_name\",\"ph\":\"M\",\"pid\":%d,\"args\":{\"name\":\"reeve\"}}\n]}\n", PROCESS);
}

const struct trace_format trace_chrome = {chrome_begin, chrome_call, chrome_phase, chrome_end};
