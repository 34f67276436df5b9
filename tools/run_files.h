/* SPDX-License-Identifier: BSD-2-Clause */
/* run_files.h - that no file which a run writes is another file of that run. */
#ifndef TOOLS_RUN_FILES_H
#define TOOLS_RUN_FILES_H

#include "tools/message.h"
#include "tools/options.h"

/* Hold every file that the options have written against all others that they name, be it by another name or a link. False with *why set when
 * two are one; only --disk-out may be --disk. What is no regular file (/dev/null, a pipe) may be several. Nothing is opened. */
bool run_files_check(const struct run_options *options, struct message *why);

#endif
