/* SPDX-License-Identifier: BSD-2-Clause */
/* realm.h - what every operation on a realm begins and ends with.
 *
 * Lock order: a realm's lock, then the host's. A realm's lock is held through an operation, except while a REC runs. */
#ifndef HOST_REALM_H
#define HOST_REALM_H

#include "host/cause.h"
#include "host/pool.h"

/* What an operation asks of the realm's state. */
enum host_need {
	HOST_NEED_NEW,    /* created if need be, not yet active */
	HOST_NEED_MEMORY, /* created if need be, or active */
	HOST_NEED_MADE,   /* NEW or ACTIVE; nothing is created for it */
};

void host_realm_lock(const struct reeve_realm *realm);
void host_realm_unlock(const struct reeve_realm *realm);

/* Take the realm's lock and see to its state. Whatever is returned, host_realm_end follows. */
REEVE_MUST_CHECK enum reeve_status host_realm_begin(
	struct reeve_realm *realm, enum host_need need, enum reeve_step step);
/* Release the lock and pass the status on. After REEVE_BROKEN the realm is DEAD. When the books
 * turn out to be wrong the status is REEVE_INTERNAL instead. */
enum reeve_status host_realm_end(struct reeve_realm *realm, enum reeve_status status);

/* Create the realm; the lock is held and the state is NONE (create.c). */
REEVE_MUST_CHECK enum reeve_status host_realm_create(struct reeve_realm *realm);
/* Give back what a realm holds that the monitor no longer knows, and become NONE (create.c). is_rd_back: all but the RD, which came back
 * before. */
void host_realm_release(struct reeve_realm *realm, bool is_rd_back);

/* Become NONE without giving anything back (create.c). */
void host_realm_forget(struct reeve_realm *realm);
/* Let others have the realm's VMID (create.c). */
void host_vmid_release(struct reeve_realm *realm);

/* First address after the protected half. */
static inline uint64_t host_protected_end(const struct reeve_realm *realm)
{
	return UINT64_C(1) << (realm->config.ipa_bits - 1);
}

/* A range that the caller gave: granule-aligned, not empty, within [base, top). */
REEVE_MUST_CHECK enum reeve_status host_range_check(
	struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range, uint64_t base, uint64_t top);
REEVE_MUST_CHECK enum reeve_status host_protected_check(
	struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range);
REEVE_MUST_CHECK enum reeve_status host_unprotected_check(
	struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range);

static inline uint64_t host_granules_in(struct reeve_ipa_range range)
{
	return (range.top.value - range.base.value) >> REEVE_GRANULE_SHIFT;
}

/* False when the embedder wants to stop here (H12). */
bool host_progress(const struct reeve_realm *realm, enum reeve_step step, uint64_t done, uint64_t total);

#endif
