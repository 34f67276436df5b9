/* SPDX-License-Identifier: BSD-2-Clause */
/* show.h - every claim of a token by name, as lines or as JSON. */
#ifndef TOOLS_TOKEN_SHOW_H
#define TOOLS_TOKEN_SHOW_H

#include <stdio.h>

#include <jansson.h>

#include "reeve/token.h"

/* `in` is what the token was read from. What is not printable ASCII in a text is shown as '?'. */
void show_print(struct reeve_span in, const struct reeve_token *token, FILE *to);

/* NULL when there is no memory. Bytes are hexadecimal, texts as they are. */
json_t *show_json(struct reeve_span in, const struct reeve_token *token);

/* Name of a claim as a member of JSON objects: its name in words, '_' for ' '. */
struct claim_key {
	char text[64];
};
struct claim_key claim_key(enum reeve_claim claim);

/* Members of a software component in JSON. */
struct component_member {
	const char *name;
	int64_t label;
	enum reeve_claim_type type; /* TEXT, BYTES or ITEM */
	size_t offset;              /* of its span in struct reeve_component */
};
enum { COMPONENT_MEMBERS = 7 };
extern const struct component_member component_members[COMPONENT_MEMBERS];

/* The span of a member of component_members. */
struct reeve_span component_member(const struct reeve_component *component, size_t member);

/* Names of the two parts in JSON. */
extern const char *const part_names[REEVE_TOKEN_PARTS];

#endif
