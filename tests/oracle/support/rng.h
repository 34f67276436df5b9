/* SPDX-License-Identifier: BSD-2-Clause */
/* rng.h - small reproducible random numbers: splitmix64. */
#ifndef TESTS_ORACLE_RNG_H
#define TESTS_ORACLE_RNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rng {
	uint64_t state; /* any seed */
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0..count-1; count > 0. */
static inline uint64_t rng_below(struct rng *rng, uint64_t count)
{
	return rng_next(rng) % count;
}

/* first..last */
static inline unsigned rng_between(struct rng *rng, unsigned first, unsigned last)
{
	return first + (unsigned)rng_below(rng, last - first + UINT64_C(1));
}

static inline bool rng_percent(struct rng *rng, unsigned percent)
{
	return rng_below(rng, 100) < percent;
}

static inline void rng_fill(struct rng *rng, void *out, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		((uint8_t *)out)[i] = (uint8_t)rng_next(rng);
	}
}

/* One of the values listed. */
#define RNG_PICK(rng, ...) \
	(((const uint64_t[]){ \
		__VA_ARGS__})[rng_below((rng), sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))])

#endif
