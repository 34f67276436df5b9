/* SPDX-License-Identifier: BSD-2-Clause */
/* field.h - fields of words by name: spec/registers.def and spec/features.def as shifts and widths. */
#ifndef REEVE_FIELD_H
#define REEVE_FIELD_H

#include <stdbool.h>
#include <stdint.h>

enum reeve_field_place {
#define FIELD(name, shift, width) name##_SHIFT = (shift), name##_WIDTH = (width),
#include "spec/registers.def"
#undef FIELD
#define FEATURE0(name, shift, width, text) FEATURE0_##name##_SHIFT = (shift), FEATURE0_##name##_WIDTH = (width),
#include "spec/features.def"
#undef FEATURE0
};

static inline uint64_t reeve_bits_mask(unsigned shift, unsigned width)
{
	return (width >= 64 ? UINT64_MAX : (UINT64_C(1) << width) - 1) << shift;
}

static inline uint64_t reeve_bits_get(uint64_t word, unsigned shift, unsigned width)
{
	return (word & reeve_bits_mask(shift, width)) >> shift;
}

/* `word` with the field replaced by the low bits of `value`; bits of `value` beyond the field are dropped. */
static inline uint64_t reeve_bits_set(uint64_t word, unsigned shift, unsigned width, uint64_t value)
{
	uint64_t mask = reeve_bits_mask(shift, width);

	return (word & ~mask) | ((value << shift) & mask);
}

/* The three by field name: FIELD_GET(esr, ESR_EC), FIELD_SET(0, ESR_EC, 0x24), FIELD_MASK(ESR_EC). */
#define FIELD_MASK(field) reeve_bits_mask(field##_SHIFT, field##_WIDTH)
#define FIELD_GET(word, field) reeve_bits_get((word), field##_SHIFT, field##_WIDTH)
#define FIELD_SET(word, field, value) reeve_bits_set((word), field##_SHIFT, field##_WIDTH, (value))

#endif
