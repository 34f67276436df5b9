/* SPDX-License-Identifier: BSD-2-Clause */
/* host.h - the one job that this image does, and everything it does it with.
 *
 *   job_open -> probe, configure -> CPUs up -> build (vmm/build.h) -> run (vmm/vcpu.h) -> destroy -> summary -> off */
#ifndef QEMU_HOST_HOST_H
#define QEMU_HOST_HOST_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine/qemu/bare/spinlock.h"
#include "machine/qemu/host/conduit.h"
#include "machine/qemu/host/cpu.h"
#include "machine/qemu/host/neighbour.h"
#include "machine/qemu/host/pages.h"
#include "machine/qemu/job.h"
#include "vmm/build.h"
#include "vmm/pl011.h"
#include "vmm/vcpu.h"
#include "vmm/virtio_block.h"
#include "vmm/virtio_console.h"

/* NS memory that can be given to the monitor, as TF-A lays it out for 3 GiB: behind the RMM up to 4 GiB. */
#define HOST_MEMORY_BASE UINT64_C(0x41a00000)
#define HOST_MEMORY_TOP UINT64_C(0x100000000)

enum { HOST_TOKEN_MAX = 0x10000 };

/* What the virtio console's driver has done so far, by clock_ns; 0: not yet. Under the seam's lock of vmm/vcpu.h. */
struct virtio_typing {
	uint64_t live_ns;    /* it took the device, as far as somebody looked */
	uint64_t printed_ns; /* the last time that it printed */
	bool is_open;        /* it takes what is typed */
};

struct host {
	const struct job_header *job;
	unsigned machine_cpus;
	struct reeve_host library;
	struct reeve_realm realm;
	struct reeve_host_ops ops;
	struct spinlock library_lock;
	struct spinlock realm_lock;
	struct spinlock pages_lock; /* guards pages */
	struct spinlock input_lock; /* one CPU takes input; taken before vcpus_lock */
	struct spinlock vcpus_lock; /* the seam of vmm/vcpu.h */
	struct conduit conduit;
	struct pl011 console;
	uint8_t token[HOST_TOKEN_MAX];
	struct vgic gic;
	struct shares shares;
	struct virtio_block disk;
	struct virtio_console virtio_console;
	struct virtio_typing virtio_typing;
	struct virtio_mmio virtio[JOB_VIRTIO_COUNT];
	struct vcpus vcpus;
	struct neighbour neighbour;
	struct build build;
	struct build_plan plan;
	struct build_segment segments[JOB_SEGMENTS_MAX];
	struct reeve_fault_plan rules;
	struct pages pages;
	uint64_t said_ns;                  /* when it was said last that the realm is being taken apart; 0: not yet */
	atomic_bool is_destroying;         /* what is being taken apart is not stopped */
	atomic_uint cpus_up;               /* other CPUs that came up */
	atomic_uint cpus_out;              /* other CPUs that have left the run */
	unsigned taken[NS_CPUS_MAX];       /* what interrupts_take gave a CPU while it waited for a lock */
	uint64_t leave_ns[NS_CPUS_MAX];    /* when the REC that a CPU enters is to leave it; 0: never */
	uint64_t looked_ns[NS_CPUS_MAX];   /* when each CPU looked last while the library was at work (seam.c) */
	atomic_bool is_woken[NS_CPUS_MAX]; /* a wake or start that the CPU has not seen */
	atomic_bool has_input; /* the UART has bytes that the realm had no room for; written under input_lock */
};

/* seam.c: the functions of host->ops. */
void host_seam_init(struct host *host);

/* runner.c: what a vcpu is on this machine. */
extern const struct vcpu_ops host_vcpu_ops;

/* Look at the clock and at this CPU's interrupts: the run is over when its time is, or when somebody pressed the power button. */
void host_look(struct host *host);

/* Take a lock of the library's, which another CPU may hold for as long as it takes to fill 2 MiB: this one sleeps meanwhile. */
void host_lock(struct host *host, struct spinlock *lock);

/* Just before and after an RMI_REC_ENTER on this CPU, as vcpu_enter and vcpu_exit. Whatever the CPU took on its way there, and an end of the
 * run, have the REC leave again at once; else the alarm that is for it. */
void host_enter(struct host *host, struct rmi_rec_run *run);
void host_exit(struct host *host, const struct rmi_rec_run *run, bool is_done);

/* Look, and say whether what is being done is to be left: the run is over, and the realm is not being taken apart. */
bool host_must_stop(struct host *host);

/* Whether no realm of the job runs any more. */
bool host_is_over(struct host *host);

/* The one of this image. */
struct host *host_get(void);

/* devices.c: give the realm the devices that the job wants, before it runs. False: there is no memory or room for them. */
REEVE_MUST_CHECK bool host_devices_give(struct host *host);

/* map.c: tell what a map is made of, when the job wants maps: the library's ledger, and each entry of the tables of every RD in it. On CPU 0, and
 * no REC runs. */
void host_map(struct host *host, enum frame_map_moment moment);

/* job.c: CPU `number` is the realm's until the run is over. Its SIMD registers have to be the same afterwards, or the machine ends. */
void host_vcpu(struct host *host, unsigned number);

/* job.c: do the job that is in memory, on CPU 0. Ends the machine. */
_Noreturn void host_job(struct host *host);

#endif
