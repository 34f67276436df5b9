/* SPDX-License-Identifier: BSD-2-Clause */
/* report.h - one line for each answer of the monitor, and the count of those that are not as they should be. */
#ifndef GUEST_RUNTIME_REPORT_H
#define GUEST_RUNTIME_REPORT_H

#include <stdbool.h>
#include <stdint.h>

#include "guest/runtime/services.h"

/* "WHAT: NAME", where NAME is that of the status in call.x[0]; " WRONG" behind it when that is not `expected`. */
void report_rsi(const char *what, struct call call, uint64_t expected);
void report_psci(const char *what, struct call call, int64_t expected);

/* "WHAT: VALUE" in hexadecimal; " WRONG, expected 0x..." behind it when it is another. */
void report_value(const char *what, uint64_t value, uint64_t expected);

/* Fail when something was wrong; does not come back then. */
void report_end(void);

#endif
