/* SPDX-License-Identifier: BSD-2-Clause */
/* stop.h - what ends a run from outside: its time, and the signals that ask the process to end.
 *
 *   --timeout, first SIGINT or SIGTERM --vmm_stop--> the realm stops, is taken apart and reported
 *
 * P1: a SIGINT or SIGTERM that comes half a second after the first, or later, has its usual effect: it kills. Earlier ones are taken
 *     for the first: timeout(1) sends each signal twice.
 * P2: SIGINT that the process was started to ignore stays ignored, and SIGTERM likewise. */
#ifndef TOOLS_STOP_H
#define TOOLS_STOP_H

#include <stdbool.h>
#include <time.h>

#include "tools/vmm.h"

/* P1 */
#define STOP_INSISTENT_NS UINT64_C(500000000)

struct stop {
	timer_t timer;
	bool has_timer;
};

/* Have `vmm` stopped by signals, and after its options' time. One vmm at a time. False with *why set and nothing in force when the
 * system has no timer. */
bool stop_begin(struct stop *stop, struct vmm *vmm, struct message *why);

/* The time no longer counts: what is being taken apart is not stopped. Signals still do nothing the first time. */
void stop_timer_end(struct stop *stop);

/* From here on signals find nobody to stop and have their usual effect. Follows stop_timer_end. */
void stop_end(void);

#endif
