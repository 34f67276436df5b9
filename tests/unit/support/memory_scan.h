/* SPDX-License-Identifier: BSD-2-Clause */
/* memory_scan.h - looks for a secret in the memory of this process: where a core dump would have it.
 *
 * The secret itself is kept masked, so that what looks for it is not what is found. */
#ifndef TESTS_UNIT_SUPPORT_MEMORY_SCAN_H
#define TESTS_UNIT_SUPPORT_MEMORY_SCAN_H

#include <stddef.h>
#include <stdint.h>

enum { SECRET_MAX = 96 };

struct secret {
	uint8_t masked[SECRET_MAX];
	size_t size;
};

/* Keep the secret masked; the caller wipes its own copy. */
struct secret secret_of(const void *bytes, size_t size);

struct sightings {
	unsigned dumped;  /* in memory that a core dump holds */
	unsigned private; /* in memory that is marked not to be dumped */
};

/* How often it is in writable memory, forwards or backwards (as big numbers are kept on little-endian machines). */
struct sightings secret_find(const struct secret *secret);

#endif
