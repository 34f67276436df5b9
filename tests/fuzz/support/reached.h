/* SPDX-License-Identifier: BSD-2-Clause */
/* reached.h - what all inputs together made a fuzzed host do, so that a corpus that has lost its point is noticed. */
#ifndef TESTS_FUZZ_SUPPORT_REACHED_H
#define TESTS_FUZZ_SUPPORT_REACHED_H

#include <stdbool.h>

enum reached_kind {
	REACHED_STATUS,          /* enum reeve_status of a call of the API */
	REACHED_EXIT,            /* enum reeve_exit_reason */
	REACHED_COMMAND_DONE,    /* enum rmi_command that succeeded */
	REACHED_COMMAND_REFUSED, /* and that did not */
	REACHED_CALL_DONE,       /* a call about a realm, by fuzz_realm_call_name */
	REACHED_CALL_FAILED,
	REACHED_KIND_COUNT
};

void reached(enum reached_kind kind, unsigned index);

/* The call about a realm number `call`; NULL: there are no more. */
const char *fuzz_realm_call_name(unsigned call);

#endif
