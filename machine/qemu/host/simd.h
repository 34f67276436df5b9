/* SPDX-License-Identifier: BSD-2-Clause */
/* simd.h - the host's own SIMD registers, which no code of it uses: what is in them is there to be kept by the monitor (SMCCC 1.2, 2.6). */
#ifndef QEMU_HOST_SIMD_H
#define QEMU_HOST_SIMD_H

#include <stdint.h>

/* Fill this CPU's V0..V31 with what no other number gives. */
void simd_fill(uint64_t number);
/* How many of the 64 halves are no longer as simd_fill(number) left them. */
uint64_t simd_changed(uint64_t number);

/* The number of CPU `cpu`. */
static inline uint64_t simd_number(unsigned cpu)
{
	return UINT64_C(0x51dd) << 48 | (uint64_t)cpu << 32;
}

#endif
