/* SPDX-License-Identifier: BSD-2-Clause */
/* share.c - host memory at unprotected addresses: pages, and 2 MiB blocks where both sides are aligned. */
#include "host/share.h"
#include "host/loan.h"
#include "host/realm.h"
#include "host/tables.h"

/* Stage 2 attributes with FWB: Normal write-back whatever stage 1 says; readable and writable. Source: RMM v1.0, RTT_MAP_UNPROTECTED. */
enum { MEMATTR_WRITE_BACK = 6, S2AP_READ_WRITE = 3, PA_BITS_BASE = 48, PA_BITS_LPA2 = 52, OA_SPLIT_BIT = 50 };

static uint64_t descriptor(const struct reeve_realm *realm, struct reeve_pa pa)
{
	uint64_t word = FIELD_SET(0, S2_NS_MEMATTR, MEMATTR_WRITE_BACK);

	word = FIELD_SET(word, S2_S2AP, S2AP_READ_WRITE);
	if (!realm->config.lpa2) {
		return FIELD_SET(word, S2_OA, pa.value >> REEVE_GRANULE_SHIFT);
	}
	word = FIELD_SET(word, S2_LPA2_OA, pa.value >> REEVE_GRANULE_SHIFT);
	return FIELD_SET(word, S2_LPA2_OA_51_50, pa.value >> OA_SPLIT_BIT);
}

/* The level to map the start of `left` at: a block when everything is aligned, fits, and no table is in the way. */
static int level_for(const struct reeve_realm *realm, struct reeve_ipa_range left, struct reeve_pa pa)
{
	uint64_t block = mirror_span(MIRROR_BLOCK_LEVEL);
	struct mirror_place place = mirror_walk(realm, left.base, RMI_LEVEL_LAST);
	bool fits = reeve_is_aligned(left.base.value | pa.value, block) && left.top.value - left.base.value >= block;

	return fits && place.level <= MIRROR_BLOCK_LEVEL ? MIRROR_BLOCK_LEVEL : RMI_LEVEL_LAST;
}

static enum reeve_status map_next(struct reeve_realm *realm, struct reeve_ipa_range *left, struct reeve_pa *pa)
{
	int level = level_for(realm, *left, *pa);
	struct mirror_place place;
	struct call_reply reply;
	enum reeve_status status;

	if (mirror_walk(realm, left->base, level).kind == MIRROR_SHARED) {
		return cause_field(
			&realm->error, REEVE_INPUT, REEVE_STEP_SHARE, "ipa that is shared", left->base.value, 0);
	}
	status = tables_reach(realm, left->base, level, REEVE_STEP_SHARE);
	if (status != REEVE_OK) {
		return status;
	}
	reply = call_map_unprotected(realm->host, realm->rd, left->base, level, descriptor(realm, *pa));
	if (!call_is_success(&reply)) {
		/* It may have been carried out all the same. */
		(void)call_unmap_unprotected(realm->host, realm->rd, left->base, level);
		return cause_reply(&realm->error, REEVE_STEP_SHARE, &reply, left->base.value);
	}
	place = mirror_walk(realm, left->base, level);
	mirror_set(realm, &place, MIRROR_SHARED, *pa);
	left->base.value += mirror_span(level);
	pa->value += mirror_span(level);
	return REEVE_OK;
}

/* Whether the monitor had unmapped it before, by a call that was answered otherwise. */
static bool is_unmapped(const struct reeve_realm *realm, const struct mirror_place *place)
{
	struct call_reply reply = call_read_entry(realm->host, realm->rd, place->base, place->level);

	return call_is_success(&reply) && reply.out[0] == (uint64_t)place->level && reply.out[1] == RTTE_UNASSIGNED;
}

enum reeve_status share_unmap(struct reeve_realm *realm, const struct mirror_place *place)
{
	struct call_reply reply = call_unmap_unprotected(realm->host, realm->rd, place->base, place->level);

	if (!call_is_success(&reply) && !(realm->state == REEVE_REALM_DYING && is_unmapped(realm, place))) {
		return cause_reply(&realm->error, REEVE_STEP_UNSHARE, &reply, place->base.value);
	}
	mirror_set(realm, place, MIRROR_NONE, reeve_pa(0));
	return REEVE_OK;
}

/* Unmap what is at the start of `left`, a block split when only part of it is meant, and move the base on. */
static enum reeve_status unmap_next(struct reeve_realm *realm, struct reeve_ipa_range *left)
{
	struct mirror_place place = mirror_walk(realm, left->base, RMI_LEVEL_LAST);
	uint64_t next = place.base.value + mirror_span(place.level);
	bool is_whole = place.base.value == left->base.value && next <= left->top.value;
	enum reeve_status status = REEVE_OK;

	if (place.kind == MIRROR_SHARED && !is_whole) {
		return tables_add(realm, left->base, place.level + 1, REEVE_STEP_UNSHARE);
	}
	if (place.kind == MIRROR_SHARED) {
		status = share_unmap(realm, &place);
		if (status == REEVE_OK && mirror_count(realm, place.table) == 0) {
			status = tables_fold_empty(realm, left->base);
		}
	}
	if (status == REEVE_OK) {
		left->base.value = next < left->top.value ? next : left->top.value;
	}
	return status;
}

static enum reeve_status unmap(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	struct reeve_ipa_range left = range;
	enum reeve_status status = REEVE_OK;

	while (status == REEVE_OK && left.base.value < left.top.value) {
		status = unmap_next(realm, &left);
	}
	return status;
}

/* REEVE_BUSY when the embedder wants to stop before `left`. */
static enum reeve_status ask(
	struct reeve_realm *realm, enum reeve_step step, struct reeve_ipa_range range, struct reeve_ipa_range left)
{
	uint64_t total = host_granules_in(range);

	return host_progress(realm, step, total - host_granules_in(left), total)
		? REEVE_OK
		: cause_plain(&realm->error, REEVE_BUSY, step, left.base.value);
}

/* Unmap what was mapped and fold the tables that were added for a mapping that failed (H10). The first cause stays. */
static void share_undo(struct reeve_realm *realm, struct reeve_ipa_range done)
{
	struct reeve_error cause = realm->error;
	enum reeve_status unmapped = unmap(realm, done);
	enum reeve_status folded = tables_fold_empty(realm, done.top);

	if (unmapped != REEVE_OK || folded != REEVE_OK) {
		cause.status = realm->error.status == REEVE_BROKEN ? REEVE_BROKEN : cause.status;
	}
	realm->error = cause;
}

static enum reeve_status share(struct reeve_realm *realm, struct reeve_ipa_range range, struct reeve_pa pa)
{
	uint64_t size = range.top.value - range.base.value;
	uint64_t limit = UINT64_C(1) << (realm->config.lpa2 ? PA_BITS_LPA2 : PA_BITS_BASE);
	struct reeve_ipa_range left = range;
	enum reeve_status status = host_unprotected_check(realm, REEVE_STEP_SHARE, range);

	if (status != REEVE_OK) {
		return status;
	}
	if (!reeve_is_aligned(pa.value, REEVE_GRANULE_SIZE) || pa.value >= limit || size > limit - pa.value) {
		return cause_field(&realm->error, REEVE_INPUT, REEVE_STEP_SHARE, "pa", pa.value, limit);
	}
	while (status == REEVE_OK && left.base.value < left.top.value) {
		status = ask(realm, REEVE_STEP_SHARE, range, left);
		if (status == REEVE_OK) {
			status = map_next(realm, &left, &pa);
		}
	}
	if (status != REEVE_OK) {
		share_undo(realm, (struct reeve_ipa_range){range.base, left.base});
		return realm->error.status;
	}
	return REEVE_OK;
}

enum reeve_status reeve_realm_share(struct reeve_realm *realm, struct reeve_ipa_range range, struct reeve_pa pa)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_MEMORY, REEVE_STEP_SHARE);

	return host_realm_end(realm, status != REEVE_OK ? status : share(realm, range, pa));
}

enum reeve_status reeve_realm_unshare(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_MADE, REEVE_STEP_UNSHARE);
	struct reeve_ipa_range left = range;

	if (status == REEVE_OK) {
		status = host_unprotected_check(realm, REEVE_STEP_UNSHARE, range);
	}
	while (status == REEVE_OK && left.base.value < left.top.value) {
		/* What a stopped call did already is no reason to stop again. */
		if (mirror_walk(realm, left.base, RMI_LEVEL_LAST).kind == MIRROR_SHARED) {
			status = ask(realm, REEVE_STEP_UNSHARE, range, left);
		}
		if (status == REEVE_OK) {
			status = unmap_next(realm, &left);
		}
	}
	return host_realm_end(realm, status);
}
