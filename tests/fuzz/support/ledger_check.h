/* SPDX-License-Identifier: BSD-2-Clause */
/* ledger_check.h - whether the host's ledger and the monitor tell the same of each granule of a machine. */
#ifndef TESTS_FUZZ_SUPPORT_LEDGER_CHECK_H
#define TESTS_FUZZ_SUPPORT_LEDGER_CHECK_H

#include "reeve/host.h"
#include "reeve/model.h"

/* Delegable memory that is looked at. */
struct ledger_view {
	struct reeve_model *model;
	struct reeve_host *host;
	uint64_t base;
	uint64_t size;
};

enum ledger_trust {
	LEDGER_SAFE, /* what the ledger calls the host's own is UNDELEGATED, and what is delegated is in the ledger as such */
	LEDGER_EXACT, /* and each use but LEAKED is the monitor's state */
};

enum { LEDGER_TEXT = 200 };

/* NULL, or what is wrong, in `text`: conservation (H4), and the two sides granule by granule. No thread may be in the host. */
const char *ledger_check(const struct ledger_view *view, enum ledger_trust trust, char text[static LEDGER_TEXT]);

/* Granules that the monitor does not call UNDELEGATED. */
uint64_t ledger_delegated(const struct ledger_view *view);

#endif
