/* SPDX-License-Identifier: BSD-2-Clause */
/* realms.h - which realm a call of the machine's host is about: numbers from 1, in the order of creation. */
#ifndef TOOLS_QEMU_REALMS_H
#define TOOLS_QEMU_REALMS_H

#include <stdint.h>

#include "tools/trace.h"

enum { REALMS_KEPT = 64, REALMS_RECS_KEPT = 256 };

/* Zeroed: nothing was created. What is beyond its room has number 0. */
struct realms {
	unsigned realm_count; /* all that were created; the last REALMS_KEPT are known */
	unsigned rec_count;
	uint64_t rds[REALMS_KEPT]; /* of realm n at (n - 1) % REALMS_KEPT */
	struct {
		uint64_t rec;
		unsigned realm;
	} recs[REALMS_RECS_KEPT];
};

/* The realm that `call`, with its registers before and after and what a plan did to it, is about; 0: none that is known. What it created is known from then on. */
unsigned realms_of_call(struct realms *realms, const struct trace_call *call);

#endif
