/* SPDX-License-Identifier: BSD-2-Clause */
/* plan.c - reads plans of faults and refuses those that a run cannot follow. */
#include "tools/plan.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/image.h"
#include "tools/summary.h"

enum { RULE_TEXT_MAX = 256, PHASES_TEXT_MAX = 128 };

/* "plan.txt:3: "nth=0": calls are counted from 1: …". A plan on one line needs no number. */
static bool refuse(
	const char *where, const char *text, size_t size, const struct reeve_fault_error *error, struct message *why)
{
	const char *quote = error->word[0] == '\0' ? "" : "\"";
	const char *colon = error->word[0] == '\0' ? "" : ": ";

	if (error->line == 0 || memchr(text, '\n', size) == NULL) {
		return message_set(why, "%s: %s%s%s%s%s", where, quote, error->word, quote, colon, error->text);
	}
	return message_set(why, "%s:%u: %s%s%s%s%s", where, error->line, quote, error->word, quote, colon, error->text);
}

/* phase_name's, as a list that ends. */
static const char *const run_names[] = {
	"create", "ram", "populate", "share", "recs", "activate", "run", "destroy", NULL};
_Static_assert(sizeof(run_names) / sizeof(run_names[0]) == PHASE_COUNT + 1, "a name for each phase");

const struct plan_phases plan_run_phases = {"a run", run_names};

static bool is_phase(const struct plan_phases *phases, const char *name)
{
	for (unsigned i = 0; phases->names[i] != NULL; i++) {
		if (strcmp(phases->names[i], name) == 0) {
			return true;
		}
	}
	return name[0] == '\0';
}

/* "create, run and destroy", in text[0..PHASES_TEXT_MAX). */
static const char *phases_list(const struct plan_phases *phases, char text[PHASES_TEXT_MAX])
{
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; phases->names[i] != NULL && at < PHASES_TEXT_MAX; i++) {
		const char *join = i == 0 ? "" : phases->names[i + 1] == NULL ? " and " : ", ";

		at += (size_t)snprintf(text + at, PHASES_TEXT_MAX - at, "%s%s", join, phases->names[i]);
	}
	return text;
}

static bool rule_check(
	const char *where, const struct reeve_fault_rule *rule, const struct plan_phases *phases, struct message *why)
{
	char text[RULE_TEXT_MAX];
	char list[PHASES_TEXT_MAX];

	(void)reeve_fault_rule_format(rule, text, sizeof(text));
	if (rule->delay_us > PLAN_DELAY_MAX_US) {
		return message_set(
			why, "%s: \"%s\": a call waits for at most a minute, us=%d", where, text, PLAN_DELAY_MAX_US);
	}
	if (!is_phase(phases, rule->phase)) {
		return message_set(
			why, "%s: \"%s\": the phases of %s are %s", where, text, phases->of, phases_list(phases, list));
	}
	return true;
}

bool plan_read(const char *where, const char *text, size_t size, const struct plan_phases *phases,
	struct reeve_fault_plan *plan, struct message *why)
{
	struct reeve_fault_plan found;
	struct reeve_fault_error error;

	if (!reeve_fault_plan_parse(text, size, &found, &error)) {
		return refuse(where, text, size, &error, why);
	}
	for (unsigned i = 0; i < found.count; i++) {
		if (!rule_check(where, &found.rules[i], phases, why)) {
			return false;
		}
	}
	*plan = found;
	return true;
}

/* The plan in the file at `path`, whose text `buffer` has room for and a byte more. */
static bool file_read(const char *path, uint8_t *buffer, const struct plan_phases *phases,
	struct reeve_fault_plan *plan, struct message *why)
{
	size_t size = 0;

	if (!bytes_peek(path, buffer, PLAN_FILE_MAX + 1, &size, why)) {
		return false;
	}
	if (size > PLAN_FILE_MAX) {
		return message_set(why, "--fault %s: the file is longer than the %d bytes that a plan may have", path,
			PLAN_FILE_MAX);
	}
	return plan_read(path, (const char *)buffer, size, phases, plan, why);
}

bool plan_prepend_file(
	const char *path, const struct plan_phases *phases, struct reeve_fault_plan *plan, struct message *why)
{
	uint8_t *buffer = malloc(PLAN_FILE_MAX + 1);
	struct reeve_fault_plan both = {.count = 0};
	bool is_good = buffer != NULL ? file_read(path, buffer, phases, &both, why)
				      : message_set(why, "--fault %s: there is not enough memory", path);

	free(buffer);
	if (!is_good) {
		return false;
	}
	if (both.count + plan->count > REEVE_FAULT_RULES) {
		return message_set(why, "--fault %s and --rule are %u rules together; a plan has at most %d", path,
			both.count + plan->count, REEVE_FAULT_RULES);
	}
	memcpy(&both.rules[both.count], plan->rules, plan->count * sizeof(plan->rules[0]));
	both.count += plan->count;
	*plan = both;
	return true;
}

void plan_rules(const struct reeve_fault_plan *plan, char *text, size_t size)
{
	size_t at = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < plan->count && at < size; i++) {
		char rule[PLAN_RULES_MAX];

		(void)reeve_fault_rule_format(&plan->rules[i], rule, sizeof(rule));
		at += (size_t)snprintf(text + at, size - at, "%s%s", i == 0 ? "" : "; ", rule);
	}
}
