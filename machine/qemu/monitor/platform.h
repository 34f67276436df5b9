/* SPDX-License-Identifier: BSD-2-Clause */
/* platform.h - the monitor's seam (monitor/platform.h) over R-EL2, and the memory it works in. */
#ifndef QEMU_MONITOR_PLATFORM_H
#define QEMU_MONITOR_PLATFORM_H

#include "machine/qemu/bare/exception.h"
#include "monitor/platform.h"

/* NS memory is mapped at its physical address plus this; Realm memory at its physical address. */
#define NS_WINDOW (UINT64_C(1) << 47)

extern const struct monitor_platform qemu_platform;

/* True when the exception was a guarded copy's page that is not to be reached: the frame now goes on after it. */
bool platform_fixup(struct exception_frame *frame);

/* digest.c */
void platform_digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out);

#endif
