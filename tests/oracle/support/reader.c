/* SPDX-License-Identifier: BSD-2-Clause */
/* reader.c - the world that a monitor is in. */
#include "tests/oracle/support/reader.h"

#include <string.h>

#include "monitor/rec.h"
#include "reeve/field.h"
#include "tests/oracle/support/descriptor.h"

struct reading {
	struct machine *machine;
	const struct reeve_monitor *m;
	struct world *w;
	const struct world_realm *realm; /* whose tables are being read */
};

static const void *bytes_of(const struct reading *r, uint64_t pa)
{
	unsigned index;

	return machine_index(r->machine, pa, &index) ? machine_bytes(r->machine, index) : NULL;
}

static const char *read_granules(const struct reading *r)
{
	for (unsigned i = 0; i < r->w->granule_count; i++) {
		struct world_granule *g = &r->w->granules[i];
		struct reeve_granule_info info;

		if (!reeve_monitor_granule(r->m, reeve_pa(world_granule_pa(r->w, i)), &info)) {
			return "reader: a granule that the monitor does not know";
		}
		g->state = info.state;
		g->owner = info.owner.value;
		g->gpt = (enum world_gpt)r->machine->gpt[i];
	}
	return NULL;
}

/* Tables. */

static const char *read_table(const struct reading *r, int level, uint64_t ipa, uint64_t pa);

static bool is_table(uint64_t descriptor, int level)
{
	return level < RMI_LEVEL_LAST && (descriptor & 3) == 3;
}

/* Entries that are no TABLE. Equal descriptors one after another are one run without a second look. */
static const char *read_entries(const struct reading *r, const struct world_table *t, const uint64_t *entries)
{
	unsigned count = world_table_entries(r->realm, t->level, t->ipa);

	for (unsigned i = 0; i < count; i++) {
		bool ns = t->ipa + i * world_span(t->level) >= world_ipa_half(r->realm);
		struct world_entry entry;

		if (r->w->run_count >= WORLD_RUNS_MAX - 1) {
			return "reader: more runs than a world holds";
		}
		if (!descriptor_entry(entries[i], t->level, r->realm->lpa2, ns, &entry)) {
			return "reader: a descriptor that stands for no entry";
		}
		if (entry.state == RTTE_TABLE) {
			continue;
		}
		world_entry_append(r->w, t, i, &entry);
		while (entry.state == RTTE_UNASSIGNED && i + 1 < count && entries[i + 1] == entries[i]) {
			i++;
			r->w->runs[r->w->run_count - 1].count++;
		}
	}
	return NULL;
}

static const char *read_children(const struct reading *r, const struct world_table *t, const uint64_t *entries)
{
	unsigned count = world_table_entries(r->realm, t->level, t->ipa);

	for (unsigned i = 0; i < count; i++) {
		uint64_t ipa = t->ipa + i * world_span(t->level);
		struct world_entry entry;
		const char *broken;

		if (!is_table(entries[i], t->level)) {
			continue;
		}
		(void)descriptor_entry(entries[i], t->level, r->realm->lpa2, ipa >= world_ipa_half(r->realm), &entry);
		broken = read_table(r, t->level + 1, ipa, entry.pa);
		if (broken != NULL) {
			return broken;
		}
	}
	return NULL;
}

/* Recursion is bounded by the levels, and by the tables that a world holds. */
static const char *read_table(const struct reading *r, int level, uint64_t ipa, uint64_t pa)
{
	struct world_table table = {.rd = r->realm->rd, .ipa = ipa, .pa = pa, .level = (int8_t)level};
	const uint64_t *entries = bytes_of(r, pa);
	const char *broken;

	if (entries == NULL || r->w->table_count == WORLD_TABLES_MAX) {
		return "reader: a table outside memory, or more than a world holds";
	}
	r->w->tables[r->w->table_count++] = table;
	broken = read_entries(r, &table, entries);
	return broken != NULL ? broken : read_children(r, &table, entries);
}

static const char *read_tree(struct reading *r, const struct world_realm *realm)
{
	r->realm = realm;
	for (unsigned i = 0; i < realm->rtt_num_start; i++) {
		uint64_t ipa = i * WORLD_TABLE_ENTRIES * world_span(realm->rtt_level_start);
		const char *broken =
			read_table(r, realm->rtt_level_start, ipa, realm->rtt_base + i * (uint64_t)REEVE_GRANULE_SIZE);

		if (broken != NULL) {
			return broken;
		}
	}
	return NULL;
}

/* Realms and RECs. */

/* A value that nobody looks at, as the realm has no such feature, is none. */
static void read_features(const struct realm_features *f, struct world_realm *realm)
{
	realm->sve = FIELD_GET(f->flags, REALM_FLAG_SVE) != 0;
	realm->pmu = FIELD_GET(f->flags, REALM_FLAG_PMU) != 0;
	realm->sve_vl = realm->sve ? f->sve_vl : 0;
	realm->num_bps = f->num_bps;
	realm->num_wps = f->num_wps;
	realm->pmu_num_ctrs = realm->pmu ? f->pmu_num_ctrs : 0;
}

static const char *read_realm(struct reading *r, uint64_t rd)
{
	const struct realm *from = bytes_of(r, rd);
	struct world_realm realm = {
		.rd = rd,
		.state = realm_state(from),
		.lpa2 = from->stage2.lpa2,
		.s2sz = (uint8_t)from->stage2.ipa_bits,
		.hash_algo = (uint8_t)from->hash,
		.vmid = from->stage2.vmid,
		.rtt_base = from->stage2.root.value,
		.rtt_level_start = (int8_t)from->stage2.start_level,
		.rtt_num_start = (uint8_t)from->stage2.root_count,
		.rec_next = from->rec_next,
	};

	if (r->w->realm_count == WORLD_REALMS_MAX) {
		return "reader: more realms than a world holds";
	}
	if (from->stage2.rd.value != rd || realm.lpa2 != (FIELD_GET(from->features.flags, REALM_FLAG_LPA2) != 0) ||
		!realm_vmid_is_used(r->m, realm.vmid) ||
		realm.rtt_num_start !=
			world_roots(realm.s2sz, realm.rtt_level_start, realm.lpa2, r->m->config.pa_bits)) {
		return "reader: a realm that contradicts itself";
	}
	read_features(&from->features, &realm);
	memcpy(realm.rpv, from->rpv, sizeof(realm.rpv));
	memcpy(realm.measurements, from->measurements, sizeof(realm.measurements));
	return read_tree(r, world_realm_add(r->w, &realm));
}

static const enum world_pending pendings[REC_PENDING_COUNT] = {
	[REC_PENDING_NONE] = WORLD_PENDING_NONE,
	[REC_PENDING_MMIO] = WORLD_PENDING_MMIO,
	[REC_PENDING_SEA_ONLY] = WORLD_PENDING_SEA,
	[REC_PENDING_RIPAS] = WORLD_PENDING_RIPAS,
	[REC_PENDING_HOST_CALL] = WORLD_PENDING_HOST_CALL,
	[REC_PENDING_SYSREG_READ] = WORLD_PENDING_SYSREG,
};

static const char *read_rec(struct reading *r, uint64_t pa)
{
	const struct rec *from = bytes_of(r, pa);
	struct world_rec rec = {
		.pa = pa,
		.rd = granule_pa(&r->m->granules, from->rd).value,
		.mpidr = from->mpidr,
		.state = (enum rmi_rec_state)from->state,
		.runnable = from->runnable,
		.ripas_addr = from->ripas_addr,
		.ripas_top = from->ripas_top,
		.ripas_value = from->ripas_value,
		.ripas_destroyed = from->ripas_change_destroyed,
		.host_call_ipa = from->host_call_ipa,
		.esr = from->last_esr,
		.far = from->last_far,
		.pc = from->cpu.pc,
		.pstate = from->cpu.pstate,
		.sp_el0 = from->cpu.sp_el0,
		.sp_el1 = from->cpu.sp_el1,
	};

	if (r->w->rec_count == WORLD_RECS_MAX || from->aux_count != r->m->config.rec_aux_count) {
		return "reader: more RECs, or auxiliary granules, than a world holds";
	}
	if ((unsigned)from->pending >= REC_PENDING_COUNT || (from->psci_pending && from->pending != REC_PENDING_NONE)) {
		return "reader: a REC that waits for two things";
	}
	rec.pending = from->psci_pending ? WORLD_PENDING_PSCI : pendings[from->pending];
	memcpy(rec.gprs, from->cpu.gprs, sizeof(rec.gprs));
	memcpy(rec.el1, from->cpu.el1, sizeof(rec.el1));
	for (unsigned i = 0; i < from->aux_count; i++) {
		rec.aux[i] = granule_pa(&r->m->granules, from->aux[i]).value;
	}
	world_rec_add(r->w, &rec);
	return NULL;
}

const char *reader_read(struct machine *m, struct world *w)
{
	struct reading r = {.machine = m, .m = m->monitor, .w = w};
	const char *broken;

	if (!world_init(w, &m->monitor->config)) {
		return "reader: more granules than a world holds";
	}
	broken = read_granules(&r);
	for (unsigned i = 0; i < w->granule_count && broken == NULL; i++) {
		if (w->granules[i].state == GRANULE_RD) {
			broken = read_realm(&r, world_granule_pa(w, i));
		} else if (w->granules[i].state == GRANULE_REC) {
			broken = read_rec(&r, world_granule_pa(w, i));
		}
	}
	world_sort(w);
	return broken;
}
