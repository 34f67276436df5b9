/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_rmi_complete.c - what the monitor's shell offers at the end of a line, and where it keeps its history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/rmi/complete.h"
#include "tools/rmi/terminal.h"

static int shell_open(void **state)
{
	struct shell *shell = shell_new(stdout, stderr);
	struct line_error error;
	static const char *const lines[] = {"$rd = 1", "$rec = 2", "machine memory=1M", "DATA_DESTROY rd=1 ipa=2"};

	assert_non_null(shell);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_true(shell_line(shell, lines[i], strlen(lines[i]), &error));
	}
	*state = shell;
	return 0;
}

static int shell_close(void **state)
{
	shell_free(*state);
	return 0;
}

static bool is_offered(const struct completions *found, const char *word)
{
	for (unsigned i = 0; i < found->count; i++) {
		if (strcmp(found->words[i], word) == 0) {
			return true;
		}
	}
	return false;
}

struct completion_row {
	const char *line;
	const char *word;    /* is offered */
	const char *no_word; /* is not; NULL: nothing else is asked */
	const char *common;  /* what all the words begin with */
};

static void row_check(const struct shell *shell, const struct completion_row *row)
{
	size_t common = strlen(row->common);
	struct completions found;

	complete(shell, row->line, strlen(row->line), &found);
	if (!is_offered(&found, row->word)) {
		fail_msg("'%s': %s is not offered", row->line, row->word);
	}
	if (row->no_word != NULL && is_offered(&found, row->no_word)) {
		fail_msg("'%s': %s is offered", row->line, row->no_word);
	}
	if (found.common != common || memcmp(found.words[0], row->common, common) != 0) {
		fail_msg("'%s': the words share %zu bytes", row->line, found.common);
	}
}

static void words(void **state)
{
	static const struct completion_row rows[] = {
		{"", "REALM_CREATE", "rd=", ""},
		{"", "expect", "none", ""},
		{"REALM_", "REALM_CREATE", "RTT_CREATE", "REALM_"},
		{"REALM_C", "REALM_CREATE", "REALM_DESTROY", "REALM_CREATE"},
		{"exp", "expect", "read", "expect"},
		{"REALM_CREATE ", "params_ptr=", "REALM_CREATE", ""},
		{"on cpu 1 REC_ENTER r", "run_ptr=", "rd=", "r"},
		{"REALM_CREATE rd=", "$rd", "RMI_VERSION", ""},
		{"REALM_CREATE rd=$r", "$rec", "$xx", "$r"},
		{"REALM_CREATE rd=$rd params={", "s2sz=", "rd=", ""},
		{"REALM_CREATE rd=$rd params={s2sz=40 rtt_n", "rtt_num_start=", "rtt_base=", "rtt_num_start="},
		{"REC_CREATE params={pc=1} ", "rec=", "pc=", ""},
		{"REC_CREATE params={flags=RUN", "RUNNABLE", "RAM", "RUNNABLE"},
		{"$a = ", "granule", "REALM_CREATE", ""},
		{"$a = RmiRea", "RmiRealmParams {", NULL, "RmiRealmParams {"},
		{"write $rd RsiHostCall {im", "imm=", NULL, "imm="},
		{"expect ", "ERROR_RTT", "rd_state", ""},
		{"expect ERROR_INPUT rd_s", "rd_state", "rd_align", "rd_state"},
		{"expect SUCCESS t", "top=", "$rd", "t"},
		{"expect exit ", "HOST_CALL", "SUCCESS", ""},
		{"expect state $rd REC", "REC_AUX", "RD", "REC"},
		{"machine me", "memory=", "aux=", "memory="},
		{"program $rec {", "smc", "s2sz=", ""},
		{"program $rec {smc RSI_H", "RSI_HOST_CALL", NULL, "RSI_HOST_CALL"},
		{"help RmiRec", "RmiRecRun", "RmiRealmParams", "RmiRec"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		row_check(*state, &rows[i]);
	}
}

static void nothing(void **state)
{
	struct completions found;

	complete(*state, "xyz", 3, &found);
	assert_int_equal(found.count, 0);
	complete(*state, "REALM_CREATE zz", 15, &found);
	assert_int_equal(found.count, 0);
}

static void history_paths(void **state)
{
	char path[40];

	(void)state;
	assert_true(history_path("/s", "/h", path, sizeof(path)));
	assert_string_equal(path, "/s/reeve/history");
	assert_true(history_path("", "/h", path, sizeof(path)));
	assert_string_equal(path, "/h/.local/state/reeve/history");
	assert_true(history_path(NULL, "/h", path, sizeof(path)));
	assert_string_equal(path, "/h/.local/state/reeve/history");
	assert_false(history_path(NULL, "", path, sizeof(path)));
	assert_false(history_path(NULL, NULL, path, sizeof(path)));
	assert_false(history_path("/a/name/that/is/longer/than/there/is/room", NULL, path, sizeof(path)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words),
		cmocka_unit_test(nothing),
		cmocka_unit_test(history_paths),
	};

	return cmocka_run_group_tests(tests, shell_open, shell_close);
}
