/* SPDX-License-Identifier: BSD-2-Clause */
/* map.c - tells the ledger and the translation tables, equal things in a row as one frame. */
#include <string.h>

#include "machine/qemu/bare/smc.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"

enum { INDEX_BITS = 9, IPA_BITS_MIN = 32, IPA_BITS_MAX = 52, RDS_MAX = 4 };

/* What is told of the ledger: the run that is not told yet, and the RDs there are. */
struct telling {
	struct frame_map open;
	bool has_open;
	uint64_t rds[RDS_MAX];
	unsigned rd_count;
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

/* One entry. False when there is none at just that level. */
static bool entry_ask(uint64_t rd, uint64_t ipa, int level, struct frame_map *row)
{
	uint64_t x[SMC_REGISTERS] = {RMI_FID(RTT_READ_ENTRY), rd, ipa, (uint64_t)(int64_t)level};

	smc(x);
	*row = (struct frame_map){FRAME_MAP_ENTRY, {rd, x[1], ipa, 1, x[2], x[4], x[3]}};
	return x[0] == RMI_SUCCESS && x[1] == (uint64_t)(int64_t)level;
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

		if (!entry_ask(rd, ipa, level, &row)) {
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

	if (!entry_ask(rd, ipa, level - 1, &above)) {
		/* The walk ended higher up: nothing is below that whole entry. */
		uint64_t higher = span_of((int)(int64_t)above.words[FRAME_ENTRY_LEVEL]);

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
	for (uint64_t ipa = 0; ipa < end; ipa += span_of(start) << INDEX_BITS) {
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

	while (start <= RMI_LEVEL_LAST && !entry_ask(rd, 0, start, &unused)) {
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
		tree_tell(&telling, telling.rds[i]);
	}
	if (error.status != REEVE_OK) {
		struct text text = {.length = 0};

		text_error(&text, &error);
		output_map_error(&text);
	}
	output_map(&end);
}
