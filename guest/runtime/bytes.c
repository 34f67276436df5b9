/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.c - the four functions a compiler expects to find, a byte at a time (the MMU is off). */
#include "guest/runtime/bytes.h"

/* Keeps the compiler from seeing memcpy in memcpy's own loop. */
#define OPAQUE(byte) __asm__ volatile("" : "+r"(byte))

void *memset(void *to, int value, size_t length)
{
	unsigned char *t = to;

	for (size_t i = 0; i < length; i++) {
		unsigned byte = (unsigned)value & 0xff;

		OPAQUE(byte);
		t[i] = (unsigned char)byte;
	}
	return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	for (size_t i = 0; i < length; i++) {
		unsigned byte = f[i];

		OPAQUE(byte);
		t[i] = (unsigned char)byte;
	}
	return to;
}

void *memmove(void *to, const void *from, size_t length)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if ((uintptr_t)to <= (uintptr_t)from) {
		return memcpy(to, from, length);
	}
	for (size_t i = length; i > 0; i--) {
		unsigned byte = f[i - 1];

		OPAQUE(byte);
		t[i - 1] = (unsigned char)byte;
	}
	return to;
}

int memcmp(const void *a, const void *b, size_t length)
{
	const unsigned char *p = a;
	const unsigned char *q = b;

	for (size_t i = 0; i < length; i++) {
		if (p[i] != q[i]) {
			return p[i] < q[i] ? -1 : 1;
		}
	}
	return 0;
}
