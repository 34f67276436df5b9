/* SPDX-License-Identifier: BSD-2-Clause */
/* loan.c - RMI_GRANULE_DELEGATE and RMI_GRANULE_UNDELEGATE, with the ledger kept. */
#include "host/loan.h"

#include "host/cause.h"

enum {
	ASKED_TIMES = 3
}; /* so that two wrong answers are not enough to lose a granule, or to take one that is not the host's */

bool loan_is_home(const struct reeve_host *host, struct reeve_pa pa, struct call_reply *reply)
{
	struct call_reply answer = call_undelegate(host, pa);

	*reply = answer;
	for (unsigned asked = 1; !call_is_success(&answer) && asked < ASKED_TIMES; asked++) {
		(void)call_delegate(
			host, pa); /* one that was given back before is taken, so that it can be asked for */
		answer = call_undelegate(host, pa);
	}
	return call_is_success(&answer);
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

	realm->lent_count++;
	if (call_is_success(&reply)) {
		return REEVE_OK;
	}
	/* It may have been carried out all the same: only an undelegation that succeeds makes it ours again. */
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
