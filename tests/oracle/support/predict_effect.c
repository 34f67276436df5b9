/* SPDX-License-Identifier: BSD-2-Clause */
/* predict_effect.c - what each command does when no condition refuses it. Fact sheet sections 4, 6, 10. */
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "tests/oracle/support/ask.h"

/* Effects on worlds: p->next is a copy of the world before, `realm` and `rec` are the call's in it (NULL where it names none). */
typedef void effect(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec);

static void delegate(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)realm;
	(void)rec;
	world_granule_set(&p->next, ask->x[1], GRANULE_DELEGATED, 0);
}

static void undelegate(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)realm;
	(void)rec;
	world_granule_set(&p->next, ask->x[1], GRANULE_UNDELEGATED, 0);
}

/* Realms. */

static void realm_create(const struct ask *ask, struct prediction *p, struct world_realm *unused, struct world_rec *rec)
{
	const struct rmi_realm_params *params = &ask->page.realm_params;
	struct world_realm realm = {
		.rd = ask->x[1],
		.state = REALM_NEW,
		.lpa2 = FIELD_GET(params->flags, REALM_FLAG_LPA2) != 0,
		.sve = FIELD_GET(params->flags, REALM_FLAG_SVE) != 0,
		.pmu = FIELD_GET(params->flags, REALM_FLAG_PMU) != 0,
		.s2sz = params->s2sz,
		.num_bps = params->num_bps,
		.num_wps = params->num_wps,
		.hash_algo = params->hash_algo,
		.vmid = params->vmid,
		.rtt_base = params->rtt_base,
		.rtt_level_start = (int8_t)params->rtt_level_start,
		.rtt_num_start = (uint8_t)params->rtt_num_start,
	};

	(void)unused;
	(void)rec;
	realm.sve_vl = realm.sve ? params->sve_vl : 0;
	realm.pmu_num_ctrs = realm.pmu ? params->pmu_num_ctrs : 0;
	memcpy(realm.rpv, params->rpv, sizeof(realm.rpv));
	oracle_rim_realm(&realm, params);
	world_realm_add(&p->next, &realm);
	world_granule_set(&p->next, realm.rd, GRANULE_RD, realm.rd);
	for (unsigned i = 0; i < realm.rtt_num_start; i++) {
		uint64_t pa = realm.rtt_base + i * (uint64_t)REEVE_GRANULE_SIZE;
		uint64_t ipa = i * WORLD_TABLE_ENTRIES * world_span(realm.rtt_level_start);

		world_granule_set(&p->next, pa, GRANULE_RTT, realm.rd);
		world_table_add(&p->next, &realm, realm.rtt_level_start, ipa, pa);
	}
}

static void realm_activate(
	const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)ask;
	(void)p;
	(void)rec;
	realm->state = REALM_ACTIVE;
}

static void realm_destroy(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)rec;
	for (unsigned i = 0; i < realm->rtt_num_start; i++) {
		world_granule_set(&p->next, realm->rtt_base + i * (uint64_t)REEVE_GRANULE_SIZE, GRANULE_DELEGATED, 0);
	}
	world_granule_set(&p->next, ask->realm->rd, GRANULE_DELEGATED, 0);
	world_tables_remove_all(&p->next, ask->realm->rd);
	world_realm_remove(&p->next, ask->realm->rd);
}

static void rec_create(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *unused)
{
	const struct rmi_rec_params *params = &ask->page.rec_params;
	struct world_rec rec = {
		.pa = ask->x[2],
		.rd = realm->rd,
		.mpidr = params->mpidr,
		.state = REC_READY,
		.runnable = FIELD_GET(params->flags, REC_FLAG_RUNNABLE) != 0,
		.pc = params->pc,
	};

	(void)unused;
	world_rec_reset(&rec);
	memcpy(rec.gprs, params->gprs, sizeof(params->gprs));
	for (unsigned i = 0; i < params->num_aux; i++) {
		rec.aux[i] = params->aux[i];
		world_granule_set(&p->next, rec.aux[i], GRANULE_REC_AUX, rec.rd);
	}
	world_granule_set(&p->next, rec.pa, GRANULE_REC, rec.rd);
	world_rec_add(&p->next, &rec);
	realm->rec_next++;
	if (rec.runnable) {
		oracle_rim_rec(realm, params);
	}
}

static void rec_destroy(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)realm;
	for (unsigned i = 0; i < p->next.config.rec_aux_count; i++) {
		world_granule_set(&p->next, rec->aux[i], GRANULE_DELEGATED, 0);
	}
	world_granule_set(&p->next, ask->rec->pa, GRANULE_DELEGATED, 0);
	world_rec_remove(&p->next, ask->rec->pa);
}

/* Section 10: the answer goes to the caller's X0, its X1 to X3 become zero. A target that is switched on is reset, but for the byte order,
 * which is its caller's; general registers that have no new value are zero (decisions). */
static void psci_complete(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	struct world_rec *target = world_rec(&p->next, ask->target->pa);
	bool on = target->runnable || target->state == REC_RUNNING;
	int64_t answer = PSCI_STATUS_SUCCESS;

	(void)realm;
	if (psci_function_of_fid(rec->gprs[0]) == PSCI_AFFINITY_INFO) {
		answer = on ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF;
	} else if (on) {
		answer = PSCI_STATUS_ALREADY_ON;
	} else if ((int64_t)ask->x[3] == PSCI_STATUS_DENIED) {
		answer = PSCI_STATUS_DENIED;
	} else {
		world_rec_reset(target);
		target->el1[WORLD_SCTLR_EL1] = FIELD_SET(
			target->el1[WORLD_SCTLR_EL1], SCTLR_EE, FIELD_GET(rec->el1[WORLD_SCTLR_EL1], SCTLR_EE));
		memset(target->gprs, 0, sizeof(target->gprs));
		target->pc = rec->gprs[2];
		target->gprs[0] = rec->gprs[3];
		target->runnable = true;
	}
	rec->gprs[0] = (uint64_t)answer;
	rec->gprs[1] = rec->gprs[2] = rec->gprs[3] = 0;
	rec->pending = WORLD_PENDING_NONE;
}

static void rec_enter(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)realm;
	p->ran = true;
	oracle_run(ask, p, rec);
}

/* Tables. */

static void rtt_create(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	(void)rec;
	world_table_add(&p->next, realm, (int)ask->level, ask->ipa, ask->x[2]);
	world_granule_set(&p->next, ask->x[2], GRANULE_RTT, realm->rd);
}

static void rtt_destroy(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	bool ns = ask->ipa >= world_ipa_half(realm);
	struct world_entry entry = {.state = RTTE_UNASSIGNED, .ripas = ns ? RIPAS_EMPTY : RIPAS_DESTROYED, .ns = ns};

	(void)rec;
	p->x[1] = ask->walk.entry.pa;
	world_table_remove(&p->next, realm, (int)ask->level, ask->ipa, &entry);
	world_granule_set(&p->next, ask->walk.entry.pa, GRANULE_DELEGATED, 0);
	p->x[2] = world_top(&p->next, realm, ask->walk.level, ask->ipa);
}

static void rtt_fold(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	struct world_entry entry = ask_homogeneous(ask)->first;

	(void)rec;
	p->x[1] = ask->walk.entry.pa;
	world_table_remove(&p->next, realm, (int)ask->level, ask->ipa, &entry);
	world_granule_set(&p->next, ask->walk.entry.pa, GRANULE_DELEGATED, 0);
}

static void ripas(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	p->x[1] = ask_ripas_top(ask, &p->next, ask->command == RMI_RTT_INIT_RIPAS ? realm : NULL);
	if (rec != NULL) {
		rec->ripas_addr = p->x[1];
	}
}

/* Entries. */

static void data_create(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	bool known = ask->command == RMI_DATA_CREATE;
	struct world_entry entry = {
		.state = RTTE_ASSIGNED, .ripas = known ? RIPAS_RAM : ask->walk.entry.ripas, .pa = ask->x[2]};

	(void)rec;
	world_entry_set(&p->next, realm, RMI_LEVEL_LAST, ask->ipa, &entry);
	world_granule_set(&p->next, ask->x[2], GRANULE_DATA, realm->rd);
	if (known) {
		oracle_rim_data(realm, ask->ipa, ask->x[5], ask->page.bytes);
	}
}

static void data_destroy(const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	struct world_entry entry = {.state = RTTE_UNASSIGNED,
		.ripas = ask->walk.entry.ripas == RIPAS_EMPTY ? RIPAS_EMPTY : RIPAS_DESTROYED};

	(void)rec;
	p->x[1] = ask->walk.entry.pa;
	world_entry_set(&p->next, realm, RMI_LEVEL_LAST, ask->ipa, &entry);
	world_granule_set(&p->next, ask->walk.entry.pa, GRANULE_DELEGATED, 0);
	p->x[2] = world_top(&p->next, realm, RMI_LEVEL_LAST, ask->ipa);
}

static void map_unprotected(
	const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	uint64_t desc = ask->x[4];
	struct world_entry entry = {.state = RTTE_ASSIGNED,
		.ns = true,
		.attributes = (uint16_t)(desc & (FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP))),
		.pa = ask_desc_pa(realm, desc)};

	(void)rec;
	world_entry_set(&p->next, realm, ask->walk.level, ask->ipa, &entry);
}

static void unmap_unprotected(
	const struct ask *ask, struct prediction *p, struct world_realm *realm, struct world_rec *rec)
{
	struct world_entry entry = {.state = RTTE_UNASSIGNED, .ns = true};

	(void)rec;
	world_entry_set(&p->next, realm, ask->walk.level, ask->ipa, &entry);
	p->x[1] = world_top(&p->next, realm, ask->walk.level, ask->ipa);
}

static effect *const effects[RMI_COMMAND_COUNT] = {
	[RMI_GRANULE_DELEGATE] = delegate,
	[RMI_GRANULE_UNDELEGATE] = undelegate,
	[RMI_DATA_CREATE] = data_create,
	[RMI_DATA_CREATE_UNKNOWN] = data_create,
	[RMI_DATA_DESTROY] = data_destroy,
	[RMI_REALM_ACTIVATE] = realm_activate,
	[RMI_REALM_CREATE] = realm_create,
	[RMI_REALM_DESTROY] = realm_destroy,
	[RMI_REC_CREATE] = rec_create,
	[RMI_REC_DESTROY] = rec_destroy,
	[RMI_REC_ENTER] = rec_enter,
	[RMI_RTT_CREATE] = rtt_create,
	[RMI_RTT_DESTROY] = rtt_destroy,
	[RMI_RTT_MAP_UNPROTECTED] = map_unprotected,
	[RMI_RTT_UNMAP_UNPROTECTED] = unmap_unprotected,
	[RMI_PSCI_COMPLETE] = psci_complete,
	[RMI_RTT_FOLD] = rtt_fold,
	[RMI_RTT_INIT_RIPAS] = ripas,
	[RMI_RTT_SET_RIPAS] = ripas,
};

/* Answers of the commands that only ask. */

/* Section 6; decisions: the address of ASSIGNED, DESTROYED is not shown. A level is a signed number, so -1 is all ones. */
static void read_entry(const struct ask *ask, uint64_t x[REEVE_SMC_REGISTERS])
{
	const struct world_entry *entry = &ask->walk.entry;
	uint64_t desc = entry->pa;

	if (entry->ns && entry->state == RTTE_ASSIGNED) {
		desc = entry->pa | entry->attributes;
		if (ask->realm->lpa2) {
			desc = FIELD_SET(desc, PA_51_50, 0);
			desc = FIELD_SET(desc, S2_LPA2_OA_51_50, FIELD_GET(entry->pa, PA_51_50));
		}
	} else if (entry->state == RTTE_ASSIGNED && entry->ripas == RIPAS_DESTROYED) {
		desc = 0;
	}
	x[1] = (uint64_t)(int64_t)ask->walk.level;
	x[2] = entry->state;
	x[3] = desc;
	x[4] = entry->ripas;
}

static void answer(const struct ask *ask, uint64_t x[REEVE_SMC_REGISTERS])
{
	if (ask->command == RMI_VERSION) {
		x[1] = RMI_VERSION_1_0;
		x[2] = RMI_VERSION_1_0;
	} else if (ask->command == RMI_FEATURES) {
		x[1] = ask->x[1] == 0 ? ask->w->config.features0 : 0;
	} else if (ask->command == RMI_REC_AUX_COUNT) {
		x[1] = ask->w->config.rec_aux_count;
	} else if (ask->command == RMI_RTT_READ_ENTRY) {
		read_entry(ask, x);
	}
}

void oracle_effect(const struct ask *ask, struct prediction *p)
{
	struct world_realm *realm;
	struct world_rec *rec;

	p->changed = effects[ask->command] != NULL;
	if (!p->changed) {
		answer(ask, p->x);
		return;
	}
	world_copy(&p->next, ask->w);
	realm = ask->realm != NULL ? world_realm(&p->next, ask->realm->rd) : NULL;
	rec = ask->rec != NULL ? world_rec(&p->next, ask->rec->pa) : NULL;
	effects[ask->command](ask, p, realm, rec);
}
