/* SPDX-License-Identifier: BSD-2-Clause */
/* feeder.h - a thread that brings standard input to a Realm on the model, and shows what the Realm waits with.
 *
 *   feeder_begin -> the realm runs -> feeder_end */
#ifndef TOOLS_FEEDER_H
#define TOOLS_FEEDER_H

#include <pthread.h>

#include "tools/typed.h"
#include "vmm/vcpu.h"

struct feeder {
	struct vcpus *all;
	struct typed typed;
	FILE *err; /* help goes there */
	pthread_t thread;
	int wake[2]; /* a pipe: what is written ends the thread */
	bool has_thread;
};

/* Begin, if anything can come from standard input; without a thread for it nothing does. *feeder must stay where it is. */
void feeder_begin(struct feeder *feeder, struct vcpus *all, FILE *err);

/* No more is brought. What was read and found no room is lost. */
void feeder_end(struct feeder *feeder);

#endif
