/* SPDX-License-Identifier: BSD-2-Clause */
/* conduit.h - the SMCs of a host on their way to the monitor: counted, traced, and the RIM they make kept beside them.
 *
 *   host library --conduit_smc--> struct reeve_fault --> reeve_model_smc; then counts, RIM, trace line under one lock
 *
 * C1: the RIM is computed from what the host passed, never asked of the monitor: only a realm can ask for it.
 * C2: calls that the conduit itself makes (the level of a RIPAS entry) are neither counted nor traced, nor any rule's turn.
 * C3: calls count as the host issued them; the RIM and the realms follow what the monitor did, whatever a plan told the host.
 * Not here: formats (trace.h), the rules of the RIM (reeve/measure.h), those of plans (reeve/fault.h). */
#ifndef TOOLS_CONDUIT_H
#define TOOLS_CONDUIT_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "machine/hosted/digest.h"
#include "reeve/fault.h"
#include "reeve/measure.h"
#include "reeve/model.h"
#include "tools/trace.h"

enum { CONDUIT_REALMS = 16, CONDUIT_RECS = 512 };

struct conduit_realm {
	unsigned number; /* by order of creation from 1; 0: the slot is free */
	uint64_t rd;     /* 0: destroyed */
	enum rmi_hash_algorithm hash;
	uint8_t rim[RMI_MEASUREMENT_SIZE];
};

struct conduit {
	struct reeve_model *model;
	FILE *trace; /* NULL: none */
	const struct trace_format *format;
	struct hosted_digest *digest;
	struct reeve_hasher hasher;
	struct reeve_fault fault; /* between host and monitor; without a plan until conduit_load */
	bool (*must_stop)(void *context);
	void *context;
	uint64_t started_ns;
	pthread_mutex_t lock; /* guards what follows, the digest engine and the trace */
	uint64_t n;
	uint64_t counts[RMI_COMMAND_COUNT + 1]; /* the last: no command of RMI v1.0 */
	unsigned realm_count;                   /* created so far */
	struct conduit_realm realms[CONDUIT_REALMS];
	struct {
		uint64_t rec; /* 0: free */
		unsigned realm;
	} recs[CONDUIT_RECS];
};

/* Nanoseconds of a clock that only goes forward. */
uint64_t conduit_clock_ns(void);

/* Make a conduit to `model`, to stay where it is; `trace` (NULL: none) stays the caller's. False when libcrypto refuses an engine; *conduit
 * is then untouched. `cpus` is the number of CPUs the trace has rows for. */
bool conduit_init(struct conduit *conduit, struct reeve_model *model, FILE *trace, const struct trace_format *format,
	unsigned cpus);

/* Follow `plan` from the next call on. A delay ends early when `must_stop` says so, which any thread may ask. False with *why set and
 * nothing changed when a rule makes no sense. Not while a call is under way. */
bool conduit_load(struct conduit *conduit, const struct reeve_fault_plan *plan, bool (*must_stop)(void *context),
	void *context, struct message *why);

/* What follows in the trace goes to `trace`, which holds what was written so far; NULL if and only if there is no trace. */
void conduit_trace_move(struct conduit *conduit, FILE *trace);

/* End the trace: later calls are not in it. */
void conduit_trace_end(struct conduit *conduit);

/* End the trace if it still goes on, and free what conduit_init made. */
void conduit_fini(struct conduit *conduit);

/* The SMC in x, by CPU `cpu`; as reeve_model_smc. Thread-safe. */
void conduit_smc(struct conduit *conduit, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS]);

/* Pages of the machine, as reeve_host_ops.pages_alloc, when the plan lets them be had. Thread-safe. */
bool conduit_pages_alloc(struct conduit *conduit, size_t size, struct reeve_pa *pa);

/* A phase begins, for the plan's phase=NAME; `name` must last. Returns the time, for conduit_phase. */
uint64_t conduit_phase_begin(struct conduit *conduit, const char *name);

/* Put a phase of realm `realm` that began at `begin_ns` (conduit_clock_ns) and ends now into the trace. Returns its length. */
uint64_t conduit_phase(struct conduit *conduit, const char *name, unsigned realm, uint64_t begin_ns);

/* The RIM of realm `number` so far. False, *hash and rim untouched, when it was never created. */
bool conduit_rim(
	struct conduit *conduit, unsigned number, enum rmi_hash_algorithm *hash, uint8_t rim[RMI_MEASUREMENT_SIZE]);

#endif
