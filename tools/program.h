/* SPDX-License-Identifier: BSD-2-Clause */
/* program.h - what `reeve run` starts a Realm with: an image, or a Linux kernel and what goes with it. */
#ifndef TOOLS_PROGRAM_H
#define TOOLS_PROGRAM_H

#include "tools/boot.h"
#include "tools/linux_boot.h"

struct program {
	struct bytes file; /* what the image points into */
	struct image image;
	struct fdt_chosen chosen; /* of the image; a kernel has its own */
	struct linux_boot kernel;
	struct bytes disk;       /* no data: none */
	struct boot_parts parts; /* of one of them, and the disk */
};

/* Where things stand in a realm by those options. False with *why set when there is no such realm. */
bool program_layout(const struct run_options *options, struct layout *layout, struct message *why);

/* Read what the options name. *program must stay where it is. False with *why set and nothing to close. */
bool program_open(struct program *program, const struct run_options *options, struct message *why);
void program_close(struct program *program);

/* Write the device tree that the realm gets to options->dump_dtb_path, if that is set. False with *why set. */
bool program_dump_dtb(const struct program *program, const struct run_options *options, struct message *why);

#endif
