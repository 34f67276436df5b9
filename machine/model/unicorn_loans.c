/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_loans.c - see unicorn_loans.h. */
#include "machine/model/unicorn_loans.h"

void loans_open(struct loans *loans)
{
	pthread_mutex_init(&loans->mutex, NULL);
	loans->count = 0;
}

void loans_close(struct loans *loans)
{
	pthread_mutex_destroy(&loans->mutex);
}

static bool is_known(const struct loans *loans, const struct loan *loan)
{
	for (unsigned i = 0; i < loans->count; i++) {
		const struct loan *known = &loans->book[i];

		if (known->ipa == loan->ipa && known->pa == loan->pa && known->size == loan->size) {
			return true;
		}
	}
	return false;
}

bool loans_add(struct loans *loans, struct loan loan)
{
	bool fits;

	pthread_mutex_lock(&loans->mutex);
	fits = is_known(loans, &loan);
	if (!fits && loans->count < LOANS_MAX) {
		loans->book[loans->count++] = loan;
		fits = true;
	}
	pthread_mutex_unlock(&loans->mutex);
	return fits;
}

void loans_clear(struct loans *loans)
{
	pthread_mutex_lock(&loans->mutex);
	loans->count = 0;
	pthread_mutex_unlock(&loans->mutex);
}

bool loans_find(struct loans *loans, uint64_t pa, unsigned *next, uint64_t *ipa)
{
	bool found = false;

	pthread_mutex_lock(&loans->mutex);
	while (!found && *next < loans->count) {
		const struct loan *loan = &loans->book[(*next)++];

		if (pa - loan->pa < loan->size) {
			*ipa = loan->ipa + (pa - loan->pa);
			found = true;
		}
	}
	pthread_mutex_unlock(&loans->mutex);
	return found;
}
