/* SPDX-License-Identifier: BSD-2-Clause */
/* member.h - members of a JSON object as numbers, bytes and words, each with a message when it is none. */
#ifndef TOOLS_MEASURE_MEMBER_H
#define TOOLS_MEASURE_MEMBER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/message.h"

/* A number up to `most`: a JSON integer, or text, decimal or with 0x. A member that is not there leaves *number as it was. */
bool member_number(const json_t *object, const char *name, uint64_t most, uint64_t *number, struct message *why);
/* The same, and it must be there. */
bool member_number_needed(const json_t *object, const char *name, uint64_t most, uint64_t *number, struct message *why);
/* One number of an array. */
bool value_number(const json_t *value, const char *name, uint64_t most, uint64_t *number, struct message *why);

bool member_flag(const json_t *object, const char *name, bool *flag, struct message *why);

/* Hexadecimal digits as at most `room` bytes. A member that is not there leaves *size as it was. */
bool member_bytes(
	const json_t *object, const char *name, uint8_t *bytes, size_t room, size_t *size, struct message *why);

/* The text, which belongs to the object; NULL when it is not there. */
bool member_text(const json_t *object, const char *name, const char **text, struct message *why);

/* The algorithm that "sha-256" or "sha256" names. */
bool hash_of_name(const char *name, uint8_t *algorithm);

#endif
