/* SPDX-License-Identifier: BSD-2-Clause */
/* leaks.h - which granules did not come back, asked of both sides: the host's ledger and the machine itself. */
#ifndef TOOLS_LEAKS_H
#define TOOLS_LEAKS_H

#include "reeve/host.h"
#include "reeve/model.h"
#include "tools/summary.h"

/* Fill summary->leaks (the caller's to free) after the realm was destroyed: every granule the ledger has in a delegated use, and every
 * granule of the machine that is not UNDELEGATED. No other thread may be in the monitor. */
void leaks_find(struct reeve_host *host, struct reeve_model *model, struct summary *summary);

#endif
