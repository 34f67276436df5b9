/* SPDX-License-Identifier: BSD-2-Clause */
/* faults_one.c - repeats a run of a sweep and tells all about it. */
#include "tools/faults_one.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tools/json.h"
#include "tools/plan.h"
#include "tools/sweep/campaign.h"
#include "tools/sweep/scenario_row.h"
#include "tools/trace.h"

/* A run, over. */
struct one {
	const struct scenario *scenario;
	struct reeve_fault_plan plan;
	char rules[PLAN_RULES_MAX];
	char path[CAMPAIGN_PATH_MAX]; /* of the picture; "": none is wanted */
	bool has_calls;
	struct sweep_record record;
	struct sweep_result result;
};

/* Read the rules; the steps of the scenario are their phases. EXIT_DONE, or why not is said and it is what to end with. */
static int plan_open(const struct faults_options *options, struct reeve_fault_plan *plan, const struct streams *streams)
{
	const struct scenario *scenario = options->scenarios[0];
	const char *names[SCENARIO_STEPS + 2] = {0};
	const struct plan_phases phases = {"this scenario", names};
	struct message why = {""};
	size_t count = 0;

	while (count < SCENARIO_STEPS && scenario->steps[count].name != NULL) {
		names[count] = scenario->steps[count].name;
		count++;
	}
	names[count] = "destroy";
	*plan = (struct reeve_fault_plan){0};
	if (options->rules != NULL &&
		!plan_read("--rule", options->rules, strlen(options->rules), &phases, plan, &why)) {
		return verb_misused(&verb_faults, &why, streams->err);
	}
	if (options->fault_path != NULL && !plan_prepend_file(options->fault_path, &phases, plan, &why)) {
		fprintf(streams->err, "reeve faults: %s\n", why.text);
		return EXIT_REFUSED;
	}
	return EXIT_DONE;
}

/* As a trace has it, but for what only the machine knows. */
static struct trace_call traced(const struct sweep_call *call)
{
	struct trace_call trace = {.command = call->command};

	memcpy(trace.in, call->in, sizeof(call->in));
	memcpy(trace.out, call->out, sizeof(call->out));
	return trace;
}

/* ---- text ---- */

static void word_print(const char *name, uint64_t value, FILE *to)
{
	if (trace_is_number(name)) {
		fprintf(to, "%s=%" PRId64, name, (int64_t)value);
		return;
	}
	fprintf(to, "%s=0x%" PRIx64, name, value);
}

static void status_print(uint64_t x0, FILE *to)
{
	const char *name = trace_status_name(x0);

	if (name == NULL) {
		fprintf(to, "0x%" PRIx64, x0);
		return;
	}
	fputs(name, to);
	if (x0 != RMI_SUCCESS) {
		fprintf(to, "(%u)", trace_status_index(x0));
	}
}

static void call_print(const struct sweep_call *call, FILE *to)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	fprintf(to, "%-9s %s(", call->step, info == NULL ? "unknown" : info->name);
	for (unsigned i = 0; info != NULL && info->in[i] != NULL; i++) {
		fputs(i == 0 ? "" : ", ", to);
		word_print(info->in[i], call->in[i + 1], to);
	}
	fputs(") = ", to);
	status_print(call->out[0], to);
	for (unsigned i = 0; info != NULL && info->out[i] != NULL; i++) {
		if (call->out[0] == RMI_SUCCESS || call->out[i + 1] != 0) {
			fputc(' ', to);
			word_print(info->out[i], call->out[i + 1], to);
		}
	}
	if (call->command == RMI_REC_ENTER && call->out[0] == RMI_SUCCESS) {
		fprintf(to, " exit=%s", rmi_exit_reason_name(call->exit_reason));
	}
	fputc('\n', to);
}

static void one_print(const struct one *one, FILE *to)
{
	for (size_t i = 0; one->has_calls && i < one->record.count; i++) {
		call_print(&one->record.calls[i], to);
	}
	fprintf(to, "outcome   %s: %s\n", sweep_outcome_name(one->result.outcome),
		sweep_outcome_text(one->result.outcome));
	if (one->result.why.text[0] != '\0') {
		fprintf(to, "why       %s\n", one->result.why.text);
	}
	fprintf(to, "host said %s\n", one->result.said.text[0] == '\0' ? "nothing" : one->result.said.text);
	fprintf(to, "leaked    %" PRIu64 " granules at most\n", one->result.leaked);
	if (one->path[0] != '\0' && access(one->path, F_OK) == 0) {
		fprintf(to, "map       %s\n", one->path);
	}
}

/* ---- JSON ---- */

static json_t *calls_json(const struct sweep_record *record)
{
	json_t *array = json_array();

	for (size_t i = 0; i < record->count; i++) {
		const struct sweep_call *call = &record->calls[i];
		struct trace_call trace = traced(call);
		json_t *object = json_object();

		(void)json_object_set_new(object, "step", json_string(call->step));
		(void)json_object_set_new(object, "cmd", json_string(trace_command_name(&trace)));
		(void)json_object_set_new(object, "args", trace_json_args(&trace));
		(void)json_object_set_new(object, "status", trace_json_status(call->out[0]));
		json_put_number(object, "index", trace_status_index(call->out[0]));
		(void)json_object_set_new(object, "out", trace_json_out(&trace));
		(void)json_array_append_new(array, object);
	}
	return array;
}

static void one_json(const struct one *one, FILE *to)
{
	json_t *object = json_object();

	(void)json_object_set_new(object, "scenario", json_string(scenario_name(one->scenario)));
	(void)json_object_set_new(object, "rules", json_string(one->rules));
	(void)json_object_set_new(object, "outcome", json_string(sweep_outcome_name(one->result.outcome)));
	if (one->result.why.text[0] != '\0') {
		(void)json_object_set_new(object, "why", json_string(one->result.why.text));
	}
	(void)json_object_set_new(object, "said", json_string(one->result.said.text));
	json_put_number(object, "granules", (int64_t)one->result.leaked);
	if (one->path[0] != '\0' && access(one->path, F_OK) == 0) {
		(void)json_object_set_new(object, "map", json_string(one->path));
	}
	if (one->has_calls) {
		(void)json_object_set_new(object, "calls", calls_json(&one->record));
	}
	json_line(object, to);
}

int faults_one(const struct faults_options *options, const struct streams *streams)
{
	struct one one = {.scenario = options->scenarios[0], .has_calls = options->calls};
	int code = plan_open(options, &one.plan, streams);

	if (code != EXIT_DONE) {
		return code;
	}
	plan_rules(&one.plan, one.rules, sizeof(one.rules));
	if (options->map_path != NULL) {
		campaign_map_path(options->map_path, one.scenario, one.rules, one.path);
	}
	if (!campaign_try(one.scenario, &one.plan, &one.record, one.path[0] == '\0' ? NULL : one.path, &one.result)) {
		fprintf(streams->err, "reeve faults: there is no memory for a machine\n");
		return EXIT_REFUSED;
	}
	if (options->json) {
		one_json(&one, streams->out);
	} else {
		one_print(&one, streams->out);
	}
	sweep_record_free(&one.record);
	if (one.result.drew.text[0] != '\0') {
		fprintf(streams->err, "reeve faults: --map: %s\n", one.result.drew.text);
		return EXIT_REFUSED;
	}
	return one.result.outcome == SWEEP_FAILED ? EXIT_REFUSED : EXIT_DONE;
}
