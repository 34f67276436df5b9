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
#include "vmm/mailbox.h"
#include "vmm/pl011.h"
#include "vmm/shares.h"
#include "vmm/text.h"
#include "vmm/vgic.h"

enum { VCPUS_MAX = 64, VCPU_DEVICES_MAX = 8 };

struct vcpus;
struct vcpu;

/* A call of the library for a CPU. */
typedef enum reeve_status vcpu_call(struct vcpu *cpu);

/* The seam: all members but `counter` and `make` are needed. `context` is that of vcpus_init. */
struct vcpu_ops {
	/* Guards the devices, the mailbox and the error. Held shortly, and never while another function of the seam is called. */
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
	/* The CPU has nothing to do for now: let others run, or wait until it is woken or kicked, or the counter is at `until`
	 * (UINT64_MAX: no timer is waited for); not for long. */
	void (*idle)(void *context, struct vcpu *cpu, uint64_t until);
	/* The realm's counter now, CNTVCT_EL0 and CNTPCT_EL0 alike. NULL: its timers raise no interrupt. */
	uint64_t (*counter)(void *context);
	/* Make a call of the library, on the CPU it is for. NULL: it is simply made. */
	enum reeve_status (*make)(void *context, struct vcpu *cpu, vcpu_call *call);
};

/* A device of the realm: `size` bytes of registers from `ipa` on. Called under the seam's lock, by any CPU; sizes are 1, 2, 4, 8. */
struct vcpu_device {
	uint64_t ipa;
	uint64_t size;
	uint64_t (*read)(void *context, uint64_t offset, unsigned size);
	void (*write)(void *context, uint64_t offset, unsigned size, uint64_t value);
	void *context;
};

/* Where input goes, under the seam's lock. */
struct vcpu_input {
	size_t (*room)(void *context);                                     /* bytes it takes now; 0: none */
	void (*receive)(void *context, const uint8_t *bytes, size_t size); /* no more than there is room for */
	void *context;
};

/* A timer of the realm as its last exit left it: CTL and CVAL of CNTV or CNTP. */
struct vcpu_timer {
	uint64_t ctl;
	uint64_t cval;
};

enum { VCPU_TIMER_VIRTUAL, VCPU_TIMER_PHYSICAL, VCPU_TIMER_COUNT };

struct vcpu {
	struct vcpus *all;
	unsigned index;
	struct reeve_rec rec;
	struct reeve_exit exit;
	bool is_on;             /* its own, and anybody's once the run is over: it goes on with a vcpus_again */
	bool is_begun;          /* its run: it takes turns until it is off */
	bool is_unanswered;     /* answering the exit failed */
	atomic_bool is_in_turn; /* it runs, or answers */
	atomic_uint turns;      /* that it made */
	atomic_uint starts;     /* how often it was switched on */
	unsigned seen;          /* how many of these it has begun */
	uint64_t exits[REEVE_EXIT_REASON_COUNT];
	struct vcpu_timer timers[VCPU_TIMER_COUNT];
};

struct vcpus {
	const struct vcpu_ops *ops;
	void *context;
	struct pl011 *console;
	uint64_t half;    /* first unprotected IPA */
	struct vgic *gic; /* under the seam's lock; NULL: none */
	struct mailbox
		mailbox; /* under the seam's lock; set before vcpus_begin: nothing in it, and host calls are declined */
	struct shares *shares; /* set before vcpus_begin; NULL: what the realm makes EMPTY is not shared */
	struct vcpu_device devices[VCPU_DEVICES_MAX];
	unsigned device_count;
	struct vcpu_input input; /* set before vcpus_begin; the console when it is not */
	unsigned count;
	atomic_int end;      /* enum end */
	atomic_uint running; /* CPUs that are on */
	struct text error;   /* of END_ERROR, END_FAULT, END_SERROR */
	struct vcpu cpu[VCPUS_MAX];
};

/* Nothing runs yet, and the console, at `console_ipa`, is device 0; the caller creates cpu[i].rec for i below `count`, at most VCPUS_MAX, before vcpus_begin. `ops` must outlive *all. */
void vcpus_init(struct vcpus *all, const struct vcpu_ops *ops, void *context, struct pl011 *console,
	uint64_t console_ipa, uint64_t half, unsigned count);

/* Give the realm one more device, before vcpus_begin. False when there are VCPU_DEVICES_MAX. */
bool vcpus_device_add(struct vcpus *all, const struct vcpu_device *device);

/* Give the realm an interrupt controller, which vgic_init made for as many CPUs: distributor at `gicd`, redistributors at `gicr`. Before
 * vcpus_begin. The embedder calls vcpu_enter and vcpu_exit then. False as vcpus_device_add. */
bool vcpus_gic(struct vcpus *all, struct vgic *gic, uint64_t gicd, uint64_t gicr);

/* Just before and after each RMI_REC_ENTER of the CPU's REC, in the seam of the host library: interrupts go in, and come back. `run` is the run
 * page; `is_done`: the call succeeded, so the page holds an exit. Without an interrupt controller nothing is done. */
void vcpu_enter(struct vcpu *cpu, struct rmi_rec_run *run);
void vcpu_exit(struct vcpu *cpu, const struct rmi_rec_run *run, bool is_done);

/* Set the line of an interrupt: an SPI, or a PPI of `cpu`. Any CPU; nothing without an interrupt controller. */
void vcpus_line(struct vcpus *all, unsigned cpu, unsigned number, bool line);

/* Hand input on: what `next` gives, as long as it has more (true) and there is room. `next` is called under the seam's lock, so by one CPU at a
 * time. False: the room came to its end first, so call again when the realm may have read some. */
bool vcpus_input(struct vcpus *all, bool (*next)(void *context, uint8_t *byte), void *context);

/* Show what the realm printed without ending the line. */
void vcpus_flush(struct vcpus *all);

/* Switch CPU 0 on. */
void vcpus_begin(struct vcpus *all);

/* Prepare to go on with a run that is over: forget its end, have what failed asked again, and switch on each CPU that was on then. False when
 * none was. */
bool vcpus_again(struct vcpus *all);

/* Run the CPU each time it is switched on, until the run is over. By one thread a CPU. */
void vcpu_loop(struct vcpu *cpu);

/* One round of vcpu_loop, for who runs CPUs of several realms by turns: enter the REC, and answer its exit. False: there was nothing to do,
 * the CPU is off or the run is over. To be called once more after the run's end. */
bool vcpu_turn(struct vcpu *cpu);

/* End the run, now or as soon as it begins; the first end counts. Safe where the seam's wake and kick are. */
void vcpus_stop(struct vcpus *all, enum end end);

/* END_NONE: it goes on. */
enum end vcpus_end(struct vcpus *all);

#endif
