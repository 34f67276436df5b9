/* SPDX-License-Identifier: BSD-2-Clause */
/* create.c - the realm descriptor and root tables: the seed's step, with exact rollback (rules H1, H3, H5, H6). */
#include <string.h>

#include "host/loan.h"
#include "host/realm.h"

static bool vmid_take(struct reeve_realm *realm)
{
	struct reeve_host *host = realm->host;
	unsigned vmid = 0;

	pool_lock(host);
	while (vmid < REEVE_VMID_COUNT && reeve_bits_get(host->vmids[vmid / 64], vmid % 64, 1) != 0) {
		vmid++;
	}
	if (vmid < REEVE_VMID_COUNT) {
		host->vmids[vmid / 64] = reeve_bits_set(host->vmids[vmid / 64], vmid % 64, 1, 1);
		realm->vmid = (uint16_t)vmid;
	}
	pool_unlock(host);
	return vmid < REEVE_VMID_COUNT;
}

void host_vmid_release(struct reeve_realm *realm)
{
	uint64_t *word = &realm->host->vmids[realm->vmid / 64];

	if (realm->vmid == 0) {
		return;
	}
	pool_lock(realm->host);
	*word = reeve_bits_set(*word, realm->vmid % 64, 1, 0);
	pool_unlock(realm->host);
	realm->vmid = 0;
}

static struct reeve_pa granule_of(struct reeve_pa run, unsigned i)
{
	return reeve_pa(run.value + (uint64_t)i * REEVE_GRANULE_SIZE);
}

static void give_run(struct reeve_host *host, struct reeve_pa run, unsigned first, unsigned count)
{
	for (unsigned i = first; i < count; i++) {
		pool_give(host, granule_of(run, i));
	}
}

static void params_fill(const struct reeve_realm *realm)
{
	const struct reeve_realm_config *c = &realm->config;
	struct rmi_realm_params *params = (struct rmi_realm_params *)pool_pointer(realm->host, realm->bounce);
	uint64_t flags = FIELD_SET(0, REALM_FLAG_LPA2, c->lpa2);

	flags = FIELD_SET(flags, REALM_FLAG_SVE, c->sve);
	flags = FIELD_SET(flags, REALM_FLAG_PMU, c->pmu);
	memset(params, 0, sizeof(*params));
	params->flags = flags;
	params->s2sz = (uint8_t)c->ipa_bits;
	params->sve_vl = c->sve_vl;
	params->num_bps = (uint8_t)(c->breakpoints - 1);
	params->num_wps = (uint8_t)(c->watchpoints - 1);
	params->pmu_num_ctrs = c->pmu_counters;
	params->hash_algo = (uint8_t)c->hash;
	memcpy(params->rpv, c->rpv, sizeof(params->rpv));
	params->vmid = realm->vmid;
	params->rtt_base = realm->roots.value;
	params->rtt_level_start = realm->start_level;
	params->rtt_num_start = realm->root_count;
}

/* Host memory for the realm: parameters, mirror, roots, RD. On failure nothing is held. */
static enum reeve_status memory_take(struct reeve_realm *realm)
{
	struct reeve_host *host = realm->host;
	unsigned order = pool_order(realm->root_count);
	bool bounce = pool_take(host, REEVE_USE_PARAMS, realm->vmid, &realm->bounce);
	bool mirror = bounce && pool_take_run(host, order, REEVE_USE_BOOKS, realm->vmid, &realm->mirror);
	bool rd = mirror && pool_take(host, REEVE_USE_SPARE, realm->vmid, &realm->rd);
	bool roots = rd && pool_take_run(host, order, REEVE_USE_SPARE, realm->vmid, &realm->roots);

	if (roots) {
		return REEVE_OK;
	}
	if (rd) {
		pool_give(host, realm->rd);
	}
	if (mirror) {
		give_run(host, realm->mirror, 0, realm->root_count);
	}
	if (bounce) {
		pool_give(host, realm->bounce);
	}
	return cause_plain(&realm->error, REEVE_NO_MEMORY, REEVE_STEP_CREATE_RD, 0);
}

/* Delegate RD and roots. On failure those granules are the pool's again, or on the leak list. */
static enum reeve_status granules_lend(struct reeve_realm *realm)
{
	unsigned lent = 0;
	enum reeve_status status = loan_delegate(realm, realm->rd, REEVE_STEP_CREATE_RD);

	if (status != REEVE_OK) {
		give_run(realm->host, realm->roots, 0, realm->root_count);
		return status;
	}
	while (lent < realm->root_count) {
		status = loan_delegate(realm, granule_of(realm->roots, lent), REEVE_STEP_CREATE_ROOTS);
		if (status != REEVE_OK) {
			break;
		}
		lent++;
	}
	if (status == REEVE_OK) {
		return REEVE_OK;
	}
	/* The refused one has been given back already. */
	give_run(realm->host, realm->roots, lent + 1, realm->root_count);
	while (lent > 0) {
		lent--;
		loan_return(realm, granule_of(realm->roots, lent));
	}
	loan_return(realm, realm->rd);
	return status;
}

static void roots_mark(const struct reeve_realm *realm, enum reeve_use use)
{
	for (unsigned i = 0; i < realm->root_count; i++) {
		pool_mark(realm->host, granule_of(realm->roots, i), use, reeve_ipa(0));
	}
}

static void roots_return(struct reeve_realm *realm)
{
	roots_mark(realm, REEVE_USE_SPARE);
	for (unsigned i = realm->root_count; i > 0; i--) {
		loan_return(realm, granule_of(realm->roots, i - 1));
	}
}

static void rd_return(struct reeve_realm *realm)
{
	pool_mark(realm->host, realm->rd, REEVE_USE_SPARE, reeve_ipa(0));
	loan_return(realm, realm->rd);
}

static void granules_return(struct reeve_realm *realm)
{
	roots_return(realm);
	rd_return(realm);
}

static void books_close(struct reeve_realm *realm)
{
	give_run(realm->host, realm->mirror, 0, realm->root_count);
	pool_give(realm->host, realm->bounce);
	host_vmid_release(realm);
}

static void enlist(struct reeve_realm *realm)
{
	pool_lock(realm->host);
	realm->next = realm->host->realms;
	realm->host->realms = realm;
	pool_unlock(realm->host);
}

static void delist(struct reeve_realm *realm)
{
	struct reeve_realm **link = &realm->host->realms;

	pool_lock(realm->host);
	while (*link != NULL && *link != realm) {
		link = &(*link)->next;
	}
	if (*link == realm) {
		*link = realm->next;
	}
	realm->next = NULL;
	pool_unlock(realm->host);
}

void host_realm_forget(struct reeve_realm *realm)
{
	delist(realm);
	realm->state = REEVE_REALM_NONE;
	realm->off = false;
	realm->rec_count = 0;
	realm->recs = NULL;
	realm->ram_count = 0;
	realm->reserve_count = 0;
	realm->has_table = false;
	realm->ram_left = (struct reeve_ipa_range){0};
	realm->populate_left = (struct reeve_ipa_range){0};
}

void host_realm_release(struct reeve_realm *realm, bool is_rd_back)
{
	uint64_t leaked;

	while (realm->reserve_count > 0) {
		realm->reserve_count--;
		pool_give(realm->host, realm->reserve[realm->reserve_count]);
	}
	host_realm_forget(realm); /* first: cut off from here on, nobody takes it apart again (H13) */
	roots_return(realm);
	leaked = realm->leaked_count;
	if (!is_rd_back) {
		rd_return(realm);
	}
	if (realm->leaked_count > leaked) {
		realm->vmid =
			0; /* an RD that does not come home may be a realm still: its VMID waits for reclaim (H6) */
	}
	books_close(realm);
}

static enum reeve_status aux_count_ask(struct reeve_realm *realm)
{
	struct call_reply reply = call_rec_aux_count(realm->host, realm->rd);

	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_CREATE_AUX_COUNT, &reply, realm->rd.value);
	}
	if (reply.out[0] > RMI_REC_AUX_MAX) {
		return cause_output(
			&realm->error, REEVE_STEP_CREATE_AUX_COUNT, &reply, "aux_count", reply.out[0], RMI_REC_AUX_MAX);
	}
	realm->aux_count = (unsigned)reply.out[0];
	return REEVE_OK;
}

/* The realm exists but is of no use. Its cause stays; a realm that cannot be destroyed keeps RD, roots and VMID (H5, H6). */
static void created_undo(struct reeve_realm *realm)
{
	struct call_reply reply = call_realm_destroy(realm->host, realm->rd);

	if (!call_is_success(&reply)) {
		realm->state = REEVE_REALM_DEAD;
		return;
	}
	host_realm_release(realm, false);
}

/* The realm is entered in the books before it is created, so that one that was cut off in between is found (H13). */
static enum reeve_status realm_create_call(struct reeve_realm *realm)
{
	struct call_reply reply;

	params_fill(realm);
	pool_mark(realm->host, realm->rd, REEVE_USE_RD, reeve_ipa(0));
	roots_mark(realm, REEVE_USE_RTT);
	realm->state = REEVE_REALM_NEW;
	enlist(realm);
	reply = call_realm_create(realm->host, realm->rd, realm->bounce);
	memset(pool_pointer(realm->host, realm->bounce), 0, REEVE_GRANULE_SIZE);
	if (call_is_success(&reply)) {
		return REEVE_OK;
	}
	(void)call_realm_destroy(realm->host, realm->rd); /* it may have been carried out all the same */
	delist(realm);
	realm->state = REEVE_REALM_NONE;
	granules_return(realm);
	if (realm->leaked_count > 0) {
		realm->vmid = 0; /* there may be a realm that nobody can name: its VMID is lost with it (H6) */
	}
	return cause_reply(&realm->error, REEVE_STEP_CREATE_REALM, &reply, realm->rd.value);
}

enum reeve_status host_realm_create(struct reeve_realm *realm)
{
	enum reeve_status status;

	if (!reeve_root_geometry(realm->config.ipa_bits, realm->config.lpa2, &realm->start_level, &realm->root_count)) {
		return cause_plain(&realm->error, REEVE_INTERNAL, REEVE_STEP_CREATE_RD, 0);
	}
	if (!vmid_take(realm)) {
		return cause_field(&realm->error, REEVE_NO_MEMORY, REEVE_STEP_CREATE_RD, "vmid", REEVE_VMID_COUNT,
			REEVE_VMID_COUNT - 1);
	}
	realm->lent_count = 0;
	realm->leaked_count = 0;
	status = memory_take(realm);
	if (status != REEVE_OK) {
		host_vmid_release(realm);
		return status;
	}
	status = granules_lend(realm);
	if (status == REEVE_OK) {
		status = realm_create_call(realm);
	}
	if (status != REEVE_OK) {
		books_close(realm);
		return status;
	}
	status = aux_count_ask(realm);
	if (status != REEVE_OK) {
		created_undo(realm);
	}
	return status;
}
