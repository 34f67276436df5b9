/* SPDX-License-Identifier: BSD-2-Clause */
/* spin.h - what a CPU does while it waits for a lock that another CPU holds for a bounded time. */
#ifndef MONITOR_SPIN_H
#define MONITOR_SPIN_H

static inline void cpu_relax(void)
{
#if defined(__aarch64__)
	__asm__ volatile("yield" ::: "memory");
#elif defined(__x86_64__)
	__asm__ volatile("pause" ::: "memory");
#endif
}

#endif
