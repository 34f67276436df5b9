/* SPDX-License-Identifier: BSD-2-Clause */
/* platform.h - the monitor's seam (monitor/platform.h) over R-EL2, and the memory it works in. */
#ifndef QEMU_MONITOR_PLATFORM_H
#define QEMU_MONITOR_PLATFORM_H

#include "machine/qemu/bare/exception.h"
#include "monitor/platform.h"

/* NS memory is mapped at its physical address plus this; Realm memory at its physical address. */
#define NS_WINDOW (UINT64_C(1) << 47)

extern const struct monitor_platform qemu_platform;

/* start.S: memcpy that answers false when a page of either is not to be reached. */
bool guarded_copy(void *to, const void *from, size_t size);

/* True when the exception was a guarded copy's page that is not to be reached: the frame now goes on after it. */
bool platform_fixup(struct exception_frame *frame);

/* attest.c: struct monitor_platform's three. attest_start: the interface's minor version decides how EL3 gives its token. */
void attest_start(unsigned interface_minor);
bool attest_public_key(void *context, unsigned cpu, uint8_t point[PLATFORM_POINT_SIZE]);
bool attest_sign(
	void *context, unsigned cpu, const void *message, size_t size, uint8_t signature[PLATFORM_SIGNATURE_SIZE]);
bool attest_platform_token(
	void *context, unsigned cpu, const uint8_t challenge[PLATFORM_CHALLENGE_SIZE], struct reeve_span *token);

/* digest.c */
void platform_digest(
	void *context, unsigned cpu, enum rmi_hash_algorithm algorithm, const void *data, size_t size, uint8_t *out);

#endif
