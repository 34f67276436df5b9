/* SPDX-License-Identifier: BSD-2-Clause */
/* qmp.c - says lines of JSON and looks for the one answer that is wanted; greeting, events and other answers are passed over. */
#include "tools/qemu/qmp.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

enum {
	ANSWER_MAX = 1 << 18, /* bytes of one line of QMP */
	COMMAND_MAX = 256,
	PATIENCE_S = 2,
};

static bool say(int qmp, const char *line)
{
	size_t size = strlen(line);

	return send(qmp, line, size, MSG_NOSIGNAL) == (ssize_t)size;
}

bool qmp_begin(int qmp)
{
	return say(qmp, "{\"execute\":\"qmp_capabilities\"}\n");
}

bool qmp_power_button(int qmp)
{
	return say(qmp, "{\"execute\":\"system_powerdown\"}\n");
}

/* The text of an answer that is one, or NULL. */
static char *text_of(const char *line)
{
	json_t *object = json_loads(line, 0, NULL);
	const char *text = json_string_value(json_object_get(object, "return"));
	char *copy = text == NULL ? NULL : strdup(text);

	json_decref(object);
	return copy;
}

/* The next answer that is a text, by way of line[0..ANSWER_MAX). */
static char *answer(int qmp, char *line)
{
	size_t used = 0;

	while (used + 1 < ANSWER_MAX && recv(qmp, line + used, 1, 0) == 1) {
		char *text;

		if (line[used++] != '\n') {
			continue;
		}
		line[used] = '\0';
		used = 0;
		text = text_of(line);
		if (text != NULL) {
			return text;
		}
	}
	return NULL;
}

char *qmp_human(int qmp, const char *command)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	char question[COMMAND_MAX];
	char *line = malloc(ANSWER_MAX);
	char *text = NULL;

	(void)snprintf(question, sizeof(question),
		"{\"execute\":\"human-monitor-command\",\"arguments\":{\"command-line\":\"%s\"}}\n", command);
	(void)setsockopt(qmp, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	if (line != NULL && say(qmp, question)) {
		text = answer(qmp, line);
	}
	free(line);
	return text;
}
