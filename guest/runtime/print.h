/* SPDX-License-Identifier: BSD-2-Clause */
/* print.h - text on the realm's PL011. */
#ifndef GUEST_RUNTIME_PRINT_H
#define GUEST_RUNTIME_PRINT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

/* Print on the PL011 at `uart` from now on; before that, text is dropped. */
void console_use(uint64_t uart);

/* %s, %c, %d, %u, %x, each number also with l (%lx is 64 bits); %% is a percent sign. Others print their letter. */
void print(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with the arguments as stdarg.h has them. */
void print_arguments(const char *format, va_list arguments);

/* The bytes in hexadecimal, two digits each, without spaces or an end of line. */
void print_bytes(const void *bytes, size_t length);

#endif
