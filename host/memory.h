/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.h - memory for realms: granules lent as DATA, and taken back. */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include "host/mirror.h"
#include "reeve/host.h"

/* What is put into a range. */
struct memory_fill {
	enum reeve_step step;
	bool is_known; /* by RMI_DATA_CREATE, and there must be no memory yet; else unknown content where there is none */
	const uint8_t *content; /* of [base, ...) */
	size_t size;
	struct reeve_ipa base;
	uint64_t flags;
};

/* Give memory to `range`, checked already. *left is what is left to do when it fails. */
REEVE_MUST_CHECK enum reeve_status memory_fill(struct reeve_realm *realm, const struct memory_fill *fill,
	struct reeve_ipa_range range, struct reeve_ipa_range *left);
/* Take the memory of *left back, checked already; empty tables are folded. *left is what is left to do, empty in the end. */
REEVE_MUST_CHECK enum reeve_status memory_discard(
	struct reeve_realm *realm, struct reeve_ipa_range *left, enum reeve_step step);
/* RMI_DATA_DESTROY of a page, and its granule back. */
REEVE_MUST_CHECK enum reeve_status memory_take_back(
	struct reeve_realm *realm, const struct mirror_place *page, enum reeve_step step);

#endif
