/* SPDX-License-Identifier: BSD-2-Clause */
/* message.c - formats a message into its own memory. */
#include "tools/message.h"

#include <stdarg.h>
#include <stdio.h>

enum { DELETE = 0x7f };

bool message_set(struct message *message, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(message->text, sizeof(message->text), format, arguments);
	va_end(arguments);
	for (char *c = message->text; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || *c == DELETE) {
			*c = '?';
		}
	}
	return false;
}
