/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - lines to the UART, whole ones when several CPUs print. */
#include "machine/qemu/bare/print.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "machine/qemu/bare/exception.h"
#include "machine/qemu/bare/pl011.h"
#include "machine/qemu/bare/spinlock.h"

enum { DIGITS_MAX = 20 };

static struct spinlock lock;
static atomic_uint holder; /* the CPU that prints, and 1 */

static void put(char c)
{
	if (c == '\n') {
		pl011_put('\r');
	}
	pl011_put(c);
}

static void put_string(const char *s)
{
	while (*s != '\0') {
		put(*s++);
	}
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[DIGITS_MAX];
	unsigned count = 0;

	do {
		digits[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value != 0);
	while (count > 0) {
		put(digits[--count]);
	}
}

static void put_signed(int64_t value)
{
	if (value < 0) {
		put('-');
	}
	put_number(value < 0 ? -(uint64_t)value : (uint64_t)value, 10);
}

static uint64_t take_unsigned(va_list *arguments, bool is_long)
{
	return is_long ? va_arg(*arguments, unsigned long) : va_arg(*arguments, unsigned);
}

static int64_t take_signed(va_list *arguments, bool is_long)
{
	return is_long ? va_arg(*arguments, long) : va_arg(*arguments, int);
}

/* One conversion: `c` is what stands after % or %l. */
static void convert(char c, bool is_long, va_list *arguments)
{
	switch (c) {
	case 's':
		put_string(va_arg(*arguments, const char *));
		break;
	case 'c':
		put((char)va_arg(*arguments, int));
		break;
	case 'u':
		put_number(take_unsigned(arguments, is_long), 10);
		break;
	case 'x':
		put_number(take_unsigned(arguments, is_long), 16);
		break;
	case 'd':
		put_signed(take_signed(arguments, is_long));
		break;
	default:
		put(c);
		break;
	}
}

static void put_format(const char *format, va_list *arguments)
{
	while (*format != '\0') {
		bool is_long;

		if (*format != '%') {
			put(*format++);
			continue;
		}
		is_long = format[1] == 'l';
		format += is_long ? 2 : 1;
		if (*format == '\0') {
			return;
		}
		convert(*format++, is_long, arguments);
	}
}

void print(const char *format, ...)
{
	va_list arguments;

	/* An exception of the UART itself: there is nowhere to say so. */
	if (atomic_load(&holder) == image_cpu() + 1) {
		return;
	}
	spinlock_take(&lock);
	atomic_store(&holder, image_cpu() + 1);
	va_start(arguments, format);
	put_format(format, &arguments);
	va_end(arguments);
	atomic_store(&holder, 0);
	spinlock_give(&lock);
}
