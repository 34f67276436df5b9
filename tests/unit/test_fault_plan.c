/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_plan.c - the grammar of plans, as reeve/fault.h writes it: what each word means, how a rule is written, and what is said of the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fuzz/support/plan_equal.h"

enum { LINE_MAX_BYTES = 512, COMMANDS = RMI_COMMAND_COUNT };

#define COUNT_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Parse the very bytes: what stands behind them is no memory of the plan's. */
static bool parse_bytes(const char *text, size_t size, struct reeve_fault_plan *plan, struct reeve_fault_error *error)
{
	char *exact = malloc(size > 0 ? size : 1);
	bool is_plan;

	assert_non_null(exact);
	memcpy(exact, text, size);
	is_plan = reeve_fault_plan_parse(exact, size, plan, error);
	free(exact);
	return is_plan;
}

static struct reeve_fault_plan plan_of(const char *text)
{
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	if (!parse_bytes(text, strlen(text), &plan, &error)) {
		fail_msg("%s\n  %u: \"%s\": %s", text, error.line, error.word, error.text);
	}
	return plan;
}

static struct reeve_fault_rule rule_of(const char *text)
{
	struct reeve_fault_plan plan = plan_of(text);

	if (plan.count != 1) {
		fail_msg("%s: %u rules", text, plan.count);
	}
	return plan.rules[0];
}

/* A rule by printf. */
static struct reeve_fault_rule rule_as(const char *format, ...) __attribute__((format(printf, 1, 2)));
static struct reeve_fault_rule rule_as(const char *format, ...)
{
	char text[LINE_MAX_BYTES];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return rule_of(text);
}

static const struct rmi_command_info *info_of(unsigned command)
{
	return rmi_command_info((enum rmi_command)command);
}

static void empty_plans(void **state)
{
	static const char *const texts[] = {"", "\n", "\n\n\n", " \t \r\n", "# refuse", "#", ";", " ; ;; # ;\n;",
		"\r\n\r\n", "# a\n\t# b; refuse\n"};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		assert_int_equal(plan_of(texts[i]).count, 0);
	}
}

static void actions(void **state)
{
	struct reeve_fault_rule rule = rule_of("refuse DATA_CREATE status=ERROR_INPUT");
	struct reeve_fault_rule other;

	(void)state;
	other = (struct reeve_fault_rule){.action = REEVE_FAULT_REFUSE,
		.command = RMI_DATA_CREATE,
		.nth = 1,
		.times = 1,
		.status = RMI_ERROR_INPUT};
	assert_true(rule_equal(&rule, &other));

	rule = rule_of("misreport DATA_CREATE status=ERROR_INPUT");
	other.action = REEVE_FAULT_MISREPORT;
	assert_true(rule_equal(&rule, &other));

	rule = rule_of("delay DATA_CREATE us=0x500");
	other = (struct reeve_fault_rule){
		.action = REEVE_FAULT_DELAY, .command = RMI_DATA_CREATE, .nth = 1, .times = 1, .delay_us = 0x500};
	assert_true(rule_equal(&rule, &other));

	rule = rule_of("alter FEATURES value=17");
	other = (struct reeve_fault_rule){.action = REEVE_FAULT_ALTER,
		.command = RMI_FEATURES,
		.nth = 1,
		.times = 1,
		.set = {{.x = 1, .value = {.kind = REEVE_FAULT_NUMBER, .more = 17}}},
		.set_count = 1};
	assert_true(rule_equal(&rule, &other));

	rule = rule_of("refuse alloc");
	other = (struct reeve_fault_rule){
		.action = REEVE_FAULT_REFUSE, .command = REEVE_FAULT_ALLOC, .nth = 1, .times = 1};
	assert_true(rule_equal(&rule, &other));
}

static void every_command(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		assert_int_equal(rule_as("refuse %s status=BUSY", info_of(i)->name).command, i);
		assert_int_equal(rule_as("misreport %s status=BUSY", info_of(i)->name + strlen("RMI_")).command, i);
		assert_int_equal(rule_as("delay %s us=1", info_of(i)->name).command, i);
	}
	assert_int_equal(rule_of("refuse any status=BUSY").command, REEVE_FAULT_ANY);
	assert_int_equal(rule_of("misreport any status=BUSY").command, REEVE_FAULT_ANY);
	assert_int_equal(rule_of("delay any us=1").command, REEVE_FAULT_ANY);
	assert_int_equal(rule_of("refuse alloc").command, REEVE_FAULT_ALLOC);
}

static void counts_and_phases(void **state)
{
	struct reeve_fault_rule rule = rule_of("refuse DATA_CREATE nth=3 times=5 realm=2 phase=populate status=BUSY");

	(void)state;
	assert_int_equal(rule.nth, 3);
	assert_int_equal(rule.times, 5);
	assert_int_equal(rule.realm, 2);
	assert_string_equal(rule.phase, "populate");
	/* After the result, in any order, in any base. */
	rule = rule_of("refuse DATA_CREATE status=BUSY phase=a=b times=all realm=4294967295 nth=18446744073709551615");
	assert_true(rule.nth == UINT64_MAX && rule.times == UINT64_MAX && rule.realm == UINT32_MAX);
	assert_string_equal(rule.phase, "a=b");
	assert_int_equal(rule_of("refuse alloc nth=0x10").nth, 16);
	assert_string_equal(rule_of("refuse alloc phase=fifteen-letters").phase, "fifteen-letters");
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
	bool is_found = false;

	for (size_t i = 0; i < count; i++) {
		is_found = is_found || strcmp(name, names[i]) == 0;
	}
	return is_found;
}

/* realm= goes with the commands that are about one: those whose first argument is an RD or a REC, creation among them. */
static void realms(void **state)
{
	static const char *const about[] = {"rd", "rec", "calling_rec"};

	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		struct reeve_fault_plan plan;
		struct reeve_fault_error error;
		char text[LINE_MAX_BYTES];

		(void)snprintf(text, sizeof(text), "refuse %s realm=1 status=BUSY", info_of(i)->name);
		assert_int_equal(parse_bytes(text, strlen(text), &plan, &error),
			is_one_of(info_of(i)->in[0], about, COUNT_OF(about)));
	}
	assert_int_equal(rule_of("refuse any realm=3 status=BUSY").realm, 3);
}

static void expect_match(const struct reeve_fault_rule *rule, unsigned index, unsigned x, uint64_t low, uint64_t high)
{
	assert_int_equal(rule->match[index].x, x);
	assert_true(rule->match[index].low == low && rule->match[index].high == high);
}

static void expect_argument(const struct rmi_command_info *info, unsigned x)
{
	struct reeve_fault_rule rule = rule_as("delay %s x%u=0x%x us=1", info->name, x, x);

	expect_match(&rule, 0, x, x, x);
	assert_int_equal(rule.match[1].x, 0);
	if (strcmp(info->in[x - 1], "status") == 0) {
		return; /* RMI_PSCI_COMPLETE's goes by its register alone */
	}
	rule = rule_as("refuse %s %s=%u status=BUSY", info->name, info->in[x - 1], x);
	expect_match(&rule, 0, x, x, x);
	assert_int_equal(rule.match[1].x, 0);
}

static void every_argument(void **state)
{
	struct reeve_fault_rule rule;

	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		for (unsigned x = 1; info_of(i)->in[x - 1] != NULL; x++) {
			expect_argument(info_of(i), x);
		}
	}
	rule = rule_of("refuse any x1=1 x2=2 x3=3 x4=4 x5=5 status=BUSY");
	for (unsigned x = 1; x <= RMI_ARGUMENT_MAX; x++) {
		expect_match(&rule, x - 1, x, x, x);
	}
	/* Of an alteration too. */
	rule = rule_of("alter RTT_INIT_RIPAS base=0x1000 top=0x2000 out_top=7");
	expect_match(&rule, 0, 2, 0x1000, 0x1000);
	expect_match(&rule, 1, 3, 0x2000, 0x2000);
	assert_int_equal(rule.set_count, 1);
}

static size_t count_of_names(const char *const *names)
{
	size_t count = 0;

	while (names[count] != NULL) {
		count++;
	}
	return count;
}

/* A name must mean one thing: an argument, a result or a condition. */
static void names_mean_one_thing(void **state)
{
	static const char *const conditions[] = {"nth", "times", "realm", "phase", "us"};

	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		const struct rmi_command_info *info = info_of(i);
		size_t results = count_of_names(info->out);

		for (size_t a = 0; a < count_of_names(info->in); a++) {
			assert_false(is_one_of(info->in[a], info->out, results));
			assert_false(is_one_of(info->in[a], conditions, COUNT_OF(conditions)));
			assert_true(strcmp(info->in[a], "status") != 0 || i == RMI_PSCI_COMPLETE);
		}
		assert_false(is_one_of("status", info->out, results));
	}
}

static void ranges(void **state)
{
	static const struct {
		const char *text;
		uint64_t low;
		uint64_t high;
	} rows[] = {
		{"0", 0, 0},
		{"-1", UINT64_MAX, UINT64_MAX},
		{"0x40000000..0x401fffff", 0x40000000, 0x401FFFFF},
		{"5..5", 5, 5},
		{"-1..2", UINT64_MAX, 2},
		{"-3..-1", (uint64_t)-3, UINT64_MAX},
		{"0..0xffffffffffffffff", 0, UINT64_MAX},
		{"0..18446744073709551615", 0, UINT64_MAX},
		{"-9223372036854775808..9223372036854775807", UINT64_C(1) << 63, INT64_MAX},
		{"-0x8000000000000000..0xF", UINT64_C(1) << 63, 15},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reeve_fault_rule rule = rule_as("refuse RTT_CREATE level=%s status=BUSY", rows[i].text);

		expect_match(&rule, 0, 4, rows[i].low, rows[i].high);
	}
}

static void statuses(void **state)
{
	static const struct {
		const char *text;
		uint64_t x0;
	} rows[] = {
		{"SUCCESS", 0},
		{"ERROR_INPUT", 1},
		{"ERROR_REALM", 2},
		{"ERROR_REC", 3},
		{"ERROR_RTT", 4},
		{"ERROR_RTT(0)", 4},
		{"ERROR_RTT(2)", 0x204},
		{"ERROR_RTT(-1)", 0xFF04},
		{"ERROR_RTT(255)", 0xFF04},
		{"ERROR_RTT(0x7f)", 0x7F04},
		{"ERROR_REALM(1)", 0x102},
		{"SUCCESS(1)", 0x100},
		{"NOT_SUPPORTED", UINT64_MAX},
		{"BUSY", 10},
		{"0", 0},
		{"-1", UINT64_MAX},
		{"0x77", 0x77},
		{"0x123456789abcdef0", UINT64_C(0x123456789ABCDEF0)},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_true(rule_as("refuse any status=%s", rows[i].text).status == rows[i].x0);
		assert_true(rule_as("misreport DATA_CREATE status=%s", rows[i].text).status == rows[i].x0);
	}
	for (unsigned i = 0; i < RMI_STATUS_COUNT; i++) {
		assert_int_equal(rule_as("refuse any status=%s", rmi_status_name(i)).status, i);
	}
}

static void every_result(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COMMANDS; i++) {
		for (unsigned r = 0; info_of(i)->out[r] != NULL; r++) {
			struct reeve_fault_rule rule = rule_as("alter %s %s=-1", info_of(i)->name, info_of(i)->out[r]);

			assert_int_equal(rule.set_count, 1);
			assert_int_equal(rule.set[0].x, r + 1);
			assert_int_equal(rule.set[0].value.kind, REEVE_FAULT_NUMBER);
			assert_true(rule.set[0].value.more == UINT64_MAX);
		}
	}
}

static void values(void **state)
{
	static const struct {
		const char *text;
		enum reeve_fault_value_kind kind;
		uint8_t x;
		uint64_t more;
	} rows[] = {
		{"0x40", REEVE_FAULT_NUMBER, 0, 0x40},
		{"-4096", REEVE_FAULT_NUMBER, 0, (uint64_t)-4096},
		{"rd", REEVE_FAULT_ARGUMENT, 1, 0},
		{"level", REEVE_FAULT_ARGUMENT, 3, 0},
		{"ipa+4096", REEVE_FAULT_ARGUMENT, 2, 4096},
		{"ipa-0x1000", REEVE_FAULT_ARGUMENT, 2, (uint64_t)-4096},
		{"rtt", REEVE_FAULT_RESULT, 1, 0},
		{"top-4096", REEVE_FAULT_RESULT, 2, (uint64_t)-4096},
		{"top+0xffffffffffffffff", REEVE_FAULT_RESULT, 2, UINT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct reeve_fault_rule rule = rule_as("alter RTT_DESTROY rtt=%s top=1", rows[i].text);

		assert_int_equal(rule.set_count, 2);
		assert_int_equal(rule.set[0].x, 1);
		assert_int_equal(rule.set[0].value.kind, rows[i].kind);
		assert_int_equal(rule.set[0].value.x, rows[i].x);
		assert_true(rule.set[0].value.more == rows[i].more);
		assert_int_equal(rule.set[1].x, 2);
	}
}

/* The exit part of the run page, as the structure itself lays it out. */
static void every_exit_member(void **state)
{
#define MEMBER(structure, member, offset, size) {#structure, #member, offset, size},
	static const struct {
		const char *structure;
		const char *name;
		size_t offset;
		size_t size;
	} rows[] = {
#include "spec/structures.def"
	};
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		bool is_array = strcmp(rows[i].name, "gprs") == 0 || strcmp(rows[i].name, "gicv3_lrs") == 0;
		size_t size = is_array ? 8 : rows[i].size;

		if (strcmp(rows[i].structure, "rmi_rec_exit") != 0) {
			continue;
		}
		for (size_t n = 0; n < rows[i].size / size; n++) {
			struct reeve_fault_rule rule = is_array
				? rule_as("alter REC_ENTER exit.%s[%zu]=1", rows[i].name, n)
				: rule_as("alter REC_ENTER exit.%s=1", rows[i].name);

			assert_int_equal(rule.set[0].x, 0);
			assert_int_equal(rule.set[0].offset, rows[i].offset + n * size);
			assert_int_equal(rule.set[0].size, size);
			seen++;
		}
	}
	assert_in_range(seen, 31 + 16 + 10, 100); /* gprs, lrs, and the others */
}

static void exit_values(void **state)
{
	struct reeve_fault_rule rule =
		rule_of("alter RMI_REC_ENTER exit.esr=0x93c08006 exit.gprs[30]=rec+1 exit.imm=-1 exit.exit_reason=255");

	(void)state;
	assert_int_equal(rule.set_count, 4);
	assert_int_equal(rule.set[0].offset, offsetof(struct rmi_rec_exit, esr));
	assert_int_equal(rule.set[1].offset, offsetof(struct rmi_rec_exit, gprs[30]));
	assert_int_equal(rule.set[1].value.kind, REEVE_FAULT_ARGUMENT);
	assert_int_equal(rule.set[2].size, 2);
	assert_int_equal(rule_of("alter REC_ENTER exit.exit_reason=-128").set[0].size, 1);
	assert_int_equal(rule_of("alter REC_ENTER exit.imm=65535").set[0].value.more, 65535);
}

static void rules_and_their_ends(void **state)
{
	struct reeve_fault_plan plan = plan_of("# first\n"
					       "\trefuse any status=BUSY ;refuse alloc# no page; no more\r\n"
					       "\n"
					       ";  misreport\tREALM_CREATE   status=1;;delay any us=0\n"
					       "alter FEATURES value=2");
	static const unsigned commands[] = {
		REEVE_FAULT_ANY, REEVE_FAULT_ALLOC, RMI_REALM_CREATE, REEVE_FAULT_ANY, RMI_FEATURES};
	static const char rule[] = "refuse alloc;";
	char text[REEVE_FAULT_RULES * (sizeof(rule) - 1) + 1] = "";

	(void)state;
	assert_int_equal(plan.count, COUNT_OF(commands));
	for (size_t i = 0; i < COUNT_OF(commands); i++) {
		assert_int_equal(plan.rules[i].command, commands[i]);
	}
	for (unsigned i = 0; i < REEVE_FAULT_RULES; i++) {
		memcpy(text + i * (sizeof(rule) - 1), rule, sizeof(rule));
	}
	assert_int_equal(plan_of(text).count, REEVE_FAULT_RULES);
}

/* A line as it comes out; as it goes in when that is another. */
static const struct line_row {
	const char *out;
	const char *in;
} line_rows[] = {
	{"refuse DATA_CREATE status=ERROR_INPUT", NULL},
	{"refuse DATA_CREATE status=ERROR_INPUT", " refuse\tRMI_DATA_CREATE status=1 nth=1 times=1 # one"},
	{"misreport REALM_CREATE nth=2 times=3 realm=4 phase=create rd=0x1000 params_ptr=5 status=ERROR_REALM(1)",
		"misreport REALM_CREATE status=0x102 rd=4096 x2=5 phase=create realm=4 times=3 nth=2"},
	{"refuse any times=all status=BUSY", "refuse any status=10 times=18446744073709551615"},
	{"refuse any status=NOT_SUPPORTED", "refuse any status=-1"},
	{"refuse any status=ERROR_RTT(-1)", "refuse any status=ERROR_RTT(255)"},
	{"refuse any status=SUCCESS(1)", "refuse any status=256"},
	{"refuse any status=119", "refuse any status=0x77"},
	{"refuse any status=0x10004", NULL},
	{"refuse any x1=-1..2 x5=0x3e8..-1 status=BUSY",
		"refuse any x1=-1..2 x5=1000..18446744073709551615 status=BUSY"},
	{"refuse PSCI_COMPLETE calling_rec=999 x3=1 status=ERROR_REC", NULL},
	{"delay GRANULE_DELEGATE nth=18446744073709551615 addr=0x40000000 us=5000", NULL},
	{"alter RTT_DESTROY level=3 rtt=rtt+0x1000 top=top-0x1000",
		"alter RTT_DESTROY rtt=rtt+4096 top=top-4096 level=3"},
	{"alter RTT_DESTROY rtt=rd top=-0x1000", "alter RTT_DESTROY rtt=rd+0 top=-4096"},
	{"alter RTT_DESTROY rtt=rtt-0x8000000000000000", "alter RTT_DESTROY rtt=rtt+0x8000000000000000"},
	{"alter REC_ENTER exit.esr=0xffffffffffffe000 exit.gprs[0]=rec exit.gicv3_lrs[15]=7 exit.imm=-1", NULL},
	{"refuse alloc nth=2 times=all phase=rec", "refuse alloc phase=rec times=all nth=2"},
};

static void lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT_OF(line_rows); i++) {
		const struct line_row *row = &line_rows[i];
		struct reeve_fault_rule rule = rule_of(row->in != NULL ? row->in : row->out);
		struct reeve_fault_rule again;
		char line[LINE_MAX_BYTES];

		assert_int_equal(reeve_fault_rule_format(&rule, line, sizeof(line)), strlen(row->out));
		assert_string_equal(line, row->out);
		again = rule_of(line);
		assert_true(rule_equal(&rule, &again));
	}
}

/* Like snprintf: the length is the whole line's, what fits is written, and ends. */
static void short_buffers(void **state)
{
	const char *whole = line_rows[2].out;
	struct reeve_fault_rule rule = rule_of(whole);

	(void)state;
	assert_int_equal(reeve_fault_rule_format(&rule, NULL, 0), strlen(whole));
	for (size_t size = 1; size <= strlen(whole) + 1; size++) {
		char *line = malloc(size);

		assert_non_null(line);
		assert_int_equal(reeve_fault_rule_format(&rule, line, size), strlen(whole));
		assert_int_equal(strlen(line), size - 1);
		assert_memory_equal(line, whole, size - 1);
		free(line);
	}
}

/* A zeroed rule is its command's first call; one without sense is written, and is no plan. */
static void rules_of_programs(void **state)
{
	struct reeve_fault_rule rule = {.command = RMI_VERSION};
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;
	char line[LINE_MAX_BYTES];
	size_t length;

	(void)state;
	(void)reeve_fault_rule_format(&rule, line, sizeof(line));
	assert_string_equal(line, "refuse VERSION status=SUCCESS");
	rule = (struct reeve_fault_rule){.action = REEVE_FAULT_ALTER,
		.command = 1000,
		.match = {{.x = 9}},
		.set = {{.x = 7, .value = {.kind = REEVE_FAULT_RESULT, .x = 9}}},
		.set_count = 1000};
	memset(rule.phase, 'p', sizeof(rule.phase));
	length = reeve_fault_rule_format(&rule, line, sizeof(line));
	assert_int_equal(length, strlen(line));
	assert_false(parse_bytes(line, length, &plan, &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_plans),
		cmocka_unit_test(actions),
		cmocka_unit_test(every_command),
		cmocka_unit_test(counts_and_phases),
		cmocka_unit_test(realms),
		cmocka_unit_test(every_argument),
		cmocka_unit_test(names_mean_one_thing),
		cmocka_unit_test(ranges),
		cmocka_unit_test(statuses),
		cmocka_unit_test(every_result),
		cmocka_unit_test(values),
		cmocka_unit_test(every_exit_member),
		cmocka_unit_test(exit_values),
		cmocka_unit_test(rules_and_their_ends),
		cmocka_unit_test(lines),
		cmocka_unit_test(short_buffers),
		cmocka_unit_test(rules_of_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
