/* SPDX-License-Identifier: BSD-2-Clause */
/* json.c - values as reeve writes them in JSON, by jansson. */
#include "tools/json.h"

#include <inttypes.h>

enum { WORD_TEXT_MAX = 24, BYTES_MAX = 64 };

json_t *json_word(uint64_t word)
{
	char text[WORD_TEXT_MAX];

	(void)snprintf(text, sizeof(text), "0x%" PRIx64, word);
	return json_string(text);
}

void json_put_word(json_t *object, const char *name, uint64_t word)
{
	(void)json_object_set_new(object, name, json_word(word));
}

void json_put_number(json_t *object, const char *name, int64_t number)
{
	(void)json_object_set_new(object, name, json_integer(number));
}

void json_put_bytes(json_t *object, const char *name, const uint8_t *bytes, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * BYTES_MAX];

	size = size < BYTES_MAX ? size : BYTES_MAX;
	for (size_t i = 0; i < size; i++) {
		text[2 * i] = digits[bytes[i] >> 4];
		text[2 * i + 1] = digits[bytes[i] & 0xf];
	}
	(void)json_object_set_new(object, name, json_stringn(text, 2 * size));
}

void json_line(json_t *value, FILE *to)
{
	(void)json_dumpf(value, to, JSON_COMPACT);
	(void)fputc('\n', to);
	json_decref(value);
}
