/* SPDX-License-Identifier: BSD-2-Clause */
/* address.h - physical and intermediate physical addresses as types of their own, so that one is never taken for the other. */
#ifndef REEVE_ADDRESS_H
#define REEVE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

/* RMM granule: 4 KiB (RMM v1.0, section A2.2). */
enum { REEVE_GRANULE_SHIFT = 12, REEVE_GRANULE_SIZE = 4096 };

struct reeve_pa {
	uint64_t value;
};

struct reeve_ipa {
	uint64_t value;
};

/* Half-open ranges [base, top) that cannot wrap; size 0 is the zeroed, inert range. Made by the reeve_*_range functions. */
struct reeve_pa_range {
	struct reeve_pa base;
	struct reeve_pa top;
};

struct reeve_ipa_range {
	struct reeve_ipa base;
	struct reeve_ipa top;
};

static inline struct reeve_pa reeve_pa(uint64_t value)
{
	return (struct reeve_pa){value};
}

static inline struct reeve_ipa reeve_ipa(uint64_t value)
{
	return (struct reeve_ipa){value};
}

static inline bool reeve_is_aligned(uint64_t value, uint64_t power_of_two)
{
	return (value & (power_of_two - 1)) == 0;
}

static inline uint64_t reeve_align_down(uint64_t value, uint64_t power_of_two)
{
	return value & ~(power_of_two - 1);
}

/* The range of `size` bytes from `base`. False, *range untouched, when size is 0 or base + size wraps. */
static inline bool reeve_pa_range(uint64_t base, uint64_t size, struct reeve_pa_range *range)
{
	if (size == 0 || base + size < base) {
		return false;
	}
	*range = (struct reeve_pa_range){{base}, {base + size}};
	return true;
}

static inline bool reeve_ipa_range(uint64_t base, uint64_t size, struct reeve_ipa_range *range)
{
	if (size == 0 || base + size < base) {
		return false;
	}
	*range = (struct reeve_ipa_range){{base}, {base + size}};
	return true;
}

#endif
