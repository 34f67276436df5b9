/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.h - the world that a monitor is in: granules by the public question, the rest as it stands in its objects and tables. */
#ifndef TESTS_ORACLE_READER_H
#define TESTS_ORACLE_READER_H

#include "tests/oracle/support/machine.h"
#include "tests/oracle/support/world.h"

/* Fill *w. NULL, or what of the monitor's state stands for no world; *w is unusable then. */
const char *reader_read(struct machine *m, struct world *w);

#endif
