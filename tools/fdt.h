/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt.h - the device tree a Realm finds at the base of its RAM. */
#ifndef TOOLS_FDT_H
#define TOOLS_FDT_H

#include "tools/layout.h"

/* A device tree for that layout in fresh memory: *size bytes, the caller's to free. NULL when there is no memory or it
 * does not fit LAYOUT_FDT_SPACE. The same layout gives the same bytes: they are measured. */
void *fdt_make(const struct layout *layout, size_t *size);

#endif
