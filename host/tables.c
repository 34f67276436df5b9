/* SPDX-License-Identifier: BSD-2-Clause */
/* tables.c - RMI_RTT_CREATE, RMI_RTT_FOLD and RMI_RTT_DESTROY, and the mirror beside them. */
#include "host/tables.h"

#include "host/loan.h"
#include "host/realm.h"

enum reeve_status tables_add(struct reeve_realm *realm, struct reeve_ipa ipa, int level, enum reeve_step step)
{
	struct mirror_place parent = mirror_walk(realm, ipa, level - 1);
	struct reeve_pa table;
	struct reeve_pa rtt;
	struct call_reply reply;
	enum reeve_status status;

	if (!pool_take(realm->host, REEVE_USE_BOOKS, realm->vmid, &table)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, step, ipa.value);
	}
	status = loan_take(realm, step, &rtt);
	if (status != REEVE_OK) {
		pool_give(realm->host, table);
		return status;
	}
	reply = call_rtt_create(realm->host, realm->rd, rtt, parent.base, level);
	if (!call_is_success(&reply)) {
		loan_return(realm, rtt);
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

	mirror_set(realm, parent, kind, pa);
	pool_give(realm->host, parent->pa);
	loan_return(realm, rtt);
	if (reply->out[0] != rtt.value) {
		return cause_output(&realm->error, step, reply, "rtt", reply->out[0], rtt.value);
	}
	return REEVE_OK;
}

static enum reeve_status fold(
	struct reeve_realm *realm, const struct mirror_place *parent, enum mirror_kind kind, struct reeve_pa pa)
{
	struct call_reply reply = call_rtt_fold(realm->host, realm->rd, parent->base, parent->level + 1);

	if (call_is_error(&reply, RMI_ERROR_RTT)) {
		return REEVE_OK; /* mixed RIPAS: a table it stays */
	}
	if (!call_is_success(&reply)) {
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

enum reeve_status tables_destroy(struct reeve_realm *realm, const struct mirror_place *parent)
{
	struct call_reply reply = call_rtt_destroy(realm->host, realm->rd, parent->base, parent->level + 1);

	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, REEVE_STEP_DESTROY_TABLES, &reply, parent->base.value);
	}
	return table_gone(realm, parent, MIRROR_NONE, reeve_pa(0), &reply, REEVE_STEP_DESTROY_TABLES);
}
