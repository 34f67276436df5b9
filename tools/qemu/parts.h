/* SPDX-License-Identifier: BSD-2-Clause */
/* parts.h - the files that QEMU's RME machine is made of, found before anything starts.
 *
 *   bl1.bin, fip.bin   TF-A, in the user's cache: scripts/setup machine
 *   rmm                the monitor: --rmm, else reeve-rmm.img beside the command or installed with it
 *   nt_fw              the host: --nt-fw, else reeve-host.img there
 *
 * P1: what is missing is named with the places that were looked at and the command that brings it. */
#ifndef TOOLS_QEMU_PARTS_H
#define TOOLS_QEMU_PARTS_H

#include <limits.h>

#include "tools/options.h"

struct qemu_parts {
	char bl1[PATH_MAX];
	char fip[PATH_MAX];
	char rmm[PATH_MAX];
	char nt_fw[PATH_MAX];
};

/* True and *parts complete, every file readable and of a size that its place has room for; else false with *why set. */
bool qemu_parts_find(const struct run_options *options, struct qemu_parts *parts, struct message *why);

#endif
