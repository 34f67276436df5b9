/* SPDX-License-Identifier: BSD-2-Clause */
/* span.h - bytes to read and bytes to fill: a pointer and a length as one value. */
#ifndef REEVE_SPAN_H
#define REEVE_SPAN_H

#include <stddef.h>
#include <stdint.h>

/* `size` bytes to read; size 0 is the zeroed, inert span, whatever `bytes` is. */
struct reeve_span {
	const uint8_t *bytes;
	size_t size;
};

/* `size` bytes that may be written. */
struct reeve_buf {
	uint8_t *bytes;
	size_t size;
};

static inline struct reeve_span reeve_span(const void *bytes, size_t size)
{
	return (struct reeve_span){(const uint8_t *)bytes, size};
}

enum { REEVE_TEXT_MAX = 4096 };

/* The bytes of `text` up to its zero, at most REEVE_TEXT_MAX; NULL is the inert span. */
static inline struct reeve_span reeve_span_of_text(const char *text)
{
	size_t size = 0;

	/* With a bound a compiler does not make strlen of it, which the freestanding core does not have. */
	while (text != NULL && size < REEVE_TEXT_MAX && text[size] != '\0') {
		size++;
	}
	return reeve_span(text, size);
}

#endif
