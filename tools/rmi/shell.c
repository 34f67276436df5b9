/* SPDX-License-Identifier: BSD-2-Clause */
/* shell.c - carries out the lines of the monitor's shell, a function for each kind of statement. */
#include "tools/rmi/shell.h"

#include <stdlib.h>
#include <string.h>

enum { BYTE_MAX = 0xFF, SHOWN_MAX = 160 };

struct shell *shell_new(FILE *out, FILE *err)
{
	struct shell *shell = calloc(1, sizeof(*shell));

	if (shell != NULL) {
		shell->out = out;
		shell->err = err;
		shell->config.rec_code = program_turn;
		shell->config.context = shell;
		shell->config.region_count = 1;
		shell->config.regions[0] =
			(struct reeve_model_region){REEVE_MODEL_DRAM_BASE, UINT64_C(256) << 20, NULL};
	}
	return shell;
}

void shell_free(struct shell *shell)
{
	if (shell == NULL) {
		return;
	}
	if (shell->model != NULL) {
		reeve_model_free(shell->model);
	}
	free(shell);
}

static bool do_assign(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t number = 0;

	return number_of(shell, s, &s->number, &number, error) && variable_set(shell, &s->variable, number, error);
}

static bool do_granules(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t count = 1;
	uint64_t align = 0;
	uint64_t pa = 0;

	if ((s->number.kind != VALUE_NONE && !number_of(shell, s, &s->number, &count, error)) ||
		(s->align.kind != VALUE_NONE && !number_of(shell, s, &s->align, &align, error))) {
		return false;
	}
	return granules_new(shell, count, align, s->is_delegated, s->span.column, &pa, error) &&
		variable_set(shell, &s->variable, pa, error);
}

static bool do_structure(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t pa = 0;

	return granules_new(shell, 1, 0, false, s->span.column, &pa, error) &&
		structure_write(shell, s, &s->fields, pa, error) && variable_set(shell, &s->variable, pa, error);
}

static bool do_write(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t pa = 0;
	uint64_t number = 0;
	uint8_t *at;

	if (!number_of(shell, s, &s->address, &pa, error) || !number_of(shell, s, &s->number, &number, error)) {
		return false;
	}
	at = host_memory(shell, pa, s->width, s->address.span.column, error);
	if (at == NULL) {
		return false;
	}
	bytes_store(at, s->width, number);
	return true;
}

static bool do_write_structure(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t pa = 0;

	return number_of(shell, s, &s->address, &pa, error) && structure_write(shell, s, &s->fields, pa, error);
}

static bool do_fill(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t pa = 0;
	uint64_t number = 0;
	uint8_t *at;

	if (!number_of(shell, s, &s->address, &pa, error) || !number_of(shell, s, &s->number, &number, error)) {
		return false;
	}
	if (number > BYTE_MAX) {
		return line_wrong(error, s->number.span.column, "a granule is filled with a byte, 0 to 0xff");
	}
	at = host_memory(shell, pa, REEVE_GRANULE_SIZE, s->address.span.column, error);
	if (at == NULL) {
		return false;
	}
	memset(at, (int)number, REEVE_GRANULE_SIZE);
	return true;
}

static bool do_read(struct shell *shell, const struct statement *s, struct line_error *error)
{
	const uint8_t *at;
	uint64_t pa = 0;

	if (!number_of(shell, s, &s->address, &pa, error)) {
		return false;
	}
	at = host_memory(shell, pa, s->width, s->address.span.column, error);
	if (at == NULL) {
		return false;
	}
	report_read(shell, pa, bytes_load(at, s->width));
	return true;
}

static bool do_show(struct shell *shell, const struct statement *s, struct line_error *error)
{
	uint64_t pa = 0;

	if (s->address.kind == VALUE_NONE) {
		for (unsigned i = 0; i < shell->variable_count; i++) {
			report_granule(shell, shell->variables[i].name, shell->variables[i].value);
		}
		return true;
	}
	if (!number_of(shell, s, &s->address, &pa, error)) {
		return false;
	}
	report_granule(shell, NULL, pa);
	return true;
}

static bool do_help(struct shell *shell, const struct statement *s, struct line_error *error)
{
	(void)error;
	report_help(shell, &s->topic);
	return true;
}

static bool do_quit(struct shell *shell, const struct statement *s, struct line_error *error)
{
	(void)s;
	(void)error;
	shell->is_over = true;
	return true;
}

static bool do_nothing(struct shell *shell, const struct statement *s, struct line_error *error)
{
	(void)shell;
	(void)s;
	(void)error;
	return true;
}

static const struct {
	bool needs_machine;
	bool (*run)(struct shell *shell, const struct statement *s, struct line_error *error);
} kinds[STATEMENT_KIND_COUNT] = {
	[STATEMENT_EMPTY] = {false, do_nothing},
	[STATEMENT_MACHINE] = {false, machine_set},
	[STATEMENT_ASSIGN] = {false, do_assign},
	[STATEMENT_GRANULES] = {true, do_granules},
	[STATEMENT_STRUCTURE] = {true, do_structure},
	[STATEMENT_COMMAND] = {true, call_make},
	[STATEMENT_SMC] = {true, call_make},
	[STATEMENT_WRITE] = {true, do_write},
	[STATEMENT_WRITE_STRUCTURE] = {true, do_write_structure},
	[STATEMENT_FILL] = {true, do_fill},
	[STATEMENT_READ] = {true, do_read},
	[STATEMENT_SHOW] = {true, do_show},
	[STATEMENT_PROGRAM] = {false, program_set},
	[STATEMENT_EXPECT] = {true, expectation_check},
	[STATEMENT_HELP] = {false, do_help},
	[STATEMENT_QUIT] = {false, do_quit},
};

bool shell_line(struct shell *shell, const char *line, size_t size, struct line_error *error)
{
	struct statement statement;

	if (!statement_parse(line, size, &statement, error)) {
		return false;
	}
	return (!kinds[statement.kind].needs_machine || shell_machine(shell, error)) &&
		kinds[statement.kind].run(shell, &statement, error);
}

/* The line again, as far as it fits, and a mark below the column. */
void shell_complain(
	const struct shell *shell, unsigned number, const char *line, size_t size, const struct line_error *error)
{
	size_t shown = size < SHOWN_MAX ? size : SHOWN_MAX;

	(void)fflush(shell->out);
	fprintf(shell->err, "reeve rmi: %s:%u:%u: %s\n", shell->source, number, error->column, error->message.text);
	if (error->column > shown + 1) {
		return;
	}
	fputs("  ", shell->err);
	for (size_t i = 0; i < shown; i++) {
		/* Tabs would move the mark, and control bytes the terminal. */
		fputc((unsigned char)line[i] < ' ' || line[i] == 0x7F ? ' ' : line[i], shell->err);
	}
	fprintf(shell->err, "\n  %*s^\n", (int)error->column - 1, "");
}
