/* SPDX-License-Identifier: BSD-2-Clause */
/* assert.h - stop the monitor when one of its own invariants does not hold; never for what a caller passed. */
#ifndef MONITOR_ASSERT_H
#define MONITOR_ASSERT_H

#define MONITOR_ASSERT(invariant) ((invariant) ? (void)0 : __builtin_trap())

#endif
