/* SPDX-License-Identifier: BSD-2-Clause */
/* parse.c - lines of the monitor's shell: a function for each thing a line can be. */
#include "tools/rmi/parse.h"

#include <string.h>

enum { WIDTHS = 4 };

static const char *const widths[WIDTHS] = {"u8", "u16", "u32", "u64"};

static const char *keyword_at(size_t index)
{
	static const char *const names[STATEMENT_KIND_COUNT] = {
		/* These have no word of their own. */
		[STATEMENT_EMPTY] = "",
		[STATEMENT_ASSIGN] = "",
		[STATEMENT_GRANULES] = "",
		[STATEMENT_STRUCTURE] = "",
		[STATEMENT_COMMAND] = "on",
		[STATEMENT_WRITE_STRUCTURE] = "",
		[STATEMENT_MACHINE] = "machine",
		[STATEMENT_SMC] = "SMC",
		[STATEMENT_WRITE] = "write",
		[STATEMENT_FILL] = "fill",
		[STATEMENT_READ] = "read",
		[STATEMENT_SHOW] = "show",
		[STATEMENT_PROGRAM] = "program",
		[STATEMENT_EXPECT] = "expect",
		[STATEMENT_HELP] = "help",
		[STATEMENT_QUIT] = "quit",
	};

	return index < STATEMENT_KIND_COUNT ? names[index] : NULL;
}

const struct name_list names_keywords = {"keyword", keyword_at};

enum rmi_command statement_command(const struct span *name)
{
	struct span rest = *name;
	size_t index = 0;

	if (rest.size > 4 && memcmp(rest.at, "RMI_", 4) == 0) {
		rest.at += 4;
		rest.size -= 4;
	}
	return name_find(&names_commands, &rest, &index) ? (enum rmi_command)index : RMI_COMMAND_COUNT;
}

bool parse_width(struct parser *p, unsigned *width)
{
	for (unsigned i = 0; i < WIDTHS; i++) {
		if (parse_is_name(p, widths[i])) {
			*width = 1U << i;
			parse_next(p);
			return true;
		}
	}
	return parse_wanted(p, "u8, u16, u32 or u64");
}

/* The argument of the command that the name, or the beginning of just one name, stands for. */
static bool argument_find(struct parser *p, const struct rmi_command_info *info, unsigned *argument)
{
	const struct span *name = &p->word.span;
	unsigned count = 0;

	for (unsigned i = 0; info->in[i] != NULL; i++) {
		if (span_is(name, info->in[i])) {
			*argument = i;
			return true;
		}
	}
	for (unsigned i = 0; info->in[i] != NULL; i++) {
		if (strncmp(info->in[i], name->at, name->size) == 0) {
			*argument = i;
			count++;
		}
	}
	return count == 1 ||
		line_wrong(p->error, name->column, "%s has %s '%.*s'; help %s names its arguments", info->name,
			count == 0 ? "no argument" : "more than one argument", (int)name->size, name->at, info->name);
}

static bool parse_argument(struct parser *p, const struct rmi_command_info *info)
{
	struct statement *s = p->statement;
	struct span name = p->word.span;
	enum structure structure;
	unsigned argument = 0;

	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "an argument, as in rd=$rd,");
	}
	if (!argument_find(p, info, &argument)) {
		return false;
	}
	if (s->args[argument].kind != VALUE_NONE) {
		return line_wrong(p->error, name.column, "%s is given twice", info->in[argument]);
	}
	parse_next(p);
	if (!parse_sign(p, '=', "=")) {
		return false;
	}
	if (!parse_is_sign(p, '{')) {
		return parse_number(p, &s->args[argument]);
	}
	structure = structure_of_argument(s->command, argument);
	if (structure == STRUCTURE_COUNT) {
		return line_wrong(p->error, p->word.span.column, "%s is a number, no structure", info->in[argument]);
	}
	s->structure = structure;
	return parse_structure(p, structure, &s->args[argument]);
}

static bool parse_command(struct parser *p)
{
	struct statement *s = p->statement;
	const struct rmi_command_info *info = rmi_command_info(s->command);

	s->kind = STATEMENT_COMMAND;
	parse_next(p);
	while (p->word.kind != WORD_END) {
		if (!parse_argument(p, info)) {
			return false;
		}
	}
	for (; info->in[s->arg_count] != NULL; s->arg_count++) {
		if (s->args[s->arg_count].kind == VALUE_NONE) {
			return line_wrong(p->error, p->word.span.column, "%s lacks its argument %s=", info->name,
				info->in[s->arg_count]);
		}
	}
	return true;
}

static bool parse_smc(struct parser *p)
{
	struct statement *s = p->statement;

	s->kind = STATEMENT_SMC;
	if (p->word.kind == WORD_END) {
		return parse_wanted(p, "X0, the identifier of a function,");
	}
	while (p->word.kind != WORD_END) {
		if (s->arg_count == STATEMENT_REGISTERS) {
			return line_wrong(
				p->error, p->word.span.column, "an SMC has X0 to X%d", STATEMENT_REGISTERS - 1);
		}
		if (!parse_number(p, &s->args[s->arg_count])) {
			return false;
		}
		s->arg_count++;
	}
	return true;
}

/* $name = granules 2 align=2M delegated */
static bool parse_granules(struct parser *p, bool is_one)
{
	struct statement *s = p->statement;

	s->kind = STATEMENT_GRANULES;
	parse_next(p);
	if (!is_one && !parse_number(p, &s->number)) {
		return false;
	}
	if (parse_is_name(p, "align")) {
		parse_next(p);
		if (!parse_sign(p, '=', "=") || !parse_number(p, &s->align)) {
			return false;
		}
	}
	s->is_delegated = parse_is_name(p, "delegated");
	if (s->is_delegated) {
		parse_next(p);
	}
	return true;
}

static bool parse_assignment(struct parser *p)
{
	struct statement *s = p->statement;
	size_t structure = 0;

	s->variable = p->word.span;
	if (s->variable.size > STATEMENT_NAME_MAX) {
		return line_wrong(p->error, s->variable.column, "the name of a variable has at most %d letters",
			STATEMENT_NAME_MAX);
	}
	parse_next(p);
	if (!parse_sign(p, '=', "=")) {
		return false;
	}
	if (parse_is_name(p, "granule") || parse_is_name(p, "granules")) {
		return parse_granules(p, parse_is_name(p, "granule"));
	}
	if (p->word.kind == WORD_NAME && name_find(&names_structures, &p->word.span, &structure)) {
		s->kind = STATEMENT_STRUCTURE;
		s->structure = (enum structure)structure;
		parse_next(p);
		return parse_structure(p, s->structure, &s->fields);
	}
	s->kind = STATEMENT_ASSIGN;
	return parse_number(p, &s->number);
}

static bool parse_write(struct parser *p)
{
	struct statement *s = p->statement;
	size_t structure = 0;

	if (!parse_number(p, &s->address)) {
		return false;
	}
	if (p->word.kind == WORD_NAME && name_find(&names_structures, &p->word.span, &structure)) {
		s->kind = STATEMENT_WRITE_STRUCTURE;
		s->structure = (enum structure)structure;
		parse_next(p);
		return parse_structure(p, s->structure, &s->fields);
	}
	return parse_width(p, &s->width) && parse_sign(p, '=', "=") && parse_number(p, &s->number);
}

static bool parse_help(struct parser *p)
{
	p->statement->topic = p->word.span;
	if (p->word.kind == WORD_NAME) {
		parse_next(p);
	}
	return true;
}

/* What stands behind a keyword. */
static bool parse_rest(struct parser *p, enum statement_kind kind)
{
	struct statement *s = p->statement;

	s->kind = kind;
	switch (kind) {
	case STATEMENT_MACHINE:
		return parse_fields(p, STRUCTURE_COUNT, '\0', &s->fields);
	case STATEMENT_SMC:
		return parse_smc(p);
	case STATEMENT_WRITE:
		return parse_write(p);
	case STATEMENT_FILL:
		return parse_number(p, &s->address) && parse_sign(p, '=', "=") && parse_number(p, &s->number);
	case STATEMENT_READ:
		return parse_number(p, &s->address) && parse_width(p, &s->width);
	case STATEMENT_SHOW:
		return p->word.kind == WORD_END || parse_number(p, &s->address);
	case STATEMENT_PROGRAM:
		return parse_program(p);
	case STATEMENT_EXPECT:
		return parse_expect(p);
	case STATEMENT_HELP:
		return parse_help(p);
	case STATEMENT_EMPTY:
	case STATEMENT_ASSIGN:
	case STATEMENT_GRANULES:
	case STATEMENT_STRUCTURE:
	case STATEMENT_COMMAND:
	case STATEMENT_WRITE_STRUCTURE:
	case STATEMENT_QUIT:
	case STATEMENT_KIND_COUNT:
		break;
	}
	return true;
}

/* on cpu N */
static bool parse_cpu(struct parser *p)
{
	struct statement *s = p->statement;

	parse_next(p);
	if (!parse_is_name(p, "cpu")) {
		return parse_wanted(p, "cpu, as in on cpu 1,");
	}
	parse_next(p);
	s->has_cpu = true;
	if (!parse_number(p, &s->cpu)) {
		return false;
	}
	if (parse_is_name(p, "SMC")) {
		return true;
	}
	return (p->word.kind == WORD_NAME && statement_command(&p->word.span) != RMI_COMMAND_COUNT) ||
		parse_wanted(p, "a command or SMC");
}

static bool parse_unknown(struct parser *p)
{
	const struct span *name = &p->word.span;
	const char *near = name_near(&names_commands, name);

	near = near != NULL ? near : name_near(&names_keywords, name);
	return line_wrong(p->error, name->column, "there is no command '%.*s'%s%s%s Type help for the list.",
		(int)(name->size < STATEMENT_NAME_MAX ? name->size : STATEMENT_NAME_MAX), name->at,
		near == NULL ? "" : "; is it ", near == NULL ? "" : near, near == NULL ? "." : "?");
}

static bool parse_statement(struct parser *p)
{
	size_t keyword = 0;

	if (p->word.kind == WORD_END) {
		return true;
	}
	if (p->word.kind == WORD_VARIABLE) {
		return parse_assignment(p);
	}
	if (parse_is_name(p, "on") && !parse_cpu(p)) {
		return false;
	}
	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "a command");
	}
	p->statement->command = statement_command(&p->word.span);
	if (p->statement->command != RMI_COMMAND_COUNT) {
		return parse_command(p);
	}
	if (!name_find(&names_keywords, &p->word.span, &keyword)) {
		return parse_unknown(p);
	}
	parse_next(p);
	return parse_rest(p, (enum statement_kind)keyword);
}

bool statement_parse(const char *line, size_t size, struct statement *statement, struct line_error *error)
{
	struct parser p = {{line, size, 0, error}, {0}, statement, error};

	memset(statement, 0, sizeof(*statement));
	if (size > STATEMENT_BYTES_MAX) {
		return line_wrong(error, STATEMENT_BYTES_MAX + 1, "the line has %zu bytes, and %d are the most", size,
			STATEMENT_BYTES_MAX);
	}
	parse_next(&p);
	statement->span = (struct span){line + p.word.span.column - 1, 0, p.word.span.column};
	if (!parse_statement(&p)) {
		return false;
	}
	if (p.word.kind != WORD_END) {
		return parse_wanted(&p, "the end of the line");
	}
	statement->span.size = p.word.span.column - statement->span.column;
	while (statement->span.size > 0 && (unsigned char)statement->span.at[statement->span.size - 1] <= ' ') {
		statement->span.size--;
	}
	return true;
}
