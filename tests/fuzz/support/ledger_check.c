/* SPDX-License-Identifier: BSD-2-Clause */
/* ledger_check.c - the ledger beside the monitor, granule by granule. */
#include "tests/fuzz/support/ledger_check.h"

#include <stdio.h>

/* Uses that mean the granule was given to the Realm world, and the state the monitor has it in. */
static const struct {
	bool is_delegated;
	enum rmi_granule_state state;
} uses[REEVE_USE_COUNT] = {
	[REEVE_USE_FREE] = {false, GRANULE_UNDELEGATED},
	[REEVE_USE_BOOKS] = {false, GRANULE_UNDELEGATED},
	[REEVE_USE_PARAMS] = {false, GRANULE_UNDELEGATED},
	[REEVE_USE_SPARE] = {true, GRANULE_DELEGATED},
	[REEVE_USE_RD] = {true, GRANULE_RD},
	[REEVE_USE_RTT] = {true, GRANULE_RTT},
	[REEVE_USE_REC] = {true, GRANULE_REC},
	[REEVE_USE_REC_AUX] = {true, GRANULE_REC_AUX},
	[REEVE_USE_DATA] = {true, GRANULE_DATA},
	[REEVE_USE_LEAKED] = {true, GRANULE_DELEGATED},
};

struct comparison {
	const struct ledger_view *view;
	enum ledger_trust trust;
	uint64_t visited[REEVE_USE_COUNT];
	uint64_t delegated; /* of the visited, as the monitor has it */
	char *text;
	bool is_wrong;
};

static bool compare(void *context, const struct reeve_ledger_entry *entry)
{
	struct comparison *c = context;
	struct reeve_granule_info info;
	bool is_known = reeve_monitor_granule(reeve_model_monitor(c->view->model), entry->pa, &info);
	bool is_ns = is_known && info.state == GRANULE_UNDELEGATED;
	bool is_same = is_known && (uses[entry->use].is_delegated || is_ns);

	c->visited[entry->use]++;
	c->delegated += is_known && !is_ns;
	if (c->trust == LEDGER_EXACT && entry->use != REEVE_USE_LEAKED) {
		is_same = is_same && info.state == uses[entry->use].state;
	}
	if (!is_same) {
		(void)snprintf(c->text, LEDGER_TEXT, "granule 0x%llx is %s in the ledger and %s for the monitor",
			(unsigned long long)entry->pa.value, reeve_use_name(entry->use),
			is_known ? rmi_granule_state_name(info.state) : "nothing");
		c->is_wrong = true;
	}
	return is_same;
}

uint64_t ledger_delegated(const struct ledger_view *view)
{
	uint64_t count = 0;
	struct reeve_granule_info info;

	for (uint64_t at = 0; at < view->size; at += REEVE_GRANULE_SIZE) {
		if (reeve_monitor_granule(reeve_model_monitor(view->model), reeve_pa(view->base + at), &info)) {
			count += info.state != GRANULE_UNDELEGATED;
		}
	}
	return count;
}

const char *ledger_check(const struct ledger_view *view, enum ledger_trust trust, char text[static LEDGER_TEXT])
{
	struct reeve_ledger_counts counts = reeve_host_ledger_counts(view->host);
	struct comparison c = {.view = view, .trust = trust, .text = text};
	uint64_t delegated = ledger_delegated(view);
	uint64_t sum = 0;

	reeve_host_ledger_visit(view->host, compare, &c);
	if (c.is_wrong) {
		return text;
	}
	for (unsigned use = 0; use < REEVE_USE_COUNT; use++) {
		if (c.visited[use] != counts.granules[use]) {
			(void)snprintf(text, LEDGER_TEXT, "%llu granules are %s, and %llu are counted",
				(unsigned long long)c.visited[use], reeve_use_name(use),
				(unsigned long long)counts.granules[use]);
			return text;
		}
		sum += counts.granules[use];
	}
	if (sum != counts.pages_held * (view->host->config.page_size / REEVE_GRANULE_SIZE)) {
		(void)snprintf(text, LEDGER_TEXT, "%llu pages are held, and %llu granules have a use",
			(unsigned long long)counts.pages_held, (unsigned long long)sum);
		return text;
	}
	if (c.delegated != delegated) {
		(void)snprintf(text, LEDGER_TEXT, "%llu granules are delegated, and %llu of these are in the ledger",
			(unsigned long long)delegated, (unsigned long long)c.delegated);
		return text;
	}
	return NULL;
}
