/* SPDX-License-Identifier: BSD-2-Clause */
/* test_typed.c - what is typed on its way into a realm: keys behind Ctrl-A, a pipe with little room, a console's command line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/keys.h"
#include "tools/linux_boot.h"
#include "tools/terminal.h"
#include "tools/typed.h"

/* What keys_take finds in a text, given whole and byte by byte. */
static void keys_are(const char *in, enum keys_found found, const char *out)
{
	struct keys keys = {false};
	uint8_t bytes[64];
	uint8_t all[64];
	enum keys_found some = KEYS_NONE;
	size_t count = 0;
	size_t total = 0;

	assert_int_equal(keys_take(&keys, (const uint8_t *)in, strlen(in), bytes, &count), found);
	assert_int_equal(count, strlen(out));
	assert_memory_equal(bytes, out, count);
	keys = (struct keys){false};
	for (size_t i = 0; i < strlen(in) && some != KEYS_LEAVE; i++) {
		enum keys_found here = keys_take(&keys, (const uint8_t *)in + i, 1, all + total, &count);

		some = here == KEYS_NONE ? some : here;
		total += count;
	}
	assert_int_equal(some, found);
	assert_int_equal(total, strlen(out));
	assert_memory_equal(all, out, total);
}

static void keys_behind_ctrl_a(void **state)
{
	(void)state;
	keys_are("", KEYS_NONE, "");
	keys_are("plain x h\r", KEYS_NONE, "plain x h\r");
	keys_are("a\001\001b", KEYS_NONE, "a\001b");
	keys_are("a\001e", KEYS_NONE, "a\001e");
	keys_are("a\001", KEYS_NONE, "a");
	keys_are("a\001h\001?b", KEYS_HELP, "ab");
	keys_are("a\001xb", KEYS_LEAVE, "a");
	keys_are("\001h\001X", KEYS_LEAVE, "");
	keys_are("\001\001x", KEYS_NONE, "\001x");
}

/* A pipe is read when what came before was taken, an end is an end, and Ctrl-A is a byte. */
static void a_pipe_has_its_turn(void **state)
{
	static struct typed typed;
	const uint8_t *bytes;
	char much[2 * TYPED_AT_ONCE];
	int saved = dup(STDIN_FILENO);
	int ends[2];
	size_t size;

	(void)state;
	memset(much, 1, sizeof(much));
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(write(ends[1], much, sizeof(much)), (int)sizeof(much));
	(void)close(ends[1]);
	assert_true(typed_is_there());
	typed_open(&typed, true, stderr);
	assert_int_equal(typed_wait_ms(&typed, -1), -1);
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(typed_fd(&typed), STDIN_FILENO);
		assert_true(typed_read(&typed, stderr));
		bytes = typed_bytes(&typed, &size);
		assert_int_equal(size, TYPED_AT_ONCE);
		assert_memory_equal(bytes, much, size);
		assert_int_equal(typed_fd(&typed), -1);
		typed_used(&typed, 1);
		assert_int_equal(typed_fd(&typed), -1);
		typed_used(&typed, size - 1);
	}
	assert_int_equal(typed_fd(&typed), STDIN_FILENO);
	assert_true(typed_read(&typed, stderr));
	assert_int_equal(typed_fd(&typed), -1);
	(void)typed_bytes(&typed, &size);
	assert_int_equal(size, 0);
	typed_close(&typed);
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
	(void)close(ends[0]);
}

/* Nothing comes from /dev/null, nor from what is closed; neither is a terminal to be waited for. */
static void nothing_is_there(void **state)
{
	int saved = dup(STDIN_FILENO);

	(void)state;
	assert_non_null(freopen("/dev/null", "r", stdin));
	assert_false(typed_is_there());
	assert_true(terminal_is_ours(STDIN_FILENO));
	(void)close(STDIN_FILENO);
	assert_false(typed_is_there());
	assert_int_equal(dup2(saved, STDIN_FILENO), STDIN_FILENO);
	(void)close(saved);
}

static void consoles_are(const char *bootargs, bool has, bool is_last)
{
	struct fdt_chosen chosen = {0};

	linux_consoles_find(&chosen, bootargs);
	assert_int_equal(chosen.has_virtio_console, has);
	assert_int_equal(chosen.is_virtio_typed, is_last);
}

static void consoles_of_a_command_line(void **state)
{
	(void)state;
	consoles_are(NULL, false, false);
	consoles_are("", false, false);
	consoles_are("quiet", false, false);
	consoles_are("console=hvc0", true, true);
	consoles_are("quiet  console=hvc0,115200 panic=-1", true, true);
	consoles_are("console=hvc0 console=ttyAMA0 ", true, false);
	consoles_are("console=ttyAMA0\tconsole=hvc0\n", true, true);
	consoles_are("console=hvc01 xconsole=hvc0 console=hvc", false, false);
	consoles_are("console= console=hvc0", true, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_behind_ctrl_a),
		cmocka_unit_test(a_pipe_has_its_turn),
		cmocka_unit_test(nothing_is_there),
		cmocka_unit_test(consoles_of_a_command_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
