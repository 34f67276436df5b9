/* SPDX-License-Identifier: BSD-2-Clause */
/* cpus.h - what programs with several CPUs share: which one this is, order between them, waiting for another's word. */
#ifndef GUEST_RUNTIME_CPUS_H
#define GUEST_RUNTIME_CPUS_H

#include <stdbool.h>
#include <stdint.h>

/* Aff3..Aff0 of this CPU's MPIDR_EL1: what PSCI calls a target, and the device tree's reg of its node. */
static inline uint64_t own_affinity(void)
{
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return mpidr & UINT64_C(0xff00ffffff);
}

/* Others see the accesses before it before those behind it. */
static inline void barrier(void)
{
	__asm__ volatile("dmb sy\n\tisb" : : : "memory");
}

/* Wait until *word is `value`, and see then what its writer wrote before. False when it did not become so in a very long time. */
static inline bool wait_for(const volatile uint64_t *word, uint64_t value)
{
	const uint64_t polls_max = UINT64_C(1) << 30;

	for (uint64_t i = 0; i < polls_max; i++) {
		if (*word == value) {
			barrier();
			return true;
		}
	}
	return false;
}

#endif
