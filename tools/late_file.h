/* SPDX-License-Identifier: BSD-2-Clause */
/* late_file.h - a file that is opened before the run, so that a mistake is told then, and written when it is over.
 *
 *   late_file_open -> late_file_begin, the caller writes, late_file_end | late_file_drop
 *
 * F1: what stands in the file stays until late_file_begin.
 * F2: without a path `stream` is NULL: open and drop do nothing, begin and end are not for it. */
#ifndef TOOLS_LATE_FILE_H
#define TOOLS_LATE_FILE_H

#include <stdbool.h>
#include <stdio.h>

#include "tools/message.h"

struct late_file {
	const char *option; /* "--map" */
	const char *path;
	FILE *stream;
	bool is_new; /* there was no such file */
};

/* Open the file `path` that `option` names; NULL: none. False with *why set when it cannot be written. */
bool late_file_open(struct late_file *file, const char *option, const char *path, struct message *why);

/* Empty the file. False when it cannot be; late_file_end then says so. */
bool late_file_begin(struct late_file *file);

/* Close the file. False with *why set when `is_good` is false or not all of it was written. */
bool late_file_end(struct late_file *file, bool is_good, struct message *why);

/* Close the file as it was before; one that was not there is gone again. */
void late_file_drop(struct late_file *file);

#endif
