/* SPDX-License-Identifier: BSD-2-Clause */
/* memory.c - pages and 2 MiB runs of the host become realm memory, granule by granule (rules H9, H12, H14). */
#include "host/memory.h"

#include <string.h>

#include "host/ledger.h"
#include "host/loan.h"
#include "host/realm.h"
#include "host/ripas.h"
#include "host/tables.h"

enum { BLOCK_ORDER = 9 }; /* granules of a 2 MiB block */

/* What belongs at `ipa`, on the page that the monitor reads it from. */
static void content_copy(const struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa ipa)
{
	uint8_t *page = (uint8_t *)pool_pointer(realm->host, realm->bounce);
	size_t at = (size_t)(ipa.value - fill->base.value);
	size_t size = fill->size - at < REEVE_GRANULE_SIZE ? fill->size - at : REEVE_GRANULE_SIZE;

	memcpy(page, fill->content + at, size);
	memset(page + size, 0, REEVE_GRANULE_SIZE - size);
}

/* A refused DATA_CREATE may have been carried out all the same. Content is taken out again, for it would be what another call put there; memory of
 * no content is left: taking it away would leave the page DESTROYED for a realm that runs. False: the granule is the pool's, or leaked. */
static bool stays(struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa ipa, struct reeve_pa pa)
{
	struct call_reply entry;

	if (loan_recover(realm, pa)) {
		return false;
	}
	entry = call_read_entry(realm->host, realm->rd, ipa, RMI_LEVEL_LAST);
	if (!fill->is_known && call_is_success(&entry) && entry.out[0] == RMI_LEVEL_LAST &&
		entry.out[1] == RTTE_ASSIGNED) {
		return true;
	}
	(void)call_data_destroy(realm->host, realm->rd, ipa);
	loan_return(realm, pa);
	return false;
}

/* Lend the granule `pa`, taken as SPARE, as memory at `ipa`. On failure it is the pool's again, or on the leak list, or memory there all the same. */
static enum reeve_status granule_put(
	struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa ipa, struct reeve_pa pa)
{
	struct mirror_place place;
	struct call_reply reply;
	enum reeve_status status = loan_delegate(realm, pa, fill->step);

	if (status != REEVE_OK) {
		return status;
	}
	if (fill->is_known) {
		content_copy(realm, fill, ipa);
		reply = call_data_create(realm->host, realm->rd, pa, ipa, realm->bounce, fill->flags);
	} else {
		reply = call_data_create_unknown(realm->host, realm->rd, pa, ipa);
	}
	if (!call_is_success(&reply) && !stays(realm, fill, ipa, pa)) {
		return cause_reply(&realm->error, fill->step, &reply, ipa.value);
	}
	pool_mark(realm->host, pa, REEVE_USE_DATA, ipa);
	place = mirror_walk(realm, ipa, RMI_LEVEL_LAST);
	mirror_set(realm, &place, MIRROR_DATA, pa);
	return call_is_success(&reply) ? REEVE_OK : cause_reply(&realm->error, fill->step, &reply, ipa.value);
}

/* Whether the 2^order granules at `ipa`, aligned to their size, have no memory. They are in one level 3 table, or in none. */
static bool is_vacant(const struct reeve_realm *realm, struct reeve_ipa ipa, unsigned order)
{
	struct mirror_place place = mirror_walk(realm, ipa, RMI_LEVEL_LAST);

	if (place.level < RMI_LEVEL_LAST) {
		return place.kind == MIRROR_NONE;
	}
	if (order == BLOCK_ORDER) {
		return mirror_count(realm, place.table) == 0;
	}
	for (unsigned i = 0; i < 1U << order; i++) {
		if (mirror_entry(realm, place.table, place.index + i, place.level, place.base).kind != MIRROR_NONE) {
			return false;
		}
	}
	return true;
}

/* The largest run that fits at the start of `range` and that the pool has; `order` says how large. */
static bool run_take(struct reeve_realm *realm, struct reeve_ipa_range range, unsigned *order, struct reeve_pa *pa)
{
	const unsigned orders[] = {BLOCK_ORDER, ledger_page_order(realm->host), 0};

	for (unsigned i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		uint64_t size = ledger_order_size(orders[i]);

		if (!reeve_is_aligned(range.base.value, size) || range.top.value - range.base.value < size ||
			!is_vacant(realm, range.base, orders[i])) {
			continue;
		}
		if (pool_take_run(realm->host, orders[i], REEVE_USE_SPARE, realm->vmid, pa)) {
			*order = orders[i];
			return true;
		}
	}
	return false;
}

/* Fill the start of `left` with one run, and move its base on. `total` is of the whole call, for progress. */
static enum reeve_status run_put(
	struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa_range *left, uint64_t total)
{
	struct reeve_ipa first = left->base;
	struct reeve_pa run;
	unsigned order;
	enum reeve_status status = tables_reach(realm, first, RMI_LEVEL_LAST, fill->step);

	if (status != REEVE_OK) {
		return status;
	}
	if (!run_take(realm, *left, &order, &run)) {
		return cause_plain(&realm->error, REEVE_NO_MEMORY, fill->step, first.value);
	}
	for (uint64_t at = 0; at < ledger_order_size(order); at += REEVE_GRANULE_SIZE) {
		struct reeve_pa pa = {run.value + at};

		if (status == REEVE_OK && !host_progress(realm, fill->step, total - host_granules_in(*left), total)) {
			status = cause_plain(&realm->error, REEVE_BUSY, fill->step, left->base.value);
		}
		if (status != REEVE_OK) {
			pool_give(realm->host, pa);
			continue;
		}
		status = granule_put(realm, fill, left->base, pa);
		if (status == REEVE_OK) {
			left->base.value += REEVE_GRANULE_SIZE;
		}
	}
	return status != REEVE_OK ? status : tables_fold_full(realm, first);
}

static enum reeve_status fill_all(
	struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa_range *left)
{
	uint64_t total = host_granules_in(*left);

	while (left->base.value < left->top.value) {
		struct mirror_place place = mirror_walk(realm, left->base, RMI_LEVEL_LAST);
		enum reeve_status status;

		if (place.kind == MIRROR_DATA && fill->is_known) {
			return cause_field(
				&realm->error, REEVE_INPUT, fill->step, "ipa that has memory", left->base.value, 0);
		}
		if (place.kind == MIRROR_DATA) {
			uint64_t next = place.base.value + mirror_span(place.level);

			left->base.value = next < left->top.value ? next : left->top.value;
			continue;
		}
		status = run_put(realm, fill, left, total);
		if (status != REEVE_OK) {
			return tables_undo(realm, left->base); /* H10: those of a place where nothing came to be */
		}
	}
	return REEVE_OK;
}

enum reeve_status memory_fill(struct reeve_realm *realm, const struct memory_fill *fill, struct reeve_ipa_range range,
	struct reeve_ipa_range *left)
{
	enum reeve_status status;

	*left = range;
	status = fill_all(realm, fill, left);
	tables_settle(realm);
	return status;
}

enum reeve_status memory_take_back(struct reeve_realm *realm, const struct mirror_place *page, enum reeve_step step)
{
	struct call_reply reply = call_data_destroy(realm->host, realm->rd, page->base);

	if (!call_is_success(&reply) && realm->state == REEVE_REALM_DYING && loan_recover(realm, page->pa)) {
		mirror_set(realm, page, MIRROR_NONE, reeve_pa(0));
		return REEVE_OK; /* destroyed already, by a call that was answered otherwise */
	}
	if (!call_is_success(&reply)) {
		return cause_reply(&realm->error, step, &reply, page->base.value);
	}
	mirror_set(realm, page, MIRROR_NONE, reeve_pa(0));
	loan_return(realm, page->pa);
	if (reply.out[0] != page->pa.value) {
		return cause_output(&realm->error, step, &reply, "data", reply.out[0], page->pa.value);
	}
	return REEVE_OK;
}

/* Take back what is at the start of `left`, and move its base on. */
static enum reeve_status discard_next(struct reeve_realm *realm, struct reeve_ipa_range *left, enum reeve_step step)
{
	struct mirror_place place = mirror_walk(realm, left->base, RMI_LEVEL_LAST);
	uint64_t next = place.base.value + mirror_span(place.level);
	enum reeve_status status;

	if (place.kind == MIRROR_DATA && place.level < RMI_LEVEL_LAST) {
		return tables_add(realm, left->base, place.level + 1, step);
	}
	if (place.kind == MIRROR_DATA) {
		status = memory_take_back(realm, &place, step);
		if (status == REEVE_OK && mirror_count(realm, place.table) == 0) {
			status = tables_fold_empty(realm, left->base);
		}
		if (status != REEVE_OK) {
			return status;
		}
	}
	left->base.value = next < left->top.value ? next : left->top.value;
	return REEVE_OK;
}

enum reeve_status memory_discard(struct reeve_realm *realm, struct reeve_ipa_range *left, enum reeve_step step)
{
	uint64_t total = host_granules_in(*left);

	while (left->base.value < left->top.value) {
		enum reeve_status status = REEVE_OK;
		bool is_there = mirror_walk(realm, left->base, RMI_LEVEL_LAST).kind == MIRROR_DATA;

		/* What a stopped call did already is no reason to stop again. */
		if (is_there && !host_progress(realm, step, total - host_granules_in(*left), total)) {
			status = cause_plain(&realm->error, REEVE_BUSY, step, left->base.value);
		}
		if (status == REEVE_OK) {
			status = discard_next(realm, left, step);
		}
		if (status != REEVE_OK) {
			return status;
		}
	}
	return REEVE_OK;
}

/* Whether this is the call that stopped half-way. */
static bool is_populate_again(const struct reeve_realm *realm, const struct memory_fill *fill)
{
	return realm->populate_left.base.value < realm->populate_left.top.value &&
		realm->populate_ipa.value == fill->base.value && realm->populate_size == fill->size &&
		realm->populate_flags == fill->flags;
}

/* What the stopped call put may be gone, or somebody else's memory is where it would go on. */
static void populate_forget(struct reeve_realm *realm)
{
	realm->populate_left = (struct reeve_ipa_range){0};
}

static enum reeve_status populate(struct reeve_realm *realm, const struct memory_fill *fill)
{
	uint64_t size = reeve_align_down((uint64_t)fill->size + REEVE_GRANULE_SIZE - 1, REEVE_GRANULE_SIZE);
	struct reeve_ipa_range range = {fill->base, {fill->base.value + size}};
	struct reeve_ipa_range left;
	enum reeve_status status;

	if (fill->content == NULL || size < fill->size || range.top.value < range.base.value) {
		return cause_field(&realm->error, REEVE_INPUT, fill->step, "size", fill->size, UINT64_MAX);
	}
	status = host_protected_check(realm, fill->step, range);
	if (status != REEVE_OK) {
		return status;
	}
	if (is_populate_again(realm, fill)) {
		range.base = realm->populate_left.base;
	}
	populate_forget(realm);
	status = memory_fill(realm, fill, range, &left);
	if (status != REEVE_OK) {
		realm->populate_ipa = fill->base;
		realm->populate_size = fill->size;
		realm->populate_flags = fill->flags;
		realm->populate_left = left;
	}
	return status;
}

enum reeve_status reeve_realm_populate(
	struct reeve_realm *realm, struct reeve_ipa ipa, const void *content, size_t size, bool measured)
{
	struct memory_fill fill = {
		.step = REEVE_STEP_POPULATE,
		.is_known = true,
		.content = (const uint8_t *)content,
		.size = size,
		.base = ipa,
		.flags = FIELD_SET(0, DATA_FLAG_MEASURE, measured),
	};
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_NEW, REEVE_STEP_POPULATE);

	return host_realm_end(realm, status != REEVE_OK ? status : populate(realm, &fill));
}

/* Memory of unknown content leaves the RIPAS as it is: before activation it must be RAM already, or add_ram would take it for RAM. */
static enum reeve_status provide_check(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	enum reeve_status status = host_protected_check(realm, REEVE_STEP_FAULT, range);

	if (status == REEVE_OK && realm->state == REEVE_REALM_NEW && !ripas_is_ram(realm, range)) {
		return cause_field(&realm->error, REEVE_INPUT, REEVE_STEP_FAULT, "range that is not declared RAM",
			range.base.value, range.top.value);
	}
	return status;
}

enum reeve_status reeve_realm_provide(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	struct memory_fill fill = {.step = REEVE_STEP_FAULT};
	struct reeve_ipa_range left;
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_MEMORY, REEVE_STEP_FAULT);

	if (status == REEVE_OK) {
		status = provide_check(realm, range);
	}
	if (status == REEVE_OK) {
		populate_forget(realm);
		status = memory_fill(realm, &fill, range, &left);
	}
	return host_realm_end(realm, status);
}

enum reeve_status reeve_realm_discard(struct reeve_realm *realm, struct reeve_ipa_range range)
{
	enum reeve_status status = host_realm_begin(realm, HOST_NEED_MADE, REEVE_STEP_DISCARD);
	struct reeve_ipa_range left = range;
	uint64_t leaked = realm->leaked_count;

	if (status == REEVE_OK) {
		status = host_protected_check(realm, REEVE_STEP_DISCARD, range);
	}
	if (status == REEVE_OK) {
		populate_forget(realm);
		status = memory_discard(realm, &left, REEVE_STEP_DISCARD);
	}
	if (status == REEVE_OK && realm->leaked_count != leaked) {
		status = cause_plain(&realm->error, REEVE_LEAKED, REEVE_STEP_RETURN, range.base.value);
	}
	return host_realm_end(realm, status);
}
