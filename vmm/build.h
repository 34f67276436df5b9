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

struct build_segment {
	struct reeve_ipa ipa;
	const void *content;
	size_t size;
	bool is_measured;
};

struct build_plan {
	struct reeve_ipa_range ram[REEVE_REALM_RAM_RANGES];
	unsigned ram_count;
	const struct build_segment *segments;
	size_t segment_count;
	struct reeve_ipa_range shared; /* unprotected; empty: none */
	const void *shared_content;    /* what it begins with; the rest is zero */
	size_t shared_content_size;
	struct reeve_rec_config first; /* of REC 0; the others wait for CPU_ON */
};

struct build {
	struct reeve_realm *realm;
	const struct build_plan *plan;
	struct reeve_pa shared; /* 0: none */
};

/* Do one phase, of those up to PHASE_ACTIVATE, for the RECs of `vcpus`. Not REEVE_OK: *error is the cause, and the realm is to be destroyed. */
REEVE_MUST_CHECK enum reeve_status build_phase(
	struct build *build, enum phase phase, struct vcpus *vcpus, struct reeve_error *error);

/* reeve_realm_destroy; the shared buffer's memory goes back as well when the monitor let go of everything. */
REEVE_MUST_CHECK enum reeve_status build_destroy(struct build *build);

#endif
