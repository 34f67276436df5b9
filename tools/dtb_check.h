/* SPDX-License-Identifier: BSD-2-Clause */
/* dtb_check.h - whether a device tree that was given can be that of a Realm as it will be laid out. */
#ifndef TOOLS_DTB_CHECK_H
#define TOOLS_DTB_CHECK_H

#include "tools/fdt.h"
#include "tools/image.h"

/* `dtb` is the content of the file `name`, for a realm of `layout` with the initrd and the disk of `chosen`. False with *why set, which says what to do: it is
 * damaged, has no /chosen, or tells of memory, an initrd, CPUs, a PSCI conduit or devices that the realm has not, or has elsewhere. What it leaves
 * out, and what it has beside them, is its maker's affair. Device addresses may have the bit that makes them unprotected, or not. */
bool dtb_check(const struct bytes *dtb, const char *name, const struct layout *layout, const struct fdt_chosen *chosen,
	struct message *why);

#endif
