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

#endif
