/* SPDX-License-Identifier: BSD-2-Clause */
/* secret.c - a realm that fills memory with words found nowhere else, waits a while and ends: whoever looks at the machine's memory finds them
 * before the end and must find none after it.
 *
 * The word is made at run time, so it is in no image. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"
#include "guest/runtime/services.h"

enum { SECRET_BYTES = 256 << 10, WAIT_PART = 2 };

/* tests/machine/run computes the same. */
static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
static const uint64_t word_index = 0x5ec;

static uint64_t counter(void)
{
	uint64_t now;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(now));
	return now;
}

static void secret(const struct machine *machine)
{
	uint64_t word = factor * word_index;
	uint64_t base = machine->ram.base + machine->ram.size - SECRET_BYTES;
	uint64_t frequency;
	uint64_t begin;

	if (base < image_end_address()) {
		fail("too little RAM: 0x%lx", machine->ram.size);
	}
	for (uint64_t at = base; at < base + SECRET_BYTES; at += sizeof(word)) {
		__asm__ volatile("str %0, [%1]" : : "r"(word), "r"(at) : "memory");
	}
	print("%u KiB of a secret written\n", (unsigned)(SECRET_BYTES >> 10));
	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(frequency));
	begin = counter();
	while (counter() - begin < frequency / WAIT_PART) {
	}
}

const struct program program = {"secret", secret};
