/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - one line of text, written without a libc and cut to what fits. */
#ifndef VMM_TEXT_H
#define VMM_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/host.h"

enum { TEXT_MAX = 512 };

/* Zeroed it is empty. Always terminated; what does not fit TEXT_MAX with its end is left out. */
struct text {
	char at[TEXT_MAX];
	size_t length;
};

/* Put behind what is there: words, a number in decimal or with 0x in hexadecimal, the line of reeve_error_format. */
void text_put(struct text *text, const char *words);
void text_decimal(struct text *text, uint64_t number);
void text_hex(struct text *text, uint64_t number);
void text_error(struct text *text, const struct reeve_error *error);

#endif
