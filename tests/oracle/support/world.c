/* SPDX-License-Identifier: BSD-2-Clause */
/* world.c - granules, realms and RECs of a world: found, added, removed, put in order. */
#include "tests/oracle/support/world.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/field.h"

/* Room that one command may need: REALM_CREATE adds 16 tables, and each entry written splits a run in at most three. */
enum { ROOM_TABLES = 16, ROOM_RUNS = 64 };

bool world_init(struct world *w, const struct reeve_monitor_config *config)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < config->region_count; i++) {
		count += (config->regions[i].top.value - config->regions[i].base.value) / REEVE_GRANULE_SIZE;
	}
	if (count > WORLD_GRANULES_MAX) {
		return false;
	}
	w->config = *config;
	w->granule_count = (unsigned)count;
	w->realm_count = w->rec_count = w->table_count = w->run_count = 0;
	memset(w->granules, 0, count * sizeof(w->granules[0]));
	return true;
}

void world_copy(struct world *to, const struct world *from)
{
	to->config = from->config;
	to->granule_count = from->granule_count;
	to->realm_count = from->realm_count;
	to->rec_count = from->rec_count;
	to->table_count = from->table_count;
	to->run_count = from->run_count;
	memcpy(to->granules, from->granules, from->granule_count * sizeof(to->granules[0]));
	memcpy(to->realms, from->realms, from->realm_count * sizeof(to->realms[0]));
	memcpy(to->recs, from->recs, from->rec_count * sizeof(to->recs[0]));
	memcpy(to->tables, from->tables, from->table_count * sizeof(to->tables[0]));
	memcpy(to->runs, from->runs, from->run_count * sizeof(to->runs[0]));
}

bool world_has_room(const struct world *w)
{
	return w->realm_count < WORLD_REALMS_MAX && w->rec_count < WORLD_RECS_MAX &&
		w->table_count + ROOM_TABLES <= WORLD_TABLES_MAX && w->run_count + ROOM_RUNS <= WORLD_RUNS_MAX;
}

/* Granules. */

static bool granule_index(const struct world *w, uint64_t pa, unsigned *index)
{
	uint64_t before = 0;

	for (unsigned i = 0; i < w->config.region_count; i++) {
		const struct reeve_pa_range *r = &w->config.regions[i];

		if (pa >= r->base.value && pa < r->top.value) {
			*index = (unsigned)(before + (pa - r->base.value) / REEVE_GRANULE_SIZE);
			return true;
		}
		before += (r->top.value - r->base.value) / REEVE_GRANULE_SIZE;
	}
	return false;
}

struct world_granule *world_granule(struct world *w, uint64_t pa)
{
	unsigned index;

	return granule_index(w, pa, &index) ? &w->granules[index] : NULL;
}

const struct world_granule *world_granule_const(const struct world *w, uint64_t pa)
{
	unsigned index;

	return granule_index(w, pa, &index) ? &w->granules[index] : NULL;
}

uint64_t world_granule_pa(const struct world *w, unsigned index)
{
	const struct reeve_pa_range *r = w->config.regions;
	uint64_t left = index;

	assert(index < w->granule_count);
	while (left >= (r->top.value - r->base.value) / REEVE_GRANULE_SIZE) {
		left -= (r->top.value - r->base.value) / REEVE_GRANULE_SIZE;
		r++;
	}
	return r->base.value + left * REEVE_GRANULE_SIZE;
}

void world_granule_set(struct world *w, uint64_t pa, enum rmi_granule_state state, uint64_t owner)
{
	struct world_granule *g = world_granule(w, pa);
	bool owned = state != GRANULE_UNDELEGATED && state != GRANULE_DELEGATED;

	assert(g != NULL);
	g->state = state;
	g->owner = owned ? owner : 0;
	g->gpt = state == GRANULE_UNDELEGATED ? WORLD_GPT_NS : WORLD_GPT_REALM;
}

/* Realms and RECs. */

struct world_realm *world_realm(struct world *w, uint64_t rd)
{
	for (unsigned i = 0; i < w->realm_count; i++) {
		if (w->realms[i].rd == rd) {
			return &w->realms[i];
		}
	}
	return NULL;
}

const struct world_realm *world_realm_const(const struct world *w, uint64_t rd)
{
	for (unsigned i = 0; i < w->realm_count; i++) {
		if (w->realms[i].rd == rd) {
			return &w->realms[i];
		}
	}
	return NULL;
}

struct world_rec *world_rec(struct world *w, uint64_t pa)
{
	for (unsigned i = 0; i < w->rec_count; i++) {
		if (w->recs[i].pa == pa) {
			return &w->recs[i];
		}
	}
	return NULL;
}

const struct world_rec *world_rec_const(const struct world *w, uint64_t pa)
{
	for (unsigned i = 0; i < w->rec_count; i++) {
		if (w->recs[i].pa == pa) {
			return &w->recs[i];
		}
	}
	return NULL;
}

/* EL1h, interrupts masked. */
void world_rec_reset(struct world_rec *rec)
{
#define EL1_REGISTER(name, op0, op1, crn, crm, op2, reset) reset,
	static const uint64_t el1[WORLD_EL1_COUNT] = {
#include "spec/el1_registers.def"
	};
#undef EL1_REGISTER

	rec->pstate = FIELD_SET(FIELD_MASK(SPSR_DAIF), SPSR_MODE, 5);
	rec->sp_el0 = rec->sp_el1 = 0;
	memcpy(rec->el1, el1, sizeof(el1));
}

unsigned world_realm_recs(const struct world *w, uint64_t rd)
{
	unsigned count = 0;

	for (unsigned i = 0; i < w->rec_count; i++) {
		count += w->recs[i].rd == rd;
	}
	return count;
}

struct world_realm *world_realm_add(struct world *w, const struct world_realm *realm)
{
	unsigned at = 0;

	assert(w->realm_count < WORLD_REALMS_MAX);
	while (at < w->realm_count && w->realms[at].rd < realm->rd) {
		at++;
	}
	memmove(&w->realms[at + 1], &w->realms[at], (w->realm_count - at) * sizeof(w->realms[0]));
	w->realms[at] = *realm;
	w->realm_count++;
	return &w->realms[at];
}

struct world_rec *world_rec_add(struct world *w, const struct world_rec *rec)
{
	unsigned at = 0;

	assert(w->rec_count < WORLD_RECS_MAX);
	while (at < w->rec_count && w->recs[at].pa < rec->pa) {
		at++;
	}
	memmove(&w->recs[at + 1], &w->recs[at], (w->rec_count - at) * sizeof(w->recs[0]));
	w->recs[at] = *rec;
	w->rec_count++;
	return &w->recs[at];
}

void world_realm_remove(struct world *w, uint64_t rd)
{
	struct world_realm *realm = world_realm(w, rd);

	assert(realm != NULL);
	memmove(realm, realm + 1, (size_t)(&w->realms[w->realm_count] - (realm + 1)) * sizeof(*realm));
	w->realm_count--;
}

void world_rec_remove(struct world *w, uint64_t pa)
{
	struct world_rec *rec = world_rec(w, pa);

	assert(rec != NULL);
	memmove(rec, rec + 1, (size_t)(&w->recs[w->rec_count] - (rec + 1)) * sizeof(*rec));
	w->rec_count--;
}

/* MPIDRs. */

uint32_t world_mpidr_index(uint64_t mpidr)
{
	return (uint32_t)(FIELD_GET(mpidr, REC_MPIDR_AFF0) | FIELD_GET(mpidr, REC_MPIDR_AFF1) << 4 |
		FIELD_GET(mpidr, REC_MPIDR_AFF2) << 12 | FIELD_GET(mpidr, REC_MPIDR_AFF3) << 20);
}

uint64_t world_index_mpidr(uint32_t index)
{
	uint64_t mpidr = FIELD_SET(0, REC_MPIDR_AFF0, index);

	mpidr = FIELD_SET(mpidr, REC_MPIDR_AFF1, index >> 4);
	mpidr = FIELD_SET(mpidr, REC_MPIDR_AFF2, index >> 12);
	return FIELD_SET(mpidr, REC_MPIDR_AFF3, index >> 20);
}

uint64_t world_mpidr_el1(uint64_t mpidr)
{
	return FIELD_SET(FIELD_SET(mpidr, REC_MPIDR_AFF3, 0), MPIDR_AFF3, FIELD_GET(mpidr, REC_MPIDR_AFF3));
}

/* The order of W1. */

static int order(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int realm_order(const void *a, const void *b)
{
	return order(((const struct world_realm *)a)->rd, ((const struct world_realm *)b)->rd);
}

static int rec_order(const void *a, const void *b)
{
	return order(((const struct world_rec *)a)->pa, ((const struct world_rec *)b)->pa);
}

static int place_order(uint64_t rd_a, int level_a, uint64_t ipa_a, uint64_t rd_b, int level_b, uint64_t ipa_b)
{
	int by_rd = order(rd_a, rd_b);

	if (by_rd != 0) {
		return by_rd;
	}
	return level_a != level_b ? level_a - level_b : order(ipa_a, ipa_b);
}

static int table_order(const void *a, const void *b)
{
	const struct world_table *s = a;
	const struct world_table *t = b;

	return place_order(s->rd, s->level, s->ipa, t->rd, t->level, t->ipa);
}

static int run_order(const void *a, const void *b)
{
	const struct world_run *s = a;
	const struct world_run *t = b;

	return place_order(s->rd, s->level, s->ipa, t->rd, t->level, t->ipa);
}

void world_sort(struct world *w)
{
	qsort(w->realms, w->realm_count, sizeof(w->realms[0]), realm_order);
	qsort(w->recs, w->rec_count, sizeof(w->recs[0]), rec_order);
	qsort(w->tables, w->table_count, sizeof(w->tables[0]), table_order);
	qsort(w->runs, w->run_count, sizeof(w->runs[0]), run_order);
}
