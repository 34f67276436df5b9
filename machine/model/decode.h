/* SPDX-License-Identifier: BSD-2-Clause */
/* decode.h - the few A64 instructions whose words the model must read: exception makers, waits, and accesses a host can emulate. */
#ifndef MODEL_DECODE_H
#define MODEL_DECODE_H

#include <stdbool.h>
#include <stdint.h>

/* A load or store of one general-purpose register without writeback: what ESR_EL2.ISS reports of it when ISV is 1. */
struct decode_access {
	unsigned size_log2; /* SAS: 0 one byte .. 3 eight bytes */
	bool sign_extends;  /* SSE */
	unsigned rt;        /* SRT: 31 is XZR */
	bool is_64bit;      /* SF */
	bool acquires;      /* AR: acquire or release semantics */
	bool writes;        /* stores */
};

/* True and *access filled when `word` is such an access; false and *access untouched for everything else: pairs, writeback, exclusives,
 * atomics, SIMD, prefetches, cache maintenance. Source: Arm ARM (DDI 0487) C4.1 encodings, D17.2.37 ISS encoding for a Data Abort. */
bool decode_access(uint32_t word, struct decode_access *access);

/* The ISS bits ISV, SAS, SSE, SRT, SF, AR of an access. */
uint32_t decode_access_iss(const struct decode_access *access);

/* True and *imm16 set when `word` is SVC, HVC, SMC or BRK. Sources: Arm ARM C6.2. */
bool decode_is_svc(uint32_t word, uint16_t *imm16);
bool decode_is_hvc(uint32_t word, uint16_t *imm16);
bool decode_is_smc(uint32_t word, uint16_t *imm16);
bool decode_is_brk(uint32_t word, uint16_t *imm16);

bool decode_is_wfe(uint32_t word);

#endif
