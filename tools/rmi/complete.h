/* SPDX-License-Identifier: BSD-2-Clause */
/* complete.h - what can stand at the end of an unfinished line of the monitor's shell. */
#ifndef TOOLS_RMI_COMPLETE_H
#define TOOLS_RMI_COMPLETE_H

#include "tools/rmi/shell.h"

enum { COMPLETIONS_MAX = 320, COMPLETION_BYTES_MAX = 40 };

struct completions {
	char words[COMPLETIONS_MAX][COMPLETION_BYTES_MAX];
	unsigned count;
	size_t begun;  /* bytes at the end of the line that each word begins with */
	size_t common; /* bytes that all the words share */
};

/* Find the words. An argument or field ends with `=`; a variable begins with `$`. */
void complete(const struct shell *shell, const char *line, size_t size, struct completions *found);

#endif
