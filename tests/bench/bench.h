/* SPDX-License-Identifier: BSD-2-Clause */
/* bench.h - how a figure is taken: a row does `count` operations between two clock readings; the median of several batches is printed. */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#include "reeve/model.h"

enum { BENCH_BATCHES = 15 };

/* Nanoseconds of a monotonic clock. */
uint64_t bench_now(void);

/* Median of `count` values; sorts them. */
double bench_median(double *values, unsigned count);

/* This machine's own limits, in nanoseconds an operation. */
struct bench_limits {
	double wipe_4k;
	double sha256_4k;
	double sha256_256;
	double sha512_4k;
	double sha512_256;
};
struct bench_limits bench_limits(void);

/* A model machine with a realm to measure on. */
struct world {
	struct reeve_model *model;
	bool owns_model;
	unsigned cpu;
	uint16_t vmid;
	enum rmi_hash_algorithm hash;
	uint64_t params; /* an NS page for parameters */
	uint64_t source; /* an NS page of content */
	uint64_t rd;
	uint64_t roots;
	uint64_t pool; /* first of the delegated granules that rows may use */
	uint64_t x
		[REEVE_SMC_REGISTERS]; /* the CPU's: a call writes those it uses, clearing the others is not its cost */
};

enum { WORLD_POOL = 2048, WORLD_ROOTS = 2 };

/* A lenient machine whose pool is delegated. Ends the process with a message when it cannot be made. */
void world_open(struct world *world, enum rmi_hash_algorithm hash);
/* The same on a machine that others use too, by a CPU number and a VMID of its own. */
void world_open_on(struct world *world, struct reeve_model *model, unsigned cpu, enum rmi_hash_algorithm hash);
/* A lenient machine, or the end of the process. */
struct reeve_model *world_model(void);
void world_close(struct world *world);

/* An RMI call that has to succeed; ends the process with its name and condition otherwise. Returns X1. */
uint64_t world_rmi(struct world *world, uint64_t fid, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e);

/* The realm at world->rd: create, add the tables that lead to `ipa` at level 3, destroy all that again. */
void world_realm_create(struct world *world);
void world_tables_create(struct world *world, uint64_t ipa);
void world_tables_destroy(struct world *world, uint64_t ipa);
void world_realm_destroy(struct world *world);

/* The pool's granule number n. */
uint64_t world_granule(const struct world *world, unsigned n);

/* Print the rows of every command, the machine's limits beside them. */
void bench_commands(const struct bench_limits *limits);
/* Two realms on two threads against one: how the monitor scales, and what it costs in memory. */
void bench_scaling(void);
/* What a conduit for faults costs a call. */
void bench_conduit(void);
/* RMI calls of a realm of 1 GiB, counted, beside the fewest that are possible. */
void bench_calls(void);
/* `reeve run IMAGE` as a process, from start to exit. */
void bench_process(const char *reeve, const char *image);
/* `reeve measure` of 1 GiB in the page cache beside what `openssl speed` says of the same digest: wall time, CPU time, memory. */
void bench_measure(const char *reeve);

#endif
