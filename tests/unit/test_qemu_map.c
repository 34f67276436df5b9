/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_map.c - maps of QEMU's machine from rows and calls, sensible ones and others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "tools/map_facts.h"
#include "tools/qemu/map_record.h"

enum { RD = 0x41a00000, ROOT = 0x41a01000, PAGE = 0x41a02000, AUX = 0x41a03000, REC = 0x41a04000 };

static void call(struct map_record *record, uint64_t fid, uint64_t x1, uint64_t x2, const void *params, size_t size)
{
	struct frame_call said = {.in = {fid, x1, x2}};

	if (params != NULL) {
		frame_sparse_of(params, size, &said.sparse);
	}
	map_record_call(record, &said);
}

static bool row(struct map_record *record, struct summary *summary, struct frame_map map)
{
	return map_record_row(record, &map, summary);
}

static void maps_free(struct summary *summary)
{
	for (size_t i = 0; i < summary->map_count; i++) {
		map_free(summary->maps[i]);
	}
	summary->map_count = 0;
}

/* The run of granules that has `pa`. */
static const struct map_run *run_at(const struct map *map, uint64_t pa)
{
	for (size_t i = 0; i < map->run_count; i++) {
		if (pa >= map->runs[i].base && pa < map->runs[i].base + map->runs[i].count * REEVE_GRANULE_SIZE) {
			return &map->runs[i];
		}
	}
	return NULL;
}

/* States come from the calls that were carried out, and the tree from the rows. */
static void calls_and_rows(void **state)
{
	static const struct rmi_realm_params realm = {.rtt_base = ROOT, .rtt_num_start = 1};
	static const struct rmi_rec_params rec = {.num_aux = 1, .aux = {AUX}};
	struct frame_call refused = {.in = {RMI_FID(GRANULE_DELEGATE), PAGE + 0x100000}, .out = {RMI_ERROR_INPUT}};
	struct map_record *record = map_record_new();
	struct summary summary = {0};
	const struct map *map;

	(void)state;
	assert_non_null(record);
	call(record, RMI_FID(GRANULE_DELEGATE), PAGE, 0, NULL, 0);
	call(record, RMI_FID(REALM_CREATE), RD, 0, &realm, sizeof(realm));
	call(record, RMI_FID(REC_CREATE), RD, REC, &rec, sizeof(rec));
	map_record_call(record, &refused);
	refused.out[0] = RMI_SUCCESS;
	refused.fault = FRAME_FAULT_REFUSED;
	map_record_call(record, &refused);
	assert_true(
		row(record, &summary, (struct frame_map){FRAME_MAP_BEGIN, {0, 4096, REEVE_REALM_NEW, 5, RD, ROOT}}));
	/* One row of a level-2 table covers the first half of a width of 32 bits, and one the second. */
	assert_true(row(record, &summary,
		(struct frame_map){FRAME_MAP_ENTRY, {RD, 2, 0x80000000, 1024, RTTE_UNASSIGNED, RIPAS_EMPTY}}));
	assert_true(row(
		record, &summary, (struct frame_map){FRAME_MAP_ENTRY, {RD, 2, 0, 1024, RTTE_UNASSIGNED, RIPAS_RAM}}));
	assert_true(row(record, &summary, (struct frame_map){FRAME_MAP_LEDGER, {RD, 1, REEVE_USE_RD, 5}}));
	map_record_error(record, "refused", 7);
	assert_true(row(record, &summary, (struct frame_map){FRAME_MAP_END, {0}}));
	assert_int_equal(summary.map_count, 1);
	map = summary.maps[0];
	assert_string_equal(map->error, "refused");
	assert_int_equal(run_at(map, RD)->state, GRANULE_RD);
	assert_true(run_at(map, RD)->agrees);
	assert_int_equal(run_at(map, ROOT)->state, GRANULE_RTT);
	assert_int_equal(run_at(map, PAGE)->state, GRANULE_DELEGATED);
	assert_int_equal(run_at(map, AUX)->state, GRANULE_REC_AUX);
	assert_int_equal(run_at(map, REC)->owner, RD);
	assert_int_equal(run_at(map, PAGE + 0x100000)->state, GRANULE_UNDELEGATED);
	assert_int_equal(map->tree_count, 1);
	assert_true(map->trees[0].is_whole);
	assert_int_equal(map->trees[0].ipa_bits, 32);
	assert_int_equal(map->trees[0].start_level, 2);
	assert_int_equal(map->trees[0].root_count, 4);
	call(record, RMI_FID(REC_DESTROY), REC, 0, NULL, 0);
	call(record, RMI_FID(REALM_DESTROY), RD, 0, NULL, 0);
	assert_true(row(record, &summary, (struct frame_map){FRAME_MAP_BEGIN, {FRAME_MAP_AFTER_ALL, 4096}}));
	assert_true(row(record, &summary, (struct frame_map){FRAME_MAP_END, {0}}));
	assert_int_equal(run_at(summary.maps[1], RD)->count, 5);
	assert_int_equal(run_at(summary.maps[1], RD)->state, GRANULE_DELEGATED);
	assert_null(summary.maps[1]->error);
	assert_int_equal(summary.maps[1]->tree_count, 0);
	assert_false(row(record, &summary, (struct frame_map){FRAME_MAP_END, {0}})); /* there is no third */
	maps_free(&summary);
	map_record_free(record);
}

/* Rows that make no sense are refused, and nothing comes of those that are only strange. */
static void senseless_rows(void **state)
{
	static const struct frame_map refused[] = {
		{FRAME_MAP_BEGIN, {FRAME_MAP_MOMENT_COUNT}},
		{FRAME_MAP_BEGIN, {0, 4096, REEVE_REALM_STATE_COUNT}},
		{FRAME_MAP_LEDGER, {RD, 1, REEVE_USE_COUNT}},
		{FRAME_MAP_LEDGER, {RD, 1, REEVE_USE_LEAKED, 0, REEVE_USE_COUNT}},
		{FRAME_MAP_LEDGER, {RD, 1, REEVE_USE_LEAKED, 0, 0, RMI_COMMAND_COUNT + 1}},
		{FRAME_MAP_LEDGER, {RD, UINT64_MAX, REEVE_USE_RD}},
		{FRAME_MAP_ENTRY, {RD, 4}},
		{FRAME_MAP_ENTRY, {RD, UINT64_MAX - 1}},
	};
	static const struct frame_map strange[] = {
		{FRAME_MAP_BEGIN, {0}},
		{FRAME_MAP_LEDGER, {0, 1, REEVE_USE_RD}},
		{FRAME_MAP_LEDGER, {UINT64_MAX, 2, REEVE_USE_LEAKED, UINT64_MAX, REEVE_USE_RD, 0, UINT64_MAX}},
		{FRAME_MAP_ENTRY,
			{UINT64_MAX, 3, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX}},
		{FRAME_MAP_ENTRY, {RD, 0, 0, UINT64_MAX, RTTE_TABLE, 0, 0, 0}},
		{FRAME_MAP_END, {0}},
	};
	static const struct rmi_realm_params realm = {.rtt_base = UINT64_MAX - 7, .rtt_num_start = 16};
	struct map_record *record = map_record_new();
	struct summary summary = {0};

	(void)state;
	assert_non_null(record);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_false(row(record, &summary, refused[i]));
	}
	call(record, RMI_FID(REALM_CREATE), RD, 0, &realm, sizeof(realm));
	call(record, RMI_FID(GRANULE_DELEGATE), UINT64_MAX, 0, NULL, 0);
	for (size_t i = 0; i < sizeof(strange) / sizeof(strange[0]); i++) {
		assert_true(row(record, &summary, strange[i]));
	}
	assert_int_equal(summary.map_count, 1);
	assert_false(map_tree_agrees(&summary.maps[0]->trees[0]));
	maps_free(&summary);
	map_record_free(record);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_and_rows),
		cmocka_unit_test(senseless_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
