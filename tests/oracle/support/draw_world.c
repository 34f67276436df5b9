/* SPDX-License-Identifier: BSD-2-Clause */
/* draw_world.c - worlds drawn: configuration, granules, realms, RECs. */
#include <assert.h>
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/draw.h"
#include "tests/oracle/support/draw_parts.h"

enum { HIGH_BIT = 48, REALMS = 4, RECS = 4, SMALL_REGION = 64 * REEVE_GRANULE_SIZE, CHUNK = 32 };

/* Configuration. */

static uint64_t draw_features(struct rng *rng)
{
	bool lpa2 = rng_percent(rng, 40);
	uint64_t hashes = RNG_PICK(rng, 3, 3, 3, 1, 2);
	uint64_t f = 0;

	f = FIELD_SET(f, FEATURE0_LPA2, lpa2);
	f = FIELD_SET(f, FEATURE0_S2SZ, lpa2 ? RNG_PICK(rng, 52, 52, 50, 48) : RNG_PICK(rng, 48, 48, 47, 42, 40, 34));
	f = FIELD_SET(f, FEATURE0_SVE_EN, rng_percent(rng, 60));
	f = FIELD_SET(f, FEATURE0_SVE_VL, rng_below(rng, 16));
	f = FIELD_SET(f, FEATURE0_NUM_BPS, RNG_PICK(rng, 1, 5, 15, 63));
	f = FIELD_SET(f, FEATURE0_NUM_WPS, RNG_PICK(rng, 1, 3, 15, 63));
	f = FIELD_SET(f, FEATURE0_PMU_EN, rng_percent(rng, 60));
	f = FIELD_SET(f, FEATURE0_PMU_NUM_CTRS, RNG_PICK(rng, 1, 6, 31));
	f = FIELD_SET(f, FEATURE0_HASH_SHA_256, hashes & 1);
	f = FIELD_SET(f, FEATURE0_HASH_SHA_512, hashes >> 1);
	f = FIELD_SET(f, FEATURE0_GICV3_NUM_LRS, RNG_PICK(rng, 0, 3, 15));
	return FIELD_SET(f, FEATURE0_MAX_RECS_ORDER, RNG_PICK(rng, 1, 2, 2, 3, 9));
}

static void add_region(struct reeve_monitor_config *config, uint64_t base, uint64_t size)
{
	struct reeve_pa_range *r = &config->regions[config->region_count++];

	*r = (struct reeve_pa_range){{base}, {base + size}};
}

static void draw_config(struct rng *rng, uint64_t features, struct reeve_monitor_config *config)
{
	uint64_t base = RNG_PICK(rng, 0x40000000, 0x200000, 0x880000000);
	uint64_t size = (uint64_t)DRAW_BLOCKS * DRAW_BLOCK_GRANULES * REEVE_GRANULE_SIZE;
	bool small = rng_percent(rng, 30);

	memset(config, 0, sizeof(*config));
	config->cpu_count = 8;
	config->rec_aux_count = (unsigned)RNG_PICK(rng, 0, 1, 2, 3, 16);
	config->vmid_bits = (unsigned)RNG_PICK(rng, 8, 16);
	config->pa_bits = (unsigned)RNG_PICK(rng, 40, 44, 48, 52, 52, 52);
	config->features0 = draw_features(rng) & features;
	if (FIELD_GET(config->features0, FEATURE0_LPA2) == 0 && FIELD_GET(config->features0, FEATURE0_S2SZ) > 48) {
		config->features0 = FIELD_SET(config->features0, FEATURE0_S2SZ, 48);
	}
	add_region(config, base, size);
	if (small) {
		add_region(config, base + size + RNG_PICK(rng, 0x1000, 0x100000), SMALL_REGION);
	}
	if (config->pa_bits == 52) {
		add_region(config, UINT64_C(1) << HIGH_BIT, SMALL_REGION);
	}
}

/* Granules. */

/* Granules that are not in a block's place: the first DRAW_SINGLES and those of the small regions. */
static bool is_single(unsigned index)
{
	return index < DRAW_SINGLES || index >= DRAW_BLOCKS * DRAW_BLOCK_GRANULES;
}

uint64_t draw_take(struct rng *rng, struct world *w, enum rmi_granule_state state, uint64_t owner, bool high)
{
	unsigned index = rng_between(rng, 0, w->granule_count - 1);
	uint64_t pa = world_granule_pa(w, index);

	while (!is_single(index) || w->granules[index].state != GRANULE_UNDELEGATED || (!high && pa >> HIGH_BIT != 0)) {
		index = rng_between(rng, 0, w->granule_count - 1);
		pa = world_granule_pa(w, index);
	}
	world_granule_set(w, pa, state, owner);
	return pa;
}

static bool all_free(const struct world *w, uint64_t pa, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		const struct world_granule *g = world_granule_const(w, pa + i * (uint64_t)REEVE_GRANULE_SIZE);

		if (g == NULL || g->state != GRANULE_UNDELEGATED) {
			return false;
		}
	}
	return true;
}

uint64_t draw_take_aligned(
	struct rng *rng, struct world *w, unsigned count, enum rmi_granule_state state, uint64_t owner)
{
	uint64_t size = count * (uint64_t)REEVE_GRANULE_SIZE;
	uint64_t base = w->config.regions[0].base.value;
	uint64_t pa = base + rng_below(rng, DRAW_SINGLES / count) * size;

	while (!all_free(w, pa, count)) {
		pa = base + rng_below(rng, DRAW_SINGLES / count) * size;
	}
	for (unsigned i = 0; i < count; i++) {
		world_granule_set(w, pa + i * (uint64_t)REEVE_GRANULE_SIZE, state, owner);
	}
	return pa;
}

bool draw_take_block(struct rng *rng, struct world *w, uint64_t owner, uint64_t *pa)
{
	unsigned first = DRAW_SINGLES / DRAW_BLOCK_GRANULES;
	unsigned block = rng_between(rng, first, DRAW_BLOCKS - 1);
	uint64_t base = w->config.regions[0].base.value + block * world_span(2);

	if (!all_free(w, base, DRAW_BLOCK_GRANULES)) {
		return false;
	}
	for (unsigned i = 0; i < DRAW_BLOCK_GRANULES; i++) {
		world_granule_set(w, base + i * (uint64_t)REEVE_GRANULE_SIZE, GRANULE_DATA, owner);
	}
	*pa = base;
	return true;
}

/* What no object took: in chunks, so that neighbours are often alike. */
static void draw_free_granules(struct rng *rng, struct world *w)
{
	unsigned delegated = 0; /* percent */

	for (unsigned i = 0; i < w->granule_count; i++) {
		struct world_granule *g = &w->granules[i];

		if (i % CHUNK == 0) {
			delegated = (unsigned)RNG_PICK(rng, 0, 5, 50, 95, 100, 100);
		}
		if (g->state != GRANULE_UNDELEGATED) {
			continue;
		}
		if (rng_percent(rng, delegated)) {
			g->state = GRANULE_DELEGATED;
			g->gpt = WORLD_GPT_REALM;
		} else if (rng_percent(rng, 10)) {
			g->gpt = WORLD_GPT_SECURE;
		}
	}
}

/* Realms. */

/* A geometry that the machine allows. The loop ends: 32 bits from level 2 are always one. */
static void draw_geometry(struct rng *rng, const struct world *w, struct world_realm *realm)
{
	unsigned widest = (unsigned)FIELD_GET(w->config.features0, FEATURE0_S2SZ);
	unsigned roots = 0;

	if (!realm->lpa2 && widest > 48) {
		widest = 48;
	}
	while (roots == 0) {
		int level = (int)rng_below(rng, 4) - 1;

		realm->s2sz = (uint8_t)rng_between(rng, 32, widest);
		if (rng_percent(rng, 30)) {
			realm->s2sz = (uint8_t)RNG_PICK(rng, 32, 34, widest);
		} else if (realm->lpa2 && widest > 48 && rng_percent(rng, 50)) { /* what level -1 begins with */
			realm->s2sz = (uint8_t)rng_between(rng, 49, widest);
		}
		realm->rtt_level_start = (int8_t)level;
		roots = world_roots(realm->s2sz, level, realm->lpa2, w->config.pa_bits);
	}
	realm->rtt_num_start = (uint8_t)roots;
}

static uint16_t draw_free_vmid(struct rng *rng, const struct world *w)
{
	uint16_t last = (uint16_t)((1U << w->config.vmid_bits) - 1);
	uint16_t vmid = (uint16_t)(rng_percent(rng, 50) ? RNG_PICK(rng, 0, 1, last) : rng_between(rng, 0, last));

	for (unsigned i = 0; i < w->realm_count; i++) {
		if (w->realms[i].vmid == vmid) {
			vmid = (uint16_t)((vmid + 1) & last);
			i = UINT32_MAX; /* from the first again */
		}
	}
	return vmid;
}

static const struct world_realm *draw_realm(struct rng *rng, struct world *w)
{
	uint64_t features = w->config.features0;
	struct world_realm realm = {.rd = 0};
	size_t size;

	realm.state = (enum rmi_realm_state)RNG_PICK(
		rng, REALM_NEW, REALM_NEW, REALM_NEW, REALM_ACTIVE, REALM_ACTIVE, REALM_ACTIVE, REALM_SYSTEM_OFF);
	realm.lpa2 = FIELD_GET(features, FEATURE0_LPA2) != 0 && rng_percent(rng, 60);
	realm.sve = FIELD_GET(features, FEATURE0_SVE_EN) != 0 && rng_percent(rng, 50);
	realm.pmu = FIELD_GET(features, FEATURE0_PMU_EN) != 0 && rng_percent(rng, 50);
	realm.sve_vl = realm.sve ? (uint8_t)rng_below(rng, FIELD_GET(features, FEATURE0_SVE_VL) + 1) : 0;
	realm.pmu_num_ctrs = realm.pmu ? (uint8_t)FIELD_GET(features, FEATURE0_PMU_NUM_CTRS) : 0;
	realm.num_bps = (uint8_t)FIELD_GET(features, FEATURE0_NUM_BPS);
	realm.num_wps = (uint8_t)FIELD_GET(features, FEATURE0_NUM_WPS);
	realm.hash_algo = FIELD_GET(features, FEATURE0_HASH_SHA_256) == 0 ||
			(FIELD_GET(features, FEATURE0_HASH_SHA_512) != 0 && rng_percent(rng, 50))
		? RMI_HASH_SHA_512
		: RMI_HASH_SHA_256;
	draw_geometry(rng, w, &realm);
	realm.vmid = draw_free_vmid(rng, w);
	rng_fill(rng, realm.rpv, sizeof(realm.rpv));
	size = rmi_hash_size(realm.hash_algo);
	for (unsigned i = 0; i < (realm.state == REALM_NEW ? 1U : (unsigned)RMI_MEASUREMENT_COUNT); i++) {
		rng_fill(rng, realm.measurements[i], size);
	}
	realm.rd = draw_take(rng, w, GRANULE_UNDELEGATED, 0, true);
	world_granule_set(w, realm.rd, GRANULE_RD, realm.rd);
	realm.rtt_base = draw_take_aligned(rng, w, realm.rtt_num_start, GRANULE_RTT, realm.rd);
	return world_realm_add(w, &realm);
}

static void draw_root_tables(struct world *w, const struct world_realm *realm)
{
	for (unsigned i = 0; i < realm->rtt_num_start; i++) {
		uint64_t ipa = i * WORLD_TABLE_ENTRIES * world_span(realm->rtt_level_start);

		world_table_add(
			w, realm, realm->rtt_level_start, ipa, realm->rtt_base + i * (uint64_t)REEVE_GRANULE_SIZE);
	}
}

/* RECs. */

/* An entry at a protected IPA; of memory that the realm can reach, if `mapped` and some tries find one. */
static struct world_walk draw_protected(
	struct rng *rng, const struct world *w, const struct world_realm *realm, bool mapped)
{
	unsigned most = mapped ? 200 : 1;
	struct world_walk walk = world_walk(w, realm, rng_below(rng, world_ipa_half(realm)), RMI_LEVEL_LAST);

	for (unsigned tries = 0; tries < most; tries++) {
		uint64_t ipa = draw_entry_of(rng, w, realm, draw_table_of(rng, w, realm));

		if (ipa >= world_ipa_half(realm)) {
			continue;
		}
		walk = world_walk(w, realm, ipa, RMI_LEVEL_LAST);
		if (walk.entry.state == RTTE_ASSIGNED && walk.entry.ripas == RIPAS_RAM) {
			break;
		}
	}
	return walk;
}

static void draw_ripas_request(
	struct rng *rng, const struct world *w, const struct world_realm *realm, struct world_rec *rec)
{
	uint64_t half = world_ipa_half(realm);
	const struct world_table *table = draw_table_of(rng, w, realm);
	uint64_t base = draw_entry_of(rng, w, realm, table);
	uint64_t left;

	if (rng_percent(rng, 40)) {
		struct world_walk walk = draw_protected(rng, w, realm, true);

		table = world_table(w, realm, walk.level, walk.ipa);
		base = walk.ipa;
	}
	if (base >= half) {
		base = rng_percent(rng, 50) ? 0 : half - REEVE_GRANULE_SIZE;
	}
	if (rng_percent(rng, 25)) {
		base += REEVE_GRANULE_SIZE; /* in the middle of a block, or done with the protected half */
	}
	left = half - base;
	rec->pending = WORLD_PENDING_RIPAS;
	rec->ripas_addr = base;
	rec->ripas_top = base +
		RNG_PICK(rng, 0, REEVE_GRANULE_SIZE, 4 * REEVE_GRANULE_SIZE, world_span(table->level),
			5 * world_span(table->level), left);
	if (rec->ripas_top > half) {
		rec->ripas_top = half;
	}
	rec->ripas_value = rng_percent(rng, 50) ? RIPAS_RAM : RIPAS_EMPTY;
	rec->ripas_destroyed = rng_percent(rng, 50);
	if (rec->ripas_top == 0) {
		rec->ripas_top = REEVE_GRANULE_SIZE;
	}
}

static void draw_psci_request(struct rng *rng, const struct world_realm *realm, struct world_rec *rec)
{
	uint32_t self = world_mpidr_index(rec->mpidr);
	uint32_t near = self > 0 && rng_percent(rng, 50) ? self - 1 : self + 1;
	uint32_t index = near < realm->rec_next ? near : self - 1;

	rec->pending = WORLD_PENDING_PSCI;
	rec->gprs[0] = RNG_PICK(rng, PSCI_FID32_CPU_ON, PSCI_FID64_CPU_ON, PSCI_FID32_AFFINITY_INFO,
		PSCI_FID64_AFFINITY_INFO, PSCI_FID64_CPU_ON);
	rec->gprs[1] = world_mpidr_el1(world_index_mpidr(index));
	if (rec->gprs[1] > UINT32_MAX) { /* an SMC32 call has no room for Aff3 */
		rec->gprs[0] = PSCI_FID64_CPU_ON;
	}
	rec->gprs[2] = REEVE_GRANULE_SIZE * rng_below(rng, 16); /* entry; AFFINITY_INFO's lowest level is below */
	if (psci_function_of_fid(rec->gprs[0]) == PSCI_AFFINITY_INFO) {
		rec->gprs[2] = 0;
	}
	rec->gprs[3] = rng_next(rng) & UINT32_MAX;
}

/* The structure of a host call: more often than not in a page that is there, if the realm has any. */
static void draw_host_call(
	struct rng *rng, const struct world *w, const struct world_realm *realm, struct world_rec *rec)
{
	struct world_walk walk = draw_protected(rng, w, realm, rng_percent(rng, 70));

	rec->host_call_ipa = reeve_align_down(walk.ipa + rng_below(rng, world_span(walk.level)), 256);
}

/* An access at an unprotected IPA, of every width and sign that there is; or one without a syndrome, which at times is AArch32's. */
static void draw_abort(struct rng *rng, bool emulatable, struct world_rec *rec)
{
	uint64_t esr = FIELD_SET(FIELD_SET(0, ESR_EC, 0x24), ESR_ABORT_FSC, RNG_PICK(rng, 4, 5, 6, 7, 0xF));
	unsigned size = (unsigned)rng_below(rng, 4);

	esr = FIELD_SET(esr, ESR_ABORT_WNR, rng_below(rng, 2));
	esr = FIELD_SET(esr, ESR_IL, emulatable || rng_percent(rng, 50));
	if (emulatable) {
		esr = FIELD_SET(FIELD_SET(esr, ESR_ABORT_ISV, 1), ESR_ABORT_SAS, size);
		esr = FIELD_SET(esr, ESR_ABORT_SRT, RNG_PICK(rng, 0, 4, 30, 31, rng_below(rng, 32)));
		esr = FIELD_SET(esr, ESR_ABORT_SF, size == 3 || rng_percent(rng, 50));
		esr = FIELD_SET(esr, ESR_ABORT_SSE,
			size < 2 ? rng_below(rng, 2) : size == 2 && FIELD_GET(esr, ESR_ABORT_SF) != 0);
	} else if (rng_percent(rng, 30)) {
		rec->pstate = FIELD_SET(FIELD_SET(rec->pstate, SPSR_MODE, 0), SPSR_AARCH32, 1);
	}
	rec->esr = esr;
	rec->far = rng_next(rng);
}

/* A read of ICC_PMR_EL1, the one register that the host reads for a realm (section 9). */
static void draw_sysreg(struct rng *rng, struct world_rec *rec)
{
	uint64_t esr = FIELD_SET(FIELD_SET(FIELD_MASK(ESR_IL), ESR_EC, 0x18), ESR_SYSREG_READ, 1);

	esr = FIELD_SET(FIELD_SET(FIELD_SET(esr, ESR_SYSREG_OP0, 3), ESR_SYSREG_CRN, 4), ESR_SYSREG_CRM, 6);
	rec->esr = FIELD_SET(esr, ESR_SYSREG_RT, RNG_PICK(rng, 0, 4, 30, 31, rng_below(rng, 32)));
}

/* What two commands and five completions of REC_ENTER depend on. */
static void draw_pending(struct rng *rng, const struct world *w, const struct world_realm *realm, struct world_rec *rec)
{
	enum world_pending pending = (enum world_pending)RNG_PICK(rng, WORLD_PENDING_NONE, WORLD_PENDING_PSCI,
		WORLD_PENDING_PSCI, WORLD_PENDING_PSCI, WORLD_PENDING_PSCI, WORLD_PENDING_RIPAS, WORLD_PENDING_RIPAS,
		WORLD_PENDING_RIPAS, WORLD_PENDING_RIPAS, WORLD_PENDING_MMIO, WORLD_PENDING_MMIO,
		WORLD_PENDING_HOST_CALL, WORLD_PENDING_HOST_CALL, WORLD_PENDING_SEA, WORLD_PENDING_SYSREG);

	if (pending == WORLD_PENDING_PSCI) {
		if (realm->rec_next > 1) {
			draw_psci_request(rng, realm, rec);
		}
		return;
	}
	if (pending == WORLD_PENDING_RIPAS) {
		draw_ripas_request(rng, w, realm, rec);
		return;
	}
	rec->pending = pending;
	if (pending == WORLD_PENDING_HOST_CALL) {
		draw_host_call(rng, w, realm, rec);
	} else if (pending == WORLD_PENDING_MMIO || pending == WORLD_PENDING_SEA) {
		draw_abort(rng, pending == WORLD_PENDING_MMIO, rec);
	} else if (pending == WORLD_PENDING_SYSREG) {
		draw_sysreg(rng, rec);
	}
}

/* Registers as a realm may have them: any, in one of the modes below EL2. */
static void draw_registers(struct rng *rng, struct world_rec *rec)
{
	static const uint64_t nzcv = UINT64_C(0xF) << 28;

	world_rec_reset(rec);
	rng_fill(rng, rec->gprs, sizeof(rec->gprs));
	rec->pc = rng_next(rng) & ~UINT64_C(3);
	if (rng_percent(rng, 20)) {
		return;
	}
	rng_fill(rng, rec->el1, sizeof(rec->el1));
	rec->sp_el0 = rng_next(rng);
	rec->sp_el1 = rng_next(rng);
	rec->pstate = rng_next(rng) &
		(nzcv | FIELD_MASK(SPSR_DAIF) | FIELD_MASK(SPSR_PAN) | FIELD_MASK(SPSR_UAO) | FIELD_MASK(SPSR_SS) |
			FIELD_MASK(SPSR_IL) | FIELD_MASK(SPSR_BTYPE));
	rec->pstate = FIELD_SET(rec->pstate, SPSR_MODE, RNG_PICK(rng, 0, 4, 5));
}

static void draw_rec(struct rng *rng, struct world *w, const struct world_realm *realm, uint32_t index)
{
	struct world_rec rec = {.rd = realm->rd, .mpidr = world_index_mpidr(index), .state = REC_READY};

	rec.pa = draw_take(rng, w, GRANULE_REC, realm->rd, true);
	for (unsigned i = 0; i < w->config.rec_aux_count; i++) {
		rec.aux[i] = draw_take(rng, w, GRANULE_REC_AUX, realm->rd, true);
	}
	draw_registers(rng, &rec);
	rec.runnable = rng_percent(rng, 75);
	if (realm->state != REALM_NEW && rec.runnable) {
		if (rng_percent(rng, 15)) {
			rec.state = REC_RUNNING;
		} else {
			draw_pending(rng, w, realm, &rec);
		}
	}
	world_rec_add(w, &rec);
}

/* RECs with the last indices, as if those before them had been destroyed; at times with a gap. */
static void draw_recs(struct rng *rng, struct world *w, struct world_realm *realm)
{
	unsigned most = (1U << FIELD_GET(w->config.features0, FEATURE0_MAX_RECS_ORDER)) - 1;
	unsigned count = rng_between(rng, 0, RECS);
	uint32_t first = (uint32_t)RNG_PICK(rng, 0, 0, 0, 0, 14, 15, 4094, (1U << 20) - 2);

	if (count > most) {
		count = most;
	}
	realm->rec_next = first + count + rng_percent(rng, 20);
	for (unsigned i = 0; i < count; i++) {
		draw_rec(rng, w, realm, first + i);
	}
}

void world_draw(struct world *w, uint64_t seed, uint64_t features)
{
	struct rng rng = {seed};
	struct reeve_monitor_config config;
	uint64_t rds[REALMS];
	unsigned count;
	bool fits;

	draw_config(&rng, features, &config);
	fits = world_init(w, &config);
	assert(fits);
	(void)fits;
	count = rng_between(&rng, 0, REALMS);
	for (unsigned i = 0; i < count; i++) {
		const struct world_realm *realm = draw_realm(&rng, w);

		rds[i] = realm->rd;
		draw_root_tables(w, realm);
		draw_tables(&rng, w, realm);
	}
	for (unsigned i = 0; i < count; i++) {
		draw_recs(&rng, w, world_realm(w, rds[i]));
	}
	draw_free_granules(&rng, w);
}
