/* SPDX-License-Identifier: BSD-2-Clause */
/* map.h - a picture of a machine: physical memory by granule state and owner, and the Realms' translation trees.
 *
 *   monitor's granules, host's ledger, RMI_RTT_READ_ENTRY --map_take--> struct map --map_svg--> picture, --map_json--> the same facts
 *
 * P1: a map is a copy: the machine may go on, or go.
 * P2: SVG and JSON are made of the same runs, so they cannot say different things.
 * P3: where the host's ledger and the monitor do not agree about a granule, both are shown, loudly.
 * Not here: the members of a map (map_facts.h). */
#ifndef TOOLS_MAP_H
#define TOOLS_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "reeve/host.h"
#include "reeve/model.h"

struct map; /* malloc'd */

/* What `model` and `host` know now, under `title` ("before the realm was destroyed"), which is copied; with the tree of every RD the
 * machine has, known to `realm` or not. `realm` is of `host`, in any state, or NULL. Memory is looked at from REEVE_MODEL_DRAM_BASE to
 * its first gap, and wherever the ledger has a granule.
 * At any time no REC runs and no other thread is in the host or the monitor: it asks on CPU 0. NULL: no memory. */
struct map *map_take(struct reeve_model *model, struct reeve_host *host, struct reeve_realm *realm, const char *title);
void map_free(struct map *map);

/* Whether something of a realm is still held: a granule that the ledger has in a use other than FREE and BOOKS, or that the monitor has not
 * UNDELEGATED. */
bool map_is_held(const struct map *map);

/* One SVG document with every map of the list, one below the other, and one legend; light or dark by the viewer's preference. Well below
 * 1 MiB a map, however large the machine. False, nothing written, when there is no memory; `to` keeps its own errors. */
bool map_svg(struct map *const maps[], size_t count, FILE *to);
/* The same facts as a JSON array on one line, one object a map; its schema is "maps" of docs/summary.schema.json. */
void map_json(struct map *const maps[], size_t count, FILE *to);

#endif
