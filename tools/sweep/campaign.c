/* SPDX-License-Identifier: BSD-2-Clause */
/* campaign.c - hands cases to workers and adds up how they went. */
#include "tools/sweep/campaign.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tools/conduit.h"
#include "tools/sweep/worker.h"

enum {
	POLL_MS = 100,
	SHOW_MS = 100,
	BAR_COLUMNS = 30,
	NS_PER_MS = 1000000,
	NAME_COLUMNS = 12,
	NAME_BYTES_MAX = 200,
	LINE_BYTES_MAX = 160,
	COLUMNS_UNKNOWN = 80
};

static const char bar[] = "##############################";

struct campaign {
	const struct campaign_options *options;
	struct work work;
	struct worker workers[WORKERS_MAX];
	unsigned running;
	void (*tell)(void *context, const struct campaign_verdict *verdict);
	void *context;
	struct campaign_tally *tally;
	uint64_t begin_ns;
	uint64_t shown_ns;
	bool is_shown;
	char line[LINE_BYTES_MAX];
};

static volatile sig_atomic_t is_interrupted;

static const int numbers[] = {SIGINT, SIGTERM};

enum { NUMBER_COUNT = sizeof(numbers) / sizeof(numbers[0]) };

static void on_interrupt(int number)
{
	(void)number;
	is_interrupted = 1;
}

/* What the process was started to ignore stays ignored. */
static void signals_take(struct sigaction old[NUMBER_COUNT])
{
	struct sigaction act = {.sa_handler = on_interrupt};

	for (unsigned i = 0; i < NUMBER_COUNT; i++) {
		(void)sigaction(numbers[i], NULL, &old[i]);
		if (old[i].sa_handler != SIG_IGN) {
			(void)sigaction(numbers[i], &act, NULL);
		}
	}
}

static void signals_give_back(const struct sigaction old[NUMBER_COUNT])
{
	for (unsigned i = 0; i < NUMBER_COUNT; i++) {
		(void)sigaction(numbers[i], &old[i], NULL);
	}
}

/* ---- progress ---- */

static void tally_take(struct campaign *c)
{
	const struct work_board *board = c->work.board;

	c->tally->done = atomic_load(&board->cases);
	c->tally->singles = atomic_load(&board->singles);
	c->tally->pairs = atomic_load(&board->pairs);
	for (unsigned i = 0; i < SWEEP_OUTCOME_COUNT; i++) {
		c->tally->outcomes[i] = atomic_load(&board->outcomes[i]);
	}
	c->tally->run_ns = conduit_clock_ns() - c->begin_ns;
}

/* How wide the terminal is; a line that is longer would not be written over. */
static int columns_of(FILE *terminal)
{
	struct winsize size = {0};

	return ioctl(fileno(terminal), TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : COLUMNS_UNKNOWN;
}

static void progress_show(struct campaign *c)
{
	const struct campaign_tally *tally = c->tally;
	uint64_t now = conduit_clock_ns();
	uint64_t runs;
	uint64_t ms;
	int filled;
	int length;

	if (c->options->progress == NULL || now - c->shown_ns < (uint64_t)SHOW_MS * NS_PER_MS) {
		return;
	}
	tally_take(c);
	ms = tally->run_ns / NS_PER_MS + 1;
	runs = tally->singles + tally->pairs;
	filled = tally->cases == 0 ? BAR_COLUMNS : (int)(tally->done * BAR_COLUMNS / tally->cases);
	length = snprintf(c->line, sizeof(c->line), "%-*s [%.*s%*s] %llu/%llu, %llu runs, %llu/s", NAME_COLUMNS,
		scenario_name(c->work.scenario), filled, bar, BAR_COLUMNS - filled, "", (unsigned long long)tally->done,
		(unsigned long long)tally->cases, (unsigned long long)runs, (unsigned long long)(runs * 1000 / ms));
	if (tally->outcomes[SWEEP_FAILED] > 0 && length < LINE_BYTES_MAX) {
		(void)snprintf(c->line + length, sizeof(c->line) - (size_t)length, ", %llu failed",
			(unsigned long long)tally->outcomes[SWEEP_FAILED]);
	}
	fprintf(c->options->progress, "\r\033[K%.*s", columns_of(c->options->progress) - 1, c->line);
	(void)fflush(c->options->progress);
	c->shown_ns = now;
	c->is_shown = true;
}

static void progress_clear(const struct campaign *c)
{
	if (c->is_shown) {
		fputs("\r\033[K", c->options->progress);
		(void)fflush(c->options->progress);
	}
}

/* ---- workers ---- */

/* How a worker that did not end by itself ended. */
static void death_tell(int status, char *text, size_t size)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
		(void)snprintf(text, size, "no end within %d s", CAMPAIGN_LIMIT_S);
		return;
	}
	if (WIFSIGNALED(status)) {
		(void)snprintf(
			text, size, "the process died of signal %d: %s", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return;
	}
	(void)snprintf(text, size, "the process ended with exit code %d", WEXITSTATUS(status));
}

/* The worker is gone: by itself when there was nothing left to do, else in the middle of a run. */
static void worker_end(struct campaign *c, struct worker *worker)
{
	const struct work_place *place = &c->work.board->places[worker->index];
	struct campaign_verdict verdict = {.number = place->number, .second = place->second, .outcome = SWEEP_FAILED};
	int status = 0;

	while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
	}
	(void)close(worker->pipe);
	worker->pid = 0;
	c->running--;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return;
	}
	memcpy(verdict.rules, place->rules, sizeof(verdict.rules));
	death_tell(status, verdict.why, sizeof(verdict.why));
	c->tell(c->context, &verdict);
	work_count(&c->work, place->kind, SWEEP_FAILED);
	if (!is_interrupted && worker_start(worker, &c->work)) {
		c->running++;
	}
}

static void worker_hear(struct campaign *c, struct worker *worker)
{
	struct campaign_verdict verdict;
	ssize_t got = read(worker->pipe, &verdict, sizeof(verdict));

	if (got == (ssize_t)sizeof(verdict)) {
		c->tell(c->context, &verdict);
		return;
	}
	if (got < 0 && errno == EINTR) {
		return;
	}
	worker_end(c, worker);
}

static void workers_hear(struct campaign *c)
{
	struct pollfd fds[WORKERS_MAX];
	struct worker *heard[WORKERS_MAX];
	nfds_t count = 0;

	for (unsigned i = 0; i < c->options->jobs; i++) {
		if (c->workers[i].pid != 0) {
			heard[count] = &c->workers[i];
			fds[count] = (struct pollfd){.fd = c->workers[i].pipe, .events = POLLIN};
			count++;
		}
	}
	if (poll(fds, count, POLL_MS) <= 0) {
		return;
	}
	for (nfds_t i = 0; i < count; i++) {
		if (fds[i].revents != 0) {
			worker_hear(c, heard[i]);
		}
	}
}

/* What they told before they were killed is heard. */
static void workers_kill(struct campaign *c)
{
	for (unsigned i = 0; i < c->options->jobs; i++) {
		struct campaign_verdict verdict;
		struct worker *worker = &c->workers[i];

		if (worker->pid == 0) {
			continue;
		}
		(void)kill(worker->pid, SIGKILL);
		while (waitpid(worker->pid, NULL, 0) < 0 && errno == EINTR) {
		}
		while (read(worker->pipe, &verdict, sizeof(verdict)) == (ssize_t)sizeof(verdict)) {
			c->tell(c->context, &verdict);
		}
		(void)close(worker->pipe);
		worker->pid = 0;
	}
	c->running = 0;
}

static bool workers_run(struct campaign *c, struct message *why)
{
	for (unsigned i = 0; i < c->options->jobs; i++) {
		c->workers[i].index = i;
		c->running += worker_start(&c->workers[i], &c->work);
	}
	if (c->running == 0) {
		return message_set(why, "no worker can be started: %s", strerror(errno));
	}
	while (c->running > 0 && !is_interrupted) {
		workers_hear(c);
		progress_show(c);
	}
	workers_kill(c);
	progress_clear(c);
	tally_take(c);
	if (is_interrupted) {
		return message_set(why, "interrupted in %s, %llu of %llu cases done", scenario_name(c->work.scenario),
			(unsigned long long)c->tally->done, (unsigned long long)c->tally->cases);
	}
	return c->tally->done == c->tally->cases || message_set(why, "no worker can be started any more");
}

/* The run without faults: what there is to fault. */
static bool reference_run(struct campaign *c, struct message *why)
{
	struct sweep_result result = {0};
	struct sweep_record record = {0};
	bool is_good;

	if (!scenario_run(c->work.scenario, &(struct reeve_fault_plan){0}, &record, NULL, &result)) {
		return message_set(why, "no memory for a machine");
	}
	if (result.outcome != SWEEP_UNTOUCHED) {
		sweep_record_free(&record);
		return message_set(why, "%s without faults: %s: %s", scenario_name(c->work.scenario),
			sweep_outcome_name(result.outcome),
			result.outcome == SWEEP_FAILED ? result.why.text : result.said.text);
	}
	c->tally->calls = record.count;
	c->tally->allocations = record.allocations;
	is_good = cases_singles(&record, &c->work.cases);
	c->work.first_pair = c->work.cases.count;
	if (is_good && !c->options->singles) {
		is_good = work_add_pairs(&c->work, &record);
	}
	c->tally->cases = cases_of_shard(c->work.cases.count, c->options->shard, c->options->shards);
	sweep_record_free(&record);
	return is_good || message_set(why, "no memory for the list of cases");
}

bool campaign_run(const struct scenario *scenario, const struct campaign_options *options,
	void (*tell)(void *context, const struct campaign_verdict *verdict), void *context,
	struct campaign_tally *tally, struct message *why)
{
	struct campaign c = {
		.options = options, .tell = tell, .context = context, .tally = tally, .begin_ns = conduit_clock_ns()};
	struct sigaction old[NUMBER_COUNT];
	bool is_good;

	*tally = (struct campaign_tally){0};
	is_interrupted = 0;
	c.work.scenario = scenario;
	c.work.shard = options->shard;
	c.work.shards = options->shards;
	c.work.map_dir = options->map_dir;
	if (!work_open(&c.work)) {
		return message_set(why, "no memory that workers share: %s", strerror(errno));
	}
	signals_take(old);
	is_good = reference_run(&c, why) && workers_run(&c, why);
	signals_give_back(old);
	work_close(&c.work);
	return is_good;
}

/* ---- one run ---- */

/* FNV-1a. */
static uint64_t text_hash(const char *text)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++) {
		hash = (hash ^ (uint8_t)*text) * UINT64_C(0x100000001b3);
	}
	return hash;
}

/* Bytes of rules that a shell might take amiss, and what stands for them. */
static char name_byte(char c)
{
	switch (c) {
	case ' ':
	case ';':
		return '_';
	case '(':
	case ')':
		return '.';
	case '[':
	case ']':
		return ',';
	default:
		return c;
	}
}

void campaign_map_path(
	const char *folder, const struct scenario *scenario, const char *rules, char path[CAMPAIGN_PATH_MAX])
{
	char name[NAME_BYTES_MAX + 1];
	size_t length = 0;

	for (; length < NAME_BYTES_MAX && rules[length] != '\0'; length++) {
		name[length] = name_byte(rules[length]);
	}
	name[length] = '\0';
	if (rules[length] == '\0') {
		(void)snprintf(path, CAMPAIGN_PATH_MAX, "%s/%s_%s.svg", folder, scenario_name(scenario), name);
		return;
	}
	(void)snprintf(path, CAMPAIGN_PATH_MAX, "%s/%s_%s_%016llx.svg", folder, scenario_name(scenario), name,
		(unsigned long long)text_hash(rules));
}

bool campaign_try(const struct scenario *scenario, const struct reeve_fault_plan *plan, struct sweep_record *record,
	const char *map_path, struct sweep_result *result)
{
	if (!scenario_run(scenario, plan, record, map_path, result)) {
		return false;
	}
	if (result->outcome == SWEEP_UNTOUCHED && plan->count > 0 && !scenario_is_racy(scenario)) {
		result->outcome = SWEEP_FAILED;
		(void)message_set(&result->why, "no rule ever acted: the run tests nothing");
	}
	return true;
}
