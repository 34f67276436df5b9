/* SPDX-License-Identifier: BSD-2-Clause */
/* image.h - the program a Realm starts with: an ELF64 AArch64 executable, or a raw binary, as pages to populate.
 *
 * I1: extents ascend, lie apart, start and end on 4 KiB boundaries and lie in [base, top) that image_load was given.
 * I2: pieces of an extent ascend, lie apart and inside it, and point into the file; what lies in none is zero. */
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

/* Bytes and the address they stand at. */
struct piece {
	uint64_t ipa;
	const uint8_t *data;
	uint64_t size;
	uint64_t offset; /* in the file they come from */
};

struct extent {
	uint64_t ipa;
	uint64_t size;
	const struct piece *pieces;
	size_t piece_count;
};

struct image {
	struct extent *extents;
	size_t count;
	struct piece *pieces;
	uint64_t entry; /* IPA of the first instruction */
};

/* Open the regular file at `path`, of at most `most` bytes, for reading; *size is how many it has. A FIFO is none, and not waited for. -1 with *why
 * set. */
int regular_open(const char *path, uint64_t most, uint64_t *size, struct message *why);

/* The whole regular file at `path`, at most `most` bytes, in fresh memory. False with *why set; *file is then untouched. */
bool bytes_read(const char *path, size_t most, struct bytes *file, struct message *why);

/* The whole regular file at `path` as it is on the disk, read-only; at most `most` bytes. An empty file has no data. False with *why set; *file is
 * then untouched. Whoever cuts the file off while it is mapped ends the process by SIGBUS. */
bool bytes_map(const char *path, uint64_t most, struct bytes *file, struct message *why);
void bytes_unmap(struct bytes *file);

/* The first `room` bytes of any file at `path`; no more than these are read. *size says how many there were. False with *why set;
 * *size is then untouched. */
bool bytes_peek(const char *path, uint8_t *bytes, size_t room, size_t *size, struct message *why);

/* Lay out the image in `file`, which must outlive it, for memory [base, top). A file that begins with the ELF magic is taken as ELF, any other
 * as a raw binary to stand at `base` and be entered there. False with *why saying which value is wrong, what is
 * expected and what to do; *image is then inert. `name` is for messages. */
bool image_load(const struct bytes *file, const char *name, uint64_t base, uint64_t top, struct image *image,
	struct message *why);
/* The same for a monitor whose granules have `granule` bytes: I1 holds for these. */
bool image_load_granules(const struct bytes *file, const char *name, uint64_t base, uint64_t top, size_t granule,
	struct image *image, struct message *why);

void image_free(struct image *image);

/* Copy `size` bytes of the extent from `ipa` on, which lie inside it. */
void extent_copy(const struct extent *extent, uint64_t ipa, uint8_t *to, size_t size);

/* The content of an extent in one run of fresh memory, the caller's to free; NULL when there is none. */
uint8_t *extent_content(const struct extent *extent);

#endif
