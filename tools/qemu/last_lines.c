/* SPDX-License-Identifier: BSD-2-Clause */
/* last_lines.c - keeps lines in a ring. */
#include "tools/qemu/last_lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

void last_lines_end(struct last_lines *lines)
{
	if (lines->used != 0) {
		lines->line[lines->used] = '\0';
		memcpy(lines->kept[lines->count++ % LAST_LINES], lines->line, lines->used + 1);
	}
	lines->used = 0;
}

static void byte_take(struct last_lines *lines, char byte)
{
	bool is_shown = isprint((unsigned char)byte) || byte == '\t';

	if (lines->used < sizeof(lines->line) - 1) {
		lines->line[lines->used++] = (char)(is_shown ? byte : '.');
	}
}

void last_lines_take(struct last_lines *lines, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n') {
			last_lines_end(lines);
		} else if (bytes[i] != '\r') {
			byte_take(lines, bytes[i]);
		}
	}
}

const char *last_lines_last(const struct last_lines *lines)
{
	return lines->count == 0 ? "" : lines->kept[(lines->count - 1) % LAST_LINES];
}

void last_lines_write(const struct last_lines *lines, const char *head, FILE *to)
{
	unsigned first = lines->count < LAST_LINES ? 0 : lines->count - LAST_LINES;

	for (unsigned i = first; i < lines->count; i++) {
		fprintf(to, "%s%s\n", head, lines->kept[i % LAST_LINES]);
	}
}
