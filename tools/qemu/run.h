/* SPDX-License-Identifier: BSD-2-Clause */
/* run.h - reeve run on QEMU's RME machine: the same options, output and exit codes as on the model. */
#ifndef TOOLS_QEMU_RUN_H
#define TOOLS_QEMU_RUN_H

#include "tools/boot.h"
#include "tools/options.h"
#include "tools/verb.h"

/* Build, run and destroy the Realm there and report it. Returns an exit code.
 * With --nt-fw, what a host that sends no frames says is the console, and its switching off is a good end. */
int qemu_run(const struct run_options *options, const struct boot_parts *parts, const struct streams *streams);

#endif
