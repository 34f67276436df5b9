/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sweep_campaign.c - how a sweep is cut into shards, and what its runs are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/sweep/campaign.h"
#include "tools/sweep/cases.h"

enum { TEXT_MAX = 512 };

/* ---- shards ---- */

static size_t in_shard(size_t count, unsigned shard, unsigned shards)
{
	size_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		sum += cases_in_shard(i, shard, shards);
	}
	return sum;
}

static void assert_partition(size_t count, unsigned shards)
{
	size_t sum = 0;

	for (unsigned shard = 1; shard <= shards; shard++) {
		size_t mine = in_shard(count, shard, shards);

		assert_int_equal(mine, cases_of_shard(count, shard, shards));
		sum += mine;
	}
	assert_int_equal(sum, count);
}

/* As this holds for each count, no case is in two shards and none in no shard. */
static void shards_are_all_cases_once(void **state)
{
	(void)state;
	for (unsigned shards = 1; shards <= 9; shards++) {
		for (size_t count = 0; count <= 20; count++) {
			assert_partition(count, shards);
		}
	}
}

/* ---- names ---- */

static void a_long_plan_has_a_short_name(void **state)
{
	char rules[2][TEXT_MAX];
	char paths[2][CAMPAIGN_PATH_MAX];

	(void)state;
	memset(rules, 'x', sizeof(rules));
	rules[0][TEXT_MAX - 1] = '\0';
	rules[1][TEXT_MAX - 1] = '\0';
	rules[1][TEXT_MAX - 2] = 'y';
	for (unsigned i = 0; i < 2; i++) {
		campaign_map_path("d", scenario_find("create"), rules[i], paths[i]);
		assert_true(strlen(paths[i]) < 255);
	}
	assert_string_not_equal(paths[0], paths[1]);
}

static void rules_are_joined_as_an_option_takes_them(void **state)
{
	static const char text[] = "refuse RMI_RTT_CREATE status=ERROR_RTT(2); refuse alloc nth=3";
	struct reeve_fault_plan plan;
	struct reeve_fault_plan again;
	struct reeve_fault_error error;
	char rules[PLAN_RULES_MAX];
	char rules_again[PLAN_RULES_MAX];

	(void)state;
	assert_true(reeve_fault_plan_parse(text, strlen(text), &plan, &error));
	plan_rules(&plan, rules, sizeof(rules));
	assert_true(reeve_fault_plan_parse(rules, strlen(rules), &again, &error));
	assert_int_equal(again.count, 2);
	plan_rules(&again, rules_again, sizeof(rules_again));
	assert_string_equal(rules, rules_again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shards_are_all_cases_once),
		cmocka_unit_test(a_long_plan_has_a_short_name),
		cmocka_unit_test(rules_are_joined_as_an_option_takes_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
