/* SPDX-License-Identifier: BSD-2-Clause */
/* destroy.c - taking a realm apart: RECs, memory and tables deepest first, the realm, granules, VMID. */
#include "host/destroy.h"

#include "host/loan.h"
#include "host/memory.h"
#include "host/realm.h"
#include "host/rec.h"
#include "host/salvage.h"
#include "host/share.h"
#include "host/tables.h"

/* A destruction under way: it goes on after a refusal and keeps the first cause. */
struct destruction {
	struct reeve_realm *realm;
	bool is_whole; /* does not stop for progress */
	uint64_t total;
	enum reeve_status status;
	struct reeve_error cause;
};

/* Write down the first failure. */
static void note(struct destruction *d, enum reeve_status status)
{
	if (status != REEVE_OK && d->status == REEVE_OK) {
		d->status = status;
		d->cause = d->realm->error;
	}
}

static bool is_stopped(struct destruction *d, enum reeve_step step)
{
	uint64_t left =
		d->realm->lent_count < d->total ? d->realm->lent_count : d->total; /* a split borrows one more */

	if (d->status == REEVE_BUSY) {
		return true;
	}
	if (host_progress(d->realm, step, d->total - left, d->total) || d->is_whole) {
		return false;
	}
	d->status = REEVE_BUSY;
	d->cause = (struct reeve_error){.status = REEVE_BUSY, .step = step};
	return true;
}

static void recs_destroy(struct destruction *d)
{
	for (struct reeve_rec *rec = d->realm->recs; rec != NULL; rec = rec->next) {
		if (rec->exists && is_stopped(d, REEVE_STEP_DESTROY_RECS)) {
			return;
		}
		if (rec->exists) {
			note(d, rec_destroy(rec));
		}
	}
}

static void table_clear(struct destruction *d, struct reeve_pa table, int level, struct reeve_ipa base);

/* Empty the table at `place` and destroy it. */
static void table_destroy(struct destruction *d, const struct mirror_place *place)
{
	table_clear(d, place->pa, place->level + 1, place->base);
	if (mirror_count(d->realm, place->pa) == 0 && !is_stopped(d, REEVE_STEP_DESTROY_TABLES)) {
		note(d, tables_destroy(d->realm, place));
	}
}

static void entry_clear(struct destruction *d, struct mirror_place place)
{
	switch (place.kind) {
	case MIRROR_NONE:
		return;
	case MIRROR_SHARED:
		note(d, share_unmap(d->realm, &place));
		return;
	case MIRROR_TABLE:
		table_destroy(d, &place);
		return;
	case MIRROR_DATA:
		break;
	}
	if (place.level == RMI_LEVEL_LAST) {
		note(d, memory_take_back(d->realm, &place, REEVE_STEP_DESTROY_DATA));
		return;
	}
	/* Memory is only destroyed page by page: the block is split first. */
	note(d, tables_add(d->realm, place.base, place.level + 1, REEVE_STEP_DESTROY_DATA));
	place = mirror_walk(d->realm, place.base, place.level);
	if (place.kind == MIRROR_TABLE) {
		table_destroy(d, &place);
	}
}

static void table_clear(struct destruction *d, struct reeve_pa table, int level, struct reeve_ipa base)
{
	for (unsigned i = 0; i < MIRROR_ENTRIES && mirror_count(d->realm, table) > 0; i++) {
		struct mirror_place place = mirror_entry(d->realm, table, i, level, base);
		/* A table asks by itself for each thing in it: a way down is no progress. */
		bool is_leaf = place.kind == MIRROR_DATA || place.kind == MIRROR_SHARED;

		if (is_leaf && is_stopped(d, REEVE_STEP_DESTROY_DATA)) {
			return;
		}
		entry_clear(d, place);
	}
}

static void roots_clear(struct destruction *d)
{
	const struct reeve_realm *realm = d->realm;

	for (unsigned i = 0; i < realm->root_count; i++) {
		struct reeve_pa table = {realm->mirror.value + (uint64_t)i * REEVE_GRANULE_SIZE};
		uint64_t base = (uint64_t)i * MIRROR_ENTRIES * mirror_span(realm->start_level);

		table_clear(d, table, realm->start_level, reeve_ipa(base));
	}
}

static enum reeve_status realm_destroy_call(struct reeve_realm *realm)
{
	struct call_reply reply = call_realm_destroy(realm->host, realm->rd);

	bool is_success = call_is_success(&reply);

	if (!is_success && !loan_recover(realm, realm->rd)) {
		return cause_reply(&realm->error, REEVE_STEP_DESTROY_REALM, &reply, realm->rd.value);
	}
	rec_unlink_all(realm);
	host_realm_release(realm, !is_success);
	return REEVE_OK;
}

/* Whether a REC is on a CPU. The library's own word for it may be out of date when the host was cut off: then the monitor is asked. */
static bool is_running(struct reeve_realm *realm, bool is_whole)
{
	for (struct reeve_rec *rec = realm->recs; rec != NULL; rec = rec->next) {
		struct call_reply reply;

		if (!rec->running) {
			continue;
		}
		if (is_whole) {
			reply = call_rec_destroy(realm->host, rec->rec);
			rec->running = call_is_error(&reply, RMI_ERROR_REC);
		}
		if (rec->running) {
			(void)cause_plain(&realm->error, REEVE_BUSY, REEVE_STEP_DESTROY_RECS, rec->rec.value);
			return true;
		}
	}
	return false;
}

/* After a destruction by the mirror that came to no end. Returns what the call answers. */
static enum reeve_status by_salvage(struct reeve_realm *realm, const struct destruction *d)
{
	uint64_t leaked;

	if (!salvage_realm(realm, &leaked)) {
		realm->error = d->cause;
		realm->state = REEVE_REALM_DEAD;
		return d->status;
	}
	return leaked == 0 ? REEVE_OK : cause_plain(&realm->error, REEVE_LEAKED, REEVE_STEP_RETURN, 0);
}

static enum reeve_status destroy(struct reeve_realm *realm, bool is_whole)
{
	struct destruction d = {.realm = realm, .is_whole = is_whole, .total = realm->lent_count};
	bool was_dead = realm->state == REEVE_REALM_DEAD;

	if (is_running(realm, is_whole)) {
		return REEVE_BUSY;
	}
	realm->state = REEVE_REALM_DYING;
	recs_destroy(&d);
	roots_clear(&d);
	tables_settle(realm);
	if (d.status == REEVE_OK) {
		note(&d, realm_destroy_call(realm));
	}
	if (d.status != REEVE_OK && (is_whole || (was_dead && d.status != REEVE_BUSY && d.status != REEVE_NO_MEMORY))) {
		return by_salvage(realm, &d);
	}
	if (d.status != REEVE_OK) {
		realm->error = d.cause;
		realm->state =
			d.status == REEVE_BUSY || d.status == REEVE_NO_MEMORY ? REEVE_REALM_DYING : REEVE_REALM_DEAD;
		return d.status;
	}
	return realm->leaked_count == 0 ? REEVE_OK : cause_plain(&realm->error, REEVE_LEAKED, REEVE_STEP_RETURN, 0);
}

static enum reeve_status destroy_locked(struct reeve_realm *realm, bool is_whole)
{
	enum reeve_status status = REEVE_OK;

	host_realm_lock(realm);
	if (realm->state != REEVE_REALM_NONE) {
		status = destroy(realm, is_whole);
	}
	return host_realm_end(realm, status);
}

enum reeve_status reeve_realm_destroy(struct reeve_realm *realm)
{
	return destroy_locked(realm, false);
}

enum reeve_status destroy_wholly(struct reeve_realm *realm)
{
	return destroy_locked(realm, true);
}
