/* SPDX-License-Identifier: BSD-2-Clause */
/* text.h - one line of text, written without a libc and cut to what fits. */
#ifndef VMM_TEXT_H
#define VMM_TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "reeve/host.h"

enum { TEXT_MAX = 512 };

/* Always terminated. */
struct text {
	char at[TEXT_MAX];
	size_t length;
};

void text_put(struct text *text, const char *words);
void text_decimal(struct text *text, uint64_t number);
void text_hex(struct text *text, uint64_t number); /* "0x1f" */
void text_error(struct text *text, const struct reeve_error *error);

#endif
