/* SPDX-License-Identifier: BSD-2-Clause */
/* boot_manifest.h - a boot manifest as TF-A lays it out, for tests that spoil it. */
#ifndef TESTS_UNIT_SUPPORT_BOOT_MANIFEST_H
#define TESTS_UNIT_SUPPORT_BOOT_MANIFEST_H

#include <stdint.h>

enum { BOOT_MANIFEST_WORDS = 512 };

/* Where it lies on QEMU's machine. */
#define BOOT_MANIFEST_PA UINT64_C(0x418ff000)

/* Indices of 64-bit words: the header's and where this manifest's arrays are. */
enum boot_manifest_word {
	BOOT_WORD_VERSION = 0,
	BOOT_WORD_BANK_COUNT = 2,
	BOOT_WORD_BANK_POINTER = 3,
	BOOT_WORD_BANK_SUM = 4,
	BOOT_WORD_CONSOLE_COUNT = 5,
	BOOT_WORD_CONSOLE_POINTER = 6,
	BOOT_WORD_CONSOLE_SUM = 7,
	BOOT_WORD_BANKS = 8,
	BOOT_WORD_CONSOLES = 10,
	BOOT_WORD_CONSOLE_NAME = 12,
	BOOT_WORD_END = 16
};

/* The one of TF-A 2.12.1 on QEMU's machine, whose console checksum leaves the name out (fact sheet qemu-rme-machine s4). */
void boot_manifest_make(uint64_t words[static BOOT_MANIFEST_WORDS]);

/* Make the bank list's sum right again after a change of `count` banks. */
void boot_manifest_sum_banks(uint64_t words[static BOOT_MANIFEST_WORDS], unsigned count);
/* The consoles' sum, as the interface's text has it: names too. */
void boot_manifest_sum_consoles(uint64_t words[static BOOT_MANIFEST_WORDS]);

#endif
