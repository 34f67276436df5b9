/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_loans.h - host memory that a realm's window shows: it must go when the host delegates it to somebody, without any change in
 * the realm's own tables. The granule protection check does this in hardware.
 *
 * L1: an entry is made before its pages are shown, and the pages are looked at after: who delegates sees the entry, or who shows
 *     sees the delegation.
 * Entries outlive their pages until the book is full; a stale one costs an invalidation and no more. */
#ifndef MODEL_UNICORN_LOANS_H
#define MODEL_UNICORN_LOANS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

enum { LOANS_MAX = 256 };

struct loan {
	uint64_t ipa;
	uint64_t pa;
	uint64_t size;
};

struct loans {
	pthread_mutex_t mutex; /* nothing else is taken under it */
	struct loan book[LOANS_MAX];
	unsigned count;
};

void loans_open(struct loans *loans);
void loans_close(struct loans *loans);
/* False when the book is full; an entry that stands there already is not made twice. */
bool loans_add(struct loans *loans, struct loan loan);
void loans_clear(struct loans *loans);
/* The next entry from number *next on that shows `pa`: true, *ipa where, *next the number to go on from. False when there is none. */
bool loans_find(struct loans *loans, uint64_t pa, unsigned *next, uint64_t *ipa);

#endif
