/* SPDX-License-Identifier: BSD-2-Clause */
/* call.c - SMCs of the monitor's shell: commands with their arguments and structures, and raw registers. */
#include <string.h>

#include "tools/rmi/shell.h"

/* The exit half of the run page, where the host can still read it. */
static void exit_note(const struct shell *shell, struct trace_call *call)
{
	struct line_error ignored;
	const uint8_t *run;

	if (call->command != RMI_REC_ENTER || call->out[0] != RMI_SUCCESS) {
		return;
	}
	run = host_memory(shell, call->in[2], sizeof(struct rmi_rec_run), 0, &ignored);
	if (run != NULL) {
		memcpy(&call->exit, run + offsetof(struct rmi_rec_run, exit), sizeof(call->exit));
		call->extra = TRACE_EXTRA_EXIT;
	}
}

void call_send(struct shell *shell, unsigned cpu, const uint64_t x[REEVE_SMC_REGISTERS], struct trace_call *call)
{
	*call = (struct trace_call){.cpu = cpu, .command = rmi_command_of_fid(x[0])};
	memcpy(call->in, x, sizeof(call->in));
	memcpy(call->out, x, sizeof(call->out));
	shell->running = call->command == RMI_REC_ENTER ? program_of(shell, x[1]) : NULL;
	call->condition = reeve_model_smc(shell->model, cpu, call->out);
	exit_note(shell, call);
}

/* A granule for a structure in braces; the one before, when it is still the host's. */
static bool scratch_find(struct shell *shell, const struct statement *statement, uint64_t *pa, struct line_error *error)
{
	uint64_t *scratch = &shell->scratch[statement->structure];
	struct reeve_model_granule granule;
	bool is_ours = *scratch != 0 && reeve_model_granule(shell->model, *scratch, &granule) &&
		granule.state == GRANULE_UNDELEGATED;

	if (!is_ours && !granules_new(shell, 1, 0, false, statement->span.column, scratch, error)) {
		return false;
	}
	*pa = *scratch;
	return true;
}

static bool argument_of(struct shell *shell, const struct statement *statement, const struct value *value,
	uint64_t *number, struct line_error *error)
{
	if (value->kind != VALUE_FIELDS) {
		return number_of(shell, statement, value, number, error);
	}
	return scratch_find(shell, statement, number, error) &&
		structure_write(shell, statement, value, *number, error);
}

static bool cpu_of(struct shell *shell, const struct statement *statement, unsigned *cpu, struct line_error *error)
{
	unsigned count = shell->config.cpu_count == 0 ? REEVE_MODEL_CPUS_DEFAULT : shell->config.cpu_count;
	uint64_t number = 0;

	if (statement->has_cpu && !number_of(shell, statement, &statement->cpu, &number, error)) {
		return false;
	}
	if (number >= count) {
		return line_wrong(error, statement->cpu.span.column,
			"the machine has CPUs 0 to %u: machine cpus=%llu gives it more", count - 1,
			(unsigned long long)number + 1);
	}
	*cpu = (unsigned)number;
	return true;
}

bool call_make(struct shell *shell, const struct statement *statement, struct line_error *error)
{
	bool is_command = statement->kind == STATEMENT_COMMAND;
	uint64_t x[REEVE_SMC_REGISTERS] = {0};
	unsigned cpu = 0;

	if (!cpu_of(shell, statement, &cpu, error)) {
		return false;
	}
	if (is_command) {
		x[0] = rmi_command_info(statement->command)->fid;
	}
	for (unsigned i = 0; i < statement->arg_count; i++) {
		if (!argument_of(shell, statement, &statement->args[i], &x[i + is_command], error)) {
			return false;
		}
	}
	call_send(shell, cpu, x, &shell->call);
	shell->has_call = true;
	report_call(shell);
	return true;
}
