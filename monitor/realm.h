/* SPDX-License-Identifier: BSD-2-Clause */
/* realm.h - what the monitor keeps of a realm: the object in its RD granule.
 *
 *   NULL -REALM_CREATE-> NEW -REALM_ACTIVATE-> ACTIVE -PSCI SYSTEM_OFF/RESET-> SYSTEM_OFF; REALM_DESTROY from any.
 *
 * R1: state changes only in realm_set_state, along the table of successors.
 * R2: everything but rec_count and state is written only by who holds the RD's lock; they and rec_next are read without it by a running REC.
 * R3: a realm with rec_count > 0 is not destroyed: a REC may keep a pointer to it.
 * R4: the RIM changes only while NEW. */
#ifndef MONITOR_REALM_H
#define MONITOR_REALM_H

#include <stdatomic.h>
#include <stdint.h>

#include "monitor/granule.h"
#include "monitor/platform.h"

struct realm {
	_Atomic uint32_t state;     /* enum rmi_realm_state */
	_Atomic uint32_t rec_count; /* RECs that exist */
	_Atomic uint32_t rec_next;  /* index the next REC must have: one more than the highest that ever existed */
	enum rmi_hash_algorithm hash;
	struct stage2 stage2;
	struct realm_features features;
	uint8_t rpv[RMI_RPV_SIZE];
	uint8_t measurements[RMI_MEASUREMENT_COUNT][RMI_MEASUREMENT_SIZE]; /* 0 is the RIM */
};
_Static_assert(sizeof(struct realm) <= REEVE_GRANULE_SIZE, "a realm fits its granule");

static inline enum rmi_realm_state realm_state(const struct realm *realm)
{
	return (enum rmi_realm_state)atomic_load_explicit(&realm->state, memory_order_acquire);
}

/* Move along the successor table; asserts that the move is in it. */
void realm_set_state(struct realm *realm, enum rmi_realm_state next);

/* The start levels and numbers of root tables that fit an IPA width: fact sheet section 5. */
bool realm_geometry_is_valid(unsigned ipa_bits, int64_t start_level, uint64_t root_count, bool lpa2, unsigned pa_bits);

/* True when this VMID is in use. Caller holds the VMID lock. */
bool realm_vmid_is_used(const struct reeve_monitor *m, uint16_t vmid);

/* First address above the protected half: IPAs below are protected. */
static inline uint64_t realm_protected_end(const struct realm *realm)
{
	return UINT64_C(1) << (realm->stage2.ipa_bits - 1);
}

/* True when [base, base + size) lies wholly below the protected end; no wrap. */
static inline bool realm_is_protected(const struct realm *realm, uint64_t base, uint64_t size)
{
	uint64_t end = realm_protected_end(realm);

	return base < end && size <= end - base;
}

/* Replace measurement slot 0 (RIM): fact sheet section 8. Caller holds the RD; the realm is NEW. */
void realm_measure_params(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, const struct rmi_realm_params *params);
void realm_measure_data(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, uint64_t ipa, uint64_t flags, const void *content);
void realm_measure_rec(struct reeve_monitor *m, unsigned cpu, struct realm *realm, const struct rmi_rec_params *params);
void realm_measure_ripas(struct reeve_monitor *m, unsigned cpu, struct realm *realm, uint64_t base, uint64_t top);
/* REM `index` (1..4) = H(old || value[0..size)). Caller holds the RD. */
void realm_extend(
	struct reeve_monitor *m, unsigned cpu, struct realm *realm, unsigned index, const void *value, size_t size);

#endif
