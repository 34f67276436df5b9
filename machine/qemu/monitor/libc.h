/* SPDX-License-Identifier: BSD-2-Clause */
/* libc.h - what BearSSL as Debian builds it (fortified, with stack protectors) wants of a C library beside memcpy and its like. */
#ifndef QEMU_MONITOR_LIBC_H
#define QEMU_MONITOR_LIBC_H

#include <stddef.h>
#include <stdint.h>

extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);
_Noreturn void __chk_fail(void);
void *__memcpy_chk(void *to, const void *from, size_t size, size_t room);
void *__memmove_chk(void *to, const void *from, size_t size, size_t room);
void *__memset_chk(void *to, int byte, size_t size, size_t room);

#endif
