/* SPDX-License-Identifier: BSD-2-Clause */
/* stage2.h - a realm's stage 2 in the CPU's words, and its translations in TLBs. */
#ifndef QEMU_MONITOR_STAGE2_H
#define QEMU_MONITOR_STAGE2_H

#include "monitor/platform.h"

/* VTCR_EL2 and VTTBR_EL2 of this CPU; the caller's isb follows. */
void stage2_load(const struct stage2 *stage2);

/* struct monitor_platform's two. They leave VTTBR_EL2 changed: a REC is entered after stage2_load only. */
void stage2_invalidate(void *context, const struct stage2 *stage2, struct reeve_ipa base, uint64_t size);
void stage2_destroy(void *context, const struct stage2 *stage2);

#endif
