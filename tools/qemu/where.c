/* SPDX-License-Identifier: BSD-2-Clause */
/* where.c - speaks as much of QMP as one question takes. */
#include "tools/qemu/where.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
	ANSWER_MAX = 1 << 18, /* bytes of one line of QMP */
	PATIENCE_S = 2,
};

/* As the machine's memory map has it (machine/qemu/job.h, TF-A's plat/qemu). */
static const struct {
	uint64_t base;
	uint64_t top;
	const char *name;
} places[] = {
	{0x40100000, 0x41900000, "the monitor"},
	{0x60000000, 0x64000000, "the host"},
};

const char *where_world(unsigned level, uint64_t pc)
{
	if (level == 3) {
		return "the firmware";
	}
	if (level < 2) {
		return "the Realm";
	}
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (pc >= places[i].base && pc < places[i].top) {
			return places[i].name;
		}
	}
	return "no image's code";
}

static bool say(int qmp, const char *line)
{
	size_t size = strlen(line);

	return send(qmp, line, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* The next line that is an answer and no event, in line[0..ANSWER_MAX). */
static json_t *answer(int qmp, char *line)
{
	size_t used = 0;

	while (used + 1 < ANSWER_MAX && recv(qmp, line + used, 1, 0) == 1) {
		json_t *object;

		if (line[used++] != '\n') {
			continue;
		}
		line[used] = '\0';
		used = 0;
		object = json_loads(line, 0, NULL);
		if (json_object_get(object, "return") != NULL) {
			return object;
		}
		json_decref(object);
	}
	return NULL;
}

static json_t *ask(int qmp, const char *question, char *line)
{
	return say(qmp, question) ? answer(qmp, line) : NULL;
}

/* Each "CPU#n … PC=… EL…" of `info registers -a`, told in *where. */
static void registers_tell(const char *text, struct message *where)
{
	size_t used = 0;

	where->text[0] = '\0';
	for (const char *at = strstr(text, "CPU#"); at != NULL; at = strstr(at + 1, "CPU#")) {
		const char *pc = strstr(at, "PC=");
		const char *level = strstr(at, " EL");
		unsigned cpu;
		uint64_t address;
		unsigned el;

		if (pc == NULL || level == NULL || sscanf(at, "CPU#%u", &cpu) != 1 ||
			sscanf(pc, "PC=%" SCNx64, &address) != 1 || sscanf(level, " EL%1u", &el) != 1 ||
			used >= sizeof(where->text)) {
			return;
		}
		used += (size_t)snprintf(where->text + used, sizeof(where->text) - used,
			"%scpu %u in %s (EL%u, PC 0x%" PRIx64 ")", used == 0 ? "" : ", ", cpu, where_world(el, address),
			el, address);
	}
}

void where_ask(int qmp, struct message *where)
{
	static const char registers[] = "{\"execute\":\"human-monitor-command\",\"arguments\":"
					"{\"command-line\":\"info registers -a\"}}\n";
	char *line = malloc(ANSWER_MAX);
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	json_t *ready = NULL;
	json_t *told = NULL;

	(void)message_set(where, "QEMU does not say what its CPUs are doing");
	(void)setsockopt(qmp, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	ready = line == NULL ? NULL : ask(qmp, "{\"execute\":\"qmp_capabilities\"}\n", line);
	if (ready != NULL) {
		told = ask(qmp, registers, line);
	}
	if (json_is_string(json_object_get(told, "return"))) {
		registers_tell(json_string_value(json_object_get(told, "return")), where);
	}
	json_decref(ready);
	json_decref(told);
	free(line);
}
