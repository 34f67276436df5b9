/* SPDX-License-Identifier: BSD-2-Clause */
/* call.c - an SMC through the embedder's seam, and how to read its status word. */
#include "host/call.h"

enum { SMC_REGISTERS = 18, BUSY_TRIES = 16 };

static struct call_reply issue_once(
	const struct reeve_host *host, enum rmi_command command, const uint64_t *in, unsigned count)
{
	uint64_t x[SMC_REGISTERS] = {rmi_command_info(command)->fid};
	struct call_reply reply = {.command = command};

	for (unsigned i = 0; i < count; i++) {
		x[i + 1] = in[i];
	}
	host->config.ops->smc(host->config.context, x);
	reply.returned = x[0];
	for (unsigned i = 0; i < RMI_RESULT_MAX; i++) {
		reply.out[i] = x[i + 1];
	}
	return reply;
}

struct call_reply call_issue(
	const struct reeve_host *host, enum rmi_command command, const uint64_t *in, unsigned count)
{
	struct call_reply reply = issue_once(host, command, in, count);

	for (unsigned i = 1; i < BUSY_TRIES && call_is_busy(&reply); i++) {
		reply = issue_once(host, command, in, count);
	}
	return reply;
}

bool call_is_refusal(const struct call_reply *reply)
{
	uint64_t known = FIELD_MASK(RMI_RETURN_STATUS) | FIELD_MASK(RMI_RETURN_INDEX);
	uint64_t status = FIELD_GET(reply->returned, RMI_RETURN_STATUS);

	if (call_is_busy(reply)) {
		return true;
	}
	return (reply->returned & ~known) == 0 && status != RMI_SUCCESS && status < RMI_STATUS_COUNT;
}

bool call_is_error(const struct call_reply *reply, enum rmi_status status)
{
	return call_is_refusal(reply) && FIELD_GET(reply->returned, RMI_RETURN_STATUS) == status;
}

int call_level(const struct call_reply *reply)
{
	return (int8_t)FIELD_GET(reply->returned, RMI_RETURN_INDEX);
}
