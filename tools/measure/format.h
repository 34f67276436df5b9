/* SPDX-License-Identifier: BSD-2-Clause */
/* format.h - measurements as other tools want them: docs/attestation-formats.md. */
#ifndef TOOLS_MEASURE_FORMAT_H
#define TOOLS_MEASURE_FORMAT_H

#include <stdio.h>

#include "tools/measure/meter.h"

enum measure_format {
	FORMAT_HEX,
	FORMAT_BASE64,
	FORMAT_JSON,
	FORMAT_CORIM,
	FORMAT_CORIM_VERAISON,
	FORMAT_RVPS,
	FORMAT_RVSTORE,
	FORMAT_EVENTS, /* not of the end: format_event writes each step */
	FORMAT_COUNT
};

/* "hex" */
const char *format_name(enum measure_format format);
/* Whether it is bytes that no terminal should see. */
bool format_is_binary(enum measure_format format);

/* Write what was measured. Errors of the stream stay with it. */
void format_write(const struct meter *meter, enum measure_format format, FILE *to);

/* A step as a line of an event list; `context` is the FILE. For struct meter's step. */
void format_event(void *context, const struct meter *meter, const struct meter_step *step);

/* The CoRIM of it (corim.c), as the draft has it or as Veraison reads it: bytes written to out[0..room), or 0 when they do not fit. */
size_t format_corim(const struct meter *meter, bool is_for_veraison, uint8_t *out, size_t room);

/* Hexadecimal digits of bytes[0..size), and an end: text has 2 * size + 1. */
void format_hex(const uint8_t *bytes, size_t size, char *text);

#endif
