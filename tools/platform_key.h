/* SPDX-License-Identifier: BSD-2-Clause */
/* platform_key.h - where the key of the model's software platform comes from: a file the user names, or one made once and kept.
 *
 * F1: a key file is read as key_file.h says.
 * F2: the kept file is $XDG_STATE_HOME/reeve/platform-key.pem (~/.local/state when that is not set), made whole with mode 0600 in a
 *     directory of mode 0700; of two programs that make it at once both use the one that was first.
 * F3: no message holds anything of a key. What held it is wiped, and a process that read one writes no core. */
#ifndef TOOLS_PLATFORM_KEY_H
#define TOOLS_PLATFORM_KEY_H

#include "machine/hosted/p384.h"
#include "tools/message.h"

/* The key in the file at `path`. False with *why set; scalar is then zeroed. */
bool platform_key_read(const char *path, uint8_t scalar[P384_SCALAR_SIZE], struct message *why);

/* This user's key, made when there is none. False with *why set; scalar is then zeroed. */
bool platform_key_keep(uint8_t scalar[P384_SCALAR_SIZE], struct message *why);

#endif
