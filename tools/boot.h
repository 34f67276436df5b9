/* SPDX-License-Identifier: BSD-2-Clause */
/* boot.h - the events of a boot, in the order that the RIM shows: `reeve run` carries them out, `reeve measure` measures them.
 *
 *   create | RAM | device tree | image, ascending | RECs by index | activate */
#ifndef TOOLS_BOOT_H
#define TOOLS_BOOT_H

#include "reeve/host.h"
#include "tools/event.h"
#include "tools/layout.h"
#include "tools/options.h"

struct boot {
	struct event *events;
	size_t count;
	struct piece fdt; /* its bytes belong to the boot */
};

/* What the host library is told of the realm. */
struct reeve_realm_config boot_config(const struct run_options *options);

/* The events of a realm of `image` by those options. The image must outlive them. False with *why set: no memory; *boot is then inert. */
bool boot_make(struct boot *boot, const struct run_options *options, const struct layout *layout,
	const struct image *image, struct message *why);

void boot_free(struct boot *boot);

#endif
