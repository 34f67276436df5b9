/* SPDX-License-Identifier: BSD-2-Clause */
/* typed.h - standard input on its way into a Realm: read when there is room, kept until somebody takes it.
 *
 *   typed_open -> { poll typed_fd -> typed_read -> typed_bytes, typed_used }* -> typed_close
 *
 * P1: nothing is lost and nothing grows: what finds no room here stays where it is, in the pipe or the terminal.
 * P2: at a terminal Ctrl-A x is seen as long as fewer than TYPED_MAX typed bytes wait; in a pipe every byte is the Realm's.
 * P3: the end of the input is no end of the Realm. A job in the background reads nothing from its terminal. */
#ifndef TOOLS_TYPED_H
#define TOOLS_TYPED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tools/keys.h"

enum {
	TYPED_AT_ONCE = 4096, /* bytes read at a time, and kept of what is no terminal */
	TYPED_MAX = 64 << 10, /* typed bytes kept */
	TYPED_LOOK_MS = 500,  /* how often to see whether the terminal is ours */
};

struct typed {
	int fd; /* -1: there is none, or no more */
	bool is_terminal;
	bool is_raw;
	struct keys keys;
	uint8_t bytes[TYPED_MAX + 2 * TYPED_AT_ONCE];
	size_t first; /* of those that wait */
	size_t count;
};

/* Whether anything can come from standard input: it is open, and not /dev/null. */
bool typed_is_there(void);

/* Begin with standard input, if anything can come from it. `is_raw`: a terminal hands on every key as it is typed, as far as it can, and what to
 * press is said on `err`; otherwise lines, as the terminal makes them. */
void typed_open(struct typed *typed, bool is_raw, FILE *err);
void typed_close(struct typed *typed);

/* What to poll for reading now, -1: nothing; and for how long at most, of `most_ms` (-1: for ever), until both are to be asked again. */
int typed_fd(const struct typed *typed);
int typed_wait_ms(const struct typed *typed, int most_ms);

/* Read once what is there, at least one byte unless it is the end. Help is said on `err`. False: whoever types wants to leave. */
bool typed_read(struct typed *typed, FILE *err);

/* The bytes that wait; *size 0 for none. Then say how many were taken. */
const uint8_t *typed_bytes(const struct typed *typed, size_t *size);
void typed_used(struct typed *typed, size_t size);

/* Ask this process to end, as SIGINT does, or SIGTERM where that is ignored. */
void typed_leave(void);

#endif
