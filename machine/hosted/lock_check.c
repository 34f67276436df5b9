/* SPDX-License-Identifier: BSD-2-Clause */
/* lock_check.c - what each thread holds of the monitor's locks, and the end of the process when the order is broken; not in plain builds. */
#include "monitor/lock_check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "monitor/granule.h"

enum { TRAIL_MAX = GRANULE_HOLDS_MAX + 1, TEXT_MAX = 48 };

/* A thread is in one call at a time; what runs a REC holds nothing, so calls inside it start from nothing as well. */
struct trail {
	struct lock_name held[TRAIL_MAX];
	unsigned count;
	size_t hashed; /* since the first of them */
};

static _Thread_local struct trail trail;

struct text {
	char bytes[TEXT_MAX];
};

static struct text text_of(struct lock_name lock)
{
	struct text text = {"the VMID lock"};

	if (lock.kind != LOCK_VMIDS) {
		snprintf(text.bytes, sizeof(text.bytes), "granule %" PRIu32, lock.granule);
	}
	return text;
}

__attribute__((format(printf, 1, 2))) static _Noreturn void broken(const char *format, ...)
{
	va_list arguments;

	fputs("reeve: locks: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	abort();
}

static bool may_follow(struct lock_name held, struct lock_name wanted)
{
	return held.kind == LOCK_GRANULE && (wanted.kind == LOCK_VMIDS || held.granule < wanted.granule);
}

void lock_debug_want(struct lock_name lock)
{
	for (unsigned i = 0; i < trail.count; i++) {
		if (!may_follow(trail.held[i], lock)) {
			broken("%s is wanted while %s is held", text_of(lock).bytes, text_of(trail.held[i]).bytes);
		}
	}
}

void lock_debug_take(struct lock_name lock)
{
	if (trail.count == TRAIL_MAX) {
		broken("%s is one more than a call may hold", text_of(lock).bytes);
	}
	trail.hashed = trail.count == 0 ? 0 : trail.hashed;
	trail.held[trail.count++] = lock;
}

static void give(struct lock_name lock)
{
	for (unsigned i = trail.count; i-- > 0;) {
		if (trail.held[i].granule == lock.granule && trail.held[i].kind == lock.kind) {
			trail.held[i] = trail.held[--trail.count];
			return;
		}
	}
	broken("%s is released and was not held", text_of(lock).bytes);
}

void lock_debug_give(uint32_t granule)
{
	give((struct lock_name){LOCK_GRANULE, granule});
}

void lock_debug_give_vmids(void)
{
	give((struct lock_name){LOCK_VMIDS, 0});
}

void lock_debug_hash(size_t size)
{
	if (trail.count == 0) {
		return;
	}
	trail.hashed += size;
	if (trail.hashed > LOCK_HASH_MAX) {
		broken("%zu bytes are hashed while %s is held, %d may be", trail.hashed, text_of(trail.held[0]).bytes,
			LOCK_HASH_MAX);
	}
}

void lock_debug_none(const char *why)
{
	if (trail.count != 0) {
		broken("%s is held when %s", text_of(trail.held[0]).bytes, why);
	}
}
