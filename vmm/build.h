/* SPDX-License-Identifier: BSD-2-Clause */
/* build.h - a Realm from a list of what is to be where, phase by phase, so that every machine issues the same RMI calls.
 *
 *   PHASE_CREATE -> RAM (ranges in order) -> POPULATE (segments in order) -> SHARE -> RECS (by number) -> ACTIVATE
 *
 * The RIM shows that order. Deliberately elsewhere: where things stand and what is in them (images, device trees), running (vcpu.h). */
#ifndef VMM_BUILD_H
#define VMM_BUILD_H

#include "reeve/host.h"
#include "vmm/end.h"
#include "vmm/vcpu.h"

/* What reeve_realm_populate takes: `size` bytes at `ipa`, which is aligned to the host's page; no two share a page. */
struct build_segment {
	struct reeve_ipa ipa;
	const void *content;
	size_t size;
	bool is_measured;
};

/* Read until build_destroy is over. */
struct build_plan {
	struct reeve_ipa_range ram[REEVE_REALM_RAM_RANGES]; /* ram_count of them, as reeve_realm_add_ram takes them */
	unsigned ram_count;
	const struct build_segment *segments;
	size_t segment_count;
	struct reeve_ipa_range shared; /* unprotected, its size a power of two of whole host pages; empty: none */
	const void *shared_content;    /* what it begins with, no more than the range has; the rest is zero */
	size_t shared_content_size;
	struct reeve_rec_config first; /* of REC 0; the others wait for CPU_ON */
};

/* The caller sets the first two, and nothing else. */
struct build {
	struct reeve_realm *realm; /* configured (reeve_realm_configure) */
	const struct build_plan *plan;
	struct reeve_pa shared; /* the memory of plan->shared, from PHASE_SHARE on; 0: none */
};

/* Do one phase, PHASE_CREATE to PHASE_ACTIVATE, each once and in this order. PHASE_SHARE gives vcpus->mailbox the buffer, PHASE_RECS creates
 * cpu[i].rec for i below vcpus->count. Not REEVE_OK: *error is the cause, and the realm is to be destroyed (build_destroy). */
REEVE_MUST_CHECK enum reeve_status build_phase(
	struct build *build, enum phase phase, struct vcpus *vcpus, struct reeve_error *error);

/* reeve_realm_destroy, with its result; the shared buffer's memory goes back as well when that is REEVE_OK, else it is kept. */
REEVE_MUST_CHECK enum reeve_status build_destroy(struct build *build);

#endif
