/* SPDX-License-Identifier: BSD-2-Clause */
/* seam.h - the host library's seam for the command: a model machine behind a conduit, and progress on a terminal. */
#ifndef TOOLS_SEAM_H
#define TOOLS_SEAM_H

#include <stdbool.h>
#include <stdio.h>

#include "reeve/host.h"
#include "tools/conduit.h"

struct seam {
	struct conduit *conduit;
	struct reeve_host_ops ops;   /* for reeve_host_config; its context is this struct */
	struct reeve_host_ops model; /* the machine's own */
	FILE *progress;              /* where to show progress; NULL: nowhere */
	uint64_t shown_ns;           /* when that was done last; 0: not yet */
	/* Asked between granules of long work: whether to stop it. */
	bool (*must_stop)(void *context);
	void *context;
};

/* Fill *seam; it must stay where it is, as must `conduit`. */
void seam_init(
	struct seam *seam, struct conduit *conduit, FILE *progress, bool (*must_stop)(void *context), void *context);

/* Say which CPU the calling thread is: its SMCs go out there. 0 until said. */
void seam_use_cpu(unsigned cpu);

/* Take the progress line away, if there is one. */
void seam_progress_clear(struct seam *seam);

#endif
