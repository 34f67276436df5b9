/* SPDX-License-Identifier: BSD-2-Clause */
/* realms.c - remembers what was created for which realm. */
#include "tools/qemu/realms.h"

#include <string.h>

static unsigned realm_of_rd(const struct realms *realms, uint64_t rd)
{
	unsigned oldest = realms->realm_count > REALMS_KEPT ? realms->realm_count - REALMS_KEPT : 0;

	/* The youngest first: an address may have been another realm's. */
	for (unsigned n = realms->realm_count; n > oldest; n--) {
		if (realms->rds[(n - 1) % REALMS_KEPT] == rd) {
			return n;
		}
	}
	return 0;
}

static unsigned realm_of_rec(const struct realms *realms, uint64_t rec)
{
	unsigned oldest = realms->rec_count > REALMS_RECS_KEPT ? realms->rec_count - REALMS_RECS_KEPT : 0;

	for (unsigned n = realms->rec_count; n > oldest; n--) {
		if (realms->recs[(n - 1) % REALMS_RECS_KEPT].rec == rec) {
			return realms->recs[(n - 1) % REALMS_RECS_KEPT].realm;
		}
	}
	return 0;
}

/* By the call's first argument that names one. */
static unsigned realm_named(const struct realms *realms, const struct trace_call *call)
{
	const struct rmi_command_info *info = rmi_command_info(call->command);

	for (unsigned i = 0; info != NULL && info->in[i] != NULL; i++) {
		if (strcmp(info->in[i], "rd") == 0) {
			return realm_of_rd(realms, call->in[i + 1]);
		}
		if (strcmp(info->in[i], "rec") == 0 || strcmp(info->in[i], "calling_rec") == 0) {
			return realm_of_rec(realms, call->in[i + 1]);
		}
	}
	return 0;
}

unsigned realms_of_call(struct realms *realms, const struct trace_call *call)
{
	bool is_done = trace_was_done(call);
	unsigned realm;

	if (is_done && call->command == RMI_REALM_CREATE) {
		realms->rds[realms->realm_count % REALMS_KEPT] = call->in[1];
		realms->realm_count++;
	}
	realm = realm_named(realms, call);
	if (is_done && call->command == RMI_REC_CREATE) {
		realms->recs[realms->rec_count % REALMS_RECS_KEPT].rec = call->in[2];
		realms->recs[realms->rec_count % REALMS_RECS_KEPT].realm = realm;
		realms->rec_count++;
	}
	return realm;
}
