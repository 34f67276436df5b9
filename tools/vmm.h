/* SPDX-License-Identifier: BSD-2-Clause */
/* vmm.h - a model machine with one Realm on it: made from options and an image, run, taken apart, accounted for.
 *
 *   vmm_open -> vmm_build -> vmm_run -> vmm_destroy -> vmm_close
 *
 * vmm_destroy follows a vmm_build that failed as well; vmm_close follows every vmm_open that succeeded.
 * What is built, and in which order, is a list of events (boot.h). */
#ifndef TOOLS_VMM_H
#define TOOLS_VMM_H

#include "reeve/host.h"
#include "reeve/model.h"
#include "tools/boot.h"
#include "tools/conduit.h"
#include "tools/layout.h"
#include "tools/options.h"
#include "tools/platform_file.h"
#include "tools/seam.h"
#include "tools/summary.h"
#include "tools/threads.h"
#include "vmm/build.h"
#include "vmm/pl011.h"

struct vmm {
	const struct run_options *options;
	struct reeve_model *model;
	struct conduit conduit;
	struct seam seam;
	struct reeve_host host;
	struct reeve_realm realm;
	pthread_mutex_t host_lock;
	pthread_mutex_t realm_lock;
	struct layout layout;
	struct pl011 console;
	struct threads threads;
	struct vgic gic; /* registers only: the model's CPUs take no interrupts */
	struct build_plan plan;
	struct build build;
	struct build_segment *segments; /* of the plan: device tree, image */
	uint8_t **copies;               /* of the segments whose content is no one piece, else NULL; the vmm's */
	struct reeve_model_platform platform;
	struct platform_file platform_file;
	struct message key_error; /* "": the platform's key was not asked for, or is there */
	bool is_destroying;       /* what is being taken apart is not stopped */
	struct summary summary;
};

/* Start a machine for the options and configure a realm on it; nothing is delegated yet. With --token or --anchor the platform's keys are
 * there as well, otherwise when a realm asks for a token. The realm's console goes to
 * `console`, calls to `trace` unless NULL, progress to `progress` unless NULL. False with *why set and nothing left to
 * close: no memory, no usable monitor, or a configuration it does not support. */
bool vmm_open(struct vmm *vmm, const struct run_options *options, FILE *console, FILE *trace, FILE *progress,
	struct message *why);

/* Build the realm up to activation. False when the run has ended before it began: vmm->summary says how. */
bool vmm_build(struct vmm *vmm, const struct boot_parts *parts);

/* Run the realm until it ends; the summary says how. */
void vmm_run(struct vmm *vmm);

/* Take the realm apart and complete vmm->summary: what the host or the monitor still holds is its list of leaks. */
void vmm_destroy(struct vmm *vmm);

void vmm_close(struct vmm *vmm);

/* End the run; the first end counts. Safe in a signal handler, from vmm_open until vmm_close. */
void vmm_stop(struct vmm *vmm, enum end end);

#endif
