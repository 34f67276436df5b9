/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h - a picture of a machine: physical memory by granule state and owner, and the Realm's translation tree.
 *
 *   model, host's ledger, RMI_RTT_READ_ENTRY --map_take--> struct map --map_svg--> picture, --map_json--> the same facts
 *
 * P1: a map is a copy: the machine may go on, or go.
 * P2: SVG and JSON are made of the same runs, so they cannot say different things. */
#ifndef TOOLS_MAP_H
#define TOOLS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reeve/host.h"
#include "reeve/model.h"

struct map; /* malloc'd */

/* What `model` and `host` know now, under `title` ("before the realm was destroyed"); the tree is that of `realm` while it has an RD.
 * No REC may run. NULL: no memory. */
struct map *map_take(struct reeve_model *model, struct reeve_host *host, struct reeve_realm *realm, const char *title);
void map_free(struct map *map);

/* One SVG document with every map of the list, one below the other, and one legend; light or dark by the viewer's preference. */
void map_svg(struct map *const maps[], size_t count, FILE *to);
/* The same facts as a JSON array, one object a map. */
void map_json(struct map *const maps[], size_t count, FILE *to);

#endif
