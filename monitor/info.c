/* SPDX-License-Identifier: BSD-2-Clause */
/* info.c - RMI_VERSION and RMI_FEATURES: what this monitor is. */
#include "monitor/command.h"

static void version_answer(uint64_t out[RMI_RESULT_MAX])
{
	out[0] = RMI_VERSION_1_0;
	out[1] = RMI_VERSION_1_0;
}

/* Source: fact sheet section 6, RMI_VERSION: both results are valid on a refusal too. */
struct outcome version_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	struct outcome o = outcome_ok();

	(void)m;
	(void)p;
	if (c->x[1] != RMI_VERSION_1_0) {
		o = refuse(RMI_ERROR_INPUT, CONDITION_version_req);
		version_answer(o.out);
	}
	return o;
}

void version_commit(struct reeve_monitor *m, const struct call *c, const union plan *p, uint64_t out[RMI_RESULT_MAX])
{
	(void)m;
	(void)c;
	(void)p;
	version_answer(out);
}

/* No failure: a register that does not exist reads as zero (fact sheet section 2). */
struct outcome features_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	(void)m;
	(void)c;
	(void)p;
	return outcome_ok();
}

void features_commit(struct reeve_monitor *m, const struct call *c, const union plan *p, uint64_t out[RMI_RESULT_MAX])
{
	(void)p;
	out[0] = c->x[1] == 0 ? m->config.features0 : 0;
}
