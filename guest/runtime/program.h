/* SPDX-License-Identifier: BSD-2-Clause */
/* program.h - what a guest program is to the runtime, and what the runtime tells it of its machine.
 *
 * REC 0 is entered at EL1h with the MMU off, x0 = IPA of the device tree at the base of RAM. The runtime sets up the
 * stack, the vector table and the console, and calls program.run. When that returns the last line is "NAME: ok",
 * after fail() it is "NAME: FAILED: why"; either way the realm switches itself off. When the device tree's bootargs are
 * "quiet" that line is all that is printed. A realm that finds no console
 * cannot print that line and resets instead.
 *
 * Of the device tree the programs use: chosen's bootargs; the node named memory@..., its first reg; nodes named cpu@..., reg = MPIDR
 * affinity; the node compatible with "arm,pl011" and, in memory.c, with "reeve,shared-buffer", reg = unprotected IPA. */
#ifndef GUEST_RUNTIME_PROGRAM_H
#define GUEST_RUNTIME_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/runtime/fdt.h"
#include "reeve/rsi.h"

/* What the device tree and RSI_REALM_CONFIG say. */
struct machine {
	struct fdt fdt;
	struct fdt_reg ram;
	const struct rsi_realm_config *config;
};

struct program {
	const char *name;
	void (*run)(const struct machine *machine);
};

/* Each program defines this one. */
extern const struct program program;

/* Print "NAME: FAILED: " and the text, and switch the realm off. */
_Noreturn void fail(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* `ipa` with the bit set that says unprotected. (spec: rmm-v1.0 s4) */
uint64_t unprotected(const struct machine *machine, uint64_t ipa);

/* Length in bytes of the realm's measurements. */
unsigned hash_length(const struct machine *machine);

/* The first IPA behind the image and its .bss, a multiple of 4096. */
uint64_t image_end_address(void);

/* start.S calls this on REC 0 with the IPA of the device tree. */
_Noreturn void boot(uint64_t fdt_address);

/* A CPU_ON entry point; its context is the address of a struct secondary. */
void secondary_start(void);

/* Where a secondary CPU finds its stack and what it runs, with a pointer to this very structure. */
struct secondary {
	uint64_t stack_top;
	void (*run)(struct secondary *self);
};

#endif
