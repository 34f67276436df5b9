/* SPDX-License-Identifier: BSD-2-Clause */
/* trace_file.h - where a trace is written: to memory until the configuration is accepted, then to its file.
 *
 *   trace_file_begin -> [ trace_file_open ] -> trace_file_close
 *
 * F1: the file is not touched before trace_file_open: a refused run leaves it as it was.
 * F2: without a trace `stream` is NULL, and all three do nothing. */
#ifndef TOOLS_TRACE_FILE_H
#define TOOLS_TRACE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/message.h"
#include "tools/options.h"

struct trace_file {
	const struct run_options *options;
	FILE *stream; /* what is to be written to now */
	char *early;  /* what was written before there was a file; NULL once there is one */
	size_t early_size;
};

/* Begin a trace as options->trace_path asks. False with *why set and nothing to close when there is no memory. */
bool trace_file_begin(struct trace_file *trace, const struct run_options *options, struct message *why);

/* Whether trace_file_open can be expected to succeed later. False with *why set; the file is as it was either way. */
bool trace_file_check(const struct trace_file *trace, struct message *why);

/* Open the file, or for "-" a copy of `err`, and write what there is; `stream` is another one then. False with *why set and `stream`
 * as it was, when it cannot be written. */
bool trace_file_open(struct trace_file *trace, FILE *err, struct message *why);

/* Close it. False with *why set when not all of it was written to the file. */
bool trace_file_close(struct trace_file *trace, struct message *why);

#endif
