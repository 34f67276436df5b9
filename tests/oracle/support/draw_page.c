/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_page.c - contents of the pages that REALM_CREATE, REC_CREATE and REC_ENTER read, each member wrong at times. */
#include <string.h>

#include "reeve/field.h"
#include "tests/oracle/support/draw_parts.h"

static uint64_t feature(const struct draw *d, unsigned shift, unsigned width)
{
	return reeve_bits_get(d->w->config.features0, shift, width);
}

#define FEATURE(d, name) feature((d), FEATURE0_##name##_SHIFT, FEATURE0_##name##_WIDTH)

static bool all_delegated(const struct world *w, uint64_t pa, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct world_granule *g = world_granule_const(w, pa + i * (uint64_t)REEVE_GRANULE_SIZE);

		if (g == NULL || g->state != GRANULE_DELEGATED) {
			return false;
		}
	}
	return true;
}

/* `count` DELEGATED granules in a row, aligned to count; any address when a few tries found none. */
static uint64_t draw_roots(struct draw *d, unsigned count)
{
	uint64_t size = count * (uint64_t)REEVE_GRANULE_SIZE;
	uint64_t pa = 0;

	for (unsigned tries = 0; tries < 64; tries++) {
		pa = reeve_align_down(draw_granule(d, GRANULE_DELEGATED), size);
		if (all_delegated(d->w, pa, count)) {
			break;
		}
	}
	return pa;
}

static void draw_geometry(struct draw *d, struct rmi_realm_params *p)
{
	unsigned widest = (unsigned)FEATURE(d, S2SZ);
	bool lpa2 = FIELD_GET(p->flags, REALM_FLAG_LPA2) != 0;
	unsigned roots = 0;

	if (!lpa2 && widest > 48) {
		widest = 48;
	}
	while (roots == 0) {
		p->s2sz = (uint8_t)rng_between(d->rng, 32, widest < 32 ? 32 : widest);
		p->rtt_level_start = (int64_t)rng_below(d->rng, 4) - 1;
		roots = world_roots(p->s2sz, p->rtt_level_start, lpa2, d->w->config.pa_bits);
	}
	p->rtt_num_start = roots;
	p->rtt_base = draw_roots(d, roots);
}

static void draw_roots_wrong(struct draw *d, uint64_t rd, struct rmi_realm_params *p)
{
	uint64_t size = p->rtt_num_start * (uint64_t)REEVE_GRANULE_SIZE;

	if (draw_wrong(d)) {
		p->s2sz = (uint8_t)RNG_PICK(d->rng, 0, 31, 33, 43, 48, 49, 50, 52, 53, 64, 255);
	}
	if (draw_wrong(d)) {
		p->rtt_level_start =
			(int64_t)RNG_PICK(d->rng, (uint64_t)-2, (uint64_t)-1, 0, 1, 2, 3, 4, UINT64_C(1) << 63);
	}
	if (draw_wrong(d)) {
		p->rtt_num_start =
			(uint32_t)RNG_PICK(d->rng, 0, 1, 2, 3, 16, 32, p->rtt_num_start * 2, UINT32_MAX, 0x100001);
	}
	if (draw_wrong(d)) {
		p->rtt_base = draw_wrong_pa(d, p->rtt_base);
	}
	if (draw_wrong(d)) {
		p->rtt_base = rng_percent(d->rng, 50) ? reeve_align_down(rd, size != 0 ? size : 1) : rd;
	}
	if (draw_wrong(d)) { /* across the end of a region, or where it is no realm's without LPA2 */
		const struct reeve_monitor_config *c = &d->w->config;
		const struct reeve_pa_range *r = &c->regions[rng_below(d->rng, c->region_count)];

		p->rtt_base = RNG_PICK(d->rng, r->top.value - REEVE_GRANULE_SIZE, r->top.value - size,
			reeve_align_down(r->top.value - REEVE_GRANULE_SIZE, size != 0 ? size : 1), r->base.value,
			(UINT64_C(1) << 48) - size);
	}
}

void draw_realm_params(struct draw *d, uint64_t rd, struct rmi_realm_params *p)
{
	struct rng *rng = d->rng;

	memset(p, 0, sizeof(*p));
	p->flags = FIELD_SET(p->flags, REALM_FLAG_LPA2, FEATURE(d, LPA2) & rng_below(rng, 2));
	p->flags = FIELD_SET(p->flags, REALM_FLAG_SVE, FEATURE(d, SVE_EN) & rng_below(rng, 2));
	p->flags = FIELD_SET(p->flags, REALM_FLAG_PMU, FEATURE(d, PMU_EN) & rng_below(rng, 2));
	draw_geometry(d, p);
	p->sve_vl = (uint8_t)rng_below(rng, FEATURE(d, SVE_VL) + 1);
	p->num_bps = (uint8_t)RNG_PICK(rng, 1, FEATURE(d, NUM_BPS));
	p->num_wps = (uint8_t)RNG_PICK(rng, 1, FEATURE(d, NUM_WPS));
	p->pmu_num_ctrs = (uint8_t)RNG_PICK(rng, 1, FEATURE(d, PMU_NUM_CTRS));
	p->hash_algo = FEATURE(d, HASH_SHA_256) == 0 || (FEATURE(d, HASH_SHA_512) != 0 && rng_percent(rng, 50))
		? RMI_HASH_SHA_512
		: RMI_HASH_SHA_256;
	rng_fill(rng, p->rpv, sizeof(p->rpv));
	p->vmid = (uint16_t)rng_below(rng, UINT64_C(1) << d->w->config.vmid_bits);
	draw_roots_wrong(d, rd, p);
	if (draw_wrong(d)) {
		p->flags ^= RNG_PICK(rng, 1, 2, 4, 7, 8, UINT64_C(1) << 63);
	}
	if (draw_wrong(d)) {
		p->sve_vl = (uint8_t)RNG_PICK(rng, FEATURE(d, SVE_VL) + 1, 16, 255);
	}
	if (draw_wrong(d)) {
		p->num_bps = (uint8_t)RNG_PICK(rng, 0, FEATURE(d, NUM_BPS) + 1, 255);
	}
	if (draw_wrong(d)) {
		p->num_wps = (uint8_t)RNG_PICK(rng, 0, FEATURE(d, NUM_WPS) + 1, 255);
	}
	if (draw_wrong(d)) {
		p->pmu_num_ctrs = (uint8_t)RNG_PICK(rng, 0, FEATURE(d, PMU_NUM_CTRS) + 1, 255);
	}
	if (draw_wrong(d)) {
		p->hash_algo = (uint8_t)RNG_PICK(rng, 0, 1, 2, 3, 255);
	}
	if (draw_wrong(d)) {
		p->vmid = (uint16_t)RNG_PICK(rng, 0, 255, 256, UINT16_MAX,
			d->w->realm_count != 0 ? d->w->realms[rng_below(rng, d->w->realm_count)].vmid : 1);
	}
	if (draw_wrong(d)) { /* bytes that nobody reads */
		rng_fill(rng, p->pad_009, sizeof(p->pad_009));
		rng_fill(rng, p->pad_031, sizeof(p->pad_031));
		rng_fill(rng, p->pad_81c, sizeof(p->pad_81c));
	}
}

void draw_rec_params(struct draw *d, uint64_t rd, uint64_t rec, struct rmi_rec_params *p)
{
	struct rng *rng = d->rng;
	const struct world_realm *realm = world_realm_const(d->w, rd);
	uint32_t next = realm != NULL ? realm->rec_next : 0;
	unsigned count = d->w->config.rec_aux_count;

	memset(p, 0, sizeof(*p));
	p->flags = rng_below(rng, 2);
	p->pc = rng_next(rng) & ~UINT64_C(3);
	rng_fill(rng, p->gprs, sizeof(p->gprs));
	p->mpidr = world_index_mpidr(next);
	p->num_aux = count;
	for (unsigned i = 0; i < RMI_REC_AUX_MAX; i++) {
		p->aux[i] = draw_granule(d, GRANULE_DELEGATED);
	}
	if (draw_wrong(d)) {
		p->mpidr = RNG_PICK(rng, world_index_mpidr(next + 1), p->mpidr | 0x10, p->mpidr | 0x80000000,
			p->mpidr | UINT64_C(1) << 32, 0, world_index_mpidr(next - 1), UINT64_MAX);
	}
	if (draw_wrong(d)) {
		p->num_aux = RNG_PICK(rng, count + 1U, count - UINT64_C(1), 0, 1, 16, 17, 17, UINT64_MAX);
	}
	for (unsigned i = 0; i < 3; i++) {
		unsigned index = (unsigned)rng_below(rng, p->num_aux - 1 < RMI_REC_AUX_MAX ? p->num_aux : 1);

		if (draw_wrong(d)) {
			p->aux[index] = draw_wrong_pa(d, p->aux[index]);
		}
	}
	if (draw_wrong(d)) {
		p->aux[0] = rng_percent(rng, 50) ? rec : p->aux[1];
	}
	if (draw_wrong(d)) {
		p->flags |= rng_next(rng) << 1;
	}
}

static uint64_t draw_lr(struct rng *rng)
{
	uint64_t lr = FIELD_SET(0, ICH_LR_STATE, rng_below(rng, 4));

	lr = FIELD_SET(lr, ICH_LR_VINTID, RNG_PICK(rng, rng_below(rng, 1020), rng_below(rng, 1020), 8192, UINT16_MAX));
	lr = FIELD_SET(lr, ICH_LR_PRIORITY, rng_below(rng, 32) << 3);
	return FIELD_SET(FIELD_SET(lr, ICH_LR_GROUP, rng_below(rng, 2)), ICH_LR_EOI, rng_below(rng, 2));
}

void draw_run(struct draw *d, const struct world_rec *rec, struct rmi_rec_run *run)
{
	struct rng *rng = d->rng;
	struct rmi_rec_enter *enter = &run->enter;
	unsigned at = (unsigned)RNG_PICK(rng, 0, 1, 3, 15);

	memset(run, 0, sizeof(*run));
	rng_fill(rng, enter->gprs, sizeof(enter->gprs));
	enter->flags = FIELD_SET(0, ENTER_FLAG_RIPAS_REJECT, rng_below(rng, 2));
	enter->flags = FIELD_SET(enter->flags, ENTER_FLAG_TRAP_WFI, rng_below(rng, 2));
	enter->flags = FIELD_SET(enter->flags, ENTER_FLAG_TRAP_WFE, rng_below(rng, 2));
	if (rec != NULL && rec->pending == WORLD_PENDING_MMIO) {
		enter->flags = FIELD_SET(enter->flags, ENTER_FLAG_EMUL_MMIO, rng_percent(rng, 70));
	}
	if (rec != NULL && (rec->pending == WORLD_PENDING_MMIO || rec->pending == WORLD_PENDING_SEA)) {
		enter->flags = FIELD_SET(enter->flags, ENTER_FLAG_INJECT_SEA,
			rng_percent(rng, rec->pending == WORLD_PENDING_SEA ? 50 : 15));
	}
	enter->gicv3_hcr = FIELD_SET(FIELD_SET(0, ICH_HCR_UIE, rng_below(rng, 2)), ICH_HCR_TDIR, rng_below(rng, 2));
	if (rng_percent(rng, 50)) {
		enter->gicv3_lrs[0] = draw_lr(rng);
	}
	if (draw_wrong(d)) {
		enter->flags |= FIELD_MASK(ENTER_FLAG_EMUL_MMIO);
	}
	if (draw_wrong(d)) {
		enter->flags |= FIELD_MASK(ENTER_FLAG_INJECT_SEA);
	}
	if (draw_wrong(d)) {
		enter->gicv3_hcr |= RNG_PICK(rng, 1, 1U << 8, 1U << 31, UINT64_C(1) << 63, 1U << 13);
	}
	if (draw_wrong(d)) {
		enter->gicv3_lrs[at] = FIELD_SET(draw_lr(rng), ICH_LR_STATE, 1) ^
			RNG_PICK(rng, 0, FIELD_MASK(ICH_LR_HW), UINT64_C(1) << 48, UINT64_C(1) << 32, UINT64_C(1) << 44,
				1U << 16, 1U << 10, 1U << 12, 1U << 31);
	}
	if (draw_wrong(d)) {
		enter->gicv3_lrs[at] = enter->gicv3_lrs[at ^ 1];
	}
}
