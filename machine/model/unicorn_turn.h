/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_turn.h - the execution token of a realm: its RECs take turns, in the order they came.
 *
 * T1: whoever holds the turn alone may touch the realm's window and its engines.
 * T2: a running engine gives the turn away at the end of its slice when somebody waits, and at the next instruction when it is urgent.
 * T3: the turn is never held while waiting for a lock of the monitor (cpu.h C2). */
#ifndef MODEL_UNICORN_TURN_H
#define MODEL_UNICORN_TURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct turn {
	pthread_mutex_t mutex;
	pthread_cond_t moved;
	uint64_t next;    /* ticket of who comes next */
	uint64_t serving; /* ticket of the holder */
	atomic_uint waiting;
	atomic_uint urgent;
};

void turn_open(struct turn *turn);
void turn_close(struct turn *turn);

/* Wait for the turn. Urgent: who runs must stop at once (an engine to be changed, not one that wants to run). */
void turn_take(struct turn *turn);
void turn_take_urgent(struct turn *turn);
void turn_give(struct turn *turn);

/* For who holds the turn: does somebody wait for it, and can they not wait for the end of the slice? */
static inline bool turn_is_wanted(struct turn *turn)
{
	return atomic_load_explicit(&turn->waiting, memory_order_relaxed) != 0;
}

static inline bool turn_is_urgent(struct turn *turn)
{
	return atomic_load_explicit(&turn->urgent, memory_order_relaxed) != 0;
}

#endif
