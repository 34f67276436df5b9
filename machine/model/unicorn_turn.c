/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_turn.c - see unicorn_turn.h: a ticket lock that sleeps. */
#include "machine/model/unicorn_turn.h"

void turn_open(struct turn *turn)
{
	*turn = (struct turn){0};
	pthread_mutex_init(&turn->mutex, NULL);
	pthread_cond_init(&turn->moved, NULL);
}

void turn_close(struct turn *turn)
{
	pthread_cond_destroy(&turn->moved);
	pthread_mutex_destroy(&turn->mutex);
}

void turn_take(struct turn *turn)
{
	uint64_t ticket;

	pthread_mutex_lock(&turn->mutex);
	ticket = turn->next++;
	atomic_fetch_add(&turn->waiting, 1);
	while (turn->serving != ticket) {
		pthread_cond_wait(&turn->moved, &turn->mutex);
	}
	atomic_fetch_sub(&turn->waiting, 1);
	pthread_mutex_unlock(&turn->mutex);
}

void turn_take_urgent(struct turn *turn)
{
	atomic_fetch_add(&turn->urgent, 1);
	turn_take(turn);
	atomic_fetch_sub(&turn->urgent, 1);
}

void turn_give(struct turn *turn)
{
	pthread_mutex_lock(&turn->mutex);
	turn->serving++;
	pthread_cond_broadcast(&turn->moved);
	pthread_mutex_unlock(&turn->mutex);
}
