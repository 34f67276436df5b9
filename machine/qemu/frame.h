/* SPDX-License-Identifier: BSD-2-Clause */
/* frame.h - what the bare-metal host says on the UART that firmware and monitor write on as well: a line of ASCII a message.
 *
 *   @KIND SEQ:PAYLOAD*CRC\n      KIND a letter, SEQ a hexadecimal count from 0, CRC eight hexadecimal digits
 *
 * F1: a payload is any bytes; those that are not printable, and `@`, `\`, `*`, go as \xx. So `@` is only ever a frame's first byte.
 * F2: CRC is the CRC-32 (IEEE 802.3) of everything from KIND up to `*`. Text of others before, between or inside frames is never taken for one.
 * F3: sequence numbers ascend by one: a gap says how many frames other people's text destroyed.
 * F4: payloads of numbers are hexadecimal words without 0x, in a fixed order (spaces between), written and read by the pairs below.
 * The encoder is freestanding, and both sides are pure: bytes in, struct out. */
#ifndef MACHINE_QEMU_FRAME_H
#define MACHINE_QEMU_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/host.h"

enum frame_kind {
	FRAME_NONE,      /* no frame */
	FRAME_CONSOLE,   /* bytes the realm wrote on its console */
	FRAME_CALL,      /* struct frame_call: an RMI call, when a trace was asked for */
	FRAME_MEASURED,  /* struct frame_measured: what the RIM is made of, always */
	FRAME_PHASE,     /* struct frame_phase: a phase of the realm's life is over */
	FRAME_FACT,      /* struct frame_fact: a number of the summary */
	FRAME_LEAK,      /* struct frame_leak: a granule that did not come back */
	FRAME_TOKEN,     /* the next bytes of the attestation token that the realm handed over */
	FRAME_MAP,       /* struct frame_map: a row of what a map is made of, when one was asked for */
	FRAME_MAP_ERROR, /* text: the last failed call on the realm, before the map's end */
	FRAME_MESSAGE,   /* text: what went wrong, one line; the last one counts */
	FRAME_END,       /* struct frame_end: the last frame; the host powers the machine off */
	FRAME_KIND_COUNT
};

enum {
	FRAME_PAYLOAD_MAX = 8192,                    /* bytes before escaping */
	FRAME_LINE_MAX = 3 * FRAME_PAYLOAD_MAX + 64, /* bytes of a line */
	FRAME_REGISTERS = 18,
	FRAME_SPARSE_MAX = 96, /* words of a structure that are not zero */
};

/* ---- a line ---- */

/* Write the frame into line[0..FRAME_LINE_MAX), with its line end. A longer payload is cut to FRAME_PAYLOAD_MAX. Returns its length. */
size_t frame_encode(
	enum frame_kind kind, uint64_t sequence, const void *payload, size_t size, char line[static FRAME_LINE_MAX]);

struct frame {
	enum frame_kind kind; /* FRAME_NONE: the line is other people's */
	uint64_t sequence;
	size_t foreign; /* bytes of the line before the frame, that are other people's */
	size_t size;
	uint8_t payload[FRAME_PAYLOAD_MAX + 1]; /* and a NUL */
};

/* Take the frame out of a line without its line end. One that is torn, or no frame at all, gives FRAME_NONE with `foreign` its length. */
void frame_decode(const char *line, size_t length, struct frame *frame);

/* ---- payloads ---- */

/* Writers return the payload's size; readers are false, and leave *out in pieces, when the payload is not of that kind. */

/* The words of a structure that are not zero, by index. */
struct frame_sparse {
	unsigned count;
	struct {
		uint16_t index;
		uint64_t word;
	} words[FRAME_SPARSE_MAX];
};

/* `size` is a multiple of 8; words beyond FRAME_SPARSE_MAX are left out. */
void frame_sparse_of(const void *structure, size_t size, struct frame_sparse *sparse);
/* Zero but for those words; ones that are not in it are ignored. */
void frame_sparse_to(const struct frame_sparse *sparse, void *structure, size_t size);

/* What stands beside a call's registers, as enum trace_extra of the tools without the content's digest. */
enum frame_extra {
	FRAME_EXTRA_NONE,
	FRAME_EXTRA_REALM_PARAMS, /* struct rmi_realm_params */
	FRAME_EXTRA_REC_PARAMS,   /* struct rmi_rec_params */
	FRAME_EXTRA_ENTRIES,      /* word 0: level of the entries of [base, out_top) */
	FRAME_EXTRA_EXIT,         /* struct rmi_rec_exit */
	FRAME_EXTRA_COUNT
};

/* How what the host saw of a call is not what the monitor did: enum trace_fault of the tools. */
enum frame_fault {
	FRAME_FAULT_NONE,
	FRAME_FAULT_REFUSED,     /* the monitor never had it */
	FRAME_FAULT_MISREPORTED, /* another status */
	FRAME_FAULT_ALTERED,     /* the same status, other results */
	FRAME_FAULT_DELAYED,     /* nothing but later */
	FRAME_FAULT_COUNT
};

struct frame_call {
	uint64_t n; /* from 1, in the order they ended */
	uint64_t cpu;
	uint64_t t_ns; /* begin, since the host's first instruction */
	uint64_t dur_ns;
	uint64_t in[FRAME_REGISTERS];
	uint64_t out[FRAME_REGISTERS];
	enum frame_extra extra;
	struct frame_sparse sparse;
	enum frame_fault fault;
	uint64_t delay_us;                 /* DELAYED */
	uint64_t monitor[FRAME_REGISTERS]; /* as `out` before a plan changed it; NONE, REFUSED, DELAYED: not sent */
	bool has_monitor_exit;             /* ALTERED was the run page's exit */
	struct frame_sparse monitor_exit;  /* struct rmi_rec_exit, as it was before */
};
size_t frame_call_write(const struct frame_call *call, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_call_read(const struct frame *frame, struct frame_call *call);

/* What the monitor measures, as it was issued and succeeded, in order. Runs that continue each other are one. */
enum frame_measure {
	FRAME_MEASURE_REALM, /* sparse: struct rmi_realm_params */
	FRAME_MEASURE_RIPAS, /* entries of `size` bytes each from base up to top */
	FRAME_MEASURE_DATA,  /* granules from base up to top, with `flags` of RMI_DATA_CREATE */
	FRAME_MEASURE_REC,   /* sparse: struct rmi_rec_params of a runnable REC */
	FRAME_MEASURE_COUNT
};

struct frame_measured {
	enum frame_measure what;
	uint64_t base;
	uint64_t top;
	uint64_t size;
	uint64_t flags;
	struct frame_sparse sparse;
};
size_t frame_measured_write(const struct frame_measured *measured, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_measured_read(const struct frame *frame, struct frame_measured *measured);

/* `phase`: enum phase (vmm/end.h), the order of the summary. */
struct frame_phase {
	uint64_t phase;
	uint64_t t_ns;
	uint64_t dur_ns;
};
size_t frame_phase_write(const struct frame_phase *phase, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_phase_read(const struct frame *frame, struct frame_phase *phase);

enum frame_fact_kind {
	FRAME_FACT_CALLS,    /* index: enum rmi_command, or RMI_COMMAND_COUNT */
	FRAME_FACT_GRANULES, /* index: enum reeve_use; just before the realm was destroyed */
	FRAME_FACT_EXITS,    /* index: enum reeve_exit_reason */
	FRAME_FACT_ACTED,    /* index: rule of the plan */
	FRAME_FACT_CPUS,     /* index 0: how many CPUs the machine has that were brought up */
	FRAME_FACT_AT_WORK,  /* index 0: the realm is being taken apart still; said once a second */
	FRAME_FACT_KIND_COUNT
};

struct frame_fact {
	uint64_t kind; /* enum frame_fact_kind */
	uint64_t index;
	uint64_t value;
};
size_t frame_fact_write(const struct frame_fact *fact, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_fact_read(const struct frame *frame, struct frame_fact *fact);

struct frame_leak {
	uint64_t pa;
	uint64_t was;      /* enum reeve_use */
	uint64_t command;  /* enum rmi_command that was refused; RMI_COMMAND_COUNT: none is known */
	uint64_t returned; /* what it returned */
};
size_t frame_leak_write(const struct frame_leak *leak, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_leak_read(const struct frame *frame, struct frame_leak *leak);

/* A map is BEGIN, rows, END. */
enum frame_map_kind {
	FRAME_MAP_BEGIN,
	FRAME_MAP_LEDGER, /* granules in a row; the last three words are of leaked ones */
	FRAME_MAP_ENTRY,  /* entries of one table in a row, as RMI_RTT_READ_ENTRY tells them */
	FRAME_MAP_END,
	FRAME_MAP_KIND_COUNT
};
/* The words of each. */
enum {
	FRAME_BEGIN_MOMENT, /* enum frame_map_moment */
	FRAME_BEGIN_PAGE_SIZE,
	FRAME_BEGIN_STATE, /* enum reeve_realm_state; NONE: the next four are 0 */
	FRAME_BEGIN_VMID,
	FRAME_BEGIN_RD,
	FRAME_BEGIN_ROOTS,
	FRAME_BEGIN_LPA2
};
enum {
	FRAME_LEDGER_PA,
	FRAME_LEDGER_COUNT,
	FRAME_LEDGER_USE, /* enum reeve_use */
	FRAME_LEDGER_VMID,
	FRAME_LEDGER_WAS,     /* enum reeve_use */
	FRAME_LEDGER_COMMAND, /* enum rmi_command */
	FRAME_LEDGER_RETURNED
};
enum {
	FRAME_ENTRY_RD,
	FRAME_ENTRY_LEVEL,
	FRAME_ENTRY_IPA,
	FRAME_ENTRY_COUNT,
	FRAME_ENTRY_STATE,
	FRAME_ENTRY_RIPAS,
	FRAME_ENTRY_DESCRIPTOR, /* the first one's */
	FRAME_ENTRY_STEP        /* from one's to the next one's */
};
enum frame_map_moment { FRAME_MAP_BEFORE, FRAME_MAP_AFTER_ALL, FRAME_MAP_AFTER_SOME, FRAME_MAP_MOMENT_COUNT };
enum { FRAME_MAP_WORDS = 8 };

struct frame_map {
	uint64_t kind; /* enum frame_map_kind */
	uint64_t words[FRAME_MAP_WORDS];
};
size_t frame_map_write(const struct frame_map *map, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_map_read(const struct frame *frame, struct frame_map *map);

struct frame_end {
	uint64_t end;      /* enum end (vmm/end.h) */
	uint64_t is_begun; /* 0: refused before there was a realm; the message says why */
	uint64_t frames;   /* that were sent before this one */
	uint64_t t_ns;     /* since the host's first instruction */
};
size_t frame_end_write(const struct frame_end *end, uint8_t payload[static FRAME_PAYLOAD_MAX]);
REEVE_MUST_CHECK bool frame_end_read(const struct frame *frame, struct frame_end *end);

#endif
