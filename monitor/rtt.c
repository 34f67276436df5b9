/* SPDX-License-Identifier: BSD-2-Clause */
/* rtt.c - realm translation tables: descriptors, walks, and the changes of one entry or one whole table. */
#include "monitor/rtt.h"

#include "monitor/assert.h"
#include "monitor/monitor.h"

/* VMSAv8-64 stage 2 with FEAT_S2FWB: what a protected page is to the hardware (Arm ARM D8.3, D8.6). */
enum { S2_FWB_WRITE_BACK = 6, S2_READ_WRITE = 3, S2_INNER_SHAREABLE = 3, S2_EXECUTE_NEVER = 2 };

uint64_t rtt_address_bits(uint64_t pa, bool lpa2)
{
	if (!lpa2) {
		return pa & FIELD_MASK(S2_OA);
	}
	return (pa & FIELD_MASK(S2_LPA2_OA)) | FIELD_SET(0, S2_LPA2_OA_51_50, FIELD_GET(pa, PA_51_50));
}

static uint64_t address_decode(uint64_t descriptor, bool lpa2)
{
	if (!lpa2) {
		return descriptor & FIELD_MASK(S2_OA);
	}
	return (descriptor & FIELD_MASK(S2_LPA2_OA)) | FIELD_SET(0, PA_51_50, FIELD_GET(descriptor, S2_LPA2_OA_51_50));
}

static bool is_table(uint64_t descriptor, int level)
{
	uint64_t both = FIELD_MASK(S2_VALID) | FIELD_MASK(S2_TABLE_OR_PAGE);

	return level < RMI_LEVEL_LAST && (descriptor & both) == both;
}

uint64_t rtt_encode(const struct rtt_entry *entry, int level, bool lpa2)
{
	uint64_t address = rtt_address_bits(entry->pa.value, lpa2);
	uint64_t d = FIELD_SET(0, S2_NS, entry->ns);

	switch (entry->state) {
	case RTTE_UNASSIGNED:
		return d | FIELD_SET(0, S2_SOFT_RIPAS, entry->ripas);
	case RTTE_TABLE:
		return d | address | FIELD_MASK(S2_VALID) | FIELD_MASK(S2_TABLE_OR_PAGE);
	case RTTE_ASSIGNED:
	case RTTE_STATE_COUNT:
		break;
	}
	MONITOR_ASSERT(entry->state == RTTE_ASSIGNED);
	d |= address;
	if (!entry->ns && entry->ripas != RIPAS_RAM) {
		return d | FIELD_MASK(S2_SOFT_ASSIGNED) | FIELD_SET(0, S2_SOFT_RIPAS, entry->ripas);
	}
	d |= FIELD_MASK(S2_VALID) | FIELD_MASK(S2_AF) | FIELD_SET(0, S2_TABLE_OR_PAGE, level == RMI_LEVEL_LAST);
	d |= lpa2 ? 0 : FIELD_SET(0, S2_SH, S2_INNER_SHAREABLE);
	if (entry->ns) {
		return d | entry->attributes | FIELD_SET(0, S2_XN, S2_EXECUTE_NEVER);
	}
	return d | FIELD_SET(0, S2_MEMATTR, S2_FWB_WRITE_BACK) | FIELD_SET(0, S2_S2AP, S2_READ_WRITE);
}

static inline void decode_into(uint64_t descriptor, int level, bool lpa2, struct rtt_entry *entry)
{
	bool is_valid = (descriptor & FIELD_MASK(S2_VALID)) != 0;
	bool is_assigned = is_valid || (descriptor & FIELD_MASK(S2_SOFT_ASSIGNED)) != 0;
	bool ns = (descriptor & FIELD_MASK(S2_NS)) != 0;

	entry->ns = ns;
	entry->attributes = 0;
	entry->ripas = RIPAS_EMPTY;
	entry->pa = reeve_pa(is_assigned ? address_decode(descriptor, lpa2) : 0);
	if (is_table(descriptor, level)) {
		entry->state = RTTE_TABLE;
		return;
	}
	entry->state = is_assigned ? RTTE_ASSIGNED : RTTE_UNASSIGNED;
	if (!is_valid) {
		entry->ripas = (enum rmi_ripas)FIELD_GET(descriptor, S2_SOFT_RIPAS);
	} else if (ns) {
		entry->attributes = descriptor & (FIELD_MASK(S2_NS_MEMATTR) | FIELD_MASK(S2_S2AP));
	} else {
		entry->ripas = RIPAS_RAM;
	}
}

struct rtt_entry rtt_decode(uint64_t descriptor, int level, bool lpa2)
{
	struct rtt_entry entry;

	decode_into(descriptor, level, lpa2, &entry);
	return entry;
}

unsigned rtt_table_entries(const struct stage2 *stage2, int level)
{
	uint64_t entries = (UINT64_C(1) << stage2->ipa_bits) >> rtt_shift(level);

	return level == stage2->start_level && entries < RTT_ENTRIES ? (unsigned)entries : RTT_ENTRIES;
}

/* The granule of a table that the monitor's own words name. */
static struct granule_index table_granule(const struct reeve_monitor *m, struct reeve_pa table)
{
	struct granule_index g = {0};

	if (!granule_find(&m->granules, table, &g)) {
		MONITOR_ASSERT(false);
	}
	return g;
}

void rtt_walk_into(const struct reeve_monitor *m, const struct stage2 *stage2, struct reeve_ipa ipa, int level,
	struct rtt_walk *walk)
{
	int at = stage2->start_level;
	uint64_t index = ipa.value >> rtt_shift(at);
	struct reeve_pa table = reeve_pa(stage2->root.value + ((index / RTT_ENTRIES) << REEVE_GRANULE_SHIFT));
	uint64_t descriptor;

	MONITOR_ASSERT((ipa.value >> stage2->ipa_bits) == 0);
	for (;;) {
		const uint64_t *entries = m->platform->realm_granule(m->context, table);

		descriptor = entries[index % RTT_ENTRIES];
		if (at >= level || !is_table(descriptor, at)) {
			break;
		}
		table = reeve_pa(address_decode(descriptor, stage2->lpa2));
		at++;
		index = ipa.value >> rtt_shift(at);
	}
	walk->level = at;
	walk->table = table_granule(m, table);
	walk->index = (unsigned)(index % RTT_ENTRIES);
	decode_into(descriptor, at, stage2->lpa2, &walk->entry);
}

uint64_t rtt_skip_after(
	const struct reeve_monitor *m, const struct stage2 *stage2, const struct rtt_walk *walk, uint64_t ipa)
{
	const uint64_t live = FIELD_MASK(S2_VALID) | FIELD_MASK(S2_SOFT_ASSIGNED);
	const uint64_t *t = granule_bytes(m, walk->table);
	unsigned count = rtt_table_entries(stage2, walk->level);
	unsigned i = walk->index + 1;

	if (granule_entries(&m->granules, walk->table) + granule_ns_entries(&m->granules, walk->table) == 0) {
		i = count;
	}
	/* Eight at a time: a table is 512 entries, and a host that tears down asks for each of them. */
	while (i + 8 <= count &&
		((t[i] | t[i + 1] | t[i + 2] | t[i + 3] | t[i + 4] | t[i + 5] | t[i + 6] | t[i + 7]) & live) == 0) {
		i += 8;
	}
	while (i < count && (t[i] & live) == 0) {
		i++;
	}
	return reeve_align_down(ipa, rtt_span(walk->level)) + ((uint64_t)(i - walk->index) << rtt_shift(walk->level));
}

/* One entry, as a walker of the hardware may read it at any time: a single store. */
static void entry_store(uint64_t *entry, uint64_t descriptor)
{
	__atomic_store_n(entry, descriptor, __ATOMIC_RELEASE);
}

void rtt_replace(struct reeve_monitor *m, const struct stage2 *stage2, const struct rtt_walk *walk, uint64_t ipa,
	const struct rtt_entry *next)
{
	int change = rtt_is_counted(next) - rtt_is_counted(&walk->entry);
	int ns_change = rtt_is_assigned_ns(next) - rtt_is_assigned_ns(&walk->entry);
	uint64_t *entry = (uint64_t *)granule_bytes(m, walk->table) + walk->index;

	if (rtt_is_valid(&walk->entry)) {
		uint64_t span = rtt_span(walk->level);

		entry_store(entry, 0);
		m->platform->stage2_invalidate(m->context, stage2, reeve_ipa(reeve_align_down(ipa, span)), span);
	}
	entry_store(entry, rtt_encode(next, walk->level, stage2->lpa2));
	if ((change | ns_change) != 0) {
		granule_entries_add(&m->granules, walk->table, change, ns_change);
	}
}

/* How descriptors of neighbouring entries of `level` differ when they are parts of one larger `entry`. */
static uint64_t neighbour_step(const struct rtt_entry *entry, int level)
{
	return entry->state == RTTE_ASSIGNED ? rtt_span(level) : 0;
}

void rtt_unfold(struct reeve_monitor *m, const struct stage2 *stage2, struct granule_index table, int level,
	const struct rtt_entry *parent)
{
	uint64_t *entries = granule_bytes(m, table);
	uint64_t first = rtt_encode(parent, level, stage2->lpa2);
	uint64_t step = neighbour_step(parent, level);

	MONITOR_ASSERT(parent->state != RTTE_TABLE);
	if (first != 0) {
		for (unsigned i = 0; i < RTT_ENTRIES; i++) {
			entries[i] = first + i * step;
		}
	}
	granule_entries_add(
		&m->granules, table, rtt_is_counted(parent) * RTT_ENTRIES, rtt_is_assigned_ns(parent) * RTT_ENTRIES);
}

bool rtt_is_homogeneous(const struct reeve_monitor *m, const struct stage2 *stage2, struct granule_index table,
	int level, struct rtt_entry *common)
{
	const uint64_t *entries = granule_bytes(m, table);
	struct rtt_entry first = rtt_decode(entries[0], level, stage2->lpa2);
	uint64_t step = neighbour_step(&first, level);

	if (first.state == RTTE_TABLE || (step != 0 && !reeve_is_aligned(first.pa.value, rtt_span(level - 1)))) {
		return false;
	}
	for (unsigned i = 1; i < RTT_ENTRIES; i++) {
		if (entries[i] != entries[0] + i * step) {
			return false;
		}
	}
	*common = first;
	return true;
}

void rtt_root_init(struct reeve_monitor *m, const struct stage2 *stage2)
{
	struct rtt_entry ns = rtt_unassigned_ns();
	uint64_t descriptor = rtt_encode(&ns, stage2->start_level, stage2->lpa2);
	unsigned total = stage2->root_count * rtt_table_entries(stage2, stage2->start_level);

	for (unsigned i = total / 2; i < total; i++) {
		struct reeve_pa table =
			reeve_pa(stage2->root.value + ((uint64_t)(i / RTT_ENTRIES) << REEVE_GRANULE_SHIFT));
		uint64_t *entries = m->platform->realm_granule(m->context, table);

		entries[i % RTT_ENTRIES] = descriptor;
	}
}

/* What the entry where a walk ended means to a CPU. */
static struct stage2_translation translation_of(const struct rtt_walk *walk, uint64_t ipa)
{
	const struct rtt_entry *entry = &walk->entry;
	uint64_t span = rtt_span(walk->level);
	struct stage2_translation t = {
		.level = walk->level, .span = span, .base = reeve_ipa(reeve_align_down(ipa, span))};

	if (entry->state != RTTE_ASSIGNED || !rtt_is_valid(entry)) {
		return t;
	}
	t.mapped = true;
	t.ns = entry->ns;
	t.can_read = !entry->ns || FIELD_GET(entry->attributes, S2_S2AP_READ) != 0;
	t.can_write = !entry->ns || FIELD_GET(entry->attributes, S2_S2AP_WRITE) != 0;
	t.can_execute = !entry->ns;
	t.pa = entry->pa;
	return t;
}

void monitor_stage2_translate(struct reeve_monitor *monitor, const struct stage2 *stage2, struct reeve_ipa ipa,
	void (*use)(void *use_context, const struct stage2_translation *translation), void *use_context)
{
	uint64_t span = rtt_span(stage2->start_level);
	struct stage2_translation t = {
		.level = stage2->start_level, .span = span, .base = reeve_ipa(reeve_align_down(ipa.value, span))};
	struct granule_index rd;

	if (!granule_find(&monitor->granules, stage2->rd, &rd)) {
		MONITOR_ASSERT(false);
	}
	granule_lock(&monitor->granules, rd);
	if ((ipa.value >> stage2->ipa_bits) == 0) {
		struct rtt_walk walk = rtt_walk(monitor, stage2, ipa, RMI_LEVEL_LAST);

		t = translation_of(&walk, ipa.value);
	}
	use(use_context, &t);
	granule_unlock(&monitor->granules, rd);
}
