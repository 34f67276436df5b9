/* SPDX-License-Identifier: BSD-2-Clause */
/* json.h - values as reeve writes them in JSON: addresses and registers as "0x…", bytes as hexadecimal, counts as numbers. */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct map;
struct trace_call;

json_t *json_word(uint64_t word);
void json_put_word(json_t *object, const char *name, uint64_t word);
void json_put_number(json_t *object, const char *name, int64_t number);
void json_put_bytes(json_t *object, const char *name, const uint8_t *bytes, size_t size);

/* Write the value on one line, members in the order they were put, and free it. */
void json_line(json_t *value, FILE *to);

/* The parts of a traced call that two formats share (trace_json.c). */
json_t *trace_json_args(const struct trace_call *call);
json_t *trace_json_out(const struct trace_call *call);
json_t *trace_json_condition(const struct trace_call *call);
json_t *trace_json_status(uint64_t x0);
/* What a plan of faults did to the call, and what the monitor said; nothing when nothing was done. */
void trace_json_put_fault(json_t *object, const struct trace_call *call);

/* Maps as map_json writes them (map_json.c). */
json_t *json_maps(struct map *const maps[], size_t count);

#endif
