/* SPDX-License-Identifier: BSD-2-Clause */
/* test_cbor_witness.c - our CBOR against python3-cbor2's: what it writes is read and written again as the same bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/fuzz/support/cbor_rewrite.h"

enum { ROWS = 4000, LINE_SIZE = 1 << 17 };

static uint8_t bytes[LINE_SIZE / 2];
static uint8_t again[LINE_SIZE / 2];
static char line[LINE_SIZE];

static size_t unhex(const char *hex)
{
	size_t size = 0;
	unsigned byte;

	while (sscanf(hex + 2 * size, "%2x", &byte) == 1) {
		bytes[size++] = (uint8_t)byte;
	}
	return size;
}

static void row_check(const char *kind, size_t size)
{
	uint8_t *exact = test_malloc(size + 1);
	struct reeve_span in = reeve_span(exact, size);
	struct reeve_malformed why = {REEVE_MALFORMED_NOT, 0};
	bool is_read;

	memcpy(exact, bytes, size);
	is_read = cbor_check(in, &why);
	if (!is_read && strcmp(kind, "good") == 0) {
		print_error("%s: %s at %zu\n", line, reeve_malformed_name(why.reason), why.offset);
	}
	/* What cbor2 wrote is read; what is read of the rest is what cbor2 would write. */
	assert_true(is_read || strcmp(kind, "good") != 0);
	if (is_read && strcmp(kind, "else") == 0) {
		print_error("%s is read, and cbor2 does not write it\n", line);
		fail();
	}
	if (is_read) {
		struct cbor_writer w = cbor_writer((struct reeve_buf){again, sizeof(again)});

		cbor_rewrite(in, &w);
		assert_true(cbor_writer_fits(&w));
		assert_int_equal(w.size, size);
		assert_memory_equal(again, exact, size);
	}
	test_free(exact);
}

/* What the witness writes; *child is to be waited for. */
static FILE *witness_open(pid_t *child)
{
	char path[512];
	char count[16];
	int ends[2];

	assert_non_null(getenv("SRC"));
	(void)snprintf(path, sizeof(path), "%s/tests/unit/cbor_rows.py", getenv("SRC"));
	(void)snprintf(count, sizeof(count), "%d", ROWS);
	assert_int_equal(pipe(ends), 0);
	*child = fork();
	assert_true(*child >= 0);
	if (*child == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		(void)execl(path, path, count, "1", (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	return fdopen(ends[0], "r");
}

static void test_witness(void **state)
{
	unsigned rows = 0;
	int status = -1;
	pid_t child;
	FILE *witness = witness_open(&child);

	(void)state;
	assert_non_null(witness);
	while (fgets(line, sizeof(line), witness) != NULL) {
		char kind[8] = "";

		line[strcspn(line, "\n")] = '\0';
		memcpy(kind, line, 4);
		row_check(kind, unhex(line + 5));
		rows++;
	}
	(void)fclose(witness);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(rows, 2 * ROWS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_witness)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
