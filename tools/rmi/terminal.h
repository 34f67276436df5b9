/* SPDX-License-Identifier: BSD-2-Clause */
/* terminal.h - lines of the monitor's shell from who sits at a terminal: history, completion, an end with Ctrl-D. */
#ifndef TOOLS_RMI_TERMINAL_H
#define TOOLS_RMI_TERMINAL_H

#include "tools/rmi/shell.h"

/* Read lines from `in` and carry them out until the end. False with the reason in *why when the terminal cannot be used. */
bool terminal_run(struct shell *shell, FILE *in, struct message *why);

/* Where the history is kept: $XDG_STATE_HOME/reeve/history, else ~/.local/state/reeve/history, by the values of these two
 * variables; NULL or empty: not set. False when there is neither or it is too long. */
bool history_path(const char *state_home, const char *home, char *path, size_t size);

#endif
