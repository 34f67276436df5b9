/* SPDX-License-Identifier: BSD-2-Clause */
/* draw.c - the generator (xorshift64*), and instructions that are written before they run. */
#include "guest/runtime/draw.h"

#include <stdalign.h>

#include "guest/runtime/trap.h"

uint64_t draw(struct drawer *d)
{
	d->state ^= d->state >> 12;
	d->state ^= d->state << 25;
	d->state ^= d->state >> 27;
	return d->state * UINT64_C(0x2545f4914f6cdd1d);
}

uint64_t below(struct drawer *d, uint64_t limit)
{
	return (draw(d) >> 16) % limit;
}

uint64_t number(struct drawer *d)
{
	switch (below(d, 5)) {
	case 0:
		return below(d, 16);
	case 1:
		return UINT64_C(1) << below(d, 64);
	case 2:
		return ~UINT64_C(0) >> below(d, 64);
	case 3:
		return draw(d) & UINT32_MAX;
	default:
		return draw(d);
	}
}

enum { LDRH = 0x79400000 }; /* ldrh w0, [x0] */
enum { PREPARED_MAX = 4096, HASH_SHIFT = 20, GRANULE_BYTES = 4096 };

/* By hash: an instruction and its return. Pages with nothing else in them. */
static alignas(GRANULE_BYTES) struct {
	uint32_t word; /* 0: free */
	uint32_t back;
} prepared[PREPARED_MAX];

/* Where the word is, or would be. */
static unsigned slot_of(uint32_t word)
{
	unsigned slot = (word * 0x9e3779b1U) >> HASH_SHIFT;

	while (prepared[slot].word != 0 && prepared[slot].word != word) {
		slot = (slot + 1) % PREPARED_MAX;
	}
	return slot;
}

void instruction_prepare(uint32_t word)
{
	unsigned slot = slot_of(word);

	prepared[slot].word = word;
	prepared[slot].back = 0xd65f03c0; /* ret */
	__asm__ volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
}

/* *x0 is X0 before and after. False when it faulted. */
static bool attempt(uint32_t word, uint64_t *x0, uint64_t x1)
{
	unsigned slot = slot_of(word);
	struct trap trap;

	if (prepared[slot].word == 0) {
		fail("instruction 0x%x was not prepared", word);
	}
	trap_begin();
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): code that was written before */
	*x0 = ((uint64_t(*)(uint64_t, uint64_t))(uintptr_t)&prepared[slot])(*x0, x1);
	return !trap_end(&trap);
}

void carry_out(uint32_t word, uint64_t x0, uint64_t x1)
{
	(void)attempt(word, &x0, x1);
}

uint16_t load_or_zero(uint64_t address)
{
	uint64_t value = address;

	return attempt(LDRH, &value, 0) ? (uint16_t)value : 0;
}

/* Accesses to [X0], of X1 where something is written, by every kind of instruction that a syndrome tells, or does not. */
static const uint32_t accesses[] = {
	0xb9400000,       /* ldr w0, [x0] */
	0xb9000001,       /* str w1, [x0] */
	0x39400000,       /* ldrb w0, [x0] */
	0x39000001,       /* strb w1, [x0] */
	LDRH, 0x79000001, /* strh w1, [x0] */
	0xf9400000,       /* ldr x0, [x0] */
	0xf9000001,       /* str x1, [x0] */
	0x39800000,       /* ldrsb x0, [x0] */
	0xb9800000,       /* ldrsw x0, [x0] */
	0x88dffc02,       /* ldar w2, [x0] */
	0x889ffc01,       /* stlr w1, [x0] */
	0xa9400c02,       /* ldp x2, x3, [x0] */
	0xa9000801,       /* stp x1, x2, [x0] */
	0xb8404401,       /* ldr w1, [x0], #4 */
	0xb8004c01,       /* str w1, [x0, #4]! */
	0xc85f7c02,       /* ldxr x2, [x0] */
	0xc8037c01,       /* stxr w3, x1, [x0] */
	0xf8218002,       /* swp x1, x2, [x0] */
	0xb8210002,       /* ldadd w1, w2, [x0] */
	0x3dc00000,       /* ldr q0, [x0] */
	0x3d800000,       /* str q0, [x0] */
	0xd50b7e20,       /* dc civac, x0 */
	0xd5087620,       /* dc ivac, x0 */
	0xd50b7420,       /* dc zva, x0 */
	0xd5087800,       /* at s1e1r, x0 */
	0xf9800000,       /* prfm pldl1keep, [x0] */
};
enum { ACCESSES = sizeof(accesses) / sizeof(accesses[0]), ACCESSES_PLAIN = 8 };

void accesses_prepare(void)
{
	for (unsigned i = 0; i < ACCESSES; i++) {
		instruction_prepare(accesses[i]);
	}
}

void access(struct drawer *d, uint64_t base, uint64_t size)
{
	uint64_t offset = below(d, size);
	uint32_t word = accesses[below(d, below(d, 4) == 0 ? ACCESSES : ACCESSES_PLAIN)];

	if (below(d, 4) != 0) {
		offset &= ~(uint64_t)7;
		offset += below(d, 2) * 4;
	}
	if (below(d, 2) == 0) {
		word = accesses[below(d, 2)];
		offset &= ~(uint64_t)3;
	}
	carry_out(word, base + offset, number(d));
}
