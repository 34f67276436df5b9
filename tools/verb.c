/* SPDX-License-Identifier: BSD-2-Clause */
/* verb.c - usage of a verb, written from its rows. */
#include "tools/verb.h"

#include <string.h>

enum { USAGE_COLUMNS = 80, OPTION_COLUMN = 34, HEAD_MAX = 96 };

/* Write `word` on the current line, or on the next one when it would pass the last column. */
static int usage_word(FILE *to, int column, int indent, const char *word)
{
	int length = (int)strlen(word);

	if (column + 1 + length > USAGE_COLUMNS) {
		fprintf(to, "\n%*s", indent, "");
		column = indent;
	}
	fprintf(to, " %s", word);
	return column + 1 + length;
}

static int usage_option(FILE *to, int column, int indent, const struct option_row *row)
{
	char word[HEAD_MAX];

	(void)snprintf(word, sizeof(word), row->value == NULL ? "[%s]" : "[%s %s]", row->name, row->value);
	return usage_word(to, column, indent, word);
}

void verb_usage(const struct verb *verb, FILE *to)
{
	int indent = fprintf(to, "usage: reeve %s", verb->name);
	int column = indent;

	for (size_t i = 0; i < verb->options->count; i++) {
		column = usage_option(to, column, indent, &verb->options->rows[i]);
	}
	if (verb->operand != NULL) {
		usage_word(to, column, indent, verb->operand);
	}
	fprintf(to, "\n\n%s.\n\n", verb->text);
	for (size_t i = 0; i < verb->options->count; i++) {
		const struct option_row *row = &verb->options->rows[i];
		char head[HEAD_MAX];

		(void)snprintf(head, sizeof(head), "%s %s", row->name, row->value == NULL ? "" : row->value);
		fprintf(to, "  %-*s%s%s", OPTION_COLUMN, head, strlen(head) >= OPTION_COLUMN ? " " : "", row->text);
		fprintf(to, "\n");
	}
	fprintf(to, "  %-*sshow this text\n", OPTION_COLUMN, "-h, --help");
}

int verb_misused(const struct verb *verb, const struct message *why, FILE *to)
{
	fprintf(to, "reeve %s: %s\nreeve %s --help shows how it is used\n", verb->name, why->text, verb->name);
	return EXIT_USAGE;
}
