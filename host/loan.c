/* SPDX-License-Identifier: BSD-2-Clause */
/* loan.c - RMI_GRANULE_DELEGATE and RMI_GRANULE_UNDELEGATE, with the ledger kept. */
#include "host/loan.h"

#include "host/cause.h"

bool loan_is_home(const struct reeve_host *host, struct reeve_pa pa, struct call_reply *reply)
{
	struct call_reply probe;

	*reply = call_undelegate(host, pa);
	if (call_is_success(reply)) {
		return true;
	}
	/* The monitor takes it: then it was the host's all the time. */
	probe = call_delegate(host, pa);
	if (!call_is_success(&probe)) {
		return false;
	}
	probe = call_undelegate(host, pa);
	return call_is_success(&probe);
}

bool loan_end(struct reeve_realm *realm, struct reeve_pa pa)
{
	struct call_reply reply;

	realm->lent_count--;
	if (loan_is_home(realm->host, pa, &reply)) {
		return true;
	}
	realm->leaked_count++;
	pool_leak(realm->host, pa, &reply);
	return false;
}

void loan_return(struct reeve_realm *realm, struct reeve_pa pa)
{
	if (loan_end(realm, pa)) {
		pool_give(realm->host, pa);
	}
}

bool loan_recover(struct reeve_realm *realm, struct reeve_pa pa)
{
	struct call_reply reply;

	if (!loan_is_home(realm->host, pa, &reply)) {
		return false;
	}
	realm->lent_count--;
	pool_give(realm->host, pa);
	return true;
}

enum reeve_status loan_delegate(struct reeve_realm *realm, struct reeve_pa pa, enum reeve_step step)
{
	struct call_reply reply = call_delegate(realm->host, pa);

	if (call_is_success(&reply)) {
		realm->lent_count++;
		return REEVE_OK;
	}
	if (call_is_refusal(&reply) || reply.returned == SMCCC_NOT_SUPPORTED) {
		(void)call_undelegate(realm->host, pa); /* it may have been carried out all the same */
		pool_give(realm->host, pa);
		return cause_reply(&realm->error, step, &reply, pa.value);
	}
	/* Whose it is now nobody can tell: only an undelegation that succeeds makes it ours again. */
	realm->lent_count++;
	loan_return(realm, pa);
	return cause_reply(&realm->error, step, &reply, pa.value);
}

enum reeve_status loan_take(struct reeve_realm *realm, enum reeve_step step, struct reeve_pa *pa)
{
	struct reeve_pa got;
	enum reeve_status status;

	if (!pool_take(realm->host, REEVE_USE_SPARE, realm->vmid, &got)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, step, 0);
	}
	status = loan_delegate(realm, got, step);
	if (status == REEVE_OK) {
		*pa = got;
	}
	return status;
}
