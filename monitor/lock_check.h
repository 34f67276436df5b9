/* SPDX-License-Identifier: BSD-2-Clause */
/* lock_check.h - the order of the locks (granule.h), checked while the monitor runs; in builds with REEVE_DEBUG_LOCKS only.
 *
 *   granules in ascending address -> the VMID lock
 *
 * L1: a granule is wanted only above those that this CPU holds.
 * L2: nothing is wanted while the VMID lock, a leaf, is held.
 * L3: nothing is held when a REC runs, nor when a call is over.
 * L4: no more than LOCK_HASH_MAX bytes are hashed between the first lock and the last unlock.
 * The machine keeps the record (lock_debug_*), a CPU's own or a thread's, and stops with a message that names both sides.
 * A build without REEVE_DEBUG_LOCKS calls none of it and needs no machine that has it. */
#ifndef MONITOR_LOCK_CHECK_H
#define MONITOR_LOCK_CHECK_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/address.h"

enum lock_kind { LOCK_GRANULE, LOCK_VMIDS };

/* A lock by name; `granule` is its index, 0 for the VMID lock. */
struct lock_name {
	enum lock_kind kind;
	uint32_t granule;
};

/* The content of one granule, and the descriptor that carries its digest into the RIM. */
enum { LOCK_HASH_DESCRIPTOR = 256, LOCK_HASH_MAX = REEVE_GRANULE_SIZE + LOCK_HASH_DESCRIPTOR };

/* What a machine with REEVE_DEBUG_LOCKS brings: it is about to wait for a lock (L1, L2), has it, gives it back, hashes (L4), must hold
 * none (L3; `why` completes "a lock is held when"). */
void lock_debug_want(struct lock_name lock);
void lock_debug_take(struct lock_name lock);
void lock_debug_give(uint32_t granule);
void lock_debug_give_vmids(void);
void lock_debug_hash(size_t size);
void lock_debug_none(const char *why);

#ifdef REEVE_DEBUG_LOCKS
enum { LOCKS_ARE_CHECKED = 1 };
#else
enum { LOCKS_ARE_CHECKED = 0 };
#endif

static inline void lock_check_want(enum lock_kind kind, uint32_t granule)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_want((struct lock_name){kind, granule});
	}
}

static inline void lock_check_take(enum lock_kind kind, uint32_t granule)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_take((struct lock_name){kind, granule});
	}
}

static inline void lock_check_give(uint32_t granule)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_give(granule);
	}
}

static inline void lock_check_give_vmids(void)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_give_vmids();
	}
}

static inline void lock_check_hash(size_t size)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_hash(size);
	}
}

static inline void lock_check_none(const char *why)
{
	if (LOCKS_ARE_CHECKED) {
		lock_debug_none(why);
	}
}

#endif
