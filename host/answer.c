/* SPDX-License-Identifier: BSD-2-Clause */
/* answer.c - what the host brings when it enters a REC again: emulated accesses, host calls, RIPAS changes, PSCI. */
#include <string.h>

#include "host/realm.h"
#include "host/rec.h"
#include "host/ripas.h"
#include "reeve/psci.h"

static uint64_t access_mask(unsigned size)
{
	return reeve_bits_mask(0, size * 8);
}

/* Flags and registers of the last answer go; GIC state and traps are the embedder's. */
static struct rmi_rec_enter *enter_clean(const struct reeve_rec *rec)
{
	struct rmi_rec_run *run = (struct rmi_rec_run *)pool_pointer(rec->realm->host, rec->run);
	uint64_t answers = FIELD_MASK(ENTER_FLAG_EMUL_MMIO) | FIELD_MASK(ENTER_FLAG_INJECT_SEA) |
		FIELD_MASK(ENTER_FLAG_RIPAS_REJECT);

	run->enter.flags &= ~answers;
	if (rec->todo != REC_TODO_HOST_CALL_AGAIN) {
		memset(run->enter.gprs, 0, sizeof(run->enter.gprs));
	}
	return &run->enter;
}

static void answer_mmio(const struct reeve_rec *rec, const struct reeve_exit *exit, struct rmi_rec_enter *enter)
{
	if (exit->mmio.refuse) {
		enter->flags |= FIELD_MASK(ENTER_FLAG_INJECT_SEA);
		return;
	}
	enter->flags |= FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	if (rec->todo == REC_TODO_MMIO_READ) {
		enter->gprs[0] = exit->mmio.value & access_mask(exit->mmio.size);
	}
}

static enum reeve_status answer_ripas(struct reeve_rec *rec, const struct reeve_exit *exit, struct rmi_rec_enter *enter)
{
	if (exit->ripas.refuse) {
		enter->flags |= FIELD_MASK(ENTER_FLAG_RIPAS_REJECT);
		return ripas_refuse(rec);
	}
	return ripas_change(rec, exit->ripas.ripas);
}

enum reeve_status answer_cpu_on(struct reeve_rec *rec, const struct reeve_exit *exit, bool *switched_on)
{
	struct reeve_rec *target = exit->psci.target;
	struct reeve_realm *realm = rec->realm;
	bool is_denied;
	struct call_reply reply;

	if (target == NULL || target->realm != realm) {
		return cause_plain(&realm->error, REEVE_INPUT, REEVE_STEP_PSCI, 0);
	}
	/* One that is on cannot be denied: the monitor answers ALREADY_ON by itself. */
	is_denied = exit->psci.refuse && !target->on;
	reply = call_psci_complete(
		realm->host, rec->rec, target->rec, is_denied ? PSCI_STATUS_DENIED : PSCI_STATUS_SUCCESS);
	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_PSCI, &reply, target->rec.value);
	}
	rec->todo = REC_TODO_NONE;
	*switched_on = !is_denied && !target->on;
	target->on = target->on || !is_denied;
	target->on_raced = target->running;
	return REEVE_OK;
}

/* The monitor knows by itself whether the target is on; it is only told which one is meant. */
static enum reeve_status answer_affinity(struct reeve_rec *rec)
{
	struct reeve_realm *realm = rec->realm;
	struct call_reply reply = call_psci_complete(realm->host, rec->rec, rec->target->rec, PSCI_STATUS_SUCCESS);

	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_PSCI, &reply, rec->target->rec.value);
	}
	rec->todo = REC_TODO_NONE;
	return REEVE_OK;
}

enum reeve_status answer_prepare(struct reeve_rec *rec, const struct reeve_exit *exit)
{
	struct rmi_rec_enter *enter = enter_clean(rec);
	bool switched_on;

	switch ((enum rec_todo)rec->todo) {
	case REC_TODO_NONE:
	case REC_TODO_HOST_CALL_AGAIN:
		break;
	case REC_TODO_MMIO_READ:
	case REC_TODO_MMIO_WRITE:
		answer_mmio(rec, exit, enter);
		break;
	case REC_TODO_ABORT:
		enter->flags |= FIELD_MASK(ENTER_FLAG_INJECT_SEA);
		break;
	case REC_TODO_HOST_CALL:
		memcpy(enter->gprs, exit->host_call.gprs, sizeof(enter->gprs));
		break;
	case REC_TODO_RIPAS:
		return answer_ripas(rec, exit, enter);
	case REC_TODO_CPU_ON:
		return answer_cpu_on(rec, exit, &switched_on);
	case REC_TODO_AFFINITY:
		return answer_affinity(rec);
	}
	return REEVE_OK;
}
