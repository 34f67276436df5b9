/* SPDX-License-Identifier: BSD-2-Clause */
/* spinlock.h - a lock between CPUs for a bounded piece of work; zeroed it is free. Needs the MMU: memory that is cached.
 *
 * L1: who waits sleeps until a lock is given back (WFE, SEV). An emulator may make nothing of that: then it spins.
 * L2: a holder waits for no other CPU, but for the holder of a lock that comes later (ARCHITECTURE.md, lock order). */
#ifndef QEMU_BARE_SPINLOCK_H
#define QEMU_BARE_SPINLOCK_H

#include <stdatomic.h>
#include <stdbool.h>

struct spinlock {
	atomic_bool is_taken;
};

static inline bool spinlock_try(struct spinlock *lock)
{
	return !atomic_exchange_explicit(&lock->is_taken, 1, memory_order_acquire);
}

static inline void spinlock_take(struct spinlock *lock)
{
	while (!spinlock_try(lock)) {
		while (atomic_load_explicit(&lock->is_taken, memory_order_relaxed)) {
			__asm__ volatile("wfe" ::: "memory");
		}
	}
}

static inline void spinlock_give(struct spinlock *lock)
{
	atomic_store_explicit(&lock->is_taken, 0, memory_order_release);
	__asm__ volatile("dsb ishst\n\tsev" ::: "memory");
}

#endif
