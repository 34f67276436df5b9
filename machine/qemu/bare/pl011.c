/* SPDX-License-Identifier: BSD-2-Clause */
/* pl011.c - writing to a PL011 UART that somebody else has set up. */
#include "machine/qemu/bare/pl011.h"

#include <stdbool.h>

#include "machine/qemu/bare/fields.h"
#include "machine/qemu/bare/pointer.h"

enum { UARTDR = 0x00, UARTFR = 0x18 };

/* A UART that is not there, or whose flow is stopped, costs characters, not the CPU. */
enum { LOOKS_MAX = 1 << 20 };

static uint64_t registers;

static volatile uint32_t *at(unsigned offset)
{
	return pointer_at(registers + offset);
}

static bool has_room(void)
{
	for (unsigned i = 0; i < LOOKS_MAX; i++) {
		if (FIELD_GET(*at(UARTFR), UARTFR_TXFF) == 0) {
			return true;
		}
	}
	return false;
}

void pl011_use(uint64_t base)
{
	registers = base;
}

void pl011_put(char c)
{
	if (registers != 0 && has_room()) {
		*at(UARTDR) = (uint8_t)c;
	}
}
