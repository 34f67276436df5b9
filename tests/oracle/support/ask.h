/* SPDX-License-Identifier: BSD-2-Clause */
/* ask.h - one call, resolved as far as it can be: what the predicates and effects of a prediction look at. Private to predict*.c. */
#ifndef TESTS_ORACLE_ASK_H
#define TESTS_ORACLE_ASK_H

#include "tests/oracle/support/predict.h"

/* What a row may need, and break. */
enum oracle_fact {
	FACT_RD = 1 << 0,       /* the rd argument is a realm's */
	FACT_REC = 1 << 1,      /* the rec (calling_rec) argument is a REC's */
	FACT_TARGET = 1 << 2,   /* the target_rec argument is a REC's */
	FACT_GRANULE = 1 << 3,  /* the granule to take (addr, data, rtt) is delegable memory */
	FACT_PAGE = 1 << 4,     /* the host's page was read */
	FACT_AUX = 1 << 5,      /* the aux list can be read: num_aux <= 16 */
	FACT_AUX_PA = 1 << 6,   /* its addresses are granules */
	FACT_ROOTS = 1 << 7,    /* number and alignment of the root tables are right */
	FACT_WALK = 1 << 8,     /* the walk reached the level asked for */
	FACT_TABLE = 1 << 9,    /* and found a TABLE there */
	FACT_HOMO = 1 << 10,    /* and that table is homogeneous */
	FACT_BASE = 1 << 11,    /* base is aligned to the entry reached */
	FACT_LEVEL = 1 << 12,   /* the level is one that descriptors can have */
	FACT_PENDING = 1 << 13, /* the REC waits for PSCI_COMPLETE */
	FACT_IPA = 1 << 14,     /* the IPA is below 2^s2sz */
};

struct ask {
	const struct world *w;
	const uint64_t *x;
	enum rmi_command command;
	const struct world_realm *realm; /* of the rd argument (REC_ENTER: of the REC), or NULL */
	const struct world_rec *rec;     /* of the rec argument, or NULL */
	const struct world_rec *target;  /* PSCI_COMPLETE's target_rec, or NULL */
	bool page_read;                  /* the host's page was Non-secure and readable */
	union {
		uint8_t bytes[REEVE_GRANULE_SIZE];
		struct rmi_realm_params realm_params;
		struct rmi_rec_params rec_params;
		struct rmi_rec_run run;
	} page;
	uint64_t ipa;    /* the ipa or base argument */
	uint64_t top;    /* RIPAS commands: the top argument */
	int64_t level;   /* the level argument */
	int64_t walk_to; /* level that the walk is for */
	bool walked;     /* there is a realm, the IPA is below 2^s2sz and the level not above the start level */
	struct world_walk walk;
};

void ask_init(struct ask *ask, const struct world *w, enum rmi_command command, const uint64_t *x,
	const struct oracle_memory *ns);

/* Register that gets `top` when the command is refused with ERROR_RTT; 0 when it has none. */
unsigned ask_top_register(enum rmi_command command);

/* RIPAS commands: the first IPA that is not changed. walk.ipa when there is no progress. Writes the changed entries to *next unless it
 * is NULL, and tells `measure` (unless NULL) of each entry. */
uint64_t ask_ripas_top(const struct ask *ask, struct world *next, struct world_realm *measure);

/* Carry the command out in p->next, which is a copy of the world before, and set its results p->x[1..4], which are zero. */
void oracle_effect(const struct ask *ask, struct prediction *p);

/* REC_ENTER (predict_run.c): what becomes of `rec`, which is in p->next, and p->run. */
void oracle_run(const struct ask *ask, struct prediction *p, struct world_rec *rec);

/* Predicates, by the files they are in: predict_holds.c, predict_holds_realm.c, predict_holds_table.c. */
typedef bool oracle_holds(const struct ask *ask, const struct oracle_row *row);
oracle_holds holds_unaligned, holds_outside, holds_not_in_state, holds_not_ns_gpt, holds_page_not_ns, holds_beyond_48;
oracle_holds holds_version, holds_data_flags, holds_realm_not_new, holds_realm_live;
oracle_holds holds_realm_params_reserved, holds_realm_params_unsupported, holds_rd_among_roots, holds_roots_unaligned,
	holds_roots_misfit, holds_root_beyond_48, holds_root_outside, holds_root_not_delegated, holds_vmid_taken;
oracle_holds holds_aux_too_many, holds_aux_unaligned, holds_aux_outside, holds_aux_not_delegated, holds_aux_alias,
	holds_mpidr_not_next, holds_aux_not_count, holds_recs_full;
oracle_holds holds_rec_running, holds_rec_not_of_realm, holds_realm_new, holds_realm_off, holds_rec_not_runnable,
	holds_rec_waits, holds_gic_invalid, holds_sea_misplaced, holds_mmio_misplaced;
oracle_holds holds_same_granule, holds_no_request, holds_other_owner, holds_other_target, holds_psci_status;
oracle_holds holds_level_not_below_start, holds_level_not_of_realm, holds_level_not_mappable,
	holds_ipa_unaligned_parent, holds_ipa_unaligned_level, holds_ipa_unaligned_page, holds_ipa_beyond,
	holds_ipa_not_protected, holds_ipa_not_unprotected;
oracle_holds holds_walk_short, holds_entry_table, holds_entry_not_table, holds_entry_not_unassigned,
	holds_entry_not_assigned, holds_entry_not_unassigned_ns, holds_entry_not_assigned_ns, holds_table_live,
	holds_table_not_homogeneous, holds_block_too_large;
oracle_holds holds_desc_reserved, holds_desc_unaligned, holds_desc_beyond;
oracle_holds holds_size_invalid, holds_range_unaligned, holds_range_beyond_half, holds_base_unaligned,
	holds_no_progress, holds_base_not_asked, holds_top_not_asked, holds_top_unaligned;

/* RIM (predict_rim.c): fact sheet section 8. */
void oracle_rim_realm(struct world_realm *realm, const struct rmi_realm_params *params);
void oracle_rim_data(struct world_realm *realm, uint64_t ipa, uint64_t flags, const void *content);
void oracle_rim_rec(struct world_realm *realm, const struct rmi_rec_params *params);
void oracle_rim_ripas(struct world_realm *realm, uint64_t base, uint64_t top);

/* The run that all entries of the child table of the walk's entry are, or NULL when they are not one (homogeneity). */
const struct world_run *ask_homogeneous(const struct ask *ask);

/* Address in a descriptor of RTT_MAP_UNPROTECTED. */
uint64_t ask_desc_pa(const struct world_realm *realm, uint64_t desc);

#endif
