/* SPDX-License-Identifier: BSD-2-Clause */
/* last_lines.h - the last lines of what somebody says, printable, for the case that it ends there. */
#ifndef TOOLS_QEMU_LAST_LINES_H
#define TOOLS_QEMU_LAST_LINES_H

#include <stddef.h>
#include <stdio.h>

enum {
	LAST_LINES = 8,
	LAST_LINES_COLUMNS = 240, /* of a kept line, with its end */
};

/* All zero: nothing was said. */
struct last_lines {
	unsigned count; /* lines that were said, blank ones not among them */
	size_t used;    /* of the line that has not ended */
	char line[LAST_LINES_COLUMNS];
	char kept[LAST_LINES][LAST_LINES_COLUMNS]; /* the one of number n is kept[n % LAST_LINES] */
};

/* The next bytes; a line that is too long is cut, and what is unprintable becomes a dot. */
void last_lines_take(struct last_lines *lines, const char *bytes, size_t size);

/* What stands there without a line end is a line. */
void last_lines_end(struct last_lines *lines);

/* The last line that ended; "" when none did. */
const char *last_lines_last(const struct last_lines *lines);

/* Write what is kept, each line behind `head`. */
void last_lines_write(const struct last_lines *lines, const char *head, FILE *to);

#endif
