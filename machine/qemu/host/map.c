/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - tells the ledger and the translation tables, equal things in a row as one frame.
 *
 * M1: what the monitor answers is anybody's word (--rmm): no more entries are asked for than the tables that the host gave can have. */
#include <string.h>

#include "machine/qemu/bare/smc.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"

enum {
	INDEX_BITS = 9,
	LEVELS = RMI_LEVEL_LAST - RMI_LEVEL_FIRST_LPA2 + 1,
	IPA_BITS_MIN = 32,
	IPA_BITS_MAX = 52,
	RDS_MAX = 4
};

/* What is told of the ledger: the run that is not told yet, and the RDs there are; and what is left of a tree. */
struct telling {
	struct frame_map open;
	bool has_open;
	uint64_t rds[RDS_MAX];
	unsigned rd_count;
	uint64_t asks_left; /* entries of the tree that may still be asked for */
	bool is_no_tree;    /* an answer was none that a tree of so many tables has */
};

static uint64_t span_of(int level)
{
	return UINT64_C(1) << (REEVE_GRANULE_SHIFT + INDEX_BITS * (unsigned)(RMI_LEVEL_LAST - level));
}

static void flush(struct telling *telling)
{
	if (telling->has_open) {
		output_map(&telling->open);
	}
	telling->has_open = false;
}

static void rd_note(struct telling *telling, const struct reeve_ledger_entry *entry)
{
	bool is_rd = entry->use == REEVE_USE_RD || (entry->use == REEVE_USE_LEAKED && entry->was == REEVE_USE_RD);

	if (is_rd && telling->rd_count < RDS_MAX) {
		telling->rds[telling->rd_count++] = entry->pa.value;
	}
}

static bool ledger_visit(void *context, const struct reeve_ledger_entry *entry)
{
	struct telling *telling = context;
	uint64_t *open = telling->open.words;
	struct frame_map row = {FRAME_MAP_LEDGER, {entry->pa.value, 1, entry->use, entry->vmid}};

	if (entry->use == REEVE_USE_LEAKED) {
		row.words[FRAME_LEDGER_WAS] = entry->was;
		row.words[FRAME_LEDGER_COMMAND] = entry->command;
		row.words[FRAME_LEDGER_RETURNED] = entry->returned;
	}
	rd_note(telling, entry);
	if (telling->has_open &&
		open[FRAME_LEDGER_PA] + open[FRAME_LEDGER_COUNT] * REEVE_GRANULE_SIZE == entry->pa.value &&
		memcmp(&open[FRAME_LEDGER_USE], &row.words[FRAME_LEDGER_USE],
			(FRAME_MAP_WORDS - FRAME_LEDGER_USE) * sizeof(uint64_t)) == 0) {
		open[FRAME_LEDGER_COUNT]++;
		return true;
	}
	flush(telling);
	telling->open = row;
	telling->has_open = true;
	return true;
}

static int row_level(const struct frame_map *row)
{
	return (int)(int64_t)row->words[FRAME_ENTRY_LEVEL];
}

/* The entry where the walk to `level` ends, at that level or above. False when there is none. */
static bool entry_read(uint64_t rd, uint64_t ipa, int level, struct frame_map *row)
{
	uint64_t x[SMC_REGISTERS] = {RMI_FID(RTT_READ_ENTRY), rd, ipa, (uint64_t)(int64_t)level};

	smc(x);
	*row = (struct frame_map){FRAME_MAP_ENTRY, {rd, x[1], ipa, 1, x[2], x[4], x[3]}};
	return x[0] == RMI_SUCCESS && (int64_t)x[1] >= RMI_LEVEL_FIRST_LPA2 && (int64_t)x[1] <= level;
}

/* The same in a tree, which has one for every address. False: it is none, and nothing more is asked. */
static bool entry_ask(struct telling *telling, uint64_t rd, uint64_t ipa, int level, struct frame_map *row)
{
	if (telling->asks_left == 0 || !entry_read(rd, ipa, level, row)) {
		telling->asks_left = 0;
		telling->is_no_tree = true;
		return false;
	}
	telling->asks_left--;
	return true;
}

/* Whether the entry is the next of the open run, which it then is. */
static bool entry_joins(struct telling *telling, const struct frame_map *row, uint64_t span)
{
	uint64_t *open = telling->open.words;
	uint64_t step = row->words[FRAME_ENTRY_DESCRIPTOR] - open[FRAME_ENTRY_DESCRIPTOR];

	if (!telling->has_open || open[FRAME_ENTRY_STATE] != row->words[FRAME_ENTRY_STATE] ||
		open[FRAME_ENTRY_RIPAS] != row->words[FRAME_ENTRY_RIPAS]) {
		return false;
	}
	if (open[FRAME_ENTRY_COUNT] == 1 && (step == 0 || step == span)) {
		open[FRAME_ENTRY_STEP] = step;
	}
	if (step != open[FRAME_ENTRY_COUNT] * open[FRAME_ENTRY_STEP]) {
		return false;
	}
	open[FRAME_ENTRY_COUNT]++;
	return true;
}

/* The entries of one table, up to `end`. */
static void table_tell(struct telling *telling, uint64_t rd, uint64_t ipa, int level, uint64_t end)
{
	uint64_t span = span_of(level);
	uint64_t top = ipa + (span << INDEX_BITS);

	for (; ipa < top && ipa < end; ipa += span) {
		struct frame_map row;

		if (!entry_ask(telling, rd, ipa, level, &row) || row_level(&row) != level) {
			break;
		}
		if (!entry_joins(telling, &row, span)) {
			flush(telling);
			telling->open = row;
			telling->has_open = true;
		}
	}
	flush(telling);
}

/* What is at `ipa` of a level, if a table is, and where the next one can be. */
static uint64_t table_find(struct telling *telling, uint64_t rd, uint64_t ipa, int level, uint64_t end)
{
	uint64_t size = span_of(level) << INDEX_BITS;
	struct frame_map above;

	if (!entry_ask(telling, rd, ipa, level - 1, &above)) {
		return end;
	}
	if (row_level(&above) != level - 1) {
		/* The walk ended higher up: nothing is below that whole entry. */
		uint64_t higher = span_of(row_level(&above));

		return reeve_align_down(ipa, higher) + higher;
	}
	if (above.words[FRAME_ENTRY_STATE] == RTTE_TABLE) {
		table_tell(telling, rd, ipa, level, end);
	}
	return ipa + size;
}

/* All tables, level by level: as many walks as there are levels, and no stack of tables. */
static void tables_tell(struct telling *telling, uint64_t rd, int start, uint64_t end)
{
	for (uint64_t ipa = 0; ipa < end && !telling->is_no_tree; ipa += span_of(start) << INDEX_BITS) {
		table_tell(telling, rd, ipa, start, end);
	}
	for (int level = start + 1; level <= RMI_LEVEL_LAST; level++) {
		for (uint64_t ipa = 0; ipa < end;) {
			ipa = table_find(telling, rd, ipa, level, end);
		}
	}
}

/* Width and start level are what the monitor takes. */
static void tree_tell(struct telling *telling, uint64_t rd)
{
	struct frame_map unused;
	int start = RMI_LEVEL_FIRST_LPA2;
	unsigned bits = IPA_BITS_MAX;

	while (start <= RMI_LEVEL_LAST && (!entry_read(rd, 0, start, &unused) || row_level(&unused) != start)) {
		start++;
	}
	for (; bits > IPA_BITS_MIN; bits--) {
		uint64_t x[SMC_REGISTERS] = {
			RMI_FID(RTT_READ_ENTRY), rd, (UINT64_C(1) << bits) - REEVE_GRANULE_SIZE, RMI_LEVEL_LAST};

		smc(x);
		if (x[0] == RMI_SUCCESS) {
			break;
		}
	}
	if (start <= RMI_LEVEL_LAST) {
		tables_tell(telling, rd, start, UINT64_C(1) << bits);
	}
}

static void begin_tell(struct host *host, enum frame_map_moment moment)
{
	struct reeve_realm *realm = &host->realm;
	struct frame_map begin = {FRAME_MAP_BEGIN, {moment, host->library.config.page_size, reeve_realm_state(realm)}};

	/* A realm that is NONE has none of these. */
	if (reeve_realm_state(realm) != REEVE_REALM_NONE) {
		begin.words[FRAME_BEGIN_VMID] = realm->vmid;
		begin.words[FRAME_BEGIN_RD] = realm->rd.value;
		begin.words[FRAME_BEGIN_ROOTS] = realm->roots.value;
		begin.words[FRAME_BEGIN_LPA2] = realm->config.lpa2;
	}
	output_map(&begin);
}

/* Entries that telling a tree asks for: each of a table once as its own, and no more than once for each level below. */
static uint64_t asks_of(struct host *host)
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&host->library);

	return (counts.granules[REEVE_USE_RTT] + counts.granules[REEVE_USE_LEAKED]) * LEVELS << INDEX_BITS;
}

static void error_tell(const struct telling *telling, const struct reeve_error *error)
{
	struct text text = {.length = 0};

	if (error->status != REEVE_OK) {
		text_error(&text, error);
	} else if (telling->is_no_tree) {
		text_put(&text,
			"what the monitor answers to RMI_RTT_READ_ENTRY is no tree of the tables that it was given");
	}
	if (text.length != 0) {
		output_map_error(&text);
	}
}

void host_map(struct host *host, enum frame_map_moment moment)
{
	const struct frame_map end = {FRAME_MAP_END, {0}};
	struct telling telling = {.has_open = false};
	struct reeve_error error = reeve_realm_error(&host->realm);

	if ((host->job->flags & JOB_FLAG_MAP) == 0) {
		return;
	}
	begin_tell(host, moment);
	reeve_host_ledger_visit(&host->library, ledger_visit, &telling);
	flush(&telling);
	for (unsigned i = 0; i < telling.rd_count; i++) {
		telling.asks_left = asks_of(host);
		tree_tell(&telling, telling.rds[i]);
	}
	error_tell(&telling, &error);
	output_map(&end);
}
