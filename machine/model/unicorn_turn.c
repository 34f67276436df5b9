/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_turn.c - see unicorn_turn.h: a lock that is handed over, with two queues of sleepers. */
#include "machine/model/unicorn_turn.h"

#include <stddef.h>

/* On the stack of the thread that waits, linked until it is called. */
struct turn_waiter {
	struct turn_waiter *next;
	pthread_cond_t called;
	bool is_called;
};

void turn_open(struct turn *turn)
{
	*turn = (struct turn){0};
	pthread_mutex_init(&turn->mutex, NULL);
}

void turn_close(struct turn *turn)
{
	pthread_mutex_destroy(&turn->mutex);
}

static void line_join(struct turn_line *line, struct turn_waiter *waiter)
{
	if (line->first == NULL) {
		line->first = waiter;
	} else {
		line->last->next = waiter;
	}
	line->last = waiter;
	atomic_fetch_add_explicit(&line->count, 1, memory_order_relaxed);
}

/* The line is not empty. */
static struct turn_waiter *line_leave(struct turn_line *line)
{
	struct turn_waiter *waiter = line->first;

	line->first = waiter->next;
	atomic_fetch_sub_explicit(&line->count, 1, memory_order_relaxed);
	return waiter;
}

/* With the mutex. NULL when nobody waits. */
static struct turn_waiter *next_waiter(struct turn *turn)
{
	struct turn_line *front = &turn->lines[TURN_FRONT];
	struct turn_line *back = &turn->lines[TURN_BACK];

	if (back->first == NULL) {
		turn->front_count = 0;
		return front->first == NULL ? NULL : line_leave(front);
	}
	if (front->first == NULL || turn->front_count == TURN_FRONT_MAX) {
		turn->front_count = 0;
		return line_leave(back);
	}
	turn->front_count++;
	return line_leave(front);
}

static void wait_for_call(struct turn *turn, enum turn_queue queue)
{
	struct turn_waiter waiter = {.called = PTHREAD_COND_INITIALIZER};

	line_join(&turn->lines[queue], &waiter);
	while (!waiter.is_called) {
		pthread_cond_wait(&waiter.called, &turn->mutex);
	}
	pthread_cond_destroy(&waiter.called);
}

void turn_take(struct turn *turn, enum turn_queue queue)
{
	pthread_mutex_lock(&turn->mutex);
	if (turn->is_held) {
		wait_for_call(turn, queue);
	}
	turn->is_held = true;
	pthread_mutex_unlock(&turn->mutex);
}

void turn_give(struct turn *turn)
{
	struct turn_waiter *next;

	pthread_mutex_lock(&turn->mutex);
	next = next_waiter(turn);
	turn->is_held = next != NULL;
	if (next != NULL) {
		next->is_called = true;
		pthread_cond_signal(&next->called); /* with the mutex: once it is free the waiter may be gone */
	}
	pthread_mutex_unlock(&turn->mutex);
}
