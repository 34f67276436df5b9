/* SPDX-License-Identifier: BSD-2-Clause */
/* loan.h - granules lent to the monitor and taken back: each one, once, and named when it does not come back (rules H3, H4). */
#ifndef HOST_LOAN_H
#define HOST_LOAN_H

#include "host/pool.h"

/* Delegate a granule that was taken as SPARE. When the monitor refuses, the granule is given back to the pool, or is on the leak list when the
 * monitor does not own up to whose it is, and the cause is in realm->error. */
REEVE_MUST_CHECK enum reeve_status loan_delegate(struct reeve_realm *realm, struct reeve_pa pa, enum reeve_step step);
/* Take a granule and delegate it. */
REEVE_MUST_CHECK enum reeve_status loan_take(struct reeve_realm *realm, enum reeve_step step, struct reeve_pa *pa);
/* Undelegate `pa`. A refusal is not the last word: the granule is offered by GRANULE_DELEGATE, for it may have been given back before, and asked for
 * again, twice. True: the granule is the host's. False: the monitor has it; *reply is the answer of the refused call. The ledger is not touched. */
REEVE_MUST_CHECK bool loan_is_home(const struct reeve_host *host, struct reeve_pa pa, struct call_reply *reply);
/* Undelegate a granule that is in no object: it is the host's, still taken as SPARE. False: it is on the leak list and counted in
 * realm->leaked_count. */
REEVE_MUST_CHECK bool loan_end(struct reeve_realm *realm, struct reeve_pa pa);
/* Undelegate a granule that is in no object and give it back to the pool; or put it on the leak list and count it in realm->leaked_count. */
void loan_return(struct reeve_realm *realm, struct reeve_pa pa);
/* After a command that should have freed or never taken a granule was not answered with success: whether the monitor lets it go all the
 * same. True: the granule is the pool's again. False: nothing has changed. */
REEVE_MUST_CHECK bool loan_recover(struct reeve_realm *realm, struct reeve_pa pa);

#endif
