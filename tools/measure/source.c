/* SPDX-License-Identifier: BSD-2-Clause */
/* source.c - hands out events of a list, or of the objects in a file. */
#include "tools/measure/source.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tools/image.h"

void source_list(struct source *source, const struct event *events, size_t count)
{
	*source = (struct source){.events = events, .count = count};
}

bool source_open(struct source *source, const char *name, unsigned realm, size_t granule, struct message *why)
{
	*source = (struct source){.realm = realm, .granule = granule};
	return values_open(&source->values, name, why);
}

static void event_drop(struct source *source)
{
	json_decref(source->value);
	source->value = NULL;
	bytes_unmap(&source->file);
}

void source_close(struct source *source)
{
	event_drop(source);
	values_close(&source->values);
	*source = (struct source){0};
}

/* The next byte that is no white space. */
static int mark_read(FILE *stream)
{
	int c;

	do {
		c = getc(stream);
	} while (c == ' ' || c == '\t' || c == '\r' || c == '\n');
	return c;
}

bool source_is_json(const char *name)
{
	struct message unused;
	uint64_t size;
	int fd = regular_open(name, UINT64_MAX, &size, &unused);
	FILE *stream = fd < 0 ? NULL : fdopen(fd, "rb");
	int first;
	int second;

	if (stream == NULL) {
		(void)close(fd);
		return false;
	}
	first = mark_read(stream);
	second = mark_read(stream);
	(void)fclose(stream);
	return (first == '{' && second == '"') || (first == '[' && (second == '{' || second == ']'));
}

static enum values_result list_next(struct source *source, struct event *event)
{
	if (source->at == source->count) {
		return VALUES_END;
	}
	*event = source->events[source->at++];
	return VALUES_ONE;
}

enum values_result source_next(struct source *source, struct event *event, struct message *why)
{
	bool is_event = false;

	if (source->events != NULL) {
		return list_next(source, event);
	}
	while (!is_event) {
		struct message what = {""};
		enum values_result result;
		bool is_good;

		event_drop(source);
		result = values_next(&source->values, &source->value, why);
		if (result != VALUES_ONE) {
			return result;
		}
		*event = (struct event){.origin = source->values.name, .line = source->values.text_line};
		if (json_object_get(source->value, "cmd") != NULL) {
			is_good = source_call(source, source->value, event, &is_event, &what);
		} else {
			is_good = source_event(source, source->value, event, &what);
			is_event = true;
		}
		if (!is_good) {
			(void)message_set(
				why, "%s:%" PRIu64 ": %s", source->values.name, source->values.text_line, what.text);
			return VALUES_WRONG;
		}
	}
	return VALUES_ONE;
}
