/* SPDX-License-Identifier: BSD-2-Clause */
/* pl011.h - the console: a PL011 UART (Arm DDI 0183) that sends lines to whoever wants them, and receives what it is given. */
#ifndef VMM_PL011_H
#define VMM_PL011_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PL011_SIZE = 0x1000, PL011_LINE_MAX = 512, PL011_RECEIVE_MAX = 32 };

/* Takes `size` bytes that were sent, at most PL011_LINE_MAX. */
typedef void pl011_sink(void *context, const char *bytes, size_t size);

struct pl011 {
	pl011_sink *sink;
	void *context;
	char line[PL011_LINE_MAX]; /* sent, and not yet written */
	size_t used;
	bool is_driven; /* what was received is shown to who looked at the interrupts first: a driver like Linux's, which begins by
			 * throwing away what is there without looking, loses nothing so */
	bool is_shown;
	uint8_t received[PL011_RECEIVE_MAX]; /* not yet read, a ring */
	unsigned received_first;
	unsigned received_count;
	/* Registers that keep what is written to them. */
	uint32_t ilpr;
	uint32_t ibrd;
	uint32_t fbrd;
	uint32_t lcr_h;
	uint32_t cr;
	uint32_t ifls;
	uint32_t imsc;
	uint32_t ris;
	uint32_t dmacr;
};

/* As after a reset; what is sent goes to `sink`, which is NULL only where nothing ever is. */
void pl011_init(struct pl011 *uart, pl011_sink *sink, void *context);

/* The register at `offset` of the page; reserved ones read as zero. Never fails. Reading DR takes a byte that was received; zero when there is none. */
uint64_t pl011_read(struct pl011 *uart, uint64_t offset);

/* Lines are given to the sink as they end. Writes to read-only and reserved registers are ignored. */
void pl011_write(struct pl011 *uart, uint64_t offset, uint64_t value);

/* A byte comes in. False, and it is not taken, when there is no room for it. */
bool pl011_receive(struct pl011 *uart, uint8_t byte);
/* How many more bytes it takes. */
size_t pl011_room(const struct pl011 *uart);

/* Whether it asks for its interrupt. */
bool pl011_line(const struct pl011 *uart);

/* Have bytes of another console of the same realm among what is sent. */
void pl011_print(struct pl011 *uart, const void *bytes, size_t size);

/* Give what of the last line was sent to the sink. */
void pl011_flush(struct pl011 *uart);

#endif
