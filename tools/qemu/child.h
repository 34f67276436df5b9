/* SPDX-License-Identifier: BSD-2-Clause */
/* child.h - a program that is started, spoken and listened to, and never left behind.
 *
 *   child_start -> [ send to child.in, read child.out ] -> child_end
 *
 * C1: it reads what it is sent, never the terminal, has a process group of its own, and gets SIGKILL when this process ends, however that happens.
 * C2: it inherits the descriptors that are not close-on-exec; files in memory go to it that way, as /dev/fd/N.
 * C3: what it says on standard error is kept, and never blocks it. */
#ifndef TOOLS_QEMU_CHILD_H
#define TOOLS_QEMU_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "tools/message.h"

struct child {
	pid_t pid;
	int in;  /* a socket that is its standard input: takes some KiB before it is full */
	int out; /* read end of its standard output, which does not block */
	int err; /* a file in memory: its standard error */
};

/* How a child ended: its exit code, or the signal that ended it (then not 0). */
struct child_end {
	int code;
	int signal;
};

/* Start argv[0], looked for in PATH; `package` is what to install when there is none. False with *why set and nothing left to end. */
bool child_start(struct child *child, char *const argv[], const char *package, struct message *why);

/* Wait for its end, or kill it first. The last line that is not blank of its standard error is then in words[0..size), "" when there is none.
 * The child is gone afterwards, with what belonged to it. */
struct child_end child_end(struct child *child, bool is_killed, char *words, size_t size);

/* A new file in memory that a child inherits, `name` for debuggers. -1 with *why set. */
int child_file(const char *name, struct message *why);

/* Write all of it. False with *why set. */
bool child_file_write(int fd, const void *data, size_t size, struct message *why);

#endif
