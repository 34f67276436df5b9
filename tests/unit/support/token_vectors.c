/* SPDX-License-Identifier: BSD-2-Clause */
/* token_vectors.c - the two tokens that others made (tests/vectors), and what they are judged with. */
#include "tests/unit/support/token_vectors.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "machine/hosted/token_crypto.h"

enum { PATH_SIZE = 512 };

const char *const vector_names[VECTORS] = {"tf-rmm-cca_token.cbor", "bug-33-repro.cbor"};
struct token_vectors vectors;

static void path_of(char path[PATH_SIZE], const char *name)
{
	assert_non_null(getenv("SRC"));
	(void)snprintf(path, PATH_SIZE, "%s/tests/vectors/%s", getenv("SRC"), name);
}

int token_vectors_setup(void **state)
{
	static char anchor[PATH_SIZE]; /* the anchors keep its name */
	struct message why = {""};
	char path[PATH_SIZE];

	(void)state;
	path_of(anchor, "tf-rmm-cca_platform.pub");
	assert_true(anchors_load(&vectors.anchors, anchor, &why));
	assert_true(hosted_token_crypto(&vectors.crypto));
	for (unsigned i = 0; i < VECTORS; i++) {
		path_of(path, vector_names[i]);
		assert_true(file_read(path, TOKEN_FILE_MAX, &vectors.files[i], &why));
	}
	return 0;
}

int token_vectors_teardown(void **state)
{
	(void)state;
	for (unsigned i = 0; i < VECTORS; i++) {
		file_free(&vectors.files[i]);
	}
	return 0;
}
