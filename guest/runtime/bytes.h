/* SPDX-License-Identifier: BSD-2-Clause */
/* bytes.h - the memory functions of the runtime, with the C library's names and meaning. */
#ifndef GUEST_RUNTIME_BYTES_H
#define GUEST_RUNTIME_BYTES_H

#include <stddef.h>
#include <stdint.h>

void *memset(void *to, int value, size_t length);
void *memcpy(void *restrict to, const void *restrict from, size_t length);
void *memmove(void *to, const void *from, size_t length);
int memcmp(const void *a, const void *b, size_t length);

#endif
