/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.h - the events of a boot, in the order that the RIM shows: `reeve run` carries them out, `reeve measure` measures them.
 *
 *   create | RAM | device tree | image, ascending | RECs by index | activate */
#ifndef TOOLS_BOOT_H
#define TOOLS_BOOT_H

#include "reeve/host.h"
#include "tools/event.h"
#include "tools/fdt.h"
#include "tools/layout.h"
#include "tools/options.h"

struct boot {
	struct event *events;
	size_t count;
	struct piece fdt; /* its bytes, if they were made, belong to the boot */
	void *made;
};

/* What the host library is told of the realm. */
struct reeve_realm_config boot_config(const struct run_options *options);

/* What a realm is made of; what it points to must outlive the boot. */
struct boot_parts {
	const struct image *image;
	const char *names[2];            /* of the first extents, for people; the last one holds for what follows */
	struct bytes dtb;                /* no data: a device tree is made, with `chosen` */
	const struct fdt_chosen *chosen; /* may be NULL */
	struct bytes disk;               /* no data: none; not measured */
	size_t granule;                  /* of the monitor, in bytes */
};

/* The events of a realm by those options. False with *why set: no memory; *boot is then inert. */
bool boot_make(struct boot *boot, const struct run_options *options, const struct layout *layout,
	const struct boot_parts *parts, struct message *why);

void boot_free(struct boot *boot);

#endif
