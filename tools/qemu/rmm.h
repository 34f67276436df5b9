/* SPDX-License-Identifier: BSD-2-Clause */
/* rmm.h - the monitor's image before it goes into the firmware's package: what it says of itself, and what may be set in it. */
#ifndef TOOLS_QEMU_RMM_H
#define TOOLS_QEMU_RMM_H

#include "machine/qemu/rmm_image.h"
#include "reeve/monitor.h"
#include "tools/qemu/parts.h"

struct qemu_rmm {
	int copy;          /* a file in memory; -1: the image is used as it is */
	uint64_t refusals; /* struct rmm_head; 0: it is not ours, and keeps no book */
};

/* Look at parts->rmm; when tokens are to be of another form than the image has, parts->rmm becomes a copy in which that is said.
 * False with *why set when that cannot be said in this image, or it cannot be read; nothing is to be closed then. */
bool qemu_rmm_open(struct qemu_rmm *rmm, struct qemu_parts *parts, enum reeve_token_form form, struct message *why);
void qemu_rmm_close(struct qemu_rmm *rmm);

#endif
