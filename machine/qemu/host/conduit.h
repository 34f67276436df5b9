/* SPDX-License-Identifier: BSD-2-Clause */
/* conduit.h - the host library's SMCs on their way to EL3: counted, told to the launcher, and noted where they are measured.
 *
 *   library --reeve_fault_smc (a plan, or none)--> conduit --smc--> EL3 --> monitor
 *
 * C1: calls count as the library issued them, and tell as well what a plan did to them. C2: the call that asks for the level of a RIPAS entry is the conduit's own: not counted, not told.
 * C3: what is measured is told as it was issued and the monitor carried it out; granules and entries that continue each other are one frame. */
#ifndef QEMU_HOST_CONDUIT_H
#define QEMU_HOST_CONDUIT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine/qemu/bare/spinlock.h"
#include "machine/qemu/frame.h"
#include "machine/qemu/host/cpu.h"
#include "reeve/fault.h"

struct conduit {
	bool is_traced;
	struct reeve_fault fault;
	struct frame_call
		*under_way[NS_CPUS_MAX]; /* by CPU, which alone uses it: the plan's seam has no argument for it */
	struct spinlock lock;            /* guards what follows */
	uint64_t n;
	uint64_t counts[RMI_COMMAND_COUNT + 1]; /* the last: no command of RMI v1.0 */
	struct frame_measured open;             /* not yet told */
	bool has_open;
};

/* `pages_alloc` is what stands behind the plan's rules for allocations. */
void conduit_init(
	struct conduit *conduit, bool is_traced, bool (*pages_alloc)(void *context, size_t size, struct reeve_pa *pa));

/* The SMC in x; as reeve_host_ops.smc with the conduit as context. Any CPU. */
void conduit_smc(struct conduit *conduit, uint64_t x[18]);

/* The number of the call, counted as the trace does, that delegated a granule of host memory last (HOST_MEMORY_BASE to HOST_MEMORY_TOP). Of one
 * that never was delegated it means nothing. */
uint64_t conduit_delegation(uint64_t pa);

/* Tell what is measured and not yet told. */
void conduit_flush(struct conduit *conduit);

#endif
