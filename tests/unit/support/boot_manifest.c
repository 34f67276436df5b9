/* SPDX-License-Identifier: BSD-2-Clause */
/* boot_manifest.c - a boot manifest as TF-A lays it out. */
#include "tests/unit/support/boot_manifest.h"

#include <string.h>

static uint64_t sum(const uint64_t *words, unsigned first, unsigned count)
{
	uint64_t total = 0;

	for (unsigned i = 0; i < count; i++) {
		total += words[first + i];
	}
	return total;
}

void boot_manifest_sum_banks(uint64_t words[static BOOT_MANIFEST_WORDS], unsigned count)
{
	words[BOOT_WORD_BANK_SUM] = 0;
	words[BOOT_WORD_BANK_SUM] = -(sum(words, BOOT_WORD_BANK_COUNT, 2) + sum(words, BOOT_WORD_BANKS, 2 * count));
}

void boot_manifest_sum_consoles(uint64_t words[static BOOT_MANIFEST_WORDS])
{
	words[BOOT_WORD_CONSOLE_SUM] = -(sum(words, BOOT_WORD_CONSOLE_COUNT, 2) + sum(words, BOOT_WORD_CONSOLES, 6));
}

void boot_manifest_make(uint64_t words[static BOOT_MANIFEST_WORDS])
{
	static const uint64_t good[BOOT_WORD_END] = {
		[BOOT_WORD_VERSION] = 3,
		[BOOT_WORD_BANK_COUNT] = 1,
		[BOOT_WORD_BANK_POINTER] = BOOT_MANIFEST_PA + 0x40,
		[BOOT_WORD_CONSOLE_COUNT] = 1,
		[BOOT_WORD_CONSOLE_POINTER] = BOOT_MANIFEST_PA + 0x50,
		[BOOT_WORD_BANKS] = 0x40000000,
		[BOOT_WORD_BANKS + 1] = 0xc0000000,
		[BOOT_WORD_CONSOLES] = 0x09000000,
		[BOOT_WORD_CONSOLES + 1] = 1,
		[BOOT_WORD_CONSOLE_NAME] = 0x3131306c70,
		[BOOT_WORD_CONSOLES + 3] = 1,
		[BOOT_WORD_CONSOLES + 4] = 115200,
	};

	memset(words, 0, BOOT_MANIFEST_WORDS * sizeof(words[0]));
	memcpy(words, good, sizeof(good));
	boot_manifest_sum_banks(words, 1);
	boot_manifest_sum_consoles(words);
	words[BOOT_WORD_CONSOLE_SUM] += words[BOOT_WORD_CONSOLE_NAME];
}
