/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu.h - the CPUs of a running Realm: a thread each, the first on the caller's.
 *
 *   OFF -vcpu_switch_on (start, or CPU_ON by another)-> ON -CPU_OFF-> OFF;  any -vcpus_stop-> over
 *
 * V1: the number of a CPU is the order of its REC's creation; its SMCs go out on the machine's CPU of that number.
 * V2: the run has one end: the first reason counts.
 * V3: a thread exists from the first time its CPU is switched on. */
#ifndef TOOLS_VCPU_H
#define TOOLS_VCPU_H

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "reeve/host.h"
#include "reeve/model.h"
#include "tools/options.h"
#include "tools/pl011.h"
#include "tools/summary.h"

struct vcpus;

struct vcpu {
	struct vcpus *all;
	unsigned index;
	struct reeve_rec rec;
	struct reeve_exit exit;
	pthread_t thread;
	bool has_thread;
	atomic_uint starts; /* how often it was switched on */
	unsigned seen;      /* how many of these its thread has begun */
	sem_t wake;         /* posted with every change of `starts` and at the end */
};

struct vcpus {
	struct reeve_model *model;
	struct pl011 *console;
	uint64_t console_ipa;
	uint64_t half; /* first unprotected IPA */
	unsigned count;
	atomic_int end;       /* enum end */
	atomic_uint running;  /* CPUs that are on */
	pthread_mutex_t lock; /* guards the console, has_thread and error */
	struct message error;
	struct vcpu cpu[CPUS_MAX];
};

/* Nothing runs yet; the caller creates cpu[i].rec for i below `count` before vcpus_run. */
void vcpus_init(struct vcpus *all, struct reeve_model *model, struct pl011 *console, uint64_t console_ipa,
	uint64_t half, unsigned count);
void vcpus_fini(struct vcpus *all);

/* Run the realm on this thread as CPU 0, and on threads of their own the CPUs that it switches on, until there is an end.
 * No other thread is left when it returns. */
enum end vcpus_run(struct vcpus *all);

/* End the run, now or as soon as it begins; the first end counts. Safe in a signal handler. */
void vcpus_stop(struct vcpus *all, enum end end);

#endif
