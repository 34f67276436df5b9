/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.h - a monitor in the state of any valid world, whether calls could lead there or not.
 *
 *   world --loader_build--> monitor --reader_read (reader.h)--> the same world
 *
 * What a world does not say is as after reset, and DATA holds some bytes that are not zero. */
#ifndef TESTS_ORACLE_LOADER_H
#define TESTS_ORACLE_LOADER_H

#include "tests/oracle/support/machine.h"
#include "tests/oracle/support/predict.h"
#include "tests/oracle/support/world.h"

/* Start the machine anew with a monitor in the state of `w`, and keep it so. */
void loader_build(struct machine *m, const struct world *w);

/* What a CPU left in the REC whose granule is at `pa`, of what exits tell. */
struct oracle_cpu_left loader_cpu_left(const struct machine *m, uint64_t pa);

/* reeve_monitor_valid, for a monitor whose RUNNING RECs no CPU really runs: it is defined for monitors that no CPU is in, so they
 * are READY while it looks. Changes nothing. */
const char *loader_valid(struct machine *m);

#endif
