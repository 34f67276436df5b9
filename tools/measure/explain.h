/* SPDX-License-Identifier: BSD-2-Clause */
/* explain.h - the chain as text: what each extension hashes, and what comes of it. */
#ifndef TOOLS_MEASURE_EXPLAIN_H
#define TOOLS_MEASURE_EXPLAIN_H

#include "tools/measure/meter.h"

/* Write the step as one line; `context` is the FILE. For struct meter's step. */
void explain_step(void *context, const struct meter *meter, const struct meter_step *step);

#endif
