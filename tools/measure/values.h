/* SPDX-License-Identifier: BSD-2-Clause */
/* values.h - reads a file of JSON values one at a time: one array of objects, or objects one after another.
 *
 * V1: memory is that of the longest value, which is at most VALUES_TEXT_MAX bytes; a file may be of any length. */
#ifndef TOOLS_MEASURE_VALUES_H
#define TOOLS_MEASURE_VALUES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/message.h"

enum { VALUES_TEXT_MAX = 1 << 20 };

struct values {
	FILE *stream;
	const char *name;
	uint64_t line; /* of the next byte */
	bool is_begun;
	bool is_array;
	char *text; /* of the last value */
	size_t size;
	size_t room;
	uint64_t text_line; /* where it begins */
};

enum values_result { VALUES_ONE, VALUES_END, VALUES_WRONG };

/* Open the file; `name` must stay. False with *why set and nothing to close. */
bool values_open(struct values *values, const char *name, struct message *why);
void values_close(struct values *values);

/* The next object, the caller's to release. WRONG with *why saying where: no JSON, no object, too long, cannot be read. */
enum values_result values_next(struct values *values, json_t **value, struct message *why);

#endif
