/* SPDX-License-Identifier: BSD-2-Clause */
/* uart.h - what the machine's UART says, told apart: frames of the host, and lines of everybody else.
 *
 *   bytes -> log as they are | frames -> `frame` | the rest -> `text`, and the last lines of it are kept
 *
 * U1: a line longer than any frame is taken apart at that length; nothing grows. */
#ifndef TOOLS_QEMU_UART_H
#define TOOLS_QEMU_UART_H

#include <stdio.h>

#include "machine/qemu/frame.h"
#include "tools/qemu/last_lines.h"

struct uart {
	FILE *log; /* NULL: none */
	void (*frame)(void *context, const struct frame *frame);
	void (*text)(void *context, const char *text, size_t size); /* without a line end */
	void *context;
	uint64_t frames;   /* that came whole */
	uint64_t expected; /* the next one's number */
	uint64_t lost;     /* that did not come, by the gaps */
	size_t used;
	/* The first line of an image of ours that stopped one of its CPUs (bare/exception.h); "". */
	char stopped[LAST_LINES_COLUMNS];
	char line[FRAME_LINE_MAX];
	struct last_lines last; /* of what was no frame */
};

/* Take the next bytes. */
void uart_take(struct uart *uart, const char *bytes, size_t size);
/* No more will come: what stands there without a line end is a line. */
void uart_finish(struct uart *uart);

#endif
