/* SPDX-License-Identifier: BSD-2-Clause */
/* replay.c - granule words, bytes and VMIDs of a trial's monitor, copied into a model's. */
#include "tests/oracle/support/replay.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reeve/field.h"

static struct reeve_model *model_of(const struct world *w, struct shell *shell)
{
	struct reeve_model_config config = shell->config;

	config.lenient = true;
	config.region_count = w->config.region_count;
	config.cpu_count = w->config.cpu_count;
	config.rec_aux_count = w->config.rec_aux_count == 0 ? -1 : (int)w->config.rec_aux_count;
	config.features0 = FIELD_SET(
		w->config.features0, FEATURE0_LPA2, 1); /* for memory beyond 48 bits; state_copy has the world's */
	for (unsigned i = 0; i < w->config.region_count; i++) {
		const struct reeve_pa_range *range = &w->config.regions[i];

		config.regions[i] =
			(struct reeve_model_region){range->base.value, range->top.value - range->base.value, NULL};
	}
	shell->config = config;
	return reeve_model_new(&config);
}

/* A granule that is not the host's is taken from it, whatever the monitor says of it. */
static bool granule_copy(const struct trial *t, struct reeve_monitor *to, unsigned index)
{
	struct reeve_pa pa = {world_granule_pa(&t->before, index)};

	if (t->machine.dirty[index]) {
		memcpy(to->platform->realm_granule(to->context, pa), machine_bytes(&t->machine, index),
			REEVE_GRANULE_SIZE);
	}
	to->granules.words[index] = t->machine.monitor->granules.words[index];
	return t->machine.gpt[index] == WORLD_GPT_NS || to->platform->granule_delegate(to->context, 0, pa);
}

static bool state_copy(const struct trial *t, struct reeve_monitor *to)
{
	const struct reeve_monitor *from = t->machine.monitor;

	if (to->granules.count != from->granules.count) {
		return false;
	}
	to->config = from->config;
	memcpy(to->vmids, from->vmids, sizeof(to->vmids));
	for (unsigned i = 0; i < from->granules.count; i++) {
		if (!granule_copy(t, to, i)) {
			return false;
		}
	}
	return true;
}

struct shell *replay_open(const struct trial *t, FILE *out, FILE *err)
{
	struct shell *shell = shell_new(out, err);

	if (shell == NULL) {
		fprintf(err, "replay: no memory\n");
		return NULL;
	}
	shell->source = "replay";
	shell->model = model_of(&t->before, shell);
	if (shell->model == NULL) {
		fprintf(err, "replay: no machine: %s\n", reeve_model_error());
		shell_free(shell);
		return NULL;
	}
	if (!state_copy(t, reeve_model_monitor(shell->model))) {
		fprintf(err, "replay: the model has not the memory of the world\n");
		shell_free(shell);
		return NULL;
	}
	return shell;
}

void replay_lines(const struct trial *t, FILE *out)
{
	const struct prediction *p = &t->prediction;
	unsigned last = REEVE_SMC_REGISTERS - 1;

	while (last > 0 && t->call.x[last] == 0) {
		last--;
	}
	fprintf(out, "on cpu %u SMC", t->step % t->before.config.cpu_count);
	for (unsigned i = 0; i <= last; i++) {
		fprintf(out, " 0x%" PRIx64, t->call.x[i]);
	}
	fprintf(out, "\nexpect X0=0x%" PRIx64 " X1=0x%" PRIx64 " X2=0x%" PRIx64 " X3=0x%" PRIx64 " X4=0x%" PRIx64 "\n",
		p->x[0], p->x[1], p->x[2], p->x[3], p->x[4]);
	if (p->condition != CONDITION_NONE) {
		fprintf(out, "expect %s(%u) %s\n", rmi_status_name((unsigned)FIELD_GET(p->x[0], RMI_RETURN_STATUS)),
			(unsigned)FIELD_GET(p->x[0], RMI_RETURN_INDEX), rmi_condition_name(p->condition));
	}
}

bool replay_run(struct shell *shell, FILE *in)
{
	char *line = NULL;
	size_t room = 0;
	bool is_understood = true;

	for (ssize_t size = getline(&line, &room, in); size >= 0 && !shell->is_over; size = getline(&line, &room, in)) {
		struct line_error error;

		size -= size > 0 && line[size - 1] == '\n';
		shell->line++;
		if (!shell_line(shell, line, (size_t)size, &error)) {
			shell_complain(shell, shell->line, line, (size_t)size, &error);
			is_understood = false;
		}
	}
	free(line);
	return is_understood && shell->failed == 0;
}
