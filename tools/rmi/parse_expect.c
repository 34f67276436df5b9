/* SPDX-License-Identifier: BSD-2-Clause */
/* parse_expect.c - what a line of the monitor's shell expects, and the programs it gives to RECs. */
#include "tools/rmi/parse.h"

enum { INDEX_MAX = 255 };

static const char *expect_at(size_t index)
{
	static const char *const names[EXPECT_KIND_COUNT] = {
		/* A status is in a list of its own, registers are known by their '='. */
		[EXPECT_STATUS] = "",
		[EXPECT_NOT_SUPPORTED] = "NOT_SUPPORTED",
		[EXPECT_REGISTERS] = "",
		[EXPECT_STATE] = "state",
		[EXPECT_VALID] = "valid",
		[EXPECT_EXIT] = "exit",
		[EXPECT_REALM] = "realm",
		[EXPECT_READ] = "read",
	};

	return index < EXPECT_KIND_COUNT ? names[index] : NULL;
}

const struct name_list names_expects = {"expectation", expect_at};

static const char *step_at(size_t index)
{
	static const char *const names[STEP_KIND_COUNT] = {
		[STEP_SMC] = "smc",
		[STEP_LOAD] = "load",
		[STEP_STORE] = "store",
		[STEP_WFI] = "wfi",
		[STEP_WFE] = "wfe",
		[STEP_IRQ] = "irq",
		[STEP_FIQ] = "fiq",
		[STEP_SERROR] = "serror",
	};

	return index < STEP_KIND_COUNT ? names[index] : NULL;
}

const struct name_list names_steps = {"step of a program", step_at};

/* How many numbers a step takes. */
static const struct {
	unsigned least;
	unsigned most;
} step_counts[STEP_KIND_COUNT] = {
	[STEP_SMC] = {1, STATEMENT_STEP_REGISTERS},
	[STEP_LOAD] = {1, 1},
	[STEP_STORE] = {2, 2},
};

/* (2), when it is there. */
static bool parse_status_index(struct parser *p, struct expectation *expect)
{
	bool is_minus;

	if (!parse_is_sign(p, '(')) {
		return true;
	}
	parse_next(p);
	is_minus = parse_is_sign(p, '-');
	if (is_minus) {
		parse_next(p);
	}
	if (!parse_literal(p, "index of a status", is_minus ? 1 : INDEX_MAX, &expect->index)) {
		return false;
	}
	/* Level -1 is the byte 0xFF. */
	expect->index = is_minus ? (unsigned)-(int)expect->index & INDEX_MAX : expect->index;
	expect->has_index = true;
	return parse_sign(p, ')', ")");
}

static bool parse_results(struct parser *p)
{
	return parse_fields(p, STRUCTURE_COUNT, '\0', &p->statement->fields);
}

/* The name of a condition, unless it is followed by =: then it is a result. */
static bool parse_condition(struct parser *p, struct expectation *expect)
{
	struct parser ahead = *p;
	size_t index = 0;

	if (p->word.kind != WORD_NAME) {
		return true;
	}
	parse_next(&ahead);
	if (parse_is_sign(&ahead, '=')) {
		return true;
	}
	if (!name_find(&names_conditions, &p->word.span, &index)) {
		return name_unknown(&names_conditions, &p->word.span, p->error);
	}
	expect->condition = (enum rmi_condition)index;
	*p = ahead;
	return true;
}

static bool parse_expect_status(struct parser *p, size_t status)
{
	struct expectation *expect = &p->statement->expect;

	expect->kind = EXPECT_STATUS;
	expect->status = (unsigned)status;
	parse_next(p);
	if (!parse_status_index(p, expect)) {
		return false;
	}
	return (status == RMI_SUCCESS || parse_condition(p, expect)) && parse_results(p);
}

static bool parse_expect_state(struct parser *p)
{
	struct statement *s = p->statement;
	size_t state = 0;

	if (!parse_number(p, &s->address)) {
		return false;
	}
	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "a state of a granule");
	}
	if (!name_find(&names_states, &p->word.span, &state)) {
		return name_unknown(&names_states, &p->word.span, p->error);
	}
	s->expect.state = (enum rmi_granule_state)state;
	parse_next(p);
	return parse_results(p);
}

static bool parse_expect_exit(struct parser *p)
{
	struct statement *s = p->statement;
	size_t reason = 0;

	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "a reason of an exit, such as IRQ,");
	}
	if (!name_find(&names_reasons, &p->word.span, &reason)) {
		return name_unknown(&names_reasons, &p->word.span, p->error);
	}
	s->expect.reason = (unsigned)reason;
	parse_next(p);
	return parse_fields(p, STRUCTURE_REC_EXIT, '\0', &s->fields);
}

static bool parse_expect_read(struct parser *p)
{
	struct statement *s = p->statement;

	return parse_number(p, &s->address) && parse_width(p, &s->width) && parse_sign(p, '=', "=") &&
		parse_number(p, &s->number);
}

static bool parse_expect_kind(struct parser *p, enum expect_kind kind)
{
	p->statement->expect.kind = kind;
	parse_next(p);
	switch (kind) {
	case EXPECT_NOT_SUPPORTED:
	case EXPECT_VALID:
		return true;
	case EXPECT_STATE:
		return parse_expect_state(p);
	case EXPECT_EXIT:
		return parse_expect_exit(p);
	case EXPECT_READ:
		return parse_expect_read(p);
	case EXPECT_STATUS:
	case EXPECT_REGISTERS:
	case EXPECT_REALM:
	case EXPECT_KIND_COUNT:
		break;
	}
	return p->word.kind == WORD_END ? parse_wanted(p, "a register, such as X0=0,") : parse_results(p);
}

bool parse_expect(struct parser *p)
{
	struct parser ahead = *p;
	size_t index = 0;

	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "what to expect: a status, state, valid, exit, realm, read, or name=value,");
	}
	if (name_find(&names_statuses, &p->word.span, &index)) {
		return parse_expect_status(p, index);
	}
	if (name_find(&names_expects, &p->word.span, &index)) {
		return parse_expect_kind(p, (enum expect_kind)index);
	}
	parse_next(&ahead);
	if (!parse_is_sign(&ahead, '=')) {
		const char *near = name_near(&names_statuses, &p->word.span);

		return line_wrong(p->error, p->word.span.column,
			"'%.*s' cannot be expected%s%s%s A status can, or state, valid, exit, realm, read, name=value",
			(int)p->word.span.size, p->word.span.at, near == NULL ? "" : "; is it ",
			near == NULL ? "" : near, near == NULL ? "." : "?");
	}
	p->statement->expect.kind = EXPECT_REGISTERS;
	return parse_results(p);
}

static bool parse_step(struct parser *p)
{
	struct statement *s = p->statement;
	struct step *step = &s->steps[s->step_count];
	struct span name = p->word.span;
	struct value numbers;
	size_t kind = 0;

	if (s->step_count == STATEMENT_STEPS_MAX) {
		return line_wrong(p->error, name.column, "a program has at most %d steps", STATEMENT_STEPS_MAX);
	}
	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "a step: smc, load, store, wfi, wfe, irq, fiq or serror");
	}
	if (!name_find(&names_steps, &name, &kind)) {
		return name_unknown(&names_steps, &name, p->error);
	}
	parse_next(p);
	if (!parse_items(p, step_counts[kind].most, &numbers)) {
		return false;
	}
	if (numbers.count < step_counts[kind].least) {
		return line_wrong(p->error, name.column, "%.*s takes %u numbers at least, and has %u", (int)name.size,
			name.at, step_counts[kind].least, numbers.count);
	}
	*step = (struct step){(enum step_kind)kind, numbers.first, numbers.count};
	s->step_count++;
	return true;
}

bool parse_program(struct parser *p)
{
	if (!parse_number(p, &p->statement->address) || !parse_sign(p, '{', "{")) {
		return false;
	}
	while (!parse_is_sign(p, '}')) {
		if (!parse_step(p)) {
			return false;
		}
		if (parse_is_sign(p, ';')) {
			parse_next(p);
		} else if (!parse_is_sign(p, '}')) {
			return parse_wanted(p, "; or }");
		}
	}
	parse_next(p);
	return true;
}
