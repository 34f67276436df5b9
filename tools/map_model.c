/* SPDX-License-Identifier: BSD-2-Clause */
/* map_model.c - the model machine and the host on it as the source of a map. */
#include "tools/map.h"

enum { ERROR_MAX = 512 };

struct source {
	struct reeve_model *model;
	struct reeve_host *host;
};

static bool granule(void *context, uint64_t pa, struct reeve_granule_info *info)
{
	const struct source *source = context;

	return reeve_monitor_granule(reeve_model_monitor(source->model), reeve_pa(pa), info);
}

static bool entry(void *context, uint64_t rd, uint64_t ipa, int level, struct map_answer *answer)
{
	const struct source *source = context;
	uint64_t x[REEVE_SMC_REGISTERS] = {RMI_FID(RTT_READ_ENTRY), rd, ipa, (uint64_t)(int64_t)level};

	(void)reeve_model_smc(source->model, 0, x);
	*answer = (struct map_answer){x[1], x[2], x[3], x[4]};
	return x[0] == RMI_SUCCESS;
}

static void ledger(void *context, bool (*visit)(void *context, const struct reeve_ledger_entry *entry), void *visitor)
{
	const struct source *source = context;

	reeve_host_ledger_visit(source->host, visit, visitor);
}

struct map *map_take(struct reeve_model *model, struct reeve_host *host, struct reeve_realm *realm, const char *title)
{
	struct source context = {model, host};
	struct map_source source = {
		.context = &context,
		.granule = granule,
		.entry = entry,
		.ledger = ledger,
		.base = REEVE_MODEL_DRAM_BASE,
		.page_size = host->config.page_size,
		.has_realm = realm != NULL,
	};
	char text[ERROR_MAX];
	struct reeve_error error;

	if (realm == NULL) {
		return map_of(&source, title);
	}
	source.state = reeve_realm_state(realm);
	/* A realm that is NONE has none of these; what it had may be another's. */
	if (source.state != REEVE_REALM_NONE) {
		source.vmid = realm->vmid;
		source.rd = realm->rd.value;
		source.roots = realm->roots.value;
		source.lpa2 = realm->config.lpa2;
	}
	error = reeve_realm_error(realm);
	if (error.status != REEVE_OK) {
		(void)reeve_error_format(&error, text, sizeof(text));
		source.error = text;
	}
	return map_of(&source, title);
}
