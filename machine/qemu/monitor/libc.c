/* SPDX-License-Identifier: BSD-2-Clause */
/* libc.c - what BearSSL as Debian builds it wants of a C library. */
#include "machine/qemu/monitor/libc.h"

#include <string.h>

#include "machine/qemu/bare/exception.h"

uintptr_t __stack_chk_guard = (uintptr_t)0x9d3a7c51e86f2b00;

void __stack_chk_fail(void)
{
	stop("BearSSL wrote over its stack");
}

void __chk_fail(void)
{
	stop("BearSSL wrote over a buffer");
}

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	if (size > room) {
		__chk_fail();
	}
	return memcpy(to, from, size);
}

void *__memmove_chk(void *to, const void *from, size_t size, size_t room)
{
	if (size > room) {
		__chk_fail();
	}
	return memmove(to, from, size);
}

void *__memset_chk(void *to, int byte, size_t size, size_t room)
{
	if (size > room) {
		__chk_fail();
	}
	return memset(to, byte, size);
}
