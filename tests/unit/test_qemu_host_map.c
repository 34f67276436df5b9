/* SPDX-License-Identifier: BSD-2-Clause */
/* test_qemu_host_map.c - a host that tells the tables of monitors that answer anything: it comes to an end, and says what it was told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "machine/qemu/bare/smc.h"
#include "machine/qemu/host/host.h"
#include "machine/qemu/host/output.h"
#include "tests/unit/support/fake_rmi.h"

/* IPA width 42: eight root tables at level 1, and no other. */
enum { BITS = 42, START = 1, ROOTS = 8, ENTRIES = 512, ASKS_MAX = 10 * ROOTS * ENTRIES };

/* What RTT_READ_ENTRY answers for an address of the tree: status, level or what is added to the one that was asked for, and state. */
struct monitor {
	uint64_t status;
	int64_t level;
	bool is_level_added;
	uint64_t state;
	unsigned honest; /* so many answers are a good monitor's */
};

static struct {
	struct monitor monitor;
	bool is_level_known; /* the host found the start level */
	unsigned asks;
	unsigned rows[FRAME_MAP_KIND_COUNT];
	uint64_t entries; /* in rows of entries */
	unsigned errors;
} seen;

static struct host host;

void smc(uint64_t x[SMC_REGISTERS])
{
	const struct monitor *monitor = &seen.monitor;
	int64_t level = (int64_t)x[3];
	uint64_t ipa = x[2];

	assert_int_equal(x[0], RMI_FID(RTT_READ_ENTRY));
	assert_true(seen.asks < ASKS_MAX);
	if (level < START || ipa >> BITS != 0) {
		x[0] = RMI_ERROR_INPUT;
		return;
	}
	memset(x, 0, SMC_REGISTERS * sizeof(*x));
	if (!seen.is_level_known) {
		seen.is_level_known = true;
		x[1] = START;
		return;
	}
	if (ipa == (UINT64_C(1) << BITS) - REEVE_GRANULE_SIZE) {
		return; /* by which the host finds the width */
	}
	if (seen.asks++ < monitor->honest) {
		x[1] = START;
		return;
	}
	x[0] = monitor->status;
	x[1] = (uint64_t)(monitor->level + (monitor->is_level_added ? level : 0));
	x[2] = monitor->state;
}

void output_map(const struct frame_map *map)
{
	seen.rows[map->kind]++;
	seen.entries += map->kind == FRAME_MAP_ENTRY ? map->words[FRAME_ENTRY_COUNT] : 0;
}

void output_map_error(const struct text *text)
{
	seen.errors += text->length != 0;
}

static void map_of(const struct monitor *monitor)
{
	static const struct job_header job = {.flags = JOB_FLAG_MAP};
	const struct reeve_realm_config config = {.ipa_bits = BITS};
	struct fake *fake = fake_open();

	memset(&host, 0, sizeof(host));
	memset(&seen, 0, sizeof(seen));
	seen.monitor = *monitor;
	host.job = &job;
	fake_host(fake, &host.library, REEVE_GRANULE_SIZE);
	reeve_realm_init(&host.realm, &host.library, NULL);
	assert_int_equal(reeve_realm_configure(&host.realm, &config), REEVE_OK);
	assert_int_equal(reeve_realm_ensure_created(&host.realm), REEVE_OK);
	host_map(&host, FRAME_MAP_BEFORE);
	assert_int_equal(seen.rows[FRAME_MAP_BEGIN], 1);
	assert_int_equal(seen.rows[FRAME_MAP_END], 1);
	assert_int_equal(reeve_realm_destroy(&host.realm), REEVE_OK);
	reeve_host_fini(&host.library);
	fake_close(fake);
}

/* Of tables that are all empty each entry is told, and asked for once for itself and once for each of the two levels below. */
static void empty_tables(void **state)
{
	const struct monitor monitor = {.honest = UINT32_MAX};

	(void)state;
	map_of(&monitor);
	assert_int_equal(seen.entries, ROOTS * ENTRIES);
	assert_int_equal(seen.asks, 3 * ROOTS * ENTRIES);
	assert_int_equal(seen.errors, 0);
}

static void answers_that_are_no_tree(void **state)
{
	static const struct monitor rows[] = {
		{.status = RMI_ERROR_INPUT}, {.level = 4}, {.level = RMI_LEVEL_FIRST_LPA2 - 1}, {.level = -64},
		{.level = INT64_MIN}, {.level = INT64_C(1) << 32}, {.level = 1, .is_level_added = true},
		{.state = RTTE_TABLE, .is_level_added = true},      /* tables without end */
		{.state = RTTE_UNASSIGNED, .is_level_added = true}, /* as many entries as a whole level can have */
	};
	static const unsigned honest[] = {0, 1, ENTRIES, ROOTS * ENTRIES, ROOTS * ENTRIES + 1, 2 * ROOTS * ENTRIES};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t k = 0; k < sizeof(honest) / sizeof(honest[0]); k++) {
			struct monitor monitor = rows[i];

			monitor.honest = honest[k];
			map_of(&monitor);
			assert_int_equal(seen.errors, 1);
			assert_true(seen.entries >= (honest[k] < ROOTS * ENTRIES ? honest[k] : ROOTS * ENTRIES));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_tables),
		cmocka_unit_test(answers_that_are_no_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
