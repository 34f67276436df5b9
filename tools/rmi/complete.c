/* SPDX-License-Identifier: BSD-2-Clause */
/* complete.c - see complete.h. */
#include "tools/rmi/complete.h"

#include <string.h>

/* A line up to where it is being completed. */
struct unfinished {
	const char *line;
	size_t end; /* where the word at its end begins */
	const char *word;
	size_t size;
	struct completions *found;
};

static void offer(struct unfinished *u, const char *before, const char *name, const char *behind)
{
	struct completions *found = u->found;
	char *word;
	size_t length = strlen(before) + strlen(name) + strlen(behind);

	if (found->count == COMPLETIONS_MAX || length >= COMPLETION_BYTES_MAX || name[0] == '\0') {
		return;
	}
	word = found->words[found->count];
	(void)snprintf(word, COMPLETION_BYTES_MAX, "%s%s%s", before, name, behind);
	found->count += strncmp(word, u->word, u->size) == 0;
}

static void offer_list(struct unfinished *u, const struct name_list *list, const char *behind)
{
	const char *name;

	for (size_t i = 0; (name = list->at(i)) != NULL; i++) {
		offer(u, "", name, behind);
	}
}

static void offer_variables(struct unfinished *u, const struct shell *shell)
{
	for (unsigned i = 0; i < shell->variable_count; i++) {
		offer(u, "$", shell->variables[i].name, "");
	}
}

static void offer_members(struct unfinished *u, enum structure structure)
{
	const struct member *member;

	for (size_t i = 0; (member = structure_member(structure, i)) != NULL; i++) {
		offer(u, "", member->name, "=");
	}
}

static void offer_strings(struct unfinished *u, const char *const names[], const char *behind)
{
	for (size_t i = 0; names[i] != NULL; i++) {
		offer(u, "", names[i], behind);
	}
}

/* The words before the one that is being completed, up to two of them at the beginning, and the bracket it is in. */
struct before {
	struct span first;
	struct span second;
	unsigned count;
	struct span opener; /* the name before the last { that is open; size 0: none is */
	bool is_value;      /* the last one is = + - or [ */
};

static void before_note(struct before *before, const struct word *word, struct span *name)
{
	if (word->kind == WORD_SIGN && word->span.at[0] == '{') {
		before->opener = *name;
	}
	if (word->kind == WORD_SIGN && word->span.at[0] == '}') {
		before->opener.size = 0;
	}
	if (word->kind == WORD_NAME) {
		*name = word->span;
	}
	before->is_value = word->kind == WORD_SIGN && strchr("=+-[", word->span.at[0]) != NULL;
	before->first = before->count == 0 ? word->span : before->first;
	before->second = before->count == 1 ? word->span : before->second;
	before->count++;
}

static void before_read(const struct unfinished *u, struct before *before)
{
	struct line_error ignored;
	struct words words = {u->line, u->end, 0, &ignored};
	struct span name = {0};
	struct word word = word_next(&words);
	bool is_cpu = word.kind == WORD_NAME && span_is(&word.span, "on");

	/* on cpu N */
	for (unsigned i = 0; is_cpu && i < 3; i++) {
		word = word_next(&words);
	}
	for (; word.kind != WORD_END && word.kind != WORD_BAD; word = word_next(&words)) {
		before_note(before, &word, &name);
	}
}

/* What a word stands for; identifiers of functions, which are many, only once it is begun. */
static void offer_constants(struct unfinished *u)
{
	static const char *const prefixes[] = {"RMI_", "RSI_", "PSCI_"};
	const char *name;

	for (size_t i = 0; (name = names_constants.at(i)) != NULL; i++) {
		bool is_function = false;

		for (size_t p = 0; p < sizeof(prefixes) / sizeof(prefixes[0]); p++) {
			is_function = is_function || strncmp(name, prefixes[p], strlen(prefixes[p])) == 0;
		}
		if (u->size > 0 || !is_function) {
			offer(u, "", name, "");
		}
	}
}

static void complete_value(struct unfinished *u, const struct shell *shell, const struct before *before)
{
	static const char *const granules[] = {"granule", "granules", NULL};

	offer_variables(u, shell);
	offer_constants(u);
	if (before->count == 2 && before->first.at > u->line && before->first.at[-1] == '$') {
		offer_strings(u, granules, "");
		offer_list(u, &names_structures, " {");
	}
}

static void complete_expect(struct unfinished *u, const struct shell *shell, const struct before *before)
{
	const struct rmi_command_info *info = shell->has_call ? rmi_command_info(shell->call.command) : NULL;

	if (before->count == 1) {
		offer_list(u, &names_statuses, "");
		offer_list(u, &names_expects, "");
	} else if (span_is(&before->second, "exit")) {
		offer_list(u, &names_reasons, "");
		offer_members(u, STRUCTURE_REC_EXIT);
	} else if (span_is(&before->second, "state")) {
		offer_list(u, &names_states, "");
		offer(u, "", "owner", "=");
		offer_variables(u, shell);
	} else if (span_is(&before->second, "read")) {
		offer_variables(u, shell);
	} else {
		offer_list(u, &names_conditions, "");
	}
	if (info != NULL) {
		offer_strings(u, info->out, "=");
	}
}

/* Inside of braces. */
static void complete_braces(struct unfinished *u, const struct before *before, enum rmi_command command)
{
	size_t index = 0;

	if (name_find(&names_structures, &before->opener, &index)) {
		offer_members(u, (enum structure)index);
	} else if (span_is(&before->first, "program")) {
		offer_list(u, &names_steps, "");
		offer_constants(u);
	}
	for (unsigned i = 0; command != RMI_COMMAND_COUNT && i < RMI_ARGUMENT_MAX; i++) {
		if (structure_of_argument(command, i) != STRUCTURE_COUNT) {
			offer_members(u, structure_of_argument(command, i));
		}
	}
}

static void complete_word(struct unfinished *u, const struct shell *shell)
{
	struct before before = {0};
	enum rmi_command command;

	before_read(u, &before);
	command = before.count == 0 ? RMI_COMMAND_COUNT : statement_command(&before.first);
	if (before.count == 0) {
		offer_list(u, &names_commands, "");
		offer_list(u, &names_keywords, "");
		offer_variables(u, shell);
	} else if (before.is_value) {
		complete_value(u, shell, &before);
	} else if (before.opener.size > 0 || span_is(&before.first, "program")) {
		complete_braces(u, &before, command);
		offer_variables(u, shell);
	} else if (command != RMI_COMMAND_COUNT) {
		offer_strings(u, rmi_command_info(command)->in, "=");
	} else if (span_is(&before.first, "expect")) {
		complete_expect(u, shell, &before);
	} else if (span_is(&before.first, "machine")) {
		offer_list(u, &names_settings, "=");
	} else if (span_is(&before.first, "help")) {
		offer_list(u, &names_commands, "");
		offer_list(u, &names_structures, "");
	} else {
		offer_list(u, &names_structures, " {");
		offer_constants(u);
		offer_variables(u, shell);
	}
}

static bool is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '$';
}

void complete(const struct shell *shell, const char *line, size_t size, struct completions *found)
{
	struct unfinished u = {.line = line, .end = size, .found = found};

	while (u.end > 0 && is_word_byte(line[u.end - 1])) {
		u.end--;
	}
	u.word = line + u.end;
	u.size = size - u.end;
	*found = (struct completions){.begun = u.size};
	complete_word(&u, shell);
	if (found->count > 0) {
		found->common = strlen(found->words[0]);
	}
	for (unsigned i = 1; i < found->count; i++) {
		while (strncmp(found->words[0], found->words[i], found->common) != 0) {
			found->common--;
		}
	}
}
