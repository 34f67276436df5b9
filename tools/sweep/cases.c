/* SPDX-License-Identifier: BSD-2-Clause */
/* cases.c - the faults of each call, from the rows of spec/refusals.def and lies.def. */
#include "tools/sweep/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct refusal {
	enum rmi_command command;
	enum rmi_status status;
	int first;
	int last;
};

#define REFUSAL(command, status, first, last) {RMI_##command, RMI_##status, first, last},
static const struct refusal refusals[] = {
#include "spec/refusals.def"
};
#undef REFUSAL

struct lie {
	enum rmi_command command;
	int exit_reason;
	const char *text;
};

#define LIE(command, exit_reason, text) {RMI_##command, exit_reason, text},
static const struct lie lies[] = {
#include "tools/sweep/lies.def"
};
#undef LIE

/* A status that no command of RMI v1.0 has; and how often a call that is BUSY is: BUSY_LONG is more often than a host asks. */
enum { NO_STATUS = 0x77, BUSY_SOME = 3, BUSY_LONG = 64, LIE_TEXT_MAX = 128 };

/* What any command might be answered beside the statuses of its own. */
static const uint64_t foreign_statuses[] = {SMCCC_NOT_SUPPORTED, NO_STATUS, RMI_V2_BUSY};

static const struct left_out left_out[] = {
	{RMI_GRANULE_UNDELEGATE, "SUCCESS, not carried out",
		"nothing but the next touch of the granule tells: the page is the host's again, and faults"},
};

const struct left_out *cases_left_out(size_t index)
{
	return index < sizeof(left_out) / sizeof(left_out[0]) ? &left_out[index] : NULL;
}

static bool is_left_out(enum rmi_command command)
{
	for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
		if (left_out[i].command == command) {
			return true;
		}
	}
	return false;
}

static bool rule_add(struct sweep_cases *cases, const struct reeve_fault_rule *rule)
{
	if (cases->count == cases->room) {
		size_t room = cases->room == 0 ? 256 : 2 * cases->room;
		struct reeve_fault_rule *rules = realloc(cases->rules, room * sizeof(*rules));

		if (rules == NULL) {
			return false;
		}
		cases->rules = rules;
		cases->room = room;
	}
	cases->rules[cases->count] = *rule;
	cases->count++;
	return true;
}

void cases_free(struct sweep_cases *cases)
{
	free(cases->rules);
	*cases = (struct sweep_cases){0};
}

/* A rule like `model` for every status that its command has. */
static bool statuses_add(struct sweep_cases *cases, const struct reeve_fault_rule *model)
{
	struct reeve_fault_rule rule = *model;
	bool is_good = true;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		for (int index = refusals[i].first; refusals[i].command == model->command && index <= refusals[i].last;
			index++) {
			rule.status = FIELD_SET(refusals[i].status, RMI_RETURN_INDEX, (uint64_t)index);
			is_good = is_good && rule_add(cases, &rule);
		}
	}
	return is_good;
}

/* The same for each of its statuses with an index that it cannot have. */
static bool indices_add(struct sweep_cases *cases, const struct reeve_fault_rule *model)
{
	struct reeve_fault_rule rule = *model;
	bool is_good = true;

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		if (refusals[i].command == model->command) {
			rule.status = FIELD_SET(refusals[i].status, RMI_RETURN_INDEX, (uint64_t)refusals[i].last + 1);
			is_good = is_good && rule_add(cases, &rule);
		}
	}
	return is_good;
}

/* The same for statuses that are no command's of RMI v1.0. */
static bool foreign_add(struct sweep_cases *cases, const struct reeve_fault_rule *model)
{
	struct reeve_fault_rule rule = *model;
	bool is_good = true;

	for (size_t i = 0; i < sizeof(foreign_statuses) / sizeof(foreign_statuses[0]); i++) {
		rule.status = foreign_statuses[i];
		is_good = is_good && rule_add(cases, &rule);
	}
	return is_good;
}

/* The lie as the only rule of a plan: its words are those of reeve/fault.h. */
static bool lie_add(struct sweep_cases *cases, uint64_t nth, const struct lie *lie)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;
	char text[LIE_TEXT_MAX];
	int length = snprintf(text, sizeof(text), "alter %s nth=%llu %s", rmi_command_info(lie->command)->name,
		(unsigned long long)nth, lie->text);

	return length < LIE_TEXT_MAX && reeve_fault_plan_parse(text, (size_t)length, &plan, &error) &&
		rule_add(cases, &plan.rules[0]);
}

static bool lies_add(struct sweep_cases *cases, uint64_t nth, const struct sweep_call *call)
{
	bool is_good = true;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		bool is_meant = lies[i].command == call->command && call->out[0] == RMI_SUCCESS &&
			(lies[i].exit_reason < 0 || lies[i].exit_reason == call->exit_reason);

		if (is_meant) {
			is_good = is_good && lie_add(cases, nth, &lies[i]);
		}
	}
	return is_good;
}

/* Every fault of the `nth` call of its command. */
static bool call_add(struct sweep_cases *cases, uint64_t nth, const struct sweep_call *call)
{
	const struct reeve_fault_rule refuse = {.command = call->command, .nth = nth, .times = 1};
	struct reeve_fault_rule busy = refuse;
	struct reeve_fault_rule busy_long = refuse;
	struct reeve_fault_rule misreport = refuse;

	busy.status = RMI_V2_BUSY;
	busy.times = BUSY_SOME;
	busy_long.status = RMI_V2_BUSY;
	busy_long.times = BUSY_LONG;
	misreport.action = REEVE_FAULT_MISREPORT;
	return statuses_add(cases, &refuse) && indices_add(cases, &refuse) && foreign_add(cases, &refuse) &&
		rule_add(cases, &busy) && rule_add(cases, &busy_long) &&
		(is_left_out(call->command) || rule_add(cases, &refuse)) && statuses_add(cases, &misreport) &&
		foreign_add(cases, &misreport) && lies_add(cases, nth, call);
}

/* Not what is no command of RMI v1.0, nor what is called to reclaim all: there the plan is gone. */
static bool is_of_plan(const struct sweep_call *call)
{
	return call->command < RMI_COMMAND_COUNT && strcmp(call->step, "reclaim") != 0;
}

static bool calls_are_of_step(const struct sweep_call *a, const struct sweep_call *b)
{
	return a->command == b->command && strcmp(a->step, b->step) == 0;
}

/* Refusals without end of the command of call `at` in its step, when it is the first such call. */
static bool step_add(struct sweep_cases *cases, const struct sweep_record *record, size_t at)
{
	const struct sweep_call *call = &record->calls[at];
	struct reeve_fault_rule rule = {.command = call->command, .nth = 1, .times = UINT64_MAX};

	for (size_t i = 0; i < at; i++) {
		if (calls_are_of_step(&record->calls[i], call)) {
			return true;
		}
	}
	(void)snprintf(rule.phase, sizeof(rule.phase), "%s", call->step);
	return statuses_add(cases, &rule) && foreign_add(cases, &rule);
}

static bool allocation_add(struct sweep_cases *cases, uint64_t nth)
{
	struct reeve_fault_rule once = {.command = REEVE_FAULT_ALLOC, .nth = nth, .times = 1};
	struct reeve_fault_rule all = {.command = REEVE_FAULT_ALLOC, .nth = nth, .times = UINT64_MAX};

	return rule_add(cases, &once) && rule_add(cases, &all);
}

bool cases_singles(const struct sweep_record *record, struct sweep_cases *cases)
{
	uint64_t made[RMI_COMMAND_COUNT] = {0};
	bool is_good = true;

	for (size_t i = 0; is_good && i < record->count; i++) {
		const struct sweep_call *call = &record->calls[i];

		if (is_of_plan(call)) {
			made[call->command]++;
			is_good = call_add(cases, made[call->command], call) && step_add(cases, record, i);
		}
	}
	for (uint64_t i = 1; is_good && i <= record->allocations; i++) {
		is_good = allocation_add(cases, i);
	}
	return is_good;
}

/* Each way in which the `nth` call of its command can fail. */
static bool failures_add(struct sweep_cases *cases, uint64_t nth, enum rmi_command command)
{
	struct reeve_fault_rule rule = {.command = command, .nth = nth, .times = 1};
	bool is_good = statuses_add(cases, &rule);

	rule.action = REEVE_FAULT_MISREPORT;
	return is_good && statuses_add(cases, &rule);
}

bool cases_failures(
	const struct sweep_record *record, struct sweep_place from, const char *step, struct sweep_cases *cases)
{
	uint64_t made[RMI_COMMAND_COUNT] = {0};
	uint64_t allocations = from.allocations;
	bool is_begun = false;
	bool is_good = true;

	for (size_t i = 0; is_good && i < record->count; i++) {
		const struct sweep_call *call = &record->calls[i];
		bool is_meant = i >= from.call && is_of_plan(call) && (step == NULL || strcmp(call->step, step) == 0);

		if (call->command >= RMI_COMMAND_COUNT) {
			continue;
		}
		made[call->command]++;
		if (is_meant && !is_begun) {
			is_begun = true;
			allocations = step == NULL ? allocations : call->allocations;
		}
		is_good = !is_meant || failures_add(cases, made[call->command], call->command);
	}
	for (uint64_t i = allocations + 1; is_good && i <= record->allocations; i++) {
		is_good =
			rule_add(cases, &(struct reeve_fault_rule){.command = REEVE_FAULT_ALLOC, .nth = i, .times = 1});
	}
	return is_good;
}

struct sweep_place cases_behind(const struct sweep_record *record, const struct reeve_fault_rule *rule)
{
	struct sweep_place place = {0, rule->nth};
	uint64_t made = 0;

	for (; place.call < record->count; place.call++) {
		const struct sweep_call *call = &record->calls[place.call];

		if (rule->command == REEVE_FAULT_ALLOC && call->allocations >= rule->nth) {
			return place;
		}
		made += call->command == rule->command;
		if (made == rule->nth) {
			return (struct sweep_place){place.call + 1, call->allocations};
		}
	}
	return (struct sweep_place){record->count, record->allocations};
}

bool cases_in_shard(size_t number, unsigned shard, unsigned shards)
{
	return number % shards == shard - 1;
}

size_t cases_of_shard(size_t count, unsigned shard, unsigned shards)
{
	return count / shards + (count % shards >= shard);
}
