/* SPDX-License-Identifier: BSD-2-Clause */
/* faults.c - reeve faults: runs the scenarios once for each fault of each call, and says how the host took it. */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/faults_one.h"
#include "tools/faults_options.h"
#include "tools/faults_report.h"
#include "tools/sweep/cases.h"
#include "tools/sweep/worker.h"
#include "tools/verb.h"

enum { FOLDER_MODE = 0777 };

static void list(FILE *to)
{
	const struct left_out *out;

	for (size_t i = 0; scenario_at(i) != NULL; i++) {
		fprintf(to, "%-14s %s\n", scenario_name(scenario_at(i)), scenario_text(scenario_at(i)));
	}
	fputs("\nOutcomes:\n", to);
	for (unsigned i = 0; i < SWEEP_OUTCOME_COUNT; i++) {
		fprintf(to, "%-14s %s\n", sweep_outcome_name((enum sweep_outcome)i),
			sweep_outcome_text((enum sweep_outcome)i));
	}
	fputs("\nLeft out, as no host can notice:\n", to);
	for (size_t i = 0; (out = cases_left_out(i)) != NULL; i++) {
		fprintf(to, "%s: %s: %s\n", rmi_command_info(out->command)->name, out->fault, out->reason);
	}
}

/* A folder at `path`, made if there is nothing. */
static bool folder_open(const char *path, struct message *why)
{
	struct stat found;

	if (mkdir(path, FOLDER_MODE) != 0 && errno != EEXIST) {
		return message_set(why, "--map %s: the folder cannot be made: %s", path, strerror(errno));
	}
	if (stat(path, &found) != 0 || !S_ISDIR(found.st_mode)) {
		return message_set(why, "--map %s: it is no folder", path);
	}
	if (access(path, W_OK | X_OK) != 0) {
		return message_set(why, "--map %s: no file can be made there: %s", path, strerror(errno));
	}
	return true;
}

static unsigned cpu_count(void)
{
	cpu_set_t set;
	int count = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;

	return count > WORKERS_MAX ? WORKERS_MAX : (unsigned)count;
}

/* A sweep under way. */
struct sweep {
	const struct faults_options *options;
	struct campaign_options campaign;
	struct faults_part parts[FAULTS_SCENARIOS_MAX];
	size_t count;
	struct message why; /* "": it was run to its end */
};

static const struct scenario *scenario_of(const struct faults_options *options, size_t index)
{
	if (options->scenario_count == 0) {
		return index < FAULTS_SCENARIOS_MAX ? scenario_at(index) : NULL;
	}
	return index < options->scenario_count ? options->scenarios[index] : NULL;
}

/* Sweep all that is asked for, up to what ends it. True when no run failed. */
static bool sweep_run(struct sweep *sweep, FILE *to)
{
	bool is_good = true;
	bool is_over = false;
	const struct scenario *scenario;

	while (!is_over && (scenario = scenario_of(sweep->options, sweep->count)) != NULL) {
		struct faults_part *part = &sweep->parts[sweep->count];

		part->scenario = scenario;
		sweep->count++;
		is_over = !campaign_run(scenario, &sweep->campaign, faults_part_tell, part, &part->tally, &sweep->why);
		faults_part_sort(part);
		is_good = is_good && !is_over && part->tally.outcomes[SWEEP_FAILED] == 0;
		if (!sweep->options->json) {
			faults_part_print(part, to);
			(void)fflush(to);
		}
	}
	return is_good;
}

/* Pictures that were asked for, and cannot be written. */
static size_t undrawn_count(const struct sweep *sweep)
{
	size_t undrawn = 0;

	for (size_t i = 0; i < sweep->count; i++) {
		for (size_t j = 0; j < sweep->parts[i].count; j++) {
			undrawn += sweep->parts[i].verdicts[j].is_undrawn;
		}
	}
	return undrawn;
}

/* Returns an exit code. */
static int sweep_report(struct sweep *sweep, const struct streams *streams)
{
	size_t undrawn;
	bool is_good;

	if (!sweep->options->json) {
		faults_table_head(streams->out);
		(void)fflush(streams->out);
	}
	is_good = sweep_run(sweep, streams->out);
	if (sweep->options->json) {
		faults_json(sweep->parts, sweep->count, &sweep->campaign, &sweep->why, streams->out);
	} else {
		faults_sum_print(sweep->parts, sweep->count, streams->out);
	}
	if (sweep->why.text[0] != '\0') {
		fprintf(streams->err, "reeve faults: %s\n", sweep->why.text);
	}
	undrawn = undrawn_count(sweep);
	if (undrawn > 0) {
		fprintf(streams->err, "reeve faults: --map %s: %zu pictures cannot be written there\n",
			sweep->options->map_path, undrawn);
	}
	return is_good && undrawn == 0 ? EXIT_DONE : EXIT_REFUSED;
}

static int sweep_all(const struct faults_options *options, const struct streams *streams)
{
	struct sweep *sweep = calloc(1, sizeof(*sweep));
	int code;

	if (sweep == NULL) {
		fprintf(streams->err, "reeve faults: there is not enough memory\n");
		return EXIT_REFUSED;
	}
	sweep->options = options;
	sweep->campaign = (struct campaign_options){
		.jobs = options->jobs == 0 ? cpu_count() : options->jobs,
		.shard = options->shard,
		.shards = options->shards == 0 ? 1 : options->shards,
		.singles = options->singles,
		.progress = isatty(fileno(streams->err)) ? streams->err : NULL,
		.map_dir = options->map_path,
	};
	code = sweep_report(sweep, streams);
	for (size_t i = 0; i < sweep->count; i++) {
		faults_part_free(&sweep->parts[i]);
	}
	free(sweep);
	return code;
}

static int faults(int argc, char *const argv[], const struct streams *streams)
{
	struct faults_options options;
	struct message why = {""};

	if (!faults_options_parse(argc, argv, &options, &why)) {
		return verb_misused(&verb_faults, &why, streams->err);
	}
	if (options.help) {
		verb_usage(&verb_faults, streams->out);
		return EXIT_DONE;
	}
	if (options.list) {
		list(streams->out);
		return EXIT_DONE;
	}
	if (options.map_path != NULL && !folder_open(options.map_path, &why)) {
		fprintf(streams->err, "reeve faults: %s\n", why.text);
		return EXIT_REFUSED;
	}
	return faults_is_one(&options) ? faults_one(&options, streams) : sweep_all(&options, streams);
}

const struct verb verb_faults = {"faults", NULL,
	"Make every call of the host fail in every way, and judge what it does", &faults_option_table, faults};
