/* SPDX-License-Identifier: BSD-2-Clause */
/* map_record.c - keeps the states that calls give granules, and the rows of the map that is being told. */
#include "tools/qemu/map_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/map_facts.h"

/* What the host can delegate (fact sheet of the machine, section 3): all behind the monitor. */
static const uint64_t memory_base = 0x41900000;
static const uint64_t memory_top = UINT64_C(1) << 32;

enum { ROWS_MAX = 1 << 20 };

struct granule {
	uint64_t owner; /* RD; 0: none */
	uint64_t rec;   /* REC_AUX: whose */
	enum rmi_granule_state state;
};

struct map_record {
	struct granule *granules;
	struct frame_map begin;
	struct frame_map *rows;
	size_t row_count;
	char error[sizeof(((struct message *)NULL)->text)];
};

static size_t granule_count(void)
{
	return (memory_top - memory_base) / REEVE_GRANULE_SIZE;
}

struct map_record *map_record_new(void)
{
	struct map_record *record = calloc(1, sizeof(*record));

	if (record != NULL) {
		record->granules = calloc(granule_count(), sizeof(*record->granules));
	}
	if (record == NULL || record->granules == NULL) {
		free(record);
		return NULL;
	}
	return record;
}

void map_record_free(struct map_record *record)
{
	if (record != NULL) {
		free(record->granules);
		free(record->rows);
	}
	free(record);
}

/* ---- states ---- */

static struct granule *granule_at(const struct map_record *record, uint64_t pa)
{
	bool is_there = pa >= memory_base && pa < memory_top && reeve_is_aligned(pa, REEVE_GRANULE_SIZE);

	return is_there ? &record->granules[(pa - memory_base) / REEVE_GRANULE_SIZE] : NULL;
}

static void move(struct map_record *record, uint64_t pa, enum rmi_granule_state state, uint64_t owner)
{
	struct granule *granule = granule_at(record, pa);

	if (granule != NULL) {
		*granule = (struct granule){.owner = owner, .state = state};
	}
}

/* What is left of a realm without memory, RECs and lower tables: its root tables. */
static void realm_destroyed(struct map_record *record, const struct frame_call *call)
{
	for (size_t i = 0; i < granule_count(); i++) {
		if (record->granules[i].owner == call->in[1]) {
			record->granules[i] = (struct granule){.state = GRANULE_DELEGATED};
		}
	}
}

static void rec_destroyed(struct map_record *record, const struct frame_call *call)
{
	for (size_t i = 0; i < granule_count(); i++) {
		if (record->granules[i].state == GRANULE_REC_AUX && record->granules[i].rec == call->in[1]) {
			record->granules[i] = (struct granule){.state = GRANULE_DELEGATED};
		}
	}
}

static void realm_made(struct map_record *record, const struct frame_call *call)
{
	struct rmi_realm_params params;

	frame_sparse_to(&call->sparse, &params, sizeof(params));
	for (uint64_t i = 0; i < params.rtt_num_start; i++) {
		move(record, params.rtt_base + i * REEVE_GRANULE_SIZE, GRANULE_RTT, call->in[1]);
	}
}

static void rec_made(struct map_record *record, const struct frame_call *call)
{
	struct rmi_rec_params params;

	frame_sparse_to(&call->sparse, &params, sizeof(params));
	for (uint64_t i = 0; i < params.num_aux && i < RMI_REC_AUX_MAX; i++) {
		struct granule *granule = granule_at(record, params.aux[i]);

		if (granule != NULL) {
			*granule = (struct granule){call->in[1], call->in[2], GRANULE_REC_AUX};
		}
	}
}

/* What a call that was carried out moves: the granule in a register, of those that came back or, else, of the arguments. */
struct movement {
	uint8_t in;
	uint8_t out;
	enum rmi_granule_state to;
	bool is_owned; /* by the RD in X1 */
	void (*more)(struct map_record *record, const struct frame_call *call);
};

static const struct movement movements[RMI_COMMAND_COUNT + 1] = {
	[RMI_GRANULE_DELEGATE] = {.in = 1, .to = GRANULE_DELEGATED},
	[RMI_GRANULE_UNDELEGATE] = {.in = 1, .to = GRANULE_UNDELEGATED},
	[RMI_REALM_CREATE] = {.in = 1, .to = GRANULE_RD, .is_owned = true, .more = realm_made},
	[RMI_REALM_DESTROY] = {.in = 1, .to = GRANULE_DELEGATED, .more = realm_destroyed},
	[RMI_REC_CREATE] = {.in = 2, .to = GRANULE_REC, .is_owned = true, .more = rec_made},
	[RMI_REC_DESTROY] = {.in = 1, .to = GRANULE_DELEGATED, .more = rec_destroyed},
	[RMI_DATA_CREATE] = {.in = 2, .to = GRANULE_DATA, .is_owned = true},
	[RMI_DATA_CREATE_UNKNOWN] = {.in = 2, .to = GRANULE_DATA, .is_owned = true},
	[RMI_RTT_CREATE] = {.in = 2, .to = GRANULE_RTT, .is_owned = true},
	[RMI_DATA_DESTROY] = {.out = 1, .to = GRANULE_DELEGATED},
	[RMI_RTT_DESTROY] = {.out = 1, .to = GRANULE_DELEGATED},
	[RMI_RTT_FOLD] = {.out = 1, .to = GRANULE_DELEGATED},
};

void map_record_call(struct map_record *record, const struct frame_call *call)
{
	bool is_changed = call->fault == FRAME_FAULT_MISREPORTED || call->fault == FRAME_FAULT_ALTERED;
	const uint64_t *x = is_changed ? call->monitor : call->out;
	const struct movement *movement = &movements[rmi_command_of_fid(call->in[0])];

	if (call->fault == FRAME_FAULT_REFUSED || x[0] != RMI_SUCCESS) {
		return;
	}
	if (movement->in != 0 || movement->out != 0) {
		move(record, movement->out != 0 ? x[movement->out] : call->in[movement->in], movement->to,
			movement->is_owned ? call->in[1] : 0);
	}
	if (movement->more != NULL) {
		movement->more(record, call);
	}
}

/* ---- a map ---- */

static bool granule_tell(void *context, uint64_t pa, struct reeve_granule_info *info)
{
	const struct granule *granule = granule_at(context, pa);

	if (granule == NULL) {
		return false;
	}
	*info = (struct reeve_granule_info){granule->state, reeve_pa(granule->owner)};
	return true;
}

/* Visit the granules of a row. False: the visitor has enough. */
static bool row_tell(
	const uint64_t *row, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *visitor)
{
	struct reeve_ledger_entry entry = {
		.use = (enum reeve_use)row[FRAME_LEDGER_USE],
		.vmid = (uint16_t)row[FRAME_LEDGER_VMID],
		.was = (enum reeve_use)row[FRAME_LEDGER_WAS],
		.command = (enum rmi_command)row[FRAME_LEDGER_COMMAND],
		.returned = row[FRAME_LEDGER_RETURNED],
	};

	for (uint64_t n = 0; n < row[FRAME_LEDGER_COUNT]; n++) {
		entry.pa = reeve_pa(row[FRAME_LEDGER_PA] + n * REEVE_GRANULE_SIZE);
		if (!visit(visitor, &entry)) {
			return false;
		}
	}
	return true;
}

static void ledger_tell(
	void *context, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *visitor)
{
	const struct map_record *record = context;
	bool is_wanted = true;

	for (size_t i = 0; i < record->row_count && is_wanted; i++) {
		is_wanted = record->rows[i].kind != FRAME_MAP_LEDGER || row_tell(record->rows[i].words, visit, visitor);
	}
}

/* Rows of the ledger by address, then entries by RD, level and address. */
static int row_compare(const void *a, const void *b)
{
	const struct frame_map *one = a;
	const struct frame_map *other = b;
	int order = (one->kind > other->kind) - (one->kind < other->kind);

	if (order == 0 && one->kind == FRAME_MAP_LEDGER) {
		return (one->words[FRAME_LEDGER_PA] > other->words[FRAME_LEDGER_PA]) -
			(one->words[FRAME_LEDGER_PA] < other->words[FRAME_LEDGER_PA]);
	}
	for (unsigned i = FRAME_ENTRY_RD; order == 0 && i <= FRAME_ENTRY_IPA; i++) {
		int64_t x = (int64_t)one->words[i];
		int64_t y = (int64_t)other->words[i];

		order = (x > y) - (x < y);
	}
	return order;
}

/* The row that has the entry of that level for an address, or NULL. The rows are sorted. */
static const uint64_t *row_find(const struct map_record *record, uint64_t rd, uint64_t ipa, int level)
{
	const struct frame_map wanted = {FRAME_MAP_ENTRY, {rd, (uint64_t)(int64_t)level, ipa}};
	size_t from = 0;
	size_t to = record->row_count; /* the first row behind the wanted one is in [from, to] */
	const uint64_t *words;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (row_compare(&record->rows[middle], &wanted) <= 0) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}
	if (from == 0 || record->rows[from - 1].kind != FRAME_MAP_ENTRY) {
		return NULL;
	}
	words = record->rows[from - 1].words;
	if (words[FRAME_ENTRY_RD] != rd || words[FRAME_ENTRY_LEVEL] != (uint64_t)(int64_t)level) {
		return NULL;
	}
	return (ipa - words[FRAME_ENTRY_IPA]) / map_span(level) < words[FRAME_ENTRY_COUNT] ? words : NULL;
}

/* As a walk would: the entry of the lowest table there is, not below `level`. */
static bool entry_tell(void *context, uint64_t rd, uint64_t ipa, int level, struct map_answer *answer)
{
	for (int at = level; at >= RMI_LEVEL_FIRST_LPA2; at--) {
		const uint64_t *words = row_find(context, rd, ipa, at);

		if (words != NULL) {
			uint64_t index = (ipa - words[FRAME_ENTRY_IPA]) / map_span(at);

			*answer = (struct map_answer){words[FRAME_ENTRY_LEVEL], words[FRAME_ENTRY_STATE],
				words[FRAME_ENTRY_DESCRIPTOR] + index * words[FRAME_ENTRY_STEP],
				words[FRAME_ENTRY_RIPAS]};
			return true;
		}
	}
	return false;
}

static bool map_make(struct map_record *record, struct summary *summary)
{
	const uint64_t *begin = record->begin.words;
	const struct map_source source = {
		.context = record,
		.granule = granule_tell,
		.entry = entry_tell,
		.ledger = ledger_tell,
		.base = memory_base,
		.page_size = begin[FRAME_BEGIN_PAGE_SIZE],
		.has_realm = true,
		.state = (enum reeve_realm_state)begin[FRAME_BEGIN_STATE],
		.vmid = (uint16_t)begin[FRAME_BEGIN_VMID],
		.rd = begin[FRAME_BEGIN_RD],
		.roots = begin[FRAME_BEGIN_ROOTS],
		.lpa2 = begin[FRAME_BEGIN_LPA2] != 0,
		.error = record->error[0] == '\0' ? NULL : record->error,
	};
	struct map *map;

	if (summary->map_count == SUMMARY_MAPS_MAX) {
		return false;
	}
	if (record->row_count != 0) {
		qsort(record->rows, record->row_count, sizeof(*record->rows), row_compare);
	}
	map = map_of(&source, map_moment_text((enum map_moment)begin[FRAME_BEGIN_MOMENT]));
	if (map != NULL) {
		summary->maps[summary->map_count++] = map;
	}
	return map != NULL;
}

static bool row_keep(struct map_record *record, const struct frame_map *row)
{
	struct frame_map *more;

	if (record->row_count == ROWS_MAX) {
		return false;
	}
	more = map_grow(record->rows, record->row_count, sizeof(*more));
	if (more == NULL) {
		return false;
	}
	record->rows = more;
	record->rows[record->row_count++] = *row;
	return true;
}

bool map_record_row(struct map_record *record, const struct frame_map *row, struct summary *summary)
{
	bool is_good;

	switch ((enum frame_map_kind)row->kind) {
	case FRAME_MAP_BEGIN:
		record->row_count = 0;
		record->error[0] = '\0';
		record->begin = *row;
		return row->words[FRAME_BEGIN_MOMENT] < MAP_MOMENT_COUNT &&
			row->words[FRAME_BEGIN_STATE] < REEVE_REALM_STATE_COUNT;
	case FRAME_MAP_LEDGER:
		return row->words[FRAME_LEDGER_USE] < REEVE_USE_COUNT &&
			row->words[FRAME_LEDGER_WAS] < REEVE_USE_COUNT &&
			row->words[FRAME_LEDGER_COMMAND] <= RMI_COMMAND_COUNT &&
			row->words[FRAME_LEDGER_COUNT] <= granule_count() && row_keep(record, row);
	case FRAME_MAP_ENTRY:
		return (int64_t)row->words[FRAME_ENTRY_LEVEL] >= RMI_LEVEL_FIRST_LPA2 &&
			(int64_t)row->words[FRAME_ENTRY_LEVEL] <= RMI_LEVEL_LAST && row_keep(record, row);
	case FRAME_MAP_END:
		is_good = map_make(record, summary);
		record->row_count = 0;
		return is_good;
	case FRAME_MAP_KIND_COUNT:
		break;
	}
	return false;
}

void map_record_error(struct map_record *record, const char *text, size_t size)
{
	(void)snprintf(record->error, sizeof(record->error), "%.*s", (int)size, text);
}
