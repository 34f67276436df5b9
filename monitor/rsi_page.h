/* SPDX-License-Identifier: BSD-2-Clause */
/* rsi_page.h - the page of the realm's memory that an RSI call reads or writes, and what becomes of a call whose page is not there.
 *
 * Source: fact sheet section 7, rule for buffers. */
#ifndef MONITOR_RSI_PAGE_H
#define MONITOR_RSI_PAGE_H

#include "monitor/rec.h"

struct rsi_page {
	struct reeve_ipa ipa;
	void *bytes;   /* of the granule that holds ipa; NULL when there is none */
	bool is_empty; /* RIPAS EMPTY: nothing will come there */
	int level;     /* where the walk ended */
};

/* Caller holds the RD; `ipa` is protected. Valid for as long as the RD is held (rtt.h T3). */
struct rsi_page rsi_page_find(const struct running *r, struct reeve_ipa ipa);

/* Where in its granule the structure at page->ipa begins; page->bytes is there. */
void *rsi_page_at(const struct rsi_page *page);

/* The end of a call whose page has no bytes: the realm's mistake, or the host's turn to bring the page. */
enum rec_action rsi_page_missing(struct running *r, const struct rsi_page *page);

#endif
