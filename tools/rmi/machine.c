/* SPDX-License-Identifier: BSD-2-Clause */
/* machine.c - the machine that a line `machine name=value...` asks for. */
#include "tools/rmi/shell.h"

enum { SETTING_MEMORY, SETTING_BASE, SETTING_CPUS, SETTING_AUX, SETTING_LENIENT, SETTING_FEATURES, SETTING_COUNT };

static const char *setting_at(size_t index)
{
	static const char *const names[SETTING_COUNT] = {
		[SETTING_MEMORY] = "memory",
		[SETTING_BASE] = "base",
		[SETTING_CPUS] = "cpus",
		[SETTING_AUX] = "aux",
		[SETTING_LENIENT] = "lenient",
		[SETTING_FEATURES] = "features",
	};
	size_t count;
	const struct rmi_feature_info *features = rmi_features(&count);

	if (index < SETTING_COUNT) {
		return names[index];
	}
	return index - SETTING_COUNT < count ? features[index - SETTING_COUNT].name : NULL;
}

const struct name_list names_settings = {"setting of a machine", setting_at};

/* Feature register 0 of a machine that nothing was said of. */
static bool features_default(uint64_t *features, struct line_error *error, unsigned column)
{
	struct reeve_model *model = reeve_model_new(&(struct reeve_model_config){0});
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(FEATURES), 0};

	if (model == NULL) {
		return line_wrong(error, column, "no machine: %s", reeve_model_error());
	}
	(void)reeve_model_smc(model, 0, x);
	reeve_model_free(model);
	*features = x[1];
	return true;
}

static bool feature_set(struct reeve_model_config *config, const struct rmi_feature_info *feature, uint64_t number,
	const struct field *field, struct line_error *error)
{
	if (number > reeve_bits_mask(0, feature->width)) {
		return line_wrong(error, field->value.span.column, "%s has %u bits, and %llu does not fit",
			feature->name, feature->width, (unsigned long long)number);
	}
	if (config->features0 == 0 && !features_default(&config->features0, error, field->name.column)) {
		return false;
	}
	config->features0 = reeve_bits_set(config->features0, feature->shift, feature->width, number);
	return true;
}

/* At least 1 and at most `most`. */
static bool in_range(const struct field *field, uint64_t number, uint64_t most, struct line_error *error)
{
	return (number >= 1 && number <= most) ||
		line_wrong(error, field->value.span.column, "%.*s is from 1 to %llu", (int)field->name.size,
			field->name.at, (unsigned long long)most);
}

static bool setting_set(struct reeve_model_config *config, size_t setting, uint64_t number, const struct field *field,
	struct line_error *error)
{
	size_t count;

	switch (setting) {
	case SETTING_MEMORY:
		config->regions[0].size = number;
		return in_range(field, number, UINT64_C(1) << 40, error);
	case SETTING_BASE:
		config->regions[0].base = number;
		return true;
	case SETTING_CPUS:
		config->cpu_count = (unsigned)number;
		return in_range(field, number, REEVE_MONITOR_CPUS_MAX, error);
	case SETTING_AUX:
		config->rec_aux_count = number == 0 ? -1 : (int)number;
		return number == 0 || in_range(field, number, RMI_REC_AUX_MAX, error);
	case SETTING_LENIENT:
		config->lenient = number != 0;
		return true;
	case SETTING_FEATURES:
		config->features0 = number;
		return in_range(field, number, UINT64_MAX, error);
	default:
		break;
	}
	return feature_set(config, &rmi_features(&count)[setting - SETTING_COUNT], number, field, error);
}

bool machine_set(struct shell *shell, const struct statement *statement, struct line_error *error)
{
	struct reeve_model_config config = shell->config;

	if (shell->model != NULL) {
		return line_wrong(error, statement->span.column,
			"the machine was made by a line before: put machine before the first line that needs it");
	}
	for (unsigned i = 0; i < statement->fields.count; i++) {
		const struct field *field = &statement->field[statement->fields.first + i];
		uint64_t number = 0;
		size_t setting = 0;

		if (!name_find(&names_settings, &field->name, &setting)) {
			return name_unknown(&names_settings, &field->name, error);
		}
		if (!number_of(shell, statement, &field->value, &number, error) ||
			!setting_set(&config, setting, number, field, error)) {
			return false;
		}
	}
	shell->config = config;
	return true;
}

bool shell_machine(struct shell *shell, struct line_error *error)
{
	if (shell->model == NULL) {
		shell->model = reeve_model_new(&shell->config);
	}
	return shell->model != NULL || line_wrong(error, 1, "no machine: %s", reeve_model_error());
}
