/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_rmi_shell.c - any text as lines of the monitor's shell: what is understood lies in the line, what is not is told readably. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support/bytes.h"
#include "tools/rmi/complete.h"

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_rmi_shell: not so: %s\n", what);
		abort();
	}
}

static void check_error(const struct line_error *error, size_t size)
{
	check(error->column >= 1 && error->column <= size + 1, "the column is in the line");
	check(error->message.text[0] != '\0', "the message says what is wrong");
	for (const char *c = error->message.text; *c != '\0'; c++) {
		check(*c >= ' ' && *c < 0x7F, "the message has no control bytes");
	}
}

static void check_statement(const struct statement *statement, const char *line, size_t size)
{
	check(statement->span.at >= line && statement->span.at + statement->span.size <= line + size,
		"the statement is in the line");
	check(statement->term_count <= STATEMENT_TERMS_MAX && statement->item_count <= STATEMENT_ITEMS_MAX,
		"there are as many numbers as there is room");
	for (unsigned i = 0; i < statement->field_count; i++) {
		const struct field *field = &statement->field[i];
		unsigned elements = field->value.kind == VALUE_TEXT ? field->value.span.size : field->value.count;

		check(field->member == NULL || field->index < field->member->count, "an index is in its array");
		check(field->member == NULL || field->value.kind == VALUE_NUMBER || elements <= field->member->count,
			"a list fits");
	}
}

static void line_read(const struct shell *shell, const char *line, size_t size)
{
	struct statement statement;
	struct line_error error = {0};
	struct completions found;

	if (statement_parse(line, size, &statement, &error)) {
		check_statement(&statement, line, size);
	} else {
		check_error(&error, size);
	}
	complete(shell, line, size, &found);
	for (unsigned i = 0; i < found.count; i++) {
		check(memcmp(found.words[i], line + size - found.begun, found.begun) == 0, "a word goes on");
		check(memcmp(found.words[i], found.words[0], found.common) == 0, "the words share a beginning");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct shell shell; /* without variables */
	const char *text = (const char *)data;
	const char *end;

	while ((end = memchr(text, '\n', size)) != NULL) {
		line_read(&shell, text, (size_t)(end - text));
		size -= (size_t)(end - text) + 1;
		text = end + 1;
	}
	line_read(&shell, text, size);
	return 0;
}
