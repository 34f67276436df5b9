/* SPDX-License-Identifier: BSD-2-Clause */
/* hex.c - bytes as hexadecimal digits. */
#include "tools/token/hex.h"

#include <stdlib.h>
#include <string.h>

static const char digits[] = "0123456789abcdef";

/* The value of a digit of either case, or -1. */
static int digit_value(char c)
{
	const char *at = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

	return at == NULL ? -1 : (int)(at - digits);
}

bool hex_read(const char *text, struct reeve_buf to, size_t *size)
{
	size_t length = strlen(text);

	if (length % 2 != 0 || length / 2 > to.size) {
		return false;
	}
	for (size_t i = 0; i < length; i += 2) {
		int high = digit_value(text[i]);
		int low = digit_value(text[i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		to.bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*size = length / 2;
	return true;
}

void hex_print(struct reeve_span bytes, FILE *to)
{
	for (size_t i = 0; i < bytes.size; i++) {
		fprintf(to, "%02x", bytes.bytes[i]);
	}
}

char *hex_text(struct reeve_span bytes)
{
	char *text = malloc(2 * bytes.size + 1);

	for (size_t i = 0; text != NULL && i < bytes.size; i++) {
		text[2 * i] = digits[bytes.bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes.bytes[i] & 0xF];
	}
	if (text != NULL) {
		text[2 * bytes.size] = '\0';
	}
	return text;
}
