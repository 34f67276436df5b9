/* SPDX-License-Identifier: BSD-2-Clause */
/* share.h - taking back host memory that a realm sees. */
#ifndef HOST_SHARE_H
#define HOST_SHARE_H

#include "host/mirror.h"
#include "reeve/host.h"

/* RMI_RTT_UNMAP_UNPROTECTED of a page or block. */
REEVE_MUST_CHECK enum reeve_status share_unmap(struct reeve_realm *realm, const struct mirror_place *place);

#endif
