/* SPDX-License-Identifier: BSD-2-Clause */
/* run.c - entering a REC until it exits for something the embedder must know. The realm's lock is released only while it runs. */
#include "host/realm.h"
#include "host/rec.h"

/* Where the loop is. */
struct run {
	struct reeve_exit exit;
	enum exit_verdict verdict;
};

static enum reeve_status run_check(struct reeve_realm *realm, const struct reeve_rec *rec)
{
	if (rec->running) {
		return cause_plain(&realm->error, REEVE_BUSY, REEVE_STEP_RUN, rec->rec.value);
	}
	if (!rec->exists || !rec->on || realm->state != REEVE_REALM_ACTIVE || realm->off) {
		return cause_plain(&realm->error, REEVE_STATE, REEVE_STEP_RUN, rec->rec.value);
	}
	return REEVE_OK;
}

/* REC_ENTER was refused. */
static enum reeve_status refused(struct reeve_rec *rec, const struct call_reply *reply, struct run *run)
{
	struct reeve_realm *realm = rec->realm;
	enum reeve_status status;

	if (run->verdict == EXIT_ENTER_TO_SEE && call_is_error(reply, RMI_ERROR_REC)) {
		/* It is off, unless it was switched on a moment ago again: then once more. */
		rec->on = rec->on_raced;
		run->verdict = rec->on_raced ? EXIT_ENTER_TO_SEE : EXIT_LEAVE;
		return REEVE_OK;
	}
	status = cause_reply(&realm->error, REEVE_STEP_RUN, reply, rec->rec.value);
	if (call_is_error(reply, RMI_ERROR_REALM) && call_level(reply) == RMI_REC_ENTER_REALM_OFF) {
		realm->off = true;
		realm->error.status = REEVE_STATE;
		return REEVE_STATE;
	}
	return status;
}

static enum reeve_status enter_once(struct reeve_rec *rec, struct run *run)
{
	bool is_answer = rec->todo == REC_TODO_HOST_CALL || rec->todo == REC_TODO_HOST_CALL_AGAIN;
	struct call_reply reply;
	enum reeve_status status;

	rec->on_raced = false;
	host_realm_unlock(rec->realm);
	reply = call_rec_enter(rec->realm->host, rec->rec, rec->run);
	host_realm_lock(rec->realm);
	if (!call_is_success(&reply)) {
		return refused(rec, &reply, run);
	}
	rec->todo = REC_TODO_NONE;
	run->exit = (struct reeve_exit){0};
	run->verdict = EXIT_LEAVE;
	status = exit_judge(rec, &run->exit, &run->verdict);
	if (is_answer && rec->todo == REC_TODO_NONE && exit_may_be_host_call(rec)) {
		rec->todo = REC_TODO_HOST_CALL_AGAIN;
	}
	return status;
}

static enum reeve_status run_loop(struct reeve_rec *rec, struct reeve_exit *exit)
{
	struct run run = {.exit = *exit, .verdict = EXIT_ENTER_AGAIN};
	enum reeve_status status = REEVE_OK;

	while (status == REEVE_OK && run.verdict != EXIT_LEAVE) {
		status = answer_prepare(rec, &run.exit);
		if (status == REEVE_OK) {
			status = enter_once(rec, &run);
		}
	}
	if (status == REEVE_OK) {
		*exit = run.exit;
	}
	return status;
}

enum reeve_status reeve_rec_run(struct reeve_rec *rec, struct reeve_exit *exit)
{
	struct reeve_realm *realm = rec_lock(rec);
	enum reeve_status status;

	if (realm == NULL) {
		return cause_plain(&rec->error, REEVE_STATE, REEVE_STEP_RUN, 0);
	}
	status = run_check(realm, rec);
	if (status == REEVE_OK) {
		rec->running = true;
		status = run_loop(rec, exit);
		rec->running = false;
	}
	if (status != REEVE_OK) {
		rec->error = realm->error;
	}
	return host_realm_end(realm, status);
}

enum reeve_status reeve_rec_complete_cpu_on(struct reeve_rec *rec, struct reeve_exit *exit, bool *switched_on)
{
	struct reeve_realm *realm = rec_lock(rec);
	enum reeve_status status;

	if (realm == NULL) {
		return cause_plain(&rec->error, REEVE_STATE, REEVE_STEP_PSCI, 0);
	}
	if (!rec->exists || rec->running || rec->todo != REC_TODO_CPU_ON || realm->state != REEVE_REALM_ACTIVE) {
		status = cause_plain(&realm->error, REEVE_STATE, REEVE_STEP_PSCI, rec->rec.value);
	} else {
		status = answer_cpu_on(rec, exit, switched_on);
	}
	if (status != REEVE_OK) {
		rec->error = realm->error;
	}
	return host_realm_end(realm, status);
}
