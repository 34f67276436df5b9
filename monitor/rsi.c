/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi.c - the Realm Services Interface: which function serves which call, and the calls that need no realm memory. */
#include <string.h>

#include "monitor/rec.h"

enum rec_action rsi_done(struct running *r, enum rsi_status status)
{
	r->rec->cpu.gprs[0] = (uint64_t)status;
	return REC_RESUME;
}

static enum rec_action rsi_version(struct running *r)
{
	uint64_t *x = r->rec->cpu.gprs;
	bool supported = x[1] == RSI_VERSION_1_0;

	x[1] = RSI_VERSION_1_0;
	x[2] = RSI_VERSION_1_0;
	return rsi_done(r, supported ? RSI_SUCCESS : RSI_ERROR_INPUT);
}

/* v1.0 has no features: every register reads as zero. */
static enum rec_action rsi_features(struct running *r)
{
	r->rec->cpu.gprs[1] = 0;
	return rsi_done(r, RSI_SUCCESS);
}

static enum rec_action rsi_measurement_read(struct running *r)
{
	uint64_t *x = r->rec->cpu.gprs;

	if (x[1] >= RMI_MEASUREMENT_COUNT) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	memcpy(&x[1], r->realm->measurements[x[1]], RMI_MEASUREMENT_SIZE);
	granule_unlock(&r->m->granules, r->rec->rd);
	return rsi_done(r, RSI_SUCCESS);
}

static enum rec_action rsi_measurement_extend(struct running *r)
{
	const uint64_t *x = r->rec->cpu.gprs;

	if (x[1] == 0 || x[1] >= RMI_MEASUREMENT_COUNT || x[2] > RSI_MEASUREMENT_EXTEND_MAX) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	realm_extend(r->m, r->cpu, r->realm, (unsigned)x[1], &x[3], (size_t)x[2]);
	granule_unlock(&r->m->granules, r->rec->rd);
	return rsi_done(r, RSI_SUCCESS);
}

static rsi_function *const functions[RSI_COMMAND_COUNT] = {
	[RSI_VERSION] = rsi_version,
	[RSI_FEATURES] = rsi_features,
	[RSI_MEASUREMENT_READ] = rsi_measurement_read,
	[RSI_MEASUREMENT_EXTEND] = rsi_measurement_extend,
	[RSI_ATTESTATION_TOKEN_INIT] = rsi_attestation_token_init,
	[RSI_ATTESTATION_TOKEN_CONTINUE] = rsi_attestation_token_continue,
	[RSI_REALM_CONFIG] = rsi_realm_config,
	[RSI_IPA_STATE_SET] = rsi_ipa_state_set,
	[RSI_IPA_STATE_GET] = rsi_ipa_state_get,
	[RSI_HOST_CALL] = rsi_host_call,
};

enum rec_action rsi_call(struct running *r, enum rsi_command command)
{
	return functions[command](r);
}
