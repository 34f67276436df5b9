/* SPDX-License-Identifier: BSD-2-Clause */
/* fuzz_plan.c - any text as a plan of faults: one that is read is written as text that means the same, and can be loaded.
 *
 * FUZZ_TRACE=1 in the environment shows what became of an input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/support/bytes.h"
#include "tests/fuzz/support/plan_equal.h"

enum { LINE_MAX_BYTES = 2048 }; /* four results, five ranges, and room */

static void check(bool is_so, const char *what)
{
	if (!is_so) {
		(void)fprintf(stderr, "fuzz_plan: not so: %s\n", what);
		abort();
	}
}

static void trace(const char *text)
{
	if (getenv("FUZZ_TRACE") != NULL) {
		(void)fprintf(stderr, "  %s\n", text);
	}
}

static void smc(void *context, uint64_t x[18])
{
	(void)context;
	x[0] = RMI_SUCCESS;
}

static bool pages_alloc(void *context, size_t size, struct reeve_pa *pa)
{
	(void)size;
	(void)pa;
	return context != NULL;
}

static void *pointer(void *context, struct reeve_pa pa)
{
	(void)pa;
	return context;
}

static void delay(void *context, uint64_t us)
{
	(void)context;
	(void)us;
}

/* What the error says is bounded and readable. */
static void check_error(const struct reeve_fault_error *error, const uint8_t *data, size_t size)
{
	unsigned lines = 1;

	for (size_t i = 0; i < size; i++) {
		lines += data[i] == '\n';
	}
	check(error->line >= 1 && error->line <= lines, "the error is about a line of the text");
	check(error->text != NULL && error->text[0] != '\0', "the error says what is wrong");
	check(memchr(error->word, '\0', sizeof(error->word)) != NULL, "the word ends");
	for (const char *c = error->word; *c != '\0'; c++) {
		check((unsigned char)*c >= ' ' && *c != 0x7F, "the word has no control bytes");
	}
	trace(error->text);
}

/* The rule as a line, exactly as long as its buffer. */
static void check_line(const struct reeve_fault_rule *rule, char line[LINE_MAX_BYTES])
{
	struct reeve_fault_plan again;
	struct reeve_fault_error error;
	size_t length = reeve_fault_rule_format(rule, line, LINE_MAX_BYTES);
	char *exact = malloc(length + 1);

	check(length < LINE_MAX_BYTES && strlen(line) == length, "the length is that of the line");
	trace(line);
	check(exact != NULL && reeve_fault_rule_format(rule, exact, length + 1) == length && strcmp(exact, line) == 0,
		"the same line in the memory it needs");
	/* Without its end, so that a read beyond the size is noticed. */
	free(exact);
	exact = malloc(length);
	check(exact != NULL, "there is memory");
	memcpy(exact, line, length);
	check(reeve_fault_plan_parse(exact, length, &again, &error), "the line is a plan");
	check(again.count == 1 && rule_equal(&again.rules[0], rule), "the line means the same rule");
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reeve_fault fault;
	char page[REEVE_GRANULE_SIZE];
	const struct reeve_fault_config config = {
		.smc = smc, .pages_alloc = pages_alloc, .pointer = pointer, .delay = delay, .context = page};
	char text[REEVE_FAULT_RULES * LINE_MAX_BYTES];
	struct reeve_fault_plan plan;
	struct reeve_fault_plan again;
	struct reeve_fault_error error;
	size_t used = 0;

	if (!reeve_fault_plan_parse((const char *)data, size, &plan, &error)) {
		check_error(&error, data, size);
		return 0;
	}
	for (unsigned i = 0; i < plan.count; i++) {
		check_line(&plan.rules[i], text + used);
		used += strlen(text + used);
		text[used++] = i % 2 == 0 ? ';' : '\n';
	}
	check(reeve_fault_plan_parse(text, used, &again, &error) && plan_equal(&plan, &again),
		"the plan reads the same");
	reeve_fault_init(&fault, &config);
	check(reeve_fault_load(&fault, &plan, &error), "a plan that is read can be followed");
	return 0;
}
