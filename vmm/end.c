/* SPDX-License-Identifier: BSD-2-Clause */
/* end.c - names of phases and ends. */
#include "vmm/end.h"

static const struct {
	const char *name;
	const char *text;
} ends[END_COUNT] = {
	[END_NONE] = {"none", "it goes on"},
	[END_SYSTEM_OFF] = {"system_off", "the Realm switched itself off"},
	[END_SYSTEM_RESET] = {"system_reset", "the Realm asked for a reset"},
	[END_CPUS_OFF] = {"cpus_off", "every CPU of the Realm switched itself off"},
	[END_FAULT] = {"fault", "the Realm made an access that cannot be resolved"},
	[END_SERROR] = {"serror", "the Realm took an SError"},
	[END_TIMEOUT] = {"timeout", "the time was up"},
	[END_INTERRUPTED] = {"interrupted", "a signal asked reeve to end"},
	[END_ERROR] = {"error", "the host could not go on"},
};

static const char *const phases[PHASE_COUNT] = {
	[PHASE_CREATE] = "create",
	[PHASE_RAM] = "ram",
	[PHASE_POPULATE] = "populate",
	[PHASE_SHARE] = "share",
	[PHASE_RECS] = "recs",
	[PHASE_ACTIVATE] = "activate",
	[PHASE_RUN] = "run",
	[PHASE_DESTROY] = "destroy",
};

const char *end_name(enum end end)
{
	return ends[end].name;
}

const char *end_text(enum end end)
{
	return ends[end].text;
}

const char *phase_name(enum phase phase)
{
	return phases[phase];
}
