/* SPDX-License-Identifier: BSD-2-Clause */
/* exit.c - what a REC's exit means, and what the host does about it without asking the embedder. */
#include <string.h>

#include "host/cause.h"
#include "host/memory.h"
#include "host/realm.h"
#include "host/rec.h"
#include "host/ripas.h"
#include "reeve/psci.h"

/* Exception classes of ESR_EL2 that exits carry, translation faults of any level, and external aborts. Source: Arm ARM (DDI 0487) D17. */
enum {
	EC_WFX = 0x01,
	EC_SYSREG = 0x18,
	EC_INSTRUCTION_ABORT = 0x20,
	EC_DATA_ABORT = 0x24,
	FSC_TRANSLATION = 0x04,
	FSC_TRANSLATION_LEVELS = 4,
	FSC_TRANSLATION_BELOW_0 = 0x2B,
	FSC_EXTERNAL = 0x10,
	FSC_EXTERNAL_WALK = 0x13,
	FSC_EXTERNAL_WALK_LEVELS = 5,
};

static enum reeve_status broken(struct reeve_realm *realm, const char *field, uint64_t value, uint64_t limit)
{
	struct call_reply reply = {.command = RMI_REC_ENTER};

	return cause_output(&realm->error, REEVE_STEP_RUN, &reply, field, value, limit);
}

static enum exit_verdict leave(
	struct reeve_rec *rec, struct reeve_exit *exit, enum reeve_exit_reason reason, enum rec_todo todo)
{
	exit->reason = reason;
	rec->todo = (uint8_t)todo;
	return EXIT_LEAVE;
}

static bool is_translation_fault(uint64_t esr)
{
	uint64_t fsc = FIELD_GET(esr, ESR_ABORT_FSC);

	return fsc - FSC_TRANSLATION < FSC_TRANSLATION_LEVELS || fsc == FSC_TRANSLATION_BELOW_0;
}

/* Of the access itself, or of a table walk on its way. */
static bool is_external_abort(uint64_t esr)
{
	uint64_t fsc = FIELD_GET(esr, ESR_ABORT_FSC);

	return fsc == FSC_EXTERNAL || fsc - FSC_EXTERNAL_WALK < FSC_EXTERNAL_WALK_LEVELS;
}

/* The `size` bytes around `ipa`, as far as they are RAM. False when `ipa` is not in RAM. */
static bool ram_around(
	const struct reeve_realm *realm, struct reeve_ipa ipa, uint64_t size, struct reeve_ipa_range *around)
{
	uint64_t base = reeve_align_down(ipa.value, size);

	for (unsigned i = 0; i < realm->ram_count; i++) {
		struct reeve_ipa_range ram = realm->ram[i];

		if (ipa.value >= ram.base.value && ipa.value < ram.top.value) {
			around->base = reeve_ipa(base > ram.base.value ? base : ram.base.value);
			around->top = reeve_ipa(base + size < ram.top.value ? base + size : ram.top.value);
			return true;
		}
	}
	return false;
}

/* Memory for `around`, or at least for the host's page of `ipa` in it. */
static enum reeve_status fault_fill(struct reeve_realm *realm, struct reeve_ipa ipa, struct reeve_ipa_range around)
{
	struct memory_fill fill = {.step = REEVE_STEP_FAULT};
	const struct reeve_error before = realm->error;
	uint64_t page_size = realm->host->config.page_size;
	struct reeve_ipa_range left;
	enum reeve_status status = memory_fill(realm, &fill, around, &left);

	if (status == REEVE_NO_MEMORY && realm->host->config.fault_size > page_size &&
		ram_around(realm, ipa, page_size, &around)) {
		/* What the caller does not get to see is no error of the realm's. */
		realm->error = before;
		status = memory_fill(realm, &fill, around, &left);
	}
	return status;
}

/* A fault where memory belongs: bring it. Where there is some already another REC brought it meanwhile, unless it happens again. */
static enum reeve_status protected_fault(struct reeve_rec *rec, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	struct reeve_ipa ipa = exit->fault.ipa;
	bool is_there = mirror_walk(rec->realm, ipa, RMI_LEVEL_LAST).kind == MIRROR_DATA;
	bool is_known = rec->is_repeated && rec->fault.value == ipa.value;
	struct reeve_ipa_range around;

	if (!is_translation_fault(exit->fault.esr) || (is_there && is_known) ||
		!ram_around(rec->realm, ipa, rec->realm->host->config.fault_size, &around)) {
		*verdict = leave(rec, exit, REEVE_EXIT_FAULT, REC_TODO_NONE);
		rec->is_repeated = false;
		return REEVE_OK;
	}
	*verdict = EXIT_ENTER_AGAIN;
	rec->fault = ipa;
	rec->is_repeated = is_there;
	return is_there ? REEVE_OK : fault_fill(rec->realm, ipa, around);
}

static void mmio(struct reeve_rec *rec, struct reeve_exit *exit, const struct rmi_rec_exit *run)
{
	bool is_write = FIELD_GET(run->esr, ESR_ABORT_WNR) != 0;
	uint64_t offset = FIELD_GET(run->far, FAR_PAGE_OFFSET);

	exit->mmio.ipa = reeve_ipa(exit->fault.ipa.value | offset);
	exit->mmio.size = 1U << FIELD_GET(run->esr, ESR_ABORT_SAS);
	exit->mmio.value = is_write ? run->gprs[0] & reeve_bits_mask(0, exit->mmio.size * 8) : 0;
	memset(&exit->fault, 0, sizeof(exit->fault));
	(void)leave(rec, exit, is_write ? REEVE_EXIT_MMIO_WRITE : REEVE_EXIT_MMIO_READ,
		is_write ? REC_TODO_MMIO_WRITE : REC_TODO_MMIO_READ);
}

static enum reeve_status judge_abort(
	struct reeve_rec *rec, const struct rmi_rec_exit *run, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	struct reeve_realm *realm = rec->realm;
	uint64_t ipa = FIELD_GET(run->hpfar, HPFAR_FIPA) << REEVE_GRANULE_SHIFT;
	bool is_data = FIELD_GET(run->esr, ESR_EC) == EC_DATA_ABORT;

	if (is_external_abort(run->esr)) {
		*verdict = leave(rec, exit, REEVE_EXIT_FAULT, REC_TODO_NONE);
		return REEVE_OK; /* HPFAR says nothing */
	}
	if (ipa >= host_protected_end(realm) * 2) {
		return broken(realm, "hpfar", ipa, host_protected_end(realm) * 2);
	}
	exit->fault.ipa = reeve_ipa(ipa);
	exit->fault.has_ipa = true;
	if (ipa < host_protected_end(realm)) {
		return protected_fault(rec, exit, verdict);
	}
	if (is_data && FIELD_GET(run->esr, ESR_ABORT_ISV) != 0) {
		mmio(rec, exit, run);
		return REEVE_OK;
	}
	/* An abort can be injected for a data abort at an unprotected address only. */
	*verdict = leave(rec, exit, REEVE_EXIT_FAULT, is_data ? REC_TODO_ABORT : REC_TODO_NONE);
	return REEVE_OK;
}

static enum reeve_status judge_sync(
	struct reeve_rec *rec, const struct rmi_rec_exit *run, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	exit->fault.esr = run->esr;
	exit->fault.far = run->far;
	exit->fault.hpfar = run->hpfar;
	switch (FIELD_GET(run->esr, ESR_EC)) {
	case EC_INSTRUCTION_ABORT:
	case EC_DATA_ABORT:
		return judge_abort(rec, run, exit, verdict);
	case EC_WFX:
		*verdict = leave(rec, exit, REEVE_EXIT_IDLE, REC_TODO_NONE);
		return REEVE_OK;
	case EC_SYSREG:
		exit->fault.value = run->gprs[0];
		*verdict = leave(rec, exit, REEVE_EXIT_SYSREG, REC_TODO_NONE);
		return REEVE_OK;
	default:
		*verdict = leave(rec, exit, REEVE_EXIT_FAULT, REC_TODO_NONE);
		return REEVE_OK;
	}
}

/* PSCI names a CPU as MPIDR_EL1 does; RMI packs it closer. */
static uint64_t rec_mpidr(uint64_t mpidr)
{
	uint64_t packed = FIELD_SET(0, REC_MPIDR_AFF0, FIELD_GET(mpidr, MPIDR_AFF0));

	packed = FIELD_SET(packed, REC_MPIDR_AFF1, FIELD_GET(mpidr, MPIDR_AFF1));
	packed = FIELD_SET(packed, REC_MPIDR_AFF2, FIELD_GET(mpidr, MPIDR_AFF2));
	return FIELD_SET(packed, REC_MPIDR_AFF3, FIELD_GET(mpidr, MPIDR_AFF3));
}

static enum reeve_status judge_target(
	struct reeve_rec *rec, const struct rmi_rec_exit *run, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	struct reeve_rec *target = rec_find(rec->realm, rec_mpidr(run->gprs[1]));

	if (target == NULL || target == rec) {
		return broken(rec->realm, "mpidr of a PSCI target", run->gprs[1], rec->realm->rec_count);
	}
	if (psci_function_of_fid(run->gprs[0]) == PSCI_CPU_ON) {
		exit->psci.target = target;
		*verdict = leave(rec, exit, REEVE_EXIT_CPU_ON, REC_TODO_CPU_ON);
		return REEVE_OK;
	}
	rec->target = target;
	rec->todo = REC_TODO_AFFINITY;
	*verdict = EXIT_ENTER_AGAIN;
	return REEVE_OK;
}

static enum reeve_status judge_psci(
	struct reeve_rec *rec, const struct rmi_rec_exit *run, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	switch (psci_function_of_fid(run->gprs[0])) {
	case PSCI_CPU_ON:
	case PSCI_AFFINITY_INFO:
		return judge_target(rec, run, exit, verdict);
	case PSCI_CPU_SUSPEND:
		*verdict = leave(rec, exit, REEVE_EXIT_CPU_SUSPEND, REC_TODO_NONE);
		return REEVE_OK;
	case PSCI_CPU_OFF:
		*verdict = leave(rec, exit, REEVE_EXIT_CPU_OFF, REC_TODO_NONE);
		if (rec->on_raced) {
			*verdict = EXIT_ENTER_TO_SEE;
			return REEVE_OK;
		}
		rec->on = false;
		return REEVE_OK;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET: {
		bool is_off = psci_function_of_fid(run->gprs[0]) == PSCI_SYSTEM_OFF;

		rec->realm->off = true;
		*verdict = leave(rec, exit, is_off ? REEVE_EXIT_SYSTEM_OFF : REEVE_EXIT_SYSTEM_RESET, REC_TODO_NONE);
		return REEVE_OK;
	}
	case PSCI_VERSION:
	case PSCI_FEATURES:
	case PSCI_FUNCTION_COUNT:
		break;
	}
	return broken(rec->realm, "PSCI function", run->gprs[0], 0);
}

static enum reeve_status judge_ripas(
	struct reeve_rec *rec, const struct rmi_rec_exit *run, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	struct reeve_realm *realm = rec->realm;
	bool is_aligned = reeve_is_aligned(run->ripas_base | run->ripas_top, REEVE_GRANULE_SIZE);

	if (!is_aligned || run->ripas_base >= run->ripas_top || run->ripas_top > host_protected_end(realm)) {
		return broken(realm, "ripas_top", run->ripas_top, host_protected_end(realm));
	}
	if (run->ripas_value > RIPAS_RAM) {
		return broken(realm, "ripas_value", run->ripas_value, RIPAS_RAM);
	}
	exit->ripas.range = (struct reeve_ipa_range){{run->ripas_base}, {run->ripas_top}};
	exit->ripas.ripas = (enum rmi_ripas)run->ripas_value;
	/* Outside the RAM that was declared nothing changes unless the embedder says otherwise. */
	exit->ripas.refuse = !ripas_is_ram(realm, exit->ripas.range);
	rec->ripas = exit->ripas.range;
	*verdict = leave(rec, exit, REEVE_EXIT_RIPAS_CHANGE, REC_TODO_RIPAS);
	return REEVE_OK;
}

bool exit_may_be_host_call(const struct reeve_rec *rec)
{
	const struct rmi_rec_run *page = (const struct rmi_rec_run *)pool_pointer(rec->realm->host, rec->run);
	uint64_t ipa = FIELD_GET(page->exit.hpfar, HPFAR_FIPA) << REEVE_GRANULE_SHIFT;

	return page->exit.exit_reason == RMI_EXIT_SYNC && FIELD_GET(page->exit.esr, ESR_EC) == EC_DATA_ABORT &&
		ipa < host_protected_end(rec->realm);
}

enum reeve_status exit_judge(struct reeve_rec *rec, struct reeve_exit *exit, enum exit_verdict *verdict)
{
	const struct rmi_rec_run *page = (const struct rmi_rec_run *)pool_pointer(rec->realm->host, rec->run);
	const struct rmi_rec_exit *run = &page->exit;
	bool was_repeated = rec->is_repeated;

	rec->is_repeated = false;
	switch (run->exit_reason) {
	case RMI_EXIT_SYNC:
		rec->is_repeated = was_repeated;
		return judge_sync(rec, run, exit, verdict);
	case RMI_EXIT_IRQ:
	case RMI_EXIT_FIQ:
		rec->is_repeated = was_repeated;
		*verdict = leave(rec, exit, REEVE_EXIT_INTERRUPTED, REC_TODO_NONE);
		return REEVE_OK;
	case RMI_EXIT_PSCI:
		return judge_psci(rec, run, exit, verdict);
	case RMI_EXIT_RIPAS_CHANGE:
		return judge_ripas(rec, run, exit, verdict);
	case RMI_EXIT_HOST_CALL:
		exit->host_call.imm = run->imm;
		memcpy(exit->host_call.gprs, run->gprs, sizeof(run->gprs));
		*verdict = leave(rec, exit, REEVE_EXIT_HOST_CALL, REC_TODO_HOST_CALL);
		return REEVE_OK;
	case RMI_EXIT_SERROR:
		exit->fault.esr = run->esr;
		*verdict = leave(rec, exit, REEVE_EXIT_SERROR, REC_TODO_NONE);
		return REEVE_OK;
	default:
		return broken(rec->realm, "exit_reason", run->exit_reason, RMI_EXIT_REASON_COUNT - 1);
	}
}
