/* SPDX-License-Identifier: BSD-2-Clause */
/* realm_create.c - RMI_REALM_CREATE: the host's parameters judged, the RD and the root tables made. */
#include "monitor/argument.h"
#include "monitor/command.h"

enum {
	IPA_BITS_MIN = 32,
	IPA_BITS_MAX = 48,
	IPA_BITS_MAX_LPA2 = 52,
	ROOT_COUNT_MAX = 16,
	ROOT_CONCATENATION_BITS = 4, /* 16 tables */
	LEVEL_0_PA_BITS_MIN = 44,
};

static const uint64_t flags_known = UINT64_C(1) << REALM_FLAG_LPA2_SHIFT | UINT64_C(1) << REALM_FLAG_SVE_SHIFT |
	UINT64_C(1) << REALM_FLAG_PMU_SHIFT;

/* A start level of n = 3 - level levels below it has 9 bits of index, and up to 4 more by concatenation; level -1 has 4 bits and no concatenation. */
bool realm_geometry_is_valid(unsigned ipa_bits, int64_t start_level, uint64_t root_count, bool lpa2, unsigned pa_bits)
{
	unsigned below;     /* bits that one entry of the start level covers */
	unsigned one_table; /* bits that one table of it covers */
	unsigned most;

	if (start_level < RMI_LEVEL_FIRST_LPA2 || start_level > RMI_LEVEL_LAST) {
		return false;
	}
	below = rtt_shift((int)start_level);
	one_table = below + RTT_INDEX_BITS;
	if (start_level == RMI_LEVEL_FIRST_LPA2) {
		return lpa2 && ipa_bits > below && ipa_bits <= IPA_BITS_MAX_LPA2 && root_count == 1;
	}
	if (start_level == 0 && pa_bits < LEVEL_0_PA_BITS_MIN) {
		return false;
	}
	most = one_table + (start_level > 0 || lpa2 ? ROOT_CONCATENATION_BITS : 0);
	if (ipa_bits <= below || ipa_bits > most) {
		return false;
	}
	return root_count == UINT64_C(1) << (ipa_bits > one_table ? ipa_bits - one_table : 0);
}

bool realm_vmid_is_used(const struct reeve_monitor *m, uint16_t vmid)
{
	return (m->vmids[vmid / 64] >> (vmid % 64) & 1) != 0;
}

/* The roots that the host named, as far as they can be roots at all; check refuses the rest by name. */
unsigned realm_create_more_wants(const struct reeve_monitor *m, const struct call *c, struct granule_want *wants)
{
	const struct rmi_realm_params *params = c->operand;
	unsigned count = params->rtt_num_start <= ROOT_COUNT_MAX ? params->rtt_num_start : 0;

	(void)m;
	for (unsigned i = 0; i < count; i++) {
		wants[i] = (struct granule_want){
			params->rtt_base + ((uint64_t)i << REEVE_GRANULE_SHIFT), GRANULE_DELEGATED};
	}
	return count;
}

/* Reserved or impossible values. */
static bool params_are_valid(const struct rmi_realm_params *params)
{
	unsigned widest = FIELD_GET(params->flags, REALM_FLAG_LPA2) != 0 ? IPA_BITS_MAX_LPA2 : IPA_BITS_MAX;

	return (params->flags & ~flags_known) == 0 && params->hash_algo < RMI_HASH_COUNT &&
		params->s2sz >= IPA_BITS_MIN && params->s2sz <= widest;
}

static bool hash_is_supported(uint64_t features0, unsigned algorithm)
{
	return algorithm == RMI_HASH_SHA_256 ? FIELD_GET(features0, FEATURE0_HASH_SHA_256) != 0
					     : FIELD_GET(features0, FEATURE0_HASH_SHA_512) != 0;
}

/* What feature register 0 does not offer. The PMU needs a counter: FEAT_HPMN0 is not assumed. */
static bool params_are_supported(const struct rmi_realm_params *params, uint64_t features0)
{
	if (params->s2sz > FIELD_GET(features0, FEATURE0_S2SZ) || !hash_is_supported(features0, params->hash_algo)) {
		return false;
	}
	if (FIELD_GET(params->flags, REALM_FLAG_LPA2) > FIELD_GET(features0, FEATURE0_LPA2)) {
		return false;
	}
	if (FIELD_GET(params->flags, REALM_FLAG_SVE) != 0 &&
		(FIELD_GET(features0, FEATURE0_SVE_EN) == 0 ||
			params->sve_vl > FIELD_GET(features0, FEATURE0_SVE_VL))) {
		return false;
	}
	if (params->num_bps == 0 || params->num_bps > FIELD_GET(features0, FEATURE0_NUM_BPS) || params->num_wps == 0 ||
		params->num_wps > FIELD_GET(features0, FEATURE0_NUM_WPS)) {
		return false;
	}
	return FIELD_GET(params->flags, REALM_FLAG_PMU) == 0 ||
		(FIELD_GET(features0, FEATURE0_PMU_EN) != 0 && params->pmu_num_ctrs != 0 &&
			params->pmu_num_ctrs <= FIELD_GET(features0, FEATURE0_PMU_NUM_CTRS));
}

/* Bytes the roots must be aligned to: all of them together (fact sheet section 5). A number that is no power of two is no alignment; it
 * asks for 4 KiB and is refused as rtt_num_level. */
static uint64_t root_alignment(uint32_t count)
{
	bool is_alignment = count != 0 && (count & (count - 1)) == 0;

	return (uint64_t)(is_alignment ? count : 1) << REEVE_GRANULE_SHIFT;
}

/* alias, rtt_align, rtt_num_level, rtt_bound, rtt_bound2, rtt_state, in this order. *root is set when all are well. */
static enum rmi_condition roots_check(const struct reeve_monitor *m, const struct call *c,
	const struct rmi_realm_params *params, struct granule_index *root)
{
	bool lpa2 = FIELD_GET(params->flags, REALM_FLAG_LPA2) != 0;
	uint64_t size = (uint64_t)params->rtt_num_start << REEVE_GRANULE_SHIFT;

	if (c->x[1] >= params->rtt_base && c->x[1] - params->rtt_base < size) {
		return CONDITION_alias;
	}
	if (!reeve_is_aligned(params->rtt_base, root_alignment(params->rtt_num_start))) {
		return CONDITION_rtt_align;
	}
	if (!realm_geometry_is_valid(
		    params->s2sz, params->rtt_level_start, params->rtt_num_start, lpa2, m->config.pa_bits)) {
		return CONDITION_rtt_num_level;
	}
	if (!lpa2 && FIELD_GET(params->rtt_base, PA_BEYOND_48) != 0) {
		return CONDITION_rtt_bound2;
	}
	for (uint64_t i = 0; i < params->rtt_num_start; i++) {
		struct granule_index table = {0};
		enum rmi_condition bad = argument_rtt(m, c, params->rtt_base + (i << REEVE_GRANULE_SHIFT), &table);

		if (bad != CONDITION_NONE) {
			return bad;
		}
		if (i == 0) {
			*root = table;
		}
	}
	return CONDITION_NONE;
}

static enum rmi_condition vmid_check(const struct reeve_monitor *m, uint16_t vmid)
{
	bool is_too_wide = (uint32_t)vmid >> m->config.vmid_bits != 0;

	return is_too_wide || realm_vmid_is_used(m, vmid) ? CONDITION_vmid_valid : CONDITION_NONE;
}

static struct stage2 stage2_of(const struct call *c, const struct rmi_realm_params *params)
{
	return (struct stage2){
		.rd = reeve_pa(c->x[1]),
		.root = reeve_pa(params->rtt_base),
		.root_count = params->rtt_num_start,
		.start_level = (int)params->rtt_level_start,
		.ipa_bits = params->s2sz,
		.lpa2 = FIELD_GET(params->flags, REALM_FLAG_LPA2) != 0,
		.vmid = params->vmid,
	};
}

/* REALM_CREATE: params_align, params_bound, params_pas, params_valid, params_supp, the roots', vmid_valid, rd_align, rd_bound, rd_state;
 * all are ERROR_INPUT (fact sheet section 6). */
struct outcome realm_create_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	static const struct granule_conditions rd_conditions = {
		CONDITION_rd_align, CONDITION_rd_bound, CONDITION_rd_state};
	const struct rmi_realm_params *params = c->operand;
	enum rmi_condition bad;

	if (c->operand_fault != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, c->operand_fault);
	}
	if (!params_are_valid(params)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_params_valid);
	}
	if (!params_are_supported(params, m->config.features0)) {
		return refuse(RMI_ERROR_INPUT, CONDITION_params_supp);
	}
	bad = roots_check(m, c, params, &p->realm_create.root);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	bad = vmid_check(m, params->vmid);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	bad = argument_granule(m, c, c->x[1], GRANULE_DELEGATED, rd_conditions, &p->realm_create.rd);
	if (bad != CONDITION_NONE) {
		return refuse(RMI_ERROR_INPUT, bad);
	}
	p->realm_create.stage2 = stage2_of(c, params);
	return outcome_ok();
}

/* The RD granule holds zeroes (G1): RECs none, REMs zero, state NULL. */
static void realm_init(struct reeve_monitor *m, const struct call *c, struct realm *realm, const struct stage2 *stage2)
{
	const struct rmi_realm_params *params = c->operand;

	realm->hash = (enum rmi_hash_algorithm)params->hash_algo;
	realm->stage2 = *stage2;
	realm->features = (struct realm_features){
		params->flags, params->sve_vl, params->num_bps, params->num_wps, params->pmu_num_ctrs};
	memcpy(realm->rpv, params->rpv, sizeof(realm->rpv));
	realm_measure_params(m, c->cpu, realm, params);
	realm_set_state(realm, REALM_NEW);
}

void realm_create_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	const struct realm_create_plan *plan = &p->realm_create;
	struct granule_index table = plan->root;

	for (unsigned i = 0; i < plan->stage2.root_count; i++) {
		granule_set(&m->granules, table, GRANULE_RTT, plan->rd);
		table.value++;
	}
	rtt_root_init(m, &plan->stage2);
	m->vmids[plan->stage2.vmid / 64] |= UINT64_C(1) << (plan->stage2.vmid % 64);
	realm_init(m, c, realm_at(m, plan->rd), &plan->stage2);
	granule_set(&m->granules, plan->rd, GRANULE_RD, plan->rd);
}
