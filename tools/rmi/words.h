/* SPDX-License-Identifier: BSD-2-Clause */
/* words.h - a line of the monitor's shell as words: names, $variables, numbers, "texts" and signs; # begins a comment.
 *
 * Pure: the line is pointed into, and its bytes may be anything. */
#ifndef TOOLS_RMI_WORDS_H
#define TOOLS_RMI_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/message.h"

/* A part of the line. */
struct span {
	const char *at;
	unsigned size;
	unsigned column; /* from 1 */
};

/* What is wrong with a line, and where. */
struct line_error {
	unsigned column;
	struct message message;
};

enum word_kind {
	WORD_END,
	WORD_NAME,     /* REALM_CREATE */
	WORD_VARIABLE, /* $rd; the span is without the $, its column is that of the $ */
	WORD_NUMBER,   /* 12, 0x40000000, 64K */
	WORD_TEXT,     /* "owner"; the span is without the quotes */
	WORD_SIGN,     /* one of = + - ( ) [ ] { } ; */
	WORD_BAD,      /* no word; the error was set */
};

struct word {
	enum word_kind kind;
	struct span span;
	uint64_t number;
};

struct words {
	const char *line;
	size_t size;
	size_t at;
	struct line_error *error;
};

/* The next word; after the last one WORD_END, again and again. */
struct word word_next(struct words *words);

bool span_is(const struct span *span, const char *text);

/* Set the error, for a word that begins at `column`. Returns false. */
__attribute__((format(printf, 3, 4))) bool line_wrong(
	struct line_error *error, unsigned column, const char *format, ...);

#endif
