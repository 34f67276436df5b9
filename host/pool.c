/* SPDX-License-Identifier: BSD-2-Clause */
/* pool.c - the free list of granules and the units they come from. */
#include "host/pool.h"

#include <string.h>

/* What a FREE granule holds: its neighbours in the list, as address | 1; 0 ends it. */
struct free_granule {
	uint64_t next;
	uint64_t previous;
};

enum { LINK_SET = 1 };

void pool_lock(const struct reeve_host *host)
{
	if (host->config.ops->lock != NULL) {
		host->config.ops->lock(host->config.context, host->config.lock);
	}
}

void pool_unlock(const struct reeve_host *host)
{
	if (host->config.ops->unlock != NULL) {
		host->config.ops->unlock(host->config.context, host->config.lock);
	}
}

void *pool_pointer(const struct reeve_host *host, struct reeve_pa pa)
{
	return host->config.ops->pointer(host->config.context, pa);
}

unsigned pool_order(unsigned count)
{
	unsigned order = 0;

	while (1U << order < count) {
		order++;
	}
	return order;
}

static struct free_granule *free_at(const struct reeve_host *host, uint64_t link)
{
	return (struct free_granule *)pool_pointer(host, reeve_pa(link & ~(uint64_t)LINK_SET));
}

static void list_push(struct reeve_host *host, struct reeve_pa pa)
{
	struct free_granule *granule = free_at(host, pa.value);

	granule->next = host->ledger.partial.value;
	granule->previous = 0;
	if (granule->next != 0) {
		free_at(host, granule->next)->previous = pa.value | LINK_SET;
	}
	host->ledger.partial.value = pa.value | LINK_SET;
}

static void list_remove(struct reeve_host *host, struct reeve_pa pa)
{
	const struct free_granule *granule = free_at(host, pa.value);

	if (granule->next != 0) {
		free_at(host, granule->next)->previous = granule->previous;
	}
	if (granule->previous != 0) {
		free_at(host, granule->previous)->next = granule->next;
		return;
	}
	host->ledger.partial.value = granule->next;
}

/* Enter the fresh `unit` of 2^note->order granules. The first 2^order are taken, the rest is free. False: the unit is the caller's still. */
static bool unit_enter(struct reeve_host *host, struct reeve_pa unit, unsigned order, const struct ledger_note *note)
{
	struct ledger_note rest = {.use = REEVE_USE_FREE};

	if (!ledger_enter(host, unit, note)) {
		return false;
	}
	for (uint64_t at = ledger_order_size(note->order); at > ledger_order_size(order);) {
		at -= REEVE_GRANULE_SIZE;
		ledger_change(host, reeve_pa(unit.value + at), &rest);
		list_push(host, reeve_pa(unit.value + at));
	}
	return true;
}

/* A fresh unit. The embedder allocates, and clears what may be 2 MiB, while other realms go on with the ledger. */
static bool unit_take(struct reeve_host *host, unsigned order, struct ledger_note note, struct reeve_pa *pa)
{
	unsigned page_order = ledger_page_order(host);
	struct reeve_pa unit;
	bool is_entered;

	note.order = order > page_order ? order : page_order;
	if (!ledger_pages(host, note.order, &unit)) {
		return false;
	}
	pool_lock(host);
	is_entered = unit_enter(host, unit, order, &note);
	pool_unlock(host);
	if (!is_entered) {
		host->config.ops->pages_free(host->config.context, unit, (size_t)ledger_order_size(note.order));
		return false;
	}
	*pa = unit;
	return true;
}

/* A granule of a unit that has free ones. Under the host's lock. */
static bool take_listed(struct reeve_host *host, const struct ledger_note *note, struct reeve_pa *pa)
{
	struct reeve_pa got = {host->ledger.partial.value & ~(uint64_t)LINK_SET};

	if (host->ledger.partial.value == 0) {
		return false;
	}
	list_remove(host, got);
	ledger_change(host, got, note);
	if (note->use == REEVE_USE_BOOKS || note->use == REEVE_USE_PARAMS) {
		memset(pool_pointer(host, got), 0, REEVE_GRANULE_SIZE);
	}
	*pa = got;
	return true;
}

bool pool_take(struct reeve_host *host, enum reeve_use use, uint16_t vmid, struct reeve_pa *pa)
{
	return pool_take_run(host, 0, use, vmid, pa);
}

bool pool_take_run(struct reeve_host *host, unsigned order, enum reeve_use use, uint16_t vmid, struct reeve_pa *pa)
{
	struct ledger_note note = {.use = use, .vmid = vmid};
	bool is_taken;

	pool_lock(host);
	is_taken = order == 0 && take_listed(host, &note, pa);
	pool_unlock(host);
	return is_taken || unit_take(host, order, note, pa);
}

/* The note of a granule that the caller holds. False, and every call fails from now on, when the ledger knows nothing of it. */
static bool note_find(struct reeve_host *host, struct reeve_pa pa, struct ledger_note *note)
{
	bool is_held = ledger_find(host, pa, note) && note->use != REEVE_USE_FREE;

	host->ledger.is_wrong = host->ledger.is_wrong || !is_held;
	return is_held;
}

bool pool_is_wrong(const struct reeve_host *host)
{
	bool is_wrong;

	pool_lock(host);
	is_wrong = host->ledger.is_wrong;
	pool_unlock(host);
	return is_wrong;
}

bool pool_next(struct reeve_host *host, struct reeve_pa *pa, struct ledger_note *note)
{
	bool is_found;

	pool_lock(host);
	is_found = ledger_next(host, pa, note);
	pool_unlock(host);
	return is_found;
}

void pool_mark(struct reeve_host *host, struct reeve_pa pa, enum reeve_use use, struct reeve_ipa ipa)
{
	struct ledger_note note = {0};

	pool_lock(host);
	if (note_find(host, pa, &note)) {
		note.use = use;
		note.ipa = ipa;
		ledger_change(host, pa, &note);
	}
	pool_unlock(host);
}

void pool_leak(struct reeve_host *host, struct reeve_pa pa, const struct call_reply *reply)
{
	struct ledger_note note = {0};

	pool_lock(host);
	if (note_find(host, pa, &note)) {
		note.was = note.use;
		note.use = REEVE_USE_LEAKED;
		note.command = reply->command;
		note.returned = reply->returned;
		ledger_change(host, pa, &note);
	}
	pool_unlock(host);
}

/* All granules of the unit are free: those other than `last` are on the list. */
static void unit_give(struct reeve_host *host, struct reeve_pa unit, unsigned order, struct reeve_pa last)
{
	uint64_t size = ledger_order_size(order);

	for (uint64_t at = unit.value; at != unit.value + size; at += REEVE_GRANULE_SIZE) {
		if (at != last.value) {
			list_remove(host, reeve_pa(at));
		}
	}
	ledger_strike(host, unit, order);
	host->config.ops->pages_free(host->config.context, unit, (size_t)size);
}

void pool_give(struct reeve_host *host, struct reeve_pa pa)
{
	struct ledger_note note = {0};
	struct ledger_note freed = {.use = REEVE_USE_FREE};
	struct reeve_pa unit;

	pool_lock(host);
	if (note_find(host, pa, &note)) {
		unit = reeve_pa(reeve_align_down(pa.value, ledger_order_size(note.order)));
		ledger_change(host, pa, &freed);
		if (ledger_unit_is_free(host, unit, note.order)) {
			unit_give(host, unit, note.order, pa);
		} else {
			list_push(host, pa);
		}
	}
	pool_unlock(host);
}
