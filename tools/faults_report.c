/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_report.c - prints what a sweep came to. */
#include "tools/faults_report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/json.h"

enum { VERDICTS_FIRST = 64 };

static const double second_ns = 1e9;

void faults_part_free(struct faults_part *part)
{
	free(part->verdicts);
	part->verdicts = NULL;
	part->count = 0;
	part->room = 0;
}

void faults_part_tell(void *context, const struct campaign_verdict *verdict)
{
	struct faults_part *part = context;

	if (part->count == part->room) {
		size_t room = part->room == 0 ? VERDICTS_FIRST : 2 * part->room;
		struct campaign_verdict *verdicts = realloc(part->verdicts, room * sizeof(*verdicts));

		if (verdicts == NULL) {
			part->is_lossy = true;
			return;
		}
		part->verdicts = verdicts;
		part->room = room;
	}
	part->verdicts[part->count] = *verdict;
	part->count++;
}

static int compare(const void *left, const void *right)
{
	const struct campaign_verdict *a = left;
	const struct campaign_verdict *b = right;

	if (a->number != b->number) {
		return a->number < b->number ? -1 : 1;
	}
	return (a->second > b->second) - (a->second < b->second);
}

void faults_part_sort(struct faults_part *part)
{
	if (part->count > 0) {
		qsort(part->verdicts, part->count, sizeof(*part->verdicts), compare);
	}
}

/* ---- text ---- */

void faults_table_head(FILE *to)
{
	fprintf(to, "%-14s %7s %8s %8s", "scenario", "calls", "singles", "pairs");
	for (unsigned i = 0; i < SWEEP_OUTCOME_COUNT; i++) {
		fprintf(to, " %10s", sweep_outcome_name((enum sweep_outcome)i));
	}
	fprintf(to, " %8s\n", "time");
}

static void row_print(const char *name, const struct campaign_tally *tally, FILE *to)
{
	fprintf(to, "%-14s %7" PRIu64 " %8" PRIu64 " %8" PRIu64, name, tally->calls, tally->singles, tally->pairs);
	for (unsigned i = 0; i < SWEEP_OUTCOME_COUNT; i++) {
		fprintf(to, " %10" PRIu64, tally->outcomes[i]);
	}
	fprintf(to, " %6.1f s\n", (double)tally->run_ns / second_ns);
}

void faults_part_print(const struct faults_part *part, FILE *to)
{
	row_print(scenario_name(part->scenario), &part->tally, to);
	for (size_t i = 0; i < part->count; i++) {
		const struct campaign_verdict *verdict = &part->verdicts[i];

		if (verdict->outcome == SWEEP_FAILED) {
			fprintf(to, "reeve faults --scenario %s --rule '%s'\n  %s\n", scenario_name(part->scenario),
				verdict->rules, verdict->why);
		}
	}
	if (part->is_lossy) {
		fputs("there was no memory to tell of more\n", to);
	}
}

void faults_sum_print(const struct faults_part *parts, size_t count, FILE *to)
{
	struct campaign_tally sum = {0};

	for (size_t i = 0; i < count; i++) {
		const struct campaign_tally *tally = &parts[i].tally;

		sum.calls += tally->calls;
		sum.singles += tally->singles;
		sum.pairs += tally->pairs;
		sum.run_ns += tally->run_ns;
		for (unsigned k = 0; k < SWEEP_OUTCOME_COUNT; k++) {
			sum.outcomes[k] += tally->outcomes[k];
		}
	}
	row_print("all", &sum, to);
}

/* ---- JSON ---- */

/* A file that is there. */
static void json_put_file(json_t *object, const char *name, const char *path)
{
	if (access(path, F_OK) == 0) {
		(void)json_object_set_new(object, name, json_string(path));
	}
}

static json_t *verdict_json(const struct scenario *scenario, const struct campaign_verdict *verdict, const char *folder)
{
	bool is_failed = verdict->outcome == SWEEP_FAILED;
	char path[CAMPAIGN_PATH_MAX];
	json_t *object = json_object();

	(void)json_object_set_new(object, "rules", json_string(verdict->rules));
	(void)json_object_set_new(object, is_failed ? "why" : "said", json_string(verdict->why));
	json_put_number(object, "granules", (int64_t)verdict->leaked);
	if (folder != NULL) {
		campaign_map_path(folder, scenario, verdict->rules, path);
		json_put_file(object, "map", path);
	}
	return object;
}

static json_t *verdicts_json(const struct faults_part *part, enum sweep_outcome outcome, const char *folder)
{
	json_t *array = json_array();

	for (size_t i = 0; i < part->count; i++) {
		if (part->verdicts[i].outcome == outcome) {
			(void)json_array_append_new(array, verdict_json(part->scenario, &part->verdicts[i], folder));
		}
	}
	return array;
}

static json_t *part_json(const struct faults_part *part, const char *folder)
{
	const struct campaign_tally *tally = &part->tally;
	json_t *object = json_object();
	json_t *outcomes = json_object();

	for (unsigned i = 0; i < SWEEP_OUTCOME_COUNT; i++) {
		json_put_number(outcomes, sweep_outcome_name((enum sweep_outcome)i), (int64_t)tally->outcomes[i]);
	}
	(void)json_object_set_new(object, "scenario", json_string(scenario_name(part->scenario)));
	json_put_number(object, "calls", (int64_t)tally->calls);
	json_put_number(object, "allocations", (int64_t)tally->allocations);
	json_put_number(object, "cases", (int64_t)tally->cases);
	json_put_number(object, "done", (int64_t)tally->done);
	json_put_number(object, "singles", (int64_t)tally->singles);
	json_put_number(object, "pairs", (int64_t)tally->pairs);
	(void)json_object_set_new(object, "outcomes", outcomes);
	(void)json_object_set_new(object, "failed", verdicts_json(part, SWEEP_FAILED, folder));
	(void)json_object_set_new(object, "leaked", verdicts_json(part, SWEEP_LEAKED, folder));
	json_put_number(object, "run_ns", (int64_t)tally->run_ns);
	return object;
}

void faults_json(const struct faults_part *parts, size_t count, const struct campaign_options *options,
	const struct message *why, FILE *to)
{
	json_t *object = json_object();
	json_t *array = json_array();

	for (size_t i = 0; i < count; i++) {
		(void)json_array_append_new(array, part_json(&parts[i], options->map_dir));
	}
	json_put_number(object, "shard", (int64_t)options->shard);
	json_put_number(object, "shards", (int64_t)options->shards);
	if (why->text[0] != '\0') {
		(void)json_object_set_new(object, "error", json_string(why->text));
	}
	(void)json_object_set_new(object, "scenarios", array);
	json_line(object, to);
}
