/* SPDX-License-Identifier: BSD-2-Clause */
/* check.c - whether a rule makes sense. */
#include "fault/check.h"

#include "fault/words.h"

static bool has_register(const char *const *names, unsigned max, unsigned x)
{
	return name_of_register(names, max, x) != NULL;
}

static const struct rmi_command_info *info_of(const struct reeve_fault_rule *rule)
{
	return rmi_command_info((enum rmi_command)rule->command);
}

const char *command_problem(enum reeve_fault_action action, unsigned command)
{
	if ((unsigned)action >= REEVE_FAULT_ACTION_COUNT) {
		return "the action is none of refuse, misreport, alter, delay";
	}
	if (command > REEVE_FAULT_ALLOC) {
		return "the command is no RMI command, `any` or `alloc`";
	}
	if (command == REEVE_FAULT_ALLOC && action != REEVE_FAULT_REFUSE) {
		return "an allocation can only be refused: `refuse alloc`";
	}
	if (action == REEVE_FAULT_ALTER && command == REEVE_FAULT_ANY) {
		return "results belong to a command: alter names one, not `any`";
	}
	if (action == REEVE_FAULT_ALTER && command != RMI_REC_ENTER &&
		rmi_command_info((enum rmi_command)command)->out[0] == NULL) {
		return "the command has no results to alter";
	}
	return NULL;
}

const char *match_problem(const struct reeve_fault_rule *rule, unsigned index)
{
	const struct reeve_fault_match *match = &rule->match[index];

	if (match->x == 0) {
		return NULL;
	}
	if (rule->command == REEVE_FAULT_ALLOC) {
		return "an allocation has no arguments: its conditions are nth, times and phase";
	}
	if (rule->command == REEVE_FAULT_ANY ? match->x > RMI_ARGUMENT_MAX
					     : !has_register(info_of(rule)->in, RMI_ARGUMENT_MAX, match->x)) {
		return "the command has no argument in that register";
	}
	/* -1..2 is a range as well: lowest first, with or without signs. */
	if (match->low > match->high && (int64_t)match->low > (int64_t)match->high) {
		return "the range ends before it begins: LOW..HIGH has the lower one first";
	}
	for (unsigned i = 0; i < index; i++) {
		if (rule->match[i].x == match->x) {
			return "the argument has a condition already: LOW..HIGH is a range";
		}
	}
	return NULL;
}

static const char *value_problem(const struct reeve_fault_rule *rule, const struct reeve_fault_set *set)
{
	const struct rmi_command_info *info = info_of(rule);
	const struct reeve_fault_value *value = &set->value;
	unsigned bits = set->size * 8U;

	switch (value->kind) {
	case REEVE_FAULT_NUMBER:
		/* As an unsigned number or as a signed one. */
		return set->x != 0 || bits >= 64 || value->more <= reeve_bits_mask(0, bits) ||
				value->more >= ~reeve_bits_mask(0, bits - 1)
			? NULL
			: "the number is too big for the member";
	case REEVE_FAULT_ARGUMENT:
		return has_register(info->in, RMI_ARGUMENT_MAX, value->x) ? NULL
									  : "the value is no argument of the command";
	case REEVE_FAULT_RESULT:
		return has_register(info->out, RMI_RESULT_MAX, value->x) ? NULL
									 : "the value is no result of the command";
	}
	return "the value is no number, argument or result";
}

const char *set_problem(const struct reeve_fault_rule *rule, unsigned index)
{
	const struct reeve_fault_set *set = &rule->set[index];
	struct exit_member member;

	if (set->x != 0 && !has_register(info_of(rule)->out, RMI_RESULT_MAX, set->x)) {
		return "the command has no result in that register";
	}
	if (set->x == 0 && rule->command != RMI_REC_ENTER) {
		return "only RMI_REC_ENTER has a run page with exit members";
	}
	if (set->x == 0 && !exit_member_at(set->offset, set->size, &member)) {
		return "the run page has no exit member there";
	}
	for (unsigned i = 0; i < index; i++) {
		if (rule->set[i].x == set->x && (set->x != 0 || rule->set[i].offset == set->offset)) {
			return "the result is altered already: once is enough";
		}
	}
	return value_problem(rule, set);
}

const char *realm_problem(const struct reeve_fault_rule *rule)
{
	if (rule->realm != 0 && rule->command == REEVE_FAULT_ALLOC) {
		return "an allocation is about no realm: its conditions are nth, times and phase";
	}
	if (rule->realm != 0 && rule->command != REEVE_FAULT_ANY && command_about(rule->command) == ABOUT_NONE) {
		return "the command is about no realm: leave realm= out";
	}
	return NULL;
}

const char *phase_problem(const struct reeve_fault_rule *rule)
{
	for (unsigned i = 0; i < REEVE_FAULT_PHASE_MAX; i++) {
		char c = rule->phase[i];

		if (c == '\0') {
			return NULL;
		}
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ';' || c == '#') {
			return "a phase's name is one word";
		}
	}
	return "a phase's name has at most 15 bytes";
}

bool rule_alters_exit(const struct reeve_fault_rule *rule)
{
	bool is_found = false;

	for (unsigned i = 0; rule->action == REEVE_FAULT_ALTER && i < rule->set_count; i++) {
		is_found = is_found || rule->set[i].x == 0;
	}
	return is_found;
}

const char *rule_problem(const struct reeve_fault_rule *rule)
{
	const char *problem = command_problem(rule->action, rule->command);

	problem = problem != NULL ? problem : realm_problem(rule);
	problem = problem != NULL ? problem : phase_problem(rule);
	for (unsigned i = 0; problem == NULL && i < RMI_ARGUMENT_MAX; i++) {
		problem = match_problem(rule, i);
	}
	if (problem != NULL || rule->action != REEVE_FAULT_ALTER) {
		return problem;
	}
	if (rule->set_count == 0) {
		return "says no result to alter: RESULT=VALUE is missing";
	}
	if (rule->set_count > REEVE_FAULT_SETS) {
		return "one rule alters at most 4 results";
	}
	for (unsigned i = 0; problem == NULL && i < rule->set_count; i++) {
		problem = set_problem(rule, i);
	}
	return problem;
}
