/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.h - a QEMU with RME from its start to its end.
 *
 *   qemu_machine_run: flash and job in memory -> QEMU -> its UART's bytes to a uart -> it powers off, hangs, or is stopped
 *
 * M1: no QEMU and no file is left behind, whatever the end was (child.h C1; all files are in memory).
 * M2: every wait has a bound: the first frame within 30 s; the end within 10 s after the run's own time, if that has one, or after a
 *     signal, and after each time that our host says that it takes the realm apart, which it may for 10 s and one for each MiB of the
 *     realm's memory; and within 5 s after the last frame, or after an image of ours stopped a CPU. A machine that nobody
 *     listened to, because this program was stopped or could not write, has 5 s more then. Without a time of its own a realm may run
 *     for ever, as on the model.
 * M3: the first SIGINT, SIGTERM or SIGHUP presses the machine's power button: our host ends its realm in order and tells so. One that
 *     comes half a second later, or the first when the host has not said a word in frames, stops QEMU at once; reeve with it while it cannot write (signals.h S2). */
#ifndef TOOLS_QEMU_MACHINE_H
#define TOOLS_QEMU_MACHINE_H

#include "tools/qemu/account.h"
#include "tools/qemu/parts.h"
#include "tools/qemu/uart.h"
#include "tools/typed.h"

enum machine_end {
	MACHINE_OFF,         /* QEMU ended by itself */
	MACHINE_INTERRUPTED, /* by a signal (M3), because there was nobody to ask, or no end came of it; `why` says which */
	MACHINE_HUNG,        /* one of the bounds; `why` says which and where the CPUs are */
	MACHINE_BROKEN,      /* QEMU did not start, or ended with an error; `why` says what it said */
	MACHINE_END_COUNT
};

/* What comes out of a running machine and goes into it. */
struct machine_traffic {
	struct uart *uart;       /* takes all that the machine says */
	struct account *account; /* has the monitor's book of refusals while the machine runs */
	uint64_t refusals;       /* where that is in memory; 0: nowhere */
	struct typed *typed;     /* standard input */
	FILE *err;               /* help for who types */
};

/* Run it until its end. *why is set for all but OFF. The job's disk is then the one in the machine's memory, if job->is_disk_back. */
enum machine_end qemu_machine_run(const struct run_options *options, const struct qemu_parts *parts,
	struct qemu_job *job, const struct machine_traffic *traffic, struct message *why);

#endif
