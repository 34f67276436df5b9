/* SPDX-License-Identifier: BSD-2-Clause */
/* source.h - where events come from, one at a time: a list in memory, or a file of events or of traced calls. */
#ifndef TOOLS_MEASURE_SOURCE_H
#define TOOLS_MEASURE_SOURCE_H

#include "tools/event.h"
#include "tools/measure/values.h"

struct source {
	/* A list. */
	const struct event *events;
	size_t count;
	size_t at;
	/* A file. */
	struct values values;
	unsigned realm; /* whose calls of a trace are meant */
	size_t granule;
	/* What the last event points to. */
	json_t *value;
	struct bytes file;
	struct piece piece;
};

/* Events that stay where they are. */
void source_list(struct source *source, const struct event *events, size_t count);
/* The file `name`, docs/attestation-formats.md. False with *why set and nothing to close. */
bool source_open(struct source *source, const char *name, unsigned realm, size_t granule, struct message *why);
void source_close(struct source *source);

/* Whether the file begins as JSON does. Any that cannot be read does not. */
bool source_is_json(const char *name);

/* The next event; it is good until the next call. WRONG with *why saying where and what. */
enum values_result source_next(struct source *source, struct event *event, struct message *why);

/* For the two readers of objects: false with *why set. *is_event: the object was one. */
bool source_event(struct source *source, const json_t *object, struct event *event, struct message *why);
bool source_call(struct source *source, const json_t *object, struct event *event, bool *is_event, struct message *why);

#endif
