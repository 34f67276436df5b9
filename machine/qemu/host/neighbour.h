/* SPDX-License-Identifier: BSD-2-Clause */
/* neighbour.h - a second realm of the same job, whose RECs take turns with the first's on the same CPUs.
 *
 * N1: REC n of either realm runs on CPU n; after each exit that the host answers, the other realm's turn comes.
 * N2: it has a console, an interrupt controller and a shared buffer of its own, but no mailbox and no disk; each line it prints is marked.
 * Without one (no JOB_FLAG_NEIGHBOUR) all of this does nothing. */
#ifndef QEMU_HOST_NEIGHBOUR_H
#define QEMU_HOST_NEIGHBOUR_H

#include <stdatomic.h>
#include <stdbool.h>

#include "machine/qemu/bare/spinlock.h"
#include "reeve/host.h"
#include "vmm/build.h"
#include "vmm/pl011.h"
#include "vmm/vcpu.h"

struct host;

struct neighbour {
	atomic_bool is_there; /* after all else of it but its realm is as it stays: other CPUs look for it */
	bool is_in_line;      /* of its console */
	struct spinlock realm_lock;
	struct reeve_realm realm;
	struct build build;
	struct vcpus vcpus;
	struct vgic gic;
	struct pl011 console;
};

/* Build it after the first, whose configuration and plan it has, unless the run has ended. Not REEVE_OK: *error is the cause. */
REEVE_MUST_CHECK enum reeve_status neighbour_build(struct host *host, struct reeve_error *error);

bool neighbour_is_there(struct host *host);

/* Switch it on. */
void neighbour_begin(struct host *host);

/* vcpu_turn of its CPU `number`. */
bool neighbour_turn(struct host *host, unsigned number);

/* Its CPU whose REC has that run page; NULL: it is not its. */
struct vcpu *neighbour_vcpu(struct host *host, unsigned number, const struct rmi_rec_run *run);

void neighbour_stop(struct host *host, enum end end);
bool neighbour_is_over(struct host *host);

/* How it ended; a cause goes to host->vcpus.error unless the first realm has one. END_SYSTEM_OFF when there is none. */
enum end neighbour_end(struct host *host);

/* As build_destroy. */
REEVE_MUST_CHECK enum reeve_status neighbour_destroy(struct host *host);

#endif
