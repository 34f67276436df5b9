/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_parts.h - what the files of draw.h share. Private to draw_*.c. */
#ifndef TESTS_ORACLE_DRAW_PARTS_H
#define TESTS_ORACLE_DRAW_PARTS_H

#include "tests/oracle/support/draw.h"

enum {
	DRAW_BLOCK_GRANULES = 512, /* of a 2 MiB block */
	DRAW_BLOCKS = 8,           /* in the first region */
	DRAW_SINGLES = 4 * 512, /* granules from the first on that single ones are taken from; blocks come after them */
};

/* Take an UNDELEGATED granule for the state and owner: not from the blocks, and below 2^48 unless `high`. */
uint64_t draw_take(struct rng *rng, struct world *w, enum rmi_granule_state state, uint64_t owner, bool high);
/* Take `count` consecutive ones, aligned to count (a power of two). */
uint64_t draw_take_aligned(
	struct rng *rng, struct world *w, unsigned count, enum rmi_granule_state state, uint64_t owner);
/* Take the 512 granules of a 2 MiB block as the realm's DATA. False when all are taken. */
bool draw_take_block(struct rng *rng, struct world *w, uint64_t owner, uint64_t *pa);

/* Give a realm tables below its start level, and entries. */
void draw_tables(struct rng *rng, struct world *w, const struct world_realm *realm);
/* An entry's IPA in a table, biased to the ends of the table and of runs. */
uint64_t draw_entry_of(
	struct rng *rng, const struct world *w, const struct world_realm *realm, const struct world_table *table);
/* A table of the realm, any. */
const struct world_table *draw_table_of(struct rng *rng, const struct world *w, const struct world_realm *realm);

/* A command being drawn: which of its arguments shall be wrong, in the order they are asked for. */
struct draw {
	struct rng *rng;
	const struct world *w;
	struct drawn_call *call;
	uint32_t wrong; /* bit n: the n-th argument */
	unsigned asked;
};

/* Whether the next argument shall be wrong. */
bool draw_wrong(struct draw *d);
/* A granule in a state, or any when there is none. */
uint64_t draw_granule(struct draw *d, enum rmi_granule_state state);
/* An address that is not right for a granule that should be `right`: unaligned, outside, an alias, of another state. */
uint64_t draw_wrong_pa(struct draw *d, uint64_t right);

/* A Non-secure granule; an address outside delegable memory; the granule of a REC, RD or table, which are not met by chance. */
uint64_t draw_ns(struct draw *d);
uint64_t draw_outside(struct draw *d);
uint64_t draw_object(struct draw *d);
/* A realm in that state (REALM_NULL: in any); any when some tries find none; NULL when the world has no realm. */
const struct world_realm *draw_realm_in(struct draw *d, enum rmi_realm_state state);

/* An entry of a realm. */
struct place {
	uint64_t ipa;
	int level;
	uint64_t table_ipa; /* of the first entry of its table */
};

typedef bool wanted(const struct world_entry *entry, int level);
wanted want_any, want_free_page, want_data_page, want_parent, want_table, want_ripas, want_free_ns, want_mapped_ns;

/* An entry as wanted; any when some tries find none, and IPA 0 when there is no realm. */
struct place draw_place(struct draw *d, const struct world_realm *realm, wanted *want);

/* Contents of host pages. */
void draw_realm_params(struct draw *d, uint64_t rd, struct rmi_realm_params *params);
void draw_rec_params(struct draw *d, uint64_t rd, uint64_t rec, struct rmi_rec_params *params);
/* The host's half of a run page: what `rec` waits for (NULL: no REC) is answered more often than not. */
void draw_run(struct draw *d, const struct world_rec *rec, struct rmi_rec_run *run);

#endif
