/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_options.c - reads the command line of reeve faults by its rows. */
#include "tools/faults_options.h"

#include <string.h>

#include "tools/sweep/worker.h"

enum { NUMBER_TEXT_MAX = 16 };

/* "2/8": the part before the slash, and the number behind it. */
static bool shard_read(const char *text, uint64_t *shard, uint64_t *shards)
{
	const char *slash = strchr(text, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - text);
	char first[NUMBER_TEXT_MAX] = "";

	if (slash == NULL || length >= sizeof(first)) {
		return false;
	}
	memcpy(first, text, length);
	return option_number(slash + 1, 1, FAULTS_SHARDS_MAX, shards) && option_number(first, 1, *shards, shard);
}

static bool set_shard(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;
	uint64_t shard;
	uint64_t shards;

	if (!shard_read(value, &shard, &shards)) {
		return message_set(why, "--shard '%s' is not i/n with i from 1 to n and n at most %d, such as 1/4",
			value, FAULTS_SHARDS_MAX);
	}
	faults->shard = (unsigned)shard;
	faults->shards = (unsigned)shards;
	return true;
}

static bool set_jobs(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;
	uint64_t number;

	if (!option_number(value, 1, WORKERS_MAX, &number)) {
		return message_set(why, "--jobs '%s' is not a number from 1 to %d", value, WORKERS_MAX);
	}
	faults->jobs = (unsigned)number;
	return true;
}

static bool set_scenario(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;
	const struct scenario *scenario = scenario_find(value);

	if (scenario == NULL) {
		return message_set(why, "there is no scenario '%s'; reeve faults --list names them", value);
	}
	for (size_t i = 0; i < faults->scenario_count; i++) {
		if (faults->scenarios[i] == scenario) {
			return message_set(why, "--scenario %s is given twice", value);
		}
	}
	if (faults->scenario_count == FAULTS_SCENARIOS_MAX) {
		return message_set(why, "--scenario is given more than %d times", FAULTS_SCENARIOS_MAX);
	}
	faults->scenarios[faults->scenario_count] = scenario;
	faults->scenario_count++;
	return true;
}

static bool set_singles(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	(void)value;
	(void)why;
	faults->singles = true;
	return true;
}

static bool set_rules(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	(void)why;
	faults->rules = value;
	return true;
}

static bool set_fault(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	if (value[0] == '\0') {
		return message_set(why, "--fault needs the name of a file of rules");
	}
	faults->fault_path = value;
	return true;
}

static bool set_calls(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	(void)value;
	(void)why;
	faults->calls = true;
	return true;
}

static bool set_map(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	if (value[0] == '\0') {
		return message_set(why, "--map needs the name of a folder");
	}
	faults->map_path = value;
	return true;
}

static bool set_list(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	(void)value;
	(void)why;
	faults->list = true;
	return true;
}

static bool set_json(void *options, const char *value, struct message *why)
{
	struct faults_options *faults = options;

	(void)value;
	(void)why;
	faults->json = true;
	return true;
}

static const struct option_row rows[] = {
	{"--scenario", "NAME", "only this one; several are given one by one (all)", set_scenario},
	{"--shard", "I/N", "only the Ith of N equal parts of the cases (1/1)", set_shard},
	{"--jobs", "N", "number of processes (one for each CPU)", set_jobs},
	{"--singles", NULL, "no pairs of faults", set_singles},
	{"--rule", "RULES", "one run of one scenario, under these rules", set_rules},
	{"--fault", "FILE", "the same, under the rules in it", set_fault},
	{"--calls", NULL, "every call of that run, as the host saw it", set_calls},
	{"--map", "DIR", "draw each run that leaks, as SVG", set_map},
	{"--list", NULL, "name the scenarios, and the faults that are left out", set_list},
	{"--json", NULL, "the result as one line of JSON", set_json},
};
const struct option_table faults_option_table = {rows, sizeof(rows) / sizeof(rows[0])};

bool faults_is_one(const struct faults_options *options)
{
	return options->rules != NULL || options->fault_path != NULL;
}

/* What is said of options that do not go together; NULL: they do. */
static const char *contradiction(const struct faults_options *options)
{
	bool is_sweep_told = options->shards != 0 || options->jobs != 0 || options->singles;
	bool is_told = is_sweep_told || faults_is_one(options) || options->calls || options->json ||
		options->scenario_count != 0 || options->map_path != NULL;

	if (options->list && is_told) {
		return "--list goes with no other option";
	}
	if (faults_is_one(options) && options->scenario_count != 1) {
		return "--rule and --fault are for one run: name its --scenario";
	}
	if (faults_is_one(options) && is_sweep_told) {
		return "--rule and --fault are for one run: --shard, --jobs and --singles are for all of them";
	}
	if (options->calls && !faults_is_one(options)) {
		return "--calls shows one run: give it a --rule, or --rule '' for none";
	}
	return NULL;
}

bool faults_options_parse(int argc, char *const argv[], struct faults_options *options, struct message *why)
{
	const char *text;

	*options = (struct faults_options){.shard = 1};
	if (!option_words_parse(&faults_option_table, argc, argv, options, &options->help, NULL, why)) {
		return false;
	}
	text = options->help ? NULL : contradiction(options);
	return text == NULL || message_set(why, "%s", text);
}
