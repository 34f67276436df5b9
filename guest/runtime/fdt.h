/* SPDX-License-Identifier: BSD-2-Clause */
/* fdt.h - reads a flattened device tree: nodes by name or by compatible string, and their first `reg`.
 *
 * The blob comes from the host and is not trusted: every read is within the size the caller allows.
 * Not here: anything that follows phandles or ranges; all buses are taken to be flat. */
#ifndef GUEST_RUNTIME_FDT_H
#define GUEST_RUNTIME_FDT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fdt {
	const uint8_t *structure;
	size_t structure_size;
	const char *strings;
	size_t strings_size;
};

/* First entry of a node's `reg`: address and size in bytes; size is 0 where the parent gives it no cells. */
struct fdt_reg {
	uint64_t base;
	uint64_t size;
};

/* True and *fdt set when `blob` begins a tree of version 17 that fits in `limit` bytes and whose two blocks lie in
 * it; otherwise false and *fdt untouched. (Devicetree Specification 0.4, section 5.) */
bool fdt_open(struct fdt *fdt, const void *blob, size_t limit);

/* The `index`th node (from 0, in the order their ends come) that has a `reg` and whose `compatible` lists the string.
 * True and *reg set, or false and *reg untouched when there is none or the tree is malformed before it. */
bool fdt_find_compatible(const struct fdt *fdt, const char *compatible, unsigned index, struct fdt_reg *reg);

/* The same for a node's name without its unit address: "cpu" finds cpu@0, cpu@1, ... */
bool fdt_find_named(const struct fdt *fdt, const char *name, unsigned index, struct fdt_reg *reg);

/* Whether a node of that name has a property `property` that is the string `text`. */
bool fdt_has_text(const struct fdt *fdt, const char *name, const char *property, const char *text);

#endif
