/* SPDX-License-Identifier: BSD-2-Clause */
/* rpv.h - the file of --rpv. */
#ifndef TOOLS_RPV_H
#define TOOLS_RPV_H

#include "tools/options.h"

/* Put the content of options->rpv_path, if there is one, into options->rpv. False with *why set: it cannot be read, is empty or too long. */
bool rpv_read(struct run_options *options, struct message *why);

#endif
