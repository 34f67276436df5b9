/* SPDX-License-Identifier: BSD-2-Clause */
/* leaks.c - compares the host's books with the machine's. */
#include "tools/leaks.h"

#include <stdlib.h>

#define HOST_USE(name, delegated, text) [REEVE_USE_##name] = (delegated) != 0,
static const bool is_delegated[REEVE_USE_COUNT] = {
#include "spec/host_uses.def"
};
#undef HOST_USE

static void leak_add(struct summary *summary, const struct leak *leak)
{
	struct leak *more = realloc(summary->leaks, (summary->leak_count + 1) * sizeof(*more));

	if (more == NULL) {
		abort(); /* a leak must not go unseen */
	}
	summary->leaks = more;
	summary->leaks[summary->leak_count++] = *leak;
}

static bool visit(void *context, const struct reeve_ledger_entry *entry)
{
	struct leak leak = {.pa = entry->pa.value, .was = reeve_use_name(entry->use)};

	if (!is_delegated[entry->use]) {
		return true;
	}
	if (entry->use == REEVE_USE_LEAKED) {
		const struct rmi_command_info *info = rmi_command_info(entry->command);

		leak.was = reeve_use_name(entry->was);
		leak.command = info == NULL ? NULL : info->name;
		leak.returned = entry->returned;
	}
	leak_add(context, &leak);
	return true;
}

/* Whether the first `count` leaks, which ascend, have `pa`; *at is where the search stands. */
static bool is_known(const struct summary *summary, size_t count, size_t *at, uint64_t pa)
{
	while (*at < count && summary->leaks[*at].pa < pa) {
		(*at)++;
	}
	return *at < count && summary->leaks[*at].pa == pa;
}

void leaks_find(struct reeve_host *host, struct reeve_model *model, struct summary *summary)
{
	struct reeve_granule_info info;
	size_t known;
	size_t at = 0;

	reeve_host_ledger_visit(host, visit, summary);
	known = summary->leak_count;
	for (uint64_t pa = REEVE_MODEL_DRAM_BASE;
		reeve_monitor_granule(reeve_model_monitor(model), reeve_pa(pa), &info); pa += REEVE_GRANULE_SIZE) {
		if (info.state != GRANULE_UNDELEGATED && !is_known(summary, known, &at, pa)) {
			struct leak leak = {.pa = pa, .was = rmi_granule_state_name(info.state)};

			leak_add(summary, &leak);
		}
	}
}
