/* SPDX-License-Identifier: BSD-2-Clause */
/* smc.h - the SMC instruction as a function. */
#ifndef QEMU_BARE_SMC_H
#define QEMU_BARE_SMC_H

#include <stdint.h>

enum { SMC_REGISTERS = 18 };

/* x[0..17] go into the registers of that number and come back; nothing else changes. */
void smc(uint64_t x[SMC_REGISTERS]);

#endif
