/* SPDX-License-Identifier: BSD-2-Clause */
/* echo.c - a realm that repeats each line it is typed, until one is "quit"; then it tells how many bytes came, and their sum. */
#include "guest/runtime/mmio.h"
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"

enum {
	PL011_DR = 0x00,
	PL011_FR = 0x18,
	PL011_FR_RXFE = 1 << 4, /* nothing was received */
	CTRL_D = 4,
	LINE_MAX = 128,
};

struct total {
	unsigned long bytes;
	unsigned long sum;
};

/* Waits for nothing but the host: it has no interrupt enabled. */
static char get(uint64_t uart, struct total *total)
{
	char c;

	while ((mmio_read32(uart + PL011_FR) & PL011_FR_RXFE) != 0) {
		__asm__ volatile("wfi" ::: "memory");
	}
	c = (char)mmio_read32(uart + PL011_DR);
	total->bytes++;
	total->sum += (uint8_t)c;
	return c;
}

/* The next line without its end; what of it does not fit is left out. False: Ctrl-D. */
static bool line_get(uint64_t uart, struct total *total, char line[static LINE_MAX])
{
	unsigned used = 0;
	char c;

	while ((c = get(uart, total)) != '\n' && c != '\r') {
		if (c == CTRL_D) {
			return false;
		}
		if (used < LINE_MAX - 1) {
			line[used++] = c;
		}
	}
	line[used] = '\0';
	return true;
}

static bool is_quit(const char *line)
{
	const char *quit = "quit";

	while (*quit != '\0' && *line == *quit) {
		line++;
		quit++;
	}
	return *quit == '\0' && *line == '\0';
}

static void echo(const struct machine *machine)
{
	struct total total = {0, 0};
	struct fdt_reg uart;
	char line[LINE_MAX];

	if (!fdt_find_compatible(&machine->fdt, "arm,pl011", 0, &uart)) {
		fail("the device tree has no PL011");
	}
	print("echo: a line, or quit\n? ");
	while (line_get(uart.base, &total, line) && !is_quit(line)) {
		print("%s\n? ", line);
	}
	print("%lu bytes, sum 0x%lx\n", total.bytes, total.sum);
}

const struct program program = {"echo", echo};
