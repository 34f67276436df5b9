/* SPDX-License-Identifier: BSD-2-Clause */
/* pl011.c - the registers of the console. */
#include "vmm/pl011.h"

enum {
	PL011_DR = 0x000,
	PL011_FR = 0x018,
	PL011_ILPR = 0x020,
	PL011_IBRD = 0x024,
	PL011_FBRD = 0x028,
	PL011_LCR_H = 0x02c,
	PL011_CR = 0x030,
	PL011_IFLS = 0x034,
	PL011_IMSC = 0x038,
	PL011_RIS = 0x03c,
	PL011_MIS = 0x040,
	PL011_ICR = 0x044,
	PL011_DMACR = 0x048,
	PL011_ID = 0xfe0, /* PeriphID0..3, PCellID0..3 */
};

enum {
	FR_RXFE = 1 << 4, /* nothing received */
	FR_RXFF = 1 << 6, /* no room for more */
	FR_TXFE = 1 << 7, /* everything sent */
	INTERRUPT_RX = 1 << 4,
	INTERRUPT_RT = 1 << 6, /* what was received waits */
	INTERRUPT_TX = 1 << 5,
	CR_RESET = 0x300,
	IFLS_RESET = 0x12,
};

static const uint8_t identification[] = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

/* Registers that are plain words: offset, width, place. */
struct word {
	uint64_t offset;
	uint32_t mask;
	size_t place;
};

static const struct word words[] = {
	{PL011_ILPR, 0xff, offsetof(struct pl011, ilpr)},
	{PL011_IBRD, 0xffff, offsetof(struct pl011, ibrd)},
	{PL011_FBRD, 0x3f, offsetof(struct pl011, fbrd)},
	{PL011_LCR_H, 0xff, offsetof(struct pl011, lcr_h)},
	{PL011_CR, 0xff87, offsetof(struct pl011, cr)},
	{PL011_IFLS, 0x3f, offsetof(struct pl011, ifls)},
	{PL011_IMSC, 0x7ff, offsetof(struct pl011, imsc)},
	{PL011_DMACR, 0x7, offsetof(struct pl011, dmacr)},
};

static const struct word *word_find(uint64_t offset)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i].offset == offset) {
			return &words[i];
		}
	}
	return NULL;
}

void pl011_init(struct pl011 *uart, pl011_sink *sink, void *context)
{
	*uart = (struct pl011){.sink = sink, .context = context, .cr = CR_RESET, .ifls = IFLS_RESET};
}

size_t pl011_room(const struct pl011 *uart)
{
	return PL011_RECEIVE_MAX - uart->received_count;
}

bool pl011_receive(struct pl011 *uart, uint8_t byte)
{
	if (pl011_room(uart) == 0) {
		return false;
	}
	uart->received[(uart->received_first + uart->received_count) % PL011_RECEIVE_MAX] = byte;
	uart->received_count++;
	return true;
}

/* Whether there is something to be read, as far as the reader is to know. */
static bool has_received(const struct pl011 *uart)
{
	return uart->received_count != 0 && (uart->is_shown || !uart->is_driven);
}

static uint8_t take(struct pl011 *uart)
{
	uint8_t byte = uart->received[uart->received_first];

	if (!has_received(uart)) {
		return 0;
	}
	uart->received_first = (uart->received_first + 1) % PL011_RECEIVE_MAX;
	uart->received_count--;
	uart->is_shown = uart->received_count != 0;
	return byte;
}

/* Interrupts before the mask: that something waits to be read cannot be cleared but by reading it. */
static uint32_t raised(const struct pl011 *uart)
{
	return uart->ris | (uart->received_count != 0 ? (uint32_t)(INTERRUPT_RX | INTERRUPT_RT) : 0);
}

/* The same, to somebody who looks: if he may be interrupted by what was received, he finds it from now on. */
static uint32_t raised_look(struct pl011 *uart)
{
	uint32_t found = raised(uart);

	uart->is_shown |= (found & uart->imsc & (INTERRUPT_RX | INTERRUPT_RT)) != 0;
	return found;
}

static uint32_t flags(const struct pl011 *uart)
{
	uint32_t empty = has_received(uart) ? 0 : FR_RXFE;
	uint32_t full = has_received(uart) && pl011_room(uart) == 0 ? FR_RXFF : 0;

	return FR_TXFE | empty | full;
}

uint64_t pl011_read(struct pl011 *uart, uint64_t offset)
{
	const struct word *word = word_find(offset);

	if (word != NULL) {
		return *(const uint32_t *)(const void *)((const char *)uart + word->place);
	}
	if (offset >= PL011_ID && offset < PL011_SIZE && offset % 4 == 0) {
		return identification[(offset - PL011_ID) / 4];
	}
	switch (offset) {
	case PL011_DR:
		return take(uart);
	case PL011_FR:
		return flags(uart);
	case PL011_RIS:
		return raised_look(uart);
	case PL011_MIS:
		return raised_look(uart) & uart->imsc;
	default:
		return 0;
	}
}

static void put(struct pl011 *uart, char c)
{
	uart->line[uart->used++] = c;
	if (c == '\n' || uart->used == PL011_LINE_MAX) {
		pl011_flush(uart);
	}
}

void pl011_write(struct pl011 *uart, uint64_t offset, uint64_t value)
{
	const struct word *word = word_find(offset);

	if (word != NULL) {
		*(uint32_t *)(void *)((char *)uart + word->place) = (uint32_t)value & word->mask;
		return;
	}
	if (offset == PL011_DR) {
		put(uart, (char)value);
		uart->ris |= INTERRUPT_TX;
	}
	if (offset == PL011_ICR) {
		uart->ris &= ~(uint32_t)value;
	}
}

bool pl011_line(const struct pl011 *uart)
{
	return (raised(uart) & uart->imsc) != 0;
}

void pl011_print(struct pl011 *uart, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		put(uart, ((const char *)bytes)[i]);
	}
}

void pl011_flush(struct pl011 *uart)
{
	if (uart->used != 0) {
		uart->sink(uart->context, uart->line, uart->used);
	}
	uart->used = 0;
}
