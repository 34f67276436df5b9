/* SPDX-License-Identifier: BSD-2-Clause */
/* test_rmi_config.c - which configurations reeve_monitor_size takes, and what a granule costs (reeve/monitor.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "reeve/monitor.h"

enum { BASE = 0x40000000, MIB = 1 << 20 };

static struct reeve_monitor_config usual(void)
{
	return (struct reeve_monitor_config){
		.regions = {{{BASE}, {BASE + 4 * MIB}}, {{BASE + 8 * MIB}, {BASE + 9 * MIB}}},
		.region_count = 2,
		.cpu_count = 8,
		.rec_aux_count = 16,
		.vmid_bits = 16,
		.pa_bits = 48,
		.features0 = FIELD_SET(0, FEATURE0_S2SZ, 48) | FIELD_MASK(FEATURE0_HASH_SHA_256) |
			FIELD_SET(0, FEATURE0_NUM_BPS, 5) | FIELD_SET(0, FEATURE0_NUM_WPS, 3) |
			FIELD_SET(0, FEATURE0_GICV3_NUM_LRS, 15) | FIELD_SET(0, FEATURE0_MAX_RECS_ORDER, 4),
	};
}

/* 8 bytes a granule and a fixed part. */
static void size(void **state)
{
	struct reeve_monitor_config config = usual();
	size_t first = reeve_monitor_size(&config);
	size_t granules = 2048;

	(void)state;
	assert_true(first > 0);
	config.regions[1].top.value += granules * REEVE_GRANULE_SIZE;
	assert_true(reeve_monitor_size(&config) > first);
	assert_true(reeve_monitor_size(&config) - first <= 8 * granules + REEVE_GRANULE_SIZE);
}

static void counts(void **state)
{
	static const struct {
		unsigned cpus, aux, vmid_bits, pa_bits, regions;
		int valid;
	} rows[] = {{1, 16, 16, 48, 2, 1}, {64, 0, 8, 48, 1, 1}, {0, 16, 16, 48, 2, 0}, {65, 16, 16, 48, 2, 0},
		{8, 17, 16, 48, 2, 0}, {8, 16, 7, 48, 2, 0}, {8, 16, 9, 48, 2, 0}, {8, 16, 17, 48, 2, 0},
		{8, 16, 0, 48, 2, 0}, {8, 16, 16, 31, 2, 0}, {8, 16, 16, 53, 2, 0}, {8, 16, 16, 48, 0, 0},
		{8, 16, 16, 48, REEVE_MONITOR_REGIONS_MAX + 1, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct reeve_monitor_config config = usual();

		config.cpu_count = rows[i].cpus;
		config.rec_aux_count = rows[i].aux;
		config.vmid_bits = rows[i].vmid_bits;
		config.pa_bits = rows[i].pa_bits;
		config.region_count = rows[i].regions;
		assert_int_equal(reeve_monitor_size(&config) != 0, rows[i].valid);
	}
}

/* Regions are ascending, apart and aligned; none is empty. */
static void regions(void **state)
{
	static const uint64_t wrong[][2] = {{BASE, BASE + MIB}, {BASE + 3 * MIB, BASE + 5 * MIB},
		{BASE - 4 * MIB, BASE - 2 * MIB}, {BASE + 8 * MIB + 8, BASE + 9 * MIB},
		{BASE + 8 * MIB, BASE + 9 * MIB - 8}, {BASE + 8 * MIB, BASE + 8 * MIB},
		{BASE + 9 * MIB, BASE + 8 * MIB}};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct reeve_monitor_config config = usual();

		config.regions[1] = (struct reeve_pa_range){{wrong[i][0]}, {wrong[i][1]}};
		assert_int_equal(reeve_monitor_size(&config), 0);
	}
}

/* A monitor is made in as much memory as was asked for, aligned; and not in less. */
static void memory(void **state)
{
	struct reeve_monitor_config config = usual();
	size_t need = reeve_monitor_size(&config);
	size_t size = reeve_align_down(need + 2 * REEVE_GRANULE_SIZE - 1, REEVE_GRANULE_SIZE);
	unsigned char *bytes = aligned_alloc(REEVE_GRANULE_SIZE, size);
	struct reeve_monitor *monitor = NULL;

	(void)state;
	assert_non_null(bytes);
	assert_int_equal(reeve_monitor_init(bytes, need - 1, &config, NULL, NULL, &monitor), REEVE_MONITOR_NO_MEMORY);
	assert_int_equal(reeve_monitor_init(bytes + 64, need, &config, NULL, NULL, &monitor), REEVE_MONITOR_NO_MEMORY);
	assert_null(monitor);
	assert_int_equal(reeve_monitor_init(bytes, need, &config, NULL, NULL, &monitor), REEVE_MONITOR_OK);
	assert_non_null(monitor);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(size),
		cmocka_unit_test(counts),
		cmocka_unit_test(regions),
		cmocka_unit_test(memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
