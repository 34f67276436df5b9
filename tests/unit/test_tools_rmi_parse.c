/* SPDX-License-Identifier: BSD-2-Clause */
/* test_tools_rmi_parse.c - lines of the monitor's shell: what they mean, and where and how wrong ones are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tools/rmi/statement.h"

static void wrong(const char *line, unsigned column, const char *says)
{
	struct statement statement;
	struct line_error error = {0};

	if (statement_parse(line, strlen(line), &statement, &error)) {
		fail_msg("%s: is understood", line);
	}
	if (error.column != column || strstr(error.message.text, says) == NULL) {
		fail_msg("%s: %u: %s", line, error.column, error.message.text);
	}
}

static struct statement good(const char *line)
{
	struct statement statement;
	struct line_error error = {0};

	if (!statement_parse(line, strlen(line), &statement, &error)) {
		fail_msg("%s: %u: %s", line, error.column, error.message.text);
	}
	return statement;
}

/* The sum of a value's numbers; variables count as 0. */
static uint64_t sum(const struct statement *s, const struct value *value)
{
	uint64_t total = 0;

	assert_int_equal(value->kind, VALUE_NUMBER);
	for (unsigned i = 0; i < value->count; i++) {
		const struct term *term = &s->terms[value->first + i];

		total = term->is_minus ? total - term->number : total + term->number;
	}
	return total;
}

static void check_kind(const char *line, enum statement_kind kind)
{
	struct statement statement = good(line);

	if (statement.kind != kind) {
		fail_msg("%s: kind %d", line, (int)statement.kind);
	}
}

static void check_number(const char *line, uint64_t number)
{
	struct statement statement = good(line);

	if (sum(&statement, &statement.number) != number) {
		fail_msg("%s: 0x%llx", line, (unsigned long long)sum(&statement, &statement.number));
	}
}

static void kinds(void **state)
{
	static const struct {
		const char *line;
		enum statement_kind kind;
	} rows[] = {
		{"", STATEMENT_EMPTY},
		{"  \t# REALM_CREATE", STATEMENT_EMPTY},
		{"machine memory=16M aux=2", STATEMENT_MACHINE},
		{"$a = 4", STATEMENT_ASSIGN},
		{"$a=granule", STATEMENT_GRANULES},
		{"$a = granules 4 align=2M delegated", STATEMENT_GRANULES},
		{"$p = RmiRealmParams {s2sz=40}", STATEMENT_STRUCTURE},
		{"VERSION req=0x10000", STATEMENT_COMMAND},
		{"RMI_VERSION req=0x10000 # comment", STATEMENT_COMMAND},
		{"on cpu 3 VERSION req=0x10000", STATEMENT_COMMAND},
		{"SMC RMI_VERSION 1 2 3", STATEMENT_SMC},
		{"on cpu $n SMC 0xC4000150", STATEMENT_SMC},
		{"write $p+0x800 u16 = 5", STATEMENT_WRITE},
		{"write $p RsiHostCall {imm=1}", STATEMENT_WRITE_STRUCTURE},
		{"fill $p = 0xab", STATEMENT_FILL},
		{"read $p u64", STATEMENT_READ},
		{"show", STATEMENT_SHOW},
		{"show $p", STATEMENT_SHOW},
		{"program $rec {}", STATEMENT_PROGRAM},
		{"program $rec {smc RSI_VERSION 1; load 2; store 3 4; wfi; wfe; irq; fiq; serror;}", STATEMENT_PROGRAM},
		{"expect valid", STATEMENT_EXPECT},
		{"help", STATEMENT_HELP},
		{"help REALM_CREATE", STATEMENT_HELP},
		{"quit", STATEMENT_QUIT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_kind(rows[i].line, rows[i].kind);
	}
}

static void numbers(void **state)
{
	static const struct {
		const char *line;
		uint64_t value;
	} rows[] = {
		{"$a = 0", 0},
		{"$a = 18446744073709551615", UINT64_MAX},
		{"$a = 0xFFFFFFFFFFFFFFFF", UINT64_MAX},
		{"$a = 64K", 65536},
		{"$a = 2MiB", 2 << 20},
		{"$a = 3T", UINT64_C(3) << 40},
		{"$a = -3", UINT64_MAX - 2},
		{"$a = 10-3+1", 8},
		{"$a = 10 - 3 + 1", 8},
		{"$a = RUNNABLE", 1},
		{"$a = EMUL_MMIO+TRAP_WFE", 9},
		{"$a = RSI_HOST_CALL", 0xC4000199},
		{"$a = PSCI_DENIED", UINT64_MAX - 2},
		{"$a = sha512", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_number(rows[i].line, rows[i].value);
	}
}

/* Side by side, a sign that leans on the next number begins one. */
static void numbers_side_by_side(void **state)
{
	struct statement three = good("SMC 1 -3 4");
	struct statement two = good("SMC 1 - 3 4");

	(void)state;
	assert_int_equal(three.arg_count, 3);
	assert_int_equal(sum(&three, &three.args[1]), UINT64_MAX - 2);
	assert_int_equal(two.arg_count, 2);
	assert_int_equal(sum(&two, &two.args[0]), UINT64_MAX - 1);
}

/* Arguments go by name, in any order, cut where that is clear. */
static void arguments(void **state)
{
	struct statement s = good("DATA_CREATE flags=1 src=2 ip=3 da=4 rd=5");
	struct statement create = good("REALM_CREATE rd=1 params={s2=40 hash=sha512 rpv=\"ab\" vmid=7}");

	(void)state;
	assert_int_equal(s.command, RMI_DATA_CREATE);
	for (unsigned i = 0; i < 5; i++) {
		assert_int_equal(sum(&s, &s.args[i]), 5 - (i < 3 ? (unsigned[]){0, 1, 2}[i] : i));
	}
	assert_int_equal(create.args[1].kind, VALUE_FIELDS);
	assert_int_equal(create.args[1].count, 4);
	assert_string_equal(create.field[0].member->name, "s2sz");
	assert_string_equal(create.field[1].member->name, "hash_algo");
	assert_int_equal(create.field[2].value.kind, VALUE_TEXT);
	assert_int_equal(create.field[3].member->offset, 0x800);
}

static void expectations(void **state)
{
	struct statement s = good("expect ERROR_RTT(-1) rtt_walk top=$a X2=0");
	struct statement exit = good("expect exit HOST_CALL gprs[3]=1");
	struct statement no_condition = good("expect ERROR_REC top=1");

	(void)state;
	assert_int_equal(s.expect.kind, EXPECT_STATUS);
	assert_int_equal(s.expect.status, RMI_ERROR_RTT);
	assert_true(s.expect.has_index);
	assert_int_equal(s.expect.index, 0xFF);
	assert_int_equal(s.expect.condition, CONDITION_rtt_walk);
	assert_int_equal(s.fields.count, 2);
	assert_int_equal(exit.expect.reason, RMI_EXIT_HOST_CALL);
	assert_int_equal(exit.field[0].index, 3);
	assert_false(no_condition.expect.has_index);
	assert_int_equal(no_condition.expect.condition, CONDITION_NONE);
	assert_int_equal(good("expect X0=1").expect.kind, EXPECT_REGISTERS);
	assert_int_equal(good("expect realm X0=1").expect.kind, EXPECT_REALM);
	assert_int_equal(good("expect state $a REC_AUX owner=1").expect.state, GRANULE_REC_AUX);
	assert_int_equal(good("expect read $a u32 = 1").width, 4);
}

static void wrong_commands(void **state)
{
	static const struct {
		const char *line;
		unsigned column;
		const char *says;
	} rows[] = {
		{"frob", 1, "no command 'frob'"},
		{"REALM_CREAT", 1, "is it REALM_CREATE?"},
		{"expct valid", 1, "is it expect?"},
		{"VERSION", 8, "lacks its argument req="},
		{"VERSION req=1 req=2", 15, "given twice"},
		{"VERSION zap=1", 9, "no argument 'zap'"},
		{"PSCI_COMPLETE a=1", 15, "no argument 'a'"},
		{"VERSION req", 12, "the line ends where ="},
		{"VERSION req={}", 13, "is a number"},
		{"REC_CREATE rd=1 rec=1 params={gprs=1}", 31, "8 elements"},
		{"REC_CREATE rd=1 rec=1 params={gprs[8]=1}", 36, "up to 7"},
		{"REC_CREATE rd=1 rec=1 params={gprs=[1 2 3 4 5 6 7 8 9]}", 37, "9 are given"},
		{"REC_CREATE rd=1 rec=1 params={gprs=\"a\"}", 37, "no text"},
		{"REC_CREATE rd=1 rec=1 params={pc[1]=1}", 33, "no elements"},
		{"REC_CREATE rd=1 rec=1 params={pc=[1]}", 35, "one number"},
		{"REC_CREATE rd=1 rec=1 params={pc=1", 35, "} was expected"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wrong(rows[i].line, rows[i].column, rows[i].says);
	}
}

static void wrong_lines(void **state)
{
	static const struct {
		const char *line;
		unsigned column;
		const char *says;
	} rows[] = {
		{"$ = 1", 1, "without a name"},
		{"$a 1", 4, "= was expected"},
		{"$a = 1x", 6, "no number"},
		{"$a = 18446744073709551616", 6, "no number"},
		{"$a = 0x10000000000000000", 6, "no number"},
		{"$a = 16777216T", 6, "no number"},
		{"$a = 0x10K", 6, "no number"},
		{"$a = \"x", 6, "no end"},
		{"$a = RUNABLE", 6, "is it RUNNABLE?"},
		{"$a = 1 2", 8, "the end of the line"},
		{"$abcdefghijabcdefghijabcdefghijab = 1", 1, "31 letters"},
		{"on cpu 1 show", 10, "a command or SMC"},
		{"SMC", 4, "X0"},
		{"SMC 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18", 49, "X0 to X17"},
		{"write $a u9 = 1", 10, "u8, u16, u32 or u64"},
		{"program $r {jump}", 13, "no step of a program 'jump'"},
		{"program $r {load}", 13, "takes 1 numbers"},
		{"program $r {load 1 2}", 20, "more than 1"},
		{"program $r {wfi", 16, "; or }"},
		{"expect", 7, "what to expect"},
		{"expect ERROR_INPUT rd_stat", 20, "is it rd_state?"},
		{"expect ERROR_INPUT(256)", 20, "up to 255"},
		{"expect SUCCES", 8, "is it SUCCESS?"},
		{"expect exit SINC", 13, "is it SYNC?"},
		{"expect state $a RDD", 17, "no state of a granule"},
		{"expect exit IRQ zap=1", 17, "no field 'zap'"},
		{"expect realm", 13, "a register"},
		{"expect valid now", 14, "the end of the line"},
		{"read $a u8 !", 12, "'!' has no meaning"},
		{"read \x01", 6, "byte 0x01"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wrong(rows[i].line, rows[i].column, rows[i].says);
	}
}

/* A line may be followed by anything: its size counts. */
static void size_counts(void **state)
{
	static const char line[] = "VERSION req=12";
	struct statement statement;
	struct line_error error;

	(void)state;
	assert_true(statement_parse(line, sizeof(line) - 2, &statement, &error));
	assert_int_equal(sum(&statement, &statement.args[0]), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds),
		cmocka_unit_test(numbers),
		cmocka_unit_test(numbers_side_by_side),
		cmocka_unit_test(arguments),
		cmocka_unit_test(expectations),
		cmocka_unit_test(wrong_commands),
		cmocka_unit_test(wrong_lines),
		cmocka_unit_test(size_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
