/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.c - runs cases in a process of its own. */
#include "tools/sweep/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The scenarios whose pairs are tried, and the step whose calls are the first of a pair (NULL: any). */
static const struct {
	const char *scenario;
	const char *step;
} paired[] = {
	{"create", NULL},
	{"create-16k", NULL},
	{"create-64k", NULL},
	{"teardown", "destroy"},
};

/* A worker at work. */
struct trial {
	struct work *work;
	struct work_place *place;
	int pipe;
};

bool work_open(struct work *work)
{
	void *board = mmap(NULL, sizeof(*work->board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (board == MAP_FAILED) {
		return false;
	}
	work->board = board;
	return true;
}

void work_close(struct work *work)
{
	(void)munmap(work->board, sizeof(*work->board));
	cases_free(&work->cases);
}

bool work_add_pairs(struct work *work, const struct sweep_record *record)
{
	for (size_t i = 0; i < sizeof(paired) / sizeof(paired[0]); i++) {
		if (strcmp(paired[i].scenario, scenario_name(work->scenario)) == 0) {
			return cases_failures(record, (struct sweep_place){0, 0}, paired[i].step, &work->cases);
		}
	}
	return true;
}

void work_count(struct work *work, enum place_kind kind, enum sweep_outcome outcome)
{
	(void)atomic_fetch_add(kind == PLACE_PAIR ? &work->board->pairs : &work->board->singles, 1);
	(void)atomic_fetch_add(&work->board->outcomes[outcome], 1);
}

static void verdict_tell(const struct trial *t, const struct sweep_result *result)
{
	struct campaign_verdict verdict = {
		.number = t->place->number,
		.second = t->place->second,
		.outcome = result->outcome,
		.leaked = result->leaked,
		.is_undrawn = result->drew.text[0] != '\0',
	};

	memcpy(verdict.rules, t->place->rules, sizeof(verdict.rules));
	memcpy(verdict.why, result->outcome == SWEEP_FAILED ? result->why.text : result->said.text,
		sizeof(verdict.why));
	if (write(t->pipe, &verdict, sizeof(verdict)) != (ssize_t)sizeof(verdict)) {
		_exit(EXIT_FAILURE); /* nobody listens any more */
	}
}

/* Run a plan at the place it has on the board, count how it ended, and tell what is worth telling. */
static void trial_run(struct trial *t, const struct reeve_fault_plan *plan)
{
	const struct work *work = t->work;
	struct sweep_result result = {0};
	char path[CAMPAIGN_PATH_MAX] = "";

	plan_rules(plan, t->place->rules, sizeof(t->place->rules));
	if (work->map_dir != NULL) {
		campaign_map_path(work->map_dir, work->scenario, t->place->rules, path);
	}
	(void)alarm(CAMPAIGN_LIMIT_S);
	if (!campaign_try(work->scenario, plan, NULL, work->map_dir == NULL ? NULL : path, &result)) {
		result.outcome = SWEEP_FAILED;
		(void)message_set(&result.why, "no memory for a machine");
	}
	(void)alarm(0);
	work_count(t->work, t->place->kind, result.outcome);
	if (result.outcome == SWEEP_FAILED || result.outcome == SWEEP_LEAKED) {
		verdict_tell(t, &result);
	}
}

/* The first fault by itself tells which calls come after it. False: it cannot be told. */
static bool seconds_find(struct trial *t, const struct reeve_fault_plan *plan, struct sweep_cases *seconds)
{
	struct sweep_record record = {0};
	struct sweep_result result;
	bool is_good;

	t->place->kind = PLACE_FIRST;
	plan_rules(plan, t->place->rules, sizeof(t->place->rules));
	(void)alarm(CAMPAIGN_LIMIT_S);
	is_good = scenario_run(t->work->scenario, plan, &record, NULL, &result) &&
		cases_failures(&record, cases_behind(&record, &plan->rules[0]), NULL, seconds);
	(void)alarm(0);
	sweep_record_free(&record);
	return is_good;
}

/* Each call and allocation after the first fault fails in turn, from second rule `from` on. */
static void pairs_run(struct trial *t, size_t from)
{
	struct reeve_fault_plan plan = {.count = 1};
	struct sweep_cases seconds = {0};

	plan.rules[0] = t->work->cases.rules[t->place->number];
	if (!seconds_find(t, &plan, &seconds)) {
		_exit(EXIT_FAILURE);
	}
	plan.count = 2;
	for (size_t i = from; i < seconds.count; i++) {
		t->place->second = i;
		t->place->kind = PLACE_PAIR;
		plan.rules[1] = seconds.rules[i];
		trial_run(t, &plan);
	}
	cases_free(&seconds);
}

static void single_run(struct trial *t)
{
	struct reeve_fault_plan plan = {.count = 1};

	plan.rules[0] = t->work->cases.rules[t->place->number];
	t->place->kind = PLACE_SINGLE;
	trial_run(t, &plan);
}

static void case_over(struct trial *t)
{
	t->place->kind = PLACE_NONE;
	(void)atomic_fetch_add(&t->work->board->cases, 1);
}

/* W3. */
static void case_go_on(struct trial *t)
{
	switch (t->place->kind) {
	case PLACE_NONE:
		return;
	case PLACE_SINGLE:
	case PLACE_FIRST:
		break;
	case PLACE_PAIR:
		pairs_run(t, t->place->second + 1);
		break;
	}
	case_over(t);
}

static void case_run(struct trial *t, size_t number)
{
	t->place->number = number;
	t->place->second = 0;
	if (number < t->work->first_pair) {
		single_run(t);
	} else {
		pairs_run(t, 0);
	}
	case_over(t);
}

static void work_all(struct trial *t)
{
	const struct work *work = t->work;
	size_t number;

	case_go_on(t);
	number = atomic_fetch_add(&work->board->next, 1);
	while (number < work->cases.count) {
		if (cases_in_shard(number, work->shard, work->shards)) {
			case_run(t, number);
		}
		number = atomic_fetch_add(&work->board->next, 1);
	}
}

static _Noreturn void worker_main(const struct worker *worker, struct work *work, int pipe, pid_t parent)
{
	struct trial t = {.work = work, .place = &work->board->places[worker->index], .pipe = pipe};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A machine lives for milliseconds: wiping large pages for it takes longer than small ones. */
	(void)prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE);
	}
	(void)signal(SIGINT, SIG_IGN); /* the parent ends its workers */
	(void)signal(SIGTERM, SIG_DFL);
	work_all(&t);
	_exit(EXIT_SUCCESS);
}

bool worker_start(struct worker *worker, struct work *work)
{
	pid_t parent = getpid();
	int ends[2];

	if (pipe(ends) != 0) {
		return false;
	}
	(void)fflush(NULL);
	worker->pid = fork();
	if (worker->pid < 0) {
		worker->pid = 0;
		(void)close(ends[0]);
		(void)close(ends[1]);
		return false;
	}
	if (worker->pid == 0) {
		(void)close(ends[0]);
		worker_main(worker, work, ends[1], parent);
	}
	(void)close(ends[1]);
	worker->pipe = ends[0];
	return true;
}
