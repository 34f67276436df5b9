/* SPDX-License-Identifier: BSD-2-Clause */
/* geometry.c - start level and number of root tables for an IPA width. */
#include "host/geometry.h"

#include "reeve/host.h"

enum { LEVEL_BITS = 9 };

/* One more level is needed for each 9 bits beyond what concatenation of 16 roots absorbs: spec: rmm-v1.0 s5. */
bool reeve_root_geometry(unsigned ipa_bits, bool lpa2, int *start_level, unsigned *root_count)
{
	unsigned levels;
	unsigned one_root_bits;

	if (ipa_bits < IPA_BITS_MIN || ipa_bits > ipa_bits_max(lpa2)) {
		return false;
	}
	levels = (ipa_bits - 8) / LEVEL_BITS;
	one_root_bits = levels * LEVEL_BITS + REEVE_GRANULE_SHIFT;
	*start_level = RMI_LEVEL_LAST + 1 - (int)levels;
	*root_count = ipa_bits > one_root_bits ? 1U << (ipa_bits - one_root_bits) : 1;
	return true;
}
