/* SPDX-License-Identifier: BSD-2-Clause */
/* parse_value.c - numbers, lists, texts and structures of a line of the monitor's shell. */
#include "tools/rmi/parse.h"

#include <string.h>

enum { SHOWN_MAX = 32 };

void parse_next(struct parser *p)
{
	p->word = word_next(&p->words);
}

bool parse_is_sign(const struct parser *p, char sign)
{
	return p->word.kind == WORD_SIGN && p->word.span.at[0] == sign;
}

bool parse_is_name(const struct parser *p, const char *name)
{
	return p->word.kind == WORD_NAME && span_is(&p->word.span, name);
}

bool parse_wanted(struct parser *p, const char *wanted)
{
	const struct word *word = &p->word;

	switch (word->kind) {
	case WORD_BAD:
		return false;
	case WORD_END:
		return line_wrong(p->error, word->span.column, "the line ends where %s was expected", wanted);
	case WORD_TEXT:
		return line_wrong(p->error, word->span.column, "a text stands where %s was expected", wanted);
	case WORD_NAME:
	case WORD_VARIABLE:
	case WORD_NUMBER:
	case WORD_SIGN:
		break;
	}
	return line_wrong(p->error, word->span.column, "'%.*s' stands where %s was expected",
		(int)(word->span.size < SHOWN_MAX ? word->span.size : SHOWN_MAX), word->span.at, wanted);
}

bool parse_sign(struct parser *p, char sign, const char *where)
{
	if (!parse_is_sign(p, sign)) {
		return parse_wanted(p, where);
	}
	parse_next(p);
	return true;
}

bool parse_literal(struct parser *p, const char *what, unsigned most, unsigned *number)
{
	if (p->word.kind != WORD_NUMBER) {
		return parse_wanted(p, what);
	}
	if (p->word.number > most) {
		return line_wrong(p->error, p->word.span.column, "%.*s is no %s: these go up to %u",
			(int)p->word.span.size, p->word.span.at, what, most);
	}
	*number = (unsigned)p->word.number;
	parse_next(p);
	return true;
}

static bool is_blank(const struct parser *p, size_t at)
{
	return at >= p->words.size || p->words.line[at] == ' ' || p->words.line[at] == '\t';
}

/* A + or - that goes on with the sum: `1 -3` is two numbers, `1 - 3` and `1-3` are one. */
static bool is_sum_sign(const struct parser *p)
{
	size_t at = p->word.span.column - 1;

	if (!parse_is_sign(p, '+') && !parse_is_sign(p, '-')) {
		return false;
	}
	return at == 0 || !is_blank(p, at - 1) || is_blank(p, at + 1);
}

static bool parse_term(struct parser *p, bool is_minus)
{
	struct statement *s = p->statement;
	struct term *term = &s->terms[s->term_count];
	size_t constant = 0;

	if (s->term_count == STATEMENT_TERMS_MAX) {
		return line_wrong(p->error, p->word.span.column, "a line has at most %d numbers", STATEMENT_TERMS_MAX);
	}
	*term = (struct term){.number = p->word.number, .is_minus = is_minus};
	if (p->word.kind == WORD_VARIABLE) {
		if (p->word.span.size > STATEMENT_NAME_MAX) {
			return line_wrong(p->error, p->word.span.column,
				"the name of a variable has at most %d letters", STATEMENT_NAME_MAX);
		}
		term->variable = p->word.span;
	} else if (p->word.kind == WORD_NAME) {
		if (!name_find(&names_constants, &p->word.span, &constant)) {
			return name_unknown(&names_constants, &p->word.span, p->error);
		}
		term->number = constant_value(constant);
	} else if (p->word.kind != WORD_NUMBER) {
		return parse_wanted(p, "a number or a $variable");
	}
	s->term_count++;
	parse_next(p);
	return true;
}

bool parse_number(struct parser *p, struct value *value)
{
	bool is_minus = parse_is_sign(p, '-');

	*value = (struct value){VALUE_NUMBER, p->statement->term_count, 0, p->word.span};
	if (is_minus) {
		parse_next(p);
	}
	if (!parse_term(p, is_minus)) {
		return false;
	}
	while (is_sum_sign(p)) {
		is_minus = parse_is_sign(p, '-');
		parse_next(p);
		if (!parse_term(p, is_minus)) {
			return false;
		}
	}
	value->count = p->statement->term_count - value->first;
	return true;
}

bool parse_items(struct parser *p, unsigned most, struct value *value)
{
	struct statement *s = p->statement;

	*value = (struct value){VALUE_LIST, s->item_count, 0, p->word.span};
	while (p->word.kind != WORD_END && !parse_is_sign(p, ']') && !parse_is_sign(p, ';') && !parse_is_sign(p, '}')) {
		if (value->count == most || s->item_count == STATEMENT_ITEMS_MAX) {
			return line_wrong(
				p->error, p->word.span.column, "there are more than %u numbers here", value->count);
		}
		if (!parse_number(p, &s->items[s->item_count])) {
			return false;
		}
		s->item_count++;
		value->count++;
	}
	return true;
}

/* A number, [numbers], or "text". */
static bool parse_field_value(struct parser *p, struct value *value)
{
	if (p->word.kind == WORD_TEXT) {
		*value = (struct value){VALUE_TEXT, 0, 0, p->word.span};
		parse_next(p);
		return true;
	}
	if (!parse_is_sign(p, '[')) {
		return parse_number(p, value);
	}
	parse_next(p);
	return parse_items(p, STATEMENT_ITEMS_MAX, value) && parse_sign(p, ']', "a number or ]");
}

/* What a member can hold. */
static bool member_check(struct parser *p, const struct field *field)
{
	const struct member *member = field->member;
	const struct value *value = &field->value;
	unsigned size = value->kind == VALUE_TEXT ? value->span.size : value->count;

	if (value->kind == VALUE_NUMBER) {
		return member->count == 1 || field->has_index ||
			line_wrong(p->error, field->name.column, "%s has %u elements: write %s[0]=..., or %s=[...]",
				member->name, member->count, member->name, member->name);
	}
	if (member->count == 1 || field->has_index) {
		return line_wrong(p->error, value->span.column, "%s is one number", member->name);
	}
	if (value->kind == VALUE_TEXT && member->width != 1) {
		return line_wrong(p->error, value->span.column, "%s holds numbers, no text", member->name);
	}
	return size <= member->count ||
		line_wrong(p->error, value->span.column, "%s has %u elements, and %u are given", member->name,
			member->count, size);
}

static bool parse_index(struct parser *p, struct field *field)
{
	unsigned most = field->member != NULL ? field->member->count - 1 : 0;

	if (!parse_is_sign(p, '[')) {
		return true;
	}
	if (most == 0) {
		return line_wrong(p->error, p->word.span.column, "%.*s has no elements: write it without [ ]",
			(int)field->name.size, field->name.at);
	}
	parse_next(p);
	field->has_index = true;
	return parse_literal(p, "index", most, &field->index) && parse_sign(p, ']', "]");
}

static bool parse_field(struct parser *p, enum structure structure, struct field *field)
{
	*field = (struct field){.name = p->word.span};
	if (p->word.kind != WORD_NAME) {
		return parse_wanted(p, "a name, as in name=value,");
	}
	if (structure != STRUCTURE_COUNT) {
		field->member = structure_find(structure, &field->name, p->error);
		if (field->member == NULL) {
			return false;
		}
	}
	parse_next(p);
	if (!parse_index(p, field) || !parse_sign(p, '=', "=") || !parse_field_value(p, &field->value)) {
		return false;
	}
	return field->member == NULL || member_check(p, field);
}

bool parse_fields(struct parser *p, enum structure structure, char end, struct value *value)
{
	struct statement *s = p->statement;

	*value = (struct value){VALUE_FIELDS, s->field_count, 0, p->word.span};
	while (p->word.kind != WORD_END && !parse_is_sign(p, end)) {
		if (s->field_count == STATEMENT_FIELDS_MAX) {
			return line_wrong(
				p->error, p->word.span.column, "a line has at most %d fields", STATEMENT_FIELDS_MAX);
		}
		if (!parse_field(p, structure, &s->field[s->field_count])) {
			return false;
		}
		s->field_count++;
		value->count++;
	}
	return true;
}

bool parse_structure(struct parser *p, enum structure structure, struct value *value)
{
	return parse_sign(p, '{', "{") && parse_fields(p, structure, '}', value) && parse_sign(p, '}', "a field or }");
}
