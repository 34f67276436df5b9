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

/* An entry of a translation table, as RMI_RTT_READ_ENTRY tells it. */
struct map_answer {
	uint64_t level;
	uint64_t state;
	uint64_t descriptor;
	uint64_t ripas;
};

/* What a map is made of, whatever machine it is of. */
struct map_source {
	void *context;
	/* What the monitor has of a granule. False when it knows no such memory. */
	bool (*granule)(void *context, uint64_t pa, struct reeve_granule_info *info);
	/* RMI_RTT_READ_ENTRY. False when it is refused. */
	bool (*entry)(void *context, uint64_t rd, uint64_t ipa, int level, struct map_answer *answer);
	/* Visit the host's ledger in ascending address until `visit` is false. */
	void (*ledger)(
		void *context, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *visitor);
	uint64_t base; /* memory is looked at from here to its first gap, and wherever the ledger has a granule */
	uint64_t page_size;
	bool has_realm; /* the next ones are of one that the host knows */
	enum reeve_realm_state state;
	uint16_t vmid;  /* 0: none */
	uint64_t rd;    /* 0: none */
	uint64_t roots; /* the first root table's address */
	bool lpa2;
	const char *error; /* the last failed call on the realm; NULL: none */
};

/* When a map of a run is made. */
enum map_moment { MAP_BEFORE, MAP_AFTER_ALL, MAP_AFTER_SOME, MAP_MOMENT_COUNT };
/* The title of such a map: "Before the realm was destroyed". */
const char *map_moment_text(enum map_moment moment);

/* What the source knows now, under `title`, which is copied; with the tree of every RD there is. NULL: no memory. */
struct map *map_of(const struct map_source *source, const char *title);

/* map_of what `model` and `host` know. `realm` is of `host`, in any state, or NULL; RDs that it does not know have a tree as well.
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
