/* SPDX-License-Identifier: BSD-2-Clause */
/* account.h - what the host's frames say of a run, as the console, the trace and the summary that a run on the model has.
 *
 * A1: the RIM is computed from the calls that the host made and the contents of its job, not taken from the monitor.
 * A2: the names of conditions are not from frames, whose host knows none, but from the monitor's book, when it keeps one (refusals.h). */
#ifndef TOOLS_QEMU_ACCOUNT_H
#define TOOLS_QEMU_ACCOUNT_H

#include "machine/hosted/digest.h"
#include "machine/qemu/frame.h"
#include "reeve/measure.h"
#include "tools/qemu/job.h"
#include "tools/qemu/last_lines.h"
#include "tools/qemu/map_record.h"
#include "tools/qemu/realms.h"
#include "tools/qemu/refusals.h"
#include "tools/summary.h"
#include "tools/trace.h"

struct account {
	const struct run_options *options;
	const struct qemu_job *job;
	FILE *console;
	FILE *trace;              /* NULL: none */
	struct refusals refusals; /* while the machine runs */
	struct map_record *maps;  /* NULL: none were asked for */
	struct hosted_digest *digest;
	struct reeve_hasher hasher;
	struct realms realms; /* of the trace */
	uint8_t *token;       /* what the realm delivered; the caller's to write, account_close frees it */
	size_t token_size;
	bool has_end; /* the last frame came */
	bool is_begun;
	bool is_counted;        /* the host told its calls: it came to the end of the run, well or not */
	uint64_t bad;           /* frames whose payload makes no sense */
	uint64_t at_work;       /* times that the host said it takes the realm apart */
	uint64_t rsi;           /* calls of the realm's RSI that reached its host */
	struct last_lines said; /* on the console */
	struct summary *summary;
};

/* False with *why set and nothing to close when libcrypto has no memory. `summary` is filled as frames come. */
bool account_open(struct account *account, const struct run_options *options, const struct qemu_job *job, FILE *console,
	FILE *trace, struct summary *summary, struct message *why);

void account_take(struct account *account, const struct frame *frame);

/* End the trace: it goes on no more. */
void account_trace_end(struct account *account);

/* End the trace if it still goes on, and free what account_open made; a zeroed account is nothing; the summary's leaks and maps are its owner's. */
void account_close(struct account *account);

#endif
