/* SPDX-License-Identifier: BSD-2-Clause */
/* guests.h - the guest programs inside the command, as ELF files. */
#ifndef TOOLS_SWEEP_GUESTS_H
#define TOOLS_SWEEP_GUESTS_H

#include <stdint.h>

extern const uint8_t sweep_hello_begin[];
extern const uint8_t sweep_hello_end[];
extern const uint8_t sweep_smp_begin[];
extern const uint8_t sweep_smp_end[];
extern const uint8_t sweep_memory_begin[];
extern const uint8_t sweep_memory_end[];

#endif
