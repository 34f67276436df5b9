/* SPDX-License-Identifier: BSD-2-Clause */
/* spin.c - a realm that never gives its CPU back, for tests of timeouts. */
#include "guest/runtime/print.h"
#include "guest/runtime/program.h"

static void spin(const struct machine *machine)
{
	(void)machine;
	print("spin: started\n");
	for (;;) {
		__asm__ volatile("");
	}
}

const struct program program = {"spin", spin};
