/* SPDX-License-Identifier: BSD-2-Clause */
/* loader.c - a monitor in the state of a world: granule words, RDs, tables, RECs, written one by one. */
#include "tests/oracle/support/loader.h"

#include <assert.h>
#include <string.h>

#include "monitor/rec.h"
#include "reeve/field.h"
#include "tests/oracle/support/descriptor.h"

enum { BLOCK_GRANULES = 512, MARK_EVERY = 64, MARK = 0xD7 };

/* What every object is written with: the monitor to be, and the world it comes from. */
struct build {
	struct machine *machine;
	struct reeve_monitor *m;
	const struct world *w;
};

static unsigned index_of(const struct build *b, uint64_t pa)
{
	unsigned index = 0;
	bool found = machine_index(b->machine, pa, &index);

	assert(found);
	(void)found;
	return index;
}

static struct granule_index granule_of(const struct build *b, uint64_t pa)
{
	return (struct granule_index){index_of(b, pa)};
}

/* Granules. DATA is marked, of whole blocks only now and then: that would be megabytes. */
static void build_granules(const struct build *b)
{
	for (unsigned i = 0; i < b->w->granule_count; i++) {
		const struct world_granule *g = &b->w->granules[i];
		uint64_t word = FIELD_SET(0, GRANULE_WORD_STATE, g->state);

		if (g->owner != 0) {
			word = FIELD_SET(word, GRANULE_WORD_OWNER, index_of(b, g->owner));
		}
		b->m->granules.words[i] = word;
		b->machine->gpt[i] = (uint8_t)g->gpt;
		if (g->state == GRANULE_DATA && (i < 4 * BLOCK_GRANULES || i % MARK_EVERY == 0)) {
			machine_write(b->machine, i)[i % REEVE_GRANULE_SIZE] = MARK;
		}
	}
}

static struct stage2 stage2_of(const struct world_realm *r)
{
	return (struct stage2){
		.rd = reeve_pa(r->rd),
		.root = reeve_pa(r->rtt_base),
		.root_count = r->rtt_num_start,
		.start_level = r->rtt_level_start,
		.ipa_bits = r->s2sz,
		.lpa2 = r->lpa2,
		.vmid = r->vmid,
	};
}

static struct realm_features features_of(const struct world_realm *r)
{
	struct realm_features f = {.flags = FIELD_SET(0, REALM_FLAG_LPA2, r->lpa2)};

	f.flags = FIELD_SET(FIELD_SET(f.flags, REALM_FLAG_SVE, r->sve), REALM_FLAG_PMU, r->pmu);
	f.sve_vl = r->sve_vl;
	f.num_bps = r->num_bps;
	f.num_wps = r->num_wps;
	f.pmu_num_ctrs = r->pmu_num_ctrs;
	return f;
}

static void build_realm(const struct build *b, const struct world_realm *r)
{
	struct realm *realm = (void *)machine_write(b->machine, index_of(b, r->rd));

	realm->state = (uint32_t)r->state;
	realm->rec_count = world_realm_recs(b->w, r->rd);
	realm->rec_next = r->rec_next;
	realm->hash = (enum rmi_hash_algorithm)r->hash_algo;
	realm->stage2 = stage2_of(r);
	realm->features = features_of(r);
	memcpy(realm->rpv, r->rpv, sizeof(realm->rpv));
	memcpy(realm->measurements, r->measurements, sizeof(realm->measurements));
	b->m->vmids[r->vmid / 64] |= UINT64_C(1) << (r->vmid % 64);
}

/* Tables. */

static void count_entries(const struct build *b, uint64_t table, const struct world_entry *entry, unsigned count)
{
	_Atomic uint64_t *word = &b->m->granules.words[index_of(b, table)];
	bool ns = entry->ns && entry->state == RTTE_ASSIGNED;

	if (entry->state == RTTE_UNASSIGNED) {
		return;
	}
	*word += (uint64_t)count << (ns ? GRANULE_WORD_NS_ENTRIES_SHIFT : GRANULE_WORD_ENTRIES_SHIFT);
}

/* The entries of `table` from the one for `ipa` on. */
static uint64_t *entries_at(const struct build *b, const struct world_table *table, uint64_t ipa)
{
	uint64_t *entries = (void *)machine_write(b->machine, index_of(b, table->pa));

	return entries + (ipa - table->ipa) / world_span(table->level);
}

static void build_run(const struct build *b, const struct world_run *run)
{
	const struct world_realm *realm = world_realm_const(b->w, run->rd);
	const struct world_table *table = world_table(b->w, realm, run->level, run->ipa);
	uint64_t *entries = entries_at(b, table, run->ipa);
	struct world_entry entry = run->first;

	for (unsigned i = 0; i < run->count; i++) {
		entries[i] = descriptor_of(&entry, run->level, realm->lpa2);
		entry.pa += entry.state == RTTE_ASSIGNED ? world_span(run->level) : 0;
	}
	count_entries(b, table->pa, &run->first, run->count);
}

/* The entry of the table above that names this table. */
static void build_table(const struct build *b, const struct world_table *table)
{
	const struct world_realm *realm = world_realm_const(b->w, table->rd);
	struct world_entry entry = {.state = RTTE_TABLE, .ns = table->ipa >= world_ipa_half(realm), .pa = table->pa};
	const struct world_table *parent;

	if (table->level == realm->rtt_level_start) {
		return;
	}
	parent = world_table(b->w, realm, table->level - 1, table->ipa);
	*entries_at(b, parent, table->ipa) = descriptor_of(&entry, parent->level, realm->lpa2);
	count_entries(b, parent->pa, &entry, 1);
}

/* RECs. */

static const enum rec_pending pendings[WORLD_PENDING_COUNT] = {
	[WORLD_PENDING_NONE] = REC_PENDING_NONE,
	[WORLD_PENDING_MMIO] = REC_PENDING_MMIO,
	[WORLD_PENDING_SEA] = REC_PENDING_SEA_ONLY,
	[WORLD_PENDING_PSCI] = REC_PENDING_NONE,
	[WORLD_PENDING_RIPAS] = REC_PENDING_RIPAS,
	[WORLD_PENDING_HOST_CALL] = REC_PENDING_HOST_CALL,
	[WORLD_PENDING_SYSREG] = REC_PENDING_SYSREG_READ,
};

static void build_pending(struct rec *rec, const struct world_rec *r)
{
	rec->pending = pendings[r->pending];
	rec->psci_pending = r->pending == WORLD_PENDING_PSCI;
	rec->last_esr = r->esr;
	rec->last_far = r->far;
	rec->ripas_addr = r->ripas_addr;
	rec->ripas_top = r->ripas_top;
	rec->ripas_value = r->ripas_value;
	rec->ripas_change_destroyed = r->ripas_destroyed;
	rec->host_call_ipa = r->host_call_ipa;
}

static void build_rec(const struct build *b, const struct world_rec *r)
{
	const struct world_realm *realm = world_realm_const(b->w, r->rd);
	struct rec *rec = (void *)machine_write(b->machine, index_of(b, r->pa));

	rec->state = (uint32_t)r->state;
	rec->runnable = r->runnable;
	rec->rd = granule_of(b, r->rd);
	rec->index = world_mpidr_index(r->mpidr);
	rec->mpidr = r->mpidr;
	rec->aux_count = b->w->config.rec_aux_count;
	for (unsigned i = 0; i < rec->aux_count; i++) {
		rec->aux[i] = granule_of(b, r->aux[i]);
	}
	build_pending(rec, r);
	rec->cpu.mpidr_el1 = world_mpidr_el1(r->mpidr) | FIELD_MASK(MPIDR_RES1);
	rec->cpu.stage2 = stage2_of(realm);
	rec->cpu.features = features_of(realm);
	rec->cpu.rec = reeve_pa(r->pa);
	memcpy(rec->cpu.gprs, r->gprs, sizeof(r->gprs));
	rec->cpu.pc = r->pc;
	rec->cpu.pstate = r->pstate;
	rec->cpu.sp_el0 = r->sp_el0;
	rec->cpu.sp_el1 = r->sp_el1;
	memcpy(rec->cpu.el1, r->el1, sizeof(r->el1));
}

void loader_build(struct machine *m, const struct world *w)
{
	struct build b = {.machine = m, .w = w};

	machine_start(m, &w->config);
	b.m = m->monitor;
	build_granules(&b);
	for (unsigned i = 0; i < w->realm_count; i++) {
		build_realm(&b, &w->realms[i]);
	}
	for (unsigned i = 0; i < w->table_count; i++) {
		build_table(&b, &w->tables[i]);
	}
	for (unsigned i = 0; i < w->run_count; i++) {
		build_run(&b, &w->runs[i]);
	}
	for (unsigned i = 0; i < w->rec_count; i++) {
		build_rec(&b, &w->recs[i]);
	}
	machine_keep_state(m);
	for (unsigned i = 0; i < w->granule_count; i++) {
		if (m->dirty[i]) {
			machine_keep_granule(m, i);
		}
	}
}

struct oracle_cpu_left loader_cpu_left(const struct machine *m, uint64_t pa)
{
	unsigned index = 0;
	bool found = machine_index(m, pa, &index);
	const struct rec *rec = (const void *)machine_bytes(m, index);
	struct oracle_cpu_left left = {
		.gicv3_hcr = rec->cpu.gicv3_hcr,
		.gicv3_misr = rec->cpu.gicv3_misr,
		.gicv3_vmcr = rec->cpu.gicv3_vmcr,
		.cntp_ctl = rec->cpu.cntp_ctl,
		.cntp_cval = rec->cpu.cntp_cval,
		.cntv_ctl = rec->cpu.cntv_ctl,
		.cntv_cval = rec->cpu.cntv_cval,
	};

	assert(found);
	(void)found;
	memcpy(left.gicv3_lrs, rec->cpu.gicv3_lrs, sizeof(left.gicv3_lrs));
	return left;
}

/* Make the RUNNING RECs READY, and note their granules in `which`; returns how many. */
static unsigned stop_all(struct machine *m, unsigned *which, unsigned most)
{
	unsigned count = 0;

	for (unsigned i = 0; i < m->granule_count; i++) {
		struct granule_index g = {i};

		if (granule_state(&m->monitor->granules, g) == GRANULE_REC &&
			rec_at(m->monitor, g)->state == REC_RUNNING && count < most) {
			rec_at(m->monitor, g)->state = REC_READY;
			which[count++] = i;
		}
	}
	return count;
}

const char *loader_valid(struct machine *m)
{
	unsigned running[WORLD_RECS_MAX];
	unsigned count = stop_all(m, running, WORLD_RECS_MAX);
	const char *broken = reeve_monitor_valid(m->monitor);

	for (unsigned i = 0; i < count; i++) {
		rec_at(m->monitor, (struct granule_index){running[i]})->state = REC_RUNNING;
	}
	return broken;
}
