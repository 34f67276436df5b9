/* SPDX-License-Identifier: BSD-2-Clause */
/* manifest.h - EL3's boot manifest read and checked: memory banks and console (fact sheet qemu-rme-machine s4).
 *
 * Nothing of the machine is touched: bytes in, values or the fault out. */
#ifndef QEMU_MONITOR_MANIFEST_H
#define QEMU_MONITOR_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "reeve/address.h"

enum { MANIFEST_SIZE = 4096, MANIFEST_BANKS_MAX = 7, MANIFEST_CONSOLES_MAX = 8 };

struct manifest {
	unsigned major;
	unsigned minor;
	struct reeve_pa_range banks[MANIFEST_BANKS_MAX]; /* ascending, apart, 4 KiB aligned */
	unsigned bank_count;
	uint64_t console;           /* physical base of the first PL011; 0 when there is none */
	bool console_name_left_out; /* the checksum is right only without the consoles' names */
};

enum manifest_fault {
	MANIFEST_OK,
	MANIFEST_BAD_VERSION,
	MANIFEST_BAD_BANK_LIST,
	MANIFEST_BAD_BANK_SUM,
	MANIFEST_BAD_BANKS,
	MANIFEST_BAD_CONSOLE_LIST,
	MANIFEST_BAD_CONSOLE_SUM,
	MANIFEST_FAULT_COUNT
};

/* What is wrong and what to do. */
const char *manifest_fault_text(enum manifest_fault fault);

/* Read the manifest in `page`, which lies at `pa`. On a fault *manifest holds major and minor only. */
enum manifest_fault manifest_read(
	const uint64_t page[static MANIFEST_SIZE / sizeof(uint64_t)], uint64_t pa, struct manifest *manifest);

#endif
