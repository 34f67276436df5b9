/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_holds_realm.c - conditions on realms and on the parameters of REALM_CREATE and REC_CREATE. Fact sheet sections 2 to 6. */
#include "reeve/field.h"
#include "tests/oracle/support/ask.h"

bool holds_realm_not_new(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->realm->state != REALM_NEW;
}

/* Section 4: RECs, or live entries at the start level; ASSIGNED_NS does not count. */
bool holds_realm_live(const struct ask *ask, const struct oracle_row *row)
{
	const struct world_realm *realm = ask->realm;

	(void)row;
	if (world_realm_recs(ask->w, realm->rd) > 0) {
		return true;
	}
	for (unsigned i = 0; i < ask->w->table_count; i++) {
		const struct world_table *t = &ask->w->tables[i];

		if (t->rd == realm->rd && t->level == realm->rtt_level_start && world_table_live(ask->w, realm, t)) {
			return true;
		}
	}
	return false;
}

/* REALM_CREATE. Scalars are one byte wide; bytes above them are not looked at (section 3). */

static bool flag(const struct rmi_realm_params *params, unsigned shift)
{
	return reeve_bits_get(params->flags, shift, 1) != 0;
}

static uint64_t feature(const struct ask *ask, unsigned shift, unsigned width)
{
	return reeve_bits_get(ask->w->config.features0, shift, width);
}

#define FEATURE(ask, name) feature((ask), FEATURE0_##name##_SHIFT, FEATURE0_##name##_WIDTH)

/* Decisions: unknown flags, and IPA widths that no machine has. */
bool holds_realm_params_reserved(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;
	uint64_t known = FIELD_MASK(REALM_FLAG_LPA2) | FIELD_MASK(REALM_FLAG_SVE) | FIELD_MASK(REALM_FLAG_PMU);
	unsigned widest = flag(p, REALM_FLAG_LPA2_SHIFT) ? 52 : 48;

	(void)row;
	return (p->flags & ~known) != 0 || p->s2sz < 32 || p->s2sz > widest || p->hash_algo >= RMI_HASH_COUNT;
}

bool holds_realm_params_unsupported(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;

	(void)row;
	if (p->s2sz > FEATURE(ask, S2SZ) || (flag(p, REALM_FLAG_LPA2_SHIFT) && FEATURE(ask, LPA2) == 0)) {
		return true;
	}
	if (flag(p, REALM_FLAG_SVE_SHIFT) && (FEATURE(ask, SVE_EN) == 0 || p->sve_vl > FEATURE(ask, SVE_VL))) {
		return true;
	}
	if (p->num_bps == 0 || p->num_bps > FEATURE(ask, NUM_BPS) || p->num_wps == 0 ||
		p->num_wps > FEATURE(ask, NUM_WPS)) {
		return true;
	}
	/* Counters: no FEAT_HPMN0, so none is not possible (section 6). */
	if (flag(p, REALM_FLAG_PMU_SHIFT) &&
		(FEATURE(ask, PMU_EN) == 0 || p->pmu_num_ctrs == 0 || p->pmu_num_ctrs > FEATURE(ask, PMU_NUM_CTRS))) {
		return true;
	}
	return (p->hash_algo == RMI_HASH_SHA_256 && FEATURE(ask, HASH_SHA_256) == 0) ||
		(p->hash_algo == RMI_HASH_SHA_512 && FEATURE(ask, HASH_SHA_512) == 0);
}

static uint64_t roots_size(const struct rmi_realm_params *p)
{
	return (uint64_t)p->rtt_num_start * REEVE_GRANULE_SIZE;
}

bool holds_rd_among_roots(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;
	uint64_t rd = ask->x[1];

	(void)row;
	return rd >= p->rtt_base && rd - p->rtt_base < roots_size(p);
}

/* A number of tables that is no power of two has no alignment; then only that of a granule counts. */
bool holds_roots_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;
	bool power = p->rtt_num_start != 0 && (p->rtt_num_start & (p->rtt_num_start - 1)) == 0;

	(void)row;
	return !reeve_is_aligned(p->rtt_base, power ? roots_size(p) : REEVE_GRANULE_SIZE);
}

bool holds_roots_misfit(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;
	bool lpa2 = flag(p, REALM_FLAG_LPA2_SHIFT);
	unsigned roots = world_roots(p->s2sz, p->rtt_level_start, lpa2, ask->w->config.pa_bits);

	(void)row;
	return roots == 0 || p->rtt_num_start != roots;
}

/* Decisions: below 2^48 first, then each root's bound and state, root by root. */

static uint64_t root(const struct ask *ask, unsigned index)
{
	return ask->page.realm_params.rtt_base + index * (uint64_t)REEVE_GRANULE_SIZE;
}

bool holds_root_beyond_48(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_realm_params *p = &ask->page.realm_params;

	(void)row;
	return !flag(p, REALM_FLAG_LPA2_SHIFT) &&
		FIELD_GET(p->rtt_base | root(ask, p->rtt_num_start - 1), PA_BEYOND_48) != 0;
}

/* The first root that is not a DELEGATED granule, or NULL. */
static bool first_bad_root(const struct ask *ask, const struct world_granule **granule)
{
	for (unsigned i = 0; i < ask->page.realm_params.rtt_num_start; i++) {
		*granule = world_granule_const(ask->w, root(ask, i));
		if (*granule == NULL || (*granule)->state != GRANULE_DELEGATED) {
			return true;
		}
	}
	return false;
}

bool holds_root_outside(const struct ask *ask, const struct oracle_row *row)
{
	const struct world_granule *granule;

	(void)row;
	return first_bad_root(ask, &granule) && granule == NULL;
}

bool holds_root_not_delegated(const struct ask *ask, const struct oracle_row *row)
{
	const struct world_granule *granule;

	(void)row;
	return first_bad_root(ask, &granule) && granule != NULL;
}

bool holds_vmid_taken(const struct ask *ask, const struct oracle_row *row)
{
	uint16_t vmid = ask->page.realm_params.vmid;

	(void)row;
	for (unsigned i = 0; i < ask->w->realm_count; i++) {
		if (ask->w->realms[i].vmid == vmid) {
			return true;
		}
	}
	return vmid >> ask->w->config.vmid_bits != 0;
}

/* REC_CREATE. */

bool holds_aux_too_many(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->page.rec_params.num_aux > RMI_REC_AUX_MAX;
}

bool holds_aux_unaligned(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_rec_params *p = &ask->page.rec_params;

	(void)row;
	for (unsigned i = 0; i < p->num_aux; i++) {
		if (!reeve_is_aligned(p->aux[i], REEVE_GRANULE_SIZE)) {
			return true;
		}
	}
	return false;
}

bool holds_aux_outside(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_rec_params *p = &ask->page.rec_params;

	(void)row;
	for (unsigned i = 0; i < p->num_aux; i++) {
		if (world_granule_const(ask->w, p->aux[i]) == NULL) {
			return true;
		}
	}
	return false;
}

bool holds_aux_not_delegated(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_rec_params *p = &ask->page.rec_params;

	(void)row;
	for (unsigned i = 0; i < p->num_aux; i++) {
		if (world_granule_const(ask->w, p->aux[i])->state != GRANULE_DELEGATED) {
			return true;
		}
	}
	return false;
}

static bool aux_twice(const struct rmi_rec_params *p, unsigned index)
{
	for (unsigned i = 0; i < index; i++) {
		if (p->aux[i] == p->aux[index]) {
			return true;
		}
	}
	return false;
}

bool holds_aux_alias(const struct ask *ask, const struct oracle_row *row)
{
	const struct rmi_rec_params *p = &ask->page.rec_params;

	(void)row;
	for (unsigned i = 0; i < p->num_aux; i++) {
		if (p->aux[i] == ask->x[2] || aux_twice(p, i)) {
			return true;
		}
	}
	return false;
}

bool holds_mpidr_not_next(const struct ask *ask, const struct oracle_row *row)
{
	uint64_t mpidr = ask->page.rec_params.mpidr;
	uint64_t known = FIELD_MASK(REC_MPIDR_AFF0) | FIELD_MASK(REC_MPIDR_AFF1) | FIELD_MASK(REC_MPIDR_AFF2) |
		FIELD_MASK(REC_MPIDR_AFF3);

	(void)row;
	return (mpidr & ~known) != 0 || world_mpidr_index(mpidr) != ask->realm->rec_next;
}

bool holds_aux_not_count(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return ask->page.rec_params.num_aux != ask->w->config.rec_aux_count;
}

/* Section 2: 2^MAX_RECS_ORDER - 1 RECs at a time. */
bool holds_recs_full(const struct ask *ask, const struct oracle_row *row)
{
	(void)row;
	return world_realm_recs(ask->w, ask->realm->rd) >= (1U << FEATURE(ask, MAX_RECS_ORDER)) - 1;
}
