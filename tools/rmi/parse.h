/* SPDX-License-Identifier: BSD-2-Clause */
/* parse.h - what the two halves of the parser share: a word ahead, and values. */
#ifndef TOOLS_RMI_PARSE_H
#define TOOLS_RMI_PARSE_H

#include "tools/rmi/statement.h"

struct parser {
	struct words words;
	struct word word; /* not yet taken */
	struct statement *statement;
	struct line_error *error;
};

/* On to the next word. */
void parse_next(struct parser *p);
bool parse_is_sign(const struct parser *p, char sign);
bool parse_is_name(const struct parser *p, const char *name);
/* Take the sign, or say what was expected instead of the word that is there. */
bool parse_sign(struct parser *p, char sign, const char *where);
/* Say that `wanted` was expected here. Returns false. */
bool parse_wanted(struct parser *p, const char *wanted);

/* A sum of numbers, constants and variables. */
bool parse_number(struct parser *p, struct value *value);
/* A number that stands in the line itself, at most `most`. */
bool parse_literal(struct parser *p, const char *what, unsigned most, unsigned *number);
/* Fields up to the end of the line; a member is looked up in `structure` unless that is STRUCTURE_COUNT. */
bool parse_fields(struct parser *p, enum structure structure, char end, struct value *value);
/* { fields } */
bool parse_structure(struct parser *p, enum structure structure, struct value *value);
/* Numbers side by side, up to the end of the line or a ; or }. They go to the statement's items. */
bool parse_items(struct parser *p, unsigned most, struct value *value);

/* u8, u16, u32 or u64, as a number of bytes. */
bool parse_width(struct parser *p, unsigned *width);

bool parse_expect(struct parser *p);
bool parse_program(struct parser *p);

#endif
