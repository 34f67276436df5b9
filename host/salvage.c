/* SPDX-License-Identifier: BSD-2-Clause */
/* salvage.c - destroys what RMI_RTT_READ_ENTRY shows, and asks granules home one by one. */
#include "host/salvage.h"

#include "host/loan.h"
#include "host/mirror.h"
#include "host/realm.h"
#include "host/rec.h"

#define HOST_USE(name, delegated, text) [REEVE_USE_##name] = (delegated) != 0,
static const bool is_lent[REEVE_USE_COUNT] = {
#include "spec/host_uses.def"
};
#undef HOST_USE

struct salvage {
	struct reeve_realm *realm;
	struct reeve_pa spare[RMI_LEVEL_LAST + 1]; /* for splitting an entry of each level; 0: none yet */
};

/* A delegated granule for a table below `level`. It is the same again when the last one made of it is destroyed. */
static bool spare_take(struct salvage *s, int level)
{
	struct reeve_realm *realm = s->realm;
	struct reeve_pa *spare = &s->spare[level];
	struct call_reply reply;

	if (spare->value != 0) {
		return true;
	}
	if (!pool_take(realm->host, REEVE_USE_SPARE, realm->vmid, spare)) {
		if (realm->reserve_count == 0) {
			return false;
		}
		realm->reserve_count--;
		*spare = realm->reserve[realm->reserve_count];
		pool_mark(realm->host, *spare, REEVE_USE_SPARE, reeve_ipa(0));
	}
	reply = call_delegate(realm->host, *spare);
	return call_is_success(&reply);
}

static void entry_clear(struct salvage *s, struct reeve_ipa ipa, int level);

/* Clear the 512 entries of the table that begins at `ipa`. */
static void table_clear(struct salvage *s, struct reeve_ipa ipa, int level)
{
	for (unsigned i = 0; i < MIRROR_ENTRIES; i++) {
		entry_clear(s, reeve_ipa(ipa.value + i * mirror_span(level)), level);
	}
}

static void table_destroy(struct salvage *s, struct reeve_ipa ipa, int level)
{
	table_clear(s, ipa, level);
	(void)call_rtt_destroy(s->realm->host, s->realm->rd, ipa, level);
}

/* Memory and mappings go leaf by leaf: a block of memory is split first. */
static void leaf_clear(struct salvage *s, struct reeve_ipa ipa, int level)
{
	const struct reeve_realm *realm = s->realm;
	struct call_reply reply;

	if (ipa.value >= host_protected_end(realm)) {
		(void)call_unmap_unprotected(realm->host, realm->rd, ipa, level);
		return;
	}
	if (level == RMI_LEVEL_LAST) {
		(void)call_data_destroy(realm->host, realm->rd, ipa);
		return;
	}
	if (!spare_take(s, level)) {
		return;
	}
	reply = call_rtt_create(realm->host, realm->rd, s->spare[level], ipa, level + 1);
	if (call_is_success(&reply)) {
		table_destroy(s, ipa, level + 1);
	}
}

static void entry_clear(struct salvage *s, struct reeve_ipa ipa, int level)
{
	struct call_reply reply = call_read_entry(s->realm->host, s->realm->rd, ipa, level);

	if (!call_is_success(&reply) || reply.out[0] != (uint64_t)(int64_t)level) {
		return;
	}
	if (reply.out[1] == RTTE_ASSIGNED) {
		leaf_clear(s, ipa, level);
	}
	if (reply.out[1] == RTTE_TABLE && level < RMI_LEVEL_LAST) {
		table_destroy(s, ipa, level + 1);
	}
}

static void roots_clear(struct salvage *s)
{
	const struct reeve_realm *realm = s->realm;
	uint64_t span = MIRROR_ENTRIES * mirror_span(realm->start_level);

	for (unsigned i = 0; i < realm->root_count; i++) {
		table_clear(s, reeve_ipa(i * span), realm->start_level);
	}
}

/* Whatever may be a REC is tried: which granules are, only the monitor knows for sure. */
static void recs_destroy(const struct reeve_realm *realm)
{
	struct ledger_note note;

	for (struct reeve_pa pa = {0}; pool_next(realm->host, &pa, &note); pa.value += REEVE_GRANULE_SIZE) {
		bool may_be = note.use == REEVE_USE_REC || note.use == REEVE_USE_SPARE || note.use == REEVE_USE_LEAKED;

		if (may_be && note.vmid == realm->vmid) {
			(void)call_rec_destroy(realm->host, pa);
		}
	}
}

static bool is_in_run(struct reeve_pa pa, struct reeve_pa run, unsigned count)
{
	return pa.value >= run.value && pa.value - run.value < (uint64_t)count * REEVE_GRANULE_SIZE;
}

/* What a realm that the monitor keeps cannot do without. */
static bool is_kept(const struct reeve_realm *realm, struct reeve_pa pa)
{
	bool is_reserve = false;

	for (unsigned i = 0; i < realm->reserve_count; i++) {
		is_reserve = is_reserve || pa.value == realm->reserve[i].value;
	}
	return is_reserve || pa.value == realm->rd.value || pa.value == realm->bounce.value ||
		is_in_run(pa, realm->roots, realm->root_count) || is_in_run(pa, realm->mirror, realm->root_count);
}

/* Ask a granule home, out of an object that nothing else names if need be. */
static bool come_home(const struct reeve_host *host, struct reeve_pa pa, struct call_reply *reply)
{
	struct call_reply again;
	struct call_reply destroyed;

	if (loan_is_home(host, pa, reply)) {
		return true;
	}
	destroyed = call_rec_destroy(host, pa);
	if (!call_is_success(&destroyed)) {
		destroyed = call_realm_destroy(host, pa);
	}
	return call_is_success(&destroyed) && loan_is_home(host, pa, &again);
}

/* False: it is on the leak list. */
static bool granule_salvage(struct reeve_host *host, struct reeve_pa pa, const struct ledger_note *note)
{
	struct call_reply reply;

	if (!is_lent[note->use] || come_home(host, pa, &reply)) {
		pool_give(host, pa);
		return true;
	}
	if (note->use != REEVE_USE_LEAKED) {
		pool_leak(host, pa, &reply);
	}
	return false;
}

/* The granules of `realm`, but what it keeps unless it is gone. Returns how many did not come. */
static uint64_t granules_salvage(const struct reeve_realm *realm, bool is_gone)
{
	struct ledger_note note;
	uint64_t leaked = 0;

	for (struct reeve_pa pa = {0}; pool_next(realm->host, &pa, &note); pa.value += REEVE_GRANULE_SIZE) {
		if (note.vmid != realm->vmid || (!is_gone && is_kept(realm, pa))) {
			continue;
		}
		leaked += !granule_salvage(realm->host, pa, &note);
	}
	return leaked;
}

bool salvage_realm(struct reeve_realm *realm, uint64_t *leaked)
{
	struct salvage s = {.realm = realm};
	struct call_reply reply;
	bool is_gone;

	recs_destroy(realm);
	roots_clear(&s);
	reply = call_realm_destroy(realm->host, realm->rd);
	is_gone = call_is_success(&reply) || loan_is_home(realm->host, realm->rd, &reply);
	rec_unlink_all(realm);
	if (is_gone) {
		host_realm_forget(realm);
	} else {
		mirror_forget(realm);
	}
	*leaked = granules_salvage(realm, is_gone);
	realm->lent_count = *leaked;
	if (is_gone) {
		host_vmid_release(realm);
	}
	return is_gone;
}

static void vmid_mark(uint64_t vmids[REEVE_VMID_COUNT / 64], uint16_t vmid)
{
	vmids[vmid / 64] = reeve_bits_set(vmids[vmid / 64], vmid % 64, 1, 1);
}

void salvage_orphans(struct reeve_host *host)
{
	uint64_t realms[REEVE_VMID_COUNT / 64] = {1};
	uint64_t used[REEVE_VMID_COUNT / 64] = {0};
	struct ledger_note note;

	for (const struct reeve_realm *realm = host->realms; realm != NULL; realm = realm->next) {
		vmid_mark(realms, realm->vmid);
	}
	for (struct reeve_pa pa = {0}; pool_next(host, &pa, &note); pa.value += REEVE_GRANULE_SIZE) {
		bool is_orphan = reeve_bits_get(realms[note.vmid / 64], note.vmid % 64, 1) == 0;

		if (is_orphan && !granule_salvage(host, pa, &note)) {
			vmid_mark(used, note.vmid);
		}
	}
	for (unsigned i = 0; i < REEVE_VMID_COUNT / 64; i++) {
		host->vmids[i] &= realms[i] | used[i];
	}
}
