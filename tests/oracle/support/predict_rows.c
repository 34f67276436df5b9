/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_rows.c - the conditions of every command in order: fact sheet sections 6 and 9.
 *
 * Where the sheet leaves the order of two conditions with different statuses open ("either code is legal", section 1), the order here is
 * that of the sheet's text: REC_CREATE's realm_state after the granules and before mpidr_index; SET_RIPAS's rec_state and rec_owner
 * before base_bound; DATA_CREATE's flags_valid first of all and realm_state before the IPA's conditions; a page that cannot be read
 * counts where it is looked for (params_pas, run_pas, src_pas), not where TF-RMM reads it. */
#include "tests/oracle/support/ask.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define ROW(name, code, predicate, ...) \
	{ \
		.condition = CONDITION_##name, .status = RMI_ERROR_##code, .holds = (predicate), __VA_ARGS__ \
	}
#define GRANULE_ROWS(align, bound, in_state, x, wanted, fact) \
	ROW(align, INPUT, holds_unaligned, .argument = (x), .breaks = (fact)), \
		ROW(bound, INPUT, holds_outside, .argument = (x), .breaks = (fact)), \
		ROW(in_state, INPUT, holds_not_in_state, .argument = (x), .state = GRANULE_##wanted, .needs = (fact), \
			.breaks = (fact))
#define PAGE_ROWS(align, bound, pas, x) \
	ROW(align, INPUT, holds_unaligned, .argument = (x), .breaks = FACT_PAGE), \
		ROW(bound, INPUT, holds_outside, .argument = (x), .breaks = FACT_PAGE), \
		ROW(pas, INPUT, holds_page_not_ns, .argument = (x), .needs = FACT_PAGE, .breaks = FACT_PAGE)
#define RD_ROWS GRANULE_ROWS(rd_align, rd_bound, rd_state, 1, RD, FACT_RD)
#define DATA_ROWS GRANULE_ROWS(data_align, data_bound, data_state, 2, DELEGATED, FACT_GRANULE)
/* What a walk needs, a walk that arrived, and one that found a table. */
#define WALK_NEEDS (FACT_RD | FACT_IPA)
#define ENTRY_NEEDS (WALK_NEEDS | FACT_WALK)
#define TABLE_NEEDS (ENTRY_NEEDS | FACT_TABLE)
#define WALK_ROW \
	ROW(rtt_walk, RTT, holds_walk_short, .index = ORACLE_INDEX_WALK, .needs = WALK_NEEDS, .breaks = FACT_WALK)
#define ENTRY_ROW(predicate) \
	ROW(rtte_state, RTT, predicate, .index = ORACLE_INDEX_WALK, .needs = ENTRY_NEEDS, .breaks = FACT_TABLE)

static const struct oracle_row version_rows[] = {
	ROW(version_req, INPUT, holds_version, .argument = 1),
};

static const struct oracle_row delegate_rows[] = {
	GRANULE_ROWS(addr_align, addr_bound, gran_state, 1, UNDELEGATED, FACT_GRANULE),
	ROW(gran_gpt, INPUT, holds_not_ns_gpt, .argument = 1, .needs = FACT_GRANULE),
};

static const struct oracle_row undelegate_rows[] = {
	GRANULE_ROWS(addr_align, addr_bound, gran_state, 1, DELEGATED, FACT_GRANULE),
};

static const struct oracle_row realm_create_rows[] = {
	PAGE_ROWS(params_align, params_bound, params_pas, 2),
	ROW(params_valid, INPUT, holds_realm_params_reserved, .needs = FACT_PAGE),
	ROW(params_supp, INPUT, holds_realm_params_unsupported, .needs = FACT_PAGE),
	ROW(alias, INPUT, holds_rd_among_roots, .needs = FACT_PAGE),
	ROW(rtt_align, INPUT, holds_roots_unaligned, .needs = FACT_PAGE, .breaks = FACT_ROOTS),
	ROW(rtt_num_level, INPUT, holds_roots_misfit, .needs = FACT_PAGE, .breaks = FACT_ROOTS),
	ROW(rtt_bound2, INPUT, holds_root_beyond_48, .needs = FACT_PAGE | FACT_ROOTS),
	ROW(rtt_bound, INPUT, holds_root_outside, .needs = FACT_PAGE | FACT_ROOTS),
	ROW(rtt_state, INPUT, holds_root_not_delegated, .needs = FACT_PAGE | FACT_ROOTS),
	ROW(vmid_valid, INPUT, holds_vmid_taken, .needs = FACT_PAGE),
	GRANULE_ROWS(rd_align, rd_bound, rd_state, 1, DELEGATED, FACT_RD),
};

static const struct oracle_row realm_activate_rows[] = {
	RD_ROWS,
	ROW(realm_state, REALM, holds_realm_not_new, .needs = FACT_RD),
};

static const struct oracle_row realm_destroy_rows[] = {
	RD_ROWS,
	ROW(realm_live, REALM, holds_realm_live, .needs = FACT_RD),
};

static const struct oracle_row rec_aux_count_rows[] = {RD_ROWS};

/* aux_count stands twice: more than the list can hold, and (later) not what the monitor wants. */
static const struct oracle_row rec_create_rows[] = {
	PAGE_ROWS(params_align, params_bound, params_pas, 3),
	ROW(aux_count, INPUT, holds_aux_too_many, .needs = FACT_PAGE, .breaks = FACT_AUX),
	ROW(aux_align, INPUT, holds_aux_unaligned, .needs = FACT_PAGE | FACT_AUX, .breaks = FACT_AUX_PA),
	ROW(aux_bound, INPUT, holds_aux_outside, .needs = FACT_PAGE | FACT_AUX, .breaks = FACT_AUX_PA),
	ROW(aux_state, INPUT, holds_aux_not_delegated, .needs = FACT_PAGE | FACT_AUX | FACT_AUX_PA),
	ROW(aux_alias, INPUT, holds_aux_alias, .needs = FACT_PAGE | FACT_AUX),
	GRANULE_ROWS(rec_align, rec_bound, rec_gran_state, 2, DELEGATED, FACT_GRANULE),
	RD_ROWS,
	ROW(realm_state, REALM, holds_realm_not_new, .needs = FACT_RD),
	ROW(mpidr_index, INPUT, holds_mpidr_not_next, .needs = FACT_PAGE | FACT_RD),
	ROW(aux_count, INPUT, holds_aux_not_count, .needs = FACT_PAGE | FACT_AUX),
	ROW(rec_count, REALM, holds_recs_full, .needs = FACT_RD),
};

static const struct oracle_row rec_destroy_rows[] = {
	GRANULE_ROWS(rec_align, rec_bound, rec_gran_state, 1, REC, FACT_REC),
	ROW(rec_state, REC, holds_rec_running, .needs = FACT_REC),
};

static const struct oracle_row rec_enter_rows[] = {
	PAGE_ROWS(run_align, run_bound, run_pas, 2),
	GRANULE_ROWS(rec_align, rec_bound, rec_gran_state, 1, REC, FACT_REC),
	ROW(rec_state, REC, holds_rec_running, .needs = FACT_REC),
	ROW(realm_new, REALM, holds_realm_new, .needs = FACT_REC),
	ROW(system_off, REALM, holds_realm_off, .index = ORACLE_INDEX_ONE, .needs = FACT_REC),
	ROW(rec_runnable, REC, holds_rec_not_runnable, .needs = FACT_REC),
	ROW(rec_psci, REC, holds_rec_waits, .needs = FACT_REC),
	ROW(rec_gicv3, REC, holds_gic_invalid, .needs = FACT_PAGE),
	ROW(rec_sea, REC, holds_sea_misplaced, .needs = FACT_PAGE | FACT_REC),
	ROW(rec_mmio, REC, holds_mmio_misplaced, .needs = FACT_PAGE | FACT_REC),
};

/* `alias` follows from the two states, which cannot both be right then; its name stays for who asks it first. */
static const struct oracle_row rtt_create_rows[] = {
	GRANULE_ROWS(rtt_align, rtt_bound, rtt_state, 2, DELEGATED, FACT_GRANULE),
	RD_ROWS,
	ROW(alias, INPUT, holds_same_granule),
	ROW(level_bound, INPUT, holds_level_not_below_start, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_parent),
	ROW(ipa_bound, INPUT, holds_ipa_beyond, .needs = FACT_RD, .breaks = FACT_IPA),
	ROW(rtt_bound2, INPUT, holds_beyond_48, .argument = 2, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_table),
};

static const struct oracle_row rtt_destroy_rows[] = {
	RD_ROWS,
	ROW(level_bound, INPUT, holds_level_not_below_start, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_parent),
	ROW(ipa_bound, INPUT, holds_ipa_beyond, .needs = FACT_RD, .breaks = FACT_IPA),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_table),
	ROW(rtt_live, RTT, holds_table_live, .index = ORACLE_INDEX_LEVEL, .needs = TABLE_NEEDS),
};

static const struct oracle_row rtt_fold_rows[] = {
	RD_ROWS,
	ROW(level_bound, INPUT, holds_level_not_below_start, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_parent),
	ROW(ipa_bound, INPUT, holds_ipa_beyond, .needs = FACT_RD, .breaks = FACT_IPA),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_table),
	ROW(rtt_homo, RTT, holds_table_not_homogeneous, .index = ORACLE_INDEX_LEVEL, .needs = TABLE_NEEDS,
		.breaks = FACT_HOMO),
	ROW(fold_level, RTT, holds_block_too_large, .index = ORACLE_INDEX_PARENT, .needs = TABLE_NEEDS | FACT_HOMO),
};

static const struct oracle_row rtt_read_entry_rows[] = {
	RD_ROWS,
	ROW(level_bound, INPUT, holds_level_not_of_realm, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_level),
	ROW(ipa_bound, INPUT, holds_ipa_beyond, .needs = FACT_RD, .breaks = FACT_IPA),
};

static const struct oracle_row rtt_init_ripas_rows[] = {
	ROW(size_valid, INPUT, holds_size_invalid),
	RD_ROWS,
	ROW(top_gran_align, INPUT, holds_range_unaligned),
	ROW(top_bound, INPUT, holds_range_beyond_half, .needs = FACT_RD),
	ROW(realm_state, REALM, holds_realm_not_new, .needs = FACT_RD),
	ROW(base_align, RTT, holds_base_unaligned, .index = ORACLE_INDEX_WALK, .needs = FACT_RD, .breaks = FACT_BASE),
	ROW(no_progress, RTT, holds_no_progress, .index = ORACLE_INDEX_WALK, .needs = FACT_RD | FACT_BASE),
};

static const struct oracle_row rtt_set_ripas_rows[] = {
	ROW(size_valid, INPUT, holds_size_invalid),
	RD_ROWS,
	GRANULE_ROWS(rec_align, rec_bound, rec_gran_state, 2, REC, FACT_REC),
	ROW(rec_state, REC, holds_rec_running, .needs = FACT_REC),
	ROW(rec_owner, REC, holds_rec_not_of_realm, .needs = FACT_RD | FACT_REC),
	ROW(base_bound, INPUT, holds_base_not_asked, .needs = FACT_REC),
	ROW(top_bound, INPUT, holds_top_not_asked, .needs = FACT_REC),
	ROW(top_gran_align, INPUT, holds_top_unaligned),
	ROW(base_align, RTT, holds_base_unaligned, .index = ORACLE_INDEX_WALK, .needs = FACT_RD, .breaks = FACT_BASE),
	ROW(no_progress, RTT, holds_no_progress, .index = ORACLE_INDEX_WALK, .needs = FACT_RD | FACT_REC | FACT_BASE),
};

static const struct oracle_row data_create_rows[] = {
	ROW(flags_valid, INPUT, holds_data_flags),
	PAGE_ROWS(src_align, src_bound, src_pas, 4),
	DATA_ROWS,
	RD_ROWS,
	ROW(realm_state, REALM, holds_realm_not_new, .needs = FACT_RD),
	ROW(ipa_bound, INPUT, holds_ipa_not_protected, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_page),
	ROW(data_bound2, INPUT, holds_beyond_48, .argument = 2, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_unassigned),
};

static const struct oracle_row data_create_unknown_rows[] = {
	DATA_ROWS,
	RD_ROWS,
	ROW(ipa_bound, INPUT, holds_ipa_not_protected, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_page),
	ROW(data_bound2, INPUT, holds_beyond_48, .argument = 2, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_unassigned),
};

static const struct oracle_row data_destroy_rows[] = {
	RD_ROWS,
	ROW(ipa_align, INPUT, holds_ipa_unaligned_page),
	ROW(ipa_bound, INPUT, holds_ipa_not_protected, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_assigned),
};

static const struct oracle_row map_unprotected_rows[] = {
	ROW(level_bound, INPUT, holds_level_not_mappable, .breaks = FACT_LEVEL),
	RD_ROWS,
	ROW(attr_valid, INPUT, holds_desc_reserved, .argument = 4, .needs = FACT_RD),
	ROW(addr_align, INPUT, holds_desc_unaligned, .argument = 4, .needs = FACT_RD | FACT_LEVEL),
	ROW(addr_bound, INPUT, holds_desc_beyond, .argument = 4, .needs = FACT_RD),
	ROW(ipa_align, INPUT, holds_ipa_unaligned_level),
	ROW(ipa_bound, INPUT, holds_ipa_not_unprotected, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_unassigned_ns),
};

static const struct oracle_row unmap_unprotected_rows[] = {
	ROW(level_bound, INPUT, holds_level_not_mappable),
	RD_ROWS,
	ROW(ipa_align, INPUT, holds_ipa_unaligned_level),
	ROW(ipa_bound, INPUT, holds_ipa_not_unprotected, .needs = FACT_RD),
	WALK_ROW,
	ENTRY_ROW(holds_entry_not_assigned_ns),
};

static const struct oracle_row psci_complete_rows[] = {
	ROW(alias, INPUT, holds_same_granule),
	GRANULE_ROWS(caller_align, caller_bound, caller_gran_state, 1, REC, FACT_REC),
	GRANULE_ROWS(target_align, target_bound, target_gran_state, 2, REC, FACT_TARGET),
	ROW(caller_state, INPUT, holds_rec_running, .needs = FACT_REC),
	ROW(pending, INPUT, holds_no_request, .needs = FACT_REC, .breaks = FACT_PENDING),
	ROW(owner, INPUT, holds_other_owner, .needs = FACT_REC | FACT_TARGET),
	ROW(target, INPUT, holds_other_target, .needs = FACT_REC | FACT_TARGET | FACT_PENDING),
	ROW(psci_status, INPUT, holds_psci_status, .needs = FACT_REC | FACT_TARGET | FACT_PENDING),
};

#define ROWS(array) \
	{ \
		array, COUNT(array) \
	}
static const struct {
	const struct oracle_row *rows;
	unsigned count;
} commands[RMI_COMMAND_COUNT] = {
	[RMI_VERSION] = ROWS(version_rows),
	[RMI_GRANULE_DELEGATE] = ROWS(delegate_rows),
	[RMI_GRANULE_UNDELEGATE] = ROWS(undelegate_rows),
	[RMI_DATA_CREATE] = ROWS(data_create_rows),
	[RMI_DATA_CREATE_UNKNOWN] = ROWS(data_create_unknown_rows),
	[RMI_DATA_DESTROY] = ROWS(data_destroy_rows),
	[RMI_REALM_ACTIVATE] = ROWS(realm_activate_rows),
	[RMI_REALM_CREATE] = ROWS(realm_create_rows),
	[RMI_REALM_DESTROY] = ROWS(realm_destroy_rows),
	[RMI_REC_CREATE] = ROWS(rec_create_rows),
	[RMI_REC_DESTROY] = ROWS(rec_destroy_rows),
	[RMI_REC_ENTER] = ROWS(rec_enter_rows),
	[RMI_RTT_CREATE] = ROWS(rtt_create_rows),
	[RMI_RTT_DESTROY] = ROWS(rtt_destroy_rows),
	[RMI_RTT_MAP_UNPROTECTED] = ROWS(map_unprotected_rows),
	[RMI_RTT_READ_ENTRY] = ROWS(rtt_read_entry_rows),
	[RMI_RTT_UNMAP_UNPROTECTED] = ROWS(unmap_unprotected_rows),
	[RMI_PSCI_COMPLETE] = ROWS(psci_complete_rows),
	[RMI_RTT_FOLD] = ROWS(rtt_fold_rows),
	[RMI_REC_AUX_COUNT] = ROWS(rec_aux_count_rows),
	[RMI_RTT_INIT_RIPAS] = ROWS(rtt_init_ripas_rows),
	[RMI_RTT_SET_RIPAS] = ROWS(rtt_set_ripas_rows),
};

const struct oracle_row *oracle_rows(enum rmi_command command, unsigned *count)
{
	bool known = (unsigned)command < RMI_COMMAND_COUNT;

	*count = known ? commands[command].count : 0;
	return known ? commands[command].rows : NULL;
}

bool oracle_pair_possible(enum rmi_command command, unsigned first, unsigned second)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	return first < second && second < count && (rows[first].breaks & rows[second].needs) == 0;
}
