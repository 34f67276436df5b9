/* SPDX-License-Identifier: BSD-2-Clause */
/* message.h - one line of text that says what was wrong, with which value, and what to do. */
#ifndef TOOLS_MESSAGE_H
#define TOOLS_MESSAGE_H

#include <stdbool.h>

struct message {
	char text[512];
};

/* Set the text, cut to what fits; a control byte, which names from outside may have, becomes a question mark. Returns false, so that a function that cannot go on ends with it. */
__attribute__((format(printf, 2, 3))) bool message_set(struct message *message, const char *format, ...);

#endif
