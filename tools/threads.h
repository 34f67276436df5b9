/* SPDX-License-Identifier: BSD-2-Clause */
/* threads.h - the CPUs of a Realm on a model machine: a thread each, the first on the caller's.
 *
 * A thread exists from the first time its CPU is switched on; its SMCs go out on the machine's CPU of that number. */
#ifndef TOOLS_THREADS_H
#define TOOLS_THREADS_H

#include <pthread.h>
#include <semaphore.h>

#include "reeve/model.h"
#include "vmm/vcpu.h"

struct threads {
	struct vcpus all;
	struct reeve_model *model;
	/* Makes each call of the library, on the thread of the CPU it is for. NULL: it is simply made. Set before threads_run. */
	enum reeve_status (*make)(void *context, struct vcpu *cpu, vcpu_call *call);
	void *context;        /* of make */
	pthread_mutex_t lock; /* guards the console, has_thread and error */
	struct {
		pthread_t thread;
		bool has_thread;
		sem_t wake; /* posted with every change of `starts` and at the end */
	} cpu[VCPUS_MAX];
};

/* Nothing runs yet; the caller creates all.cpu[i].rec for i below `count` before threads_run. *threads must stay where it is. */
void threads_init(struct threads *threads, struct reeve_model *model, struct pl011 *console, uint64_t console_ipa,
	uint64_t half, unsigned count);
void threads_fini(struct threads *threads);

/* Run the realm on this thread as CPU 0, and on threads of their own the CPUs that it switches on, until there is an end.
 * No other thread is left when it returns. */
enum end threads_run(struct threads *threads);

/* Go on with a run that is over (vcpus_again). END_CPUS_OFF when no CPU was on. */
enum end threads_resume(struct threads *threads);

/* vcpus_stop; safe in a signal handler. */
void threads_stop(struct threads *threads, enum end end);

#endif
