/* SPDX-License-Identifier: BSD-2-Clause */
/* linux_boot.h - where kernel, initial RAM disk and device tree of an arm64 Linux stand in a Realm's RAM.
 *
 *   RAM base: device tree (2 MiB are kept for it) | 2 MiB aligned: text_offset, kernel, its bss | 2 MiB aligned: initrd | ... RAM top
 *
 * L1: the kernel lies text_offset behind a 2 MiB boundary, with image_size bytes free from its start on; its first byte is entered.
 * L2: the initrd lies with the kernel in 32 GiB from a 1 GiB boundary on; x0 is the device tree's address, on an 8-byte boundary.
 * L3: only bytes of the files are populated, whole granules of them; kernel bss and the rest of RAM are not.
 * Source: the arm64 boot protocol of Linux (Documentation/arch/arm64/booting.rst): header, placement, sizes. */
#ifndef TOOLS_LINUX_BOOT_H
#define TOOLS_LINUX_BOOT_H

#include "tools/fdt.h"
#include "tools/image.h"
#include "tools/layout.h"
#include "tools/linux_options.h"

struct linux_boot {
	struct image image; /* kernel and initrd, as extents that point into the files */
	struct bytes dtb;   /* of the file; no data: one is to be made with `chosen` */
	struct fdt_chosen chosen;
	/* What the image points into. */
	struct extent extents[2];
	struct piece pieces[2];
	struct bytes kernel;
	struct bytes initrd;
	bool is_unpacked; /* the kernel is in memory, not in its file */
};

/* Read the files and lay them out, extents on granules of `granule` bytes. *boot must stay where it is. False with *why set and nothing to close:
 * a file that cannot be read, is no kernel or device tree, or does not fit; a device tree that names another place for the initrd;
 * a command line of which Linux would keep a part. */
bool linux_boot_open(struct linux_boot *boot, const struct linux_files *files, const struct layout *layout,
	size_t granule, struct message *why);
void linux_boot_close(struct linux_boot *boot);

/* Say in *chosen whether hvc0 is a console by that command line (NULL: none), and whether it is the last one. */
void linux_consoles_find(struct fdt_chosen *chosen, const char *bootargs);

#endif
