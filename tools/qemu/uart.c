/* SPDX-License-Identifier: BSD-2-Clause */
/* uart.c - cuts the UART's bytes into lines and hands them on. */
#include "tools/qemu/uart.h"

#include <string.h>

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t size = strlen(end);

	return length >= size && strcmp(text + length - size, end) == 0;
}

static void text_take(struct uart *uart, const char *text, size_t size)
{
	const char *last;

	while (size != 0 && text[size - 1] == '\r') {
		size--;
	}
	last_lines_take(&uart->last, text, size);
	last_lines_end(&uart->last);
	last = last_lines_last(&uart->last);
	if (uart->stopped[0] == '\0' && ends_with(last, ": this CPU stops")) {
		memcpy(uart->stopped, last, strlen(last) + 1);
	}
	uart->text(uart->context, text, size);
}

static void line_take(struct uart *uart)
{
	struct frame frame;

	frame_decode(uart->line, uart->used, &frame);
	if (frame.kind == FRAME_NONE) {
		text_take(uart, uart->line, uart->used);
		uart->used = 0;
		return;
	}
	if (frame.foreign != 0) {
		text_take(uart, uart->line, frame.foreign);
	}
	uart->used = 0;
	uart->frames++;
	uart->lost += frame.sequence > uart->expected ? frame.sequence - uart->expected : 0;
	uart->expected = frame.sequence + 1;
	uart->frame(uart->context, &frame);
}

void uart_take(struct uart *uart, const char *bytes, size_t size)
{
	if (uart->log != NULL) {
		(void)fwrite(bytes, 1, size, uart->log);
	}
	for (size_t i = 0; i < size; i++) {
		if (bytes[i] == '\n' || uart->used == FRAME_LINE_MAX) {
			line_take(uart);
		}
		if (bytes[i] != '\n') {
			uart->line[uart->used++] = bytes[i];
		}
	}
}

void uart_finish(struct uart *uart)
{
	if (uart->used != 0) {
		line_take(uart);
	}
}
