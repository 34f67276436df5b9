/* SPDX-License-Identifier: BSD-2-Clause */
/* valid.c - the invariants of the whole monitor as code: what each command must leave true.
 *
 * Reading only and in no extra memory: "each table is reached exactly once" and its like compare two sums over a mix of
 * (granule, owner): one over the granules in that state, one over what the trees and RECs name. */
#include "monitor/argument.h"
#include "monitor/rec.h"

/* A multiset of (granule, owner) pairs: how many, and the sum of their mixes. */
struct tally {
	uint64_t count;
	uint64_t sum;
};

struct census {
	struct tally in_state[GRANULE_STATE_COUNT]; /* by the granule words */
	struct tally tables;                        /* by the trees */
	struct tally data;                          /* by the trees */
	struct tally aux;                           /* by the RECs */
	struct tally recs;                          /* of each realm, by the RECs */
	struct tally rec_counts;                    /* of each realm, by its count */
	uint64_t vmid_sum;                          /* of the realms */
};

/* What a walk over one realm's tree needs. */
struct tree {
	const struct reeve_monitor *m;
	const struct stage2 *stage2;
	struct granule_index rd;
	struct census *census;
};

/* The finalizer of SplitMix64: close pairs give sums that do not cancel. */
static uint64_t mix(uint64_t value)
{
	value = (value ^ (value >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	value = (value ^ (value >> 27)) * UINT64_C(0x94D049BB133111EB);
	return value ^ (value >> 31);
}

static void tally_add(struct tally *tally, struct granule_index g, struct granule_index owner, uint64_t times)
{
	tally->count += times;
	tally->sum += times * mix(((uint64_t)owner.value << 32 | g.value) + UINT64_C(0x9E3779B97F4A7C15));
}

static bool tally_is_equal(const struct tally *a, const struct tally *b)
{
	return a->count == b->count && a->sum == b->sum;
}

static bool is_zero(const void *bytes, size_t size)
{
	const uint8_t *b = bytes;

	return b[0] == 0 && memcmp(b, b + 1, size - 1) == 0;
}

/* A leaf of the protected half: every granule it covers is this realm's data. */
static const char *data_valid(const struct tree *tree, const struct rtt_entry *entry, int level)
{
	for (uint64_t offset = 0; offset < rtt_span(level); offset += REEVE_GRANULE_SIZE) {
		struct granule_index g;

		if (!granule_find(&tree->m->granules, reeve_pa(entry->pa.value + offset), &g)) {
			return "an ASSIGNED entry names a granule of this memory";
		}
		tally_add(&tree->census->data, g, tree->rd, 1);
	}
	return NULL;
}

/* One entry that is no TABLE. */
static const char *leaf_valid(const struct tree *tree, const struct rtt_entry *entry, int level)
{
	if (entry->state == RTTE_UNASSIGNED) {
		return NULL;
	}
	if (level < RTT_BLOCK_LEVEL_FIRST) {
		return "a block is at level 1 or below";
	}
	if (!reeve_is_aligned(entry->pa.value, rtt_span(level))) {
		return "a leaf's address is aligned to its span";
	}
	return entry->ns ? NULL : data_valid(tree, entry, level);
}

static const char *table_valid(const struct tree *tree, struct granule_index table, int level, uint64_t base);

/* What G2 counts, as found in a table. */
struct counts {
	unsigned entries;
	unsigned ns_entries;
};

static const char *entry_valid(
	const struct tree *tree, uint64_t descriptor, int level, uint64_t ipa, struct counts *counts)
{
	struct rtt_entry entry = rtt_decode(descriptor, level, tree->stage2->lpa2);
	bool is_unprotected = (ipa >> (tree->stage2->ipa_bits - 1)) != 0;
	struct granule_index child;

	if (entry.ripas >= RIPAS_COUNT || rtt_encode(&entry, level, tree->stage2->lpa2) != descriptor) {
		return "T1: a descriptor is one of those the monitor writes";
	}
	if (entry.ns != is_unprotected) {
		return "an entry is of the half its address lies in";
	}
	counts->entries += rtt_is_counted(&entry);
	counts->ns_entries += rtt_is_assigned_ns(&entry);
	if (entry.state != RTTE_TABLE) {
		return leaf_valid(tree, &entry, level);
	}
	if (!granule_find(&tree->m->granules, entry.pa, &child)) {
		return "a TABLE entry names a granule of this memory";
	}
	return table_valid(tree, child, level + 1, ipa);
}

/* Recursion is bounded by the levels: -1 to 3. A cycle would end there, and be found by the tallies. */
static const char *table_valid(const struct tree *tree, struct granule_index table, int level, uint64_t base)
{
	const uint64_t *entries = granule_bytes(tree->m, table);
	unsigned count = rtt_table_entries(tree->stage2, level);
	struct counts counts = {0};

	tally_add(&tree->census->tables, table, tree->rd, 1);
	if (granule_state(&tree->m->granules, table) != GRANULE_RTT) {
		return "a table of a tree is in state RTT";
	}
	for (unsigned i = 0; i < count; i++) {
		const char *broken =
			entry_valid(tree, entries[i], level, base + ((uint64_t)i << rtt_shift(level)), &counts);

		if (broken != NULL) {
			return broken;
		}
	}
	if (count < RTT_ENTRIES && !is_zero(entries + count, (RTT_ENTRIES - count) * sizeof(*entries))) {
		return "root entries beyond the IPA width are zero";
	}
	if (counts.entries != granule_entries(&tree->m->granules, table)) {
		return "G2: entries(g) == number of TABLE and ASSIGNED entries";
	}
	return counts.ns_entries == granule_ns_entries(&tree->m->granules, table)
		? NULL
		: "G2: ns_entries(g) == number of ASSIGNED_NS entries";
}

static const char *tree_valid(const struct tree *tree)
{
	const struct stage2 *stage2 = tree->stage2;
	struct granule_index root;

	if (!granule_find(&tree->m->granules, stage2->root, &root)) {
		return "a root table is a granule of this memory";
	}
	for (unsigned i = 0; i < stage2->root_count; i++) {
		struct granule_index table = {root.value + i};
		uint64_t base = (uint64_t)i << (rtt_shift(stage2->start_level) + RTT_INDEX_BITS);
		const char *broken = table_valid(tree, table, stage2->start_level, base);

		if (broken != NULL) {
			return broken;
		}
	}
	return NULL;
}

static const char *realm_valid(const struct reeve_monitor *m, struct granule_index rd, struct census *census)
{
	const struct realm *realm = realm_at(m, rd);
	const struct stage2 *stage2 = &realm->stage2;
	enum rmi_realm_state state = realm_state(realm);
	struct tree tree = {m, stage2, rd, census};
	uint32_t recs = atomic_load_explicit(&realm->rec_count, memory_order_relaxed);

	if (granule_owner(&m->granules, rd).value != rd.value ||
		stage2->rd.value != granule_pa(&m->granules, rd).value) {
		return "an RD owns itself";
	}
	if (state != REALM_NEW && state != REALM_ACTIVE && state != REALM_SYSTEM_OFF) {
		return "a realm with an RD is NEW, ACTIVE or SYSTEM_OFF";
	}
	if (realm->hash >= RMI_HASH_COUNT) {
		return "a realm has a known hash";
	}
	if (!realm_geometry_is_valid(
		    stage2->ipa_bits, stage2->start_level, stage2->root_count, stage2->lpa2, m->config.pa_bits)) {
		return "start level and roots fit the IPA width";
	}
	if (!realm_vmid_is_used(m, stage2->vmid)) {
		return "a realm's VMID is reserved";
	}
	if (recs > atomic_load_explicit(&realm->rec_next, memory_order_relaxed)) {
		return "no more RECs exist than were created";
	}
	census->vmid_sum += mix(stage2->vmid + UINT64_C(1));
	tally_add(&census->rec_counts, rd, rd, recs);
	return tree_valid(&tree);
}

/* The REC's own invariants are rec_valid's; here it is counted with its auxiliary granules. */
static const char *rec_tally(const struct reeve_monitor *m, struct granule_index g, struct census *census)
{
	const struct rec *rec = rec_at(m, g);
	const char *broken = rec_valid(m, g);

	if (broken != NULL) {
		return broken;
	}
	if (atomic_load_explicit(&rec->state, memory_order_relaxed) != REC_READY) {
		return "a REC that no CPU runs is READY";
	}
	for (unsigned i = 0; i < rec->aux_count; i++) {
		tally_add(&census->aux, rec->aux[i], rec->rd, 1);
	}
	tally_add(&census->recs, rec->rd, rec->rd, 1);
	return NULL;
}

/* One granule by its word, and by its content where the state says what that is. */
static const char *granule_valid(const struct reeve_monitor *m, struct granule_index g, struct census *census)
{
	uint64_t word = atomic_load_explicit(&m->granules.words[g.value], memory_order_relaxed);
	uint64_t state = FIELD_GET(word, GRANULE_WORD_STATE);

	if (state >= GRANULE_STATE_COUNT || FIELD_GET(word, GRANULE_WORD_LOCK) != 0) {
		return "a granule is in a known state and not locked";
	}
	if (state != GRANULE_RTT &&
		(FIELD_GET(word, GRANULE_WORD_ENTRIES) | FIELD_GET(word, GRANULE_WORD_NS_ENTRIES)) != 0) {
		return "only tables count entries";
	}
	if (state <= GRANULE_DELEGATED && FIELD_GET(word, GRANULE_WORD_OWNER) != 0) {
		return "a granule of no realm has no owner";
	}
	if (state == GRANULE_DELEGATED && !is_zero(granule_bytes(m, g), REEVE_GRANULE_SIZE)) {
		return "G1: a DELEGATED granule holds only zeroes";
	}
	tally_add(&census->in_state[state], g, granule_owner(&m->granules, g), 1);
	if (state == GRANULE_RD) {
		return realm_valid(m, g, census);
	}
	return state == GRANULE_REC ? rec_tally(m, g, census) : NULL;
}

static const char *vmids_valid(const struct reeve_monitor *m, const struct census *census)
{
	uint64_t sum = 0;

	for (uint32_t vmid = 0; vmid < sizeof(m->vmids) * 8; vmid += 64) {
		for (uint64_t left = m->vmids[vmid / 64]; left != 0; left &= left - 1) {
			sum += mix(vmid + (uint64_t)__builtin_ctzll(left) + UINT64_C(1));
		}
	}
	return sum == census->vmid_sum ? NULL : "each reserved VMID is that of one realm";
}

const char *reeve_monitor_valid(const struct reeve_monitor *monitor)
{
	struct census census = {0};

	for (struct granule_index g = {0}; g.value < monitor->granules.count; g.value++) {
		const char *broken = granule_valid(monitor, g, &census);

		if (broken != NULL) {
			return broken;
		}
	}
	if (!tally_is_equal(&census.tables, &census.in_state[GRANULE_RTT])) {
		return "each granule in state RTT is reached once, in the tree of its owner";
	}
	if (!tally_is_equal(&census.data, &census.in_state[GRANULE_DATA])) {
		return "each granule in state DATA is mapped once, in the tree of its owner";
	}
	if (!tally_is_equal(&census.aux, &census.in_state[GRANULE_REC_AUX])) {
		return "each granule in state REC_AUX is named once, by a REC of its owner";
	}
	if (!tally_is_equal(&census.recs, &census.rec_counts)) {
		return "a realm's rec_count is the number of its RECs";
	}
	return vmids_valid(monitor, &census);
}
