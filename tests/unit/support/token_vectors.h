/* SPDX-License-Identifier: BSD-2-Clause */
/* token_vectors.h - the two tokens that others made (tests/vectors), and what they are judged with. */
#ifndef TESTS_UNIT_SUPPORT_TOKEN_VECTORS_H
#define TESTS_UNIT_SUPPORT_TOKEN_VECTORS_H

#include "reeve/token.h"
#include "tools/token/anchor.h"
#include "tools/token/file.h"

enum { VECTORS = 2 };

extern const char *const vector_names[VECTORS];

struct token_vectors {
	struct anchors anchors; /* the platform's key of the first one */
	struct reeve_token_crypto crypto;
	struct bytes files[VECTORS]; /* as vector_names has them */
};

/* The one of this program, between these two, which are for cmocka_run_group_tests. Needs $SRC. */
extern struct token_vectors vectors;
int token_vectors_setup(void **state);
int token_vectors_teardown(void **state);

#endif
