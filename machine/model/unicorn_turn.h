/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_turn.h - the execution token of a realm: its RECs take turns, those that come from outside before those that only go on.
 *
 *   TURN_FRONT  a REC that comes from an exit or a fault, and whoever looks at the window or changes an engine: short, as a rule
 *   TURN_BACK   a REC whose slice ended, or that found nothing to do: it would run as long as it may
 *
 * T1: whoever holds the turn alone may touch the realm's window and its engines.
 * T2: each queue is first come, first served; the front goes first, but after TURN_FRONT_MAX in a row who waits at the back is next.
 * T3: a running engine looks every ENGINE_LOOK instructions whether it should give the turn away, and not earlier: whoever is called
 *     gets something done, so with T2 nobody starves.
 * T4: the turn is never held while waiting for a lock of the monitor (cpu.h C2).
 * T5: the turn is handed to one waiter, who alone is woken.
 * T6: who runs a slice and sees nobody wait lets other threads run: the one it spins for may not have come as far as the turn. */
#ifndef MODEL_UNICORN_TURN_H
#define MODEL_UNICORN_TURN_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { TURN_FRONT_MAX = 16 };

enum turn_queue { TURN_FRONT, TURN_BACK, TURN_QUEUE_COUNT };

struct turn_waiter;

struct turn_line {
	struct turn_waiter *first;
	struct turn_waiter *last;
	atomic_uint count; /* changed with the mutex, read without */
};

struct turn {
	pthread_mutex_t mutex; /* of all below; nothing is waited for under it but a call */
	struct turn_line lines[TURN_QUEUE_COUNT];
	bool is_held;
	unsigned front_count; /* turns of the front in a row while somebody waited at the back */
};

void turn_open(struct turn *turn);

/* Nobody holds the turn or waits for it. */
void turn_close(struct turn *turn);

/* Wait for the turn. */
void turn_take(struct turn *turn, enum turn_queue queue);

/* The holder gives it to whoever is next (T2). */
void turn_give(struct turn *turn);

/* How many wait there: may be old as soon as it is returned. */
static inline unsigned turn_waiting(struct turn *turn, enum turn_queue queue)
{
	return atomic_load_explicit(&turn->lines[queue].count, memory_order_relaxed);
}

#endif
