/* SPDX-License-Identifier: BSD-2-Clause */
/* where.h - asks a QEMU that hangs what its CPUs are doing.
 *
 * The answer is each CPU's exception level and program counter, through the monitor protocol (QMP); the world follows from them: EL3 is the
 * firmware's, EL1 and EL0 a Realm's, and at EL2 the address tells the monitor from the host, which both run where they were loaded. */
#ifndef TOOLS_QEMU_WHERE_H
#define TOOLS_QEMU_WHERE_H

#include <stdbool.h>
#include <stdint.h>

#include "tools/message.h"

/* The name of who has code at `pc` of exception level `level`. */
const char *where_world(unsigned level, uint64_t pc);

/* Ask over `qmp` (qmp.h), for two seconds at most. *where is "cpu 0 in the monitor (EL2, PC 0x…), cpu 1 …", or why it is not known. */
void where_ask(int qmp, struct message *where);

#endif
