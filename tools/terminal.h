/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.h - a terminal that hands every key on as it is typed, and is always put back.
 *
 *   as it was -terminal_begin-> raw -terminal_end, a signal that ends or stops the process-> as it was;  stopped -in the foreground again-> raw
 *
 * T1: settings change in the foreground only: a job in the background is not stopped for them, and spoils nobody's line.
 * T2: only SIGKILL leaves the terminal raw. SIGSTOP does as long as it lasts.
 * T3: what is printed is still put right (a line feed returns as well); keys that usually send signals (Ctrl-C, Ctrl-Z) are bytes.
 * A process has one such terminal at a time. */
#ifndef TOOLS_TERMINAL_H
#define TOOLS_TERMINAL_H

#include <stdbool.h>

/* Whether `fd` may be read: it is no terminal, or it is this process's turn to have it. */
bool terminal_is_ours(int fd);

/* Make the terminal `fd` raw, now or as soon as it is our turn, with handlers for signals that nobody else handles. */
void terminal_begin(int fd);

/* Look whether it is our turn by now: the shell that gave the terminal back may have said nothing. */
void terminal_look(void);

/* Put back the terminal and the signals. Nothing when nothing was begun. */
void terminal_end(void);

#endif
