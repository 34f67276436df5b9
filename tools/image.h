/* SPDX-License-Identifier: BSD-2-Clause */
/* image.h - the program a Realm starts with: an ELF64 AArch64 executable, or a raw binary, as pages to populate.
 *
 * I1: extents ascend, lie apart, start and end on 4 KiB boundaries and lie in [base, top) that image_load was given.
 * I2: bytes of no segment are zero. */
#ifndef TOOLS_IMAGE_H
#define TOOLS_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/message.h"

struct bytes {
	uint8_t *data;
	size_t size;
};

struct extent {
	uint64_t ipa;
	struct bytes content;
};

struct image {
	struct extent *extents;
	size_t count;
	uint64_t entry; /* IPA of the first instruction */
};

/* The whole regular file at `path`, at most `most` bytes, in fresh memory. False with *why set; *file is then untouched. */
bool bytes_read(const char *path, size_t most, struct bytes *file, struct message *why);

/* The first `room` bytes of any file at `path`; no more than these are read. *size says how many there were. False with *why set;
 * *size is then untouched. */
bool bytes_peek(const char *path, uint8_t *bytes, size_t room, size_t *size, struct message *why);

/* Lay out the image in `file` for memory [base, top). A file that begins with the ELF magic is taken as ELF, any other
 * as a raw binary to stand at `base` and be entered there. False with *why saying which value is wrong, what is
 * expected and what to do; *image is then inert. `name` is for messages. */
bool image_load(const struct bytes *file, const char *name, uint64_t base, uint64_t top, struct image *image,
	struct message *why);

void image_free(struct image *image);

#endif
