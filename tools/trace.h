/* SPDX-License-Identifier: BSD-2-Clause */
/* trace.h - an RMI call as it was made, and the formats it can be written in.
 *
 *   conduit --struct trace_call--> text (a line as strace would print it) | json (an object a line) | chrome (Perfetto)
 *
 * T1: calls are numbered and written in the order they ended.
 * T2: what a command reads from host memory and measures stands with the call, so a trace alone gives the RIM.
 * T3: a call reads as the host saw it; what a plan of faults did to it, and what the monitor said, stand beside that. */
#ifndef TOOLS_TRACE_H
#define TOOLS_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reeve/monitor.h"
#include "reeve/rmi.h"
#include "tools/options.h"

/* What of a call is not in its registers. */
enum trace_extra {
	TRACE_EXTRA_NONE,
	TRACE_EXTRA_REALM_PARAMS,
	TRACE_EXTRA_REC_PARAMS,
	TRACE_EXTRA_CONTENT, /* digest of a measured granule, by the realm's algorithm */
	TRACE_EXTRA_ENTRIES, /* RTT_INIT_RIPAS that was carried out: level of the entries of [base, out_top) */
	TRACE_EXTRA_EXIT,    /* REC_ENTER that was carried out */
	TRACE_EXTRA_COUNT
};

/* How what the host saw of a call is not what the monitor did. */
enum trace_fault {
	TRACE_FAULT_NONE,
	TRACE_FAULT_REFUSED,     /* the monitor never had it */
	TRACE_FAULT_MISREPORTED, /* another status */
	TRACE_FAULT_ALTERED,     /* the same status, other results */
	TRACE_FAULT_DELAYED,     /* nothing but later */
	TRACE_FAULT_COUNT
};

struct trace_call {
	uint64_t n; /* from 1 */
	unsigned cpu;
	unsigned realm; /* by order of creation from 1; 0: none or not known */
	uint64_t t_ns;  /* begin, since the trace's */
	uint64_t dur_ns;
	enum rmi_command command;          /* RMI_COMMAND_COUNT: no command of RMI v1.0 */
	uint64_t in[REEVE_SMC_REGISTERS];  /* in[0]: function identifier */
	uint64_t out[REEVE_SMC_REGISTERS]; /* out[0]: status word */
	enum rmi_condition condition;      /* the monitor's */
	enum trace_fault fault;
	uint64_t delay_us;                     /* DELAYED */
	uint64_t monitor[REEVE_SMC_REGISTERS]; /* MISREPORTED, ALTERED: as `out` before that */
	bool has_monitor_exit;                 /* ALTERED was the run page's exit */
	struct rmi_rec_exit monitor_exit;      /* as it was before */
	enum trace_extra extra;
	union {
		struct rmi_realm_params realm_params;
		struct rmi_rec_params rec_params;
		struct {
			size_t size;
			uint8_t digest[RMI_MEASUREMENT_SIZE];
		} content;
		int entry_level;
		struct rmi_rec_exit exit;
	};
};

/* A phase of the realm's life. */
struct trace_phase {
	const char *name;
	unsigned realm;
	uint64_t t_ns;
	uint64_t dur_ns;
};

/* Writers do not look at the stream's errors: whoever closes it does. */
struct trace_format {
	void (*begin)(FILE *to, unsigned cpus);
	void (*call)(FILE *to, const struct trace_call *call);
	void (*phase)(FILE *to, const struct trace_phase *phase);
	void (*end)(FILE *to);
};

extern const struct trace_format trace_text;
extern const struct trace_format trace_json;
extern const struct trace_format trace_chrome;

const struct trace_format *trace_format_of(enum trace_kind kind);

/* Of a status word: "SUCCESS", "ERROR_RTT", "NOT_SUPPORTED", "BUSY"; NULL when it is none that has a name. */
const char *trace_status_name(uint64_t x0);
unsigned trace_status_index(uint64_t x0);
/* "refused", "misreported", "altered", "delayed"; NULL when nothing was done to the call. */
const char *trace_fault_name(const struct trace_call *call);
/* What the monitor returned; of a REFUSED call there is nothing of the kind. */
const uint64_t *trace_monitor(const struct trace_call *call);
/* Whether the monitor carried the call out, whatever the host was told. */
bool trace_was_done(const struct trace_call *call);
/* "RMI_DATA_CREATE", or "unknown". */
const char *trace_command_name(const struct trace_call *call);

/* Whether the argument or result called `name` is a count, level or flag, to be read as a signed number, and not an address. */
bool trace_is_number(const char *name);

/* Bytes that an entry of `level` spans (spec: rmm-v1.0 s5). */
uint64_t trace_level_size(int level);

#endif
