/* SPDX-License-Identifier: BSD-2-Clause */
/* unicorn_realm.c - see unicorn_realm.h. */
#include "machine/model/unicorn_realm.h"

#include <stdlib.h>
#include <string.h>

#include "machine/model/machine.h"
#include "machine/model/unicorn_exception.h"

static const uint64_t SHOW_MAX = UINT64_C(2) << 20; /* of a block, in one go */

enum { PAGES_AHEAD = 63 };

struct realm *realm_open(struct reeve_pa rd)
{
	struct realm *realm = calloc(1, sizeof(*realm));

	if (realm == NULL) {
		return NULL;
	}
	realm->rd = rd;
	turn_open(&realm->turn);
	loans_open(&realm->loans);
	return realm;
}

void realm_close(struct realm *realm)
{
	while (realm->engines != NULL) {
		struct engine *engine = realm->engines;

		realm->engines = engine->next;
		engine_close(engine);
	}
	window_close(&realm->window);
	turn_close(&realm->turn);
	loans_close(&realm->loans);
	free(realm);
}

/* With the turn. */
static void hide(struct realm *realm, uint64_t ipa, uint64_t size)
{
	for (struct engine *engine = realm->engines; engine != NULL; engine = engine->next) {
		engine_forget(engine, ipa, size);
	}
	window_hide(&realm->window, ipa, size);
}

void realm_invalidate(struct realm *realm, uint64_t base, uint64_t size)
{
	turn_take(&realm->turn, TURN_FRONT);
	hide(realm, base, size);
	turn_give(&realm->turn);
}

void realm_lose(struct realm *realm, uint64_t pa)
{
	unsigned next = 0;
	uint64_t ipa;

	while (loans_find(&realm->loans, pa, &next, &ipa)) {
		realm_invalidate(realm, ipa, REEVE_GRANULE_SIZE);
	}
}

uint32_t realm_word(struct realm *realm, uint64_t pc)
{
	const uint32_t *word;
	uint32_t value;

	turn_take(&realm->turn, TURN_FRONT);
	word = (pc & 3) == 0 ? window_at(&realm->window, pc) : NULL;
	value = word != NULL ? *word : 0;
	turn_give(&realm->turn);
	return value;
}

/* One question to stage 2 and its answer. */
struct lookup {
	struct realm *realm;
	const struct reeve_model *model;
	uint64_t ipa;
	unsigned need;
	struct stage2_translation translation;
	unsigned protection;
	bool was_shown; /* the page, already */
	enum window_result result;
};

static unsigned protection_of(const struct stage2_translation *translation)
{
	return (translation->can_read ? (unsigned)WINDOW_READ : 0) |
		(translation->can_write ? (unsigned)WINDOW_WRITE : 0) |
		(translation->can_execute ? (unsigned)WINDOW_EXECUTE : 0);
}

static enum window_result show(struct lookup *lookup, uint64_t ipa, uint64_t size)
{
	const struct stage2_translation *t = &lookup->translation;
	struct realm *realm = lookup->realm;
	struct loan loan = {.ipa = ipa, .pa = t->pa.value + (ipa - t->base.value), .size = size};

	if (t->ns && !loans_add(&realm->loans, loan)) {
		return WINDOW_FULL;
	}
	if (window_protection(&realm->window, ipa) != lookup->protection) {
		hide(realm, ipa, size);
	}
	return window_show(&realm->window, model_memory_of(lookup->model), ipa, loan.pa, size, lookup->protection);
}

/* What the host delegated meanwhile, or before it was mapped, is not there for the realm. */
static void hide_delegated(struct lookup *lookup, uint64_t ipa, uint64_t size)
{
	const struct stage2_translation *t = &lookup->translation;

	for (uint64_t at = ipa; t->ns && at < ipa + size; at += REEVE_GRANULE_SIZE) {
		if (!protection_is_ns(lookup->model, t->pa.value + (at - t->base.value))) {
			hide(lookup->realm, at, REEVE_GRANULE_SIZE);
		}
	}
}

/* With the turn. When the window or the book of loans is full everything goes, and comes back as it is used. */
static enum window_result show_entry(struct lookup *lookup)
{
	const struct stage2_translation *t = &lookup->translation;
	uint64_t size = t->span < SHOW_MAX ? t->span : SHOW_MAX;
	enum window_result result = show(lookup, reeve_align_down(lookup->ipa, size), size);

	if (result == WINDOW_FULL) {
		hide(lookup->realm, 0, UINT64_MAX);
		window_close(&lookup->realm->window);
		loans_clear(&lookup->realm->loans);
	}
	if (result != WINDOW_DONE && (result == WINDOW_FULL || size > REEVE_GRANULE_SIZE)) {
		size = REEVE_GRANULE_SIZE;
		result = show(lookup, reeve_align_down(lookup->ipa, size), size);
	}
	if (result != WINDOW_DONE) {
		return result;
	}
	hide_delegated(lookup, reeve_align_down(lookup->ipa, size), size);
	return window_protection(&lookup->realm->window, lookup->ipa) != 0 ? WINDOW_DONE : WINDOW_NO_MEMORY;
}

/* Under the realm's lock in the monitor: the entry cannot change before it is shown. */
static void take_translation(void *context, const struct stage2_translation *translation)
{
	struct lookup *lookup = context;

	lookup->translation = *translation;
	lookup->protection = translation->mapped ? protection_of(translation) : 0;
	if ((lookup->protection & lookup->need) == 0) {
		return;
	}
	turn_take(&lookup->realm->turn, TURN_FRONT);
	lookup->was_shown = window_protection(&lookup->realm->window, lookup->ipa) == lookup->protection;
	lookup->result = lookup->was_shown ? WINDOW_DONE : show_entry(lookup);
	turn_give(&lookup->realm->turn);
}

static bool is_reachable(const struct lookup *lookup)
{
	return (lookup->protection & lookup->need) != 0 && lookup->result == WINDOW_DONE;
}

/* Programs go forward: the pages after one that was missing are shown with it, so that they become one region. */
static void show_ahead(struct reeve_monitor *monitor, const struct stage2 *stage2, const struct lookup *first)
{
	for (unsigned i = 1; i <= PAGES_AHEAD; i++) {
		struct lookup lookup = *first;

		lookup.ipa = first->ipa + (uint64_t)i * REEVE_GRANULE_SIZE;
		lookup.need = first->protection;
		if ((lookup.ipa & (SHOW_MAX - 1)) < REEVE_GRANULE_SIZE) {
			return;
		}
		monitor_stage2_translate(monitor, stage2, reeve_ipa(lookup.ipa), take_translation, &lookup);
		if (!is_reachable(&lookup) || lookup.was_shown || lookup.protection != first->protection) {
			return;
		}
	}
}

static bool map_shown(struct realm *realm, struct engine *engine, const struct engine_stop *stop)
{
	bool mapped;

	turn_take(&realm->turn, TURN_FRONT);
	mapped = engine_map(engine, stop->address, stop->need);
	turn_give(&realm->turn);
	return mapped;
}

enum realm_access realm_resolve(struct realm *realm, struct engine *engine, struct reeve_model *model,
	const struct rec_cpu *rec, const struct engine_stop *stop, struct rec_trap *trap)
{
	struct lookup lookup = {.realm = realm, .model = model, .ipa = stop->address, .need = stop->need};

	if (map_shown(realm, engine, stop)) {
		return REALM_REACHED;
	}
	monitor_stage2_translate(
		model_monitor_of(model), &rec->stage2, reeve_ipa(stop->address), take_translation, &lookup);
	if ((lookup.protection & lookup.need) == 0) {
		exception_trap_stage2(stop, realm_word(realm, rec->pc), &lookup.translation, trap);
		return REALM_TRAPPED;
	}
	if (lookup.result == WINDOW_NO_MEMORY) {
		exception_trap_external(stop, trap);
		return REALM_TRAPPED;
	}
	if (lookup.result == WINDOW_FULL) {
		exception_trap_serror(trap);
		return REALM_TRAPPED;
	}
	if (lookup.translation.span == REEVE_GRANULE_SIZE) {
		show_ahead(model_monitor_of(model), &rec->stage2, &lookup);
	}
	(void)map_shown(realm, engine, stop); /* what was taken away meanwhile is asked for again */
	return REALM_REACHED;
}
