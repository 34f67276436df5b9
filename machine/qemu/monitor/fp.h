/* SPDX-License-Identifier: BSD-2-Clause */
/* fp.h - FP, SIMD and SVE registers: nobody switches them but the monitor, and the host's survive each call.
 *
 * The monitor is built without them; a realm and the digests use them. */
#ifndef QEMU_MONITOR_FP_H
#define QEMU_MONITOR_FP_H

#include <stdint.h>

enum { FP_VECTOR_BYTES = 256, FP_VECTORS = 32, FP_PREDICATES = 16 };

/* The host's: as long as the CPU has them. Without SVE vectors are 16 bytes, one after the other. */
struct fp_ns {
	_Alignas(16) uint8_t vectors[FP_VECTORS * FP_VECTOR_BYTES];
	uint8_t predicates[FP_PREDICATES * FP_VECTOR_BYTES / 8];
	uint64_t fpcr;
	uint64_t fpsr;
	uint64_t zcr;
	uint64_t svcr;
};

/* Take the registers from the host; from then on they may hold anything. Give them back. */
void fp_take(struct fp_ns *ns);
void fp_give(const struct fp_ns *ns);

/* fp_registers.S: 32 vectors of 16 bytes, or of the length that is set; predicates. */
void fp_save(void *vectors);
void fp_load(const void *vectors);
void sve_save(void *vectors);
void sve_load(const void *vectors);
void sve_predicates_save(void *predicates);
void sve_predicates_load(const void *predicates);

#endif
