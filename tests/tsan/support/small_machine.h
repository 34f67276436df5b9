/* SPDX-License-Identifier: BSD-2-Clause */
/* small_machine.h - a machine of a few granules whose whole state is one object: copied, compared, put back.
 *
 * The seam is as slow as the test wants: `wait` is called where another CPU may come in between, with locks held or not.
 * S1: what differs between two small_state is what the calls did; the CPUs' scratch is no part of it. */
#ifndef TESTS_TSAN_SUPPORT_SMALL_MACHINE_H
#define TESTS_TSAN_SUPPORT_SMALL_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "monitor/monitor.h"
#include "tests/tsan/support/play.h"

enum {
	SMALL_CPUS = 4,
	SMALL_PAGES = 16, /* of the host, behind the pool: for operands */
	SMALL_GRANULES = PLAY_GRANULES + SMALL_PAGES,
	SMALL_BASE = 0x40000000,
	SMALL_OPERAND = SMALL_BASE + PLAY_GRANULES * REEVE_GRANULE_SIZE /* small_page(0) */
};

struct small_state {
	uint8_t memory[SMALL_GRANULES][REEVE_GRANULE_SIZE];
	uint64_t words[SMALL_GRANULES];
	uint64_t vmids[(1 << 16) / 64];
	bool is_realm[SMALL_GRANULES];
};

struct small_machine {
	_Alignas(REEVE_GRANULE_SIZE) uint8_t memory[SMALL_GRANULES][REEVE_GRANULE_SIZE];
	_Atomic bool is_realm[SMALL_GRANULES];
	void *monitor_memory;
	struct reeve_monitor *monitor;
	void *context;
	void (*wait)(void *context);                 /* NULL: none */
	void (*inside)(void *context, unsigned cpu); /* a REC runs; NULL: nothing else happens */
};

/* False when there is no memory. */
bool small_machine_open(struct small_machine *m);
void small_machine_close(struct small_machine *m);
/* Address of host page `n`. */
uint64_t small_page(unsigned n);
void *small_bytes(struct small_machine *m, uint64_t pa);
/* No call may be under way in any of these. */
void small_save(const struct small_machine *m, struct small_state *state);
void small_restore(struct small_machine *m, const struct small_state *state);

#endif
