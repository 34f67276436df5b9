/* SPDX-License-Identifier: BSD-2-Clause */
/* hex.h - bytes as hexadecimal digits, read and written. */
#ifndef TOOLS_TOKEN_HEX_H
#define TOOLS_TOKEN_HEX_H

#include <stdbool.h>
#include <stdio.h>

#include "reeve/span.h"

/* The whole text as bytes, two digits each, in `to`; an empty text is no bytes. False when a digit is none, their number is odd, or there are
 * more bytes than `to` holds; *size is then untouched. */
bool hex_read(const char *text, struct reeve_buf to, size_t *size);

void hex_print(struct reeve_span bytes, FILE *to);

/* In fresh memory that the caller frees; NULL when there is none. */
char *hex_text(struct reeve_span bytes);

#endif
