/* SPDX-License-Identifier: BSD-2-Clause */
/* geometry.h - the IPA widths that RMM v1.0 allows. */
#ifndef HOST_GEOMETRY_H
#define HOST_GEOMETRY_H

#include <stdbool.h>

enum { IPA_BITS_MIN = 32, IPA_BITS_MAX_BASE = 48, IPA_BITS_MAX_LPA2 = 52 };

/* The widest, spec: rmm-v1.0 s5. */
static inline unsigned ipa_bits_max(bool lpa2)
{
	return lpa2 ? IPA_BITS_MAX_LPA2 : IPA_BITS_MAX_BASE;
}

#endif
