/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.h - looks up, in the memory of a machine, by which condition our monitor refused a call (machine/qemu/rmm_image.h).
 *
 * RMI has no word for it, so no host knows. Who emulates the machine sees its Realm memory, as a debugger would. */
#ifndef TOOLS_QEMU_REFUSALS_H
#define TOOLS_QEMU_REFUSALS_H

#include <stddef.h>
#include <stdint.h>

#include "machine/qemu/frame.h"
#include "machine/qemu/rmm_image.h"
#include "reeve/rmi.h"

enum { REFUSALS_CPUS = 64 };

/* Zeroed: nothing is known. */
struct refusals {
	void *mapping;
	size_t size;
	const struct rmm_refusals *book; /* in the mapping */
	uint64_t seen[REFUSALS_CPUS];    /* by CPU: the number of the last one that was looked up */
};

/* Look at the book at physical address `place` of a machine whose DRAM from `base` on is the file `memory`. A place that is not
 * there, or 0, is no book. */
void refusals_begin(struct refusals *refusals, int memory, uint64_t base, uint64_t place);
void refusals_end(struct refusals *refusals);

/* Why the monitor refused the call; those of each CPU are looked up in their order. CONDITION_NONE: it did not, it was not asked, it
 * keeps no book, or so many others were refused since that it is forgotten. */
enum rmi_condition refusals_find(struct refusals *refusals, const struct frame_call *call);

#endif
