/* SPDX-License-Identifier: BSD-2-Clause */
/* test_top.c - `top` after every failing walk of DATA_DESTROY, RTT_DESTROY and RTT_UNMAP_UNPROTECTED, at every level (section 5).
 *
 * The rule: top is ipa when the entry where the walk ended is live; otherwise the start of the next live entry of the same
 * table, or the end of the table, which in a root is never beyond the IPA space. The start levels are -1, 0, 1 and 2. */
#include "tests/unit/support/rmi_world.h"

#include <stdio.h>

enum { NS_ATTRIBUTES = 0xD8, NAME_SIZE = 80, ROWS_MAX = 128, LEVELS = 5, NEXT = 5, BLOCK_FIRST = 1, BLOCK_LAST = 2 };

struct geometry {
	int start;
	unsigned ipa_bits;
	uint32_t roots;
	bool lpa2;
};

static const struct geometry geometries[] = {{-1, 52, 1, true}, {0, 48, 1, false}, {0, 52, 16, true}, {1, 40, 2, false},
	{1, 43, 16, false}, {2, 32, 4, false}, {2, 34, 16, false}};

enum command { DATA, TABLE, UNMAP, COMMAND_COUNT };
static const char *const command_names[] = {"DATA_DESTROY", "RTT_DESTROY", "RTT_UNMAP_UNPROTECTED"};

/* Walks of `command` that end at `level`, in the first table of that level that the command may reach. */
struct row {
	char name[NAME_SIZE];
	const struct geometry *geometry;
	enum command command;
	int level;
};

/* The place of a row: its table's entries that the command may name begin at `base`, the table ends at `end`. */
struct place_of {
	uint64_t base;
	uint64_t end;
	uint64_t span; /* of an entry */
};

static struct world *world_of(const struct geometry *geometry)
{
	uint64_t features0 = FIELD_SET(0, FEATURE0_S2SZ, 52) | FIELD_MASK(FEATURE0_LPA2) |
		FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
		FIELD_MASK(FEATURE0_HASH_SHA_256) | FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) |
		FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4);

	return world_new(geometry->lpa2 ? features0 : 0);
}

static void realm_of(struct world *w, const struct geometry *geometry, struct realm *realm)
{
	realm_prepare(w, realm, 40);
	realm->params.flags = geometry->lpa2 ? FIELD_MASK(REALM_FLAG_LPA2) : 0;
	realm->params.s2sz = (uint8_t)geometry->ipa_bits;
	realm->params.rtt_level_start = geometry->start;
	realm->params.rtt_num_start = geometry->roots;
	realm->params.rtt_base = world_delegated(w, geometry->roots);
	realm_create(w, realm);
}

/* A table of level -1 has 16 entries. A single root holds both halves: host memory begins in its middle, and realm memory ends there
 * although the table goes on. */
static struct place_of place_of_row(const struct row *row)
{
	uint64_t ipa_end = UINT64_C(1) << row->geometry->ipa_bits;
	uint64_t span = span_of(row->level);
	uint64_t table = span * (row->level == -1 ? 16 : WORLD_ENTRIES);
	uint64_t base = row->command == UNMAP ? ipa_end / 2 : 0;
	uint64_t end = reeve_align_down(base, table) + table;

	return (struct place_of){base, end < ipa_end ? end : ipa_end, span};
}

/* Lowest level that a call of `command` can name so that its walk ends at `level`. */
static int asked_first(enum command command, int level)
{
	switch (command) {
	case DATA:
		return 3; /* the only one */
	case TABLE:
		return level + 1;
	case UNMAP:
	case COMMAND_COUNT:
		break;
	}
	return level < 1 ? 1 : level;
}

/* Level of the entry that a call naming `asked` is about: RTT_DESTROY names the table below it. */
static int target_of(enum command command, int asked)
{
	return command == TABLE ? asked - 1 : asked;
}

static struct call call_of(enum command command, const struct realm *realm, uint64_t ipa, int asked)
{
	switch (command) {
	case DATA:
		return CALL(DATA_DESTROY, realm->rd, ipa);
	case TABLE:
		return CALL(RTT_DESTROY, realm->rd, ipa, (uint64_t)asked);
	case UNMAP:
	case COMMAND_COUNT:
		break;
	}
	return CALL(RTT_UNMAP_UNPROTECTED, realm->rd, ipa, (uint64_t)asked);
}

static void top_is(
	struct place place, struct world *w, struct call call, int level, enum rmi_condition condition, uint64_t top)
{
	struct expectation expected = {RMI_ERROR_RTT, (unsigned)level, condition, CONDITION_NONE, true};
	struct reply reply = world_refused(place, w, expected, call);
	uint64_t got = reply.out[call.fid == RMI_FID(RTT_UNMAP_UNPROTECTED) ? 0 : 1];

	if (got != top) {
		print_error("top 0x%llx, expected 0x%llx\n", (unsigned long long)got, (unsigned long long)top);
		_fail(place.file, place.line);
	}
}

/* Every call whose walk ends at the entry that starts at `entry`: each level that may be asked, at both ends of the entry. */
static void tops_are(struct place place, struct world *w, const struct row *row, const struct realm *realm,
	uint64_t entry, uint64_t top)
{
	for (int asked = asked_first(row->command, row->level); asked <= 3; asked++) {
		int target = target_of(row->command, asked);
		enum rmi_condition condition = target == row->level ? CONDITION_rtte_state : CONDITION_rtt_walk;
		uint64_t last = entry + span_of(row->level) - span_of(target);

		top_is(place, w, call_of(row->command, realm, entry, asked), row->level, condition, top);
		top_is(place, w, call_of(row->command, realm, last, asked), row->level, condition, top);
	}
}

/* Put something live into the entry of row->level that starts at `ipa`. Of host memory it is a mapping where there can be one. */
static void make_live(struct world *w, const struct row *row, const struct realm *realm, uint64_t ipa)
{
	if (row->command == UNMAP && row->level >= BLOCK_FIRST) {
		OK(w, RTT_MAP_UNPROTECTED, realm->rd, ipa, (uint64_t)row->level,
			reeve_align_down(WORLD_BASE, span_of(row->level)) | NS_ATTRIBUTES);
	} else if (row->level < 3) {
		OK(w, RTT_CREATE, realm->rd, world_delegated(w, 1), ipa, (uint64_t)(row->level + 1));
	} else {
		realm_data_unknown(w, realm, ipa);
	}
}

/* First nothing in the table is live, then entry 5, then also the last. What lies before the address never counts. */
static void walk_ends(void **state)
{
	const struct row *row = *state;
	struct place_of at = place_of_row(row);
	uint64_t next = at.base + NEXT * at.span;
	uint64_t last = at.end - at.span;
	struct world *w = world_of(row->geometry);
	struct realm realm;

	/* DATA_DESTROY may not name the host's half of a single root. */
	uint64_t nameable =
		row->command == DATA && last >= UINT64_C(1) << (row->geometry->ipa_bits - 1) ? next + at.span : last;

	realm_of(w, row->geometry, &realm);
	realm_tables(w, &realm, at.base, row->level);
	tops_are(HERE, w, row, &realm, at.base, at.end);
	tops_are(HERE, w, row, &realm, next, at.end);
	tops_are(HERE, w, row, &realm, nameable, at.end);
	make_live(w, row, &realm, next);
	tops_are(HERE, w, row, &realm, at.base, next);
	tops_are(HERE, w, row, &realm, next - at.span, next);
	tops_are(HERE, w, row, &realm, next + at.span, at.end);
	make_live(w, row, &realm, last);
	tops_are(HERE, w, row, &realm, at.base, next);
	tops_are(HERE, w, row, &realm, next + at.span, last);
	world_free(w);
}

/* A table that is live: RTT_DESTROY says so with the table's own level, and top is ipa, at every level there is. */
static void live_tables(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(geometries) / sizeof(geometries[0]); i++) {
		struct world *w = world_of(&geometries[i]);
		struct realm realm;
		uint64_t ipa = 3 * WORLD_2M;

		realm_of(w, &geometries[i], &realm);
		realm_tables(w, &realm, ipa, 3);
		realm_data_unknown(w, &realm, ipa + WORLD_PAGE);
		for (int level = 3; level > geometries[i].start; level--) {
			uint64_t start = reeve_align_down(ipa, span_of(level - 1));

			top_is(HERE, w, call_of(TABLE, &realm, start, level), level, CONDITION_rtt_live, start);
		}
		world_free(w);
	}
}

/* A block of host memory at level 1 or 2, asked for deeper: the entry is live, top is ipa. Asked for at its level it goes. */
static void live_host_blocks(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t half;

	realm_new(w, &realm, 40);
	half = realm_half(&realm);
	for (int level = BLOCK_FIRST; level <= BLOCK_LAST; level++) {
		uint64_t ipa = half + 2 * span_of(1);

		realm_tables(w, &realm, ipa, level);
		OK(w, RTT_MAP_UNPROTECTED, realm.rd, ipa, (uint64_t)level, 0x40000000 | NS_ATTRIBUTES);
		for (int asked = level + 1; asked <= 3; asked++) {
			uint64_t last = ipa + span_of(level) - span_of(asked);

			top_is(HERE, w, call_of(UNMAP, &realm, ipa, asked), level, CONDITION_rtt_walk, ipa);
			top_is(HERE, w, call_of(UNMAP, &realm, last, asked), level, CONDITION_rtt_walk, last);
			top_is(HERE, w, call_of(TABLE, &realm, ipa, asked), level,
				asked == level + 1 ? CONDITION_rtte_state : CONDITION_rtt_walk, ipa);
		}
		OK(w, RTT_UNMAP_UNPROTECTED, realm.rd, ipa, (uint64_t)level);
	}
}

/* A table where RTT_UNMAP_UNPROTECTED expects a mapping is live too. */
static void tables_in_the_way(void **state)
{
	struct world *w = *state;
	struct realm realm;
	uint64_t ipa;

	realm_new(w, &realm, 40);
	ipa = realm_half(&realm) + span_of(1);
	realm_tables(w, &realm, ipa, 3);
	for (int level = BLOCK_FIRST; level <= BLOCK_LAST; level++) {
		top_is(HERE, w, call_of(UNMAP, &realm, ipa, level), level, CONDITION_rtte_state, ipa);
	}
}

/* A block of data: RTT(2) with top = ipa, wherever in it (section 6: the host splits it and asks again). */
static void live_data_block(void **state)
{
	struct world *w = *state;
	uint64_t block = world_delegated(w, WORLD_ENTRIES);
	struct realm realm;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, WORLD_2M, 3);
	for (unsigned i = 0; i < WORLD_ENTRIES; i++) {
		OK(w, DATA_CREATE_UNKNOWN, realm.rd, block + i * WORLD_PAGE, WORLD_2M + i * WORLD_PAGE);
	}
	OK(w, RTT_FOLD, realm.rd, WORLD_2M, 3);
	for (uint64_t at = WORLD_2M; at < 2 * WORLD_2M; at += 73 * WORLD_PAGE) {
		top_is(HERE, w, call_of(DATA, &realm, at, 3), 2, CONDITION_rtt_walk, at);
	}
	top_is(HERE, w, call_of(TABLE, &realm, WORLD_2M, 3), 2, CONDITION_rtte_state, WORLD_2M);
	top_is(HERE, w, call_of(DATA, &realm, 0, 3), 2, CONDITION_rtt_walk,
		WORLD_2M); /* and before it, it is the next */
}

/* ASSIGNED is live whatever its RIPAS, and UNASSIGNED is not. */
static void every_ripas(void **state)
{
	struct world *w = *state;
	struct realm realm;

	realm_new(w, &realm, 32);
	realm_tables(w, &realm, 0, 3);
	realm_ram(w, &realm, 2 * WORLD_PAGE, 3 * WORLD_PAGE); /* 2: UNASSIGNED, RAM */
	realm_data(w, &realm, 3 * WORLD_PAGE, 1);
	OK(w, DATA_DESTROY, realm.rd, 3 * WORLD_PAGE); /* 3: UNASSIGNED, DESTROYED */
	realm_data(w, &realm, 5 * WORLD_PAGE, 1);      /* 5: ASSIGNED, RAM */
	top_is(HERE, w, call_of(DATA, &realm, 0, 3), 3, CONDITION_rtte_state, 5 * WORLD_PAGE);
	top_is(HERE, w, call_of(DATA, &realm, 2 * WORLD_PAGE, 3), 3, CONDITION_rtte_state, 5 * WORLD_PAGE);
	top_is(HERE, w, call_of(DATA, &realm, 3 * WORLD_PAGE, 3), 3, CONDITION_rtte_state, 5 * WORLD_PAGE);
	realm_data_unknown(w, &realm, 3 * WORLD_PAGE); /* ASSIGNED, DESTROYED */
	top_is(HERE, w, call_of(DATA, &realm, 0, 3), 3, CONDITION_rtte_state, 3 * WORLD_PAGE);
	realm_data_unknown(w, &realm, WORLD_PAGE); /* ASSIGNED, EMPTY */
	top_is(HERE, w, call_of(DATA, &realm, 0, 3), 3, CONDITION_rtte_state, WORLD_PAGE);
}

/* Whether the walks of a row's command can end at its level. */
static bool row_is_possible(const struct row *row)
{
	return row->level >= row->geometry->start && !(row->command == TABLE && row->level == 3);
}

/* All rows: each geometry, each command, each level at which its walk can end. Returns their number. */
static size_t rows_make(struct row rows[ROWS_MAX])
{
	const unsigned each = COMMAND_COUNT * LEVELS;
	size_t count = 0;

	for (unsigned n = 0; n < sizeof(geometries) / sizeof(geometries[0]) * each; n++) {
		const struct geometry *g = &geometries[n / each];
		struct row row = {"", g, (enum command)(n % each / LEVELS), (int)(n % LEVELS) - 1};

		if (row_is_possible(&row)) {
			(void)snprintf(row.name, NAME_SIZE, "%s: level %d, %u roots of level %d, %u bits",
				command_names[row.command], row.level, g->roots, g->start, g->ipa_bits);
			rows[count++] = row;
		}
	}
	return count;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)

int main(void)
{
	static struct row rows[ROWS_MAX];
	static struct CMUnitTest walks[ROWS_MAX];
	size_t count = rows_make(rows);
	const struct CMUnitTest live[] = {
		cmocka_unit_test(live_tables),
		TEST(live_host_blocks),
		TEST(tables_in_the_way),
		TEST(live_data_block),
		TEST(every_ripas),
	};
	int failed;

	for (size_t i = 0; i < count; i++) {
		walks[i] = (struct CMUnitTest){.name = rows[i].name, .test_func = walk_ends, .initial_state = &rows[i]};
	}
	failed = _cmocka_run_group_tests("walks", walks, count, NULL, NULL);
	return failed + cmocka_run_group_tests_name("live", live, NULL, NULL);
}
