/* SPDX-License-Identifier: BSD-2-Clause */
/* fp.h - FP, SIMD and SVE registers: nobody switches them but the monitor, and the host's survive each call.
 *
 *   fp_take -> a digest                      -> fp_give
 *   fp_take -> fp_enter -> realm -> fp_leave -> fp_give
 *
 * The monitor is built without them; BearSSL and realms use them. A realm with SVE keeps its own in the REC's auxiliary granules. */
#ifndef QEMU_MONITOR_FP_H
#define QEMU_MONITOR_FP_H

#include <stdint.h>

#include "monitor/platform.h"

enum {
	FP_VECTOR_BYTES = 256, /* the longest there are */
	FP_PREDICATE_BYTES = FP_VECTOR_BYTES / 8,
	FP_HALF = 16, /* registers in one array: vectors 0..15, vectors 16..31, predicates */
};

/* All that SVE has, as long as the CPU has it, without gaps when it is shorter. */
struct fp_ns {
	_Alignas(16) uint8_t low[FP_HALF * FP_VECTOR_BYTES]; /* without SVE all 32, of 16 bytes */
	_Alignas(16) uint8_t high[FP_HALF * FP_VECTOR_BYTES];
	_Alignas(16) uint8_t predicates[FP_HALF * FP_PREDICATE_BYTES];
	_Alignas(16) uint8_t ffr[FP_PREDICATE_BYTES];
	uint64_t fpcr;
	uint64_t fpsr;
	uint64_t zcr;
	uint64_t svcr;
};

/* Take the registers from the host; from then on they may hold anything. Give them back. */
void fp_take(struct fp_ns *ns);
void fp_give(const struct fp_ns *ns);

/* The REC's registers in and out, between the two. */
void fp_enter(struct rec_cpu *rec);
void fp_leave(struct rec_cpu *rec);

/* Bytes of the longest vector this CPU can be set to; it has SVE. */
unsigned fp_vector_bytes(void);
/* True when this REC's realm was given SVE. */
bool fp_has_sve(const struct rec_cpu *rec);

#endif
