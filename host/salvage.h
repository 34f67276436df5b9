/* SPDX-License-Identifier: BSD-2-Clause */
/* salvage.h - taking realms apart by what the monitor says, when the library's own picture is wrong or half-written (rule H13).
 *
 * The mirror says what the library did. A host that was cut off in the middle of a call, or was lied to, cannot rely on it: then RMI_RTT_READ_ENTRY
 * tells what there is, and every granule of the ledger is asked home by itself. Slower, and right from any state. */
#ifndef HOST_SALVAGE_H
#define HOST_SALVAGE_H

#include "reeve/host.h"

/* Destroy what the monitor still has of `realm` and give back what it gives up. True: the realm is gone, and is NONE; *leaked granules of it are
 * on the leak list. False: it is still there and keeps RD, roots and VMID; its mirror is empty. */
REEVE_MUST_CHECK bool salvage_realm(struct reeve_realm *realm, uint64_t *leaked);

/* Ask home every granule whose realm is gone, leaked ones too, and release the VMIDs of which nothing is left. */
void salvage_orphans(struct reeve_host *host);

#endif
