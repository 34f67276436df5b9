/* SPDX-License-Identifier: BSD-2-Clause */
/* output.c - frames, one at a time. */
#include "machine/qemu/host/output.h"

#include <stdatomic.h>

#include "machine/qemu/bare/pl011.h"
#include "machine/qemu/bare/spinlock.h"
#include "machine/qemu/host/clock.h"
#include "machine/qemu/host/cpu.h"
#include "machine/qemu/host/fields.h"

static const uint64_t uart_base = 0x09000000;
/* How long a panic waits for a frame that another CPU is sending. */
static const uint64_t panic_wait_ns = 100000000;

enum { UARTDR = 0x00, UARTFR = 0x18, UARTIMSC = 0x38, PANIC_LOOKS_MAX = 100000000 };

static struct {
	struct spinlock lock; /* guards all of it */
	uint64_t sequence;
	bool is_begun;
	uint8_t payload[FRAME_PAYLOAD_MAX];
	char line[FRAME_LINE_MAX];
} output;

void output_begin(void)
{
	pl011_use(uart_base);
}

/* The lock is held. */
static void send(enum frame_kind kind, const void *payload, size_t size)
{
	size_t length = frame_encode(kind, output.sequence++, payload, size, output.line);

	for (size_t i = 0; i < length; i++) {
		pl011_put(output.line[i]);
	}
}

/* Bytes in as many frames as it takes. */
static void bytes_send(enum frame_kind kind, const void *bytes, size_t size)
{
	const uint8_t *at = bytes;

	spinlock_take(&output.lock);
	while (size > 0) {
		size_t part = size < FRAME_PAYLOAD_MAX ? size : FRAME_PAYLOAD_MAX;

		send(kind, at, part);
		at += part;
		size -= part;
	}
	spinlock_give(&output.lock);
}

void output_console(void *context, const char *bytes, size_t size)
{
	(void)context;
	bytes_send(FRAME_CONSOLE, bytes, size);
}

void output_token(const uint8_t *token, size_t size)
{
	bytes_send(FRAME_TOKEN, token, size);
}

static void text_send(enum frame_kind kind, const struct text *text)
{
	spinlock_take(&output.lock);
	send(kind, text->at, text->length);
	spinlock_give(&output.lock);
}

void output_message(const struct text *text)
{
	text_send(FRAME_MESSAGE, text);
}

void output_map_error(const struct text *text)
{
	text_send(FRAME_MAP_ERROR, text);
}

void output_map(const struct frame_map *map)
{
	spinlock_take(&output.lock);
	send(FRAME_MAP, output.payload, frame_map_write(map, output.payload));
	spinlock_give(&output.lock);
}

void output_call(const struct frame_call *call)
{
	spinlock_take(&output.lock);
	send(FRAME_CALL, output.payload, frame_call_write(call, output.payload));
	spinlock_give(&output.lock);
}

void output_measured(const struct frame_measured *measured)
{
	spinlock_take(&output.lock);
	send(FRAME_MEASURED, output.payload, frame_measured_write(measured, output.payload));
	spinlock_give(&output.lock);
}

void output_phase(enum phase phase, uint64_t begin_ns)
{
	struct frame_phase frame = {phase, begin_ns, clock_ns() - begin_ns};

	spinlock_take(&output.lock);
	send(FRAME_PHASE, output.payload, frame_phase_write(&frame, output.payload));
	spinlock_give(&output.lock);
}

void output_fact(enum frame_fact_kind kind, unsigned index, uint64_t value)
{
	struct frame_fact fact = {kind, index, value};

	if (value == 0) {
		return;
	}
	spinlock_take(&output.lock);
	send(FRAME_FACT, output.payload, frame_fact_write(&fact, output.payload));
	spinlock_give(&output.lock);
}

void output_leak(const struct frame_leak *leak)
{
	spinlock_take(&output.lock);
	send(FRAME_LEAK, output.payload, frame_leak_write(leak, output.payload));
	spinlock_give(&output.lock);
}

/* The lock is held. */
static void end_send(enum end end)
{
	struct frame_end frame = {end, output.is_begun, output.sequence, clock_ns()};

	send(FRAME_END, output.payload, frame_end_write(&frame, output.payload));
}

bool output_input(uint8_t *byte)
{
	volatile const uint32_t *flags = (volatile const uint32_t *)(uintptr_t)(uart_base + UARTFR);
	volatile const uint32_t *data = (volatile const uint32_t *)(uintptr_t)(uart_base + UARTDR);

	if (FIELD_GET(*flags, UARTFR_RXFE) != 0) {
		return false;
	}
	*byte = (uint8_t)*data;
	return true;
}

void output_input_interrupt(bool is_wanted)
{
	volatile uint32_t *mask = (volatile uint32_t *)(uintptr_t)(uart_base + UARTIMSC);

	*mask = is_wanted ? (uint32_t)(FIELD_MASK(UARTIMSC_RXIM) | FIELD_MASK(UARTIMSC_RTIM)) : 0;
}

void output_realm(void)
{
	output.is_begun = true;
}

void output_end(enum end end)
{
	spinlock_take(&output.lock);
	end_send(end);
	machine_off();
}

/* Have the lock, or have waited for it long enough: its holder may be the one that panics. */
static void lock_seize(void)
{
	uint64_t until_ns = clock_ns() + panic_wait_ns;

	for (unsigned i = 0; i < PANIC_LOOKS_MAX && clock_ns() < until_ns; i++) {
		if (!atomic_exchange_explicit(&output.lock.is_taken, true, memory_order_acquire)) {
			return;
		}
	}
	/* The line that was cut off ends here. */
	pl011_put('\n');
}

void output_panic(const struct text *text)
{
	lock_seize();
	send(FRAME_MESSAGE, text->at, text->length);
	end_send(END_ERROR);
	machine_off();
}
