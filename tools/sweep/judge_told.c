/* SPDX-License-Identifier: BSD-2-Clause */
/* judge_told.c - what the host was told that is not so, and what follows from it: nothing else excuses it (J1). */
#include "tools/sweep/judge.h"

bool judge_is_lie(const struct life_call *call)
{
	return call->is_false && (call->is_reached || call->call.out[0] == RMI_SUCCESS);
}

bool judge_was_lied_to(const struct life *life)
{
	for (size_t i = 0; i < life->call_count; i++) {
		if (judge_is_lie(&life->calls[i])) {
			return true;
		}
	}
	return false;
}

/* Commands whose success, told as a failure, cannot be undone: there is no call for it. So the monitor refuses to do it again. */
static const struct {
	enum rmi_command command;
	const char *reason;
} final[] = {
	{RMI_REALM_ACTIVATE, "a realm is activated once"},
	{RMI_REC_CREATE, "the realm counts its RECs: the number of one that was made and taken apart is used up"},
	{RMI_REC_ENTER, "the realm went on, and what it asked for was not heard"},
	{RMI_PSCI_COMPLETE, "a request is answered once"},
	{RMI_RTT_SET_RIPAS, "the REC's request is answered, and no longer pending"},
	{RMI_DATA_DESTROY, "memory that is gone is not there to be destroyed again"},
	{RMI_RTT_UNMAP_UNPROTECTED, "what is unmapped cannot be unmapped again"},
	{RMI_RTT_DESTROY, "a table that is gone is not there to be destroyed again"},
	{RMI_RTT_FOLD, "the host takes the table for there, and the monitor has none"},
};

static bool is_final(enum rmi_command command)
{
	for (size_t i = 0; i < sizeof(final) / sizeof(final[0]); i++) {
		if (final[i].command == command) {
			return true;
		}
	}
	return false;
}

/* What the host was told is the monitor's last word: the realm is off; a RIPAS change cannot go further, and the realm sees how far it came. */
static bool is_last_word(const struct sweep_call *call)
{
	unsigned status = (unsigned)FIELD_GET(call->out[0], RMI_RETURN_STATUS);

	return (call->command == RMI_REC_ENTER && status == RMI_ERROR_REALM) ||
		(call->command == RMI_RTT_SET_RIPAS && status == RMI_ERROR_RTT);
}

bool judge_is_recoverable(const struct life *life)
{
	for (size_t i = 0; i < life->call_count; i++) {
		const struct life_call *call = &life->calls[i];
		bool is_undone = call->is_reached && call->real[0] == RMI_SUCCESS && call->call.out[0] != RMI_SUCCESS &&
			!is_final(call->call.command);

		if ((judge_is_lie(call) && !is_undone) || (call->is_false && is_last_word(&call->call))) {
			return false;
		}
	}
	return true;
}

bool judge_was_lied_to_about(const struct life *life, enum rmi_command command)
{
	for (size_t i = 0; i < life->call_count; i++) {
		if (life->calls[i].call.command == command && judge_is_lie(&life->calls[i])) {
			return true;
		}
	}
	return false;
}

/* Whether `value` went into the call or came out of it. */
static bool is_named(const struct life_call *call, uint64_t value)
{
	for (unsigned i = 1; i <= RMI_ARGUMENT_MAX; i++) {
		if (call->call.in[i] == value) {
			return true;
		}
	}
	for (unsigned i = 1; i <= RMI_RESULT_MAX; i++) {
		if (call->call.out[i] == value || call->real[i] == value) {
			return true;
		}
	}
	return false;
}

/* Granules that a command changes and that are not among its registers. */
static bool is_part_of(enum rmi_command command, enum rmi_granule_state state)
{
	bool is_rec = command == RMI_REC_CREATE || command == RMI_REC_DESTROY;
	bool is_realm = command == RMI_REALM_CREATE || command == RMI_REALM_DESTROY;

	return (is_rec && (state == GRANULE_REC_AUX || state == GRANULE_DELEGATED)) ||
		(is_realm && (state == GRANULE_RTT || state == GRANULE_DELEGATED));
}

bool judge_is_excused(const struct life *life, uint64_t pa, enum rmi_granule_state state)
{
	for (size_t i = 0; i < life->call_count; i++) {
		const struct life_call *call = &life->calls[i];

		if (judge_is_lie(call) && (is_named(call, pa) || is_part_of(call->call.command, state))) {
			return true;
		}
	}
	return false;
}
