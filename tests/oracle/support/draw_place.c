/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_place.c - granules, realms and places in tables that drawn commands name. */
#include "reeve/field.h"
#include "tests/oracle/support/draw_parts.h"

enum { TRIES = 40 };

bool draw_wrong(struct draw *d)
{
	return (d->wrong >> d->asked++ & 1) != 0;
}

/* Granules. */

uint64_t draw_granule(struct draw *d, enum rmi_granule_state state)
{
	unsigned index = 0;

	for (unsigned i = 0; i < TRIES; i++) {
		index = rng_between(d->rng, 0, d->w->granule_count - 1);
		if (rng_percent(d->rng, 10)) { /* the last region: small, and maybe high */
			index = d->w->granule_count - 1 - (unsigned)rng_below(d->rng, 64);
		}
		if (d->w->granules[index].state == state) {
			break;
		}
	}
	return world_granule_pa(d->w, index);
}

uint64_t draw_ns(struct draw *d)
{
	uint64_t pa = draw_granule(d, GRANULE_UNDELEGATED);

	for (unsigned i = 0; i < TRIES && world_granule_const(d->w, pa)->gpt != WORLD_GPT_NS; i++) {
		pa = draw_granule(d, GRANULE_UNDELEGATED);
	}
	return pa;
}

uint64_t draw_outside(struct draw *d)
{
	const struct reeve_monitor_config *c = &d->w->config;
	const struct reeve_pa_range *r = &c->regions[rng_below(d->rng, c->region_count)];

	return RNG_PICK(d->rng, 0, r->top.value, r->base.value - REEVE_GRANULE_SIZE, UINT64_C(1) << 52,
		(UINT64_C(1) << 48) + 0x10000000, UINT64_C(1) << 63, UINT64_MAX - 0xFFF);
}

uint64_t draw_object(struct draw *d)
{
	const struct world *w = d->w;

	if (w->rec_count > 0 && rng_percent(d->rng, 50)) {
		return w->recs[rng_below(d->rng, w->rec_count)].pa;
	}
	if (w->realm_count > 0 && rng_percent(d->rng, 50)) {
		return w->realms[rng_below(d->rng, w->realm_count)].rd;
	}
	return w->table_count > 0 ? w->tables[rng_below(d->rng, w->table_count)].pa : draw_ns(d);
}

uint64_t draw_wrong_pa(struct draw *d, uint64_t right)
{
	switch (rng_below(d->rng, 9)) {
	case 0:
		return right + RNG_PICK(d->rng, 1, 8, 0x800, 0xFFF);
	case 1:
		return draw_outside(d);
	case 2:
		return draw_outside(d) | RNG_PICK(d->rng, 1, 0x800);
	case 3:
		return d->call->x[rng_between(d->rng, 1, RMI_ARGUMENT_MAX)];
	case 4:
		return draw_object(d);
	case 5:
		return draw_granule(d, GRANULE_DELEGATED);
	case 6:
		return draw_ns(d);
	case 7: /* of the last region, which may be beyond 2^48 */
		return world_granule_pa(d->w, d->w->granule_count - 1 - (unsigned)rng_below(d->rng, 64));
	default:
		return world_granule_pa(d->w, rng_between(d->rng, 0, d->w->granule_count - 1));
	}
}

/* Realms, RECs, and places in tables. */

const struct world_realm *draw_realm_in(struct draw *d, enum rmi_realm_state state)
{
	const struct world_realm *realm = NULL;

	for (unsigned i = 0; d->w->realm_count > 0 && i < TRIES; i++) {
		realm = &d->w->realms[rng_below(d->rng, d->w->realm_count)];
		if (state == REALM_NULL || realm->state == state) {
			break;
		}
	}
	return realm;
}

bool want_any(const struct world_entry *entry, int level)
{
	(void)entry;
	(void)level;
	return true;
}

bool want_free_page(const struct world_entry *entry, int level)
{
	return level == RMI_LEVEL_LAST && entry->state == RTTE_UNASSIGNED && !entry->ns;
}

bool want_data_page(const struct world_entry *entry, int level)
{
	return level == RMI_LEVEL_LAST && entry->state == RTTE_ASSIGNED && !entry->ns;
}

bool want_parent(const struct world_entry *entry, int level)
{
	return level < RMI_LEVEL_LAST && entry->state != RTTE_TABLE;
}

bool want_table(const struct world_entry *entry, int level)
{
	(void)level;
	return entry->state == RTTE_TABLE;
}

bool want_ripas(const struct world_entry *entry, int level)
{
	(void)level;
	return entry->state == RTTE_UNASSIGNED && !entry->ns && entry->ripas != RIPAS_DESTROYED;
}

bool want_free_ns(const struct world_entry *entry, int level)
{
	return level > 0 && entry->state == RTTE_UNASSIGNED && entry->ns;
}

bool want_mapped_ns(const struct world_entry *entry, int level)
{
	return level > 0 && entry->state == RTTE_ASSIGNED && entry->ns;
}

struct place draw_place(struct draw *d, const struct world_realm *realm, wanted *want)
{
	struct place place = {.ipa = 0, .level = RMI_LEVEL_LAST};

	for (unsigned i = 0; realm != NULL && i < TRIES; i++) {
		const struct world_table *table = draw_table_of(d->rng, d->w, realm);
		struct world_entry entry;

		place.level = (int)table->level;
		place.table_ipa = table->ipa;
		place.ipa = draw_entry_of(d->rng, d->w, realm, table);
		entry = world_entry(d->w, realm, place.level, place.ipa);
		if (want(&entry, place.level)) {
			break;
		}
	}
	return place;
}
