/* SPDX-License-Identifier: BSD-2-Clause */
/* layout.c - lays a Realm's address space out, with every bound checked. */
#include "tools/layout.h"

#include <inttypes.h>

#include "reeve/field.h"

static const uint64_t gicd_offset = 0x08000000;
static const uint64_t gicr_offset = 0x080a0000;
static const uint64_t uart_offset = 0x09000000;
static const uint64_t virtio_offset = 0x0a000000;
/* Below the RAM: what a realm shares of that has its aliases in the unprotected half as well. */
static const uint64_t shared_offset = 0x0c000000;
static const uint64_t ram_max = (UINT64_C(1) << 51) - LAYOUT_RAM_BASE; /* half of 52 bits */

bool layout_ram_check(uint64_t ram, size_t page_size, struct message *why)
{
	if (ram % page_size != 0) {
		return message_set(
			why, "RAM of %" PRIu64 " bytes is no multiple of the host's page of %zu bytes", ram, page_size);
	}
	if (ram <= LAYOUT_FDT_SPACE) {
		return message_set(why,
			"RAM of %" PRIu64 " bytes has no room for an image: its first 2 MiB hold the device tree", ram);
	}
	if (ram > ram_max) {
		return message_set(why, "RAM of %" PRIu64 " bytes is more than any Realm can have: at most %" PRIu64,
			ram, ram_max);
	}
	return true;
}

bool layout_make(struct layout *layout, unsigned ipa_bits, uint64_t ram, unsigned cpus, struct message *why)
{
	uint64_t half = UINT64_C(1) << (ipa_bits - 1);
	uint64_t most = half - LAYOUT_RAM_BASE;

	if (ram > most) {
		return message_set(why,
			"RAM of %" PRIu64 " bytes passes the protected half of a %u-bit address space: at most %" PRIu64
			" bytes from 0x%x, or more --ipa-bits",
			ram, ipa_bits, most, LAYOUT_RAM_BASE);
	}
	*layout = (struct layout){
		.cpus = cpus,
		.ram_base = LAYOUT_RAM_BASE,
		.ram_top = LAYOUT_RAM_BASE + ram,
		.half = half,
		.gicd = half | gicd_offset,
		.gicr = half | gicr_offset,
		.uart = half | uart_offset,
		.virtio = half | virtio_offset,
		.shared = half | shared_offset,
		.shared_size = LAYOUT_SHARED_SIZE,
	};
	return true;
}

uint64_t layout_mpidr(unsigned index)
{
	uint64_t mpidr = 0;

	mpidr = FIELD_SET(mpidr, MPIDR_AFF0, index & reeve_bits_mask(0, REC_MPIDR_AFF0_WIDTH));
	mpidr = FIELD_SET(mpidr, MPIDR_AFF1, index >> REC_MPIDR_AFF0_WIDTH);
	return mpidr;
}
