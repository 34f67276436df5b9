/* SPDX-License-Identifier: BSD-2-Clause */
/* world_valid.c - the invariants of a world, each with its name. */
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/world.h"

/* What a check carries: the world, and which granules some object has named so far (each may be named once). */
struct check {
	const struct world *w;
	bool named[WORLD_GRANULES_MAX];
};

static bool is_page(uint64_t value)
{
	return reeve_is_aligned(value, REEVE_GRANULE_SIZE);
}

/* The granule at `pa` is in that state, of that realm, and no other object names it. */
static bool name_granule(struct check *c, uint64_t pa, enum rmi_granule_state state, uint64_t owner)
{
	const struct world_granule *g = world_granule_const(c->w, pa);
	bool *named;

	if (g == NULL || !is_page(pa) || g->state != state || g->owner != owner) {
		return false;
	}
	named = &c->named[g - c->w->granules];
	if (*named) {
		return false;
	}
	*named = true;
	return true;
}

static bool pa_allowed(const struct world_realm *realm, uint64_t pa)
{
	return realm->lpa2 || FIELD_GET(pa, PA_BEYOND_48) == 0;
}

static const char *config_valid(const struct world *w)
{
	const struct reeve_monitor_config *c = &w->config;
	uint64_t last = 0;

	if (c->region_count == 0 || c->region_count > REEVE_MONITOR_REGIONS_MAX || c->rec_aux_count > RMI_REC_AUX_MAX ||
		(c->vmid_bits != 8 && c->vmid_bits != 16) || c->pa_bits < 32 || c->pa_bits > 52) {
		return "config_numbers";
	}
	for (unsigned i = 0; i < c->region_count; i++) {
		const struct reeve_pa_range *r = &c->regions[i];

		if (r->base.value == 0 || r->base.value < last || r->top.value <= r->base.value ||
			!is_page(r->base.value) || !is_page(r->top.value) || r->top.value > UINT64_C(1) << c->pa_bits) {
			return "config_regions";
		}
		last = r->top.value;
	}
	return NULL;
}

static const char *granules_valid(const struct world *w)
{
	for (unsigned i = 0; i < w->granule_count; i++) {
		const struct world_granule *g = &w->granules[i];
		bool free = g->state == GRANULE_UNDELEGATED || g->state == GRANULE_DELEGATED;

		if ((unsigned)g->state >= GRANULE_STATE_COUNT) {
			return "granule_state";
		}
		if ((g->state == GRANULE_UNDELEGATED) == (g->gpt == WORLD_GPT_REALM)) {
			return "granule_gpt";
		}
		if (g->state == GRANULE_DELEGATED && g->gpt != WORLD_GPT_REALM) {
			return "granule_gpt";
		}
		if (free != (g->owner == 0)) {
			return "granule_owner";
		}
	}
	return NULL;
}

static const char *realm_geometry_valid(const struct world *w, const struct world_realm *r)
{
	if (r->s2sz < 32 || r->s2sz > (r->lpa2 ? 52 : 48) || r->s2sz > FIELD_GET(w->config.features0, FEATURE0_S2SZ)) {
		return "realm_s2sz";
	}
	if (r->lpa2 && FIELD_GET(w->config.features0, FEATURE0_LPA2) == 0) {
		return "realm_lpa2";
	}
	if (r->rtt_num_start == 0 ||
		r->rtt_num_start != world_roots(r->s2sz, r->rtt_level_start, r->lpa2, w->config.pa_bits)) {
		return "realm_geometry";
	}
	if (!reeve_is_aligned(r->rtt_base, (uint64_t)r->rtt_num_start * REEVE_GRANULE_SIZE)) {
		return "realm_rtt_align";
	}
	return NULL;
}

static const char *realm_measured_valid(const struct world_realm *r)
{
	static const uint8_t zero[RMI_MEASUREMENT_SIZE];
	size_t size = rmi_hash_size(r->hash_algo);

	if (size == 0) {
		return "realm_hash";
	}
	for (unsigned i = 0; i < RMI_MEASUREMENT_COUNT; i++) {
		if (memcmp(r->measurements[i] + size, zero, RMI_MEASUREMENT_SIZE - size) != 0) {
			return "realm_measurement_padding";
		}
		if (i > 0 && r->state == REALM_NEW && memcmp(r->measurements[i], zero, sizeof(zero)) != 0) {
			return "realm_rem_of_new";
		}
	}
	return NULL;
}

static const char *realm_valid(struct check *c, unsigned index)
{
	const struct world_realm *r = &c->w->realms[index];
	const char *broken = realm_geometry_valid(c->w, r);

	if (broken == NULL) {
		broken = realm_measured_valid(r);
	}
	if (broken != NULL) {
		return broken;
	}
	if (index > 0 && c->w->realms[index - 1].rd >= r->rd) {
		return "realm_order";
	}
	if (r->state == REALM_NULL || r->state >= REALM_STATE_COUNT) {
		return "realm_state";
	}
	if (!name_granule(c, r->rd, GRANULE_RD, r->rd)) {
		return "realm_rd_granule";
	}
	if (r->vmid >> c->w->config.vmid_bits != 0) {
		return "realm_vmid";
	}
	for (unsigned i = 0; i < index; i++) {
		if (c->w->realms[i].vmid == r->vmid) {
			return "realm_vmid";
		}
	}
	for (unsigned i = 0; i < r->rtt_num_start; i++) {
		uint64_t ipa = i * WORLD_TABLE_ENTRIES * world_span(r->rtt_level_start);
		const struct world_table *root = world_table(c->w, r, r->rtt_level_start, ipa);

		if (root == NULL || root->pa != r->rtt_base + i * (uint64_t)REEVE_GRANULE_SIZE) {
			return "realm_root";
		}
	}
	return NULL;
}

/* Every entry of the table is in a run of this table or a table below: they follow each other without a gap. */
static bool table_covered(const struct world *w, const struct world_realm *realm, const struct world_table *t)
{
	uint64_t span = world_span(t->level);
	uint64_t end = t->ipa + world_table_entries(realm, t->level, t->ipa) * span;
	uint64_t at = t->ipa;

	for (unsigned i = 0; i < w->run_count && at < end; i++) {
		const struct world_run *r = &w->runs[i];

		if (r->rd != t->rd || r->level != t->level || r->ipa < t->ipa || r->ipa >= end) {
			continue;
		}
		while (at < r->ipa && world_table(w, realm, t->level + 1, at) != NULL) {
			at += span;
		}
		if (at != r->ipa) {
			return false;
		}
		at += r->count * span;
	}
	while (at < end && world_table(w, realm, t->level + 1, at) != NULL) {
		at += span;
	}
	return at == end;
}

static const char *table_valid(struct check *c, unsigned index)
{
	const struct world_table *t = &c->w->tables[index];
	const struct world_realm *realm = world_realm_const(c->w, t->rd);

	if (realm == NULL || world_table(c->w, realm, t->level, t->ipa) != t) {
		return "table_place";
	}
	if (t->ipa >= world_ipa_end(realm)) {
		return "table_ipa";
	}
	if (t->level == realm->rtt_level_start
			? t->ipa / world_span(t->level) / WORLD_TABLE_ENTRIES >= realm->rtt_num_start
			: world_table(c->w, realm, t->level - 1, t->ipa) == NULL) {
		return "table_parent";
	}
	if (!name_granule(c, t->pa, GRANULE_RTT, t->rd) || !pa_allowed(realm, t->pa)) {
		return "table_granule";
	}
	return table_covered(c->w, realm, t) ? NULL : "table_cover";
}

static const char *data_valid(struct check *c, const struct world_realm *realm, const struct world_run *r)
{
	uint64_t span = world_span(r->level);

	if (r->first.attributes != 0 || (unsigned)r->first.ripas >= RIPAS_COUNT) {
		return "run_protected";
	}
	if (r->first.state == RTTE_UNASSIGNED) {
		return r->first.pa == 0 ? NULL : "run_unassigned";
	}
	if (r->level < 1 || !reeve_is_aligned(r->first.pa, span)) {
		return "run_block";
	}
	for (uint64_t offset = 0; offset < r->count * span; offset += REEVE_GRANULE_SIZE) {
		if (!name_granule(c, r->first.pa + offset, GRANULE_DATA, r->rd) ||
			!pa_allowed(realm, r->first.pa + offset)) {
			return "run_data_granule";
		}
	}
	return NULL;
}

static const char *unprotected_valid(const struct world *w, const struct world_realm *realm, const struct world_run *r)
{
	uint64_t allowed = FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP);

	if (r->first.ripas != RIPAS_EMPTY) {
		return "run_unprotected";
	}
	if (r->first.state == RTTE_UNASSIGNED) {
		return r->first.pa == 0 && r->first.attributes == 0 ? NULL : "run_unassigned";
	}
	if (r->level < 1 || !reeve_is_aligned(r->first.pa, world_span(r->level)) || !pa_allowed(realm, r->first.pa) ||
		(r->first.pa + r->count * world_span(r->level) - 1) >> w->config.pa_bits != 0) {
		return "run_block";
	}
	if ((r->first.attributes & ~allowed) != 0 || FIELD_GET(r->first.attributes, S2_NS_MEMATTR) == 4) {
		return "run_attributes";
	}
	return NULL;
}

static const char *run_valid(struct check *c, unsigned index)
{
	const struct world_run *r = &c->w->runs[index];
	const struct world_realm *realm = world_realm_const(c->w, r->rd);
	struct world_entry entry;

	if (realm == NULL || r->count == 0 || world_table(c->w, realm, r->level, r->ipa) == NULL ||
		r->ipa + r->count * world_span(r->level) > world_ipa_end(realm)) {
		return "run_place";
	}
	if (index > 0 && world_runs_join(&c->w->runs[index - 1], r)) {
		return "run_maximal";
	}
	if (r->first.ns ? r->ipa < world_ipa_half(realm)
			: r->ipa + r->count * world_span(r->level) > world_ipa_half(realm)) {
		return "run_half";
	}
	entry = world_entry(c->w, realm, r->level, r->ipa);
	if (entry.state == RTTE_TABLE || entry.state != r->first.state || entry.pa != r->first.pa) {
		return "run_order";
	}
	return r->first.ns ? unprotected_valid(c->w, realm, r) : data_valid(c, realm, r);
}

/* The monitor answers by itself when the target never was a REC of the realm, or is the caller (fact sheet section 10). */
static bool request_valid(const struct world_realm *realm, const struct world_rec *r)
{
	enum psci_function function = psci_function_of_fid(r->gprs[0]);
	uint64_t asked = r->gprs[1];
	uint64_t mpidr = FIELD_SET(FIELD_SET(asked, MPIDR_AFF3, 0), REC_MPIDR_AFF3, FIELD_GET(asked, MPIDR_AFF3));

	return (function == PSCI_CPU_ON || function == PSCI_AFFINITY_INFO) && mpidr != r->mpidr &&
		world_mpidr_el1(world_index_mpidr(world_mpidr_index(mpidr))) == asked &&
		world_mpidr_index(mpidr) < realm->rec_next;
}

/* What stopped the REC, where its completion depends on it: Arm ARM D17, ESR_EL2 of a data abort and of a trapped register. */
static bool stopped_valid(const struct world_rec *r)
{
	enum { CLASS_SYSREG = 0x18, CLASS_DATA_ABORT = 0x24 };
	uint64_t class = FIELD_GET(r->esr, ESR_EC);

	switch (r->pending) {
	case WORLD_PENDING_MMIO:
		return class == CLASS_DATA_ABORT && FIELD_GET(r->esr, ESR_ABORT_ISV) != 0 &&
			FIELD_GET(r->pstate, SPSR_AARCH32) == 0;
	case WORLD_PENDING_SEA:
		return class == CLASS_DATA_ABORT;
	case WORLD_PENDING_SYSREG:
		return class == CLASS_SYSREG && FIELD_GET(r->esr, ESR_SYSREG_READ) != 0 && r->far == 0;
	case WORLD_PENDING_NONE:
	case WORLD_PENDING_PSCI:
	case WORLD_PENDING_RIPAS:
	case WORLD_PENDING_HOST_CALL:
	case WORLD_PENDING_COUNT:
		break;
	}
	return (r->esr | r->far) == 0;
}

static const char *rec_pending_valid(const struct world_realm *realm, const struct world_rec *r)
{
	uint64_t half = world_ipa_half(realm);
	bool ripas = r->pending == WORLD_PENDING_RIPAS;

	if ((unsigned)r->pending >= WORLD_PENDING_COUNT ||
		(r->pending != WORLD_PENDING_NONE && (!r->runnable || r->state == REC_RUNNING))) {
		return "rec_pending";
	}
	if (ripas ? r->ripas_addr > r->ripas_top || r->ripas_top > half || r->ripas_top == 0 ||
				!is_page(r->ripas_addr) || !is_page(r->ripas_top) || r->ripas_value > RIPAS_RAM
		  : r->ripas_addr != 0 || r->ripas_top != 0 || r->ripas_value != RIPAS_EMPTY || r->ripas_destroyed) {
		return "rec_ripas";
	}
	if (r->pending == WORLD_PENDING_HOST_CALL ? r->host_call_ipa >= half || !reeve_is_aligned(r->host_call_ipa, 256)
						  : r->host_call_ipa != 0) {
		return "rec_host_call";
	}
	if (!stopped_valid(r)) {
		return "rec_stopped";
	}
	if (r->pending != WORLD_PENDING_PSCI) {
		return NULL;
	}
	return request_valid(realm, r) ? NULL : "rec_psci";
}

static const char *rec_valid(struct check *c, unsigned index)
{
	const struct world_rec *r = &c->w->recs[index];
	const struct world_realm *realm = world_realm_const(c->w, r->rd);
	bool ran = r->pending != WORLD_PENDING_NONE || r->state == REC_RUNNING;

	if (realm == NULL || !name_granule(c, r->pa, GRANULE_REC, r->rd)) {
		return "rec_granule";
	}
	if (index > 0 && c->w->recs[index - 1].pa >= r->pa) {
		return "rec_order";
	}
	if (r->state >= REC_STATE_COUNT || (ran && realm->state == REALM_NEW)) {
		return "rec_state";
	}
	if (r->state == REC_RUNNING && !r->runnable) {
		return "rec_runnable";
	}
	if (world_mpidr_index(r->mpidr) >= realm->rec_next ||
		world_index_mpidr(world_mpidr_index(r->mpidr)) != r->mpidr) {
		return "rec_mpidr";
	}
	for (unsigned i = 0; i < index; i++) {
		if (c->w->recs[i].rd == r->rd && c->w->recs[i].mpidr == r->mpidr) {
			return "rec_mpidr";
		}
	}
	for (unsigned i = 0; i < RMI_REC_AUX_MAX; i++) {
		bool used = i < c->w->config.rec_aux_count;

		if (used ? !name_granule(c, r->aux[i], GRANULE_REC_AUX, r->rd) : r->aux[i] != 0) {
			return "rec_aux";
		}
	}
	return rec_pending_valid(realm, r);
}

static const char *all_of(struct check *c, unsigned count, const char *(*valid)(struct check *, unsigned))
{
	for (unsigned i = 0; i < count; i++) {
		const char *broken = valid(c, i);

		if (broken != NULL) {
			return broken;
		}
	}
	return NULL;
}

/* An owned granule that no object names. */
static const char *orphans_valid(const struct check *c)
{
	for (unsigned i = 0; i < c->w->granule_count; i++) {
		if (c->w->granules[i].owner != 0 && !c->named[i]) {
			return "granule_orphan";
		}
	}
	return NULL;
}

const char *world_valid(const struct world *w)
{
	struct check c = {.w = w};
	const char *broken = config_valid(w);

	broken = broken != NULL ? broken : granules_valid(w);
	broken = broken != NULL ? broken : all_of(&c, w->realm_count, realm_valid);
	broken = broken != NULL ? broken : all_of(&c, w->table_count, table_valid);
	broken = broken != NULL ? broken : all_of(&c, w->run_count, run_valid);
	broken = broken != NULL ? broken : all_of(&c, w->rec_count, rec_valid);
	return broken != NULL ? broken : orphans_valid(&c);
}
