/* SPDX-License-Identifier: BSD-2-Clause */
/* rec.h - what the monitor keeps of a realm execution context: the object in its REC granule.
 *
 *   READY <-> RUNNING, inside RMI_REC_ENTER only.
 *
 * E1: fields are touched by who holds the REC's lock while READY, and by the CPU that runs it while RUNNING.
 * E2: state, runnable and psci_pending may be read by another CPU under the REC's lock; they change under it only.
 * E3: rd stays valid while the REC exists (realm.h R3). */
#ifndef MONITOR_REC_H
#define MONITOR_REC_H

#include "monitor/monitor.h"

/* What the last exit left to be completed on the next entry. */
enum rec_pending { REC_PENDING_NONE, REC_PENDING_MMIO, REC_PENDING_SEA_ONLY, REC_PENDING_RIPAS, REC_PENDING_HOST_CALL, REC_PENDING_SYSREG_READ };

struct rec {
	_Atomic uint32_t state; /* enum rmi_rec_state */
	bool runnable;
	bool psci_pending;
	bool ripas_change_destroyed;
	enum rec_pending pending;
	struct granule_index rd;
	uint32_t index;
	uint64_t mpidr; /* RmiRecMpidr form */
	struct granule_index aux[RMI_REC_AUX_MAX];
	unsigned aux_count;
	/* RIPAS change asked for by the realm: [ripas_addr, ripas_top) still to do. */
	uint64_t ripas_addr;
	uint64_t ripas_top;
	enum rmi_ripas ripas_value;
	uint64_t host_call_ipa;
	uint64_t last_esr; /* of the data abort that MMIO or SEA completes */
	uint64_t last_far;
	struct rec_cpu cpu;
};
_Static_assert(sizeof(struct rec) <= REEVE_GRANULE_SIZE, "a REC fits its granule");

/* The REC whose granule is g. g must be in state REC. */
struct rec *rec_at(const struct reeve_monitor *m, struct granule_index g);

#endif
