/* SPDX-License-Identifier: BSD-2-Clause */
/* scenario.c - a life step by step: a step that fails is judged and repeated, and whatever came of it, the Realm is taken apart and all is
 * reclaimed. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "tools/map.h"
#include "tools/plan.h"
#include "tools/sweep/judge.h"

/* Taking apart is tried so often: DEAD needs a second call, and BUSY may need more. */
enum { DESTROYS_MAX = 8, SCENARIOS_MAX = 32, STEPS_MAX = SCENARIO_STEPS + 1, TITLE_MAX = PLAN_RULES_MAX };

static const char destroy_step[] = "destroy";
static const char reclaim_step[] = "reclaim";

/* What a scenario comes to without faults. Made when first asked for. */
struct norm {
	bool is_known;
	struct judge_norm steps[STEPS_MAX]; /* the last is taking apart */
	char *text;                         /* the realm's account */
};

static struct norm norms[SCENARIOS_MAX];

static const struct {
	const char *name;
	const char *text;
} outcomes[SWEEP_OUTCOME_COUNT] = {
	[SWEEP_UNTOUCHED] = {"untouched", "no rule acted"},
	[SWEEP_CARRIED_ON] = {"carried_on", "every step succeeded the first time"},
	[SWEEP_RETRIED] = {"retried", "a step failed, and its repetition succeeded"},
	[SWEEP_ENDED] = {"ended", "the realm could not go on, was taken apart, and nothing was left"},
	[SWEEP_LEAKED] = {"leaked", "granules were on the leak list, each explained, until all was reclaimed"},
	[SWEEP_FAILED] = {"failed", "a rule was broken"},
};

const char *sweep_outcome_name(enum sweep_outcome outcome)
{
	return outcomes[outcome].name;
}

const char *sweep_outcome_text(enum sweep_outcome outcome)
{
	return outcomes[outcome].text;
}

void sweep_record_free(struct sweep_record *record)
{
	free(record->calls);
	*record = (struct sweep_record){0};
}

/* A life under way. */
struct run {
	struct life life;
	const struct norm *norm; /* NULL: it is the one that makes it */
	struct norm *made;       /* NULL: it does not */
	const char *map_path;
	struct sweep_result *result;
	bool is_retried;
	bool is_ended; /* before its last step */
};

/* ---- one step ---- */

static uint64_t tables_now(struct life *life)
{
	return life->has_host ? reeve_host_ledger_counts(&life->host).granules[REEVE_USE_RTT] : 0;
}

/* `tables` there were at most. */
static void norm_keep(struct run *run, unsigned index, const struct judge_step *step, uint64_t tables)
{
	struct judge_norm *norm = &run->made->steps[index];
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(&run->life.host);
	uint64_t now = counts.granules[REEVE_USE_RTT];

	memcpy(norm->granules, counts.granules, sizeof(norm->granules));
	norm->tables_most = tables > now ? tables : now;
	norm->smcs = step->smcs;
}

/* Draw what is now, in the place of what was drawn before. */
static void map_draw(struct run *run)
{
	struct life *life = &run->life;
	char rules[TITLE_MAX];
	char title[TITLE_MAX + sizeof(run->result->why.text)];
	struct map *map;
	FILE *file;
	bool is_good;

	plan_rules(&life->fault.plan, rules, sizeof(rules));
	(void)snprintf(title, sizeof(title), "%s: %s under %s", scenario_name(life->scenario), life->step, rules);
	map = map_take(life->model, &life->host, &life->realm, title);
	file = map == NULL ? NULL : fopen(run->map_path, "w");
	is_good = file != NULL && map_svg(&map, 1, file) && !ferror(file);
	is_good = (file == NULL || fclose(file) == 0) && is_good;
	if (!is_good) {
		(void)message_set(&run->result->drew, "%s cannot be written: %s", run->map_path,
			map == NULL ? "no memory" : strerror(errno));
	}
	map_free(map);
}

static void leaks_note(struct run *run)
{
	uint64_t leaked = judge_leaked(&run->life);

	if (leaked <= run->result->leaked) {
		return;
	}
	run->result->leaked = leaked;
	if (run->map_path != NULL) {
		map_draw(run);
	}
}

static bool fail(struct run *run, const struct message *why)
{
	run->result->outcome = SWEEP_FAILED;
	return message_set(&run->result->why, "in step %s: %s", run->life.step, why->text);
}

static void said_keep(struct run *run)
{
	char text[sizeof(run->result->said.text)];

	if (run->result->said.text[0] == '\0') {
		(void)reeve_error_format(&run->life.error, text, sizeof(text));
		(void)message_set(&run->result->said, "%s", text);
	}
}

typedef enum reeve_status step_function(struct life *life);

static enum reeve_status step_call(struct life *life, void *context)
{
	step_function *const *function = context;

	return (*function)(life);
}

/* Run a step, and judge it. False: it is a failure of the host. */
static bool attempt(struct run *run, unsigned index, step_function *function, struct judge_step *step)
{
	struct life *life = &run->life;
	uint64_t smcs = life->smcs;
	uint64_t tables = tables_now(life);
	int64_t tables_there = life->tables;
	struct message why;

	life->attempt++;
	life->tables_most = life->tables;
	*step = (struct judge_step){.norm = run->norm == NULL ? NULL : &run->norm->steps[index]};
	step->status = life_guarded(life, step_call, &function);
	step->smcs = life->smcs - smcs;
	if (life->has_host) {
		leaks_note(run);
	}
	if (step->status != REEVE_OK) {
		said_keep(run);
	}
	if (run->made != NULL && life->has_host) {
		norm_keep(run, index, step, tables + (uint64_t)(life->tables_most - tables_there));
	}
	return judge(life, step, &why) || fail(run, &why);
}

/* ---- repetition ---- */

/* Repeat a step that failed. False: it is a failure of the host. */
static bool repeat(struct run *run, unsigned index, step_function *function, enum reeve_status first)
{
	struct life *life = &run->life;
	uint64_t acted = life_acted(life);
	struct judge_step step;

	if (life->has_host && reeve_realm_state(&life->realm) == REEVE_REALM_DEAD) {
		run->is_ended = true;
		return true;
	}
	if (!attempt(run, index, function, &step)) {
		return false;
	}
	run->is_retried = true;
	run->is_ended = step.status != REEVE_OK;
	if (step.status != REEVE_OK && life_acted(life) == acted && judge_is_recoverable(life)) {
		struct message why;
		char text[sizeof(why.text) / 2];

		(void)reeve_error_format(&life->error, text, sizeof(text));
		(void)message_set(&why, "H7: the step failed with %s, could be repeated, and fails again: %s",
			reeve_status_name(first), text);
		return fail(run, &why);
	}
	return true;
}

static bool step_run(struct run *run, unsigned index, const char *name, step_function *function)
{
	struct life *life = &run->life;
	struct judge_step step;

	life->step = name;
	life->at = 0;
	reeve_fault_phase(&life->fault, name);
	if (!attempt(run, index, function, &step)) {
		return false;
	}
	return step.status == REEVE_OK || repeat(run, index, function, step.status);
}

static bool steps_run(struct run *run)
{
	const struct scenario *scenario = run->life.scenario;

	for (unsigned i = 0; i < SCENARIO_STEPS && scenario->steps[i].run != NULL && !run->is_ended; i++) {
		if (!step_run(run, i, scenario->steps[i].name, scenario->steps[i].run)) {
			return false;
		}
	}
	return true;
}

/* ---- the end of it ---- */

static enum reeve_status destroy(struct life *life)
{
	return life_answered(life, reeve_realm_destroy(&life->realm));
}

/* Take the Realm apart: again after a failure, as long as that is because of the plan. */
static bool destroy_run(struct run *run)
{
	struct life *life = &run->life;
	struct judge_step step = {.status = REEVE_BUSY};
	uint64_t acted = 0;

	life->step = destroy_step;
	reeve_fault_phase(&life->fault, destroy_step);
	for (unsigned i = 0; i < DESTROYS_MAX && step.status != REEVE_OK && step.status != REEVE_LEAKED; i++) {
		bool is_last = i > 1 && life_acted(life) == acted;

		if (is_last && judge_is_recoverable(life)) {
			struct message why;

			(void)message_set(&why, "H5: taken apart twice, and the realm is %s",
				reeve_realm_state_name(reeve_realm_state(&life->realm)));
			return fail(run, &why);
		}
		acted = life_acted(life);
		if (!attempt(run, STEPS_MAX - 1, destroy, &step)) {
			return false;
		}
	}
	return true;
}

static enum reeve_status reclaim(struct life *life)
{
	const struct reeve_fault_plan none = {0};
	struct reeve_fault_error error;
	enum reeve_status status;

	(void)reeve_fault_load(&life->fault, &none, &error);
	status = reeve_host_reclaim_all(&life->host);
	if (status != REEVE_OK) {
		life->error = reeve_realm_error(&life->realm);
	}
	return status;
}

static enum reeve_status reclaim_call(struct life *life, void *context)
{
	(void)context;
	return reclaim(life);
}

/* H13: without faults all comes back in one call. */
static bool reclaim_run(struct run *run)
{
	struct life *life = &run->life;
	struct message why;

	life->step = reclaim_step;
	life->attempt++;
	if (life->has_host) {
		enum reeve_status status = life_guarded(life, reclaim_call, NULL);

		if (status != REEVE_OK && life->wrong.text[0] == '\0') {
			char text[sizeof(why.text) / 2];

			(void)reeve_error_format(&life->error, text, sizeof(text));
			(void)message_set(&why, "H13: %s: %s", reeve_status_name(status), text);
			return fail(run, &why);
		}
	}
	return judge_end(life, &why) || fail(run, &why);
}

/* The realm's own account is that of a life without faults. */
static bool text_is_same(struct run *run)
{
	const struct life *life = &run->life;
	const char *text = run->norm == NULL ? NULL : run->norm->text;
	struct message why;

	(void)fflush(life->text);
	if (text == NULL || run->is_ended || scenario_is_racy(life->scenario) || !judge_is_recoverable(life) ||
		strcmp(text, life->text_bytes) == 0) {
		return true;
	}
	(void)message_set(&why, "all went well, and the realm saw otherwise: %.200s", life->text_bytes);
	return fail(run, &why);
}

static enum sweep_outcome outcome_of(const struct run *run, uint64_t acted)
{
	if (run->result->leaked > 0) {
		return SWEEP_LEAKED;
	}
	if (run->is_ended) {
		return SWEEP_ENDED;
	}
	if (run->is_retried) {
		return SWEEP_RETRIED;
	}
	return acted > 0 ? SWEEP_CARRIED_ON : SWEEP_UNTOUCHED;
}

static void life_run(struct run *run)
{
	uint64_t acted;

	if (!steps_run(run) || !text_is_same(run) || (run->life.has_host && !destroy_run(run))) {
		return;
	}
	acted = life_acted(&run->life);
	if (reclaim_run(run)) {
		run->result->outcome = outcome_of(run, acted);
	}
}

/* Run it with what is in *run but the life. False: no memory. */
static bool run_open_to_close(struct run *run, const struct scenario *scenario, const struct reeve_fault_plan *plan,
	struct sweep_record *record)
{
	*run->result = (struct sweep_result){0};
	if (!life_open(&run->life, scenario, plan, record)) {
		return false;
	}
	life_run(run);
	if (record != NULL) {
		record->allocations = run->life.allocations;
	}
	if (run->made != NULL) {
		run->made->text = strdup(run->life.text_bytes == NULL ? "" : run->life.text_bytes);
		run->made->is_known = true;
	}
	life_close(&run->life);
	return true;
}

/* What the scenario comes to without faults. NULL: no memory. */
static const struct norm *norm_of(const struct scenario *scenario)
{
	const struct reeve_fault_plan none = {0};
	struct sweep_result result;
	struct run run = {.result = &result};
	size_t index = 0;

	while (index + 1 < SCENARIOS_MAX && scenario_at(index) != scenario && scenario_at(index) != NULL) {
		index++;
	}
	if (!norms[index].is_known) {
		run.made = &norms[index];
		if (!run_open_to_close(&run, scenario, &none, NULL)) {
			return NULL;
		}
	}
	return &norms[index];
}

bool scenario_run(const struct scenario *scenario, const struct reeve_fault_plan *plan, struct sweep_record *record,
	const char *map_path, struct sweep_result *result)
{
	struct run run = {.norm = norm_of(scenario), .map_path = map_path, .result = result};

	return run.norm != NULL && run_open_to_close(&run, scenario, plan, record);
}
