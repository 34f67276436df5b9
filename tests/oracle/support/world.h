/* SPDX-License-Identifier: BSD-2-Clause */
/* world.h - the abstract state of a monitor, as plain data: what the oracle predicts from and predicts to.
 *
 *   configuration, granules, realms { tables, runs of entries }, RECs
 *
 * Every array is sorted and every object has one form only, so that equal states are equal arrays:
 * W1: a realm is named by its RD's address, everywhere. Realms are sorted by `rd`, RECs by `pa`, tables and runs by (rd, level, ipa).
 * W2: every entry of every table is either in exactly one run or is a TABLE, which is when the table (level + 1, same IPA) exists.
 * W3: a run is as long as it can be: equal entries, for ASSIGNED ones of consecutive addresses, within one table. So a table is
 *     homogeneous when one run covers it.
 * W4: entries at and beyond 2^s2sz (a start level that is not used up) do not exist here, whatever memory holds for them.
 * Source: RMM v1.0 (DEN0137) sections A2, A5; fact sheet sections 3 to 5. Not here: contents of memory, GIC, timers. */
#ifndef TESTS_ORACLE_WORLD_H
#define TESTS_ORACLE_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "reeve/monitor.h"
#include "reeve/rmi.h"

enum {
	WORLD_GRANULES_MAX = 8192,
	WORLD_REALMS_MAX = 8,
	WORLD_RECS_MAX = 64,
	WORLD_TABLES_MAX = 512,
	WORLD_RUNS_MAX = 4096,
	WORLD_TABLE_ENTRIES = 512,
};

/* Whose a granule is to the granule protection table. SECURE: UNDELEGATED, but not the host's to give. */
enum world_gpt { WORLD_GPT_NS, WORLD_GPT_REALM, WORLD_GPT_SECURE };

struct world_granule {
	uint64_t owner; /* RD's address (for an RD its own); 0 for UNDELEGATED and DELEGATED */
	enum rmi_granule_state state;
	enum world_gpt gpt; /* REALM unless UNDELEGATED; then NS or SECURE */
};

struct world_realm {
	uint64_t rd;
	enum rmi_realm_state state; /* never NULL: such a realm is not in the array */
	bool lpa2;                  /* its flags and scalars, as RmiRealmParams gave them */
	bool sve;
	bool pmu;
	uint8_t s2sz;
	uint8_t sve_vl;
	uint8_t num_bps;
	uint8_t num_wps;
	uint8_t pmu_num_ctrs;
	uint8_t hash_algo; /* enum rmi_hash_algorithm */
	uint8_t rpv[RMI_RPV_SIZE];
	uint16_t vmid;
	uint64_t rtt_base;
	int8_t rtt_level_start;
	uint8_t rtt_num_start;                                             /* 1..16 */
	uint8_t measurements[RMI_MEASUREMENT_COUNT][RMI_MEASUREMENT_SIZE]; /* 0 is the RIM; zero beyond the digest */
	uint32_t rec_next; /* index the next REC must have: RECs ever created, destroyed ones too */
};

/* A table. Start-level tables are here as well: one for each of the consecutive root granules. */
struct world_table {
	uint64_t rd;
	uint64_t ipa; /* of its first entry */
	uint64_t pa;  /* its granule */
	int8_t level; /* of its entries */
};

/* An entry's value. TABLE: only `pa` counts, the child's granule; the rest is 0. With `ns`, as all entries at unprotected IPAs and no
 * other ones, UNASSIGNED and ASSIGNED stand for UNASSIGNED_NS and ASSIGNED_NS, and `ripas` is EMPTY, which means nothing there. */
struct world_entry {
	enum rmi_rtte_state state;
	enum rmi_ripas ripas;
	bool ns;
	uint16_t attributes; /* ASSIGNED_NS: MemAttr and S2AP in their places in the descriptor; else 0 */
	uint64_t pa;         /* ASSIGNED: of its first byte; else 0 */
};

/* `count` entries of one table, from the one for `ipa` on. `first` is the first entry's value; when it is ASSIGNED, each next entry's
 * address is the span of an entry higher. Never TABLE. */
struct world_run {
	uint64_t rd;
	uint64_t ipa;
	struct world_entry first;
	uint16_t count;
	int8_t level;
};

/* What a REC that is READY was stopped by, as far as the next call depends on it (fact sheet section 9). */
enum world_pending {
	WORLD_PENDING_NONE,
	WORLD_PENDING_MMIO, /* data abort at an unprotected IPA that the host may emulate (ISV=1), or answer with an SEA */
	WORLD_PENDING_SEA,  /* data abort at an unprotected IPA that it may only answer with an SEA */
	WORLD_PENDING_PSCI, /* CPU_ON or AFFINITY_INFO that waits for RMI_PSCI_COMPLETE: the request is in gprs[0..3] */
	WORLD_PENDING_RIPAS,     /* RSI_IPA_STATE_SET: the ripas_* members */
	WORLD_PENDING_HOST_CALL, /* RSI_HOST_CALL: host_call_ipa */
	WORLD_PENDING_SYSREG,    /* trapped read of a system register */
	WORLD_PENDING_COUNT
};

#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) WORLD_##name,
enum world_el1 {
#include "spec/el1_registers.def"
	WORLD_EL1_COUNT
};
#undef EL1_REGISTER

struct world_rec {
	uint64_t pa;
	uint64_t rd;    /* its realm */
	uint64_t mpidr; /* RmiRecMpidr form: Aff0 [3:0], Aff1 [15:8], Aff2 [23:16], Aff3 [31:24] */
	enum rmi_rec_state state;
	bool runnable;
	enum world_pending pending; /* one at a time; NONE while RUNNING and when it never ran */
	uint64_t ripas_addr;        /* PENDING_RIPAS: first IPA not changed yet, <= ripas_top; otherwise 0 */
	uint64_t ripas_top;         /* PENDING_RIPAS: end of the range the realm asked for; otherwise 0 */
	enum rmi_ripas ripas_value; /* PENDING_RIPAS: EMPTY or RAM; otherwise EMPTY */
	bool ripas_destroyed;       /* PENDING_RIPAS: the realm passed CHANGE_DESTROYED */
	uint64_t host_call_ipa;     /* PENDING_HOST_CALL: aligned to 256, protected; otherwise 0 */
	/* What stopped it, as the Arm ARM has ESR_EL2 and FAR_EL2: PENDING_MMIO, _SEA, and _SYSREG, which has no FAR; otherwise 0. */
	uint64_t esr;
	uint64_t far;
	uint64_t gprs[RMI_GPR_COUNT];
	uint64_t pc;
	uint64_t pstate; /* SPSR_EL2 form */
	uint64_t sp_el0;
	uint64_t sp_el1;
	uint64_t el1[WORLD_EL1_COUNT];
	uint64_t aux[RMI_REC_AUX_MAX]; /* config.rec_aux_count granules in the order given; the rest 0 */
};

struct world {
	/* No region begins at 0, as 0 means no owner. LPA2 is features0's. */
	struct reeve_monitor_config config;
	unsigned granule_count;
	unsigned realm_count;
	unsigned rec_count;
	unsigned table_count;
	unsigned run_count;
	struct world_granule granules[WORLD_GRANULES_MAX]; /* region by region, ascending */
	struct world_realm realms[WORLD_REALMS_MAX];
	struct world_rec recs[WORLD_RECS_MAX];
	struct world_table tables[WORLD_TABLES_MAX];
	struct world_run runs[WORLD_RUNS_MAX];
};

/* Where a walk ended. */
struct world_walk {
	int level;
	uint64_t ipa; /* of the entry: the walked IPA aligned down to its span */
	struct world_entry entry;
};

/* --- whole worlds (world.c, world_valid.c, world_compare.c) --- */

/* A world of that configuration as after boot: all granules UNDELEGATED and NS.
 * False, *w unusable, when the regions hold more than WORLD_GRANULES_MAX granules. */
bool world_init(struct world *w, const struct reeve_monitor_config *config);
/* Copies what is in use; the rest of *to is left as it is. */
void world_copy(struct world *to, const struct world *from);
/* The name of the first invariant that does not hold, or NULL. */
const char *world_valid(const struct world *w);
/* Whether the two are the same state. When not, *message (if size > 0) names the first difference. */
bool world_equal(const struct world *a, const struct world *b, char *message, size_t size);
void world_print(const struct world *w, FILE *out);
/* Whether one more command, whichever, surely fits into the arrays. A driver draws a new world when not. */
bool world_has_room(const struct world *w);
/* Put arrays that were filled in any order into the order of W1. For whoever reads a monitor into a world. */
void world_sort(struct world *w);

/* --- granules, realms, RECs (world.c): NULL when there is none --- */

/* The granule that contains `pa`; NULL outside delegable memory. */
struct world_granule *world_granule(struct world *w, uint64_t pa);
const struct world_granule *world_granule_const(const struct world *w, uint64_t pa);
/* The address of granules[index]. */
uint64_t world_granule_pa(const struct world *w, unsigned index);
/* Give the granule at `pa` a state, and the owner and protection that go with it (owner ignored for UNDELEGATED, DELEGATED). */
void world_granule_set(struct world *w, uint64_t pa, enum rmi_granule_state state, uint64_t owner);
struct world_realm *world_realm(struct world *w, uint64_t rd);
const struct world_realm *world_realm_const(const struct world *w, uint64_t rd);
struct world_rec *world_rec(struct world *w, uint64_t pa);
const struct world_rec *world_rec_const(const struct world *w, uint64_t pa);
/* PSTATE, SP and the registers of EL1 as after reset: fact sheet sections 6 and 10; Arm ARM. The rest is untouched. */
void world_rec_reset(struct world_rec *rec);
/* RECs that the realm has now. */
unsigned world_realm_recs(const struct world *w, uint64_t rd);
/* Insert in order; the array must have room. The pointer is into the world. */
struct world_realm *world_realm_add(struct world *w, const struct world_realm *realm);
struct world_rec *world_rec_add(struct world *w, const struct world_rec *rec);
void world_realm_remove(struct world *w, uint64_t rd);
void world_rec_remove(struct world *w, uint64_t pa);
/* Index of an RmiRecMpidr: aff0 | aff1 << 4 | aff2 << 12 | aff3 << 20, and back (fact sheet section 3). */
uint32_t world_mpidr_index(uint64_t mpidr);
uint64_t world_index_mpidr(uint32_t index);
/* The same REC as PSCI names it: Aff3 in [39:32] (MPIDR_EL1 form, without bit 31). */
uint64_t world_mpidr_el1(uint64_t mpidr);

/* --- tables and entries (world_table.c) --- */

/* Bytes that an entry of `level` (-1..3) spans. */
uint64_t world_span(int level);
/* 2^s2sz, and the half of it where unprotected IPAs begin. */
uint64_t world_ipa_end(const struct world_realm *realm);
uint64_t world_ipa_half(const struct world_realm *realm);
/* Number of start-level tables that this geometry has, or 0 when it is not one (fact sheet section 5). */
unsigned world_roots(unsigned s2sz, int64_t level_start, bool lpa2, unsigned pa_bits);
/* Entries of a table at `level` whose first is at `ipa`: 512, 16 at level -1, fewer where the IPA space ends (W4). */
unsigned world_table_entries(const struct world_realm *realm, int level, uint64_t ipa);
/* The table of `level` that has the entry for `ipa`, or NULL. */
const struct world_table *world_table(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa);
/* The entry for `ipa` in the table of `level`, which must exist. */
struct world_entry world_entry(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa);
/* Walk towards `level` (start level..3); ipa < 2^s2sz. Fact sheet section 5. */
struct world_walk world_walk(const struct world *w, const struct world_realm *realm, uint64_t ipa, int level);
/* Write one entry (not TABLE) of an existing table; `ipa` is aligned to its span and has no table below. */
void world_entry_set(
	struct world *w, const struct world_realm *realm, int level, uint64_t ipa, const struct world_entry *entry);
/* Write `count` consecutive entries of one table as a run that begins with `first`; none of them has a table below. */
void world_entries_set(struct world *w, const struct world_realm *realm, int level, uint64_t ipa, unsigned count,
	const struct world_entry *first);
/* Add the table of `level` for `ipa`, in granule `pa`. A start-level one gets the initial entries of its halves; another one
 * unfolds its parent's entry, and the parent becomes TABLE. The granule's state is the caller's to set. */
void world_table_add(struct world *w, const struct world_realm *realm, int level, uint64_t ipa, uint64_t pa);
/* Remove a table that has no table below; the parent's entry becomes `entry`. Not for start-level tables. */
void world_table_remove(
	struct world *w, const struct world_realm *realm, int level, uint64_t ipa, const struct world_entry *entry);
/* Remove all tables and runs of a realm. */
void world_tables_remove_all(struct world *w, uint64_t rd);
/* Whether run b continues run a, so that W3 wants them to be one. */
bool world_runs_join(const struct world_run *a, const struct world_run *b);
/* For readers: append entry `index` of a table, which is not TABLE, making the last run longer where it can. The entries of one
 * table come in ascending order and one after another, those below world_table_entries only; world_sort afterwards. */
void world_entry_append(
	struct world *w, const struct world_table *table, unsigned index, const struct world_entry *entry);
/* Whether the table has an ASSIGNED entry at a protected IPA, or a table below (RTT_DESTROY's and REALM_DESTROY's live). */
bool world_table_live(const struct world *w, const struct world_realm *realm, const struct world_table *table);
/* `top` for `ipa` when a walk ended at `level`: fact sheet section 5, skip-non-live. */
uint64_t world_top(const struct world *w, const struct world_realm *realm, int level, uint64_t ipa);

#endif
