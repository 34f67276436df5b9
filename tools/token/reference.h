/* SPDX-License-Identifier: BSD-2-Clause */
/* reference.h - what realms should be, from files that `reeve measure` wrote: JSON ("reeve-realm-1") or CoRIM (CCA realm profile). */
#ifndef TOOLS_TOKEN_REFERENCE_H
#define TOOLS_TOKEN_REFERENCE_H

#include "reeve/token.h"
#include "tools/message.h"

enum { REFERENCES_MAX = 64, RULES_TEXT_MAX = 32 };

/* The memory of one reference. */
struct reference_bytes {
	uint8_t rim[REEVE_TOKEN_DIGEST_MAX];
	uint8_t rems[REEVE_TOKEN_REMS][REEVE_TOKEN_DIGEST_MAX];
	uint8_t rpv[REEVE_TOKEN_DIGEST_MAX];
	uint8_t other[REEVE_RULES_MAX][REEVE_TOKEN_DIGEST_MAX];
	char rules[1 + REEVE_RULES_MAX][RULES_TEXT_MAX];
};

struct references {
	size_t count;
	struct reeve_reference all[REFERENCES_MAX]; /* points into `bytes` */
	struct reference_bytes bytes[REFERENCES_MAX];
};

/* Add what a file says. `path` must outlive the references. False with *why set when it is none of the two formats. */
bool references_load(struct references *references, const char *path, struct message *why);

/* The same out of bytes; `name` is for messages. */
bool references_read(struct references *references, struct reeve_span in, const char *name, struct message *why);

/* Add what a CoRIM says (corim.c). */
bool references_read_corim(
	struct references *references, struct reeve_span corim, const char *name, struct message *why);

/* A slot for one more, with its memory; NULL with *why set when there is none left. */
struct reeve_reference *references_add(
	struct references *references, struct reference_bytes **bytes, const char *name, struct message *why);

/* Copy a digest or value of at most 64 bytes into `memory` and let *to be it. False when it is longer. */
bool reference_copy(struct reeve_span from, uint8_t memory[REEVE_TOKEN_DIGEST_MAX], struct reeve_span *to);

#endif
