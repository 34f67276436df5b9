/* SPDX-License-Identifier: BSD-2-Clause */
/* words.c - see words.h. */
#include "tools/rmi/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DECIMAL = 10, HEXADECIMAL = 16 };

static const char signs[] = "=+-()[]{};";

static const struct {
	const char *suffix;
	unsigned shift;
} units[] = {{"", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20}, {"G", 30}, {"GiB", 30}, {"T", 40}, {"TiB", 40}};

bool line_wrong(struct line_error *error, unsigned column, const char *format, ...)
{
	va_list arguments;

	error->column = column;
	va_start(arguments, format);
	(void)vsnprintf(error->message.text, sizeof(error->message.text), format, arguments);
	va_end(arguments);
	return false;
}

bool span_is(const struct span *span, const char *text)
{
	return strlen(text) == span->size && memcmp(span->at, text, span->size) == 0;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + DECIMAL;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + DECIMAL : -1;
}

static char byte_at(const struct words *words)
{
	if (words->at == words->size) {
		return '\0';
	}
	return words->line[words->at];
}

/* Move over letters and digits. */
static void skip_name(struct words *words)
{
	while (is_letter(byte_at(words)) || digit(byte_at(words)) >= 0) {
		words->at++;
	}
}

/* From `start` to where the words are now. */
static struct span span_from(const struct words *words, size_t start)
{
	return (struct span){words->line + start, (unsigned)(words->at - start), (unsigned)start + 1};
}

static struct word bad(struct words *words)
{
	words->at = words->size;
	return (struct word){.kind = WORD_BAD, .span = {words->line, 0, words->error->column}};
}

/* Digits as a number, then the unit behind them; only decimal numbers have one. */
static bool number_read(const struct span *span, uint64_t *number)
{
	bool is_hex = span->size > 2 && span->at[0] == '0' && (span->at[1] == 'x' || span->at[1] == 'X');
	unsigned base = is_hex ? HEXADECIMAL : DECIMAL;
	struct span rest = *span;
	uint64_t sum = 0;
	unsigned i = is_hex ? 2 : 0;

	for (; i < span->size && digit(span->at[i]) >= 0 && digit(span->at[i]) < (int)base; i++) {
		if (__builtin_mul_overflow(sum, (uint64_t)base, &sum) ||
			__builtin_add_overflow(sum, (uint64_t)digit(span->at[i]), &sum)) {
			return false;
		}
	}
	rest.at += i;
	rest.size -= i;
	for (size_t u = 0; u < sizeof(units) / sizeof(units[0]); u++) {
		if (span_is(&rest, units[u].suffix) && (units[u].shift == 0 || !is_hex)) {
			*number = sum << units[u].shift;
			return *number >> units[u].shift == sum;
		}
	}
	return false;
}

static struct word number_word(struct words *words)
{
	size_t start = words->at;
	struct word word = {.kind = WORD_NUMBER};

	skip_name(words);
	word.span = span_from(words, start);
	if (!number_read(&word.span, &word.number)) {
		(void)line_wrong(words->error, word.span.column,
			"'%.*s' is no number of 64 bits: write 12, 0xC or 64K (K, M, G, T, KiB, MiB, GiB, TiB)",
			(int)(word.span.size < 40 ? word.span.size : 40), word.span.at);
		return bad(words);
	}
	return word;
}

static struct word text_word(struct words *words)
{
	size_t start = ++words->at;
	struct word word = {.kind = WORD_TEXT};

	while (words->at < words->size && words->line[words->at] != '"') {
		words->at++;
	}
	word.span = span_from(words, start);
	if (words->at == words->size) {
		(void)line_wrong(words->error, (unsigned)start, "the text has no end: close it with \"");
		return bad(words);
	}
	words->at++;
	return word;
}

static struct word variable_word(struct words *words)
{
	size_t start = ++words->at;
	struct word word = {.kind = WORD_VARIABLE};

	if (!is_letter(byte_at(words))) {
		(void)line_wrong(words->error, (unsigned)start, "a $ without a name: variables are named like $rd");
		return bad(words);
	}
	skip_name(words);
	word.span = span_from(words, start);
	word.span.column = (unsigned)start;
	return word;
}

struct word word_next(struct words *words)
{
	size_t start;
	char c;

	while (byte_at(words) == ' ' || byte_at(words) == '\t' || byte_at(words) == '\r') {
		words->at++;
	}
	start = words->at;
	if (words->at == words->size || words->line[start] == '#') {
		return (struct word){.kind = WORD_END, .span = {words->line + start, 0, (unsigned)start + 1}};
	}
	c = words->line[start];
	if (c == '$') {
		return variable_word(words);
	}
	if (c == '"') {
		return text_word(words);
	}
	if (is_letter(c)) {
		skip_name(words);
		return (struct word){.kind = WORD_NAME, .span = span_from(words, start)};
	}
	if (digit(c) >= 0) {
		return number_word(words);
	}
	if (c != '\0' && strchr(signs, c) != NULL) {
		words->at++;
		return (struct word){.kind = WORD_SIGN, .span = span_from(words, start)};
	}
	(void)line_wrong(words->error, (unsigned)start + 1,
		c > ' ' && c < 0x7F ? "'%c' has no meaning here" : "byte 0x%02x has no meaning here", (unsigned char)c);
	return bad(words);
}
