/* SPDX-License-Identifier: BSD-2-Clause */
/* refusals.h - the book of the RMI calls that were refused, for who can look into Realm memory (machine/qemu/rmm_image.h). */
#ifndef QEMU_MONITOR_REFUSALS_H
#define QEMU_MONITOR_REFUSALS_H

#include <stdint.h>

#include "machine/qemu/rmm_image.h"
#include "reeve/rmi.h"

/* Write down a call, X0..X5 and the answer's X0, that failed by `condition`. Any CPU; never waits: not written (rmm_image.h I4)
 * when another CPU is at the same entry. */
void refusals_note(
	unsigned cpu, const uint64_t in[static RMM_REFUSAL_REGISTERS], uint64_t out, enum rmi_condition condition);

#endif
