/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.h - a QEMU with RME from its start to its end.
 *
 *   qemu_machine_run: flash and job in memory -> QEMU -> its UART's bytes to a uart -> it powers off, hangs, or is stopped
 *
 * M1: no QEMU and no file is left behind, whatever the end was (child.h C1; all files are in memory).
 * M2: every wait has a bound: the first frame within 30 s, the end within 10 s after the run's own time, if that has one, and within
 *     5 s after the last frame. Without a time of its own a realm may run for ever, as on the model. */
#ifndef TOOLS_QEMU_MACHINE_H
#define TOOLS_QEMU_MACHINE_H

#include "tools/qemu/account.h"
#include "tools/qemu/parts.h"
#include "tools/qemu/uart.h"

enum machine_end {
	MACHINE_OFF,         /* QEMU ended by itself */
	MACHINE_INTERRUPTED, /* SIGINT, SIGTERM or SIGHUP */
	MACHINE_HUNG,        /* one of the bounds; `why` says which and where the CPUs are */
	MACHINE_BROKEN,      /* QEMU did not start, or ended with an error; `why` says what it said */
	MACHINE_END_COUNT
};

/* Run it and hand all it says to `uart`. *why is set for HUNG and BROKEN. */
enum machine_end qemu_machine_run(const struct run_options *options, const struct qemu_parts *parts,
	const struct qemu_job *job, struct uart *uart, const struct account *account, struct message *why);

#endif
