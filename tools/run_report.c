/* SPDX-License-Identifier: BSD-2-Clause */
/* run_report.c - writes the end of a run for people or as JSON. */
#include "tools/run_report.h"

#include "tools/map.h"

void run_say(const struct message *why, const struct streams *streams)
{
	fprintf(streams->err, "reeve run: %s\n", why->text);
}

int run_refused(const struct run_options *options, const struct message *why, const struct streams *streams)
{
	run_say(why, streams);
	if (options->json) {
		summary_refusal_json(why, streams->err);
	}
	return EXIT_REFUSED;
}

/* A rule that did nothing tests nothing. */
static void idle_rules_say(const struct summary *summary, const struct streams *streams)
{
	for (unsigned i = 0; i < summary->plan->count; i++) {
		char rule[SUMMARY_RULE_MAX];

		if (summary->acted[i] == 0) {
			(void)reeve_fault_rule_format(&summary->plan->rules[i], rule, sizeof(rule));
			fprintf(streams->err, "reeve run: warning: this rule never acted: %s\n", rule);
		}
	}
}

void run_report(const struct run_options *options, const struct summary *summary, const struct streams *streams)
{
	if (summary->error.text[0] != '\0') {
		run_say(&summary->error, streams);
	}
	idle_rules_say(summary, streams);
	if (options->json) {
		summary_json(summary, streams->err);
		return;
	}
	summary_print(summary, streams->err);
}

bool run_map_write(struct late_file *file, const struct summary *summary, struct message *why)
{
	bool is_good;

	if (file->stream == NULL) {
		return true;
	}
	is_good = late_file_begin(file);
	is_good = map_svg(summary->maps, summary->map_count, file->stream) && is_good;
	return late_file_end(file, is_good, why);
}
