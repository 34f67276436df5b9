/* SPDX-License-Identifier: BSD-2-Clause */
/* cause.h - filling the cause of a failure (rule H7): each function writes *error and returns its status, to be returned at once. */
#ifndef HOST_CAUSE_H
#define HOST_CAUSE_H

#include "host/call.h"
#include "reeve/host.h"

enum reeve_status cause_plain(
	struct reeve_error *error, enum reeve_status status, enum reeve_step step, uint64_t address);
/* A configuration field or argument has a wrong value. */
enum reeve_status cause_field(struct reeve_error *error, enum reeve_status status, enum reeve_step step,
	const char *field, uint64_t value, uint64_t limit);
/* The monitor refused: REEVE_REFUSED, or REEVE_BROKEN when what it returned is no RMI status. */
enum reeve_status cause_reply(
	struct reeve_error *error, enum reeve_step step, const struct call_reply *reply, uint64_t address);
/* The monitor's output is one that it must not give (H8): REEVE_BROKEN. */
enum reeve_status cause_output(struct reeve_error *error, enum reeve_step step, const struct call_reply *reply,
	const char *field, uint64_t value, uint64_t limit);

#endif
