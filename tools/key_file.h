/* SPDX-License-Identifier: BSD-2-Clause */
/* key_file.h - files that hold private keys, read only when they are safe to read.
 *
 * F1: a key file is read only when it is a regular file of this user's that nobody else can read or write; no symbolic link is followed.
 * F2: no message holds anything of a key. The text is the caller's to wipe, and a process that read one writes no core. */
#ifndef TOOLS_KEY_FILE_H
#define TOOLS_KEY_FILE_H

#include <stdbool.h>
#include <sys/types.h>

#include "tools/message.h"

enum { KEY_FILE_MAX = 16384 };

/* Open `name` in a directory (AT_FDCWD: where the process is) without waiting for anybody. -1 with errno set. */
int key_file_open(int directory, const char *name);

/* Say in *why, from errno, why a key file could not be opened. Returns false. */
bool key_file_failed(const char *path, struct message *why);

/* Read all of an open key file, less than KEY_FILE_MAX bytes, whose size is returned; `path` is for messages. -1 with *why set, and nothing is
 * left in text. */
ssize_t key_file_read(const char *path, int fd, char text[KEY_FILE_MAX], struct message *why);

/* From now on the process writes no core: whatever reads, makes or computes with a key has it for a moment where a core would show it. */
void key_dumps_end(void);

#endif
