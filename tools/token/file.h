/* SPDX-License-Identifier: BSD-2-Clause */
/* file.h - a small file as bytes: tokens, keys, references, policies. */
#ifndef TOOLS_TOKEN_FILE_H
#define TOOLS_TOKEN_FILE_H

#include "reeve/span.h"
#include "tools/image.h"

enum { TOKEN_FILE_MAX = 64 * 1024, JSON_FILE_MAX = 1024 * 1024 };

/* The whole file at `path` ("-": standard input), pipes as well, at most `most` bytes, in fresh memory that ends in a zero beyond its size.
 * False with *why set; *file is then untouched. */
bool file_read(const char *path, size_t most, struct bytes *file, struct message *why);

/* Wipe and free. */
void file_free(struct bytes *file);

static inline struct reeve_span file_span(const struct bytes *file)
{
	return reeve_span(file->data, file->size);
}

#endif
