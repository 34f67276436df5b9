/* SPDX-License-Identifier: BSD-2-Clause */
/* descriptor.c - entries of a world and their descriptors. */
#include "tests/oracle/support/descriptor.h"

#include "reeve/field.h"

enum {
	VALID = 1 << 0,
	TABLE_OR_PAGE = 1 << 1,
	NORMAL_WRITE_BACK = 6 << 2, /* with FEAT_S2FWB */
	READ_WRITE = 3 << 6,
	INNER_SHAREABLE = 3 << 8,
	ACCESS_FLAG = 1 << 10,
};
#define EXECUTE_NEVER (UINT64_C(2) << 53)
#define NON_SECURE (UINT64_C(1) << 55)

static uint64_t address_bits(uint64_t pa, bool lpa2)
{
	return lpa2 ? (pa & FIELD_MASK(S2_LPA2_OA)) | (pa >> 50 & 3) << 8 : pa & FIELD_MASK(S2_OA);
}

static uint64_t address_of(uint64_t descriptor, bool lpa2)
{
	return lpa2 ? (descriptor & FIELD_MASK(S2_LPA2_OA)) | (descriptor >> 8 & 3) << 50
		    : descriptor & FIELD_MASK(S2_OA);
}

static uint64_t leaf(const struct world_entry *entry, int level, bool lpa2)
{
	uint64_t d = address_bits(entry->pa, lpa2) | VALID | ACCESS_FLAG;

	d |= level == RMI_LEVEL_LAST ? TABLE_OR_PAGE : 0;
	d |= lpa2 ? 0 : INNER_SHAREABLE; /* with LPA2 the walk's own registers say it */
	return d | (entry->ns ? entry->attributes | EXECUTE_NEVER | NON_SECURE : NORMAL_WRITE_BACK | READ_WRITE);
}

uint64_t descriptor_of(const struct world_entry *entry, int level, bool lpa2)
{
	uint64_t half = entry->ns ? NON_SECURE : 0;

	if (entry->state == RTTE_TABLE) {
		return half | address_bits(entry->pa, lpa2) | VALID | TABLE_OR_PAGE;
	}
	if (entry->state == RTTE_UNASSIGNED) {
		return half | FIELD_SET(0, S2_SOFT_RIPAS, entry->ripas);
	}
	if (entry->ns || entry->ripas == RIPAS_RAM) {
		return leaf(entry, level, lpa2);
	}
	return address_bits(entry->pa, lpa2) | FIELD_MASK(S2_SOFT_ASSIGNED) | FIELD_SET(0, S2_SOFT_RIPAS, entry->ripas);
}

bool descriptor_entry(uint64_t descriptor, int level, bool lpa2, bool ns, struct world_entry *entry)
{
	bool valid = (descriptor & VALID) != 0;
	bool table = valid && level < RMI_LEVEL_LAST && (descriptor & TABLE_OR_PAGE) != 0;
	bool assigned = valid || FIELD_GET(descriptor, S2_SOFT_ASSIGNED) != 0;

	*entry = (struct world_entry){.state = table ? RTTE_TABLE
			: assigned                   ? RTTE_ASSIGNED
						     : RTTE_UNASSIGNED,
		.ns = ns,
		.pa = assigned ? address_of(descriptor, lpa2) : 0};
	if (valid && !table && ns) {
		entry->attributes = (uint16_t)(descriptor & (FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP)));
	}
	if (!ns && !table) {
		entry->ripas = valid ? RIPAS_RAM : (enum rmi_ripas)FIELD_GET(descriptor, S2_SOFT_RIPAS);
	}
	return (unsigned)entry->ripas < RIPAS_COUNT && descriptor_of(entry, level, lpa2) == descriptor;
}
