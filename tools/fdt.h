/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt.h - the device tree a Realm finds at the base of its RAM. */
#ifndef TOOLS_FDT_H
#define TOOLS_FDT_H

#include "tools/layout.h"

/* What /chosen tells a kernel. */
struct fdt_chosen {
	const char *bootargs; /* NULL: none */
	uint64_t initrd_base;
	uint64_t initrd_top; /* 0: no initrd */
	bool has_disk;
	bool has_virtio_console; /* hvc0 is one of the kernel's consoles */
	bool is_virtio_typed;    /* and the last one, which is /dev/console: what is typed goes there */
	bool is_linux; /* Linux finds out itself that devices are in the unprotected half: their addresses are told without it */
};

/* A device tree for that layout in fresh memory: *size bytes, the caller's to free. `chosen` may be NULL: nothing is said. NULL when there is no
 * memory or it does not fit LAYOUT_FDT_SPACE. The same arguments give the same bytes: they are measured. */
void *fdt_make(const struct layout *layout, const struct fdt_chosen *chosen, size_t *size);

/* The command line in /chosen of a device tree that is no worse than fdt_make's; NULL when it has none that ends. */
const char *fdt_bootargs(const void *fdt);

#endif
