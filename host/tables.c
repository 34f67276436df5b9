/* SPDX-License-Identifier: BSD-2-Clause */
/* tables.c - RMI_RTT_CREATE, RMI_RTT_FOLD and RMI_RTT_DESTROY, and the mirror beside them. */
#include "host/tables.h"

#include <string.h>

#include "host/loan.h"
#include "host/realm.h"

enum { RESERVE = 2 }; /* a table and its mirror: what splitting one block takes */

/* From the pool; when a realm is taken apart and there is no memory, from its reserve. */
static bool granule_take(struct reeve_realm *realm, enum reeve_use use, struct reeve_pa *pa)
{
	if (pool_take(realm->host, use, realm->vmid, pa)) {
		return true;
	}
	if (realm->state != REEVE_REALM_DYING || realm->reserve_count == 0) {
		return false;
	}
	realm->reserve_count--;
	*pa = realm->reserve[realm->reserve_count];
	memset(pool_pointer(realm->host, *pa), 0, REEVE_GRANULE_SIZE);
	pool_mark(realm->host, *pa, use, reeve_ipa(0));
	return true;
}

/* Back to the reserve while there are blocks to split, or to the pool. */
static void granule_give(struct reeve_realm *realm, struct reeve_pa pa, bool is_wanted)
{
	if (!is_wanted || realm->reserve_count == RESERVE) {
		pool_give(realm->host, pa);
		return;
	}
	pool_mark(realm->host, pa, REEVE_USE_BOOKS, reeve_ipa(0));
	realm->reserve[realm->reserve_count] = pa;
	realm->reserve_count++;
}

/* A granule for a table, delegated. */
static enum reeve_status rtt_take(
	struct reeve_realm *realm, struct reeve_ipa ipa, enum reeve_step step, struct reeve_pa *rtt)
{
	if (realm->has_table) {
		realm->has_table = false;
		*rtt = realm->table;
		return REEVE_OK;
	}
	if (!granule_take(realm, REEVE_USE_SPARE, rtt)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, step, ipa.value);
	}
	return loan_delegate(realm, *rtt, step);
}

static void rtt_give(struct reeve_realm *realm, struct reeve_pa rtt, bool is_wanted)
{
	if (loan_end(realm, rtt)) {
		granule_give(realm, rtt, is_wanted);
	}
}

/* Keep the granule of a table that is gone for the next table, or take it back. */
static void rtt_gone(struct reeve_realm *realm, struct reeve_pa rtt, bool is_wanted)
{
	if (!is_wanted || realm->has_table) {
		rtt_give(realm, rtt, is_wanted);
		return;
	}
	pool_mark(realm->host, rtt, REEVE_USE_SPARE, reeve_ipa(0));
	realm->table = rtt;
	realm->has_table = true;
}

void tables_settle(struct reeve_realm *realm)
{
	if (realm->has_table) {
		realm->has_table = false;
		rtt_give(realm, realm->table, true);
	}
}

enum reeve_status tables_add(struct reeve_realm *realm, struct reeve_ipa ipa, int level, enum reeve_step step)
{
	struct mirror_place parent = mirror_walk(realm, ipa, level - 1);
	struct reeve_pa table;
	struct reeve_pa rtt;
	struct call_reply reply;
	enum reeve_status status;

	if (!granule_take(realm, REEVE_USE_BOOKS, &table)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, step, ipa.value);
	}
	status = rtt_take(realm, ipa, step, &rtt);
	if (status != REEVE_OK) {
		pool_give(realm->host, table);
		return status;
	}
	reply = call_rtt_create(realm->host, realm->rd, rtt, parent.base, level);
	if (!call_is_success(&reply)) {
		if (!loan_recover(realm, rtt)) {
			/* It may have been carried out all the same. */
			(void)call_rtt_fold(realm->host, realm->rd, parent.base, level);
			loan_return(realm, rtt);
		}
		pool_give(realm->host, table);
		return cause_reply(&realm->error, step, &reply, parent.base.value);
	}
	pool_mark(realm->host, rtt, REEVE_USE_RTT, parent.base);
	mirror_open(realm, table, rtt, &parent);
	mirror_set(realm, &parent, MIRROR_TABLE, table);
	return REEVE_OK;
}

enum reeve_status tables_reach(struct reeve_realm *realm, struct reeve_ipa ipa, int level, enum reeve_step step)
{
	for (int l = mirror_walk(realm, ipa, level).level + 1; l <= level; l++) {
		enum reeve_status status = tables_add(realm, ipa, l, step);

		if (status != REEVE_OK) {
			return status;
		}
	}
	return REEVE_OK;
}

/* The monitor no longer uses the table at `parent`: the entry becomes `kind`, and the granules go back. */
static enum reeve_status table_gone(struct reeve_realm *realm, const struct mirror_place *parent, enum mirror_kind kind,
	struct reeve_pa pa, const struct call_reply *reply, enum reeve_step step)
{
	struct reeve_pa rtt = mirror_rtt(realm, parent->pa);
	bool is_wanted = kind == MIRROR_DATA || realm->state == REEVE_REALM_DYING;

	mirror_set(realm, parent, kind, pa);
	granule_give(realm, parent->pa, is_wanted);
	rtt_gone(realm, rtt, is_wanted);
	if (reply->out[0] != rtt.value) {
		return cause_output(&realm->error, step, reply, "rtt", reply->out[0], rtt.value);
	}
	return REEVE_OK;
}

/* The monitor had given the RTT up before, by a call that was answered otherwise. False: it has not. */
static bool table_was_gone(
	struct reeve_realm *realm, const struct mirror_place *parent, enum mirror_kind kind, struct reeve_pa pa)
{
	if (!loan_recover(realm, mirror_rtt(realm, parent->pa))) {
		return false;
	}
	mirror_set(realm, parent, kind, pa);
	granule_give(realm, parent->pa, realm->state == REEVE_REALM_DYING);
	return true;
}

static enum reeve_status fold(
	struct reeve_realm *realm, const struct mirror_place *parent, enum mirror_kind kind, struct reeve_pa pa)
{
	struct call_reply reply = call_rtt_fold(realm->host, realm->rd, parent->base, parent->level + 1);

	if (call_is_refusal(&reply)) {
		return REEVE_OK; /* mixed RIPAS, or whatever else: a table it stays */
	}
	if (!call_is_success(&reply)) {
		(void)table_was_gone(realm, parent, kind, pa); /* the realm ends, with the right picture */
		return cause_reply(&realm->error, REEVE_STEP_FOLD, &reply, parent->base.value);
	}
	return table_gone(realm, parent, kind, pa, &reply, REEVE_STEP_FOLD);
}

enum reeve_status tables_fold_full(struct reeve_realm *realm, struct reeve_ipa ipa)
{
	struct mirror_place parent = mirror_walk(realm, ipa, MIRROR_BLOCK_LEVEL);
	enum mirror_kind kind;
	struct reeve_pa pa;

	if (parent.kind != MIRROR_TABLE || mirror_count(realm, parent.pa) != MIRROR_ENTRIES ||
		!mirror_is_block(realm, parent.pa, RMI_LEVEL_LAST, &kind, &pa)) {
		return REEVE_OK;
	}
	return fold(realm, &parent, kind, pa);
}

enum reeve_status tables_fold_empty(struct reeve_realm *realm, struct reeve_ipa ipa)
{
	for (int level = RMI_LEVEL_LAST - 1; level >= realm->start_level; level--) {
		struct mirror_place parent = mirror_walk(realm, ipa, level);
		enum reeve_status status;

		if (parent.level < level || parent.kind == MIRROR_NONE) {
			continue;
		}
		if (parent.kind != MIRROR_TABLE || mirror_count(realm, parent.pa) != 0) {
			return REEVE_OK;
		}
		status = fold(realm, &parent, MIRROR_NONE, reeve_pa(0));
		if (status != REEVE_OK) {
			return status;
		}
		if (mirror_walk(realm, ipa, level).kind == MIRROR_TABLE) {
			return REEVE_OK;
		}
	}
	return REEVE_OK;
}

enum reeve_status tables_undo(struct reeve_realm *realm, struct reeve_ipa ipa)
{
	struct reeve_error cause = realm->error;

	if (cause.status == REEVE_BUSY) {
		return REEVE_BUSY; /* or a call that is stopped after each step would never come further */
	}
	if (tables_fold_empty(realm, ipa) == REEVE_BROKEN) {
		cause.status = REEVE_BROKEN;
	}
	realm->error = cause;
	return cause.status;
}

enum reeve_status tables_destroy(struct reeve_realm *realm, const struct mirror_place *parent)
{
	struct call_reply reply = call_rtt_destroy(realm->host, realm->rd, parent->base, parent->level + 1);

	if (!call_is_success(&reply) && table_was_gone(realm, parent, MIRROR_NONE, reeve_pa(0))) {
		return REEVE_OK;
	}
	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_DESTROY_TABLES, &reply, parent->base.value);
	}
	return table_gone(realm, parent, MIRROR_NONE, reeve_pa(0), &reply, REEVE_STEP_DESTROY_TABLES);
}
