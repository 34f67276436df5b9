/* SPDX-License-Identifier: BSD-2-Clause */
/* exception.c - the end of a CPU: one line that says where, then silence. */
#include "machine/qemu/bare/exception.h"

#include <stddef.h>

#include "machine/qemu/bare/print.h"
#include "machine/qemu/bare/sysreg.h"

_Static_assert(sizeof(struct exception_frame) == 288, "FRAME_SIZE of macros.inc");
_Static_assert(offsetof(struct exception_frame, elr) == 256, "FRAME_ELR of macros.inc");
_Static_assert(offsetof(struct exception_frame, esr) == 272, "FRAME_ESR of macros.inc");

static _Noreturn void sleep_for_ever(void)
{
	image_stopped();
	for (;;) {
		wait_for_interrupt();
	}
}

void exception_stop(const char *what, const struct exception_frame *frame)
{
	print("%s: CPU %u: %s: vector %lu ESR 0x%lx ELR 0x%lx FAR 0x%lx x30 0x%lx: this CPU stops\n", image_name,
		image_cpu(), what, frame->vector, frame->esr, frame->elr, frame->far, frame->x[30]);
	sleep_for_ever();
}

void stop(const char *why)
{
	print("%s: CPU %u: %s: this CPU stops\n", image_name, image_cpu(), why);
	sleep_for_ever();
}
