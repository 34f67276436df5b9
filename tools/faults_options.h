/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_options.h - the command line of reeve faults as one struct.
 *
 *   argv --faults_options_parse--> struct faults_options: a list, a sweep, or one run (is_one)
 *
 * As in options.h; rules are read only when the scenario is known, whose steps are their phases. */
#ifndef TOOLS_FAULTS_OPTIONS_H
#define TOOLS_FAULTS_OPTIONS_H

#include "tools/options.h"
#include "tools/sweep/scenario.h"

enum { FAULTS_SCENARIOS_MAX = 32, FAULTS_SHARDS_MAX = 1000000 };

struct faults_options {
	bool help; /* the rest is not checked */
	bool list;
	bool json;
	bool singles;
	bool calls;
	unsigned shard;  /* 1..shards */
	unsigned shards; /* 0: no --shard; all is shard 1 of 1 */
	unsigned jobs;   /* 0: a worker for each CPU */
	const struct scenario *scenarios[FAULTS_SCENARIOS_MAX];
	size_t scenario_count; /* 0: all */
	const char *map_path;  /* of a folder; NULL: no pictures */
	const char *rules;     /* NULL: none */
	const char *fault_path;
};

extern const struct option_table faults_option_table;

bool faults_options_parse(int argc, char *const argv[], struct faults_options *options, struct message *why);

/* Whether one run under given rules is asked for, and not a sweep. */
bool faults_is_one(const struct faults_options *options);

#endif
