/* SPDX-License-Identifier: BSD-2-Clause */
/* text.c - puts words and numbers together. */
#include "vmm/text.h"

enum { DIGITS_MAX = 20, HEX = 16, DECIMAL = 10 };

void text_put(struct text *text, const char *words)
{
	for (; *words != '\0' && text->length + 1 < TEXT_MAX; words++) {
		text->at[text->length++] = *words;
	}
	text->at[text->length] = '\0';
}

static void number_put(struct text *text, uint64_t number, unsigned base)
{
	char digits[DIGITS_MAX + 1] = {0};
	unsigned first = DIGITS_MAX;

	do {
		digits[--first] = "0123456789abcdef"[number % base];
		number /= base;
	} while (number != 0);
	text_put(text, digits + first);
}

void text_decimal(struct text *text, uint64_t number)
{
	number_put(text, number, DECIMAL);
}

void text_hex(struct text *text, uint64_t number)
{
	text_put(text, "0x");
	number_put(text, number, HEX);
}

void text_error(struct text *text, const struct reeve_error *error)
{
	size_t room = TEXT_MAX - text->length;
	size_t length = reeve_error_format(error, text->at + text->length, room);

	text->length += length < room ? length : room - 1;
}
