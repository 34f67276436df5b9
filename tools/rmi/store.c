/* SPDX-License-Identifier: BSD-2-Clause */
/* store.c - variables of the monitor's shell, and the host's memory. */
#include <string.h>

#include "tools/rmi/shell.h"

enum {
	LEVEL_BITS = 9,
	ROOT_CONCATENATION_BITS = 4, /* 16 tables */
	ROOTS_MAX = 16,
	IPA_BITS_MIN = 32,
	IPA_BITS_MAX = 52,
	BYTE_BITS = 8,
	REGISTER_BITS = 64,
};

static struct shell_variable *variable_place(struct shell *shell, const struct span *name)
{
	for (unsigned i = 0; i < shell->variable_count; i++) {
		if (span_is(name, shell->variables[i].name)) {
			return &shell->variables[i];
		}
	}
	return NULL;
}

bool variable_set(struct shell *shell, const struct span *name, uint64_t value, struct line_error *error)
{
	struct shell_variable *variable = variable_place(shell, name);
	unsigned index;

	if (register_find(name, REEVE_SMC_REGISTERS, &index)) {
		return line_wrong(
			error, name->column, "$X%u is a register of the last call: choose another name", index);
	}
	if (variable == NULL) {
		if (shell->variable_count == SHELL_VARIABLES_MAX) {
			return line_wrong(error, name->column, "there are %d variables, and no more are kept",
				SHELL_VARIABLES_MAX);
		}
		variable = &shell->variables[shell->variable_count++];
		memcpy(variable->name, name->at, name->size);
		variable->name[name->size] = '\0';
	}
	variable->value = value;
	return true;
}

static bool variable_value(
	const struct shell *shell, const struct span *name, uint64_t *number, struct line_error *error)
{
	unsigned index;

	for (unsigned i = 0; i < shell->variable_count; i++) {
		if (span_is(name, shell->variables[i].name)) {
			*number = shell->variables[i].value;
			return true;
		}
	}
	if (shell->has_call && register_find(name, REEVE_SMC_REGISTERS, &index)) {
		*number = shell->call.out[index];
		return true;
	}
	return line_wrong(error, name->column, "there is no variable $%.*s: $%.*s = granule makes one", (int)name->size,
		name->at, (int)name->size, name->at);
}

bool number_of(const struct shell *shell, const struct statement *statement, const struct value *value,
	uint64_t *number, struct line_error *error)
{
	uint64_t sum = 0;

	if (value->kind != VALUE_NUMBER) {
		return line_wrong(error, value->span.column, "a number was expected here");
	}
	for (unsigned i = 0; i < value->count; i++) {
		const struct term *term = &statement->terms[value->first + i];
		uint64_t part = term->number;

		if (term->variable.size > 0 && !variable_value(shell, &term->variable, &part, error)) {
			return false;
		}
		sum = term->is_minus ? sum - part : sum + part;
	}
	*number = sum;
	return true;
}

uint8_t *host_memory(const struct shell *shell, uint64_t pa, uint64_t size, unsigned column, struct line_error *error)
{
	struct reeve_model_granule granule;

	if (!reeve_model_granule(shell->model, pa, &granule)) {
		(void)line_wrong(error, column, "there is no memory at 0x%llx", (unsigned long long)pa);
		return NULL;
	}
	if (granule.state != GRANULE_UNDELEGATED) {
		(void)line_wrong(error, column,
			"0x%llx is %s: the host that touches it takes a granule protection fault",
			(unsigned long long)pa, rmi_granule_state_name(granule.state));
		return NULL;
	}
	if (pa % REEVE_GRANULE_SIZE + size > REEVE_GRANULE_SIZE) {
		(void)line_wrong(error, column, "%llu bytes from 0x%llx pass the end of the granule",
			(unsigned long long)size, (unsigned long long)pa);
		return NULL;
	}
	return reeve_model_ns(shell->model, pa);
}

static bool granules_delegate(
	struct shell *shell, uint64_t pa, uint64_t count, unsigned column, struct line_error *error)
{
	for (uint64_t i = 0; i < count; i++) {
		const uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(GRANULE_DELEGATE), pa + i * REEVE_GRANULE_SIZE};
		struct trace_call call;

		call_send(shell, 0, x, &call);
		if (call.out[0] != RMI_SUCCESS) {
			return line_wrong(error, column, "the monitor refuses to take 0x%llx: %s",
				(unsigned long long)x[1], rmi_condition_name(call.condition));
		}
	}
	return true;
}

bool granules_new(struct shell *shell, uint64_t count, uint64_t align, bool is_delegated, unsigned column, uint64_t *pa,
	struct line_error *error)
{
	uint64_t most = (uint64_t)SHELL_GRANULES_MAX * REEVE_GRANULE_SIZE;
	uint64_t size = REEVE_GRANULE_SIZE;

	if (count == 0 || count > SHELL_GRANULES_MAX || align > most) {
		return line_wrong(error, column, "granules come by 1 to %d, aligned to at most %llu bytes",
			SHELL_GRANULES_MAX, (unsigned long long)most);
	}
	while (size < count * REEVE_GRANULE_SIZE || size < align) {
		size *= 2;
	}
	*pa = reeve_model_pages_alloc(shell->model, size);
	if (*pa == 0) {
		return line_wrong(error, column,
			"the machine has no %llu bytes left side by side: give it more, as in machine memory=1G",
			(unsigned long long)size);
	}
	return !is_delegated || granules_delegate(shell, *pa, count, column, error);
}

static bool field_is_named(const struct statement *statement, const struct value *fields, const char *name)
{
	for (unsigned i = 0; i < fields->count; i++) {
		if (strcmp(statement->field[fields->first + i].member->name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* As it is, or as the two's complement of a negative number. */
static bool fits(uint64_t number, unsigned bits)
{
	uint64_t sign = UINT64_MAX << (bits - 1);

	return bits == REGISTER_BITS || number >> bits == 0 || (number & sign) == sign;
}

static bool element_write(struct shell *shell, const struct statement *statement, const struct field *field,
	const struct value *value, uint8_t *at, struct line_error *error)
{
	uint64_t number = 0;

	if (!number_of(shell, statement, value, &number, error)) {
		return false;
	}
	if (!fits(number, field->member->width * BYTE_BITS)) {
		return line_wrong(error, value->span.column, "%s has %u bits, and 0x%llx does not fit",
			field->member->name, field->member->width * BYTE_BITS, (unsigned long long)number);
	}
	bytes_store(at, field->member->width, number);
	return true;
}

static bool field_write(struct shell *shell, const struct statement *statement, const struct field *field,
	uint8_t *structure, struct line_error *error)
{
	const struct value *value = &field->value;
	uint8_t *at = structure + field->member->offset + (size_t)field->index * field->member->width;

	if (value->kind == VALUE_TEXT) {
		memcpy(at, value->span.at, value->span.size);
		return true;
	}
	if (value->kind == VALUE_NUMBER) {
		return element_write(shell, statement, field, value, at, error);
	}
	for (unsigned i = 0; i < value->count; i++, at += field->member->width) {
		if (!element_write(shell, statement, field, &statement->items[value->first + i], at, error)) {
			return false;
		}
	}
	return true;
}

/* Bits of IPA that one table of this level covers. */
static unsigned level_covers(int level)
{
	return REEVE_GRANULE_SHIFT + LEVEL_BITS * (unsigned)(RMI_LEVEL_LAST + 1 - level);
}

/* The fewest levels that cover the width, with tables side by side at the start level, as a host would choose. */
static int level_start(unsigned ipa_bits)
{
	int level = RMI_LEVEL_LAST;

	while (level > 0 && ipa_bits > level_covers(level) + ROOT_CONCATENATION_BITS) {
		level--;
	}
	return level;
}

static uint32_t level_tables(unsigned ipa_bits, int64_t level)
{
	bool is_level = level >= 0 && level <= RMI_LEVEL_LAST;
	unsigned covers = is_level ? level_covers((int)level) : ipa_bits;

	return ipa_bits > covers ? 1U << (ipa_bits - covers) : 1;
}

/* What was not named of a realm's parameters: debug registers, the shape of the root tables, and the tables. */
static bool realm_params_complete(struct shell *shell, const struct statement *statement, const struct value *fields,
	struct rmi_realm_params *params, struct line_error *error)
{
	static const struct span name = {"rtt_base", sizeof("rtt_base") - 1, 0};

	params->num_bps = field_is_named(statement, fields, "num_bps") ? params->num_bps : 1;
	params->num_wps = field_is_named(statement, fields, "num_wps") ? params->num_wps : 1;
	if (params->s2sz < IPA_BITS_MIN || params->s2sz > IPA_BITS_MAX) {
		return true;
	}
	if (!field_is_named(statement, fields, "rtt_level_start")) {
		params->rtt_level_start = level_start(params->s2sz);
	}
	if (!field_is_named(statement, fields, "rtt_num_start")) {
		params->rtt_num_start = level_tables(params->s2sz, params->rtt_level_start);
	}
	if (field_is_named(statement, fields, "rtt_base") || params->rtt_num_start - 1 >= ROOTS_MAX) {
		return true;
	}
	return granules_new(shell, params->rtt_num_start, 0, true, fields->span.column, &params->rtt_base, error) &&
		variable_set(shell, &name, params->rtt_base, error);
}

/* The auxiliary granules of a REC, when none were named. */
static bool rec_params_complete(struct shell *shell, const struct statement *statement, const struct value *fields,
	struct rmi_rec_params *params, struct line_error *error)
{
	static const struct span name = {"aux", sizeof("aux") - 1, 0};
	int given = shell->config.rec_aux_count;
	uint64_t count = given == 0 ? REEVE_MODEL_REC_AUX_DEFAULT : (uint64_t)given;
	uint64_t aux = 0;

	if (given < 0 || field_is_named(statement, fields, "num_aux") || field_is_named(statement, fields, "aux")) {
		return true;
	}
	if (!granules_new(shell, count, 0, true, fields->span.column, &aux, error)) {
		return false;
	}
	params->num_aux = count;
	for (uint64_t i = 0; i < count; i++) {
		params->aux[i] = aux + i * REEVE_GRANULE_SIZE;
	}
	return variable_set(shell, &name, aux, error);
}

bool structure_write(struct shell *shell, const struct statement *statement, const struct value *fields, uint64_t pa,
	struct line_error *error)
{
	size_t size = structure_size(statement->structure);
	uint8_t *at = host_memory(shell, pa, size, statement->span.column, error);
	union {
		uint8_t bytes[REEVE_GRANULE_SIZE];
		struct rmi_realm_params realm;
		struct rmi_rec_params rec;
	} page = {{0}};
	bool is_good = at != NULL;

	for (unsigned i = 0; is_good && i < fields->count; i++) {
		is_good = field_write(shell, statement, &statement->field[fields->first + i], page.bytes, error);
	}
	if (is_good && statement->structure == STRUCTURE_REALM_PARAMS) {
		is_good = realm_params_complete(shell, statement, fields, &page.realm, error);
	}
	if (is_good && statement->structure == STRUCTURE_REC_PARAMS) {
		is_good = rec_params_complete(shell, statement, fields, &page.rec, error);
	}
	if (is_good) {
		memcpy(at, page.bytes, size);
	}
	return is_good;
}
