/* SPDX-License-Identifier: BSD-2-Clause */
/* coverage.c - conditions and ordered pairs counted, against what can be met. */
#include "tests/oracle/support/coverage.h"

/* A pair that no call can meet; second NONE: a condition that refuses no call. */
struct exception {
	enum rmi_command command;
	enum rmi_condition first;
	enum rmi_condition second;
	const char *reason;
};

#define EXCEPTION(command, first, second, reason) {RMI_##command, CONDITION_##first, CONDITION_##second, reason},
static const struct exception exceptions[] = {
#include "tests/oracle/exceptions.def"
};
#undef EXCEPTION

enum { EXCEPTIONS = sizeof(exceptions) / sizeof(exceptions[0]) };

void coverage_add(struct coverage *c, enum rmi_command command, uint64_t conditions)
{
	int refuses = __builtin_ffsll((long long)conditions) - 1;

	if (command >= RMI_COMMAND_COUNT) {
		return;
	}
	c->calls[command]++;
	if (refuses < 0) {
		c->successes[command]++;
		return;
	}
	c->conditions[command][refuses]++;
	for (int i = refuses + 1; i < COVERAGE_ROWS_MAX; i++) {
		c->pairs[command][refuses][i] += conditions >> i & 1;
	}
}

static void add_counts(uint64_t *into, const uint64_t *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		into[i] += from[i];
	}
}

void coverage_merge(struct coverage *into, const struct coverage *from)
{
	add_counts(into->calls, from->calls, RMI_COMMAND_COUNT);
	add_counts(into->successes, from->successes, RMI_COMMAND_COUNT);
	for (unsigned command = 0; command < RMI_COMMAND_COUNT; command++) {
		add_counts(into->conditions[command], from->conditions[command], COVERAGE_ROWS_MAX);
		for (unsigned i = 0; i < COVERAGE_ROWS_MAX; i++) {
			add_counts(into->pairs[command][i], from->pairs[command][i], COVERAGE_ROWS_MAX);
		}
	}
}

static bool is_exception(enum rmi_command command, enum rmi_condition first, enum rmi_condition second)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++) {
		const struct exception *e = &exceptions[i];

		if (e->command == command && e->first == first &&
			(e->second == second || e->second == CONDITION_NONE)) {
			return true;
		}
	}
	return false;
}

static bool condition_feasible(enum rmi_command command, unsigned row)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	return !is_exception(command, rows[row].condition, CONDITION_NONE);
}

static bool pair_feasible(enum rmi_command command, unsigned first, unsigned second)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	return second < count && oracle_pair_possible(command, first, second) &&
		!is_exception(command, rows[first].condition, rows[second].condition);
}

/* Times that row `first` refused while a later row with the exception's second name held; *named is set when there is such a row. */
static uint64_t pairs_met(const struct coverage *c, const struct exception *e, unsigned first, bool *named)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(e->command, &count);
	uint64_t met = 0;

	for (unsigned i = first + 1; i < count; i++) {
		if (rows[i].condition == e->second && oracle_pair_possible(e->command, first, i)) {
			*named = true;
			met += c->pairs[e->command][first][i];
		}
	}
	return met;
}

/* Times that what an exception excludes was met, over all rows of those names; *named: whether there are such rows. */
static uint64_t exception_met(const struct coverage *c, const struct exception *e, bool *named)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(e->command, &count);
	uint64_t met = 0;

	*named = false;
	for (unsigned i = 0; i < count; i++) {
		if (rows[i].condition == e->first && e->second == CONDITION_NONE) {
			*named = true;
			met += c->conditions[e->command][i];
		} else if (rows[i].condition == e->first) {
			met += pairs_met(c, e, i, named);
		}
	}
	return met;
}

static bool exception_wrong(const struct coverage *c, const struct exception *e)
{
	bool named;
	uint64_t met = exception_met(c, e, &named);

	return met > 0 || !named;
}

static void add_pairs(const struct coverage *c, enum rmi_command command, unsigned row, struct coverage_total *total)
{
	for (unsigned i = row + 1; i < COVERAGE_ROWS_MAX; i++) {
		if (pair_feasible(command, row, i)) {
			total->pairs++;
			total->pairs_met += c->pairs[command][row][i] > 0;
		}
	}
}

static void add_command(const struct coverage *c, enum rmi_command command, struct coverage_total *total)
{
	unsigned count;

	(void)oracle_rows(command, &count);
	total->successes += c->successes[command] > 0;
	for (unsigned i = 0; i < count; i++) {
		if (condition_feasible(command, i)) {
			total->conditions++;
			total->conditions_met += c->conditions[command][i] > 0;
		}
		add_pairs(c, command, i, total);
	}
	for (unsigned i = 0; i < EXCEPTIONS; i++) {
		total->wrong += exceptions[i].command == command && exception_wrong(c, &exceptions[i]);
	}
}

struct coverage_total coverage_total_of(const struct coverage *c, enum rmi_command command)
{
	struct coverage_total total = {.conditions = 0};

	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		if (command == RMI_COMMAND_COUNT || command == i) {
			add_command(c, (enum rmi_command)i, &total);
		}
	}
	return total;
}

static void print_missing_pairs(const struct coverage *c, enum rmi_command command, unsigned row, FILE *out)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	for (unsigned i = row + 1; i < count; i++) {
		if (pair_feasible(command, row, i) && c->pairs[command][row][i] == 0) {
			fprintf(out, "missing: %s %s before %s\n", rmi_command_info(command)->name,
				rmi_condition_name(rows[row].condition), rmi_condition_name(rows[i].condition));
		}
	}
}

static void print_missing(const struct coverage *c, enum rmi_command command, FILE *out)
{
	unsigned count;
	const struct oracle_row *rows = oracle_rows(command, &count);

	for (unsigned i = 0; i < count; i++) {
		if (condition_feasible(command, i) && c->conditions[command][i] == 0) {
			fprintf(out, "missing: %s %s\n", rmi_command_info(command)->name,
				rmi_condition_name(rows[i].condition));
		}
		print_missing_pairs(c, command, i, out);
	}
}

static void print_wrong(const struct coverage *c, FILE *out)
{
	for (unsigned i = 0; i < EXCEPTIONS; i++) {
		const struct exception *e = &exceptions[i];

		if (exception_wrong(c, e)) {
			fprintf(out, "wrong exception: %s %s before %s (%s)\n", rmi_command_info(e->command)->name,
				rmi_condition_name(e->first), rmi_condition_name(e->second), e->reason);
		}
	}
}

static void print_line(const char *name, uint64_t calls, uint64_t successes, const struct coverage_total *t, FILE *out)
{
	fprintf(out, "%-26s %9llu %9llu   %3u/%-3u   %4u/%-4u\n", name, (unsigned long long)calls,
		(unsigned long long)successes, t->conditions_met, t->conditions, t->pairs_met, t->pairs);
}

void coverage_print(const struct coverage *c, FILE *out)
{
	struct coverage_total all = coverage_total_of(c, RMI_COMMAND_COUNT);
	uint64_t calls = 0;
	uint64_t successes = 0;

	fprintf(out, "%-26s %9s %9s  conditions  pairs met/feasible\n", "command", "calls", "succeeded");
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		struct coverage_total one = coverage_total_of(c, (enum rmi_command)i);

		calls += c->calls[i];
		successes += c->successes[i];
		print_line(rmi_command_info((enum rmi_command)i)->name, c->calls[i], c->successes[i], &one, out);
	}
	print_line("all", calls, successes, &all, out);
	for (unsigned i = 0; i < RMI_COMMAND_COUNT; i++) {
		print_missing(c, (enum rmi_command)i, out);
	}
	print_wrong(c, out);
}
