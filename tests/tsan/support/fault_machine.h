/* SPDX-License-Identifier: BSD-2-Clause */
/* fault_machine.h - a machine whose host is used by two to eight threads while calls and allocations fail.
 *
 * Nobody waits for ever: a lock that is not had within LOCK_S, or a thread that does not end within JOIN_S, ends the test and says what each
 * thread was doing. */
#ifndef TESTS_TSAN_SUPPORT_FAULT_MACHINE_H
#define TESTS_TSAN_SUPPORT_FAULT_MACHINE_H

#include <pthread.h>
#include <stdatomic.h>

#include "reeve/fault.h"
#include "reeve/host.h"
#include "reeve/model.h"
#include "tests/fuzz/support/ledger_check.h" /* a test links what it includes */

#define RAM_BASE UINT64_C(0x80000000)
#define RAM_SIZE UINT64_C(0x400000)

enum {
	THREADS_MAX = 8,
	SHARED_REALMS = 2,
	LOCK_S = 20,
	JOIN_S = 60,
};

struct lock {
	pthread_mutex_t mutex;
	const char *name;
};

struct worker {
	pthread_t thread;
	unsigned index;
	uint64_t seed;
	const char *_Atomic doing;
	struct reeve_realm own;
	struct lock own_lock;
	struct reeve_rec recs[SHARED_REALMS]; /* of each shared realm; of its own the first */
	enum reeve_status status;
	const char *wrong; /* what did not hold, as far as the thread can tell */
};

extern struct fault_machine {
	struct reeve_model *model;
	struct reeve_host_ops behind; /* the model's */
	struct reeve_host_ops ops;
	struct reeve_fault faults;
	struct reeve_host host;
	struct lock host_lock;
	struct reeve_realm shared[SHARED_REALMS];
	struct lock shared_locks[SHARED_REALMS];
	pthread_barrier_t start;
	_Atomic unsigned succeeded[RMI_COMMAND_COUNT]; /* calls */
	unsigned thread_count;
	struct worker workers[THREADS_MAX];
} fault_machine;

/* What was done on all machines that were closed, lest threads agree because they do nothing. */
extern struct fault_sum {
	unsigned succeeded[RMI_COMMAND_COUNT];
	uint64_t faults;
} fault_sum;

/* A machine for that many threads, no faults yet. */
void machine_open(unsigned thread_count, size_t page_size);
/* What machine_check says, then everything comes back with one call. */
void machine_close(void);
/* No thread runs any more: ledger and monitor tell the same, granule by granule, and each realm was created once. */
void machine_check(void);
/* Realms that the monitor has. */
unsigned machine_realms(void);

/* Follow the plan in `text`. */
void faults_load(const char *text);

/* `work` by all threads, each with its struct worker; back when all have ended. */
void machine_at_once(void *(*work)(void *), uint64_t seed);
/* The first thing a thread does: wait until all are there. */
void worker_begin(struct worker *worker);

/* 0..count-1. */
unsigned random_pick(uint64_t *seed, unsigned count);

#endif
