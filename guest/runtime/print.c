/* SPDX-License-Identifier: BSD-2-Clause */
/* print.c - a small printf over a PL011 that is written with plain 32-bit stores. */
#include "guest/runtime/print.h"

#include <stdbool.h>

#include "guest/runtime/mmio.h"

enum {
	PL011_DR = 0x00,
	PL011_FR = 0x18,
	PL011_FR_TXFF = 1 << 5, /* the transmit queue is full */
	TXFF_POLLS = 1000000,
	DIGITS_MAX = 20, /* of 2^64 in decimal */
};

static uint64_t console;

void console_use(uint64_t uart)
{
	console = uart;
}

static void put(char c)
{
	for (unsigned i = 0; i < TXFF_POLLS && (mmio_read32(console + PL011_FR) & PL011_FR_TXFF) != 0; i++) {
	}
	mmio_write32(console + PL011_DR, (uint8_t)c);
}

static void put_text(const char *text)
{
	while (*text != '\0') {
		put(*text++);
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
	put_number(value < 0 ? 0 - (uint64_t)value : (uint64_t)value, 10);
}

void print_arguments(const char *format, va_list arguments)
{
	bool is_long;

	if (console == 0) {
		return;
	}
	for (; *format != '\0'; format++) {
		if (*format != '%' || format[1] == '\0') {
			put(*format);
			continue;
		}
		format++;
		is_long = *format == 'l' && format[1] != '\0';
		format += is_long ? 1 : 0;
		switch (*format) {
		case 's':
			put_text(va_arg(arguments, const char *));
			break;
		case 'c':
			put((char)va_arg(arguments, int));
			break;
		case 'd':
			put_signed(is_long ? va_arg(arguments, long) : va_arg(arguments, int));
			break;
		case 'u':
		case 'x':
			put_number(is_long ? va_arg(arguments, unsigned long) : va_arg(arguments, unsigned),
				*format == 'x' ? 16 : 10);
			break;
		default:
			put(*format);
			break;
		}
	}
}

void print(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_arguments(format, arguments);
	va_end(arguments);
}

void print_bytes(const void *bytes, size_t length)
{
	const uint8_t *b = bytes;

	if (console == 0) {
		return;
	}
	for (size_t i = 0; i < length; i++) {
		put("0123456789abcdef"[b[i] >> 4]);
		put("0123456789abcdef"[b[i] & 0xf]);
	}
}
