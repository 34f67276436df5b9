/* SPDX-License-Identifier: BSD-2-Clause */
/* lanes.h - SHA-2 of many messages of one size at once, each in a lane of the processor's vectors.
 *
 * One SHA-2 is a chain of small sums that leaves most of a processor idle; eight or sixteen in step do not. It pays with AVX-512, and with AVX2
 * for the hashes of 64-bit words (docs/performance.md); else libcrypto is as fast, and has no row here.
 *
 * L1: a row is used only when its `is_here` says so: it is made of instructions that another processor lacks. */
#ifndef TOOLS_MEASURE_LANES_H
#define TOOLS_MEASURE_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reeve/rmi.h"

enum { LANES_MAX = 16, LANES_BLOCK = 128 };

struct lanes {
	const char *name; /* "AVX-512, 64 bits" */
	unsigned hashes;  /* bit n: enum rmi_hash_algorithm n */
	size_t count;     /* of messages: at most LANES_MAX */
	bool (*is_here)(void);
	/* Digest of `size` bytes, a multiple of LANES_BLOCK, at each data[0..count) into the first rmi_hash_size(algorithm) bytes of the slot
	 * out[i]. Source: FIPS 180-4 section 6. */
	void (*digest)(enum rmi_hash_algorithm algorithm, const uint8_t *const data[], size_t size,
		uint8_t (*out)[RMI_MEASUREMENT_SIZE]);
};

/* The rows that this build has, the fastest of a hash first; *count is their number, 0 on most machines. */
const struct lanes *lanes_rows(size_t *count);

/* The row for the algorithm on this processor, or NULL: then libcrypto is best. */
const struct lanes *lanes_find(enum rmi_hash_algorithm algorithm);

#endif
