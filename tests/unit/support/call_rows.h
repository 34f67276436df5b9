/* SPDX-License-Identifier: BSD-2-Clause */
/* call_rows.h - RSI and PSCI calls that the monitor answers by itself, right ones and each wrong one, with what they answer.
 *
 * The realm has 32 IPA bits and RECs 0 to 2 of which only 0, the caller, is on. Memory is as named below; the rest of the
 * first 2 MiB is RAM too. Sources: RMM v1.0 fact sheet sections 7 and 10; PSCI codes from Arm DEN0022. */
#ifndef TESTS_UNIT_SUPPORT_CALL_ROWS_H
#define TESTS_UNIT_SUPPORT_CALL_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "tests/unit/support/rmi_world.h"

enum {
	ROW_BUFFER = 0x12000,  /* RAM, there */
	ROW_MISSING = 0x13000, /* RAM, not there */
	ROW_RAM_TOP = 0x200000,
	ROW_EMPTY = 0x400000, /* RIPAS EMPTY, and what follows it up to ROW_HALF */
	ROW_GPRS = 11,
	ROW_ANY = 8, /* results that the row does not know */
};
#define ROW_HALF (UINT64_C(1) << 31)

struct call_row {
	const char *name;
	uint64_t x[ROW_GPRS]; /* the call */
	uint64_t status;      /* X0 afterwards */
	unsigned results;     /* X1.. that may change: 0, 1, 2, of which `out` says how, or ROW_ANY */
	uint64_t out[2];
};

/* Run `call` once for each row, which is its state: a test of the row's name. What main returns. */
int call_rows_run(CMUnitTestFunction call);

/* Fail unless `after` is the answer to the row: status and results, and no other register changed. SMC32 functions answer in W0. */
void call_row_check(struct place place, const struct call_row *row, const uint64_t after[ROW_GPRS]);

#endif
