/* SPDX-License-Identifier: BSD-2-Clause */
/* vcpu.h - the CPUs of a running Realm: each runs its REC and answers what it exits for, on a thread or a machine's CPU of its own.
 *
 *   OFF -start (vcpus_begin, or CPU_ON by another)-> ON -CPU_OFF-> OFF;  any -vcpus_stop-> over -vcpus_again-> as before
 *
 * V1: the number of a CPU is the order of its REC's creation.
 * V2: the run has one end: the first reason counts.
 * V3: a CPU's own structure is written by whoever runs vcpu_loop for it; what others touch is atomic or under the seam's lock.
 * Deliberately elsewhere: what a CPU is, how it waits and how a running REC is interrupted (struct vcpu_ops, the embedder's). */
#ifndef VMM_VCPU_H
#define VMM_VCPU_H

#include <stdatomic.h>
#include <stdbool.h>

#include "reeve/host.h"
#include "vmm/end.h"
#include "vmm/pl011.h"
#include "vmm/text.h"

enum { VCPUS_MAX = 64 };

struct vcpus;
struct vcpu;

/* A call of the library for a CPU. */
typedef enum reeve_status vcpu_call(struct vcpu *cpu);

/* The seam: all members but `make` are needed. `context` is that of vcpus_init. */
struct vcpu_ops {
	/* Guards the console and the error. Held shortly, and never while another function of the seam is called. */
	void (*lock)(void *context);
	void (*unlock)(void *context);
	/* See to it that vcpu_loop runs for the CPU and looks at `starts`: begin it, or wake it. False with *why set when it cannot run. */
	bool (*start)(void *context, struct vcpu *cpu, struct text *why);
	/* Wait until the CPU is woken. It may return early. */
	void (*wait)(void *context, struct vcpu *cpu);
	/* End the CPU's wait, the one it is in or else its next. Called by vcpus_stop. */
	void (*wake)(void *context, struct vcpu *cpu);
	/* Take the CPU's REC out of the realm, or at once when it enters next. Called by vcpus_stop. */
	void (*kick)(void *context, struct vcpu *cpu);
	/* The CPU has nothing to do for now: let others run, or wait for an interrupt, not for long. */
	void (*idle)(void *context, struct vcpu *cpu);
	/* Make a call of the library, on the CPU it is for. NULL: it is simply made. */
	enum reeve_status (*make)(void *context, struct vcpu *cpu, vcpu_call *call);
};

struct vcpu {
	struct vcpus *all;
	unsigned index;
	struct reeve_rec rec;
	struct reeve_exit exit;
	bool is_on;             /* its own, and anybody's once the run is over: it goes on with a vcpus_again */
	bool is_unanswered;     /* answering the exit failed */
	atomic_bool is_in_turn; /* it runs, or answers */
	atomic_uint turns;      /* that it made */
	atomic_uint starts;     /* how often it was switched on */
	unsigned seen;          /* how many of these it has begun */
	uint64_t exits[REEVE_EXIT_REASON_COUNT];
};

struct vcpus {
	const struct vcpu_ops *ops;
	void *context;
	struct pl011 *console;
	uint64_t console_ipa;
	uint64_t half; /* first unprotected IPA */
	unsigned count;
	atomic_int end;      /* enum end */
	atomic_uint running; /* CPUs that are on */
	struct text error;   /* of END_ERROR, END_FAULT, END_SERROR */
	struct vcpu cpu[VCPUS_MAX];
};

/* Nothing runs yet; the caller creates cpu[i].rec for i below `count`, at most VCPUS_MAX, before vcpus_begin. `ops` must outlive *all. */
void vcpus_init(struct vcpus *all, const struct vcpu_ops *ops, void *context, struct pl011 *console,
	uint64_t console_ipa, uint64_t half, unsigned count);

/* Switch CPU 0 on. */
void vcpus_begin(struct vcpus *all);

/* Prepare to go on with a run that is over: forget its end, have what failed asked again, and switch on each CPU that was on then. False when
 * none was. */
bool vcpus_again(struct vcpus *all);

/* Run the CPU each time it is switched on, until the run is over. By one thread a CPU. */
void vcpu_loop(struct vcpu *cpu);

/* End the run, now or as soon as it begins; the first end counts. Safe where the seam's wake and kick are. */
void vcpus_stop(struct vcpus *all, enum end end);

/* END_NONE: it goes on. */
enum end vcpus_end(struct vcpus *all);

#endif
