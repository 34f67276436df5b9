/* SPDX-License-Identifier: BSD-2-Clause */
/* rec.c - making and destroying RECs: the REC granule, its auxiliary granules, the run page. */
#include "host/rec.h"

#include <string.h>

#include "host/loan.h"
#include "host/realm.h"

static uint64_t mpidr_of_index(uint64_t index)
{
	uint64_t mpidr = FIELD_SET(0, REC_MPIDR_AFF0, index);

	mpidr = FIELD_SET(mpidr, REC_MPIDR_AFF1, index >> REC_MPIDR_AFF0_WIDTH);
	return FIELD_SET(mpidr, REC_MPIDR_AFF2, index >> (REC_MPIDR_AFF0_WIDTH + REC_MPIDR_AFF1_WIDTH));
}

struct reeve_rec *rec_find(const struct reeve_realm *realm, uint64_t mpidr)
{
	struct reeve_rec *rec = realm->recs;

	while (rec != NULL && rec->mpidr != mpidr) {
		rec = rec->next;
	}
	return rec;
}

static void aux_return(struct reeve_rec *rec)
{
	while (rec->aux_count > 0) {
		rec->aux_count--;
		loan_return(rec->realm, rec->aux[rec->aux_count]);
	}
}

/* Take and lend what the REC needs. On failure it holds nothing. */
static enum reeve_status granules_take(struct reeve_rec *rec)
{
	struct reeve_realm *realm = rec->realm;
	enum reeve_status status;

	if (!pool_take(realm->host, REEVE_USE_PARAMS, realm->vmid, &rec->run)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, REEVE_STEP_CREATE_REC, 0);
	}
	status = loan_take(realm, REEVE_STEP_CREATE_REC, &rec->rec);
	if (status != REEVE_OK) {
		pool_give(realm->host, rec->run);
		return status;
	}
	while (status == REEVE_OK && rec->aux_count < realm->aux_count) {
		status = loan_take(realm, REEVE_STEP_CREATE_REC, &rec->aux[rec->aux_count]);
		rec->aux_count += status == REEVE_OK;
	}
	if (status != REEVE_OK) {
		aux_return(rec);
		loan_return(realm, rec->rec);
		pool_give(realm->host, rec->run);
	}
	return status;
}

static void granules_return(struct reeve_rec *rec)
{
	aux_return(rec);
	loan_return(rec->realm, rec->rec);
	pool_give(rec->realm->host, rec->run);
}

static void params_fill(const struct reeve_rec *rec, const struct reeve_rec_config *config)
{
	struct rmi_rec_params *params = (struct rmi_rec_params *)pool_pointer(rec->realm->host, rec->realm->bounce);

	memset(params, 0, sizeof(*params));
	params->flags = FIELD_SET(0, REC_FLAG_RUNNABLE, config->runnable);
	params->mpidr = rec->mpidr;
	params->pc = config->pc;
	memcpy(params->gprs, config->gprs, sizeof(params->gprs));
	params->num_aux = rec->aux_count;
	for (unsigned i = 0; i < rec->aux_count; i++) {
		params->aux[i] = rec->aux[i].value;
	}
}

static void granules_mark(const struct reeve_rec *rec)
{
	pool_mark(rec->realm->host, rec->rec, REEVE_USE_REC, reeve_ipa(0));
	for (unsigned i = 0; i < rec->aux_count; i++) {
		pool_mark(rec->realm->host, rec->aux[i], REEVE_USE_REC_AUX, reeve_ipa(0));
	}
}

static enum reeve_status rec_check(struct reeve_realm *realm, const struct reeve_rec *rec)
{
	uint64_t most = (UINT64_C(1) << REEVE_FEATURE(realm->host, MAX_RECS_ORDER)) - 1;

	most = most < REEVE_REALM_RECS_MAX ? most : REEVE_REALM_RECS_MAX;
	if (realm->rec_count >= most) {
		return cause_field(
			&realm->error, REEVE_UNSUPPORTED, REEVE_STEP_CREATE_REC, "RECs", realm->rec_count + 1, most);
	}
	if (rec->exists) {
		return cause_field(
			&realm->error, REEVE_INPUT, REEVE_STEP_CREATE_REC, "rec that is in use", rec->mpidr, 0);
	}
	return REEVE_OK;
}

static void rec_link(struct reeve_rec *rec)
{
	struct reeve_rec **link = &rec->realm->recs;

	while (*link != NULL) {
		link = &(*link)->next;
	}
	*link = rec;
	rec->realm->rec_count++;
}

static enum reeve_status rec_create(
	struct reeve_realm *realm, const struct reeve_rec_config *config, struct reeve_rec *rec)
{
	struct reeve_rec fresh = {.realm = realm, .mpidr = mpidr_of_index(realm->rec_count), .on = config->runnable};
	struct call_reply reply;
	enum reeve_status status = rec_check(realm, rec);

	if (status == REEVE_OK) {
		status = granules_take(&fresh);
	}
	if (status != REEVE_OK) {
		return status;
	}
	params_fill(&fresh, config);
	reply = call_rec_create(realm->host, realm->rd, fresh.rec, realm->bounce);
	memset(pool_pointer(realm->host, realm->bounce), 0, REEVE_GRANULE_SIZE);
	if (!call_is_success(&reply)) {
		(void)call_rec_destroy(realm->host, fresh.rec); /* it may have been carried out all the same */
		granules_return(&fresh);
		return cause_reply(&realm->error, REEVE_STEP_CREATE_REC, &reply, fresh.rec.value);
	}
	granules_mark(&fresh);
	fresh.exists = true;
	*rec = fresh;
	rec_link(rec);
	return REEVE_OK;
}

enum reeve_status reeve_rec_create(
	struct reeve_realm *realm, const struct reeve_rec_config *config, struct reeve_rec *rec)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_NEW, REEVE_STEP_CREATE_REC);

	return host_realm_end(realm, status != REEVE_OK ? status : rec_create(realm, config, rec));
}

enum reeve_status rec_destroy(struct reeve_rec *rec)
{
	struct call_reply reply = call_rec_destroy(rec->realm->host, rec->rec);

	if (!call_is_success(&reply) && !loan_recover(rec->realm, rec->rec)) {
		return cause_reply(&rec->realm->error, REEVE_STEP_DESTROY_RECS, &reply, rec->rec.value);
	}
	aux_return(rec);
	if (call_is_success(&reply)) { /* else it came back just now */
		loan_return(rec->realm, rec->rec);
	}
	pool_give(rec->realm->host, rec->run);
	rec->exists = false;
	rec->on = false;
	return REEVE_OK;
}

void rec_unlink_all(struct reeve_realm *realm)
{
	while (realm->recs != NULL) {
		struct reeve_rec *rec = realm->recs;

		realm->recs = rec->next;
		__atomic_store_n(&rec->realm, NULL, __ATOMIC_RELEASE); /* read by rec_lock */
		rec->next = NULL;
		rec->exists = false;
		rec->on = false;
		rec->running = false;
	}
}

struct reeve_realm *rec_lock(struct reeve_rec *rec)
{
	struct reeve_realm *realm = __atomic_load_n(&rec->realm, __ATOMIC_ACQUIRE);

	if (realm != NULL) {
		host_realm_lock(realm);
	}
	return realm;
}

struct rmi_rec_run *reeve_rec_run_page(struct reeve_rec *rec)
{
	return rec->exists ? (struct rmi_rec_run *)pool_pointer(rec->realm->host, rec->run) : NULL;
}

struct reeve_error reeve_rec_error(struct reeve_rec *rec)
{
	struct reeve_realm *realm = rec_lock(rec);
	struct reeve_error error = rec->error;

	if (realm != NULL) {
		host_realm_unlock(realm);
	}
	return error;
}
