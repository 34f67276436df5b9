/* SPDX-License-Identifier: BSD-2-Clause */
/* keys.h - what is typed at a terminal, told apart: bytes for the Realm, and the keys behind Ctrl-A that are meant for reeve.
 *
 *   Ctrl-A x leave | Ctrl-A h or ? help | Ctrl-A Ctrl-A one Ctrl-A | Ctrl-A and any other: both */
#ifndef TOOLS_KEYS_H
#define TOOLS_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum keys_found { KEYS_NONE, KEYS_HELP, KEYS_LEAVE, KEYS_FOUND_COUNT };

struct keys {
	bool is_escaped; /* the last byte was a Ctrl-A, which waits for the next */
};

/* Take what was typed, in[0..size): the realm's bytes go to out[0..2 * size), and *count is how many these are. Of several keys for reeve the one
 * that leaves counts, and what is typed behind it is nobody's. */
enum keys_found keys_take(struct keys *keys, const uint8_t *in, size_t size, uint8_t *out, size_t *count);

#endif
