/* SPDX-License-Identifier: BSD-2-Clause */
/* dispatch.c - one SMC from registers to registers: copy the operand, hold, check, commit, release. The only code that touches registers. */
#include "monitor/command.h"
#include "monitor/spin.h"

#include <string.h>

enum { FID_FIRST = RMI_FID_VERSION, FID_COUNT = RMI_FID_RTT_SET_RIPAS - RMI_FID_VERSION + 1 };

static const struct command_row rows[RMI_COMMAND_COUNT] = {
	[RMI_VERSION] = {.check = version_check, .commit = version_commit},
	[RMI_GRANULE_DELEGATE] = {.wants = {{1, GRANULE_UNDELEGATED}},
		.check = granule_delegate_check,
		.commit = granule_delegate_commit},
	[RMI_GRANULE_UNDELEGATE] = {.wants = {{1, GRANULE_DELEGATED}},
		.check = granule_undelegate_check,
		.commit = granule_undelegate_commit},
	[RMI_DATA_CREATE] = {.operand_argument = 4,
		.operand_size = REEVE_GRANULE_SIZE,
		.operand = OPERAND_GRANULE,
		.operand_align = CONDITION_src_align,
		.operand_bound = CONDITION_src_bound,
		.operand_pas = CONDITION_src_pas,
		.wants = {{1, GRANULE_RD}, {2, GRANULE_DELEGATED}},
		.check = data_create_check,
		.commit = data_create_commit},
	[RMI_DATA_CREATE_UNKNOWN] = {.wants = {{1, GRANULE_RD}, {2, GRANULE_DELEGATED}},
		.check = data_create_unknown_check,
		.commit = data_create_unknown_commit},
	[RMI_DATA_DESTROY] = {.wants = {{1, GRANULE_RD}}, .check = data_destroy_check, .commit = data_destroy_commit},
	[RMI_REALM_ACTIVATE] = {.wants = {{1, GRANULE_RD}},
		.check = realm_activate_check,
		.commit = realm_activate_commit},
	[RMI_REALM_CREATE] = {.operand_argument = 2,
		.operand_size = REEVE_GRANULE_SIZE,
		.operand = OPERAND_GRANULE,
		.operand_align = CONDITION_params_align,
		.operand_bound = CONDITION_params_bound,
		.operand_pas = CONDITION_params_pas,
		.wants = {{1, GRANULE_DELEGATED}},
		.more_wants = realm_create_more_wants,
		.vmids = true,
		.check = realm_create_check,
		.commit = realm_create_commit},
	[RMI_REALM_DESTROY] = {.wants = {{1, GRANULE_RD}},
		.vmids = true,
		.check = realm_destroy_check,
		.commit = realm_destroy_commit},
	[RMI_REC_CREATE] = {.operand_argument = 3,
		.operand_size = REEVE_GRANULE_SIZE,
		.operand = OPERAND_GRANULE,
		.operand_align = CONDITION_params_align,
		.operand_bound = CONDITION_params_bound,
		.operand_pas = CONDITION_params_pas,
		.wants = {{1, GRANULE_RD}, {2, GRANULE_DELEGATED}},
		.more_wants = rec_create_more_wants,
		.check = rec_create_check,
		.commit = rec_create_commit},
	[RMI_REC_DESTROY] = {.wants = {{1, GRANULE_REC}}, .check = rec_destroy_check, .commit = rec_destroy_commit},
	[RMI_REC_ENTER] = {.operand_argument = 2,
		.operand_size = sizeof(struct rmi_rec_enter),
		.operand = OPERAND_REC_ENTER,
		.operand_align = CONDITION_run_align,
		.operand_bound = CONDITION_run_bound,
		.operand_pas = CONDITION_run_pas,
		.wants = {{1, GRANULE_REC}},
		.check = rec_enter_check,
		.commit = rec_enter_commit,
		.run = rec_enter_run},
	[RMI_RTT_CREATE] = {.wants = {{1, GRANULE_RD}, {2, GRANULE_DELEGATED}},
		.check = rtt_create_check,
		.commit = rtt_create_commit},
	[RMI_RTT_DESTROY] = {.wants = {{1, GRANULE_RD}}, .check = rtt_destroy_check, .commit = rtt_destroy_commit},
	[RMI_RTT_MAP_UNPROTECTED] = {.wants = {{1, GRANULE_RD}},
		.check = rtt_map_unprotected_check,
		.commit = rtt_map_unprotected_commit},
	[RMI_RTT_READ_ENTRY] = {.wants = {{1, GRANULE_RD}},
		.check = rtt_read_entry_check,
		.commit = rtt_read_entry_commit},
	[RMI_RTT_UNMAP_UNPROTECTED] = {.wants = {{1, GRANULE_RD}},
		.check = rtt_unmap_unprotected_check,
		.commit = rtt_unmap_unprotected_commit},
	[RMI_PSCI_COMPLETE] = {.wants = {{1, GRANULE_REC}, {2, GRANULE_REC}},
		.check = psci_complete_check,
		.commit = psci_complete_commit},
	[RMI_FEATURES] = {.check = features_check, .commit = features_commit},
	[RMI_RTT_FOLD] = {.wants = {{1, GRANULE_RD}}, .check = rtt_fold_check, .commit = rtt_fold_commit},
	[RMI_REC_AUX_COUNT] = {.wants = {{1, GRANULE_RD}},
		.check = rec_aux_count_check,
		.commit = rec_aux_count_commit},
	[RMI_RTT_INIT_RIPAS] = {.wants = {{1, GRANULE_RD}},
		.check = rtt_init_ripas_check,
		.commit = rtt_init_ripas_commit},
	[RMI_RTT_SET_RIPAS] = {.wants = {{1, GRANULE_RD}, {2, GRANULE_REC}},
		.check = rtt_set_ripas_check,
		.commit = rtt_set_ripas_commit},
};

/* Function number - FID_FIRST to row; NULL for the holes. */
#define RMI_COMMAND(name, number, in, out, text) [(number)-FID_FIRST] = &rows[RMI_##name],
static const struct command_row *const row_of_number[FID_COUNT] = {
#include "spec/rmi_commands.def"
};
#undef RMI_COMMAND

static const struct command_row *row_of_fid(uint64_t fid)
{
	uint64_t number = FIELD_SET(fid, SMC_SVE_HINT, 0) - (RMI_FID_BASE | (uint64_t)FID_FIRST);

	return number < FID_COUNT ? row_of_number[number] : NULL;
}

/* Copy the operand named by x[row->operand_argument] into the CPU's scratch. The granule is locked meanwhile: nobody can delegate it. */
static void operand_copy(struct reeve_monitor *m, const struct command_row *row, struct call *c)
{
	struct granule_want want = {c->x[row->operand_argument], GRANULE_UNDELEGATED};
	void *to = m->scratch[c->cpu].operand;
	struct granule_index g;

	granule_hold_all(&m->granules, &want, 1, &c->holds);
	switch (granule_held(&m->granules, &c->holds, want.address, want.state, &g)) {
	case GRANULE_FAULT_NONE:
		if (!m->platform->ns_read(m->context, reeve_pa(want.address), to, row->operand_size)) {
			c->operand_fault = row->operand_pas;
		}
		break;
	case GRANULE_FAULT_ALIGN:
		c->operand_fault = row->operand_align;
		break;
	case GRANULE_FAULT_BOUND:
		c->operand_fault = row->operand_bound;
		break;
	case GRANULE_FAULT_STATE:
		c->operand_fault = row->operand_pas;
		break;
	}
	granule_release_all(&m->granules, &c->holds);
	c->operand = to;
}

static void vmids_lock(struct reeve_monitor *m)
{
	lock_check_want(LOCK_VMIDS, 0);
	while (atomic_flag_test_and_set_explicit(&m->vmid_lock, memory_order_acquire)) {
		cpu_relax();
	}
	lock_check_take(LOCK_VMIDS, 0);
}

static void hold(struct reeve_monitor *m, const struct command_row *row, struct call *c)
{
	struct granule_want wants[GRANULE_HOLDS_MAX];
	unsigned count = 0;

	while (count < sizeof(row->wants) / sizeof(row->wants[0]) && row->wants[count].argument != 0) {
		wants[count] = (struct granule_want){c->x[row->wants[count].argument], row->wants[count].state};
		count++;
	}
	if (row->more_wants != NULL && c->operand_fault == CONDITION_NONE) {
		count += row->more_wants(m, c, wants + count);
	}
	granule_hold_all(&m->granules, wants, count, &c->holds);
	if (row->vmids) {
		vmids_lock(m);
	}
}

static void release(struct reeve_monitor *m, const struct command_row *row, const struct call *c)
{
	if (row->vmids) {
		lock_check_give_vmids();
		atomic_flag_clear_explicit(&m->vmid_lock, memory_order_release);
	}
	granule_release_all(&m->granules, &c->holds);
}

static struct outcome carry_out(struct reeve_monitor *m, const struct command_row *row, struct call *c)
{
	union plan plan;
	struct outcome o;

	if (row->operand != OPERAND_NONE) {
		operand_copy(m, row, c);
	}
	hold(m, row, c);
	o = row->check(m, c, &plan);
	if (o.status == RMI_SUCCESS) {
		row->commit(m, c, &plan);
	}
	release(m, row, c);
	if (o.status == RMI_SUCCESS && row->run != NULL) {
		o = row->run(m, c, &plan);
	}
	return o;
}

enum rmi_condition reeve_monitor_smc(struct reeve_monitor *monitor, unsigned cpu, uint64_t x[REEVE_SMC_REGISTERS])
{
	const struct command_row *row = row_of_fid(x[0]);
	uint64_t out[RMI_RESULT_MAX] = {0};
	struct outcome o;
	struct call c;

	if (row == NULL) {
		x[0] = SMCCC_NOT_SUPPORTED;
		return CONDITION_NONE;
	}
	c.cpu = cpu;
	c.x = x;
	c.out = out;
	c.operand_fault = CONDITION_NONE;
	c.operand = NULL;
	o = carry_out(monitor, row, &c);
	lock_check_none("a call is over");
	x[0] = FIELD_SET(FIELD_SET(0, RMI_RETURN_STATUS, o.status), RMI_RETURN_INDEX, (uint64_t)(int64_t)o.index);
	memcpy(x + 1, out, sizeof(out));
	return o.condition;
}
