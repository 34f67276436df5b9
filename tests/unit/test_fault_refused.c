/* SPDX-License-Identifier: BSD-2-Clause */
/* test_fault_refused.c - texts that are no plan, and plans that a conduit cannot follow: which line, which word, and why. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/fuzz/support/plan_equal.h"

#define COUNT_OF(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A text that is refused: about which word, and a part of the reason. */
struct row {
	const char *text;
	const char *word;
	const char *part;
};

/* The text as the third line of a plan whose other lines are good. */
static void expect_line(const struct row *row)
{
	const struct reeve_fault_plan before = {.rules = {{.command = RMI_VERSION}}, .count = 7};
	struct reeve_fault_plan plan = before;
	struct reeve_fault_error error = {0};
	char *text = NULL;
	int size = asprintf(&text, "# a comment\nrefuse any status=BUSY\n%s\nrefuse alloc\n", row->text);

	assert_true(size > 0);
	if (reeve_fault_plan_parse(text, (size_t)size, &plan, &error)) {
		fail_msg("%s: is taken", row->text);
	}
	free(text);
	assert_true(plan_equal(&plan, &before));
	if (error.line != 3 || strcmp(error.word, row->word) != 0 || strstr(error.text, row->part) == NULL) {
		fail_msg("%s: %u: \"%s\": %s", row->text, error.line, error.word, error.text);
	}
}

static void expect_lines(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		expect_line(&rows[i]);
	}
}

static void actions_and_commands(void **state)
{
	static const struct row rows[] = {
		{"reject any status=BUSY", "reject",
			"is no action: a rule begins with refuse, misreport, alter or delay"},
		{"Refuse any status=BUSY", "Refuse", "is no action"},
		{"refus any status=BUSY", "refus", "is no action"},
		{"refuses any status=BUSY", "refuses", "is no action"},
		{"refuse alloc; nth=3", "nth=3", "is no action"},
		{"refuse", "refuse", "does not say which command"},
		{"alter # FEATURES", "alter", "does not say which command"},
		{"refuse DATA_CREAT status=BUSY", "DATA_CREAT", "is no command"},
		{"refuse data_create status=BUSY", "data_create", "is no command"},
		{"refuse RMI_ status=BUSY", "RMI_", "is no command"},
		{"refuse RMI_RMI_FEATURES status=BUSY", "RMI_RMI_FEATURES", "is no command"},
		{"refuse status=BUSY", "status=BUSY", "is no command"},
		{"refuse GRANULE_TRANSMOGRIFY_ALL_OF_THEM status=BUSY", "GRANULE_TRANSMOGRIFY_ALL_OF_THE",
			"is no command"},
		{"misreport alloc", "alloc", "an allocation can only be refused"},
		{"delay alloc us=1", "alloc", "an allocation can only be refused"},
		{"alter alloc x1=1", "alloc", "an allocation can only be refused"},
		{"alter any x1=1", "any", "alter names one, not `any`"},
		{"alter GRANULE_DELEGATE addr=1", "GRANULE_DELEGATE", "has no results to alter"},
	};

	(void)state;
	expect_lines(rows, COUNT_OF(rows));
}

static void conditions(void **state)
{
	static const struct row rows[] = {
		{"refuse any nth=0 status=BUSY", "nth=0", "calls are counted from 1"},
		{"refuse any nth=-1 status=BUSY", "nth=-1", "calls are counted from 1"},
		{"refuse any nth=x status=BUSY", "nth=x", "calls are counted from 1"},
		{"refuse any nth=1x status=BUSY", "nth=1x", "calls are counted from 1"},
		{"refuse any nth=0x status=BUSY", "nth=0x", "calls are counted from 1"},
		{"refuse any nth=18446744073709551616 status=BUSY", "nth=18446744073709551616",
			"does not fit in 64 bits"},
		{"refuse any nth=0x10000000000000000 status=BUSY", "nth=0x10000000000000000",
			"does not fit in 64 bits"},
		{"refuse any times=0 status=BUSY", "times=0", "a number from 1, or `all`"},
		{"refuse any times=ever status=BUSY", "times=ever", "a number from 1, or `all`"},
		{"refuse any nth=all status=BUSY", "nth=all", "calls are counted from 1"},
		{"refuse any realm=0 status=BUSY", "realm=0", "realms are counted from 1"},
		{"refuse any realm=-1 status=BUSY", "realm=-1", "realms are counted from 1"},
		{"refuse any realm=all status=BUSY", "realm=all", "realms are counted from 1"},
		{"refuse any realm=4294967296 status=BUSY", "realm=4294967296", "no realm of that number"},
		{"refuse VERSION realm=1 status=BUSY", "realm=1", "is about no realm"},
		{"refuse GRANULE_DELEGATE realm=1 status=BUSY", "realm=1", "is about no realm"},
		{"refuse alloc realm=1", "realm=1", "an allocation is about no realm"},
		{"refuse any phase=sixteen-letters- status=BUSY", "phase=sixteen-letters-", "at most 15 bytes"},
		{"refuse any nth=1 nth=1 status=BUSY", "nth=1", "is given twice"},
		{"refuse any times=all times=1 status=BUSY", "times=1", "is given twice"},
		{"refuse any phase=a phase=b status=BUSY", "phase=b", "is given twice"},
		{"refuse any realm=1 realm=2 status=BUSY", "realm=2", "is given twice"},
		{"refuse any status=BUSY status=BUSY", "status=BUSY", "is given twice"},
		{"delay any us=1 us=2", "us=2", "is given twice"},
		{"refuse any nth status=BUSY", "nth", "is no NAME=VALUE"},
		{"refuse any nth= status=BUSY", "nth=", "something on both sides"},
		{"refuse any =3 status=BUSY", "=3", "something on both sides"},
		{"refuse any nth = 3 status=BUSY", "nth", "is no NAME=VALUE"},
		{"refuse any =", "=", "something on both sides"},
	};

	(void)state;
	expect_lines(rows, COUNT_OF(rows));
}

static void arguments(void **state)
{
	static const struct row rows[] = {
		{"refuse DATA_CREATE level=3 status=BUSY", "level=3",
			"takes nth, times, realm, phase and the arguments (\"rd\", "},
		{"refuse any ipa=0 status=BUSY", "ipa=0",
			"no condition of `any`: it takes nth, times, realm, phase and x1 to x5"},
		{"refuse alloc x1=0", "x1=0", "no condition of an allocation"},
		{"refuse alloc ipa=0", "ipa=0", "no condition of an allocation"},
		{"refuse any x0=0 status=BUSY", "x0=0", "no condition of `any`"},
		{"refuse any x6=0 status=BUSY", "x6=0", "no condition of `any`"},
		{"refuse any x10=0 status=BUSY", "x10=0", "no condition of `any`"},
		{"refuse any x=0 status=BUSY", "x=0", "no condition of `any`"},
		{"refuse FEATURES x2=0 status=BUSY", "x2=0", "no argument in that register"},
		{"refuse FEATURES indexes=0 status=BUSY", "indexes=0", "is no condition of the command"},
		{"refuse FEATURES inde=0 status=BUSY", "inde=0", "is no condition of the command"},
		{"refuse FEATURES value=0 status=BUSY", "value=0", "is a result: only alter changes results"},
		{"delay RTT_DESTROY top=0 us=1", "top=0", "is a result: only alter changes results"},
		{"refuse DATA_CREATE ipa=0 ipa=1 status=BUSY", "ipa=1", "has a condition already"},
		{"refuse DATA_CREATE ipa=0 x3=0 status=BUSY", "x3=0", "has a condition already"},
		{"refuse any x1=1 x2=1 x3=1 x4=1 x5=1 x1=2 status=BUSY", "x1=2",
			"every argument has a condition already"},
		{"refuse DATA_CREATE ipa=here status=BUSY", "ipa=here", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=1.. status=BUSY", "ipa=1..", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=..1 status=BUSY", "ipa=..1", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=.. status=BUSY", "ipa=..", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=1...2 status=BUSY", "ipa=1...2", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=1..2..3 status=BUSY", "ipa=1..2..3", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=- status=BUSY", "ipa=-", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=--1 status=BUSY", "ipa=--1", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=+1 status=BUSY", "ipa=+1", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=0X10 status=BUSY", "ipa=0X10", "neither a number nor a range"},
		{"refuse DATA_CREATE ipa=1..0x10000000000000000 status=BUSY", "ipa=1..0x10000000000000000",
			"does not fit"},
		{"refuse DATA_CREATE ipa=-9223372036854775809 status=BUSY", "ipa=-9223372036854775809", "does not fit"},
		{"refuse DATA_CREATE ipa=2..1 status=BUSY", "ipa=2..1", "ends before it begins"},
		{"refuse DATA_CREATE ipa=2..-9223372036854775808 ipa=1 status=BUSY", "ipa=1",
			"has a condition already"},
		{"refuse RTT_CREATE level=-1..-2 status=BUSY", "level=-1..-2", "ends before it begins"},
	};

	(void)state;
	expect_lines(rows, COUNT_OF(rows));
}

static void statuses(void **state)
{
	static const struct row rows[] = {
		{"refuse any", "refuse", "status=STATUS is missing"},
		{"misreport FEATURES nth=2", "misreport", "status=STATUS is missing"},
		{"refuse any status=", "status=", "something on both sides"},
		{"refuse any status=ERROR", "status=ERROR",
			"is no status: it takes SUCCESS, ERROR_INPUT, ERROR_REALM, ERROR_REC, ERROR_RTT, NOT_SUPPORTED, BUSY"},
		{"refuse any status=error_input", "status=error_input", "is no status"},
		{"refuse any status=RMI_SUCCESS", "status=RMI_SUCCESS", "is no status"},
		{"refuse any status=BUSY(1)", "status=BUSY(1)", "is no status"},
		{"refuse any status=1x", "status=1x", "is no status"},
		{"refuse any status=18446744073709551616", "status=18446744073709551616", "does not fit"},
		{"refuse any status=ERROR_RTT(256)", "status=ERROR_RTT(256)", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT(-2)", "status=ERROR_RTT(-2)", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT()", "status=ERROR_RTT()", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT(", "status=ERROR_RTT(", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT(2", "status=ERROR_RTT(2", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT(2)3", "status=ERROR_RTT(2)3", "a number from -1 to 255"},
		{"refuse any status=ERROR_RTT(x)", "status=ERROR_RTT(x)", "a number from -1 to 255"},
		{"refuse alloc status=BUSY", "status=BUSY", "takes nth, times and phase"},
		{"delay any us=1 status=BUSY", "status=BUSY", "only refuse and misreport have a status"},
		{"alter FEATURES value=1 status=BUSY", "status=BUSY", "only refuse and misreport have a status"},
		{"delay PSCI_COMPLETE us=1 status=0", "status=0", "by its register: x3=NUMBER"},
		{"delay any", "delay", "us=NUMBER is missing"},
		{"delay any us=-1", "us=-1", "is no number of microseconds"},
		{"delay any us=1ms", "us=1ms", "is no number of microseconds"},
		{"delay any us=99999999999999999999", "us=99999999999999999999", "does not fit"},
		{"refuse any us=1 status=BUSY", "us=1", "only delay has us="},
		{"refuse alloc us=1", "us=1", "only delay has us="},
	};

	(void)state;
	expect_lines(rows, COUNT_OF(rows));
}

static void results(void **state)
{
	static const struct row rows[] = {
		{"alter FEATURES", "alter", "RESULT=VALUE is missing"},
		{"alter FEATURES index=0", "alter", "RESULT=VALUE is missing"},
		{"alter RTT_DESTROY level=1 rt=0", "rt=0", "nor a result of it (\"rtt\", \"top\")"},
		{"alter FEATURES exit.esr=1", "exit.esr=1", "only RMI_REC_ENTER has a run page"},
		{"alter REC_ENTER esr=1", "esr=1", "nor a member of its run page, like exit.esr"},
		{"alter REC_ENTER exit.=1", "exit.=1", "nor a member of its run page"},
		{"alter REC_ENTER exit.esrs=1", "exit.esrs=1", "is no member of the run page's exit part"},
		{"alter REC_ENTER exit.flags=1", "exit.flags=1", "is no member of the run page's exit part"},
		{"alter REC_ENTER exit.esr[0]=1", "exit.esr[0]=1", "is no array"},
		{"alter REC_ENTER exit.gprs=1", "exit.gprs=1", "is an array"},
		{"alter REC_ENTER exit.gprs[]=1", "exit.gprs[]=1", "is an array"},
		{"alter REC_ENTER exit.gprs[=1", "exit.gprs[=1", "is an array"},
		{"alter REC_ENTER exit.gprs[0=1", "exit.gprs[0=1", "is an array"},
		{"alter REC_ENTER exit.gprs[x]=1", "exit.gprs[x]=1", "is an array"},
		{"alter REC_ENTER exit.gprs[31]=1", "exit.gprs[31]=1", "is an array"},
		{"alter REC_ENTER exit.gprs[-1]=1", "exit.gprs[-1]=1", "is an array"},
		{"alter REC_ENTER exit.gicv3_lrs[16]=1", "exit.gicv3_lrs[16]=1", "is an array"},
		{"alter REC_ENTER exit.exit_reason=256", "exit.exit_reason=256", "too big for the member"},
		{"alter REC_ENTER exit.exit_reason=-129", "exit.exit_reason=-129", "too big for the member"},
		{"alter REC_ENTER exit.imm=0x10000", "exit.imm=0x10000", "too big for the member"},
		{"alter REC_ENTER exit.esr=esr", "exit.esr=esr", "no argument or result of the command"},
		{"alter FEATURES value=1 value=2", "value=2", "is altered already"},
		{"alter REC_ENTER exit.gprs[1]=1 exit.gprs[1]=1", "exit.gprs[1]=1", "is altered already"},
		{"alter REC_ENTER exit.gprs[0]=0 exit.gprs[1]=1 exit.gprs[2]=2 exit.gprs[3]=3 exit.gprs[4]=4",
			"exit.gprs[4]=4", "at most 4 results"},
		{"alter FEATURES value=nothing", "value=nothing", "no argument or result of the command"},
		{"alter FEATURES value=index+", "value=index+", "no argument or result of the command"},
		{"alter FEATURES value=index--1", "value=index--1", "no argument or result of the command"},
		{"alter FEATURES value=index+x", "value=index+x", "no argument or result of the command"},
		{"alter FEATURES value=+1", "value=+1", "no argument or result of the command"},
		{"alter FEATURES value=1+index", "value=1+index", "no argument or result of the command"},
		{"alter FEATURES value=index+18446744073709551616", "value=index+1844674407370955161", "does not fit"},
		{"alter FEATURES value=18446744073709551616", "value=18446744073709551616", "does not fit"},
	};

	(void)state;
	expect_lines(rows, COUNT_OF(rows));
}

/* The line is counted in the text, the rest of it is not read, and no byte of it passes through. */
static void places(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		unsigned line;
		const char *word;
	} rows[] = {
		{"what", 4, 1, "what"},
		{"\n\n#\nwhat\nwhere", 14, 4, "what"},
		{"refuse alloc; refuse alloc\r\nwhat", 32, 2, "what"},
		{"refuse alloc; what; where", 25, 1, "what"},
		{"refuse\0any status=BUSY", 22, 1, "refuse?any"},
		{"refuse any phase=a\0b status=BUSY", 32, 1, "phase=a?b"},
		{"\0", 1, 1, "?"},
		{"\x1b[2J\x7f", 5, 1, "?[2J?"},
		{"refuse any status=BUSY\v", 23, 1, "status=BUSY?"},
		{"\xff\xfe", 2, 1, "\xff\xfe"},
	};
	char text[] = "refuse any status=BUSY nth=1";
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	(void)state;
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		assert_false(reeve_fault_plan_parse(rows[i].text, rows[i].size, &plan, &error));
		assert_int_equal(error.line, rows[i].line);
		assert_string_equal(error.word, rows[i].word);
	}
	/* No further than `size`: the word is cut there. */
	assert_true(reeve_fault_plan_parse(text, strlen("refuse any status=BUSY"), &plan, &error));
	assert_int_equal(plan.count, 1);
	assert_false(reeve_fault_plan_parse(text, strlen("refuse any status=BUS"), &plan, &error));
	assert_string_equal(error.word, "status=BUS");
}

static void too_many_rules(void **state)
{
	static const char rule[] = "refuse alloc\n";
	char text[(REEVE_FAULT_RULES + 1) * (sizeof(rule) - 1) + 1] = "";
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	(void)state;
	for (unsigned i = 0; i <= REEVE_FAULT_RULES; i++) {
		memcpy(text + i * (sizeof(rule) - 1), rule, sizeof(rule));
	}
	assert_false(reeve_fault_plan_parse(text, strlen(text), &plan, &error));
	assert_int_equal(error.line, REEVE_FAULT_RULES + 1);
	assert_non_null(strstr(error.text, "at most 16 rules"));
}

/* A line that never ends, and words of that length: refused by their beginning. */
static void long_lines(void **state)
{
	enum { SIZE = 1 << 20 };
	static const char rule[] = {'d', 'e', 'l', 'a', 'y', ' ', 'a', 'n', 'y', ' ', 'u', 's', '='};
	char *text = malloc(SIZE);
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	(void)state;
	assert_non_null(text);
	memset(text, 'a', SIZE);
	assert_false(reeve_fault_plan_parse(text, SIZE, &plan, &error));
	assert_string_equal(error.word, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	memset(text, ' ', SIZE);
	assert_true(reeve_fault_plan_parse(text, SIZE, &plan, &error));
	assert_int_equal(plan.count, 0);
	memset(text, '0', SIZE);
	memcpy(text, rule, sizeof(rule));
	assert_true(reeve_fault_plan_parse(text, SIZE, &plan, &error));
	assert_int_equal(plan.rules[0].delay_us, 0);
	memset(text + sizeof(rule), '7', SIZE - sizeof(rule));
	assert_false(reeve_fault_plan_parse(text, SIZE, &plan, &error));
	assert_string_equal(error.word, "us=7777777777777777777777777777");
	free(text);
}

static void smc(void *context, uint64_t x[18])
{
	(void)context;
	x[0] = RMI_SUCCESS;
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	(void)context;
	(void)size;
	(void)pa;
	return false;
}

static void *pointer(void *context, struct reeve_pa pa)
{
	(void)context;
	(void)pa;
	return NULL;
}

static void delay(void *context, uint64_t us)
{
	(void)context;
	(void)us;
}

static const struct {
	struct reeve_fault_rule rule;
	const char *part;
} senseless[] = {
	{{.action = REEVE_FAULT_ACTION_COUNT}, "the action is none of"},
	{{.command = REEVE_FAULT_ALLOC + 1}, "the command is no RMI command"},
	{{.action = REEVE_FAULT_DELAY, .command = REEVE_FAULT_ALLOC}, "can only be refused"},
	{{.command = REEVE_FAULT_ALLOC, .realm = 1}, "is about no realm"},
	{{.command = RMI_FEATURES, .realm = 1}, "is about no realm"},
	{{.command = RMI_FEATURES, .phase = "two words"}, "is one word"},
	{{.command = RMI_FEATURES, .phase = "two\trules"}, "is one word"},
	{{.command = RMI_FEATURES, .phase = "two\nlines"}, "is one word"},
	{{.command = RMI_FEATURES, .phase = "two;rules"}, "is one word"},
	{{.command = RMI_FEATURES, .phase = "no#comment"}, "is one word"},
	{{.command = RMI_FEATURES,
		 .phase = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'}},
		"at most 15 bytes"},
	{{.command = REEVE_FAULT_ALLOC, .match = {{.x = 1}}}, "has no arguments"},
	{{.command = RMI_FEATURES, .match = {{.x = 2}}}, "no argument in that register"},
	{{.command = REEVE_FAULT_ANY, .match = {{.x = 6}}}, "no argument in that register"},
	{{.command = RMI_FEATURES, .match = {{.x = 1}, {.x = 0}, {.x = 1}}}, "has a condition already"},
	{{.command = RMI_FEATURES, .match = {{.x = 1, .low = 2, .high = 1}}}, "ends before it begins"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_FEATURES}, "no result to alter"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_FEATURES, .set_count = 5, .set = {{.x = 1}}}, "at most 4"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_FEATURES, .set_count = 1, .set = {{.x = 2}}},
		"no result in that"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_FEATURES, .set_count = 1, .set = {{.x = 18}}},
		"no result in that"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_FEATURES, .set_count = 1}, "only RMI_REC_ENTER"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_REC_ENTER, .set_count = 1}, "no exit member there"},
	{{.action = REEVE_FAULT_ALTER,
		 .command = RMI_REC_ENTER,
		 .set_count = 1,
		 .set = {{.size = 8, .offset = 0x1000}}},
		"no exit member there"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_REC_ENTER, .set_count = 1, .set = {{.size = 8, .offset = 0x204}}},
		"no exit member there"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_REC_ENTER, .set_count = 1, .set = {{.size = 8, .offset = 0x2F8}}},
		"no exit member there"},
	{{.action = REEVE_FAULT_ALTER, .command = RMI_REC_ENTER, .set_count = 1, .set = {{.size = 4, .offset = 0x100}}},
		"no exit member there"},
	{{.action = REEVE_FAULT_ALTER,
		 .command = RMI_FEATURES,
		 .set_count = 1,
		 .set = {{.x = 1, .value = {.kind = REEVE_FAULT_ARGUMENT, .x = 2}}}},
		"is no argument of the command"},
	{{.action = REEVE_FAULT_ALTER,
		 .command = RMI_FEATURES,
		 .set_count = 1,
		 .set = {{.x = 1, .value = {.kind = REEVE_FAULT_RESULT, .x = 2}}}},
		"is no result of the command"},
	{{.action = REEVE_FAULT_ALTER,
		 .command = RMI_FEATURES,
		 .set_count = 1,
		 .set = {{.x = 1, .value = {.kind = 3}}}},
		"no number, argument or result"},
};

static void expect_senseless(struct reeve_fault *fault, const struct reeve_fault_rule *rule, const char *part)
{
	struct reeve_fault_plan plan = {.rules = {{.status = 1}, *rule}, .count = 2};
	struct reeve_fault_error error = {0};

	if (reeve_fault_load(fault, &plan, &error)) {
		fail_msg("is taken: %s", part);
	}
	assert_int_equal(error.line, 2);
	assert_string_equal(error.word, "");
	if (strstr(error.text, part) == NULL) {
		fail_msg("%s: %s", part, error.text);
	}
}

/* A program's own rules are held to the same sense as a text's. */
static void rules_without_sense(void **state)
{
	const struct reeve_fault_config config = {
		.smc = smc, .pages_alloc = pages_alloc, .pointer = pointer, .delay = delay};
	struct reeve_fault fault;

	(void)state;
	reeve_fault_init(&fault, &config);
	for (size_t i = 0; i < COUNT_OF(senseless); i++) {
		expect_senseless(&fault, &senseless[i].rule, senseless[i].part);
	}
}

/* Nothing of a plan is followed when one rule of it needs what is not there. */
static void functions_that_are_missing(void **state)
{
	static const struct {
		const char *text;
		const char *word;
	} rows[] = {
		{"refuse any status=BUSY; refuse alloc", "pages_alloc"},
		{"refuse any status=BUSY; delay any us=1", "delay"},
		{"refuse any status=BUSY; alter REC_ENTER exit.esr=1", "pointer"},
	};
	const struct reeve_fault_config config = {.smc = smc};
	const struct reeve_fault_plan too_many = {.count = REEVE_FAULT_RULES + 1};
	struct reeve_fault fault;
	struct reeve_fault_plan plan;
	struct reeve_fault_error error;

	(void)state;
	reeve_fault_init(&fault, &config);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint64_t x[18] = {RMI_FID(VERSION)};

		assert_true(reeve_fault_plan_parse(rows[i].text, strlen(rows[i].text), &plan, &error));
		assert_false(reeve_fault_load(&fault, &plan, &error));
		assert_int_equal(error.line, 2);
		assert_string_equal(error.word, rows[i].word);
		assert_non_null(strstr(error.text, "struct reeve_fault_config"));
		reeve_fault_smc(&fault, x);
		assert_int_equal(x[0], RMI_SUCCESS);
	}
	assert_false(reeve_fault_load(&fault, &too_many, &error));
	assert_int_equal(error.line, 0);
	assert_non_null(strstr(error.text, "at most 16 rules"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(actions_and_commands),
		cmocka_unit_test(conditions),
		cmocka_unit_test(arguments),
		cmocka_unit_test(statuses),
		cmocka_unit_test(results),
		cmocka_unit_test(places),
		cmocka_unit_test(too_many_rules),
		cmocka_unit_test(long_lines),
		cmocka_unit_test(rules_without_sense),
		cmocka_unit_test(functions_that_are_missing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
