/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu.h - the CPUs of a running Realm: a thread each, the first on the caller's.
 *
 *   OFF -vcpu_switch_on (start, or CPU_ON by another)-> ON -CPU_OFF-> OFF;  any -vcpus_stop-> over -vcpus_resume-> as before
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
struct vcpu;

/* A call of the library for a CPU. */
typedef enum reeve_status vcpu_call(struct vcpu *cpu);

struct vcpu {
	struct vcpus *all;
	unsigned index;
	struct reeve_rec rec;
	struct reeve_exit exit;
	bool is_on;             /* its thread's, and anybody's once the run is over: it goes on with a vcpus_resume */
	bool is_unanswered;     /* answering the exit failed */
	atomic_bool is_in_turn; /* it runs, or answers */
	atomic_uint turns;      /* that it made */
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
	/* Makes each call of the library, on the thread of the CPU it is for. NULL: it is simply made. Set before vcpus_run. */
	enum reeve_status (*make)(struct vcpu *cpu, vcpu_call *call);
	void *context;        /* of make */
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

/* Go on with a run that is over: forget its end, ask again for what failed, and run each CPU that was on then. END_CPUS_OFF when none was. */
enum end vcpus_resume(struct vcpus *all);

/* End the run, now or as soon as it begins; the first end counts. Safe in a signal handler. */
void vcpus_stop(struct vcpus *all, enum end end);

#endif
