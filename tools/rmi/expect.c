/* SPDX-License-Identifier: BSD-2-Clause */
/* expect.c - whether what a line expects is so. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/field.h"
#include "tools/rmi/shell.h"

/* An expectation while it is looked at. */
struct check {
	struct shell *shell;
	const struct statement *statement;
	FILE *got; /* what there is, as a line would have it */
	bool holds;
	struct line_error *error;
};

/* Register of the call that the name of a result, or X0.., stands for. */
static bool result_index(const struct check *check, const struct span *name, unsigned *index)
{
	const struct rmi_command_info *info = rmi_command_info(check->shell->call.command);

	for (unsigned i = 0; info != NULL && info->out[i] != NULL; i++) {
		if (span_is(name, info->out[i])) {
			*index = i + 1;
			return true;
		}
	}
	return register_find(name, REEVE_SMC_REGISTERS, index) ||
		line_wrong(check->error, name->column, "%s has no result '%.*s', and it is no register X0 to X%d",
			trace_command_name(&check->shell->call), (int)name->size, name->at, REEVE_SMC_REGISTERS - 1);
}

static bool check_results(struct check *check)
{
	const struct statement *s = check->statement;

	for (unsigned i = 0; i < s->fields.count; i++) {
		const struct field *field = &s->field[s->fields.first + i];
		unsigned index = 0;
		uint64_t wanted = 0;

		if (!result_index(check, &field->name, &index) ||
			!number_of(check->shell, s, &field->value, &wanted, check->error)) {
			return false;
		}
		if (check->shell->call.out[index] != wanted) {
			check->holds = false;
			fprintf(check->got, " %.*s=0x%" PRIx64, (int)field->name.size, field->name.at,
				check->shell->call.out[index]);
		}
	}
	return true;
}

static bool check_call(struct check *check)
{
	return check->shell->has_call ||
		line_wrong(check->error, check->statement->span.column,
			"no call was made yet: write this below a command or SMC");
}

static bool check_status(struct check *check)
{
	const struct expectation *expect = &check->statement->expect;
	const struct trace_call *call = &check->shell->call;

	if (!check_call(check)) {
		return false;
	}
	check->holds = call->out[0] != SMCCC_NOT_SUPPORTED &&
		FIELD_GET(call->out[0], RMI_RETURN_STATUS) == expect->status &&
		(!expect->has_index || trace_status_index(call->out[0]) == expect->index) &&
		(expect->condition == CONDITION_NONE || call->condition == expect->condition);
	call_print(call, check->got);
	return check_results(check);
}

static bool check_not_supported(struct check *check)
{
	if (!check_call(check)) {
		return false;
	}
	check->holds = check->shell->call.out[0] == SMCCC_NOT_SUPPORTED;
	call_print(&check->shell->call, check->got);
	return true;
}

static bool check_registers(struct check *check)
{
	check->holds = true;
	return check_call(check) && check_results(check);
}

static bool check_state(struct check *check)
{
	const struct statement *s = check->statement;
	const struct field *field = &s->field[s->fields.first];
	struct reeve_model_granule granule;
	uint64_t owner = 0;
	uint64_t pa = 0;

	if (s->fields.count > 0 && (s->fields.count > 1 || !span_is(&field->name, "owner"))) {
		return line_wrong(check->error, field->name.column, "behind a state only owner=RD is known");
	}
	if (!number_of(check->shell, s, &s->address, &pa, check->error) ||
		(s->fields.count > 0 && !number_of(check->shell, s, &field->value, &owner, check->error))) {
		return false;
	}
	if (!reeve_model_granule(check->shell->model, pa, &granule)) {
		return line_wrong(check->error, s->address.span.column, "there is no memory at 0x%" PRIx64, pa);
	}
	check->holds = granule.state == s->expect.state && (s->fields.count == 0 || granule.owner == owner);
	fprintf(check->got, "%s owner=0x%" PRIx64, rmi_granule_state_name(granule.state), granule.owner);
	return true;
}

static bool check_valid(struct check *check)
{
	const char *broken = reeve_monitor_valid(reeve_model_monitor(check->shell->model));

	check->holds = broken == NULL;
	fputs(broken == NULL ? "every invariant holds" : broken, check->got);
	return true;
}

static bool check_exit(struct check *check)
{
	const struct statement *s = check->statement;
	const struct trace_call *call = &check->shell->call;

	if (!check_call(check)) {
		return false;
	}
	check->holds = call->extra == TRACE_EXTRA_EXIT && call->exit.exit_reason == s->expect.reason;
	call_print(call, check->got);
	for (unsigned i = 0; i < s->fields.count; i++) {
		const struct field *field = &s->field[s->fields.first + i];
		const struct member *member = field->member;
		size_t offset = member->offset + (size_t)field->index * member->width;
		uint64_t found = bytes_load((const uint8_t *)&call->exit + offset, member->width);
		uint64_t wanted = 0;

		if (!number_of(check->shell, s, &field->value, &wanted, check->error)) {
			return false;
		}
		check->holds = check->holds && found == wanted;
	}
	return true;
}

static bool check_realm(struct check *check)
{
	const struct statement *s = check->statement;

	check->holds = check->shell->has_realm;
	fputs(check->holds ? "a realm with" : "no step of a realm that came to its end", check->got);
	for (unsigned i = 0; i < s->fields.count; i++) {
		const struct field *field = &s->field[s->fields.first + i];
		unsigned index = 0;
		uint64_t wanted = 0;

		if (!register_find(&field->name, RMI_GPR_COUNT, &index)) {
			return line_wrong(
				check->error, field->name.column, "a realm has registers X0 to X%d", RMI_GPR_COUNT - 1);
		}
		if (!number_of(check->shell, s, &field->value, &wanted, check->error)) {
			return false;
		}
		if (check->shell->has_realm) {
			check->holds = check->holds && check->shell->realm_x[index] == wanted;
			fprintf(check->got, " X%u=0x%" PRIx64, index, check->shell->realm_x[index]);
		}
	}
	return true;
}

static bool check_read(struct check *check)
{
	const struct statement *s = check->statement;
	const uint8_t *at;
	uint64_t pa = 0;
	uint64_t wanted = 0;

	if (!number_of(check->shell, s, &s->address, &pa, check->error) ||
		!number_of(check->shell, s, &s->number, &wanted, check->error)) {
		return false;
	}
	at = host_memory(check->shell, pa, s->width, s->address.span.column, check->error);
	if (at == NULL) {
		return false;
	}
	check->holds = bytes_load(at, s->width) == wanted;
	fprintf(check->got, "0x%" PRIx64, bytes_load(at, s->width));
	return true;
}

static bool (*const checks[EXPECT_KIND_COUNT])(struct check *check) = {
	[EXPECT_STATUS] = check_status,
	[EXPECT_NOT_SUPPORTED] = check_not_supported,
	[EXPECT_REGISTERS] = check_registers,
	[EXPECT_STATE] = check_state,
	[EXPECT_VALID] = check_valid,
	[EXPECT_EXIT] = check_exit,
	[EXPECT_REALM] = check_realm,
	[EXPECT_READ] = check_read,
};

bool expectation_check(struct shell *shell, const struct statement *statement, struct line_error *error)
{
	char *text = NULL;
	size_t size = 0;
	struct check check = {shell, statement, open_memstream(&text, &size), false, error};
	bool is_good;

	if (check.got == NULL) {
		return line_wrong(error, 1, "there is not enough memory");
	}
	is_good = checks[statement->expect.kind](&check);
	if (fclose(check.got) != 0) {
		is_good = line_wrong(error, 1, "there is not enough memory");
	}
	if (is_good) {
		shell->passed += check.holds;
		shell->failed += !check.holds;
		report_expectation(shell, statement, check.holds, text[0] == ' ' ? text + 1 : text);
	}
	free(text);
	return is_good;
}
