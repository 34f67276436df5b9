/* SPDX-License-Identifier: BSD-2-Clause */
/* destroy.h - taking a realm apart without stopping for anybody. */
#ifndef HOST_DESTROY_H
#define HOST_DESTROY_H

#include "reeve/host.h"

/* As reeve_realm_destroy, but progress is told and not asked (H13). */
REEVE_MUST_CHECK enum reeve_status destroy_wholly(struct reeve_realm *realm);

#endif
