/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_memory.c - RSI calls that read or write a structure in the realm's memory: REALM_CONFIG and HOST_CALL. */
#include <string.h>

#include "monitor/rsi_page.h"

enum rec_action rsi_realm_config(struct running *r)
{
	uint64_t ipa = r->rec->cpu.gprs[1];
	struct rsi_page page;

	if (!reeve_is_aligned(ipa, REEVE_GRANULE_SIZE) || !realm_is_protected(r->realm, ipa, REEVE_GRANULE_SIZE)) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = rsi_page_find(r, reeve_ipa(ipa));
	if (page.bytes != NULL) {
		struct rsi_realm_config *config = page.bytes;

		memset(config, 0, sizeof(*config));
		config->ipa_width = r->realm->stage2.ipa_bits;
		config->hash_algo = (uint8_t)r->realm->hash;
		memcpy(config->rpv, r->realm->rpv, sizeof(config->rpv));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	return page.bytes != NULL ? rsi_done(r, RSI_SUCCESS) : rsi_page_missing(r, &page);
}

enum rec_action rsi_host_call(struct running *r)
{
	uint64_t ipa = r->rec->cpu.gprs[1];
	struct rsi_page page;

	if (!reeve_is_aligned(ipa, RSI_HOST_CALL_ALIGN) ||
		!realm_is_protected(r->realm, ipa, sizeof(struct rsi_host_call))) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = rsi_page_find(r, reeve_ipa(ipa));
	if (page.bytes != NULL) {
		const struct rsi_host_call *host_call = rsi_page_at(&page);

		r->exit->imm = host_call->imm;
		memcpy(r->exit->gprs, host_call->gprs, sizeof(r->exit->gprs));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	if (page.bytes == NULL) {
		return rsi_page_missing(r, &page);
	}
	r->exit->exit_reason = RMI_EXIT_HOST_CALL;
	r->rec->pending = REC_PENDING_HOST_CALL;
	r->rec->host_call_ipa = ipa;
	return REC_EXIT;
}

/* The page may have gone since the exit. Then the call stays pending, and the host's next answer counts. */
enum rec_action rsi_host_call_complete(struct running *r, const struct rmi_rec_enter *enter)
{
	enum rec_action action = REC_RESUME;
	struct rsi_page page;

	if (r->rec->pending != REC_PENDING_HOST_CALL) {
		return REC_RESUME;
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = rsi_page_find(r, reeve_ipa(r->rec->host_call_ipa));
	if (page.bytes != NULL) {
		struct rsi_host_call *host_call = rsi_page_at(&page);

		memcpy(host_call->gprs, enter->gprs, sizeof(host_call->gprs));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	action = page.bytes != NULL ? rsi_done(r, RSI_SUCCESS) : rsi_page_missing(r, &page);
	if (action == REC_RESUME) {
		r->rec->pending = REC_PENDING_NONE;
		r->rec->host_call_ipa = 0;
	}
	return action;
}
