/* SPDX-License-Identifier: BSD-2-Clause */
/* member.c - reads members of JSON objects. */
#include "tools/measure/member.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/rmi.h"

enum { HASH_NAME_PREFIX = 3 /* "sha" */ };

/* The whole text as a number; strtoull alone takes signs, spaces and octal digits. */
static bool text_number(const char *text, uint64_t *number)
{
	bool is_hex = strncmp(text, "0x", 2) == 0;
	const char *digits = is_hex ? text + 2 : text;
	char *end;

	if (strspn(digits, is_hex ? "0123456789abcdefABCDEF" : "0123456789") != strlen(digits) || *digits == '\0') {
		return false;
	}
	errno = 0;
	*number = strtoull(digits, &end, is_hex ? 16 : 10);
	return errno == 0 && *end == '\0';
}

bool value_number(const json_t *value, const char *name, uint64_t most, uint64_t *number, struct message *why)
{
	uint64_t found = 0;
	bool is_number = json_is_integer(value) && json_integer_value(value) >= 0;

	if (is_number) {
		found = (uint64_t)json_integer_value(value);
	} else if (json_is_string(value)) {
		is_number = text_number(json_string_value(value), &found);
	}
	if (!is_number) {
		return message_set(
			why, "\"%s\" is no number: an integer that is not negative, or text as \"0x40000000\"", name);
	}
	if (found > most) {
		return message_set(why, "\"%s\" is 0x%" PRIx64 ", at most 0x%" PRIx64, name, found, most);
	}
	*number = found;
	return true;
}

bool member_number(const json_t *object, const char *name, uint64_t most, uint64_t *number, struct message *why)
{
	const json_t *value = json_object_get(object, name);

	return value == NULL || value_number(value, name, most, number, why);
}

bool member_number_needed(const json_t *object, const char *name, uint64_t most, uint64_t *number, struct message *why)
{
	if (json_object_get(object, name) == NULL) {
		return message_set(why, "there is no \"%s\"", name);
	}
	return member_number(object, name, most, number, why);
}

bool member_flag(const json_t *object, const char *name, bool *flag, struct message *why)
{
	const json_t *value = json_object_get(object, name);

	if (value == NULL) {
		return true;
	}
	if (!json_is_boolean(value)) {
		return message_set(why, "\"%s\" is neither true nor false", name);
	}
	*flag = json_is_true(value);
	return true;
}

static int digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool member_bytes(
	const json_t *object, const char *name, uint8_t *bytes, size_t room, size_t *size, struct message *why)
{
	const char *text = NULL;
	size_t length;

	if (!member_text(object, name, &text, why)) {
		return false;
	}
	if (text == NULL) {
		return true;
	}
	length = strlen(text);
	if (length % 2 != 0 || length / 2 > room) {
		return message_set(why, "\"%s\" has %zu hexadecimal digits: an even number of them, at most %zu", name,
			length, 2 * room);
	}
	for (size_t i = 0; i < length; i += 2) {
		int high = digit_value(text[i]);
		int low = digit_value(text[i + 1]);

		if (high < 0 || low < 0) {
			return message_set(why, "\"%s\" is not hexadecimal at its byte %zu", name, i / 2);
		}
		bytes[i / 2] = (uint8_t)(high << 4 | low);
	}
	*size = length / 2;
	return true;
}

bool member_text(const json_t *object, const char *name, const char **text, struct message *why)
{
	const json_t *value = json_object_get(object, name);

	*text = json_string_value(value);
	if (value != NULL && *text == NULL) {
		return message_set(why, "\"%s\" is no text", name);
	}
	for (size_t i = 0; value != NULL && (*text)[i] != '\0'; i++) {
		if ((unsigned char)(*text)[i] < ' ') {
			return message_set(why, "\"%s\" has a control character at its byte %zu", name, i);
		}
	}
	return true;
}

bool hash_of_name(const char *name, uint8_t *algorithm)
{
	for (unsigned i = 0; i < RMI_V2_HASH_COUNT; i++) {
		const char *known = rmi_hash_name(i);

		if (strcmp(name, known) == 0 ||
			(strncmp(name, known, HASH_NAME_PREFIX) == 0 &&
				strcmp(name + HASH_NAME_PREFIX, known + HASH_NAME_PREFIX + 1) == 0)) {
			*algorithm = (uint8_t)i;
			return true;
		}
	}
	return false;
}
