/* SPDX-License-Identifier: BSD-2-Clause */
/* values.c - cuts a file into JSON objects by their braces; jansson says whether they are any. */
#include "tools/measure/values.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool values_open(struct values *values, const char *name, struct message *why)
{
	struct stat status;

	*values = (struct values){.stream = fopen(name, "rbe"), .name = name, .line = 1};
	if (values->stream == NULL) {
		return message_set(why, "%s cannot be opened: %s", name, strerror(errno));
	}
	if (fstat(fileno(values->stream), &status) == 0 && S_ISDIR(status.st_mode)) {
		values_close(values);
		return message_set(why, "%s cannot be read: %s", name, strerror(EISDIR));
	}
	return true;
}

void values_close(struct values *values)
{
	if (values->stream != NULL) {
		(void)fclose(values->stream);
	}
	free(values->text);
	*values = (struct values){0};
}

static enum values_result wrong(const struct values *values, struct message *why, const char *what)
{
	if (ferror(values->stream)) {
		(void)message_set(why, "%s cannot be read: %s", values->name, strerror(errno));
	} else {
		(void)message_set(why, "%s:%" PRIu64 ": %s", values->name, values->line, what);
	}
	return VALUES_WRONG;
}

static int byte_next(struct values *values)
{
	int c = getc(values->stream);

	values->line += c == '\n';
	return c;
}

/* The next byte that is no white space, or EOF. */
static int mark_next(struct values *values)
{
	int c;

	do {
		c = byte_next(values);
	} while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
	return c;
}

static bool text_add(struct values *values, int c)
{
	if (values->size == VALUES_TEXT_MAX) {
		return false;
	}
	if (values->size == values->room) {
		size_t room = values->room == 0 ? BUFSIZ : 2 * values->room;
		char *text = realloc(values->text, room);

		if (text == NULL) {
			return false;
		}
		values->text = text;
		values->room = room;
	}
	values->text[values->size++] = (char)c;
	return true;
}

/* Take the object that begins with the brace just read up to its last one. NULL, or what is wrong. */
static const char *object_take(struct values *values)
{
	bool is_string = false;
	bool is_escaped = false;
	unsigned depth = 0;

	values->size = 0;
	values->text_line = values->line;
	for (int c = '{'; c != EOF; c = byte_next(values)) {
		if (!text_add(values, c)) {
			return "an object of more than 1 MiB, or no memory for it";
		}
		if (is_string) {
			is_string = c != '"' || is_escaped;
			is_escaped = c == '\\' && !is_escaped;
			continue;
		}
		is_string = c == '"';
		depth += c == '{';
		depth -= c == '}';
		if (depth == 0) {
			return NULL;
		}
	}
	return "the file ends inside an object";
}

/* What stands between objects, up to the first brace of the next one. */
static enum values_result gap_take(struct values *values, struct message *why)
{
	bool was_begun = values->is_begun;
	int c = mark_next(values);

	if (!was_begun) {
		values->is_begun = true;
		values->is_array = c == '[';
		c = values->is_array ? mark_next(values) : c;
	} else if (values->is_array && c == ',') {
		c = mark_next(values);
		return c == '{' ? VALUES_ONE : wrong(values, why, "an object is expected behind the comma");
	} else if (values->is_array && c == '{') {
		return wrong(values, why, "a comma is expected between two objects of an array");
	}
	if (c == '{') {
		return VALUES_ONE;
	}
	if (values->is_array && c == ']') {
		return mark_next(values) == EOF && !ferror(values->stream)
			? VALUES_END
			: wrong(values, why, "there is more behind the array");
	}
	if (c == EOF && !values->is_array && was_begun && !ferror(values->stream)) {
		return VALUES_END;
	}
	return wrong(
		values, why, c == EOF ? "the file ends where an object is expected" : "an object is expected: '{'");
}

enum values_result values_next(struct values *values, json_t **value, struct message *why)
{
	enum values_result result = gap_take(values, why);
	json_error_t error;
	const char *what;

	if (result != VALUES_ONE) {
		return result;
	}
	what = object_take(values);
	if (what != NULL) {
		return wrong(values, why, what);
	}
	*value = json_loadb(values->text, values->size, JSON_REJECT_DUPLICATES, &error);
	if (*value == NULL) {
		(void)message_set(why, "%s:%" PRIu64 ":%d: %s", values->name,
			values->text_line + (uint64_t)error.line - 1, error.column, error.text);
		return VALUES_WRONG;
	}
	return VALUES_ONE;
}
