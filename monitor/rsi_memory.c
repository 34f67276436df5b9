/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_memory.c - RSI calls that read or write a structure in the realm's memory: REALM_CONFIG and HOST_CALL. */
#include <string.h>

#include "monitor/rec.h"

/* The granule of the realm's memory that a structure lies in, as found with the RD held. */
struct page {
	struct reeve_ipa ipa;
	void *bytes;   /* NULL when there is none */
	bool is_empty; /* RIPAS EMPTY: nothing will come there */
	int level;     /* where the walk ended */
};

/* Caller holds the RD; `ipa` is protected. Valid for as long as the RD is held (rtt.h T3). */
static struct page page_find(const struct running *r, struct reeve_ipa ipa)
{
	struct rtt_walk walk = rtt_walk(r->m, &r->realm->stage2, ipa, RMI_LEVEL_LAST);
	uint64_t offset = ipa.value - reeve_align_down(ipa.value, rtt_span(walk.level));
	struct page page = {ipa, NULL, walk.entry.ripas == RIPAS_EMPTY, walk.level};

	if (walk.entry.state == RTTE_ASSIGNED && walk.entry.ripas == RIPAS_RAM) {
		uint64_t pa = walk.entry.pa.value + reeve_align_down(offset, REEVE_GRANULE_SIZE);

		page.bytes = r->m->platform->realm_granule(r->m->context, reeve_pa(pa));
	}
	return page;
}

/* Where in its granule the structure at `ipa` begins. */
static void *page_at(const struct page *page)
{
	return (uint8_t *)page->bytes + FIELD_GET(page->ipa.value, FAR_PAGE_OFFSET);
}

/* The end of a call whose page has no bytes: the realm's mistake, or the host's turn to bring the page. */
static enum rec_action page_missing(struct running *r, const struct page *page)
{
	if (page->is_empty) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	exit_missing_page(r->exit, page->ipa, page->level);
	return REC_EXIT_RETRY;
}

enum rec_action rsi_realm_config(struct running *r)
{
	uint64_t ipa = r->rec->cpu.gprs[1];
	struct page page;

	if (!reeve_is_aligned(ipa, REEVE_GRANULE_SIZE) || !realm_is_protected(r->realm, ipa, REEVE_GRANULE_SIZE)) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = page_find(r, reeve_ipa(ipa));
	if (page.bytes != NULL) {
		struct rsi_realm_config *config = page.bytes;

		memset(config, 0, sizeof(*config));
		config->ipa_width = r->realm->stage2.ipa_bits;
		config->hash_algo = (uint8_t)r->realm->hash;
		memcpy(config->rpv, r->realm->rpv, sizeof(config->rpv));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	return page.bytes != NULL ? rsi_done(r, RSI_SUCCESS) : page_missing(r, &page);
}

enum rec_action rsi_host_call(struct running *r)
{
	uint64_t ipa = r->rec->cpu.gprs[1];
	struct page page;

	if (!reeve_is_aligned(ipa, RSI_HOST_CALL_ALIGN) ||
		!realm_is_protected(r->realm, ipa, sizeof(struct rsi_host_call))) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = page_find(r, reeve_ipa(ipa));
	if (page.bytes != NULL) {
		const struct rsi_host_call *host_call = page_at(&page);

		r->exit->imm = host_call->imm;
		memcpy(r->exit->gprs, host_call->gprs, sizeof(r->exit->gprs));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	if (page.bytes == NULL) {
		return page_missing(r, &page);
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
	struct page page;

	if (r->rec->pending != REC_PENDING_HOST_CALL) {
		return REC_RESUME;
	}
	granule_lock(&r->m->granules, r->rec->rd);
	page = page_find(r, reeve_ipa(r->rec->host_call_ipa));
	if (page.bytes != NULL) {
		struct rsi_host_call *host_call = page_at(&page);

		memcpy(host_call->gprs, enter->gprs, sizeof(host_call->gprs));
	}
	granule_unlock(&r->m->granules, r->rec->rd);
	action = page.bytes != NULL ? rsi_done(r, RSI_SUCCESS) : page_missing(r, &page);
	if (action == REC_RESUME) {
		r->rec->pending = REC_PENDING_NONE;
		r->rec->host_call_ipa = 0;
	}
	return action;
}
