/* SPDX-License-Identifier: BSD-2-Clause */
/* report.c - what the monitor's shell prints: text, or an object a line. */
#include <inttypes.h>
#include <string.h>

#include "reeve/field.h"
#include "reeve/psci.h"
#include "reeve/rsi.h"
#include "tools/json.h"
#include "tools/rmi/shell.h"

enum { LEVEL_BYTE = 0x80, LEVELS = 0x100 };

static void value_print(const char *name, uint64_t value, FILE *to)
{
	const char *word = name_of_value(name, value);

	if (word != NULL) {
		fprintf(to, " %s=%s", name, word);
	} else if (trace_is_number(name)) {
		fprintf(to, " %s=%" PRId64, name, (int64_t)value);
	} else {
		fprintf(to, " %s=0x%" PRIx64, name, value);
	}
}

/* The elements of a member that are not zero. */
static void member_print(const struct member *member, const uint8_t *at, FILE *to)
{
	for (unsigned i = 0; i < member->count; i++) {
		uint64_t value = bytes_load(at + (size_t)i * member->width, member->width);

		if (value == 0) {
			continue;
		}
		fprintf(to, " %s", member->name);
		if (member->count > 1) {
			fprintf(to, "[%u]", i);
		}
		fprintf(to, "=0x%" PRIx64, value);
	}
}

static void exit_print(const struct rmi_rec_exit *exit, FILE *to)
{
	const struct member *member;

	fprintf(to, " exit=%s", rmi_exit_reason_name(exit->exit_reason));
	for (size_t i = 1; (member = structure_member(STRUCTURE_REC_EXIT, i)) != NULL; i++) {
		member_print(member, (const uint8_t *)exit + member->offset, to);
	}
}

static void status_print(uint64_t x0, FILE *to)
{
	const char *name = trace_status_name(x0);
	int index = (int)trace_status_index(x0);

	if (name == NULL) {
		fprintf(to, "0x%" PRIx64, x0);
		return;
	}
	fputs(name, to);
	if (x0 != SMCCC_NOT_SUPPORTED && (index != 0 || FIELD_GET(x0, RMI_RETURN_STATUS) == RMI_ERROR_RTT)) {
		fprintf(to, "(%d)", index >= LEVEL_BYTE ? index - LEVELS : index);
	}
}

void call_print(const struct trace_call *call, FILE *to)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	status_print(call->out[0], to);
	if (call->condition != CONDITION_NONE) {
		fprintf(to, " %s", rmi_condition_name(call->condition));
	}
	for (unsigned i = 0; info != NULL && info->out[i] != NULL; i++) {
		/* A refused call has results only where the interface gives them: `top`. */
		if (call->out[0] == RMI_SUCCESS || call->out[i + 1] != 0) {
			value_print(info->out[i], call->out[i + 1], to);
		}
	}
	if (call->extra == TRACE_EXTRA_EXIT) {
		exit_print(&call->exit, to);
	}
}

static json_t *line_json(const struct shell *shell)
{
	json_t *object = json_object();

	json_put_number(object, "line", shell->line);
	return object;
}

static json_t *exit_json(const struct rmi_rec_exit *exit)
{
	json_t *object = json_object();
	const struct member *member;

	(void)json_object_set_new(object, "reason", json_string(rmi_exit_reason_name(exit->exit_reason)));
	for (size_t i = 1; (member = structure_member(STRUCTURE_REC_EXIT, i)) != NULL; i++) {
		const uint8_t *at = (const uint8_t *)exit + member->offset;
		json_t *array;

		if (member->count == 1) {
			json_put_word(object, member->name, bytes_load(at, member->width));
			continue;
		}
		array = json_array();
		for (unsigned n = 0; n < member->count; n++) {
			(void)json_array_append_new(
				array, json_word(bytes_load(at + (size_t)n * member->width, member->width)));
		}
		(void)json_object_set_new(object, member->name, array);
	}
	return object;
}

static void call_json(const struct shell *shell, const struct trace_call *call)
{
	json_t *object = line_json(shell);

	json_put_number(object, "cpu", call->cpu);
	(void)json_object_set_new(object, "cmd", json_string(trace_command_name(call)));
	(void)json_object_set_new(object, "args", trace_json_args(call));
	(void)json_object_set_new(object, "status", trace_json_status(call->out[0]));
	json_put_number(object, "index", trace_status_index(call->out[0]));
	(void)json_object_set_new(object, "condition", trace_json_condition(call));
	(void)json_object_set_new(object, "out", trace_json_out(call));
	if (call->extra == TRACE_EXTRA_EXIT) {
		(void)json_object_set_new(object, "exit", exit_json(&call->exit));
	}
	json_line(object, shell->out);
}

void report_call(const struct shell *shell)
{
	const struct trace_call *call = &shell->call;

	if (shell->json) {
		call_json(shell, call);
		return;
	}
	if (call->command == RMI_COMMAND_COUNT) {
		fprintf(shell->out, "SMC 0x%" PRIx64, call->in[0]);
	} else {
		fputs(names_commands.at(call->command), shell->out);
	}
	fputs(" = ", shell->out);
	call_print(call, shell->out);
	if (call->condition != CONDITION_NONE) {
		fprintf(shell->out, ": %s", rmi_condition_text(call->condition));
	}
	fputc('\n', shell->out);
}

/* What the realm's step is called, and what it answered, by the names of its interface. */
static void step_name(const struct shell_step *step, char *text, size_t size)
{
	const struct rsi_command_info *rsi = rsi_command_info(rsi_command_of_fid(step->x[0]));
	enum psci_function psci = psci_function_of_fid(step->x[0]);

	if (step->kind == STEP_SMC && rsi != NULL) {
		(void)snprintf(text, size, "%s", rsi->name);
	} else if (step->kind == STEP_SMC && psci != PSCI_FUNCTION_COUNT) {
		(void)snprintf(text, size, "%s", psci_function_name(psci));
	} else if (step->kind == STEP_SMC || step->kind == STEP_LOAD || step->kind == STEP_STORE) {
		(void)snprintf(text, size, "%s 0x%" PRIx64, names_steps.at(step->kind), step->x[0]);
	} else {
		(void)snprintf(text, size, "%s", names_steps.at(step->kind));
	}
}

static void step_results(const struct shell_step *step, const uint64_t x[RMI_GPR_COUNT], FILE *to)
{
	const struct rsi_command_info *rsi = rsi_command_info(rsi_command_of_fid(step->x[0]));

	if (step->kind == STEP_LOAD || (step->kind == STEP_SMC && rsi == NULL)) {
		fprintf(to, " = 0x%" PRIx64, x[0]);
		return;
	}
	if (step->kind != STEP_SMC) {
		return;
	}
	fprintf(to, " = %s", rsi_status_name((unsigned)x[0]));
	for (unsigned i = 0; rsi->out[i] != NULL; i++) {
		value_print(rsi->out[i], x[i + 1], to);
	}
}

void report_step(const struct shell *shell, const struct shell_step *step, const uint64_t x[RMI_GPR_COUNT])
{
	char name[64];
	json_t *object;
	json_t *array;

	step_name(step, name, sizeof(name));
	if (!shell->json) {
		fprintf(shell->out, "  realm: %s", name);
		step_results(step, x, shell->out);
		fputc('\n', shell->out);
		return;
	}
	object = line_json(shell);
	array = json_array();
	for (unsigned i = 0; i < STATEMENT_STEP_REGISTERS; i++) {
		(void)json_array_append_new(array, json_word(x[i]));
	}
	(void)json_object_set_new(object, "realm", json_string(name));
	(void)json_object_set_new(object, "x", array);
	json_line(object, shell->out);
}

void report_read(const struct shell *shell, uint64_t pa, uint64_t value)
{
	json_t *object;

	if (!shell->json) {
		fprintf(shell->out, "0x%" PRIx64 ": 0x%" PRIx64 "\n", pa, value);
		return;
	}
	object = line_json(shell);
	json_put_word(object, "read", pa);
	json_put_word(object, "value", value);
	json_line(object, shell->out);
}

void report_granule(const struct shell *shell, const char *name, uint64_t pa)
{
	struct reeve_model_granule granule;
	bool is_memory = reeve_model_granule(shell->model, pa, &granule);
	json_t *object;

	if (shell->json) {
		object = line_json(shell);
		json_put_word(object, "show", pa);
		if (name != NULL) {
			(void)json_object_set_new(object, "variable", json_string(name));
		}
		if (is_memory) {
			(void)json_object_set_new(object, "state", json_string(rmi_granule_state_name(granule.state)));
			json_put_word(object, "owner", granule.owner);
		}
		json_line(object, shell->out);
		return;
	}
	if (name != NULL) {
		fprintf(shell->out, "$%-11s ", name);
	}
	fprintf(shell->out, "0x%" PRIx64, pa);
	if (is_memory) {
		fprintf(shell->out, " %s", rmi_granule_state_name(granule.state));
	}
	if (is_memory && granule.owner != 0) {
		fprintf(shell->out, " of the realm at 0x%" PRIx64, granule.owner);
	}
	fputc('\n', shell->out);
}

void report_expectation(const struct shell *shell, const struct statement *statement, bool holds, const char *got)
{
	json_t *object;

	if (!shell->json && !holds) {
		(void)fflush(shell->out);
		fprintf(shell->err, "%s:%u: %.*s: got %s\n", shell->source, shell->line, (int)statement->span.size,
			statement->span.at, got);
	}
	if (!shell->json) {
		return;
	}
	object = line_json(shell);
	(void)json_object_set_new(object, "expect", json_stringn(statement->span.at, statement->span.size));
	(void)json_object_set_new(object, "holds", json_boolean(holds));
	(void)json_object_set_new(object, "got", json_string(got));
	json_line(object, shell->out);
}

void report_sum(const struct shell *shell)
{
	json_t *object;

	if (shell->json) {
		object = json_object();
		json_put_number(object, "passed", shell->passed);
		json_put_number(object, "failed", shell->failed);
		json_line(object, shell->out);
	} else if (shell->passed + shell->failed > 0) {
		fprintf(shell->out, "%u passed, %u failed\n", shell->passed, shell->failed);
	}
}
