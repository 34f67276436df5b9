/* SPDX-License-Identifier: BSD-2-Clause */
/* rmm_image.h - what reeve's monitor says of itself at the start of its image, for whoever loads it, or looks into a machine that runs it.
 *
 *   image: branch | struct rmm_head ...            memory: struct rmm_refusals, where the head says
 *
 * I1: whoever loads the image may change `token_form` in it before; nothing else.
 * I2: the refusals are in Realm memory: no host sees them. Who emulates the machine does, or a debugger of the Realm world.
 * I3: an entry of the refusals is whole when its number was the same before and after it was read, and is neither zero nor BUSY.
 * I4: who writes an entry has put BUSY there himself: of two CPUs at once one does not write down what it refused. */
#ifndef MACHINE_QEMU_RMM_IMAGE_H
#define MACHINE_QEMU_RMM_IMAGE_H

#include <stddef.h>
#include <stdint.h>

#define RMM_HEAD_MAGIC UINT64_C(0x4d4d524556454552) /* "REEVERMM" */

enum {
	RMM_HEAD_OFFSET = 8, /* in the image */
	RMM_HEAD_VERSION = 1,
	RMM_REFUSALS = 256,
	RMM_REFUSAL_REGISTERS = 6,
	RMM_REFUSAL_NAME = 32,
};

/* Where TF-A puts and enters its RMM on QEMU virt. */
#define RMM_IMAGE_ADDRESS UINT64_C(0x40100000)

struct rmm_head {
	uint64_t magic;
	uint32_t version;
	uint32_t size;       /* sizeof(struct rmm_head) */
	uint64_t token_form; /* enum reeve_token_form: how it writes CCA tokens */
	uint64_t refusals;   /* physical address of a struct rmm_refusals */
};
_Static_assert(sizeof(struct rmm_head) == 32, "start.S has it too");

/* Of an entry that is being written. */
#define RMM_REFUSAL_BUSY UINT64_MAX

/* An RMI call that was refused. */
struct rmm_refusal {
	uint64_t number; /* of refusals since the boot, from 1; 0: none */
	uint64_t cpu;
	uint64_t in[RMM_REFUSAL_REGISTERS]; /* X0..X5 of the call */
	uint64_t out;                       /* X0 of the answer */
	char condition[RMM_REFUSAL_NAME];   /* the failure condition's name, and zeroes */
};

/* The last ones, but for I4: number n is entries[(n - 1) % RMM_REFUSALS]. */
struct rmm_refusals {
	struct rmm_refusal entries[RMM_REFUSALS];
};

#endif
