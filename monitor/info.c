/* SPDX-License-Identifier: BSD-2-Clause */
/* info.c - RMI_VERSION and RMI_FEATURES: what this monitor is. */
#include "monitor/command.h"

static void version_answer(const struct call *c)
{
	c->out[0] = RMI_VERSION_1_0;
	c->out[1] = RMI_VERSION_1_0;
}

/* Source: fact sheet section 6, RMI_VERSION: both results are valid on a refusal too. */
struct outcome version_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	(void)m;
	(void)p;
	if (c->x[1] != RMI_VERSION_1_0) {
		version_answer(c);
		return refuse(RMI_ERROR_INPUT, CONDITION_version_req);
	}
	return outcome_ok();
}

void version_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	(void)m;
	(void)p;
	version_answer(c);
}

/* No failure: a register that does not exist reads as zero (fact sheet section 2). */
struct outcome features_check(const struct reeve_monitor *m, const struct call *c, union plan *p)
{
	(void)m;
	(void)c;
	(void)p;
	return outcome_ok();
}

void features_commit(struct reeve_monitor *m, const struct call *c, const union plan *p)
{
	(void)p;
	c->out[0] = c->x[1] == 0 ? m->config.features0 : 0;
}
