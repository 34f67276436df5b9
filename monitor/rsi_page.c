/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_page.c - finds a page of the realm's memory through its tables. */
#include "monitor/rsi_page.h"

struct rsi_page rsi_page_find(const struct running *r, struct reeve_ipa ipa)
{
	struct rtt_walk walk = rtt_walk(r->m, &r->realm->stage2, ipa, RMI_LEVEL_LAST);
	uint64_t offset = ipa.value - reeve_align_down(ipa.value, rtt_span(walk.level));
	struct rsi_page page = {ipa, NULL, walk.entry.ripas == RIPAS_EMPTY, walk.level};

	if (walk.entry.state == RTTE_ASSIGNED && walk.entry.ripas == RIPAS_RAM) {
		uint64_t pa = walk.entry.pa.value + reeve_align_down(offset, REEVE_GRANULE_SIZE);

		page.bytes = r->m->platform->realm_granule(r->m->context, reeve_pa(pa));
	}
	return page;
}

void *rsi_page_at(const struct rsi_page *page)
{
	return (uint8_t *)page->bytes + FIELD_GET(page->ipa.value, FAR_PAGE_OFFSET);
}

enum rec_action rsi_page_missing(struct running *r, const struct rsi_page *page)
{
	if (page->is_empty) {
		return rsi_done(r, RSI_ERROR_INPUT);
	}
	exit_missing_page(r->exit, page->ipa, page->level);
	return REC_EXIT_RETRY;
}
