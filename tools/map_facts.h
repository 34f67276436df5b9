/* SPDX-License-Identifier: BSD-2-Clause */
/* map_facts.h - what a map knows, for those who write it down (map_svg*.c, map_json.c).
 *
 *   struct map -- runs of granules, ascending
 *              `- trees, one an RD -- tables, by level, then address
 *                                  `- entries, runs of equal ones; each table has a slice */
#ifndef TOOLS_MAP_FACTS_H
#define TOOLS_MAP_FACTS_H

#include "tools/map.h"

/* What a granule is shown as: the ledger's use, or what it is when the host's library does not have it. */
enum map_kind {
	MAP_RD,
	MAP_RTT,
	MAP_REC,
	MAP_REC_AUX,
	MAP_DATA,
	MAP_SPARE,
	MAP_PARAMS,
	MAP_BOOKS,
	MAP_FREE,
	MAP_SHARED, /* the embedder's, mapped at an unprotected address */
	MAP_LEAKED,
	MAP_LOST,   /* the Realm world has it, the ledger does not */
	MAP_UNUSED, /* the embedder's */
	MAP_KIND_COUNT
};

/* Granules in a row about which everything but the address is equal. */
struct map_run {
	uint64_t base;
	uint64_t count;
	enum rmi_granule_state state; /* GRANULE_STATE_COUNT: the monitor knows no such memory */
	uint64_t owner;               /* RD's address by the monitor, 0: no realm */
	enum map_kind kind;
	bool agrees;              /* the ledger's use and the monitor's state fit */
	uint16_t vmid;            /* by the ledger; 0: none */
	enum reeve_use was;       /* MAP_LEAKED, and the next two */
	enum rmi_command command; /* RMI_COMMAND_COUNT: none */
	uint64_t returned;
};

/* Entries of one table in a row, with equal state, RIPAS and half. */
struct map_entry {
	uint64_t ipa;
	uint64_t count;
	enum rmi_rtte_state state;
	bool is_protected;
	enum rmi_ripas ripas; /* UNASSIGNED and ASSIGNED of the protected half */
	bool is_contiguous;   /* ASSIGNED: the first one's address is `pa`, and the others follow */
	uint64_t pa;
};

struct map_table {
	int level;
	uint64_t ipa;
	uint64_t pa; /* 0: a root table of a realm that the host does not know */
	size_t first;
	size_t count;
};

struct map_tree {
	uint64_t rd;
	uint16_t vmid; /* of the RD, by the ledger; 0: it does not have it */
	bool lpa2;
	bool is_whole; /* every entry was answered */
	unsigned ipa_bits;
	int start_level;
	unsigned root_count;
	struct map_table *tables;
	size_t table_count;
	struct map_entry *entries;
	size_t entry_count;
	/* To compare: granules the monitor says are tables and memory of this realm, and those the tree names. */
	uint64_t rtt_granules;
	uint64_t data_granules;
	uint64_t data_mapped;
};

struct map {
	char *title; /* valid UTF-8 without control characters, as the next */
	char *error; /* the last failed call on the realm; NULL: none */
	uint64_t page_size;
	bool has_realm;
	enum reeve_realm_state realm_state;
	uint16_t realm_vmid;
	uint64_t realm_rd;
	struct map_run *runs;
	size_t run_count;
	struct map_tree *trees;
	size_t tree_count;
	uint64_t totals[MAP_KIND_COUNT]; /* granules */
	uint64_t disagreements;          /* granules */
};

/* Room for one more in an array of `count` members of `size` bytes that has grown by this function only. NULL: no memory, and the array is
 * as it was. */
void *map_grow(void *array, size_t count, size_t size);

/* Read the tree of the RD at tree->rd into *tree; tree->lpa2 is set. False when there is no memory: map_tree_free all the same. */
bool map_tree_read(const struct map_source *source, struct map_tree *tree);
void map_tree_free(struct map_tree *tree);
/* Whether the tree names as many tables and pages as the monitor has granules for them. */
bool map_tree_agrees(const struct map_tree *tree);

/* Bytes an entry of a table at `level` stands for. */
uint64_t map_span(int level);

/* "data", the member of the JSON totals; and what it means, for a legend. */
const char *map_kind_name(enum map_kind kind);
const char *map_kind_text(enum map_kind kind);
/* "DATA", the monitor's word for a run, or "no memory". */
const char *map_state_name(const struct map_run *run);

enum { MAP_TEXT_MAX = 64 };
/* "4 KiB", "63.5 MiB"; "ERROR_RTT(2)", "NOT_SUPPORTED", or X0 as a number. Both return `text`. */
const char *map_size_text(uint64_t bytes, char text[MAP_TEXT_MAX]);
const char *map_status_text(uint64_t returned, char text[MAP_TEXT_MAX]);

#endif
