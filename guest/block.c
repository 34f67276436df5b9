/* SPDX-License-Identifier: BSD-2-Clause */
/* block.c - a realm with so much memory of its own from the start that its host can map a block of 2 MiB by one entry.
 *
 * The block is written and read through that entry, then a granule in its middle is given up and taken back, for which it has to be split. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"
#include "guest/runtime/trap.h"
#include "reeve/rmi.h"

enum { BLOCK_BYTES = 2 << 20, GRANULE_BYTES = 4096, STEP_WORDS = 64 / 8 };

/* Whatever its place, it holds one whole block. */
static uint64_t room[2 * (BLOCK_BYTES / sizeof(uint64_t))];

static void fill(volatile uint64_t *from, const volatile uint64_t *top)
{
	for (; from < top; from += STEP_WORDS) {
		*from = ~(uintptr_t)from;
	}
}

static void check(const char *when, const volatile uint64_t *from, const volatile uint64_t *top)
{
	for (; from < top; from += STEP_WORDS) {
		if (*from != ~(uintptr_t)from) {
			fail("%s: 0x%lx at 0x%lx", when, *from, (uint64_t)(uintptr_t)from);
		}
	}
}

static void set(uint64_t base, uint64_t ripas)
{
	if (!rsi_ipa_state_set(base, base + GRANULE_BYTES, ripas) ||
		!rsi_ipa_state_is(base, base + GRANULE_BYTES, ripas)) {
		fail("0x%lx cannot be given RIPAS %lu", base, ripas);
	}
}

static void block(const struct machine *machine)
{
	uint64_t base = ((uintptr_t)room + BLOCK_BYTES - 1) & ~(uint64_t)(BLOCK_BYTES - 1);
	uint64_t middle = base + BLOCK_BYTES / 2;
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): the block within `room` */
	volatile uint64_t *words = (volatile uint64_t *)base;
	const volatile uint64_t *top = words + BLOCK_BYTES / sizeof(*words);
	volatile uint64_t *hole = words + BLOCK_BYTES / 2 / sizeof(*words);
	const volatile uint64_t *hole_top = hole + GRANULE_BYTES / sizeof(*words);
	struct trap trap;

	(void)machine;
	fill(words, top);
	check("as a block", words, top);
	print("block 0x%lx: 2 MiB written and read\n", base);
	set(middle, RIPAS_EMPTY);
	trap_begin();
	(void)probe_load64(middle);
	if (!trap_end(&trap) || trap_class(&trap) != EC_DATA_ABORT || trap_fault(&trap) != FSC_SEA) {
		fail("a load from an EMPTY granule of the block does not end in a synchronous external abort");
	}
	set(middle, RIPAS_RAM);
	fill(hole, hole_top);
	check("after it was split", words, top);
	print("block 0x%lx: a granule given up and taken back, the rest as it was\n", base);
}

const struct program program = {"block", block};
