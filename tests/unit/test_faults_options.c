/* SPDX-License-Identifier: BSD-2-Clause */
/* test_faults_options.c - command lines of reeve faults: what they mean, and what is said of wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/faults_options.h"

enum { WORDS_MAX = 6 };

static bool parse(const char *const line[], struct faults_options *options, struct message *why)
{
	char *argv[WORDS_MAX + 2] = {"faults"};
	int argc = 1;

	for (; line[argc - 1] != NULL; argc++) {
		argv[argc] = (char *)line[argc - 1];
	}
	return faults_options_parse(argc, argv, options, why);
}

static void options_that_are_good(void **state)
{
	static const char *const none[] = {NULL};
	static const char *const some[] = {"--shard=2/3", "--jobs", "5", "--scenario", "teardown", NULL};
	struct faults_options options;
	struct message why;

	(void)state;
	assert_true(parse(none, &options, &why));
	assert_int_equal(options.shard, 1);
	assert_int_equal(options.shards, 0);
	assert_int_equal(options.scenario_count, 0);
	assert_false(faults_is_one(&options));
	assert_true(parse(some, &options, &why));
	assert_int_equal(options.shard, 2);
	assert_int_equal(options.shards, 3);
	assert_int_equal(options.jobs, 5);
	assert_int_equal(options.scenario_count, 1);
	assert_string_equal(scenario_name(options.scenarios[0]), "teardown");
}

static void assert_refused(const char *const line[], const char *word)
{
	struct faults_options options;
	struct message why = {""};

	if (parse(line, &options, &why) || strstr(why.text, word) == NULL) {
		fail_msg("%s ...: %s", line[0], why.text);
	}
}

static void options_that_are_not(void **state)
{
	static const struct {
		const char *line[WORDS_MAX];
		const char *word;
	} rows[] = {
		{{"--shard", "0/2"}, "0/2"},
		{{"--shard", "3/2"}, "3/2"},
		{{"--shard", "x/y"}, "x/y"},
		{{"--shard", "1"}, "1"},
		{{"--shard", "1/"}, "1/"},
		{{"--shard", "/2"}, "/2"},
		{{"--shard", "1/0"}, "1/0"},
		{{"--shard", "-1/2"}, "-1/2"},
		{{"--shard", "1/2/3"}, "1/2/3"},
		{{"--shard", "1/99999999999999999999"}, "1/9999"},
		{{"--shard", "11111111111111111111/2"}, "1111"},
		{{"--jobs", "0"}, "--jobs '0'"},
		{{"--jobs", "65"}, "--jobs '65'"},
		{{"--scenario", "nothing"}, "'nothing'"},
		{{"--scenario", "create", "--scenario", "create"}, "twice"},
		{{"--rule", ""}, "--scenario"},
		{{"--fault", ""}, "--fault"},
		{{"--map", ""}, "--map"},
		{{"--calls"}, "--calls"},
		{{"--list", "--json"}, "--list"},
		{{"--scenario", "create", "--rule", "", "--singles"}, "--singles"},
		{{"--scenario", "create", "--rule", "", "--shard=1/1"}, "--shard"},
		{{"one"}, "'one'"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_refused(rows[i].line, rows[i].word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_that_are_good),
		cmocka_unit_test(options_that_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
