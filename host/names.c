/* SPDX-License-Identifier: BSD-2-Clause */
/* names.c - names and texts of the host library's own sets. */
#include "reeve/host.h"

#define HOST_STATUS(name, text) {#name, text},
static const struct {
	const char *name;
	const char *text;
} statuses[REEVE_STATUS_COUNT] = {
#include "spec/host_statuses.def"
};
#undef HOST_STATUS

#define HOST_STEP(name, text) text,
static const char *const steps[REEVE_STEP_COUNT] = {
#include "spec/host_steps.def"
};
#undef HOST_STEP

#define HOST_USE(name, delegated, text) #name,
static const char *const uses[REEVE_USE_COUNT] = {
#include "spec/host_uses.def"
};
#undef HOST_USE

static const char *const realm_states[REEVE_REALM_STATE_COUNT] = {
	[REEVE_REALM_NONE] = "NONE",
	[REEVE_REALM_NEW] = "NEW",
	[REEVE_REALM_ACTIVE] = "ACTIVE",
	[REEVE_REALM_DYING] = "DYING",
	[REEVE_REALM_DEAD] = "DEAD",
};

static const char *const exit_reasons[REEVE_EXIT_REASON_COUNT] = {
	[REEVE_EXIT_INTERRUPTED] = "INTERRUPTED",
	[REEVE_EXIT_MMIO_READ] = "MMIO_READ",
	[REEVE_EXIT_MMIO_WRITE] = "MMIO_WRITE",
	[REEVE_EXIT_HOST_CALL] = "HOST_CALL",
	[REEVE_EXIT_RIPAS_CHANGE] = "RIPAS_CHANGE",
	[REEVE_EXIT_CPU_ON] = "CPU_ON",
	[REEVE_EXIT_CPU_OFF] = "CPU_OFF",
	[REEVE_EXIT_CPU_SUSPEND] = "CPU_SUSPEND",
	[REEVE_EXIT_SYSTEM_OFF] = "SYSTEM_OFF",
	[REEVE_EXIT_SYSTEM_RESET] = "SYSTEM_RESET",
	[REEVE_EXIT_IDLE] = "IDLE",
	[REEVE_EXIT_SYSREG] = "SYSREG",
	[REEVE_EXIT_SERROR] = "SERROR",
	[REEVE_EXIT_FAULT] = "FAULT",
};

const char *reeve_status_name(unsigned status)
{
	return status < REEVE_STATUS_COUNT ? statuses[status].name : "unknown";
}

const char *reeve_status_text(unsigned status)
{
	return status < REEVE_STATUS_COUNT ? statuses[status].text : "unknown";
}

const char *reeve_step_text(unsigned step)
{
	return step < REEVE_STEP_COUNT ? steps[step] : "unknown";
}

const char *reeve_use_name(unsigned use)
{
	return use < REEVE_USE_COUNT ? uses[use] : "unknown";
}

const char *reeve_realm_state_name(unsigned state)
{
	return state < REEVE_REALM_STATE_COUNT ? realm_states[state] : "unknown";
}

const char *reeve_exit_reason_name(unsigned reason)
{
	return reason < REEVE_EXIT_REASON_COUNT ? exit_reasons[reason] : "unknown";
}
