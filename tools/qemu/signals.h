/* SPDX-License-Identifier: BSD-2-Clause */
/* signals.h - the signals that ask a process to end, for who runs a machine: to be read, not to be interrupted by.
 *
 * S1: SIGINT, SIGTERM and SIGHUP; one that the process was started to ignore stays ignored.
 * S2: who is kept while it writes, by somebody who does not read, cannot look at signals: one that comes half a second after the first,
 *     or later, has its usual effect then. The terminal is put back.
 * A process has one of these at a time. */
#ifndef TOOLS_QEMU_SIGNALS_H
#define TOOLS_QEMU_SIGNALS_H

#include <signal.h>
#include <stdbool.h>

#include "tools/message.h"

enum { SIGNALS_COUNT = 3 };

struct signals {
	int fd; /* to poll for reading; -1: not begun */
	sigset_t set;
	sigset_t were;                         /* blocked before */
	struct sigaction found[SIGNALS_COUNT]; /* before */
};

/* From here on they are to be read. False with *why set, and signals_end is still to come. */
bool signals_begin(struct signals *signals, struct message *why);

/* Everything as it was; one that came and was not read is forgotten. */
void signals_end(struct signals *signals);

/* Whether one came, which then is read. */
bool signals_read(struct signals *signals);

/* Around what may keep this process for long (S2). */
void signals_writing_begin(const struct signals *signals);
void signals_writing_end(const struct signals *signals);

#endif
