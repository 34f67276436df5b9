/* SPDX-License-Identifier: BSD-2-Clause */
/* rec.h - RECs of a realm: what they hold, and what the last exit left to be answered. */
#ifndef HOST_REC_H
#define HOST_REC_H

#include "reeve/host.h"

/* What the next entry must bring (reeve_rec.todo). */
enum rec_todo {
	REC_TODO_NONE,
	REC_TODO_MMIO_READ,
	REC_TODO_MMIO_WRITE,
	REC_TODO_ABORT,
	REC_TODO_HOST_CALL,
	REC_TODO_HOST_CALL_AGAIN, /* the call's page had no memory: the answer is still on the run page */
	REC_TODO_RIPAS,
	REC_TODO_CPU_ON,
	REC_TODO_AFFINITY, /* of rec->target */
};

/* The REC of the realm with this MPIDR in RmiRecMpidr form, or NULL. */
struct reeve_rec *rec_find(const struct reeve_realm *realm, uint64_t mpidr);
/* RMI_REC_DESTROY and all granules back. On failure nothing has changed. */
REEVE_MUST_CHECK enum reeve_status rec_destroy(struct reeve_rec *rec);

/* Tell every REC that it has no realm: the structures are the embedder's again. */
void rec_unlink_all(struct reeve_realm *realm);

/* Bring what the last exit left: carries it out and fills the run page's enter part. rec->todo stays until the REC was entered. */
REEVE_MUST_CHECK enum reeve_status answer_prepare(struct reeve_rec *rec, const struct reeve_exit *exit);
/* Answer a CPU_ON. *switched_on as reeve_rec_complete_cpu_on has it. */
REEVE_MUST_CHECK enum reeve_status answer_cpu_on(
	struct reeve_rec *rec, const struct reeve_exit *exit, bool *switched_on);

/* What to do after an exit. */
enum exit_verdict { EXIT_LEAVE, EXIT_ENTER_AGAIN, EXIT_ENTER_TO_SEE };

/* Judge the exit on the run page: what can be done about it is done, otherwise *exit tells the embedder and rec->todo what to bring.
 * EXIT_ENTER_TO_SEE: it switched itself off, and perhaps another REC switched it on again. */
REEVE_MUST_CHECK enum reeve_status exit_judge(
	struct reeve_rec *rec, struct reeve_exit *exit, enum exit_verdict *verdict);

/* Whether the monitor may have made this exit because the page of a host call has no memory: it still waits for the answer then. It is
 * told from nothing else by its data abort; the answer is not looked at if the realm did run. Source: RMM v1.0, host call completion. */
bool exit_may_be_host_call(const struct reeve_rec *rec);

/* Lock the realm of a REC and return it; NULL when it is inert. The realm may be destroyed before the lock is had: then the REC does not exist, and
 * its realm is what is returned here alone. */
struct reeve_realm *rec_lock(struct reeve_rec *rec);

#endif
