/* SPDX-License-Identifier: BSD-2-Clause */
/* map_file.h - the file of a picture: opened before the run, written when it is over, however it went.
 *
 *   map_file_open -> map_file_close | map_file_drop
 *
 * F1: what stands in the file stays until map_file_close.
 * F2: without --map `stream` is NULL, and all three do nothing. */
#ifndef TOOLS_MAP_FILE_H
#define TOOLS_MAP_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "tools/map.h"
#include "tools/message.h"
#include "tools/options.h"

struct map_file {
	const char *path;
	FILE *stream;
	bool is_new; /* there was no such file */
};

/* Open the file options->map_path names. False with *why set when it cannot be written, or is the image, the RPV's file or the trace. */
bool map_file_open(struct map_file *file, const struct run_options *options, struct message *why);

/* Write the picture in place of what was there, and close the file. False with *why set when not all of it was written. */
bool map_file_close(struct map_file *file, struct map *const maps[], size_t count, struct message *why);

/* Close the file as it was before; one that was not there is gone again. */
void map_file_drop(struct map_file *file);

#endif
